"""Bronze made again from landing: the same deliveries through the same ingest give the same bytes, or are not taken."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from include.files import fsync_dir, fsync_file, private_dir, sha256_file
from include.ingest.deliver import deliver
from include.ingest.discover import DeliveryRef
from include.ledger import Ledger
from include.lock import run_lock
from include.settings import Settings


def lost_bronze(settings: Settings) -> dict[str, str]:
    """Return the bronze files that are not as the ledger says: path below the data directory and hash.

    Only those of the deliveries that make the current state of a source are looked for.
    """
    known = Ledger(settings.state_dir)
    counted = [
        counts
        for source in sorted({delivery.source for delivery in known.applied()})
        for delivery in known.in_effect(source)
        for counts in delivery.files
        if counts.bronze
    ]
    return {
        counts.bronze: counts.bronze_sha256
        for counts in counted
        if not (settings.data_dir / counts.bronze).is_file()
        or sha256_file(settings.data_dir / counts.bronze) != counts.bronze_sha256
    }


def rebuild_bronze(settings: Settings, lost: Mapping[str, str]) -> set[str]:
    """Ingest what lies in landing once more, apart, and put lost files in place if they come out to the byte.

    Args:
        settings: The caller holds its run lock.
        lost: Path below the data directory and hash of what is lost.

    Returns:
        The paths that are as they were written again.
    """
    apart = settings.work_dir / ".rebuild"
    shutil.rmtree(apart, ignore_errors=True)
    try:
        twin = settings.model_copy(update={"data_dir": private_dir(apart)})
        with run_lock(twin.state_dir):
            for known in Ledger(settings.state_dir).applied():
                lies = settings.landing_dir / known.source / known.delivery_id
                deliver(twin, DeliveryRef(known.source, known.delivery_id, lies, "complete"))
        return {
            path for path, wanted in lost.items() if _put_back(apart / path, settings.data_dir / path, wanted)
        }
    finally:
        shutil.rmtree(apart, ignore_errors=True)


def _put_back(made: Path, place: Path, wanted: str) -> bool:
    if not made.is_file() or sha256_file(made) != wanted:
        return False
    private_dir(place.parent)
    fsync_file(made)
    os.replace(made, place)  # noqa: PTH105  the same file system: both lie in the data directory
    fsync_dir(place.parent)
    return True
