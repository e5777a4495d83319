"""Where a delivery lies while it is looked at, and where it goes. LANDING is never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from include.failpoints import failpoint
from include.files import Flushing, fsync_dir, private_dir
from include.ingest import snapshot as snapshots
from include.ingest.discover import INCOMING, DeliveryRef, is_own
from include.ingest.snapshot import NOTHING, Snapshot, safe_name
from include.ledger import AppliedDelivery, Ledger
from include.settings import Settings
from include.space import for_delivery, require_space


@dataclass
class Case:
    """One delivery on its way."""

    settings: Settings
    ref: DeliveryRef
    ledger: Ledger
    applied: list[AppliedDelivery]
    seen: Snapshot
    folder: Path
    flushing: Flushing
    origin: Literal["own", "copy", "aside", "outside"] = "own"
    looked_at: str = ""


def take_in(
    settings: Settings, ref: DeliveryRef, ledger: Ledger, applied: list[AppliedDelivery], flushing: Flushing
) -> Case:
    """Look at the delivery, and copy it in if it comes from outside and has not been taken in before."""
    looked_at = datetime.now(UTC).isoformat()
    if is_ours(settings, ref):
        snapshots.make_private(ref.path)
        return Case(
            settings, ref, ledger, applied, snapshots.take(ref.path), ref.path, flushing, "own", looked_at
        )
    case = Case(settings, ref, ledger, applied, NOTHING, ref.path, flushing, "outside", looked_at)
    if not _may_be_known(case):  # what lies on a share is then read once: it is hashed on its way
        copy_in(case)
        failpoint("ingest_copied")
        return case
    case.seen = seen = snapshots.take(ref.path)
    if any(other.digest == seen.digest for other in applied):
        return case
    aside = refused_folder(settings, ref, seen) / "delivery"
    if snapshots.kind_of(aside) != "unreadable" and snapshots.take(aside).digest == seen.digest:
        case.folder, case.origin = aside, "aside"
        return case
    copy_in(case)
    failpoint("ingest_copied")
    return case


def _may_be_known(case: Case) -> bool:
    """Tell whether a delivery of this id was applied or refused before; only then is its content looked at first."""
    aside = case.settings.quarantine_dir / safe_name(case.ref.source)
    return any(other.delivery_id == case.ref.delivery_id for other in case.applied) or any(
        aside.glob(f"{safe_name(case.ref.delivery_id)}--*")
    )


def copy_in(case: Case) -> None:
    """Copy a delivery from outside; a leftover of a killed run goes, LANDING still has it.

    Raises:
        FullDiskError: There is no room for it; nothing was copied.
    """
    incoming = case.settings.landing_dir / INCOMING
    snapshots.remove(incoming)
    require_space(
        case.settings, for_delivery(snapshots.size_of(case.ref.path)), f"taking in {case.ref.label}"
    )
    case.folder, case.origin = incoming / safe_name(case.ref.delivery_id), "copy"
    case.seen = snapshots.copy(case.ref.path, case.folder, case.flushing)


def keep(case: Case) -> None:
    """Give a copied delivery its place among those taken in; what is uncommitted there goes."""
    target = case.settings.landing_dir / case.ref.source / case.ref.delivery_id
    if case.origin in ("copy", "aside"):
        snapshots.remove(target)
        private_dir(target.parent)
        case.flushing.wait()
        case.folder.rename(target)
        fsync_dir(target.parent)
        case.folder, case.origin = target, "own"


def refused_folder(settings: Settings, ref: DeliveryRef, seen: Snapshot) -> Path:
    """Return the quarantine folder of a delivery; its content is part of the name."""
    name = f"{safe_name(ref.delivery_id)}--{seen.digest[:8]}"
    return settings.quarantine_dir / safe_name(ref.source) / name


def put_aside(case: Case) -> Path:
    """Move a delivery of ours to quarantine, as it came; links stay links."""
    folder = refused_folder(case.settings, case.ref, case.seen)
    target = private_dir(folder) / "delivery"
    is_there = snapshots.kind_of(case.folder) != "unreadable"  # of a pipe nothing was copied but its name
    if case.folder != target and is_there:
        snapshots.remove(target)
        case.flushing.wait()
        case.folder.rename(target)
        fsync_dir(folder)
        fsync_dir(folder.parent)
    case.folder, case.origin = target, "aside"
    return folder


def is_ours(settings: Settings, ref: DeliveryRef) -> bool:
    """Tell whether a delivery lies in the data directory, where it may be moved about."""
    return is_own(settings, ref.path.parent.parent) or is_own(settings, ref.path.parent)
