"""A script that :mod:`include.ingest.read_parquet` runs on its own: Parquet in, text columns out.

A crafted file may make its reader allocate, loop or crash. Here it takes only this process with it, which
has limits on memory and time, opens two paths, and says on standard output what it found.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

CPU_SECONDS = 900
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
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


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
    table = pq.ParquetFile(path).read(use_threads=False)
    for name in table.column_names:
        column = as_text(table.column(name))
        column.validate(full=True)
        nul = pc.index(pc.match_substring(column, "\0"), True).as_py()
        if nul >= 0:
            return {"nul": name, "row": nul + 1}
        table = table.set_column(table.column_names.index(name), name, column)
    longest = max(
        (pc.max(pc.binary_length(table.column(name))).as_py() or 0 for name in table.column_names), default=0
    )
    with pa.OSFile(target, "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return {"longest": longest}


def is_wanted(found: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Tell whether the file is what contract and manifest promise, so that unpacking it makes sense."""
    names = [name for name, _ in found["columns"]]
    return (
        found["rows"] == wanted["rows"]
        and sorted(names) == sorted(wanted["types"])
        and all(kind in wanted["types"][name] for name, kind in found["columns"])
    )


def main() -> None:
    """``FILE TARGET MEMORY WANTED``: describe the file, and convert it if it is what is wanted."""
    path, target, memory, wanted = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answer = describe(path)
    if is_wanted(answer, json.loads(wanted)):
        answer |= convert(path, target)
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
