"""Hold every row of a delivery against the contract, as sets, in one DuckDB in memory.

Tables, per entity: ``rows_`` (what was read, with typed values), ``aside_`` (records that do not fit the
header), ``faults_`` (record, rule, column), ``twins_`` (identical duplicates), ``state_`` before, ``after_``
the delivery, ``gone_`` (keys that leave), ``lost_`` (keys of parents that were put aside).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from include.contract import Entity, Source
from include.contract.model import CHANGE_TYPE
from include.ingest import merges
from include.ingest.rows_sql import Check, row_checks, typed_columns, value
from include.ingest.sql import comma, equal, fill, given
from include.ingest.state import state_columns
from include.ingest.table import FileTable

_KEY_POSITION, _PARENT_POSITION, _BIRTH_POSITION = 10_000, 20_000, 30_000
_MALFORMED_POSITION = -1


@dataclass(frozen=True)
class Checking:
    """What a check works on.

    Attributes:
        connection: DuckDB in memory, with ``state_`` and ``lost_`` of every entity.
        source: The source.
        is_delta: Whether rows carry ``change_type``.
        extract_date: What the source knew at the end of that day.
        files: The files that came, by entity.
    """

    connection: duckdb.DuckDBPyConnection
    source: Source
    is_delta: bool
    extract_date: date
    files: Mapping[str, FileTable]

    def run(self, template: str, **parts: str) -> duckdb.DuckDBPyConnection:
        """Fill a template and run it."""
        return self.connection.execute(fill(template, **parts))


def check_delivery(checking: Checking) -> None:
    """Run every rule of the contract over a delivery; parents stand before children in the contract."""
    checking.run("CREATE TABLE parameters (extract_date DATE)")
    checking.connection.execute("INSERT INTO parameters VALUES (?)", [checking.extract_date])
    for entity in checking.source:
        _load_rows(checking, entity)
        _check_rows(checking, entity)
        _check_keys(checking, entity)
        _check_outer_parents(checking, entity)
        _check_births(checking, entity)
        if entity.self_parent:
            _check_merges(checking, entity)
        _settle(checking, entity)


def _load_rows(checking: Checking, entity: Entity) -> None:
    """Make ``rows_``, ``aside_`` and empty tables for what is found."""
    file = checking.files.get(entity.name)
    names = [*entity.names, CHANGE_TYPE] if checking.is_delta else list(entity.names)
    empty = pa.schema([(name, pa.string()) for name in names]).empty_table()
    numbers = pa.array([], pa.int64())
    delivered = (
        file.table if file else empty.append_column("_record", numbers).append_column("_line", numbers)
    )
    upsert = f"{CHANGE_TYPE} IS DISTINCT FROM 'D'" if checking.is_delta else "true"
    checking.connection.register("delivered", delivered)
    checking.run(
        "CREATE TABLE rows_{e} AS SELECT _record, _line, {upsert} AS _upsert, {columns} FROM delivered",
        e=entity.name,
        upsert=upsert,
        columns=comma([*names, *typed_columns(entity)]),
    )
    checking.connection.unregister("delivered")
    checking.run(
        "CREATE TABLE faults_{e} (_record BIGINT, _position INTEGER, code VARCHAR, col VARCHAR)",
        e=entity.name,
    )
    _load_aside(checking, entity, file)


def aside_columns(entity: Entity) -> list[str]:
    """Return the columns whose values are kept of a record that does not fit the header."""
    return [name for name in entity.names if name in entity.key or name == "nominal_id"]


def _load_aside(checking: Checking, entity: Entity, file: FileTable | None) -> None:
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
    checking.connection.register("delivered", table)
    checking.run("CREATE TABLE aside_{e} AS SELECT * FROM delivered", e=entity.name)
    checking.connection.unregister("delivered")
    checking.run(
        "INSERT INTO faults_{e} SELECT _record, {p}, unnest(codes), '' FROM aside_{e}",
        e=entity.name,
        p=str(_MALFORMED_POSITION),
    )


def _check_rows(checking: Checking, entity: Entity) -> None:
    """Find every rule that a row breaks by itself; conditions are looked at one by one in bad rows only."""
    file = checking.files.get(entity.name)
    if file is None:
        return
    checks = row_checks(entity, checking.is_delta, file.has_long)
    numbered = comma(f"CASE WHEN {check.broken} THEN {n} END" for n, check in enumerate(checks))
    checking.run(
        """
        INSERT INTO faults_{e}
        WITH broken AS (
            SELECT _record, unnest([{numbered}]) AS _position FROM rows_{e}, parameters WHERE {any}
        )
        SELECT broken._record, broken._position, checks.code, checks.col
        FROM broken JOIN (VALUES {checks}) AS checks (_position, code, col) USING (_position)
        """,
        e=entity.name,
        numbered=numbered,
        any=" OR ".join(f"({check.broken})" for check in checks),
        checks=comma(_check_row(n, check) for n, check in enumerate(checks)),
    )


def _check_row(number: int, check: Check) -> str:
    return f"({number}, '{check.code}', '{check.column}')"


def _check_keys(checking: Checking, entity: Entity) -> None:
    """Find rows that share a key: a fault in a delta, and in a full delivery unless they are identical."""
    checking.run(
        """
        CREATE TABLE shared_{e} AS
        SELECT {key}, min(_record) AS _first
        FROM rows_{e} WHERE {given} GROUP BY {key} HAVING count(*) > 1
        """,
        e=entity.name,
        key=comma(entity.key),
        given=given(entity.key),
    )
    code, differing = "key_twice_in_delta", "true"
    if not checking.is_delta:
        code = "key_conflict"
        differing = f"count(DISTINCT row({comma(f'r.{name}' for name in entity.names)})) > 1"
    checking.run(
        """
        INSERT INTO faults_{e}
        WITH conflicts AS (
            SELECT {rkey} FROM rows_{e} AS r JOIN shared_{e} AS s ON {same}
            GROUP BY {rkey} HAVING {differing}
        )
        SELECT r._record, {p}, '{code}', '{blamed}' FROM rows_{e} AS r JOIN conflicts AS s ON {same}
        """,
        e=entity.name,
        rkey=comma(f"r.{name}" for name in entity.key),
        same=equal("r", "s", entity.key),
        differing=differing,
        p=str(_KEY_POSITION),
        code=code,
        blamed=entity.key[0],
    )


def _check_outer_parents(checking: Checking, entity: Entity) -> None:
    for number, parent in enumerate(entity.outer_parents):
        checking.run(
            """
            INSERT INTO faults_{e}
            SELECT r._record, {p}, if(lost.key IS NULL, 'parent_missing', 'parent_quarantined'), '{column}'
            FROM rows_{e} AS r
            ANTI JOIN after_{parent} AS there ON r.{column} = there.{key}
            LEFT JOIN lost_{parent} AS lost ON r.{column} = lost.key
            WHERE r._upsert AND r.{column} IS NOT NULL
            """,
            e=entity.name,
            p=str(_PARENT_POSITION + number),
            column=parent.column,
            parent=parent.entity,
            key=parent.key,
        )


def _check_births(checking: Checking, entity: Entity) -> None:
    """Hold events against the date of birth that a parent has."""
    for order in entity.birth_orders:
        used = [parent for parent in entity.parents if parent.column in (order.event.via, order.birth.via)]
        joins = " ".join(
            f"JOIN after_{parent.entity} AS via_{parent.column}"
            f" ON r.{parent.column} = via_{parent.column}.{parent.key}"
            for parent in used
        )
        event, birth = (
            f"via_{date.via}.{date.column}" if date.via else f"r.v_{date.column}"
            for date in (order.event, order.birth)
        )
        checking.run(
            """
            INSERT INTO faults_{e}
            SELECT r._record, {p}, 'before_birth', '{blamed}'
            FROM rows_{e} AS r {joins} WHERE r._upsert AND {event} < {birth}
            """,
            e=entity.name,
            p=str(_BIRTH_POSITION),
            blamed=order.blamed,
            joins=joins,
            event=event,
            birth=birth,
        )


def _check_merges(checking: Checking, entity: Entity) -> None:
    """Decide the references of an entity to itself, and which records of the state leave by them."""
    parent = entity.self_parent
    assert parent is not None  # noqa: S101  the caller has looked
    names = {"e": entity.name, "key": parent.key, "column": parent.column}
    checking.run("CREATE TABLE merged_away_{e} (key VARCHAR)", **names)
    _make_nodes(checking, names)
    links = checking.run(
        """
        SELECT l._record, f.id AS f, t.id AS t FROM links AS l
        JOIN nodes AS f ON f.name = l.name JOIN nodes AS t ON t.name = l.target ORDER BY l._record
        """
    ).fetchnumpy()
    nodes = checking.run("SELECT * EXCLUDE (name) FROM nodes ORDER BY id").fetchnumpy()
    if not len(nodes["id"]):
        return
    _write_merges(checking, names, links, nodes)


def _make_nodes(checking: Checking, names: dict[str, str]) -> None:
    """Make ``links`` (delivered merges) and ``nodes`` (everybody who merges or is merged into)."""
    checking.run(
        """
        CREATE OR REPLACE TEMP TABLE links AS
        SELECT _record, {key} AS name, {column} AS target FROM rows_{e}
        WHERE _upsert AND {key} IS NOT NULL AND {column} IS NOT NULL;
        CREATE OR REPLACE TEMP TABLE delivered_keys AS
        SELECT r.{key} AS name, any_value(r.{column}) AS target, bool_or(r._upsert) AS upsert,
            bool_and(f._record IS NULL) AS sound
        FROM rows_{e} AS r LEFT JOIN (SELECT DISTINCT _record FROM faults_{e}) AS f USING (_record)
        WHERE r.{key} IS NOT NULL GROUP BY r.{key};
        INSERT INTO lost_{e} SELECT {key} FROM aside_{e} WHERE {key} IS NOT NULL;
        CREATE OR REPLACE TEMP TABLE named AS
        SELECT name, row_number() OVER (ORDER BY name) - 1 AS id FROM (
            SELECT name FROM links UNION SELECT target FROM links
            UNION SELECT {key} FROM state_{e} WHERE {column} IS NOT NULL
            UNION SELECT {column} FROM state_{e} WHERE {column} IS NOT NULL
        );
        CREATE OR REPLACE TEMP TABLE nodes AS
        SELECT n.id, n.name, coalesce(to_.id, -1) AS target,
            coalesce(d.upsert AND d.sound, false) AS accepted, coalesce(d.upsert, false) AS delivered,
            s.{key} IS NOT NULL AS in_state, coalesce(was.id, -1) AS state_target,
            coalesce(NOT d.upsert AND d.sound, false) AS deleted, l.key IS NOT NULL AS lost
        FROM named AS n
        LEFT JOIN delivered_keys AS d ON d.name = n.name
        LEFT JOIN named AS to_ ON to_.name = d.target
        LEFT JOIN state_{e} AS s ON s.{key} = n.name
        LEFT JOIN named AS was ON was.name = s.{column}
        LEFT JOIN (SELECT DISTINCT key FROM lost_{e}) AS l ON l.key = n.name
        """,
        **names,
    )


def _write_merges(
    checking: Checking, names: dict[str, str], links: dict[str, Any], nodes: dict[str, Any]
) -> None:
    """Judge the chains and write what was found as faults of rows and as keys that leave."""
    size = len(nodes["id"])
    # circles as delivered come first: a row in one is at fault for it, whatever else is wrong with the others
    kept = np.flatnonzero(
        nodes["in_state"] & ~nodes["delivered"] & ~nodes["deleted"] & (nodes["state_target"] >= 0)
    )
    start = np.concatenate((links["f"], kept)).astype(np.int64)
    end = np.concatenate((links["t"], nodes["state_target"][kept])).astype(np.int64)
    circling = merges.circles(start, end, size)[: len(links["f"])]
    accepted = nodes["accepted"].copy()
    accepted[links["f"][circling]] = False
    columns = {
        name: nodes[name] for name in ("target", "delivered", "in_state", "state_target", "deleted", "lost")
    }
    verdicts = merges.judge(merges.Chains(accepted=accepted, **columns))
    circling |= verdicts.in_cycle[links["f"]]
    absent = ~verdicts.present[links["t"]]
    codes = np.where(verdicts.lost[links["t"]], "parent_quarantined", "parent_missing")
    codes = np.where(circling, "merge_cycle", codes)
    found = circling | absent
    table = pa.table(
        {"_record": links["_record"][found], "code": pa.array(codes[found].tolist(), pa.string())}
    )
    checking.connection.register("found", table)
    checking.run(
        "INSERT INTO faults_{e} SELECT _record, {p}, code, '{column}' FROM found",
        p=str(_PARENT_POSITION),
        **names,
    )
    checking.connection.unregister("found")
    checking.connection.register("found", pa.table({"id": nodes["id"][verdicts.gone]}))
    checking.run("INSERT INTO merged_away_{e} SELECT name FROM nodes JOIN found USING (id)", **names)
    checking.connection.unregister("found")


def _settle(checking: Checking, entity: Entity) -> None:
    """Decide what is loaded, what leaves, and what the state is afterwards."""
    columns = state_columns(checking.source, entity)
    checking.run(
        """
        CREATE TABLE twins_{e} AS
        SELECT r._record FROM rows_{e} AS r JOIN shared_{e} AS s ON {shared}
        ANTI JOIN faults_{e} AS f ON f._record = r._record WHERE r._record > s._first;
        CREATE TABLE loaded_{e} AS
        SELECT r.* FROM rows_{e} AS r
        ANTI JOIN faults_{e} AS f ON f._record = r._record ANTI JOIN twins_{e} AS t ON t._record = r._record;
        CREATE TABLE derived_{e} AS
        SELECT {skey} FROM state_{e} AS s ANTI JOIN loaded_{e} AS r ON {same} WHERE {leaves};
        CREATE TABLE gone_{e} AS
        SELECT {key} FROM derived_{e} UNION SELECT {keyvalues} FROM loaded_{e} WHERE NOT _upsert;
        CREATE TABLE after_{e} AS
        SELECT {values} FROM loaded_{e} WHERE _upsert
        UNION ALL SELECT {scolumns} FROM state_{e} AS s
        ANTI JOIN loaded_{e} AS r ON {same} ANTI JOIN derived_{e} AS d ON {dsame};
        """,
        e=entity.name,
        key=comma(entity.key),
        shared=equal("s", "r", entity.key),
        same=same_key(entity, "s", "r"),
        skey=comma(f"s.{name}" for name in entity.key),
        scolumns=comma(f"s.{name}" for name in columns),
        values=comma(f"{value(entity.column(name))} AS {name}" for name in columns),
        keyvalues=comma(f"{value(entity.column(name))} AS {name}" for name in entity.key),
        leaves=_leaves(entity),
        dsame=equal("s", "d", entity.key),
    )
    if len(entity.key) == 1:
        _settle_lost(checking, entity)


def _settle_lost(checking: Checking, entity: Entity) -> None:
    """Decide which keys are absent because their row was put aside."""
    checking.run(
        """
        CREATE OR REPLACE TABLE lost_{e} AS
        SELECT key FROM (
            SELECT key FROM lost_{e}
            UNION SELECT {key} FROM rows_{e} SEMI JOIN faults_{e} USING (_record) WHERE _upsert
            UNION SELECT {key} FROM aside_{e}
        )
        WHERE key IS NOT NULL
        AND key NOT IN (SELECT {key} FROM after_{e}) AND key NOT IN (SELECT {key} FROM gone_{e})
        """,
        e=entity.name,
        key=entity.key[0],
    )


def same_key(entity: Entity, stored: str, read: str) -> str:
    """Return the condition that a stored record and a row just read have one key."""
    return " AND ".join(f"{stored}.{name} = {read}.{value(entity.column(name))}" for name in entity.key)


def _leaves(entity: Entity) -> str:
    """Return the condition that a record of the state leaves with a parent."""
    template = "s.{column} IN (SELECT {key} FROM {table})"
    conditions = [
        fill(template, column=parent.column, key=parent.key, table=f"gone_{parent.entity}")
        for parent in entity.outer_parents
    ]
    if entity.self_parent:
        conditions.append(fill(template, column=entity.key[0], key="key", table=f"merged_away_{entity.name}"))
    return " OR ".join(conditions) or "false"
