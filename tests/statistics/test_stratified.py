"""The ratio over strata and its interval: the macro itself, beside numpy and scipy."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

from benchmarks.stratified import comparison_sql, measure
from include.warehouse.stores import memory_store

Strata = list[tuple[list[float], list[float]]]
STRATA: Strata = [([0, 2, 4, 6], [1, 3, 5, 7, 9]), ([3, 5, 5, 0], [4, 4, 10, 1])]


def by_macro(strata: Strata) -> tuple[float, float, float]:
    rows = [
        {"world": 0}
        | {
            f"{what}_{name}": value
            for name, part in (("group", group), ("others", others))
            for what, value in (("n", len(part)), ("total", sum(part)), ("squares", sum(x * x for x in part)))
        }
        for group, others in strata
    ]
    with memory_store() as store:
        store.register("by_stratum", pa.Table.from_pylist(rows))
        found = store.execute(f"select ratio, ci_low, ci_high from ({comparison_sql()})").fetchone()
    assert found is not None
    return found


def by_scipy(strata: Strata) -> tuple[float, float, float]:
    top = sum(sum(group) for group, _ in strata)
    bottom = sum(len(group) * np.mean(others) for group, others in strata)
    parts = [(len(g) * np.var(g, ddof=1) / top**2, len(g) - 1) for g, _ in strata]
    parts += [(len(g) ** 2 * np.var(o, ddof=1) / len(o) / bottom**2, len(o) - 1) for g, o in strata]
    variance = sum(part for part, _ in parts)
    degrees = variance**2 / sum(part**2 / n for part, n in parts)
    margin = stats.t.ppf(0.975, degrees) * np.sqrt(variance)
    return top / bottom, top / bottom * np.exp(-margin), top / bottom * np.exp(margin)


def test_ratio_and_interval_are_those_of_scipy() -> None:
    """The quantile is an expansion: at ten degrees of freedom it agrees with scipy's to four digits."""
    assert by_macro(STRATA) == pytest.approx(by_scipy(STRATA), rel=2e-4)
    many: Strata = [(group * 20, others * 20) for group, others in STRATA]
    assert by_macro(many) == pytest.approx(by_scipy(many), rel=1e-7)


def test_a_stratum_without_two_of_each_counts_for_nothing() -> None:
    assert by_macro([*STRATA, ([9], [1, 2, 3])]) == pytest.approx(by_macro(STRATA), rel=1e-12)


def test_where_everybody_did_the_same_there_is_no_margin() -> None:
    assert by_macro([([2, 2], [4, 4]), ([1, 1], [2, 2])]) == (0.5, 0.5, 0.5)


def test_the_study_finds_the_truth_mostly_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.stratified.WORLDS", 400)
    held = float(measure(100, 300, 0.7).split("|")[3].split("%")[0])
    assert 89 < held < 97
