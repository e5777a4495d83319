"""Content hashes: the same rows give the same hash, on any machine, in any order of work.

The hash of a model is over its rows in order of the grain. A row is its values with a separator; text
is written with its length before it, so that no value can pass for two; doubles are written to 9
significant digits, so that the last bits of a sum done in another order do not show.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from include.warehouse.stores import cursor_of, open_store

SCHEMAS = ("marts", "reporting")
OUTSIDE = "rpt_run__"
_FLOATS = frozenset({"DOUBLE", "FLOAT"})
_PLAIN = frozenset({"BIGINT", "INTEGER", "SMALLINT", "TINYINT", "HUGEINT", "BOOLEAN", "DATE", "UBIGINT"})
_BATCH_ROWS = 50_000
_SORTED_WHOLE = 1_000_000
"""Rows up to which a model is sorted in one go."""


class ModelHash(BaseModel):
    """A published model as release.json states it.

    Attributes:
        model: ``schema.name``.
        rows: Number of rows.
        content_sha256: Over its rows; empty for ``rpt_run__*``, which tell of the run itself.
        grain: Columns that order it.
    """

    model_config = ConfigDict(frozen=True)

    model: str
    rows: int
    content_sha256: str
    grain: list[str]


def grains_of(manifest: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the grain of each model (``schema.name``) as its dbt ``meta.grain`` states it."""
    grains: dict[str, list[str]] = {}
    for node in manifest.get("nodes", {}).values():
        if node.get("resource_type") != "model":
            continue
        meta = {**node.get("meta", {}), **node.get("config", {}).get("meta", {})}
        grain = meta.get("grain")
        if grain:
            columns = grain if isinstance(grain, list) else str(grain).replace(",", " ").split()
            grains[f"{node['schema']}.{node.get('alias') or node['name']}"] = [str(name) for name in columns]
    return grains


def hash_warehouse(
    warehouse: Path, grains: Mapping[str, Sequence[str]], threads: int | None = None
) -> list[ModelHash]:
    """Hash every published model of a warehouse file, in order of name."""
    with open_store(warehouse, threads=threads) as connection, ThreadPoolExecutor(threads) as pool:
        # Sorting uses all cores and reading the sorted rows only one: two models at a time keep both busy.
        hashing = [
            pool.submit(
                _hash_model, cursor_of(connection), schema, name, list(grains.get(f"{schema}.{name}", []))
            )
            for schema, name in published_models(connection)
        ]
        return [one.result() for one in hashing]


def published_models(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Return schema and name of every published table, in order."""
    rows = connection.execute(
        "select table_schema, table_name from information_schema.tables "
        "where table_schema in (select unnest(?)) order by all",
        [list(SCHEMAS)],
    ).fetchall()
    return [(str(schema), str(name)) for schema, name in rows]


def _hash_model(connection: duckdb.DuckDBPyConnection, schema: str, name: str, grain: list[str]) -> ModelHash:
    columns = _columns(connection, schema, name)
    unknown = [column for column in grain if column not in columns]
    order = list(columns) if not grain or unknown else grain
    relation = f"{_quoted(schema)}.{_quoted(name)}"
    if name.startswith(OUTSIDE):
        count = connection.execute(f"select count(*) from {relation}").fetchone()  # noqa: S608  our own names
        return ModelHash(
            model=f"{schema}.{name}", rows=int(count[0]) if count else 0, content_sha256="", grain=order
        )
    digest = hashlib.sha256("|".join(f"{column} {kind}" for column, kind in columns.items()).encode())
    ordering = ", ".join(f"{_quoted(column)} nulls last" for column in order)
    # The hash of the line breaks ties, so that a grain that is not unique still gives one order: the line itself would
    # make each key of the sort as long as the row.
    rows = 0
    for part in _parts(connection, relation, order[0], columns[order[0]]):
        reader = connection.execute(
            f"select {_line_sql(columns)} as _hhw_line from {relation} where {part} "  # noqa: S608  our own names
            f"order by {ordering}, hash(_hhw_line)"
        ).to_arrow_reader(_BATCH_ROWS)
        for batch in reader:
            rows += batch.num_rows
            _feed(digest, batch.column(0))
    return ModelHash(model=f"{schema}.{name}", rows=rows, content_sha256=digest.hexdigest(), grain=order)


def _parts(connection: duckdb.DuckDBPyConnection, relation: str, column: str, kind: str) -> list[str]:
    """Return conditions that divide a model in the order of its first column: a large one by its dates.

    The lines of sixty million rows do not fit into memory, those of a run date do; laid end to end they are the same.
    """
    (count,) = connection.execute(f"select count(*) from {relation}").fetchall()[0]  # noqa: S608  our own names
    if kind != "DATE" or count <= _SORTED_WHOLE:
        return ["true"]
    dates = connection.execute(
        f"select distinct {_quoted(column)} as day from {relation} order by day nulls last"  # noqa: S608  our own names
    ).fetchall()
    return [
        f"{_quoted(column)} is null" if day is None else f"{_quoted(column)} = date '{day.isoformat()}'"
        for (day,) in dates
    ]


def _feed(digest: Any, lines: pa.Array) -> None:
    """Feed the bytes of a text array, which lie in one piece: no Python object per row."""
    if len(lines) == 0:
        return
    _, offsets, data = lines.buffers()
    width = 8 if pa.types.is_large_string(lines.type) else 4
    at = memoryview(offsets).cast("q" if width == 8 else "i")
    digest.update(memoryview(data)[at[lines.offset] : at[lines.offset + len(lines)]])


def _columns(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> dict[str, str]:
    rows = connection.execute(
        "select column_name, data_type from information_schema.columns "
        "where table_schema = ? and table_name = ? order by ordinal_position",
        [schema, name],
    ).fetchall()
    # In order of name: where a column stands in the table is no content.
    return {str(column): str(kind) for column, kind in sorted(rows)}


def _line_sql(columns: Mapping[str, str]) -> str:
    # One call joins all: a chain of || copies the growing line once per column.
    values = ", '|', ".join(_value_sql(_quoted(column), kind) for column, kind in columns.items())
    return f"concat({values}, chr(10))"


def _value_sql(column: str, kind: str) -> str:
    if kind in _FLOATS:
        # Adding 0.0 makes a negative zero a plain one.
        return f"coalesce(format('{{:.9g}}', {column} + 0.0), '~')"
    if kind in _PLAIN or kind.startswith("DECIMAL"):
        return f"coalesce({column}::varchar, '~')"
    return f"coalesce(strlen({column}::varchar)::varchar || ':' || {column}::varchar, '~')"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
