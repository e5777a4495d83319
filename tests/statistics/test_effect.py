"""Rate ratios, the shared bootstrap, intervals and verdicts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from include.statistics.effect import (
    FALL,
    INCONCLUSIVE,
    METHODS,
    RISE,
    TOO_FEW,
    Sums,
    bootstrap_sums,
    draw_counts,
    percentile_interval,
    rate_ratios,
    verdict,
)


def _sums(*values: float) -> Sums:
    return Sums.from_stacked(np.array([values], dtype=np.float64))


def test_the_four_ratios_by_hand() -> None:
    # adopted 8 in 400 days before, 3 in 300 during; comparators 6 in 300 before, 4 in 400 during
    sums = _sums(8, 400, 3, 300, 6, 300, 4, 400)
    ratios = {method: float(rate_ratios(method, sums)[0]) for method in METHODS}
    assert ratios["naive"] == pytest.approx(0.5)
    assert ratios["exposure_adjusted"] == pytest.approx(0.5)
    assert ratios["expected_without_management"] == pytest.approx(0.5 / (0.01 / 0.02))
    assert ratios["matched_difference"] == pytest.approx(1.0)


@pytest.mark.parametrize(
    "sums", [_sums(0, 9, 1, 9, 1, 9, 1, 9), _sums(1, 0, 1, 9, 1, 9, 1, 9), _sums(0, 0, 0, 0, 0, 0, 0, 0)]
)
def test_no_denominator_no_ratio(sums: Sums) -> None:
    assert np.isnan(rate_ratios("naive", sums)[0])


def test_nobody_during_is_a_ratio_of_zero() -> None:
    assert rate_ratios("naive", _sums(1, 9, 0, 9, 0, 0, 0, 0))[0] == 0.0


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(KeyError):
        rate_ratios("hopeful", _sums(*range(8)))


def test_bootstrap_sums_are_those_of_a_loop() -> None:
    values = np.arange(24, dtype=np.float64).reshape(6, 4)
    generator = np.random.Generator(np.random.PCG64(7))
    chosen = generator.integers(0, 6, size=(50, 6), dtype=np.int64)
    expected = np.array([values[draw].sum(axis=0) for draw in chosen])
    np.testing.assert_array_equal(bootstrap_sums(values, 50, 7), expected)


def test_draws_are_shared_and_do_not_depend_on_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = np.concatenate(list(draw_counts(9, 40, 3)))
    assert (whole.sum(axis=1) == 9).all()
    monkeypatch.setattr("include.statistics.effect._BLOCK_CELLS", 9 * 7)
    np.testing.assert_array_equal(np.concatenate(list(draw_counts(9, 40, 3))), whole)


def test_sums_do_not_depend_on_the_order_of_people() -> None:
    values = np.random.default_rng(1).integers(0, 10**11, size=(300, 3)).astype(np.float64)
    counts = next(draw_counts(300, 20, 5))
    order = np.random.default_rng(2).permutation(300)
    np.testing.assert_array_equal(counts @ values, counts[:, order] @ values[order])


def test_percentile_interval_is_that_of_scipy() -> None:
    data = np.random.default_rng(3).poisson(4, 60).astype(np.float64)
    found = percentile_interval(bootstrap_sums(data[:, None], 4_000, 11)[:, 0] / 60, 0.95)
    low, high = stats.bootstrap(
        (data,), np.mean, n_resamples=4_000, method="percentile", rng=5
    ).confidence_interval
    assert found == pytest.approx((low, high), abs=0.06)


def test_draws_without_a_ratio_are_left_out_up_to_the_tail() -> None:
    draws = np.linspace(0.0, 1.0, 1_000)
    draws[:20] = np.nan
    low, high = percentile_interval(draws, 0.95)
    assert 0.0 < low < high < 1.0
    draws[:30] = np.nan
    assert np.isnan(percentile_interval(draws, 0.95)).all()
    assert np.isnan(percentile_interval(np.full(9, np.nan), 0.95)).all()


@pytest.mark.parametrize(
    ("n", "low", "high", "said"),
    [
        (20, 0.5, 0.999, FALL),
        (20, 1.001, 2.0, RISE),
        (20, 0.5, 1.0, INCONCLUSIVE),
        (20, 1.0, 2.0, INCONCLUSIVE),
        (20, float("nan"), float("nan"), INCONCLUSIVE),
        (19, 0.1, 0.2, TOO_FEW),
    ],
)
def test_verdict(n: int, low: float, high: float, said: str) -> None:
    assert verdict(n, low, high, 20) == said
