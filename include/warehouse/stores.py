"""The one module that opens a store, so that encryption, extensions and paths are decided in one place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

# Nothing is fetched from anywhere at run time: what DuckDB has built in is what it may use.
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
}


@contextmanager
def open_store(
    path: Path, read_only: bool = True, threads: int | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB file; read-only unless the caller is the one writer of a build.

    Args:
        path: The database file.
        read_only: Open without the right to write.
        threads: Limit of threads; DuckDB's own choice if not given.
    """
    config = dict(_CONFIG)
    if threads:
        config["threads"] = str(threads)
    connection = duckdb.connect(str(path), read_only=read_only, config=config)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def memory_store(threads: int | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB in memory, for work over Parquet and Arrow."""
    config = dict(_CONFIG)
    if threads:
        config["threads"] = str(threads)
    connection = duckdb.connect(":memory:", config=config)
    try:
        yield connection
    finally:
        connection.close()


def text_literal(value: str) -> str:
    """Quote a value that we made (a path, an id) as a SQL text literal."""
    return "'" + value.replace("'", "''") + "'"


def parquet_scan(paths: Sequence[Path]) -> str:
    """Return the SQL that scans Parquet files of one shape, in the order given."""
    listed = ", ".join(text_literal(str(path)) for path in paths)
    return f"read_parquet([{listed}], union_by_name = true)"
