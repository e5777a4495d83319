"""The one module that opens a store, so that encryption, extensions and paths are decided in one place.

With ``HHW_ENCRYPTION_KEY_FILE`` every DuckDB and Parquet file is written encrypted, and so is what DuckDB spills.
A store that was written before the profile was switched on is told by its first bytes and read as it is.
"""

from __future__ import annotations

import base64
import importlib.util
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from include.encryption import DataKey, Keys, active_keys
from include.errors import EncryptionError, IntegrityError
from include.settings import get_settings

_Config = dict[str, str | bool | int | float | list[str]]
# Nothing is fetched from anywhere at run time: what DuckDB has built in is what it may use.
_CONFIG: _Config = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
}
ROW_GROUP = 122_880
"""Rows of a row group of Parquet: DuckDB's own choice."""
_NEWEST_FORMAT: _Config = {"storage_compatibility_version": "latest"}
_PARQUET_PLAIN, _PARQUET_ENCRYPTED = b"PAR1", b"PARE"
_ENCRYPTED_FLAG = 20
_FILES_ELSEWHERE = "HTTPFileSystem,S3FileSystem,HuggingFaceFileSystem"
"""What the extension brings beside ciphers: nothing of ours lies there, so it is switched off."""


@contextmanager
def open_store(
    path: Path, read_only: bool = True, threads: int | None = None, newest_format: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB file; read-only unless the caller is the one writer of a build.

    Args:
        path: The database file.
        read_only: Open without the right to write.
        threads: Limit of threads; DuckDB's own choice if not given.
        newest_format: Make a new file in the format of this very DuckDB, which it writes faster and older ones cannot
            read. Not for what is published.

    Raises:
        EncryptionError: It is encrypted and none of our keys opens it.
        IntegrityError: It was written by a newer DuckDB than the installed one.
    """
    keys = active_keys()
    config = _config(threads) | (_NEWEST_FORMAT if newest_format else {})
    connection = _connect(":memory:" if keys else str(path), read_only and keys is None, config)
    try:
        if keys is not None:
            use_keys(connection, keys)
            attach(connection, path, path.stem, read_only=read_only)
            connection.execute(f'use "{path.stem}"')
        yield connection
    finally:
        connection.close()


def _connect(database: str, read_only: bool, config: _Config) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(database, read_only=read_only, config=config)
    except duckdb.IOException as error:
        if "version number" not in str(error):
            raise
        raise IntegrityError(
            f"{Path(database).name} was written by a newer DuckDB than {duckdb.__version__}, which is installed here.",
            "Install the version of the warehouse that made this release, or build the release again with this one.",
        ) from error


@contextmanager
def memory_store(threads: int | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB in memory, for work over Parquet and Arrow."""
    keys = active_keys()
    connection = duckdb.connect(":memory:", config=_config(threads))
    try:
        if keys is not None:
            use_keys(connection, keys)
        yield connection
    finally:
        connection.close()


def cursor_of(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Return a second connection to a store that is open, for other work at the same time.

    DuckDB's own cursor begins at the database in memory, not at the one that was attached.
    """
    (name,) = connection.execute("select current_database()").fetchall()[0]
    cursor = connection.cursor()
    cursor.execute(f'use "{name}"')
    return cursor


def _config(threads: int | None) -> _Config:
    """Return what a store is opened with; without a limit DuckDB takes four fifths of the machine's memory."""
    limits = {"memory_limit": get_settings().memory_limit} | ({"threads": str(threads)} if threads else {})
    return _CONFIG | limits


def use_keys(connection: duckdb.DuckDBPyConnection, keys: Keys) -> None:
    """Give a DuckDB what it needs to read and write encrypted files: ciphers, keys, and encrypted spilling.

    Raises:
        EncryptionError: The extension with the ciphers is not installed.
    """
    connection.execute(f"load {text_literal(str(_ciphers()))}")
    connection.execute(f"set disabled_filesystems = {text_literal(_FILES_ELSEWHERE)}")
    connection.execute("set temp_file_encryption = true")
    for key in keys.by_id.values():
        connection.execute(f"pragma add_parquet_key({text_literal(_name(key))}, {_literal(key, 'parquet')})")


def _ciphers() -> Path:
    """Return DuckDB's own build of the ciphers; what DuckDB has built in may read encrypted files, not write them."""
    package = importlib.util.find_spec("duckdb_extension_httpfs")
    folders = package.submodule_search_locations if package else None
    for folder in folders or ():
        for path in Path(folder).glob(f"extensions/v{duckdb.__version__}/httpfs.duckdb_extension"):
            return path
    raise EncryptionError(
        f"The package duckdb-extension-httpfs {duckdb.__version__} is not installed: nothing can be encrypted.",
        "Install what requirements.lock names: `make run` does.",
    )


def _name(key: DataKey) -> str:
    return f"hhw_{key.key_id}"


def _literal(key: DataKey, use: str) -> str:
    return text_literal(base64.b64encode(key.for_use(use)).decode())


def attach(connection: duckdb.DuckDBPyConnection, path: Path, name: str, *, read_only: bool = True) -> None:
    """Attach a DuckDB file to a connection of this module, encrypted or not.

    Raises:
        EncryptionError: It is encrypted and none of our keys opens it.
    """
    options = ["read_only"] if read_only else []
    keys = active_keys()
    if keys is None or _is_plain_duckdb(path):
        _attach(connection, path, name, options)
        return
    others = [key for key in keys.by_id.values() if key != keys.current] if path.exists() else []
    for key in (keys.current, *others):
        try:
            _attach(connection, path, name, [*options, f"encryption_key {_literal(key, 'duckdb')}"])
        except duckdb.InvalidInputException:
            continue
        return
    raise EncryptionError(
        f"{path.name} is encrypted, and none of the {len(keys.by_id)} keys of this data directory opens it.",
        "It is of another data directory, or damaged: `hhw verify` names damaged files.",
    )


def _attach(connection: duckdb.DuckDBPyConnection, path: Path, name: str, options: Sequence[str]) -> None:
    listed = f" ({', '.join(options)})" if options else ""
    connection.execute(f'attach {text_literal(str(path))} as "{name}"{listed}')


def _is_plain_duckdb(path: Path) -> bool:
    """Tell whether a file says of itself that it is a DuckDB without encryption: a flag in its first header."""
    if not path.exists():
        return False
    with path.open("rb") as stream:
        header = stream.read(_ENCRYPTED_FLAG + 1)
    return header[8:12] == b"DUCK" and not header[_ENCRYPTED_FLAG] & 1


def text_literal(value: str) -> str:
    """Quote a value that we made (a path, an id) as a SQL text literal."""
    return "'" + value.replace("'", "''") + "'"


def parquet_scan(paths: Sequence[Path]) -> str:
    """Return the SQL that scans Parquet files of one shape, in the order given."""
    if active_keys() is not None:
        # With keys, read_parquet ends in a fault of DuckDB 1.5.5 when it is to unite by name (duckdb #21508).
        scans = " union all by name ".join(f"from {_one_scan(path)}" for path in paths)
        return f"({scans})"
    listed = ", ".join(text_literal(str(path)) for path in paths)
    return f"read_parquet([{listed}], union_by_name = true)"


def _one_scan(path: Path) -> str:
    key = _key_of(path)
    encryption = f", encryption_config = {{footer_key: {text_literal(_name(key))}}}" if key else ""
    return f"read_parquet({text_literal(str(path))}{encryption})"


def _key_of(path: Path) -> DataKey | None:
    """Return the key that a Parquet file was written with; ``None`` for one that needs none.

    Raises:
        EncryptionError: None of ours opens it.
    """
    keys = active_keys()
    if keys is None or not is_encrypted_parquet(path):
        return None
    if len(keys.by_id) == 1:
        return keys.current
    with duckdb.connect(":memory:", config=_CONFIG) as probe:
        use_keys(probe, keys)
        for key in (keys.current, *keys.by_id.values()):
            try:
                probe.execute(
                    f"select count(*) from read_parquet({text_literal(str(path))}, "  # noqa: S608  our own path
                    f"encryption_config = {{footer_key: {text_literal(_name(key))}}})"
                )
            except duckdb.Error:
                continue
            return key
    raise EncryptionError(
        f"{path.name} is encrypted, and none of the {len(keys.by_id)} keys of this data directory opens it.",
        "It is of another data directory, or damaged: `hhw verify` and `hhw doctor` name damaged files.",
    )


def is_encrypted_parquet(path: Path) -> bool:
    """Tell whether a file says of itself that it is an encrypted Parquet file."""
    with path.open("rb") as stream:
        return stream.read(4) == _PARQUET_ENCRYPTED


def parquet_options() -> str:
    """Return the options of a ``copy ... to`` that writes a Parquet file of ours."""
    keys = active_keys()
    encryption = f", encryption_config {{footer_key: {text_literal(_name(keys.current))}}}" if keys else ""
    return f"(format parquet, compression zstd{encryption})"


def parquet_rows(path: Path) -> int:
    """Return how many rows a Parquet file of ours says it holds; without keys by another reader than DuckDB."""
    if active_keys() is None:
        return int(pq.read_metadata(path).num_rows)
    with memory_store() as connection:
        row = connection.execute(f"select count(*) from {parquet_scan([path])}").fetchone()  # noqa: S608  our own path
    return int(row[0]) if row else -1


def read_table(path: Path) -> pa.Table:
    """Read a whole Parquet file of ours."""
    if active_keys() is None:
        return pq.read_table(path)
    with memory_store() as connection:
        return connection.execute(f"select * from {parquet_scan([path])}").to_arrow_table()  # noqa: S608  our own path


def write_open_table(table: pa.Table, path: Path, plain: Collection[str] = ()) -> None:
    """Write a Parquet file that is to be open to whoever has it.

    Args:
        table: What to write; in row groups of DuckDB's own size, which its threads share between them.
        path: Where to.
        plain: Columns of which a dictionary is not worth while.
    """
    pq.write_table(
        table,
        path,
        row_group_size=ROW_GROUP,
        compression="zstd",
        use_dictionary=[name for name in table.column_names if name not in plain],
    )


def write_table(table: pa.Table, path: Path, plain: Collection[str] = ()) -> None:
    """Write a Parquet file of ours; the arguments are those of :func:`write_open_table`."""
    if active_keys() is None:
        write_open_table(table, path, plain)
        return
    with memory_store() as connection:
        connection.register("written", table)
        connection.execute(f"copy written to {text_literal(str(path))} {parquet_options()}")
