"""Put bronze, history and the ledger before dbt as plain relations of schema ``bronze`` in the scratch database.

Views over the Parquet of the deliveries in effect: nothing is copied, and on another engine the same
relations are made over the same files.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, field
from pathlib import Path

import duckdb

from include.contract import SOURCES, Entity, rule
from include.identity.decisions import decisions_in_force
from include.ledger import FileCounts, Ledger
from include.settings import Settings
from include.warehouse.plan import RunPlan, history_files, known_deliveries
from include.warehouse.stores import open_store, parquet_scan

_HISTORY_COLUMNS = {
    "run_date": "DATE",
    "nominal_id": "VARCHAR",
    "rank": "BIGINT",
    "score": "DOUBLE",
    "algorithm_version": "VARCHAR",
    "release_id": "VARCHAR",
    "published_as_at": "DATE",
}
_IDENTITY_COLUMNS = {
    "nominal_id": "VARCHAR",
    "merged_into": "VARCHAR",
    "algorithm_version": "VARCHAR",
    "release_id": "VARCHAR",
    "published_as_at": "DATE",
}
_DECISION_COLUMNS = {
    "kind": "VARCHAR",
    "record_id": "VARCHAR",
    "nominal_id": "VARCHAR",
    "decision": "VARCHAR",
    "decided_by": "VARCHAR",
    "decided_on": "DATE",
}
_DELIVERY_COLUMNS = {
    "source": "VARCHAR",
    "delivery_id": "VARCHAR",
    "mode": "VARCHAR",
    "extract_date": "DATE",
    "status": "VARCHAR",
    "is_in_effect": "BOOLEAN",
    "reason": "VARCHAR",
}
_FILE_COLUMNS = {
    "source": "VARCHAR",
    "delivery_id": "VARCHAR",
    "entity": "VARCHAR",
    "rows": "BIGINT",
    "loaded": "BIGINT",
    "quarantined": "BIGINT",
    "quarantined_with_parent": "BIGINT",
    "identical_duplicates": "BIGINT",
    "blank_lines": "BIGINT",
    "deleted_with_parent": "BIGINT",
}
_FAULT_COLUMNS = {
    "source": "VARCHAR",
    "delivery_id": "VARCHAR",
    "entity": "VARCHAR",
    "rule": "VARCHAR",
    "column_name": "VARCHAR",
    "sentence": "VARCHAR",
    "remedy": "VARCHAR",
    "rows": "BIGINT",
    "first_line": "BIGINT",
}


@dataclass(frozen=True)
class Relation:
    """A relation of schema ``bronze``: what any engine is given to begin with.

    Attributes:
        name: ``<source>__<entity>``.
        columns: SQL type by column.
        files: Parquet files of one shape whose rows it shows, perhaps none; ``None`` for one that has its rows itself.
        rows: Its rows, where it has no files.
    """

    name: str
    columns: dict[str, str]
    files: list[Path] | None = None
    rows: list[tuple[object, ...]] = field(default_factory=list)


def bronze_relations(settings: Settings, plan: RunPlan) -> list[Relation]:
    """Return the relations that the dbt sources name.

    Args:
        settings: The installation.
        plan: The run; names the deliveries in effect.
    """
    return [
        *(_entity(settings, plan, source.name, entity) for source in SOURCES.values() for entity in source),
        Relation("history__rankings", _HISTORY_COLUMNS, history_files(settings, plan.as_at)),
        Relation("history__identity", _IDENTITY_COLUMNS, history_files(settings, plan.as_at, "identity")),
        *_ledger(settings, plan),
        Relation(
            "decisions__identity",
            _DECISION_COLUMNS,
            rows=[astuple(one) for one in decisions_in_force(settings, plan.as_at)],
        ),
    ]


def present_bronze(settings: Settings, plan: RunPlan, scratch: Path) -> None:
    """Create the relations that the dbt sources name, in a new scratch database.

    Args:
        settings: The installation.
        plan: The run; names the deliveries in effect.
        scratch: Database file to create.
    """
    with open_store(scratch, read_only=False, newest_format=True) as store:
        store.execute("create schema bronze")
        for relation in bronze_relations(settings, plan):
            if relation.files is None:
                _table(store, relation)
            else:
                _view(store, relation.name, relation.files, relation.columns)


def _entity(settings: Settings, plan: RunPlan, source: str, entity: Entity) -> Relation:
    paths = [
        settings.data_dir / delivery.bronze[entity.name]
        for delivery in plan.deliveries
        if delivery.source == source and entity.name in delivery.bronze
    ]
    columns = {column.name: column.bronze_type for column in entity.columns}
    columns |= {"_delivery_id": "VARCHAR", "_change_type": "VARCHAR", "_line": "BIGINT"}
    return Relation(f"{source}__{entity.name}", columns, paths)


def _view(store: duckdb.DuckDBPyConnection, name: str, paths: list[Path], columns: dict[str, str]) -> None:
    listed = ", ".join(f'cast("{column}" as {kind}) as "{column}"' for column, kind in columns.items())
    empty = ", ".join(f'null as "{column}"' for column in columns)
    rows = f"from {parquet_scan(paths)}" if paths else f"from (select {empty}) where false"
    store.execute(f'create view bronze."{name}" as select {listed} {rows}')


def _ledger(settings: Settings, plan: RunPlan) -> list[Relation]:
    in_effect = {(delivery.source, delivery.delivery_id) for delivery in plan.deliveries}
    ledger = Ledger(settings.state_dir)
    deliveries: list[tuple[object, ...]] = [
        (
            record.source,
            record.delivery_id,
            record.mode,
            record.extract_date,
            record.status,
            record.status == "applied" and (record.source, record.delivery_id) in in_effect,
            "; ".join(record.reasons),
        )
        for record in known_deliveries(ledger, plan.as_at, plan.deliveries)
    ]
    applied = [d for d in ledger.applied() if (d.source, d.delivery_id) in in_effect]
    # of what a delivery did not hold the ledger keeps a line too: here is what came, or left with a parent that came
    files = [
        (d.source, d.delivery_id, file)
        for d in applied
        for file in d.files
        if file.file or file.deleted_with_parent
    ]
    return [
        Relation("ledger__deliveries", _DELIVERY_COLUMNS, rows=deliveries),
        Relation("ledger__files", _FILE_COLUMNS, rows=[_file_row(*file) for file in files]),
        Relation("ledger__faults", _FAULT_COLUMNS, rows=[r for file in files for r in _fault_rows(*file)]),
    ]


def _file_row(source: str, delivery_id: str, file: FileCounts) -> tuple[object, ...]:
    return (
        source,
        delivery_id,
        file.entity,
        file.rows,
        file.loaded,
        file.quarantined,
        file.quarantined_with_parent,
        file.identical_duplicates,
        file.blank_lines,
        file.deleted_with_parent,
    )


def _fault_rows(source: str, delivery_id: str, file: FileCounts) -> list[tuple[object, ...]]:
    return [
        (
            source,
            delivery_id,
            file.entity,
            fault.rule,
            fault.column,
            rule(fault.rule).sentence,
            rule(fault.rule).remedy,
            fault.rows,
            fault.first_line,
        )
        for fault in file.faults
    ]


def _table(store: duckdb.DuckDBPyConnection, relation: Relation) -> None:
    listed = ", ".join(f'"{column}" {kind}' for column, kind in relation.columns.items())
    store.execute(f'create table bronze."{relation.name}" ({listed})')
    if relation.rows:
        marks = ", ".join("?" for _ in relation.columns)
        store.executemany(f'insert into bronze."{relation.name}" values ({marks})', relation.rows)  # noqa: S608
