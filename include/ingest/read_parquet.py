"""Read one Parquet file: its schema against the contract, its values as text in a limited child process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from include.children import die_with_parent
from include.contract import Entity
from include.contract.model import MAX_FIELD_CHARACTERS
from include.files import private_dir
from include.ingest.faults import DeliveryFaultError, Fault, column_label, refuse
from include.ingest.marks import Positions
from include.ingest.read_csv import header_faults
from include.ingest.table import FileTable, expected_columns

_SECONDS = 1_800
_ENVIRONMENT = ("LD_LIBRARY_PATH", "TMPDIR")  # nothing else of ours is of use to it, secrets least of all
_CHILD = Path(__file__).with_name("parquet_child.py")


def read_parquet(
    path: Path, entity: Entity, is_delta: bool, rows: int, scratch: Path, memory: int
) -> FileTable:
    """Read a Parquet file of an entity.

    Args:
        path: The file, inside the data directory.
        entity: Its entity.
        is_delta: Whether it carries ``change_type``.
        rows: Rows that the manifest promises; looked at before anything is unpacked.
        scratch: A private folder to work in.
        memory: Bytes of memory that the reader may use.

    Raises:
        DeliveryFaultError: The file as a whole cannot be accepted.
    """
    if path.stat().st_size == 0:
        raise refuse("zero_bytes", path.name)
    target = private_dir(scratch) / f"{entity.name}.arrow"
    types = {name: _accepted(entity, name) for name in expected_columns(entity, is_delta)}
    found = _child(path, target, memory, {"rows": rows, "types": types})
    _check_schema(found["columns"], entity, is_delta, path.name)
    if found["rows"] != rows:
        raise refuse("row_count", path.name, detail=f"manifest {rows}, file {found['rows']}")
    if "nul" in found:
        raise refuse("nul_byte", path.name, found["row"], found["nul"])
    with pa.memory_map(str(target)) as source:
        table = pa.ipc.open_file(source).read_all()
    target.unlink()  # the mapping keeps the bytes until the table goes
    numbers = np.arange(table.num_rows, dtype=np.int64)
    data = table.append_column("_record", pa.array(numbers)).append_column("_line", pa.array(numbers + 1))
    return FileTable(
        entity=entity,
        file=path.name,
        rows=found["rows"],
        blank_lines=0,
        load=lambda: data,
        malformed=(),
        raw=lambda wanted: _raw(table, wanted),
        has_long=found["longest"] > MAX_FIELD_CHARACTERS,
    )


def _raw(table: pa.Table, wanted: Positions) -> pa.Array:
    """Return rows as JSON text."""
    rows = table.take(pa.array(wanted)).to_pylist()
    return pa.array([json.dumps(row, ensure_ascii=False).encode() for row in rows], pa.large_binary())


def _check_schema(columns: list[list[str]], entity: Entity, is_delta: bool, file: str) -> None:
    names = tuple(name for name, _ in columns)
    faults = header_faults(names, expected_columns(entity, is_delta), file, None)
    for position, (name, found) in enumerate(columns, start=1):
        wanted = _accepted(entity, name)
        if found not in wanted:
            detail = f"{found} instead of {' or '.join(wanted)}"
            faults.append(Fault("parquet_type", file, None, column_label(name, position), detail))
    if faults:
        raise DeliveryFaultError(faults)


def _accepted(entity: Entity, name: str) -> tuple[str, ...]:
    return entity.column(name).accepted_parquet_types if name in entity.names else ("VARCHAR",)


def _child(path: Path, target: Path, memory: int, wanted: dict[str, Any]) -> dict[str, Any]:
    """Run the limited child; whatever goes wrong there is the file's fault.

    It runs as a bare script (-I: nothing of ours is imported), because starting it is most of its time.
    """
    command = [sys.executable, "-I", str(_CHILD), str(path), str(target), str(memory), json.dumps(wanted)]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            preexec_fn=die_with_parent,  # noqa: PLW1509  one call to the kernel, no lock of ours
        )
        answer = json.loads(done.stdout) if done.returncode == 0 else None
    except (subprocess.TimeoutExpired, ValueError):
        answer = None
    if not isinstance(answer, dict):
        raise refuse("parquet_unreadable", path.name)
    return answer
