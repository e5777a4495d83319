"""Every byte store of a data directory, decoded: where is somebody who was erased still named?

A search over raw bytes would find nothing in a compressed column. Parquet and DuckDB files are read, every text in
them is taken apart; workbooks are unpacked; everything else is searched as text.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

from include.erasure.tombstones import FILE, KINDS, Tombstones, key_file
from include.sealed import read_private
from include.settings import Settings
from include.warehouse.stores import memory_store, open_store, parquet_scan

_SOURCES = ("synthetic", "requests")
"""Folders that stand for others: what the synthetic force delivers, and requests, which go once they are done."""
_BYTES = re.compile(rb"[0-9A-Za-z][0-9A-Za-z/_.:-]*")
_OWN = frozenset({FILE})


def all_files(settings: Settings) -> Iterator[Path]:
    """Yield every file of the data directory that could hold data of a person."""
    own_key = key_file(settings)
    for path in sorted(settings.data_dir.rglob("*")):
        inside = path.relative_to(settings.data_dir)
        if path.is_symlink() or not path.is_file() or inside.parts[0] in _SOURCES:
            continue
        if path != own_key and path.name not in _OWN:
            yield path


def holds(path: Path, stones: Tombstones) -> bool:
    """Tell whether a file names somebody who was erased.

    Raises:
        duckdb.Error: It calls itself a store and cannot be read: nothing can be said of it.
    """
    if path.suffix == ".duckdb":
        return _duckdb_holds(path, stones)
    if path.suffix == ".parquet":
        return _parquet_holds(path, stones)
    content = read_private(path)
    if path.suffix == ".xlsx" and zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return any(_bytes_hold(book.read(name), stones) for name in book.namelist())
    return _bytes_hold(content, stones)


def _bytes_hold(data: bytes, stones: Tombstones) -> bool:
    return any(stones.in_text(token.decode("ascii")) for token in set(_BYTES.findall(data)))


def _duckdb_holds(path: Path, stones: Tombstones) -> bool:
    with open_store(path) as store:
        tables = store.execute(
            "select table_schema, table_name from information_schema.tables where table_type = 'BASE TABLE'"
        ).fetchall()
        relations = [f'"{schema}"."{name}"' for schema, name in tables]
        return any(_relation_holds(store, relation, stones) for relation in relations)


def _parquet_holds(path: Path, stones: Tombstones) -> bool:
    with memory_store() as store:
        return _relation_holds(store, parquet_scan([path]), stones)


def _relation_holds(store: duckdb.DuckDBPyConnection, relation: str, stones: Tombstones) -> bool:
    """Look at the distinct texts of every column that is no number, date or flag."""
    columns = store.execute(f"describe select * from {relation}").fetchall()  # noqa: S608  our own names
    texts = [
        name for name, kind, *_ in columns if not re.match(r"(.*INT$|DOUBLE|DECIMAL|DATE$|BOOL|TIME)", kind)
    ]
    return any(_column_holds(store, relation, name, stones) for name in texts)


def _column_holds(store: duckdb.DuckDBPyConnection, relation: str, name: str, stones: Tombstones) -> bool:
    kind = KINDS.get(name)
    quoted = '"' + name.replace('"', '""') + '"'
    cursor = store.execute(f"select distinct {quoted}::varchar from {relation} where {quoted} is not null")  # noqa: S608  our own names
    while rows := cursor.fetchmany(50_000):
        if any(stones.in_text(text) or (kind and stones.has(kind, text)) for (text,) in rows):
            return True
    return False
