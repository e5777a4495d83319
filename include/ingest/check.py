"""Hold every row of a delivery against the contract, as sets, in one DuckDB in memory.

Tables, per entity: ``delivered_`` (what was read, as text), ``rows_`` (of it what is asked about more than once:
keys, references, dates that others are held to), ``aside_`` (records that do not fit the header), ``faults_``
(record, rule, column), ``twins_`` (identical duplicates), ``state_`` before, ``met_`` (what the delivery touches of
it), ``after_`` the delivery, ``gone_`` (keys that leave), ``lost_`` (keys of parents that were put aside).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import pyarrow as pa

from include.contract import Entity
from include.contract.model import ParentDate
from include.ingest.check_merges import check_merges
from include.ingest.checking import (
    BIRTH_POSITION,
    KEY_POSITION,
    MALFORMED_POSITION,
    PARENT_POSITION,
    Checking,
    aside_columns,
    kept_columns,
)
from include.ingest.rows_sql import Check, row_checks, typed_columns, upsert, with_values
from include.ingest.settle import settle
from include.ingest.sql import comma, equal, fill, given
from include.ingest.table import expected_columns


def check_delivery(checking: Checking) -> Iterator[tuple[Entity, pa.Table | None]]:
    """Run every rule of the contract over a delivery; parents stand before children in the contract.

    Yields:
        Each entity as soon as all is decided about it, so that it can be stored while the next one is checked. With
        it, for a full delivery, its good records: they are checked where they lie and stored from there. Of a delta
        (what a parent's state is asked about, its children say) they are all in ``delivered_`` from the beginning.

    Raises:
        DeliveryFaultError: A file changed after it was looked through.
    """
    loaded = _loaded_ahead(checking)
    if checking.is_delta:
        for entity, delivered in loaded:
            with checking.lent("delivered", delivered):
                checking.run("CREATE TABLE delivered_{e} AS FROM delivered", e=entity.name)
            _load_rows(checking, entity, ())
        for entity in checking.source:
            _check(checking, entity, ())
            yield entity, None
        return
    for entity, delivered in loaded:
        with checking.lent(f"delivered_{entity.name}", delivered):
            _load_rows(checking, entity, delivered.column_names)
            _check(checking, entity, delivered.column_names)
        yield entity, delivered


def _check(checking: Checking, entity: Entity, has: Sequence[str]) -> None:
    _check_rows(checking, entity, has)
    _check_keys(checking, entity)
    _check_parents(checking, entity)
    if entity.self_parent:
        check_merges(checking, entity)
    settle(checking, entity)


def _loaded_ahead(checking: Checking) -> Iterator[tuple[Entity, pa.Table]]:
    """Yield what was delivered of each entity; the next file is parsed while one is checked."""
    with ThreadPoolExecutor(1, "load") as pool:
        waiting: deque[tuple[Entity, Future[pa.Table]]] = deque()
        for entity in checking.source:
            waiting.append((entity, pool.submit(_delivered, checking, entity)))
            if len(waiting) > 1:
                ready, table = waiting.popleft()
                yield ready, table.result()
        for ready, table in waiting:
            yield ready, table.result()


def _delivered(checking: Checking, entity: Entity) -> pa.Table:
    """Return the good records of an entity; of one that did not come, none."""
    if file := checking.files.get(entity.name):
        return file.load() if checking.is_delta else with_values(entity, file.load())
    numbers = pa.array([], pa.int64())
    names = expected_columns(entity, checking.is_delta)
    empty = pa.schema([(name, pa.string()) for name in names]).empty_table()
    return empty.append_column("_record", numbers).append_column("_line", numbers)


def _load_rows(checking: Checking, entity: Entity, has: Sequence[str]) -> None:
    """Make ``rows_``, ``aside_`` and empty tables for what is found.

    ``_is_broken`` says of a row whether it breaks any rule by itself. It is decided here, while all of the row is
    at hand; as a case, since that looks at the costly part of a condition only where the cheap one holds.
    """
    checking.run(
        """
        CREATE TABLE rows_{e} AS
        SELECT _record, _line, {upsert} AS _upsert, {columns},
            CASE WHEN {broken} THEN true ELSE false END AS _is_broken
        FROM ({typed})
        """,
        e=entity.name,
        upsert=upsert(checking.is_delta),
        columns=comma(kept_columns(checking, entity)),
        broken=" OR ".join(f"({check.broken})" for check in _row_checks(checking, entity, has)) or "false",
        typed=_typed(checking, entity, has),
    )
    checking.run(
        "CREATE TABLE faults_{e} (_record BIGINT, _position INTEGER, code VARCHAR, col VARCHAR)",
        e=entity.name,
    )
    _load_aside(checking, entity)


def _load_aside(checking: Checking, entity: Entity) -> None:
    file = checking.files.get(entity.name)
    malformed = file.malformed if file else ()
    columns = {
        name: pa.array([item.values.get(name) for item in malformed], pa.string())
        for name in aside_columns(entity)
    }
    table = pa.table(
        {
            "_record": pa.array([item.record for item in malformed], pa.int64()),
            "_line": pa.array([item.line for item in malformed], pa.int64()),
            "codes": pa.array([list(item.codes) for item in malformed], pa.list_(pa.string())),
            **columns,
        }
    )
    with checking.lent("delivered", table):
        checking.run("CREATE TABLE aside_{e} AS SELECT * FROM delivered", e=entity.name)
    checking.run(
        "INSERT INTO faults_{e} SELECT _record, {p}, unnest(codes), '' FROM aside_{e}",
        e=entity.name,
        p=str(MALFORMED_POSITION),
    )


def _check_rows(checking: Checking, entity: Entity, has: Sequence[str]) -> None:
    """Find every rule that a row breaks by itself; conditions are looked at one by one in bad rows only."""
    bad = fill("(SELECT _record FROM rows_{e} WHERE _is_broken)", e=entity.name)
    if not any(checking.have_rows(bad)):
        return
    checks = _row_checks(checking, entity, has)
    numbered = comma(f"CASE WHEN {check.broken} THEN {n} END" for n, check in enumerate(checks))
    checking.run(
        """
        INSERT INTO faults_{e}
        WITH broken AS (
            SELECT _record, unnest([{numbered}]) AS _position FROM ({typed} SEMI JOIN {bad} USING (_record))
        )
        SELECT broken._record, broken._position, checks.code, checks.col
        FROM broken JOIN (VALUES {checks}) AS checks (_position, code, col) USING (_position)
        """,
        e=entity.name,
        numbered=numbered,
        typed=_typed(checking, entity, has),
        bad=bad,
        checks=comma(_check_row(n, check) for n, check in enumerate(checks)),
    )


def _row_checks(checking: Checking, entity: Entity, has: Sequence[str]) -> list[Check]:
    """Return the rules that rows of an entity can break by themselves; of one that did not come, none."""
    file = checking.files.get(entity.name)
    return row_checks(entity, checking.is_delta, file.has_long, has) if file else []


def _typed(checking: Checking, entity: Entity, has: Sequence[str]) -> str:
    """Return the query of what was delivered, with typed values and the date that they are held against.

    Args:
        checking: What the checks work on.
        entity: The entity.
        has: The columns of what was delivered: values that are typed already are among them.
    """
    return fill(
        "SELECT *, {columns} FROM delivered_{e}",
        columns=comma(
            [*typed_columns(entity, has), f"DATE '{checking.extract_date.isoformat()}' AS extract_date"]
        ),
        e=entity.name,
    )


def _check_row(number: int, check: Check) -> str:
    return f"({number}, '{check.code}', '{check.column}')"


def _check_keys(checking: Checking, entity: Entity) -> None:
    """Find rows that share a key: a fault in a delta, and in a full delivery unless they are identical."""
    are_shared = _may_share(checking, entity)
    checking.run(
        """
        CREATE TABLE shared_{e} AS
        SELECT {key}, min(_record) AS _first
        FROM rows_{e} WHERE {are_shared} AND {given} GROUP BY {key} HAVING count(*) > 1
        """,
        e=entity.name,
        key=comma(entity.key),
        given=given(entity.key),
        are_shared=str(are_shared).lower(),
    )
    if not are_shared:
        return
    code, differing = "key_twice_in_delta", "true"
    if not checking.is_delta:
        code = "key_conflict"
        differing = f"count(DISTINCT row({comma(f'r.{name}' for name in entity.names)})) > 1"
    checking.run(
        """
        INSERT INTO faults_{e}
        WITH conflicts AS (
            SELECT {rkey} FROM delivered_{e} AS r JOIN shared_{e} AS s ON {same}
            GROUP BY {rkey} HAVING {differing}
        )
        SELECT r._record, {p}, '{code}', '{blamed}' FROM rows_{e} AS r JOIN conflicts AS s ON {same}
        """,
        e=entity.name,
        rkey=comma(f"r.{name}" for name in entity.key),
        same=equal("r", "s", entity.key),
        differing=differing,
        p=str(KEY_POSITION),
        code=code,
        blamed=entity.key[0],
    )


def _may_share(checking: Checking, entity: Entity) -> bool:
    """Tell whether two rows may have one key: where no two have one hash, none do, and that is quickly seen."""
    found = checking.run(
        "SELECT hash({key}) AS hash FROM rows_{e} WHERE {given}",
        e=entity.name,
        key=comma(entity.key),
        given=given(entity.key),
    ).fetchnumpy()
    hashes = np.asarray(found["hash"])
    hashes.sort()
    return bool((hashes[1:] == hashes[:-1]).any())


def _check_parents(checking: Checking, entity: Entity) -> None:
    """Find rows whose parent is not there, and events before the birth of a parent: each parent is looked up once."""
    parents = entity.outer_parents
    if not parents:
        return
    found = {
        f"missing_{parent.column}": f"CASE WHEN via_{parent.column}.{parent.key} IS NULL THEN r.{parent.column} END"
        for parent in parents
    } | {
        f"early_{number}": f"nullif({_date(order.event)} < {_date(order.birth)}, false)"
        for number, order in enumerate(entity.birth_orders)
    }
    checking.run(
        """
        CREATE OR REPLACE TEMP TABLE wrong AS
        SELECT r._record, {found} FROM rows_{e} AS r {joins}
        WHERE r._upsert AND ({any})
        """,
        e=entity.name,
        found=comma(f"{expression} AS {name}" for name, expression in found.items()),
        any=" OR ".join(f"{name} IS NOT NULL" for name in found),
        joins=" ".join(
            f"LEFT JOIN after_{parent.entity} AS via_{parent.column}"
            f" ON r.{parent.column} = via_{parent.column}.{parent.key}"
            for parent in parents
        ),
    )
    if not any(checking.have_rows("wrong")):
        return
    for number, parent in enumerate(parents):
        checking.run(
            """
            INSERT INTO faults_{e}
            SELECT wrong._record, {p}, if(lost.key IS NULL, 'parent_missing', 'parent_quarantined'), '{column}'
            FROM wrong LEFT JOIN lost_{parent} AS lost ON wrong.missing_{column} = lost.key
            WHERE wrong.missing_{column} IS NOT NULL
            """,
            e=entity.name,
            p=str(PARENT_POSITION + number),
            column=parent.column,
            parent=parent.entity,
        )
    for number, order in enumerate(entity.birth_orders):
        checking.run(
            "INSERT INTO faults_{e} SELECT _record, {p}, 'before_birth', '{blamed}' FROM wrong WHERE early_{number}",
            e=entity.name,
            number=str(number),
            p=str(BIRTH_POSITION),
            blamed=order.blamed,
        )


def _date(date: ParentDate) -> str:
    """Return the SQL of a date of a row, or of a parent that it refers to."""
    return f"via_{date.via}.{date.column}" if date.via else f"r.v_{date.column}"
