"""Hold what Spark has built against what DuckDB has: every published model, row by row and column by column."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from include.warehouse.build import BuildResult
from include.warehouse.stores import open_store, text_literal

PUBLISHED = ("marts", "reporting")
TOLERANCE = 1e-9
"""Relative. The engines add doubles in another order, and have libraries of their own for ``exp`` and ``ln``."""
_INEXACT = ("DOUBLE", "DECIMAL")


@dataclass(frozen=True)
class Compared:
    """What came of one model.

    Attributes:
        rows: Rows on DuckDB.
        columns: Columns on DuckDB.
        differences: What is not the same, in words; none where everything is.
    """

    model: str
    rows: int
    columns: int
    differences: list[str]


def compare_builds(
    on_duckdb: BuildResult, on_spark: BuildResult, models: Collection[str] = ()
) -> list[Compared]:
    """Compare two builds of one plan.

    Args:
        on_duckdb: Its manifest says what is published, and which columns tell a row from others (``meta.grain``).
        on_spark: Its models; one that is not there differs.
        models: Published models to compare; all if none.
    """
    manifest = json.loads(on_duckdb.manifest.read_text(encoding="utf-8"))
    published = {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] in PUBLISHED
    }
    with open_store(on_duckdb.warehouse) as store:
        return [_compare(store, published[name], on_spark.warehouse) for name in sorted(models or published)]


def _compare(store: duckdb.DuckDBPyConnection, node: dict[str, Any], tables: Path) -> Compared:
    table = f"{node['schema']}.{node['name']}"
    types = _types(store, table)
    (rows,) = store.execute(f"select count(*) from {table}").fetchall()[0]  # noqa: S608  a model of ours
    folder = tables / f"{node['schema']}.db" / node["name"]
    if not any(folder.glob("*.parquet")):
        # Spark writes no file for a table without rows
        is_empty = folder.is_dir() and not rows
        return Compared(node["name"], rows, len(types), [] if is_empty else ["no rows on Spark"])
    files = f"read_parquet({text_literal(f'{folder}/*.parquet')})"
    on_spark = _types(store, files)
    differences = [
        f"{column}: {types.get(column)} on DuckDB, {on_spark.get(column)} on Spark"
        for column in types | on_spark
        if types.get(column) != on_spark.get(column)
    ]
    if not differences:
        differences = _row_differences(store, table, files, types, node["config"]["meta"]["grain"])
    return Compared(node["name"], rows, len(types), differences)


def _types(store: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    return {name: kind for name, kind, *_ in store.execute(f"describe from {relation}").fetchall()}


def _row_differences(
    store: duckdb.DuckDBPyConnection, table: str, files: str, types: dict[str, str], grain: list[str]
) -> list[str]:
    """Count keys that only one side has, keys that stand twice, and values that differ, column by column."""
    same_key = " and ".join(f'one."{key}" is not distinct from other."{key}"' for key in grain)
    key = ", ".join(f'coalesce(one."{key}", other."{key}")' for key in grain)
    counted = {
        "keys on DuckDB alone": "count(*) filter (where other._is_there is null)",
        "keys on Spark alone": "count(*) filter (where one._is_there is null)",
        "rows of a key that stands twice": f"count(*) - count(distinct row({key}))",
    }
    counted |= {
        column: f"count(*) filter (where one._is_there and other._is_there and {_differs(column, kind)})"
        for column, kind in types.items()
        if column not in grain
    }
    found = store.execute(
        f"select {', '.join(counted.values())} "  # noqa: S608  names of our own models
        f"from (select *, true as _is_there from {table}) as one "
        f"full join (select *, true as _is_there from {files}) as other on {same_key}"
    ).fetchall()[0]
    return [f"{what}: {n}" for what, n in zip(counted, found, strict=True) if n]


def _differs(column: str, kind: str) -> str:
    one, other = f'one."{column}"', f'other."{column}"'
    distinct = f"{one} is distinct from {other}"
    if not kind.startswith(_INEXACT):
        return distinct
    near = f"abs({one} - {other}) <= {TOLERANCE} * greatest(abs({one}), abs({other}))"
    return f"{distinct} and not coalesce({near}, false)"
