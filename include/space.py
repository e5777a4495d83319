"""Is there room? Asked before work begins, so that a full disk stops a run with a sentence and not half-way."""

from __future__ import annotations

import os

from include.errors import FullDiskError
from include.files import private_dir
from include.ledger import Ledger
from include.settings import Settings

_MB = 1_000_000
# A delivery is copied in, its rows are written to bronze, and what does not fit into memory is spilt.
_TIMES_DELIVERY = 3
# What a build makes of a byte of compressed bronze: its two databases, its exports and its release.
_TIMES_BRONZE = 20


def require_space(settings: Settings, needed: int, what: str) -> None:
    """Stop before anything is written if the data directory has less room than the work may take.

    Args:
        settings: Where the data directory is, and how much must stay free in any case.
        needed: Bytes that the work may take.
        what: The work, for the sentence.

    Raises:
        FullDiskError: Nothing was changed.
    """
    disk = os.statvfs(private_dir(settings.data_dir))
    free, wanted = disk.f_bavail * disk.f_frsize, needed + settings.min_free_mb * _MB
    if free < wanted:
        raise FullDiskError(
            f"The disk of the data directory has {free // _MB:,} MB free; {what} may need"
            f" {-(-wanted // _MB):,} MB. Nothing was changed.",
            "Make room (`hhw releases` lists what is kept; HHW_KEEP_RELEASES keeps fewer), then start again.",
        )
    if disk.f_files and disk.f_favail < settings.min_free_files:
        raise FullDiskError(
            f"The disk of the data directory has room for {disk.f_favail:,} more files; {what} may need"
            f" {settings.min_free_files:,}. Nothing was changed.",
            "Remove files that are not needed, or use a file system with more inodes; then start again.",
        )


def for_delivery(delivered: int) -> int:
    """Return the bytes that taking in a delivery of so many bytes may need."""
    return _TIMES_DELIVERY * delivered


def for_build(settings: Settings) -> int:
    """Return the bytes that a build and its release may need, from the bronze that it reads."""
    sources = {delivery.source for delivery in Ledger(settings.state_dir).applied()}
    files = {
        settings.data_dir / counts.bronze
        for source in sources
        for delivery in Ledger(settings.state_dir).in_effect(source)
        for counts in delivery.files
        if counts.bronze
    }
    return _TIMES_BRONZE * sum(path.stat().st_size for path in files if path.is_file())
