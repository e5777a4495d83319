"""Does another ordering do better than the ranking? Bootstrap intervals on the differences between them.

Everybody keeps the place that each ordering gave them, and the rank that their follow-up has in the full
sample; each draw takes the ranked people with replacement, the same draw for all orderings, so that the
intervals are those of paired differences. Method and limits: ``docs/methodology/algorithm.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from include.statistics.ranks import (
    Floats,
    doubled_ranks,
    percentile_interval,
    resampled_counts,
    weighted_captures,
    weighted_correlations,
)

BASELINE = "hhpu"
COLUMNS = ("run_index", "algorithm", "population", "figure", "low", "high")
Draws = dict[tuple[str, str], Floats]


@dataclass(frozen=True)
class Method:
    """What the parameters say of the bootstrap and of the capture."""

    draws: int
    seed: int
    level: float
    most_harmful: int
    capture_top_ns: tuple[int, ...]

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, str]) -> Method:
        """Read the parameters from their seed's texts."""
        return cls(
            draws=int(parameters["bootstrap_draws"]),
            seed=int(parameters["bootstrap_seed"]),
            level=float(parameters["confidence_level"]),
            most_harmful=int(parameters["capture_most_harmful"]),
            capture_top_ns=tuple(int(part) for part in parameters["capture_top_ns"].split(",")),
        )


def challenger_intervals(members: pd.DataFrame, method: Method) -> pd.DataFrame:
    """Return percentile intervals on the difference of each ordering from the ranking.

    Args:
        members: The top people of each ordering and date: run_index, run_date, n_ranked, algorithm, nominal_id,
            rank, is_managed, is_at_liberty, harm_days, offences.
        method: Draws, seed, level and what is captured.

    Returns:
        One row per date, ordering, population and figure, with the low and high end; NaN where there is none.
    """
    rows = [row for _, day in members.groupby("run_index") for row in _intervals_of_day(day, method)]
    types = dict.fromkeys(COLUMNS, "str") | {"run_index": "int64", "low": "float64", "high": "float64"}
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(types)


def _intervals_of_day(day: pd.DataFrame, method: Method) -> Iterator[tuple[int, str, str, str, float, float]]:
    people = pd.Index(sorted(day["nominal_id"].unique()))
    date = pd.Timestamp(day["run_date"].iloc[0])
    counts = resampled_counts(
        len(people), int(day["n_ranked"].iloc[0]), method.draws, [method.seed, date.toordinal()]
    )
    drawn = {
        str(algorithm): _draws_of(
            top.sort_values("rank"),
            counts[:, people.get_indexer(top.sort_values("rank")["nominal_id"])],
            method,
        )
        for algorithm, top in day.groupby("algorithm")
    }
    for algorithm, figures in drawn.items():
        for (population, figure), values in figures.items():
            low, high = percentile_interval(values - drawn[BASELINE][population, figure], method.level)
            yield int(day["run_index"].iloc[0]), algorithm, population, figure, low, high


def _draws_of(top: pd.DataFrame, counts: Floats, method: Method) -> Draws:
    """Return every figure of one ordering in every draw, by population and figure."""
    managed, liberty = top["is_managed"].to_numpy(bool), top["is_at_liberty"].to_numpy(bool)
    masks = {
        "all": np.ones(len(top), dtype=bool),
        "managed": managed,
        "unmanaged": ~managed,
        "at_liberty": liberty,
    }
    harm = top["harm_days"].to_numpy(np.float64)
    # A top of 300 has 300 people: counts of people are per 300 drawn, whatever number a draw happens to hold.
    drawn = np.where(counts.any(axis=1), counts.sum(axis=1), np.nan)
    figures: Draws = {}
    for population, mask in masks.items():
        part = counts[:, mask]
        places = 2 * np.arange(1, int(mask.sum()) + 1, dtype=np.int64)
        figures[population, "n"] = part.sum(axis=1) * len(top) / drawn
        for outcome, column in (("harm", "harm_days"), ("offences", "offences")):
            followed = doubled_ranks(top[column].to_numpy(np.float64)[mask])
            figures[population, f"spearman_{outcome}"] = weighted_correlations(part, places, followed)
    figures["all", "n_harmful"] = counts[:, harm > 0].sum(axis=1) * len(top) / drawn
    shares = weighted_captures(
        counts, top["rank"].to_numpy(np.int64), harm, method.most_harmful, method.capture_top_ns
    )
    for place, top_n in enumerate(method.capture_top_ns):
        figures["all", f"share_{top_n}"] = shares[:, place]
    return figures
