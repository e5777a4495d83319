"""I1 to I8, asked of a data directory after every fault. Each returns what is wrong; nothing wrong is an empty list."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq

from include import audit
from include.errors import HhwError
from include.ledger import AppliedDelivery, Ledger
from include.publication.release import ledger, release_in_force
from include.publication.verify import verify_release
from include.quality.verdict import PASSING, Verdict
from include.settings import Settings

CANARY = "Zyxwvut-Canary"  # a surname in the deliveries of the suite
# Stores that may hold what was delivered; anything else in the data directory may not.
MAY_HOLD = ("landing", "quarantine", "bronze", "history", "work", "published")


def broken(settings: Settings, *, has_run_since: bool = True) -> dict[str, list[str]]:
    """Return what is wrong, by invariant; I5 is for the caller, who starts the next run.

    Args:
        settings: Of the data directory.
        has_run_since: Whether a run has gone through since the fault. Until then a link that was made and not moved to
            its name may lie in published/: nobody follows it, and the next switch removes it.
    """
    checks = {
        "I1": _one_whole_version,
        "I2": _that_passed,
        "I3": _every_row_accounted_for,
        "I4": _applied_once,
        "I6": _chains,
        "I7": partial(_nothing_beside, has_run_since=has_run_since),
        "I8": _no_canary,
    }
    return {name: found for name, check in checks.items() if (found := list(check(settings)))}


def _one_whole_version(settings: Settings) -> Iterator[str]:
    try:
        release_id = release_in_force(settings)
        if release_id is not None:
            verify_release(settings.published_dir / release_id)
    except HhwError as error:
        yield error.message


def _that_passed(settings: Settings) -> Iterator[str]:
    current = settings.published_dir / "current"
    if not current.exists():
        return
    verdict = Verdict.model_validate_json((current / "quality" / "verdict.json").read_bytes())
    if not verdict.checks or any(check.status not in PASSING for check in verdict.checks):
        yield "the release in force did not pass"


def _every_row_accounted_for(settings: Settings) -> Iterator[str]:
    for delivery in Ledger(settings.state_dir).applied():
        for counts in delivery.files:
            name = f"{delivery.source} {delivery.delivery_id} {counts.file}"
            if counts.rows != counts.loaded + counts.quarantined + counts.identical_duplicates:
                yield f"{name}: counts do not add up"
            bronze = _parquet_rows(settings.data_dir / counts.bronze)
            if bronze != counts.loaded + counts.deleted_with_parent:
                yield f"{name}: {bronze} rows in bronze, {counts.loaded} loaded"
            if (
                counts.quarantine
                and _parquet_rows(settings.data_dir / counts.quarantine) != counts.quarantined
            ):
                yield f"{name}: the rows put aside are not there"
            if counts.file.endswith(".csv") and _records(settings, delivery, counts.file) != counts.rows:
                yield f"{name}: the csv module counts other rows"


def _parquet_rows(path: Path) -> int:
    return int(pq.read_metadata(path).num_rows) if path.is_file() else -1


def _records(settings: Settings, delivery: AppliedDelivery, file: str) -> int:
    """Count the records of the file as it lies in landing, with the csv module."""
    path = settings.landing_dir / delivery.source / delivery.delivery_id / file
    if not path.is_file():
        return -1
    text = path.read_bytes().decode("utf-8-sig")
    return sum(1 for record in csv.reader(io.StringIO(text, newline="")) if record) - 1


def _applied_once(settings: Settings) -> Iterator[str]:
    applied = [(d.source, d.delivery_id) for d in Ledger(settings.state_dir).applied()]
    if len(applied) != len(set(applied)):
        yield "a delivery was applied twice"
    published = [e.data["release_id"] for e in ledger(settings) if e.event == "published"]
    if any(one == other for one, other in zip(published, published[1:], strict=False)):
        yield "a release was published twice running"


def _chains(settings: Settings) -> Iterator[str]:
    for journal in (ledger(settings), audit.journal(settings)):
        try:
            journal.verify()
        except HhwError as error:
            yield error.message


def _nothing_beside(settings: Settings, *, has_run_since: bool) -> Iterator[str]:
    for path in settings.published_dir.rglob("*") if settings.published_dir.exists() else ():
        if path.name.startswith(".current.") and path.is_symlink() and not has_run_since:
            continue
        if path.name.endswith((".wal", ".tmp")) or path.name.startswith(".current"):
            yield f"{path.name} lies in published/"


def _no_canary(settings: Settings) -> Iterator[str]:
    for path in settings.data_dir.rglob("*"):
        store = path.relative_to(settings.data_dir).parts[0]
        if (
            path.is_file()
            and not path.is_symlink()
            and store not in MAY_HOLD
            and CANARY.encode() in path.read_bytes()
        ):
            yield f"{path.name} in {store}/ holds personal data"
