"""Under which identifiers a person is known: merged nominals, PNC ids, spells, register entries."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from include.erasure.tombstones import KINDS, Identifier
from include.ledger import Ledger
from include.settings import Settings
from include.warehouse.stores import memory_store, parquet_scan

_CHAIN = """
    with recursive edges as (
        select distinct nominal_id as one, merged_into as other from nominals where merged_into is not null
    ), chain (nominal_id) as (
        select $who
        union
        select case when edges.one = chain.nominal_id then edges.other else edges.one end
        from chain join edges on chain.nominal_id in (edges.one, edges.other)
    )
    select nominal_id from chain where nominal_id in (select nominal_id from nominals)
"""
_PNC_IDS = """
    select pnc_id from nominals where pnc_id is not null
    group by pnc_id having bool_and(nominal_id in (select unnest($ids)))
"""
_LINKED = """
    select {key} from {table}
    where nominal_id in (select unnest($ids)) or pnc_id in (select unnest($pnc_ids))
"""


def identifiers(settings: Settings, nominal_id: str) -> set[Identifier]:
    """Return every identifier under which any delivery that was ever taken in knows a person; empty if none does.

    A PNC id that a nominal outside the chain holds as well is not taken: it is somebody else's too.
    """
    with memory_store(settings.threads) as store:
        if not _view(store, settings, "police_records", "nominals", ("nominal_id", "merged_into", "pnc_id")):
            return set()
        ids = _values(store, _CHAIN, {"who": nominal_id})
        if not ids:
            return set()
        pnc_ids = _values(store, _PNC_IDS, {"ids": sorted(ids)})
        found = {*(("nominal", value) for value in ids), *(("pnc", value) for value in pnc_ids)}
        for source, table, key in (
            ("idiom", "cohort_spells", "spell_id"),
            ("visor_summary", "visor_summary", "visor_id"),
        ):
            if _view(store, settings, source, table, (key, "nominal_id", "pnc_id")):
                query = _LINKED.format(key=key, table=table)
                linked = _values(store, query, {"ids": sorted(ids), "pnc_ids": sorted(pnc_ids)})
                found |= {(KINDS[key], value) for value in linked}
        return found


def _view(
    store: duckdb.DuckDBPyConnection, settings: Settings, source: str, entity: str, columns: Iterable[str]
) -> bool:
    """Present what every delivery said of an entity; whether there is anything."""
    counts = [delivery.file(entity) for delivery in Ledger(settings.state_dir).applied(source)]
    paths: list[Path] = [settings.data_dir / one.bronze for one in counts if one is not None and one.bronze]
    there = [path for path in paths if path.is_file()]
    if there:
        listed = ", ".join(f"{name}::varchar as {name}" for name in columns)
        store.execute(f"create view {entity} as select {listed} from {parquet_scan(there)}")  # noqa: S608  our own names
    return bool(there)


def _values(store: duckdb.DuckDBPyConnection, query: str, values: dict[str, object]) -> set[str]:
    return {str(value) for (value,) in store.execute(query, values).fetchall() if value is not None}
