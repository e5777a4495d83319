"""Matching as the warehouse does it in SQL (``int_matched_pairs``), for simulated people; a test compares the two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class MatchRule:
    """Who is a comparator. Defaults: warehouse contract 1.0; the caliper is Austin's (2011)."""

    score_sd: float = 0.2
    age_years: int = 5
    offences_minimum: float = 1.0
    offences_share: float = 0.25
    comparators: int = 5


@dataclass(frozen=True)
class Covariates:
    """What people are matched on at one run date: arrays of one length; ``person`` in order of nominal_id."""

    person: Ints
    score: Floats
    sex: Ints
    age: Ints
    recent_offences: Ints

    def take(self, rows: Ints) -> Covariates:
        """Return some of the rows."""
        return Covariates(
            self.person[rows], self.score[rows], self.sex[rows], self.age[rows], self.recent_offences[rows]
        )


def match(
    adopted: Covariates, pool: Covariates, score_sd: float, rule: MatchRule | None = None
) -> tuple[Ints, Ints]:
    """Match each adopted person to the nearest comparators in score, with replacement; ties by person.

    Args:
        adopted: People adopted after this run date.
        pool: Never considered and at liberty then.
        score_sd: Sample standard deviation of all scores ranked then.
        rule: Caliper and tolerances.

    Returns:
        Row in ``adopted`` and row in ``pool`` of each pair, in order of adopted person and position.
    """
    rule = rule or MatchRule()
    distance = np.round(np.abs(pool.score[None, :] - adopted.score[:, None]), 12)
    offences = adopted.recent_offences[:, None].astype(np.float64)
    fits = (
        (distance <= rule.score_sd * score_sd)
        & (pool.sex[None, :] == adopted.sex[:, None])
        & (np.abs(pool.age[None, :] - adopted.age[:, None]) <= rule.age_years)
        & (
            np.abs(pool.recent_offences[None, :] - offences)
            <= np.maximum(rule.offences_minimum, rule.offences_share * offences)
        )
        & (pool.person[None, :] != adopted.person[:, None])
    )
    row, candidate = np.nonzero(fits)
    order = np.lexsort((pool.person[candidate], distance[row, candidate], row))
    row, candidate = row[order], candidate[order]
    first = np.searchsorted(row, row)
    keep = np.arange(len(row)) - first < rule.comparators
    return row[keep], candidate[keep]
