"""Take erased people out of a delivery: whole rows, by their identifiers, with a manifest that says so.

A row goes if any identifier in it is that of somebody who was erased. What such a row names as the same person (a
nominal merged into that one, its PNC id, its spell, its register entry) is erased with it, so that a later delivery
cannot bring the person in under another id.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from include.contract import Entity
from include.contract.model import MANIFEST_NAME
from include.erasure.tombstones import KINDS, Identifier, Tombstones
from include.files import fsync_dir, fsync_file, private_dir, sha256_file, write_durably
from include.ingest.faults import DeliveryFaultError
from include.ingest.manifest import Manifest
from include.ingest.read import read_files, scratch_folder
from include.ingest.read_csv import check_bytes
from include.ingest.scan import scan
from include.ingest.table import FileTable
from include.settings import Settings
from include.warehouse.stores import read_table, write_table

Flags = npt.NDArray[np.bool_]
_SAME_PERSON = {
    "nominals": ("nominal_id", "pnc_id"),
    "cohort_spells": ("spell_id",),
    "visor_summary": ("visor_id",),
}
"""Columns that, in a row that goes, name the same person again."""
_PARQUET, _ENCRYPTED = b"PAR1", b"PARE"
_NO_TEXT = bytes({*range(1, 32)} - set(b"\t\n\v\f\r\x1a"))


def scrub_in_place(
    settings: Settings, folder: Path, manifest: Manifest, stones: Tombstones
) -> dict[str, int]:
    """Take erased people out of a delivery in the data directory: in a copy, which then takes its place.

    Returns:
        Rows taken out, by file; empty where nobody was in it.

    Raises:
        DeliveryFaultError: The delivery cannot be read.
    """
    copy = private_dir(settings.work_dir / ".erasing") / folder.name
    shutil.rmtree(copy, ignore_errors=True)
    with scratch_folder(settings) as scratch:
        files = read_files(folder, manifest, scratch, settings)
        shutil.copytree(folder, copy, symlinks=True)
        removed = scrub_delivery(copy, manifest, files, stones)
    if removed:
        old = copy.with_name(f"{folder.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        folder.rename(old)
        copy.rename(folder)
        fsync_dir(folder.parent)
        shutil.rmtree(old)
    shutil.rmtree(copy, ignore_errors=True)
    return removed


def scrub_delivery(
    folder: Path, manifest: Manifest, files: Mapping[str, FileTable], stones: Tombstones
) -> dict[str, int]:
    """Take erased people out of the files of a sound delivery, and write its manifest anew.

    Args:
        folder: The delivery, in the data directory.
        manifest: Its manifest.
        files: Its files as read.
        stones: Who was erased; what names the same person is added.

    Returns:
        Rows taken out, by file; empty where nobody was in it.
    """
    goes = {file.file: _goes(file, stones) for file in files.values()}
    removed = {name: int(flags.sum()) for name, flags in goes.items() if flags.any()}
    for name in removed:
        _rewrite(folder / name, goes[name])
    if removed:
        _write_manifest(folder, removed)
    return removed


def _goes(file: FileTable, stones: Tombstones) -> Flags:
    """Return for each record whether it goes."""
    flags = np.zeros(file.rows, np.bool_)
    table = file.load()
    records = table.column("_record").to_numpy()
    names = [name for name in table.column_names if name in KINDS]
    while True:
        matched = np.zeros(table.num_rows, np.bool_)
        for name in names:
            matched |= column_matches(table.column(name), KINDS[name], stones)
        new = _same_person(file.entity, table, matched, stones)
        if not new:
            break
        stones.widen(new)
    flags[records[matched]] = True
    if file.malformed:
        positions = np.array([bad.record for bad in file.malformed], np.int64)
        texts = file.raw(positions).cast(pa.large_string(), safe=False).to_pylist()
        flags[positions] = [
            stones.in_text(text or "")
            or any(stones.has(KINDS[name], value) for name, value in bad.values.items() if name in KINDS)
            for text, bad in zip(texts, file.malformed, strict=True)
        ]
    return flags


def _same_person(entity: Entity, table: pa.Table, matched: Flags, stones: Tombstones) -> set[Identifier]:
    """Return identifiers in rows that go which are nobody else's."""
    new: set[Identifier] = set()
    for name in _SAME_PERSON.get(entity.name, ()):
        column = table.column(name)
        gone, kept = (set(column.filter(pa.array(mask)).to_pylist()) for mask in (matched, ~matched))
        kind = KINDS[name]
        new |= {(kind, value) for value in gone - kept if value and not stones.has(kind, value)}
    return new


def column_matches(column: pa.ChunkedArray, kind: str, stones: Tombstones) -> Flags:
    """Return for each value of a text column whether it is an erased identifier; each distinct value once."""
    encoded = pc.dictionary_encode(column.cast(pa.large_string())).combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = (
            encoded.chunk(0) if encoded.num_chunks else pa.array([], pa.large_string()).dictionary_encode()
        )
    known = np.array(
        [stones.has(kind, value) for value in encoded.dictionary.to_pylist()] + [False], np.bool_
    )
    indices = pc.fill_null(encoded.indices, len(known) - 1).to_numpy(zero_copy_only=False)
    return np.asarray(known[indices], np.bool_)


def _rewrite(path: Path, goes: Flags) -> None:
    data = path.read_bytes()
    if path.suffix == ".parquet":
        _write_plain(_without(pq.read_table(io.BytesIO(data)), goes), path)
        return
    found = scan(np.frombuffer(data, np.uint8), check_bytes(data, path.name), path.name)
    stays = np.flatnonzero(np.concatenate([[True], ~goes]))
    # Stretches of records that stay are copied whole: there are only as many as rows that go.
    breaks = np.flatnonzero(np.diff(stays) > 1)
    first, last = stays[np.r_[0, breaks + 1]], stays[np.r_[breaks, len(stays) - 1]]
    view = memoryview(data)
    parts = [view[int(found.starts[a]) : int(found.ends[b])] for a, b in zip(first, last, strict=True)]
    write_durably(path, data[: int(found.starts[0])] + b"".join(parts))


def _write_manifest(folder: Path, removed: Mapping[str, int]) -> None:
    path = folder / MANIFEST_NAME
    body = json.loads(path.read_bytes())
    for file in body["files"]:
        if file["name"] in removed:
            file["rows"] -= removed[file["name"]]
            file["sha256"] = sha256_file(folder / file["name"])
    write_durably(path, json.dumps(body, indent=1) + "\n")


def scrub_loose(folder: Path, stones: Tombstones) -> int:
    """Take erased people out of files that nobody could or will read as a delivery: record by record, row by row.

    A file that cannot be read goes whole, since nothing can be said of what is in it; one in which a record cannot be
    told from the next, where somebody is in it.

    Returns:
        Records, rows and files taken out.
    """
    gone = 0
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()):
        data = path.read_bytes()
        gone += (
            _scrub_parquet(path, data, stones)
            if data[:4] in (_PARQUET, _ENCRYPTED)
            else _scrub_text(path, data, stones)
        )
    return gone


def _scrub_text(path: Path, data: bytes, stones: Tombstones) -> int:
    """Take the records out that name somebody; of a file that has none, all of it as soon as somebody is in it."""
    records = _records_of(data, path.name)
    if records is None:
        if not _is_text(data) or any(_names(line, stones) for line in data.replace(b"\0", b"").splitlines()):
            path.unlink()
            return 1
        return 0
    kept = [record for record in records if not _names(record, stones)]
    if len(kept) < len(records):
        write_durably(path, b"".join(kept))
    return len(records) - len(kept)


def _records_of(data: bytes, file: str) -> list[bytes] | None:
    """Cut a file into its records, blank lines with the one before; None where that cannot be relied on."""
    if b"\0" in data or not _is_text(data):
        return None
    try:
        starts = scan(np.frombuffer(data, np.uint8), 0, file).starts.tolist()
    except DeliveryFaultError:
        return None
    bounds = [0, *starts[1:], len(data)]
    return [data[first:last] for first, last in itertools.pairwise(bounds)]


def _is_text(data: bytes) -> bool:
    """Tell whether a file can be searched for ids; it cannot if it is packed."""
    return len(data.translate(None, _NO_TEXT)) == len(data)


def _names(line: bytes, stones: Tombstones) -> bool:
    try:
        text = line.decode()
    except UnicodeDecodeError:
        text = line.decode("latin-1")
    return stones.in_row(text)


def _scrub_parquet(path: Path, data: bytes, stones: Tombstones) -> int:
    is_ours = data[:4] == _ENCRYPTED
    with contextlib.suppress(pa.ArrowException, OSError):
        table = read_table(path) if is_ours else pq.read_table(io.BytesIO(data))
        goes = np.zeros(table.num_rows, np.bool_)
        for column in table.columns:  # of whatever type: it was refused, perhaps for that
            goes |= np.array([v is not None and stones.in_row(str(v)) for v in column.to_pylist()], np.bool_)
        if goes.any():
            stays = _without(table, goes)
            if is_ours:
                write_table(stays, path)
                fsync_file(path)
            else:
                _write_plain(stays, path)
        return int(goes.sum())
    path.unlink()
    return 1


def _without(table: pa.Table, goes: Flags) -> pa.Table:
    """Return the rows that stay. Where texts are views pyarrow can choose none, so these are made plain first."""
    for place, field in enumerate(table.schema):
        if pa.types.is_string_view(field.type):
            table = table.set_column(place, field.name, table.column(place).cast(pa.string()))
    return table.filter(pa.array(~goes))


def _write_plain(table: pa.Table, path: Path) -> None:
    """Write a Parquet file of the sender's, not one of ours."""
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    write_durably(path, sink.getvalue())
