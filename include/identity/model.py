"""Compare records by the linkage model (Fellegi and Sunter 1969, as the Ministry of Justice's splink computes it).

What a pair of records agrees in weighs for or against one person: ``log2(m / u)`` of the level of each comparison,
``m`` its probability among records of one person, ``u`` among records of two; common names weigh less than rare ones.
The probabilities come from the seed ``identity_model.csv``, measured in advance (``include/identity/train.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from include.identity.blocking import Considered, block
from include.identity.comparisons import BLOCKING, COMPARISONS, PREPARE, Comparison, Level
from include.identity.probabilities import Probabilities
from include.warehouse.stores import memory_store

if TYPE_CHECKING:
    from splink import Linker, SettingsCreator

_NO_ODDS = 0.5  # prior odds of 1: the weight of a pair is then its evidence alone


def compare(
    people: pa.Table,
    nicknames: pa.Table,
    probabilities: Probabilities,
    threads: int = 2,
    considered: Considered | None = None,
) -> pa.Table:
    """Return every pair of records worth a look, with its evidence.

    Args:
        people: record_id, kind, nominal_id, pnc_id, surname, forename, date_of_birth, sex.
        nicknames: short_name, full_name, name_group.
        probabilities: Of the levels.
        threads: Of DuckDB.
        considered: Leave out, unscored, what weighs less; without it every pair that a blocking rule finds is scored.

    Returns:
        One row per pair, in order of ids: left_id, right_id, blocking_rule (number of the first rule that found it),
        weight (log2 of the odds that the comparison alone speaks for one person), ``<comparison>_level`` and
        ``<comparison>_weight`` of each comparison. A level is null where one side says nothing.
    """
    with memory_store(threads) as store:
        present(store, people, nicknames)
        scorer = linker(store, settings(probabilities))
        if considered is not None:
            _give(scorer, store, block(store, probabilities, considered))
        pairs = scorer.inference.predict()
        columns = ",\n".join(_columns(comparison) for comparison in COMPARISONS)
        query = f"""
            select unique_id_l as left_id, unique_id_r as right_id, cast(match_key as integer) as blocking_rule,
                match_weight as weight, {columns}
            from {pairs.physical_name} order by unique_id_l, unique_id_r
        """  # noqa: S608  our own names
        return store.execute(query).to_arrow_table()


def present(store: duckdb.DuckDBPyConnection, people: pa.Table, nicknames: pa.Table) -> None:
    """Create ``records`` in a store: people, in the shape that comparisons read."""
    store.register("people", people)
    store.register("nicknames", nicknames)
    store.execute(f"create table records as {PREPARE}")
    store.unregister("people")
    store.unregister("nicknames")


def linker(store: duckdb.DuckDBPyConnection, chosen: SettingsCreator) -> Linker:
    """Return splink's linker over ``records``. It works in the given store: no file, no network, no messages."""
    from splink import DuckDBAPI, Linker  # takes two seconds to import

    return Linker(DuckDBAPI(store).register("records"), chosen, log_level=None)


def _give(scorer: Linker, store: duckdb.DuckDBPyConnection, blocked: str) -> None:
    """Have splink score the pairs of a table instead of those that its own blocking finds."""
    from splink import DuckDBAPI

    scorer.table_management.register_blocked_pairs_for_predict(DuckDBAPI(store).register(blocked))


def settings(probabilities: Probabilities | None) -> SettingsCreator:
    """Return the model in splink's terms; without probabilities, to be trained."""
    from splink import SettingsCreator

    return SettingsCreator(
        link_type="dedupe_only",
        probability_two_random_records_match=_NO_ODDS,
        comparisons=[_comparison(one, probabilities) for one in COMPARISONS],
        blocking_rules_to_generate_predictions=[
            {"blocking_rule": " OR ".join(f"({part})" for part in rule)} for rule in BLOCKING
        ],
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=True,
    )


def _comparison(comparison: Comparison, probabilities: Probabilities | None) -> dict[str, Any]:
    missing = {"sql_condition": comparison.missing, "label_for_charts": "missing", "is_null_level": True}
    levels = [_level(comparison, level, probabilities) for level in comparison.levels]
    return {"output_column_name": comparison.name, "comparison_levels": [missing, *levels]}


def _level(comparison: Comparison, level: Level, probabilities: Probabilities | None) -> dict[str, Any]:
    described: dict[str, Any] = {"sql_condition": level.condition, "label_for_charts": level.name}
    if level.frequency:
        described["tf_adjustment_column"] = level.frequency
    if probabilities is not None:
        chances = probabilities[comparison.name, level.name]
        described |= {"m_probability": chances.m, "u_probability": chances.u}
    return described


def _columns(comparison: Comparison) -> str:
    """Name the level that splink numbers: the last is 0, missing is -1."""
    name, last = comparison.name, len(comparison.levels) - 1
    cases = " ".join(
        f"when {last - place} then '{level.name}'" for place, level in enumerate(comparison.levels)
    )
    weight = f"mw_{name}"
    if any(level.frequency for level in comparison.levels):
        weight += f" + mw_tf_adj_{name}"
    return f"case gamma_{name} {cases} end as {name}_level, {weight} as {name}_weight"
