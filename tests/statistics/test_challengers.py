"""Intervals on the differences between orderings: shape, pairing, and coverage on people whose truth is known."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from include.statistics.challengers import BASELINE, Method, challenger_intervals

METHOD = Method(draws=400, seed=20160904, level=0.95, most_harmful=30, capture_top_ns=(30, 60))


def _top(scores: np.ndarray, algorithm: str, harm: np.ndarray, top_n: int) -> pd.DataFrame:
    chosen = np.argsort(-scores, kind="stable")[:top_n]
    return pd.DataFrame(
        {
            "run_index": 1,
            "run_date": date(2025, 9, 7),
            "n_ranked": len(scores),
            "algorithm": algorithm,
            "nominal_id": [f"N{number:05d}" for number in chosen],
            "rank": np.arange(1, top_n + 1),
            "is_managed": chosen % 4 == 0,
            "is_at_liberty": chosen % 7 != 0,
            "harm_days": harm[chosen],
            "offences": (harm[chosen] > 0).astype(int),
        }
    )


def _force(seed: int, people: int = 1_000, top_n: int = 90, noise: float = 1.0) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    risk = generator.gamma(0.6, 1.0, people)
    harm = np.round(generator.gamma(0.5, 40.0, people) * generator.poisson(risk), 4)
    orders = {BASELINE: risk, "noisy": risk + noise * generator.standard_normal(people)}
    return pd.concat([_top(scores, name, harm, top_n) for name, scores in orders.items()])


def test_every_figure_has_an_interval_and_the_ranking_differs_from_itself_by_nothing() -> None:
    found = challenger_intervals(_force(1), METHOD)
    assert set(found["figure"]) == {
        "n",
        "spearman_harm",
        "spearman_offences",
        "n_harmful",
        "share_30",
        "share_60",
    }
    assert set(found[found["figure"] == "n_harmful"]["population"]) == {"all"}
    itself = found[found["algorithm"] == BASELINE]
    assert (itself[["low", "high"]].dropna() == 0).all(axis=None)
    everybody = found[(found["figure"] == "n") & (found["population"] == "all")]
    assert (everybody[["low", "high"]] == 0).all(axis=None)


def test_the_order_of_the_rows_does_not_matter() -> None:
    members = _force(2)
    first = challenger_intervals(members, METHOD)
    again = challenger_intervals(members.sample(frac=1, random_state=1), METHOD)
    pd.testing.assert_frame_equal(first, again)


def test_a_date_has_its_own_draws_whatever_other_dates_there_are() -> None:
    first = _force(3)
    second = _force(4).assign(run_index=2, run_date=date(2025, 3, 9))
    both = challenger_intervals(pd.concat([first, second]), METHOD)
    alone = challenger_intervals(second, METHOD)
    pd.testing.assert_frame_equal(both[both["run_index"] == 2].reset_index(drop=True), alone)


def test_no_dates_give_no_intervals() -> None:
    found = challenger_intervals(_force(1).head(0), METHOD)
    assert len(found) == 0
    assert list(found.columns) == ["run_index", "algorithm", "population", "figure", "low", "high"]


@pytest.mark.slow
def test_the_interval_on_a_difference_of_captures_covers_the_truth() -> None:
    """The orderings stay, the year is lived again: the share of intervals that hold the mean difference."""
    generator = np.random.default_rng(0)
    risk = generator.gamma(0.6, 1.0, 1_000)
    noisy = risk + 0.8 * generator.standard_normal(1_000)
    intervals, differences = [], []
    for _ in range(120):
        harm = np.round(generator.gamma(0.5, 40.0, 1_000) * generator.poisson(risk), 4)
        tops = [_top(risk, BASELINE, harm, 90), _top(noisy, "noisy", harm, 90)]
        found = challenger_intervals(pd.concat(tops), METHOD)
        row = found[(found["algorithm"] == "noisy") & (found["figure"] == "n_harmful")].iloc[0]
        intervals.append((row["low"], row["high"]))
        differences.append(int((tops[1]["harm_days"] > 0).sum()) - int((tops[0]["harm_days"] > 0).sum()))
    truth = np.mean(differences)
    covered = np.mean([low <= truth <= high for low, high in intervals])
    # The people are the same each time and the bootstrap draws them too, so it errs on the wide side.
    assert covered >= 0.93


def test_where_fewer_are_managed_more_are_not() -> None:
    members = _force(3)
    members = members[members["algorithm"] == BASELINE]
    others = members.assign(algorithm="fewer", is_managed=False)
    found = challenger_intervals(pd.concat([members, others]), METHOD)
    n = found[(found["algorithm"] == "fewer") & (found["figure"] == "n")].set_index("population")
    assert n.loc["managed", "high"] < 0 < n.loc["unmanaged", "low"]
