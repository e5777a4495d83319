"""Rank statistics against scipy and statsmodels, published examples, and plain loops."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.diagnostic import lilliefors

from include.statistics.ranks import (
    Floats,
    doubled_ranks,
    lilliefors_normality,
    percentile_interval,
    resampled_counts,
    spearman_p,
    weighted_captures,
    weighted_correlations,
    wilcoxon_signed_ranks,
)

SOME_VALUES = st.lists(st.integers(-8, 8), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=40))
def test_spearman_p_is_scipys(pairs: list[tuple[int, int]]) -> None:
    x, y = np.array(pairs, dtype=float).T
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return
    wanted = stats.spearmanr(x, y)
    found = spearman_p(np.array([wanted.statistic]), np.array([len(x)]))[0]
    assert found == pytest.approx(wanted.pvalue, rel=1e-9, abs=1e-12)


def test_spearman_p_of_ten_people_with_rho_minus_29_of_165() -> None:
    # The much printed example of intelligence and hours of television: p 0.627188 by the t distribution.
    assert spearman_p(np.array([-29 / 165]), np.array([10]))[0] == pytest.approx(0.627188, abs=5e-7)


def test_spearman_p_of_the_published_evaluation_is_zero_to_two_digits() -> None:
    # Surrey, top 300 against harm (-0.31) and number of offences (-0.26) of the following year: p 0.00 printed.
    assert [f"{p:.2f}" for p in spearman_p(np.array([-0.31, -0.26]), np.array([300, 300]))] == [
        "0.00",
        "0.00",
    ]


def test_spearman_p_of_perfect_of_none_and_of_too_few() -> None:
    found = spearman_p(np.array([1.0, -1.0, np.nan, 0.5, 0.0]), np.array([5, 3, 50, 2, 10]))
    assert found[:2].tolist() == [0.0, 0.0]
    assert np.isnan(found[2:4]).all()
    assert found[4] == 1.0


@settings(max_examples=60, deadline=None)
@given(SOME_VALUES)
def test_doubled_ranks_are_twice_the_average_ranks(values: list[int]) -> None:
    assert doubled_ranks(np.array(values, dtype=float)).tolist() == (2 * stats.rankdata(values)).tolist()


@settings(max_examples=60, deadline=None)
@given(SOME_VALUES)
def test_wilcoxon_is_scipys_with_zeros_dropped_and_no_correction(values: list[int]) -> None:
    differences = np.array(values, dtype=float)
    found = wilcoxon_signed_ranks(differences)
    left = differences[differences != 0]
    if len(left) == 0:
        assert np.isnan(found.z)
        assert np.isnan(found.p)
        return
    wanted = stats.wilcoxon(
        left, zero_method="wilcox", correction=False, method="asymptotic", alternative="greater"
    )
    both = stats.wilcoxon(left, zero_method="wilcox", correction=False, method="asymptotic")
    assert found.z == pytest.approx(wanted.zstatistic, rel=1e-9, abs=1e-12)
    assert found.p == pytest.approx(both.pvalue, rel=1e-9)
    assert found.n_nonzero == len(left)


def test_wilcoxon_of_hollander_and_wolfe() -> None:
    # Depression scale before and after, nine patients (Nonparametric Statistical Methods, 1973, page 29): V = 40.
    before = np.array([1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30])
    after = np.array([0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29])
    found = wilcoxon_signed_ranks(after - before)
    # W+ of the falls is 40, so that of the rises 5: (5 - 22.5) / sqrt(71.25)
    assert found.z == pytest.approx(-17.5 / np.sqrt(71.25))
    assert found.z < 0  # values fell


def test_z_and_p_of_the_published_evaluation_agree() -> None:
    # Surrey, 73 people in both lists: z = -0.51, p = 0.61.
    assert f"{2 * stats.norm.cdf(-0.51):.2f}" == "0.61"


@pytest.mark.parametrize("seed", range(5))
def test_normality_is_statsmodels_and_scipys(seed: int) -> None:
    sample = np.random.default_rng(seed).standard_t(3, size=30 + 20 * seed)
    found = lilliefors_normality(sample)
    statistic, p = lilliefors(sample, dist="norm", pvalmethod="table")
    plain = stats.kstest(sample, "norm", args=(sample.mean(), sample.std(ddof=1)))
    assert (found.statistic, found.p) == (pytest.approx(statistic), pytest.approx(p))
    assert found.statistic == pytest.approx(plain.statistic)


@pytest.mark.parametrize("values", [[1.0, 2.0, 3.0], [5.0] * 20, []])
def test_normality_of_too_few_or_of_a_constant_is_nothing(values: list[float]) -> None:
    found = lilliefors_normality(np.array(values))
    assert np.isnan(found.statistic)
    assert np.isnan(found.p)


def test_resampled_counts_are_multinomial() -> None:
    counts = resampled_counts(members=40, population=400, draws=20_000, seed=[1, 2])
    assert counts.shape == (20_000, 40)
    # each count is binomial(400, 1 / 400), and two of them correlate by -1 / 399
    assert counts.mean() == pytest.approx(1.0, abs=0.005)
    assert counts.var(axis=0).mean() == pytest.approx(1 - 1 / 400, abs=0.02)
    assert counts.sum(axis=1).var() == pytest.approx(400 * 0.1 * 0.9, rel=0.05)


def test_resampled_counts_are_the_same_for_a_seed_and_no_other() -> None:
    first, again, other = (resampled_counts(30, 100, 50, seed) for seed in ([7, 1], [7, 1], [7, 2]))
    assert (first == again).all()
    assert (first != other).any()


def test_drawing_everybody_gives_as_many_as_there_are() -> None:
    assert (resampled_counts(25, 25, 100, [3]).sum(axis=1) == 25).all()


def _repeated(counts: Floats, *columns: Floats) -> list[Floats]:
    return [np.repeat(column, counts.astype(int)) for column in columns]


def test_weighted_correlations_are_those_of_the_people_written_out() -> None:
    generator = np.random.default_rng(5)
    x, y = np.arange(1, 31), doubled_ranks(generator.integers(0, 4, 30).astype(float))
    counts = resampled_counts(30, 90, 40, [5])
    for found, drawn in zip(weighted_correlations(counts, x, y), counts, strict=True):
        xs, ys = _repeated(drawn, x.astype(float), y.astype(float))
        assert found == pytest.approx(np.corrcoef(xs, ys)[0, 1])


def test_weighted_correlations_of_once_each_are_spearmans() -> None:
    harm = np.array([10.0, 0.0, 0.0, 5.0])
    found = weighted_correlations(np.ones((1, 4)), np.arange(1, 5), doubled_ranks(harm))
    assert found[0] == pytest.approx(stats.spearmanr([1, 2, 3, 4], harm).statistic)


def test_weighted_correlations_need_three_people_and_variation() -> None:
    counts = np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 5.0], [1.0, 1.0, 1.0]])
    found = weighted_correlations(counts, np.array([1, 2, 3]), np.array([2, 4, 4]))
    assert np.isnan(found[:2]).all()
    assert not np.isnan(found[2])


def _captured(drawn: Floats, ranks: Floats, harm: Floats, places: int, top_n: int) -> float:
    """Hand out the places one by one, in groups of equals."""
    ranks, harm = _repeated(drawn, ranks, harm)
    ranks, harm = ranks[harm > 0], harm[harm > 0]
    base = min(places, len(harm))
    left, found = float(base), 0.0
    for value in sorted(set(harm), reverse=True):
        group = ranks[harm == value]
        share = min(1.0, left / len(group))
        found += share * (group <= top_n).sum()
        left -= share * len(group)
    return found / base if base else float("nan")


def test_weighted_captures_are_those_of_the_people_written_out() -> None:
    generator = np.random.default_rng(8)
    ranks, harm = np.arange(1, 41), generator.integers(0, 6, 40).astype(float)
    counts = resampled_counts(40, 120, 60, [8])
    found = weighted_captures(counts, ranks, harm, 10, (5, 20))
    for shares, drawn in zip(found, counts, strict=True):
        for share, top_n in zip(shares, (5, 20), strict=True):
            assert share == pytest.approx(_captured(drawn, ranks.astype(float), harm, 10, top_n))


def test_nobody_harmful_captures_nothing() -> None:
    assert np.isnan(weighted_captures(np.ones((3, 4)), np.arange(1, 5), np.zeros(4), 2, (1, 2))).all()
    missed = weighted_captures(
        np.array([[0.0, 1.0], [1.0, 1.0]]), np.array([1, 2]), np.array([5.0, 0.0]), 2, (1,)
    )
    assert np.isnan(missed[0, 0])
    assert missed[1, 0] == 1.0


def test_percentile_interval() -> None:
    assert percentile_interval(np.arange(1001.0), 0.95) == (pytest.approx(25.0), pytest.approx(975.0))
    assert np.isnan(percentile_interval(np.array([np.nan, np.nan, 1.0]), 0.95)).all()
    assert percentile_interval(np.array([np.nan, 3.0]), 0.95) == (3.0, 3.0)


def test_surreys_capture_counts_give_the_printed_shares() -> None:
    # Of the 100 most harmful of the 300, 49 stood in the first 100 and 86 in the first 200; others did less harm.
    harm = np.ones(300)
    harm[[*range(49), *range(100, 137), *range(200, 214)]] = np.arange(101, 201)
    shares = weighted_captures(np.ones((1, 300)), np.arange(1, 301), harm, 100, (100, 200))[0]
    assert shares.tolist() == [0.49, 0.86]
