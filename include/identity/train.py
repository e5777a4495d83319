"""Measure the probabilities of the linkage model, on the records of one force.

``m``, how records of one person agree, is counted over pairs that are known to be one person without a look at
names: records that the force has merged, records that hold the same PNC id, and rows of other sources that name
the nominal id or the PNC id. ``u``, how records of two people agree, is splink's estimate over random pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from include.errors import InputError
from include.identity.comparisons import COMPARISONS, Comparison
from include.identity.model import linker, present, settings
from include.identity.probabilities import Chances, Probabilities
from include.warehouse.stores import memory_store

FEWEST_KNOWN = 100
_SMOOTHING = 0.5  # counts as half a pair at each level (Jeffreys), so that no level is impossible
_RANDOM_PAIRS = 5e6
_ROUNDS = 100


@dataclass(frozen=True)
class Trained:
    """A trained model.

    Attributes:
        probabilities: Of the levels.
        counted: Known pairs at each level.
    """

    probabilities: Probabilities
    counted: dict[tuple[str, str], int]


def train(
    people: pa.Table,
    nicknames: pa.Table,
    known: pa.Table,
    threads: int = 2,
    random_pairs: float = _RANDOM_PAIRS,
) -> Trained:
    """Measure the probabilities of every level.

    Args:
        people: record_id, kind, nominal_id, pnc_id, surname, forename, date_of_birth, sex.
        nicknames: short_name, full_name, name_group.
        known: left_id, right_id: pairs of records that are one person.
        threads: Of DuckDB.
        random_pairs: So many random pairs give ``u``.

    Raises:
        InputError: Too few known pairs to measure anything.
    """
    if known.num_rows < FEWEST_KNOWN:
        raise InputError(
            f"{known.num_rows} pairs of records are known to be one person; {FEWEST_KNOWN} are needed",
            "Keep the model that comes with the warehouse until the force has merged more records.",
        )
    with memory_store(threads) as store:
        present(store, people, nicknames)
        store.register("known", known)
        trainer = linker(store, settings(None))
        trainer.training.estimate_u_using_random_sampling(random_pairs, seed=1, min_count_per_level=None)
        by_chance = {
            (comparison["output_column_name"], level["label_for_charts"]): level.get("u_probability")
            for comparison in trainer.misc.save_model_to_json()["comparisons"]
            for level in comparison["comparison_levels"]
        }
        counted = {key: n for one in COMPARISONS for key, n in _count(store, one).items()}
    probabilities = {}
    for comparison in COMPARISONS:
        levels = [(comparison.name, level.name) for level in comparison.levels]
        total = sum(counted[key] for key in levels) + _SMOOTHING * len(levels)
        for key in levels:
            m = (counted[key] + _SMOOTHING) / total
            probabilities[key] = Chances(m, by_chance[key] or 1.0 / random_pairs)
    return Trained(probabilities, counted)


def _count(store: duckdb.DuckDBPyConnection, comparison: Comparison) -> dict[tuple[str, str], int]:
    """Count the known pairs at each level of a comparison, those aside of which one side says nothing."""
    cases = " ".join(
        f"when {'true' if level.condition == 'ELSE' else level.condition} then '{level.name}'"
        for level in comparison.levels
    )
    columns = [row[0] for row in store.execute("describe records").fetchall()]
    sides = ", ".join(f"{side}.{column} as {column}_{side}" for side in "lr" for column in columns)
    query = f"""
        with pairs as (
            select {sides} from known
            inner join records as l on known.left_id = l.unique_id
            inner join records as r on known.right_id = r.unique_id
        )
        select case {cases} end, count(*) from pairs where not ({comparison.missing}) group by 1
    """  # noqa: S608  our own names
    found = dict(store.execute(query).fetchall())
    return {(comparison.name, level.name): found.get(level.name, 0) for level in comparison.levels}


def expected_matches(weights: npt.NDArray[np.float64], records: float, others: int) -> float:
    """Estimate how many matches a record has, from the evidence of all candidate pairs.

    The prior under which the probabilities of all pairs add up to the number of matches that it supposes: the fixed
    point of expectation maximisation with ``m`` and ``u`` held (Dempster, Laird and Rubin 1977).

    Args:
        weights: log2 of the evidence of each candidate pair.
        records: Records that look for a match; of pairs within one set half of them, since each pair stands once.
        others: Records among which each looks.

    Returns:
        Matches per record.
    """
    evidence, share = np.exp2(weights), 0.01
    for _ in range(_ROUNDS):
        odds = share / others * evidence
        share = float((odds / (1.0 + odds)).sum()) / records
    return share
