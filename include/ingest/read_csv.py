"""Read one CSV file: bytes once, checked whole, records found by the scanner, columns made by pyarrow.

Only records that fit the header go to pyarrow, as text, empty = null and nothing else; the two counts
must agree. Text is kept byte for byte.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from include.contract import Entity
from include.contract.model import MAX_FIELD_CHARACTERS, MAX_LINE_BYTES
from include.errors import IntegrityError
from include.ingest.faults import DeliveryFaultError, Fault, column_label, refuse
from include.ingest.marks import Positions
from include.ingest.scan import Scan, scan
from include.ingest.table import FileTable, Malformed, expected_columns
from include.warehouse.stores import ROW_GROUP

_BOM = b"\xef\xbb\xbf"
_BLOCK = 1 << 24
# A record above this has a field above 4,000 characters whatever its columns: four bytes each, doubled.
_MAX_RECORD_BYTES = MAX_LINE_BYTES
_MAX_ARROW_BLOCK = 1 << 30
_MOST_CONTINUING = 3  # bytes of a character in UTF-8 after its first
_MOST_SPLIT = 1 << 24  # of a record beyond what is allowed, so much is looked at for the keys in it
csv.field_size_limit(_MOST_SPLIT)
_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


def read_csv(path: Path, entity: Entity, is_delta: bool, sha256: str) -> FileTable:
    """Read a CSV file of an entity.

    Args:
        path: The file, inside the data directory.
        entity: Its entity.
        is_delta: Whether it carries ``change_type``.
        sha256: What its bytes must hash to.

    Raises:
        DeliveryFaultError: The file as a whole cannot be accepted.
    """
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise refuse("changed_while_read", path.name)
    start = check_bytes(data, path.name)
    view = np.frombuffer(data, np.uint8)
    found = scan(view, start, path.name)
    header = read_header(data, found, expected_columns(entity, is_delta), path.name)
    sizes = found.ends - found.starts
    oversized = sizes > _MAX_RECORD_BYTES
    good = (found.fields == len(header)) & ~found.junk & ~oversized
    good[0] = False
    chosen = np.flatnonzero(good).astype(np.int64)
    bad = np.flatnonzero(~good)[1:]
    records = _records(data, found.starts)
    text = _Text(path, path.stat(), found.starts)
    return FileTable(
        entity=entity,
        file=path.name,
        rows=len(found.starts) - 1,
        blank_lines=found.blank_lines,
        load=partial(_load, text, header, chosen, found.lines[chosen]),
        malformed=tuple(
            _malformed(found, int(index), header, records, bool(oversized[index])) for index in bad
        ),
        raw=lambda wanted: text.records().take(pa.array(wanted + 1)),
        has_long=bool((sizes[chosen] > MAX_FIELD_CHARACTERS).any()),
    )


@dataclass(frozen=True)
class _Text:
    """A file that was looked through, read again when it is wanted: its bytes do not wait in memory meanwhile."""

    path: Path
    seen: os.stat_result
    starts: Positions

    def records(self) -> pa.LargeBinaryArray:
        """Return its records, header first.

        Raises:
            DeliveryFaultError: It is another file now.
        """
        data, now = self.path.read_bytes(), self.path.stat()
        if (now.st_size, now.st_mtime_ns) != (self.seen.st_size, self.seen.st_mtime_ns):
            raise refuse("changed_while_read", self.path.name)
        return _records(data, self.starts)


def _load(text: _Text, header: tuple[str, ...], chosen: Positions, lines: Positions) -> pa.Table:
    """Make the table of the good records."""
    records = text.records()
    fitting = records.slice(1) if len(chosen) == len(records) - 1 else records.take(pa.array(chosen))
    table = _parse(fitting, header, len(chosen), text.path.name)
    return table.append_column("_record", pa.array(chosen - 1)).append_column("_line", pa.array(lines))


def check_bytes(data: bytes, file: str) -> int:
    """Check what can be said of the bytes alone, and return where the text begins.

    Raises:
        DeliveryFaultError: No bytes, a NUL byte, or not UTF-8.
    """
    if not data:
        raise refuse("zero_bytes", file)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refuse("encoding", file, 1, detail="it begins like UTF-16")
    nul = data.find(b"\0")
    if nul >= 0:
        raise refuse("nul_byte", file, data.count(b"\n", 0, nul) + 1)
    _check_utf8(data, file)
    return len(_BOM) if data.startswith(_BOM) else 0


def _check_utf8(data: bytes, file: str) -> None:
    if data.isascii():
        return
    start = 0
    view = memoryview(data)
    while start < len(data):
        end = min(start + _BLOCK, len(data))
        for _ in range(_MOST_CONTINUING):
            if end < len(data) and data[end] & 0xC0 == 0x80:
                end -= 1  # not in the middle of a character; where more of these bytes stand, it is none
        try:
            str(view[start:end], "utf-8")
        except UnicodeDecodeError as error:
            raise refuse("encoding", file, data.count(b"\n", 0, start + error.start) + 1) from error
        start = end


def read_header(data: bytes, found: Scan, expected: tuple[str, ...], file: str) -> tuple[str, ...]:
    """Return the column names of the header in file order.

    Raises:
        DeliveryFaultError: With every missing, unknown and repeated column.
    """
    if not len(found.starts):
        raise refuse("column_missing", file, 1, detail="there is no header")
    line = int(found.lines[0])
    text = data[int(found.starts[0]) : int(found.ends[0])].decode()
    names = tuple(_split(text))
    faults = header_faults(names, expected, file, line)
    if bool(found.junk[0]) or len(names) != int(found.fields[0]):
        faults.append(Fault("text_after_quote", file, line, detail="in the header"))
    if faults:
        raise DeliveryFaultError(faults)
    return names


def header_faults(
    names: tuple[str, ...], expected: tuple[str, ...], file: str, line: int | None
) -> list[Fault]:
    """Compare column names with the contract's, exactly, in any order."""
    separator = next((mark for mark in _OTHER_SEPARATORS if len(names) == 1 and mark in names[0]), "")
    detail = (
        f"columns are separated by {_OTHER_SEPARATORS[separator]}; commas are wanted" if separator else ""
    )
    missing = [Fault("column_missing", file, line, name, detail) for name in expected if name not in names]
    unknown = [
        Fault("column_unknown", file, line, column_label(name, position))
        for position, name in enumerate(names, start=1)
        if name not in expected
    ]
    repeated = [Fault("column_repeated", file, line, name) for name in expected if names.count(name) > 1]
    return [*missing, *unknown, *repeated]


def _records(data: bytes, starts: Positions) -> pa.LargeBinaryArray:
    """Lay an array of byte strings over the file, one per record, without copying.

    Blank lines lie between records and belong to the one before; they are of no consequence there.
    """
    offsets = np.append(starts, np.int64(len(data)))
    return pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), len(starts), [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    )


def _parse(records: pa.LargeBinaryArray, header: tuple[str, ...], expected: int, file: str) -> pa.Table:
    """Let pyarrow make text columns of records that are known to fit the header: a row group at a time, side by side.

    Raises:
        IntegrityError: It did not make ``expected`` rows of them.
    """
    schema = pa.schema([(name, pa.string()) for name in header])
    groups = [records.slice(first, ROW_GROUP) for first in range(0, len(records), ROW_GROUP)]
    with ThreadPoolExecutor(pa.cpu_count(), "parse") as pool:
        table = pa.concat_tables([schema.empty_table(), *pool.map(partial(_parse_group, schema), groups)])
    if table.num_rows != expected:
        raise IntegrityError(
            f"{file}: the reader made {table.num_rows} rows of {expected} records; nothing was loaded.",
            "This is a fault of the ingest, not of the delivery: keep the delivery and report it.",
        )
    return table


def _parse_group(schema: pa.Schema, records: pa.LargeBinaryArray) -> pa.Table:
    offsets = np.frombuffer(records.buffers()[1], np.int64)[
        records.offset : records.offset + len(records) + 1
    ]
    body = records.buffers()[2].slice(int(offsets[0]), int(offsets[-1] - offsets[0]))
    if body.slice(0, len(_BOM)).to_pybytes() == _BOM:
        # The mark of the file is behind us: here it is text, and the reader would drop what it takes for one.
        body = pa.py_buffer(_BOM + body.to_pybytes())
    return arrow_csv.read_csv(
        pa.BufferReader(body),
        read_options=arrow_csv.ReadOptions(
            use_threads=False, column_names=schema.names, block_size=min(len(body), _MAX_ARROW_BLOCK)
        ),
        parse_options=arrow_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=True),
        convert_options=arrow_csv.ConvertOptions(
            check_utf8=False,
            column_types=schema,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )


def _malformed(
    found: Scan, index: int, header: tuple[str, ...], records: pa.LargeBinaryArray, is_oversized: bool
) -> Malformed:
    """Describe a record that does not fit, with as many of its values as its text gives away."""
    codes = []
    if found.fields[index] != len(header):
        codes.append("field_count")
    if found.junk[index]:
        codes.append("text_after_quote")
    if is_oversized:
        codes.append("field_too_long")
    return Malformed(
        record=index - 1,
        line=int(found.lines[index]),
        codes=tuple(codes),
        values=_values(records[index].as_py(), header),
    )


def _values(raw: bytes, header: tuple[str, ...]) -> dict[str, str]:
    fields = _split(raw[:_MOST_SPLIT].decode(errors="ignore"))
    whole = fields if len(raw) <= _MOST_SPLIT else fields[:-1]
    return {
        name: value
        for name, value in zip(header, whole, strict=False)
        if value and len(value) <= MAX_FIELD_CHARACTERS
    }


def _split(text: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text, newline="")), [])
    except csv.Error:  # a field beyond the limit: a header of that size names nothing
        return []
