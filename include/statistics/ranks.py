"""Rank statistics of the evaluation: Spearman's p, Wilcoxon's signed ranks, normality, intervals on differences.

The correlations themselves are computed in SQL, exactly; here is what SQL does not say plainly: tails of
distributions, tests on paired differences, and the bootstrap of the challengers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, stdtr

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_LEAST_FOR_CORRELATION = 3
_LEAST_FOR_LILLIEFORS = 4


@dataclass(frozen=True)
class SignedRanks:
    """Wilcoxon's test of paired differences; ``z`` is negative where values fell. NaN where nothing changed."""

    z: float
    p: float
    n_nonzero: int


@dataclass(frozen=True)
class Normality:
    """Kolmogorov-Smirnov distance to the normal distribution with the sample's own mean and deviation."""

    statistic: float
    p: float


def spearman_p(rho: Floats, n: Ints) -> Floats:
    """Return the two-sided p of Spearman correlations by the t approximation.

    ``t = rho * sqrt((n - 2) / ((1 - rho) (1 + rho)))`` on ``n - 2`` degrees of freedom (Kendall and Stuart, The
    Advanced Theory of Statistics, vol. 2, section 31.18; what scipy.stats.spearmanr reports).

    Args:
        rho: Correlations, NaN where there is none; shape (m,).
        n: Sizes of the samples; shape (m,).

    Returns:
        p, NaN where ``rho`` is NaN or ``n`` is below 3; 0 where the correlation is perfect.
    """
    freedom = np.where(n >= _LEAST_FOR_CORRELATION, n - 2, 1).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = rho * np.sqrt(freedom / ((1.0 - rho) * (1.0 + rho)))
        p = 2.0 * stdtr(freedom, -np.abs(t))
    return np.where((n >= _LEAST_FOR_CORRELATION) & ~np.isnan(rho), p, np.nan)


def doubled_ranks(values: Floats) -> Ints:
    """Return twice the average ranks, ascending: whole numbers, ties and all.

    Args:
        values: Shape (n,).
    """
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    below = np.cumsum(counts) - counts
    return (2 * below + counts + 1)[inverse].astype(np.int64)


def wilcoxon_signed_ranks(differences: Floats) -> SignedRanks:
    """Test whether paired differences (later minus earlier) are centred on zero.

    Zeros are dropped (Wilcoxon 1945). With ``n`` left, average ranks of the absolute differences and W+ the sum
    of the ranks of the rises, ``z = (W+ - n (n + 1) / 4) / sqrt(n (n + 1) (2 n + 1) / 24 - sum(t^3 - t) / 48)``
    over groups of ``t`` tied ranks; no continuity correction; two-sided p of the normal approximation
    (Conover, Practical Nonparametric Statistics, 3rd ed., section 5.7; SPSS NPAR TESTS prints the same z).

    Args:
        differences: Shape (n,); must be exact where values are decimal, so that ties are ties.

    Returns:
        z and p; NaN where no difference is left.
    """
    left = differences[differences != 0]
    n = len(left)
    if n == 0:
        return SignedRanks(float("nan"), float("nan"), 0)
    ranks = doubled_ranks(np.abs(left))
    rises = float(ranks[left > 0].sum()) / 2.0
    ties = np.unique(ranks, return_counts=True)[1].astype(np.float64)
    variance = n * (n + 1) * (2 * n + 1) / 24.0 - float((ties**3 - ties).sum()) / 48.0
    z = (rises - n * (n + 1) / 4.0) / float(np.sqrt(variance))
    return SignedRanks(z, float(2.0 * ndtr(-abs(z))), n)


def lilliefors_normality(values: Floats) -> Normality:
    """Test a sample for normality: Kolmogorov-Smirnov, mean and deviation estimated, p of Lilliefors.

    p is interpolated in the simulated table of statsmodels, which ends at 0.001 and 0.99: an end is printed where
    p lies beyond it (Lilliefors 1967, Journal of the American Statistical Association 62:399-402).

    Args:
        values: Shape (n,).

    Returns:
        Statistic and p; NaN below four values, or where all are equal.
    """
    if len(values) < _LEAST_FOR_LILLIEFORS or bool(np.all(values == values[0])):
        return Normality(float("nan"), float("nan"))
    from statsmodels.stats.diagnostic import lilliefors  # takes seconds to import

    # in order, so that mean and deviation do not depend on the order in which rows came
    statistic, p = lilliefors(np.sort(values), dist="norm", pvalmethod="table")
    return Normality(float(statistic), float(p))


def resampled_counts(members: int, population: int, draws: int, seed: Sequence[int]) -> Floats:
    """Return how often each member is drawn when a whole population is drawn with replacement, many times.

    Only the members matter, so only they are drawn: of the ``population`` draws a binomial number falls on them,
    each of those on any member alike; which is the multinomial distribution (Efron and Tibshirani, An
    Introduction to the Bootstrap, 1993, chapter 6).

    Args:
        members: Number of people looked at.
        population: Number of people drawn from; at least ``members``.
        draws: Number of bootstrap draws.
        seed: Of these draws, and these only.

    Returns:
        Counts, whole numbers; shape (draws, members).
    """
    generator = np.random.default_rng(list(seed))
    hits = generator.binomial(population, members / population, size=draws)
    drawn = generator.integers(0, members, size=int(hits.sum()))
    cells = np.repeat(np.arange(draws), hits) * members + drawn
    return np.bincount(cells, minlength=draws * members).reshape(draws, members).astype(np.float64)


def weighted_correlations(counts: Floats, x: Ints, y: Ints) -> Floats:
    """Return the correlation of fixed ranks in every draw.

    Each person keeps the ranks ``x`` and ``y`` of the full sample and counts as often as drawn. Sums are of
    whole numbers below 2^53 and so exact in any order.

    Args:
        counts: Shape (draws, n).
        x: Ranks of one kind, shape (n,).
        y: Ranks of the other.

    Returns:
        Correlations, NaN where a draw has under three people or no variation; shape (draws,).
    """
    xs, ys = x.astype(np.float64), y.astype(np.float64)
    moments = counts @ np.column_stack([np.ones_like(xs), xs, ys, xs * xs, ys * ys, xs * ys])
    n, sum_x, sum_y, sum_xx, sum_yy, sum_xy = moments.T
    spread = (n * sum_xx - sum_x**2) * (n * sum_yy - sum_y**2)
    with np.errstate(divide="ignore", invalid="ignore"):
        correlations = (n * sum_xy - sum_x * sum_y) / np.sqrt(spread)
    return np.where((n >= _LEAST_FOR_CORRELATION) & (spread > 0), correlations, np.nan)


def weighted_captures(
    counts: Floats, ranks: Ints, harm: Floats, places: int, top_ns: Sequence[int]
) -> Floats:
    """Return in every draw the share of the most harmful people that the first ranks hold.

    Places go to the most harmful; nobody without harm fills one; people tied at the last place share what is
    left. Each person keeps rank and harm and counts as often as drawn.

    Args:
        counts: Shape (draws, n).
        ranks: Places in the ordering, shape (n,).
        harm: Follow-up harm, shape (n,).
        places: How many are the most harmful; all harmful people where there are fewer.
        top_ns: First ranks in which they are looked for.

    Returns:
        Shares, NaN where a draw has nobody harmful; shape (draws, number of top_ns).
    """
    harmful = np.flatnonzero(harm > 0)
    if len(harmful) == 0:
        return np.full((len(counts), len(top_ns)), np.nan)
    order = harmful[np.argsort(-harm[harmful], kind="stable")]
    starts = np.flatnonzero(np.diff(harm[order], prepend=np.inf))
    weights = counts[:, order]
    groups = np.add.reduceat(weights, starts, axis=1)
    base = np.minimum(groups.sum(axis=1), places)[:, None]
    left = np.clip(base - (np.cumsum(groups, axis=1) - groups), 0.0, None)
    shares = np.empty((len(counts), len(top_ns)))
    with np.errstate(divide="ignore", invalid="ignore"):
        filled = np.where(groups > 0, np.minimum(left, groups) / groups, 0.0)
        for column, top_n in enumerate(top_ns):
            found = np.add.reduceat(weights * (ranks[order] <= top_n), starts, axis=1)
            shares[:, column] = (filled * found).sum(axis=1) / base[:, 0]
    return shares


def percentile_interval(draws: Floats, level: float) -> tuple[float, float]:
    """Return the percentile interval of bootstrap draws (Efron 1979), undefined draws left out.

    Args:
        draws: Values of the figure, NaN where a draw has none; shape (draws,).
        level: For instance 0.95.

    Returns:
        Low and high end; NaN where fewer than half the draws are defined.
    """
    defined = draws[~np.isnan(draws)]
    if 2 * len(defined) < len(draws) or len(defined) == 0:
        return float("nan"), float("nan")
    low, high = np.quantile(defined, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return float(low), float(high)
