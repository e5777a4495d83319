"""A script that :mod:`include.ingest.read_parquet` runs on its own: Parquet in, text columns out.

A crafted file may make its reader allocate, loop or crash. Here it takes only this process with it, which
has limits on memory, time, file size and open files and no network, opens two paths, and says on standard
output what it found.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

CPU_SECONDS = 900
_ROW_GROUP = 122_880  # of include.warehouse.stores, which is not imported here
OPEN_FILES = 64
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_LOGICAL = {("BYTE_ARRAY", "String"): "VARCHAR", ("INT32", "Date"): "DATE"}


def parquet_type(column: Any) -> str:
    """Name the SQL type of a Parquet column; nested and unknown ones get a name that no contract has."""
    if column.max_repetition_level or column.max_definition_level > 1 or "." in column.path:
        return "nested"
    logical = column.logical_type
    kind = logical.type if logical is not None else "NONE"
    if kind == "DECIMAL":
        return f"DECIMAL({column.precision},{column.scale})"
    if column.physical_type == "INT64":
        signed = kind == "NONE" or (kind == "INT" and json.loads(logical.to_json()).get("isSigned", False))
        return "BIGINT" if signed else f"INT64 {kind}"
    return _LOGICAL.get(
        (column.physical_type, str(logical)), f"{column.physical_type} {kind}".removesuffix(" NONE")
    )


def as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Turn a column into text, empty text into null; dates become YYYY-MM-DD, decimals keep their scale."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    text = column.cast(pa.string())
    lengths = pc.binary_length(text)
    if pc.min(lengths).as_py() != 0:  # most columns: nothing to copy
        return text
    return pc.if_else(pc.equal(lengths, 0), pa.scalar(None, pa.string()), text)


def describe(path: str) -> dict[str, Any]:
    """Return number of rows and, in file order, the columns with their types."""
    file = pq.ParquetFile(path)
    schema = file.schema
    columns = [schema.column(index) for index in range(len(schema.names))]
    return {
        "rows": file.metadata.num_rows,
        "columns": [[column.path, parquet_type(column)] for column in columns],
    }


def convert(path: str, target: str) -> dict[str, Any]:
    """Write the text columns as Arrow IPC, after looking for what no text may hold."""
    file = pq.ParquetFile(path)
    table = file.read(use_threads=False).combine_chunks()
    if table.num_rows != file.metadata.num_rows:
        raise ValueError("the footer promises another number of rows than there are")
    for name in table.column_names:
        column = as_text(table.column(name))
        column.validate(full=True)
        has_nul = pc.match_substring(column, "\0")
        if pc.any(has_nul).as_py():  # only then its place: for a value of Python's pyarrow imports pandas
            return {"nul": name, "row": pc.index(has_nul, True).as_py() + 1}
        table = table.set_column(table.column_names.index(name), name, column)
    longest = max(
        (pc.max(pc.binary_length(table.column(name))).as_py() or 0 for name in table.column_names), default=0
    )
    with pa.OSFile(target, "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=_ROW_GROUP)
    return {"longest": longest}


def is_wanted(found: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Tell whether the file is what contract and manifest promise, so that unpacking it makes sense."""
    names = [name for name, _ in found["columns"]]
    return (
        found["rows"] == wanted["rows"]
        and sorted(names) == sorted(wanted["types"])
        and all(kind in wanted["types"][name] for name, kind in found["columns"])
    )


def cut_off() -> bool:
    """Leave every network, loopback too, if the kernel allows it (root, or user namespaces).

    Where it does not, the limits are what is left; nothing here opens a connection of its own.
    """
    unshare = ctypes.CDLL(None, use_errno=True).unshare
    if unshare(_NEW_NETWORK) == 0:
        return True
    user, group = os.geteuid(), os.getegid()
    if unshare(_NEW_USER | _NEW_NETWORK) != 0:
        return False
    with contextlib.suppress(OSError):  # the same user inside, so that the target may be made
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    return True


def limit(memory: int) -> None:
    """Set the limits of this process: what it writes is never larger than what it may hold."""
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, memory),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))


def main() -> None:
    """``FILE TARGET MEMORY WANTED``: describe the file, and convert it if it is what is wanted."""
    path, target, memory, wanted = sys.argv[1:]
    cut_off()
    limit(int(memory))
    answer = describe(path)
    if is_wanted(answer, json.loads(wanted)):
        answer |= convert(path, target)
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
