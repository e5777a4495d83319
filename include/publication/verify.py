"""Is what is published still what was published? Every file against release.json, and both chains."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from include import audit
from include.errors import IntegrityError
from include.files import sha256_file
from include.journal import Journal
from include.publication.release import (
    FILE,
    PUBLISHED,
    Release,
    ledger,
    list_releases,
    read_release,
    release_in_force,
)
from include.settings import Settings


class Verification(BaseModel):
    """What was checked.

    Attributes:
        release_in_force: Its id; ``None`` before the first.
        releases: Ids whose every file is as published.
        files: How many files that were.
        ledger_lines: Lines of the ledger, chained.
        audit_lines: Lines of the audit log, chained.
    """

    model_config = ConfigDict(frozen=True)

    release_in_force: str | None
    releases: list[str]
    files: int
    ledger_lines: int
    audit_lines: int


def verify_release(folder: Path) -> Release:
    """Check every file of one release.

    Raises:
        IntegrityError: Names every file that is missing, extra or changed.
    """
    release = read_release(folder)
    stated = {file.path: file for file in release.files}
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if not path.is_dir()}
    there.pop(FILE, None)
    faults = [f"{name} is missing" for name in sorted(set(stated) - set(there))]
    faults += [f"{name} does not belong to it" for name in sorted(set(there) - set(stated))]
    for name in sorted(set(stated) & set(there)):
        path = there[name]
        if (
            path.is_symlink()
            or path.stat().st_size != stated[name].bytes
            or sha256_file(path) != stated[name].sha256
        ):
            faults.append(f"{name} was changed")
    if release.release_id != folder.name:
        faults.append(f"release.json is that of {release.release_id}")
    if faults:
        raise IntegrityError(
            f"Release {folder.name}: {'; '.join(faults)}.",
            "Do not use it: put another in force (`hhw rollback RELEASE`), and find out who wrote to it.",
        )
    return release


def verify_all(settings: Settings) -> Verification:
    """Check the chains, the link, and every kept release.

    Raises:
        IntegrityError: Names the first thing that is not as it was written.
    """
    audit_lines = audit.verify(settings)
    deliveries = ledger(settings)
    ledger_lines = deliveries.verify()
    ledger_hashes = {entry.hash for entry in deliveries}
    in_force = release_in_force(settings)
    releases = list_releases(settings)
    approved = {
        str(entry.data.get("release_id")): str(entry.data.get("release_sha256"))
        for entry in audit.journal(settings)
        if entry.event == "publication"
    }
    for release in releases:
        folder = settings.published_dir / release.release_id
        verify_release(folder)
        if release.release_id not in approved and release.release_id != in_force:
            continue  # moved in by a run that was killed before it was put in force: nobody has read it
        if sha256_file(folder / FILE) != approved.get(release.release_id):
            raise IntegrityError(
                f"release.json of {release.release_id} is not the one in the audit log.",
                "Do not use it. Put another in force (`hhw releases`, `hhw rollback RELEASE`).",
            )
        if release.ledger_head.strip("0") and release.ledger_head not in ledger_hashes:
            raise IntegrityError(
                f"The ledger has lost the line on which release {release.release_id} rests.",
                "Restore state/ledger.jsonl from the last backup.",
            )
    _check_record(deliveries, in_force)
    return Verification(
        release_in_force=in_force,
        releases=[release.release_id for release in releases],
        files=sum(len(release.files) for release in releases),
        ledger_lines=ledger_lines,
        audit_lines=audit_lines,
    )


def _check_record(journal: Journal, in_force: str | None) -> None:
    if in_force is None:
        return
    known = {entry.data.get("release_id") for entry in journal if entry.event == PUBLISHED}
    if in_force not in known:
        raise IntegrityError(
            f"The release in force, {in_force}, was never written into the ledger.",
            "Start the run that made it again: it completes what was cut off.",
        )
