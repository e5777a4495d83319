"""Write what was decided: bronze, rows put aside, and the counts, each held against an independent one."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from include.contract import Entity
from include.contract.model import CHANGE_TYPE
from include.errors import IntegrityError
from include.files import PRIVATE_FILE, fsync_dir, fsync_file, private_dir, sha256_file
from include.ingest.checking import Checking, aside_columns, same_key
from include.ingest.rows_sql import typed_columns, upsert, value
from include.ingest.sql import comma, fill
from include.ingest.table import FileTable
from include.ledger import FaultCount, FileCounts
from include.settings import Settings
from include.warehouse.stores import parquet_options, parquet_rows, parquet_scan, text_literal, write_table

EXAMPLE_LINES = 5


@dataclass(frozen=True)
class Place:
    """Where a delivery's files go."""

    settings: Settings
    source: str
    delivery_id: str

    def bronze(self, entity: Entity) -> Path:
        """Path of the bronze file of an entity."""
        return self.settings.bronze_dir / self.source / entity.name / f"{self.delivery_id}.parquet"

    @property
    def quarantine(self) -> Path:
        """Folder of the rows put aside."""
        return self.settings.quarantine_dir / self.source / self.delivery_id


def store_entities(
    checking: Checking, place: Place, decided: Iterable[tuple[Entity, pa.Table | None]]
) -> tuple[FileCounts, ...]:
    """Write every entity of a delivery, while the next one is checked: a part of each is waiting for the disk.

    Args:
        checking: What the checks work on.
        place: Where the files go.
        decided: The entities as the check is through with them, and their records where it does not have them itself.

    Raises:
        IntegrityError: Rows and their fates do not add up. Nothing is applied then.
    """

    def store(entity: Entity, delivered: pa.Table | None) -> FileCounts | None:
        with checking.connection.cursor() as cursor:
            own = replace(checking, connection=cursor)
            with own.lent(f"delivered_{entity.name}", delivered):
                return _store_entity(own, place, entity, delivered)

    stored: list[Future[FileCounts | None]] = []
    with ThreadPoolExecutor(1, "store") as pool:
        for entity, delivered in decided:
            if stored:
                stored[-1].result()  # one at a time: the records of each are in memory until then
            stored.append(pool.submit(store, entity, delivered))
    return tuple(counts for item in stored if (counts := item.result()) is not None)


def _store_entity(
    checking: Checking, place: Place, entity: Entity, delivered: pa.Table | None
) -> FileCounts | None:
    """Write one entity; None where a delta neither had nor touched it."""
    file = checking.files.get(entity.name)
    derived = _number(checking, "SELECT count(*) FROM derived_{e}", entity)
    if file is None and checking.is_delta and not derived:
        return None
    has_faults = _number(checking, "SELECT count(*) FROM faults_{e}", entity) > 0
    aside = _write_aside(checking, place, entity, file) if file and has_faults else 0
    twins = _number(checking, "SELECT count(*) FROM twins_{e}", entity)
    is_sound = not (has_faults or twins)
    stored = _as_stored(entity, delivered, place.delivery_id) if delivered is not None and is_sound else None
    if stored is not None:  # either way the rows of the file are counted by another reader than what wrote it
        bronze = _write_stored(place, entity, stored)
        written = _number(checking, "SELECT count(*) FROM {scan}", entity, scan=parquet_scan([bronze]))
    else:
        bronze = _write_bronze(checking, place, entity, delivered, derived > 0, is_sound)
        written = parquet_rows(bronze)
    counts = FileCounts(
        entity=entity.name,
        file=file.file if file else "",
        rows=file.rows if file else 0,
        loaded=written - derived,
        quarantined=aside,
        quarantined_with_parent=_number(checking, _WITH_PARENT, entity) if has_faults else 0,
        identical_duplicates=twins,
        blank_lines=file.blank_lines if file else 0,
        deleted_with_parent=derived,
        bronze=str(bronze.relative_to(place.settings.data_dir)),
        bronze_sha256=sha256_file(bronze),
        quarantine=str(_aside_path(place, entity).relative_to(place.settings.data_dir)) if aside else "",
        faults=_faults(checking, entity) if has_faults else (),
        warnings=_warnings(checking, entity, derived),
    )
    _must_add_up(counts, _number(checking, "SELECT count(*) FROM loaded_{e}", entity))
    return counts


_WITH_PARENT = """
    SELECT count(*) FROM (
        SELECT _record FROM faults_{e} GROUP BY _record HAVING bool_and(code = 'parent_quarantined')
    )
"""


def _number(checking: Checking, template: str, entity: Entity, **parts: str) -> int:
    row = checking.run(template, e=entity.name, **parts).fetchone()
    return int(row[0]) if row else 0


def _must_add_up(counts: FileCounts, loaded: int) -> None:
    """Hold the scanner's count of the file against what lies in the written files."""
    if counts.adds_up and counts.loaded == loaded:
        return
    raise IntegrityError(
        f"{counts.file or counts.entity}: {counts.rows} rows, but {counts.loaded} loaded, "
        f"{counts.quarantined} put aside, {counts.identical_duplicates} identical; nothing was applied.",
        "This is a fault of the ingest, not of the delivery: keep the delivery and report it.",
    )


_DERIVED = "UNION ALL SELECT {columns}, 'D', NULL, NULL FROM derived_{e}"


def _as_stored(entity: Entity, delivered: pa.Table, delivery_id: str) -> pa.Table | None:
    """Return the records of a sound full delivery as bronze has them; None where SQL has to make a value of a text."""
    columns = {column.name: value(column) for column in entity.columns}
    if not set(columns.values()) <= set(delivered.column_names):
        return None
    table = delivered.select([*columns.values(), "_line"]).rename_columns([*columns, "_line"])
    own = {
        "_delivery_id": pa.repeat(delivery_id, len(table)),
        "_change_type": pa.nulls(len(table), pa.string()),
    }
    for place, (name, values) in enumerate(own.items(), start=len(columns)):
        table = table.add_column(place, name, values)
    return table


def _write_stored(place: Place, entity: Entity, stored: pa.Table) -> Path:
    """Write records as they lie, in order of the file; a text that seldom comes twice needs no dictionary."""
    path = place.bronze(entity)
    temporary = _temporary(path)
    write_table(stored, temporary, plain=entity.key)
    return _put(temporary, path)


def _write_bronze(
    checking: Checking,
    place: Place,
    entity: Entity,
    delivered: pa.Table | None,
    has_derived: bool,
    is_sound: bool,
) -> Path:
    """Write what is loaded, in order of its records, from what was delivered: all of it if it is sound."""
    to_type = typed_columns(entity, delivered.column_names if delivered is not None else ())
    path = place.bronze(entity)
    temporary = _temporary(path)
    change = CHANGE_TYPE if checking.is_delta else "NULL::VARCHAR"
    own = [
        value(column) if column.key or not checking.is_delta else f"if(_upsert, {value(column)}, NULL)"
        for column in entity.columns
    ]
    derived = [column.name if column.key else "NULL" for column in entity.columns]
    checking.run(
        """
        COPY (
            SELECT {names}, {delivery} AS _delivery_id, _change_type, _line FROM (
                SELECT {own}, {change} AS _change_type, _line, _record FROM (
                    SELECT *, {typed} FROM delivered_{e} {loaded}
                ) {union}
            ) ORDER BY _record NULLS LAST, {key}
        ) TO {path} {options}
        """,
        e=entity.name,
        names=comma(f"{column.name}::{column.bronze_type} AS {column.name}" for column in entity.columns),
        own=comma(f"{item} AS {column.name}" for item, column in zip(own, entity.columns, strict=True)),
        union=fill(_DERIVED, columns=comma(derived), e=entity.name) if has_derived else "",
        key=comma(entity.key),
        change=change,
        typed=comma([*to_type, f"{upsert(checking.is_delta)} AS _upsert"]),
        loaded="" if is_sound else fill("SEMI JOIN loaded_{e} USING (_record)", e=entity.name),
        delivery=text_literal(place.delivery_id),
        path=text_literal(str(temporary)),
        options=parquet_options(),
    )
    return _put(temporary, path)


def _temporary(path: Path) -> Path:
    """Return where a file is written before it gets its name; what a killed run left there goes."""
    temporary = private_dir(path.parent) / f".{path.name}.tmp"
    temporary.unlink(missing_ok=True)
    return temporary


def _put(temporary: Path, path: Path) -> Path:
    """Make a written file durable and give it its name."""
    temporary.chmod(PRIVATE_FILE)
    fsync_file(temporary)
    temporary.replace(path)
    fsync_dir(path.parent)
    return path


def _aside_path(place: Place, entity: Entity) -> Path:
    return place.quarantine / f"{entity.name}.parquet"


_ASIDE = """
    WITH found AS (
        SELECT _record, list(if(col = '', code, code || ':' || col) ORDER BY _position) AS rules,
            bool_and(code = 'parent_quarantined') AS with_parent
        FROM faults_{e} GROUP BY _record
    ), records AS (
        SELECT _record, _line, {change} AS change_type, {columns} FROM rows_{e}
        UNION ALL SELECT _record, _line, NULL, {columns} FROM aside_{e}
    )
    SELECT _record, _line AS line, rules, with_parent, json_object({pairs})::VARCHAR AS key_values,
        {nominal}::VARCHAR AS nominal_id, change_type
    FROM found JOIN records USING (_record) ORDER BY _record
"""


def _write_aside(checking: Checking, place: Place, entity: Entity, file: FileTable) -> int:
    """Write the rows put aside with every rule that they broke, and return how many there are in the file."""
    found = checking.run(
        _ASIDE,
        e=entity.name,
        columns=comma(aside_columns(entity)),
        change=CHANGE_TYPE if checking.is_delta else "NULL::VARCHAR",
        pairs=comma(f"'{name}', {name}" for name in entity.key),
        nominal="nominal_id" if "nominal_id" in entity.names else "NULL",
    ).to_arrow_table()
    raw = file.raw(found.column("_record").to_numpy())
    text = pc.utf8_rtrim(raw.cast(pa.large_string()), characters="\r\n")
    table = pa.table(
        {
            "source": pa.repeat(place.source, found.num_rows),
            "delivery_id": pa.repeat(place.delivery_id, found.num_rows),
            "file": pa.repeat(file.file, found.num_rows),
            **{name: found.column(name) for name in found.column_names if name != "_record"},
            "raw": text,
        }
    )
    path = _aside_path(place, entity)
    temporary = _temporary(path)
    temporary.touch(PRIVATE_FILE)
    write_table(table, temporary)
    return parquet_rows(_put(temporary, path))


_COUNTED = """
    SELECT code, col, count(*), min(_line), list_slice(list(_line ORDER BY _line), 1, {examples})
    FROM (SELECT DISTINCT _record, code, col, min(_position) AS _position FROM faults_{e} GROUP BY ALL)
    JOIN (SELECT _record, _line FROM rows_{e} UNION ALL SELECT _record, _line FROM aside_{e}) USING (_record)
    GROUP BY code, col ORDER BY min(_position), code, col
"""


def _faults(checking: Checking, entity: Entity) -> tuple[FaultCount, ...]:
    found = checking.run(_COUNTED, e=entity.name, examples=str(EXAMPLE_LINES)).fetchall()
    return tuple(
        FaultCount(code, column, rows, first, tuple(lines)) for code, column, rows, first, lines in found
    )


_TOLD = """
    SELECT code, count(*), min(_line), list_slice(list(_line ORDER BY _line), 1, {examples}) FROM (
        SELECT r._line, CASE
            WHEN change_type = 'I' AND s.{first} IS NOT NULL THEN 'insert_of_known'
            WHEN change_type = 'U' AND s.{first} IS NULL THEN 'update_of_new'
            WHEN change_type = 'D' AND s.{first} IS NULL THEN 'delete_of_unknown' END AS code
        FROM loaded_{e} AS r LEFT JOIN met_{e} AS s ON {same}
    ) WHERE code IS NOT NULL GROUP BY code ORDER BY code
"""


def _warnings(checking: Checking, entity: Entity, derived: int) -> tuple[FaultCount, ...]:
    told: list[FaultCount] = []
    if checking.is_delta:
        found = checking.run(
            _TOLD,
            e=entity.name,
            first=entity.key[0],
            same=same_key(entity, "s", "r"),
            examples=str(EXAMPLE_LINES),
        ).fetchall()
        told = [
            FaultCount(code, CHANGE_TYPE, rows, first, tuple(lines)) for code, rows, first, lines in found
        ]
    if derived:
        told.append(FaultCount("parent_deleted", "", derived))
    return tuple(told)
