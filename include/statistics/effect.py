"""Did managed people change more than they would have anyway? Rate ratios, their bootstrap and the verdict.

Method and limits: ``docs/methodology/effect.md``. Matching and counting are SQL; what needs draws is here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

METHODS = ("naive", "exposure_adjusted", "expected_without_management", "matched_difference")
FALL, RISE, INCONCLUSIVE, TOO_FEW = "evidence of a fall", "evidence of a rise", "inconclusive", "too few"
# Cells of one block of draws: bounds the memory, whatever the size of the cohort.
_BLOCK_CELLS = 4_000_000


@dataclass(frozen=True)
class Sums:
    """Events and days before and during, of the adopted (``a``) and, weighted, of their comparators (``c``).

    Arrays of one shape: a row per adopted nominal, or a row per draw once they are summed. Values are whole
    numbers in units of the caller's choice (harm in ten-thousandths of a day, comparators in shares of one),
    so that sums below 2**53 are exact whatever their order.
    """

    a_events_pre: Floats
    a_days_pre: Floats
    a_events_during: Floats
    a_days_during: Floats
    c_events_pre: Floats
    c_days_pre: Floats
    c_events_during: Floats
    c_days_during: Floats

    def stacked(self) -> Floats:
        """Return the eight columns side by side, shape ``(n, 8)``."""
        return np.column_stack([getattr(self, field.name) for field in fields(self)])

    @classmethod
    def from_stacked(cls, columns: Floats) -> Sums:
        """Undo :meth:`stacked`."""
        return cls(*(columns[:, place] for place in range(len(fields(cls)))))


def rate_ratios(method: str, sums: Sums) -> Floats:
    """Return the rate ratio of a method for each row of sums.

    With rate = events / days: ``naive`` and ``exposure_adjusted`` are during_a / pre_a (they differ in which days
    and people the caller sums); ``expected_without_management`` is (during_a / pre_a) / (during_c / pre_c);
    ``matched_difference`` is during_a / during_c. Source: warehouse contract 1.0, "Before, during and after".

    Returns:
        Ratios; ``nan`` where a denominator is 0.

    Raises:
        KeyError: No such method.
    """
    a_pre, a_during = (
        _over(sums.a_events_pre, sums.a_days_pre),
        _over(sums.a_events_during, sums.a_days_during),
    )
    c_pre, c_during = (
        _over(sums.c_events_pre, sums.c_days_pre),
        _over(sums.c_events_during, sums.c_days_during),
    )
    return {
        "naive": lambda: _over(a_during, a_pre),
        "exposure_adjusted": lambda: _over(a_during, a_pre),
        "expected_without_management": lambda: _over(_over(a_during, a_pre), _over(c_during, c_pre)),
        "matched_difference": lambda: _over(a_during, c_during),
    }[method]()


def _over(above: Floats, below: Floats) -> Floats:
    """Divide; ``nan`` where there is nothing to divide by."""
    result: Floats = np.full(above.shape, np.nan)
    np.divide(above, below, out=result, where=below != 0.0)
    return result


def draw_counts(people: int, draws: int, seed: int) -> Iterator[Floats]:
    """Yield how often each adopted person stands in each bootstrap sample, in blocks of shape ``(block, people)``.

    Efron's nonparametric bootstrap: each draw takes ``people`` people with replacement, and with each of them
    their comparators. The same people, draws and seed give the same counts, so all figures of a cohort share them.
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    block = max(1, min(draws, _BLOCK_CELLS // max(people, 1)))
    for begin in range(0, draws, block):
        rows = min(block, draws - begin)
        chosen = generator.integers(0, people, size=(rows, people), dtype=np.int64)
        chosen += np.arange(rows, dtype=np.int64)[:, None] * people
        yield np.bincount(chosen.ravel(), minlength=rows * people).reshape(rows, people).astype(np.float64)


def bootstrap_sums(values: Floats, draws: int, seed: int) -> Floats:
    """Sum columns over bootstrap samples of the rows.

    Args:
        values: Whole numbers, shape ``(people, columns)``, people in a fixed order.
        draws: Number of samples.
        seed: Of the generator.

    Returns:
        Sums of shape ``(draws, columns)``, exact while they stay below 2**53.
    """
    return np.concatenate([counts @ values for counts in draw_counts(len(values), draws, seed)])


def percentile_interval(draws: Floats, level: float) -> tuple[float, float]:
    """Return the percentile interval of bootstrap draws (Efron & Tibshirani 1993, chapter 13).

    Draws without a ratio (nobody offended in the denominator) are left out; where they are more than the tail
    that the interval cuts off, there is no interval.

    Returns:
        Low and high; ``nan`` both where there is none.
    """
    found = draws[np.isfinite(draws)]
    tail = (1.0 - level) / 2.0
    if len(found) == 0 or len(found) < len(draws) * (1.0 - tail):
        return float("nan"), float("nan")
    low, high = np.quantile(found, [tail, 1.0 - tail])
    return float(low), float(high)


def verdict(n: int, low: float, high: float, minimum: int) -> str:
    """Return the verdict that an interval allows: the rule is fixed before the figures are seen."""
    if n < minimum:
        return TOO_FEW
    if high < 1.0:
        return FALL
    if low > 1.0:
        return RISE
    return INCONCLUSIVE
