"""The state of a source before a delivery: what its last full delivery and the deltas after it come to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from include.contract import Entity, Source
from include.errors import IntegrityError
from include.ingest.sql import fill
from include.ledger import AppliedDelivery
from include.settings import Settings
from include.warehouse.stores import parquet_scan


def state_columns(source: Source, entity: Entity) -> list[str]:
    """Return the columns that rules look up in the state: keys, references, dates that others are held to."""
    looked_up = {
        date.column
        for other in source
        for order in other.birth_orders
        for date in (order.event, order.birth)
        for parent in other.parents
        if date.via == parent.column and parent.entity == entity.name
    }
    wanted = {*entity.key, *(parent.column for parent in entity.parents), *looked_up}
    return [name for name in entity.names if name in wanted]


def load_state(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    source: Source,
    in_effect: Sequence[AppliedDelivery],
) -> None:
    """Make ``state_<entity>`` (and for parents ``lost_<entity>``) of every entity from bronze.

    ``state_`` has one row per key in the state: what the full delivery has of it is read in ``base_``, what the deltas
    after it say in ``changed_``. ``lost_`` has the keys whose newest mention was put aside:
    what hangs on them is not missing a parent, it is waiting for one.
    """
    # in effect are a full delivery and the deltas after it
    for entity in source:
        columns = state_columns(source, entity)
        parts = {
            "e": entity.name,
            "declared": ", ".join(f"{name} {entity.column(name).bronze_type}" for name in columns),
            "columns": ", ".join(columns),
            "key": ", ".join(entity.key),
        }
        full, deltas = (_paths(settings, entity, part, "bronze") for part in (in_effect[:1], in_effect[1:]))
        connection.execute(
            fill("CREATE TABLE changed_{e} ({declared}, _delivery_id VARCHAR, _gone BOOLEAN)", **parts)
        )
        if deltas:
            connection.execute(fill(_CHANGED, scan=parquet_scan(deltas), **parts))
        base = parquet_scan(full) if full else fill("changed_{e} WHERE false", **parts)
        connection.execute(fill(_STATE, base=base, **parts))
        _load_lost(connection, entity, _paths(settings, entity, in_effect, "quarantine"))


_CHANGED = """
    INSERT INTO changed_{e}
    SELECT {columns}, _delivery_id, coalesce(_change_type, 'I') = 'D' FROM {scan}
    QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY _delivery_id DESC) = 1
"""
# A full delivery has each key once, and is many times the size of its deltas: it is read, and not copied.
_STATE = """
    CREATE VIEW base_{e} AS SELECT {columns}, _delivery_id FROM {base};
    CREATE VIEW newest_{e} AS
    SELECT {columns}, _delivery_id, false AS _gone FROM base_{e} ANTI JOIN changed_{e} USING ({key})
    UNION ALL SELECT {columns}, _delivery_id, _gone FROM changed_{e};
    CREATE VIEW state_{e} AS SELECT {columns} FROM newest_{e} WHERE NOT _gone;
"""


def _load_lost(connection: duckdb.DuckDBPyConnection, entity: Entity, paths: Sequence[Path]) -> None:
    if len(entity.key) != 1:
        return
    key = entity.key[0]
    connection.execute(fill("CREATE TABLE lost_{e} (key VARCHAR)", e=entity.name))
    if paths:
        connection.execute(
            fill(
                """
                INSERT INTO lost_{e}
                SELECT DISTINCT json_extract_string(key_values, '$.{key}') AS key
                FROM (SELECT NULL::VARCHAR AS change_type WHERE false UNION ALL BY NAME FROM {scan}) AS aside
                WHERE json_extract_string(key_values, '$.{key}') IS NOT NULL
                AND change_type IS DISTINCT FROM 'D'  -- who was to leave is missed by nobody
                AND NOT EXISTS (
                    SELECT 1 FROM newest_{e} AS newest
                    WHERE newest.{key} = json_extract_string(aside.key_values, '$.{key}')
                    AND newest._delivery_id >= aside.delivery_id
                )
                """,
                e=entity.name,
                key=key,
                scan=parquet_scan(paths),
            )
        )


def _paths(
    settings: Settings, entity: Entity, in_effect: Sequence[AppliedDelivery], store: str
) -> list[Path]:
    """Return the Parquet files of an entity in the deliveries in effect, oldest first.

    Raises:
        IntegrityError: One that the ledger names is not there.
    """
    found = [delivery.file(entity.name) for delivery in in_effect]
    relative = [getattr(counts, store) for counts in found if counts is not None]
    paths = [settings.data_dir / path for path in relative if path]
    for path in paths:
        if not path.is_file():
            raise IntegrityError(
                f"{path.relative_to(settings.data_dir)} is in the ledger and not on disk.",
                "Restore the data directory from the last backup.",
            )
    return paths
