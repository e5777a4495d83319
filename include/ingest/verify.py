"""Verify a delivery whole: folder against manifest, manifest against the contract and against the ledger."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from include.contract import SOURCES
from include.contract.model import DELIVERY_ID, MANIFEST_NAME
from include.ingest.faults import DeliveryFaultError, Fault, printable, refuse
from include.ingest.manifest import MAX_BYTES, Manifest, parse_manifest
from include.ingest.snapshot import Snapshot
from include.ledger import AppliedDelivery

Standing = Literal["new", "repeated", "superseded"]
_CLOCK_SECONDS = 2  # file systems stamp changes with a coarser clock than ours


def read_manifest(folder: Path, snapshot: Snapshot, source: str, delivery_id: str) -> Manifest:
    """Read the manifest of a delivery.

    Args:
        folder: Where the delivery lies.
        snapshot: What was seen there.
        source: Name of the source folder.
        delivery_id: Name of the delivery folder.

    Raises:
        DeliveryFaultError: The folder or its manifest cannot be used.
    """
    if snapshot.kind != "folder":
        raise refuse("link" if snapshot.kind == "link" else "not_a_folder")
    faults = _name_faults(source, delivery_id)
    item = snapshot.top.get(MANIFEST_NAME)
    if item is None or item.kind != "file" or item.size > MAX_BYTES:
        kind = item.kind if item is not None else "other"
        faults.append(_kind_fault(MANIFEST_NAME, kind) or Fault("manifest_unreadable", MANIFEST_NAME))
        raise DeliveryFaultError(faults)
    try:
        manifest = parse_manifest((folder / MANIFEST_NAME).read_bytes(), source, delivery_id)
    except DeliveryFaultError as error:
        told = [fault for fault in error.faults if fault.code not in {known.code for known in faults}]
        raise DeliveryFaultError([*faults, *told, *_strangers(snapshot, None)]) from error
    if faults:
        raise DeliveryFaultError(faults)
    return manifest


def _name_faults(source: str, delivery_id: str) -> list[Fault]:
    faults = []
    if source not in SOURCES:
        faults.append(Fault("source_unknown", detail=printable(source)))
    if not DELIVERY_ID.fullmatch(delivery_id):
        faults.append(Fault("delivery_id_form", detail=printable(delivery_id)))
    return faults


def _kind_fault(name: str, kind: str) -> Fault | None:
    codes = {"link": "link", "folder": "not_a_file", "other": "not_a_file", "unreadable": "unreadable"}
    return Fault(codes[kind], printable(name)) if kind in codes else None


def folder_faults(manifest: Manifest, snapshot: Snapshot) -> list[Fault]:
    """Hold the folder against the manifest: exactly the listed files, plain, of the listed hash."""
    faults: list[Fault] = []
    top = snapshot.top
    for file in manifest.files:
        item = top.get(file.name)
        if item is None:
            faults.append(Fault("file_missing", file.name))
        elif wrong := _kind_fault(file.name, item.kind):
            faults.append(wrong)
        elif item.size == 0:
            faults.append(Fault("zero_bytes", file.name))
        elif item.sha256 != file.sha256:
            faults.append(
                Fault(
                    "checksum",
                    file.name,
                    detail=f"manifest {file.sha256[:12]}..., file {item.sha256[:12]}...",
                )
            )
    return faults + _strangers(snapshot, {file.name for file in manifest.files})


def _strangers(snapshot: Snapshot, listed: set[str] | None) -> list[Fault]:
    """Name what the manifest does not list; without a readable manifest only what no delivery may hold."""
    faults: list[Fault] = []
    for name, item in snapshot.top.items():
        if name == MANIFEST_NAME or name in (listed or ()):
            continue
        wrong = _kind_fault(name, item.kind)
        if wrong and (listed is None or item.kind == "link"):
            faults.append(wrong)
        elif listed is not None:
            faults.append(Fault("file_unlisted", printable(name), detail=f"kind: {item.kind}"))
    return faults


def standing(manifest: Manifest, applied: Sequence[AppliedDelivery]) -> Standing:
    """Tell what a delivery is among those applied before.

    Args:
        manifest: Its manifest.
        applied: Applied deliveries of the source, oldest first.
    """
    same = next((other for other in applied if other.delivery_id == manifest.delivery_id), None)
    if same is not None:
        return "repeated" if same.is_identity(manifest.identity) else "new"
    if applied and manifest.delivery_id < applied[-1].delivery_id:
        return "superseded"
    return "new"


def order_faults(manifest: Manifest, applied: Sequence[AppliedDelivery]) -> list[Fault]:
    """Hold a delivery that is not a repetition against those applied before."""
    if any(other.delivery_id == manifest.delivery_id for other in applied):
        return [Fault("id_reused", MANIFEST_NAME, column="delivery_id")]
    if not applied:
        return [Fault("delta_first", MANIFEST_NAME, column="mode")] if manifest.is_delta else []
    last = applied[-1]
    if manifest.extract_date < last.extract_date:
        detail = f"{manifest.extract_date} after {last.extract_date} of {last.delivery_id}"
        return [Fault("extract_date_back", MANIFEST_NAME, column="extract_date", detail=detail)]
    return []


def is_unchanged_since(folder: Path, sizes: Mapping[str, int], moment: datetime) -> bool:
    """Tell whether a folder still holds the same files, none of them touched after a moment.

    Args:
        folder: The folder.
        sizes: Bytes by name of everything in it.
        moment: When they were looked at last.
    """
    latest = moment.timestamp() - _CLOCK_SECONDS
    try:
        with os.scandir(folder) as entries:
            seen = {
                entry.name: (entry.is_file(follow_symlinks=False), entry.stat(follow_symlinks=False))
                for entry in entries
            }
    except OSError:
        return False
    return seen.keys() == sizes.keys() and all(
        is_file and stat.st_size == sizes[name] and stat.st_ctime < latest
        for name, (is_file, stat) in seen.items()
    )
