"""Backup and restore of a data directory: whole, checked byte by byte, and never over what is there.

A backup is a folder like the data directory with ``backup.json``, the hash of every file. It is taken under the run
lock, so that no run is half in it. Bronze, lists and releases never change once written: from one backup to the next
they are linked, so that a year of backups takes little more room than the data itself.

What a backup does not hold: builds under way, and Airflow's own files and database, which hold no data of ours.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from include import audit
from include.erasure.tombstones import Tombstones, key_file
from include.errors import HhwError, InputError, IntegrityError, UsageError
from include.files import fsync_dir, fsync_file, private_dir, sha256_file, write_durably
from include.journal import Journal
from include.ledger import FILE as LEDGER
from include.ledger import Ledger
from include.lock import run_lock
from include.publication.verify import verify_all
from include.settings import Settings

MANIFEST = "backup.json"
ERASURES = "erasures.jsonl"
FOLDERS = ("landing", "quarantine", "bronze", "history", "state", "published")
_NOBODY = "Nobody was erased since the backup."
_PASSING = frozenset({("state", "run.lock"), ("landing", ".incoming")})


class BackedUp(BaseModel):
    """One file of a backup."""

    model_config = ConfigDict(frozen=True)

    sha256: str
    bytes: int
    mtime_ns: int


class Manifest(BaseModel):
    """``backup.json``."""

    made_at: str
    release_in_force: str | None
    files: dict[str, BackedUp]


@dataclass(frozen=True)
class Made:
    """A backup that was made."""

    folder: Path
    files: int
    copied: int
    copied_bytes: int


def make_backup(settings: Settings, destination: Path) -> Made:
    """Back the data directory up into a new folder.

    Args:
        settings: Of this installation.
        destination: Where backups are kept; on another disk.

    Raises:
        LockedError: A run is at work; try again later.
        UsageError: The destination lies in the data directory, or is one.
        IntegrityError: What is published is not what was published: there is nothing worth backing up over it.
    """
    source, destination = settings.data_dir.resolve(), destination.resolve()
    if destination == source or source in destination.parents:
        raise UsageError(f"{destination} lies in the data directory.", "Name a folder on another disk.")
    if not source.is_dir():
        raise InputError(f"{source} is not there.", "Name the data directory with --data-dir.")
    private_dir(destination)
    with run_lock(settings.state_dir):
        in_force = verify_all(settings).release_in_force
        before = _latest(destination)
        moment = datetime.now(UTC)
        folder = destination / f"{moment:%Y%m%dT%H%M%S%f}"
        under_way = destination / f".{folder.name}.incomplete"
        known = read_manifest(before) if before else None
        files: dict[str, BackedUp] = {}
        copied = copied_bytes = 0
        for path in _kept(source):
            name = path.relative_to(source).as_posix()
            file, is_linked = _keep(path, under_way / name, before / name if before else None, known, name)
            files[name] = file
            copied, copied_bytes = copied + (not is_linked), copied_bytes + (0 if is_linked else file.bytes)
        _copy_link(source, under_way)
        manifest = Manifest(
            made_at=moment.isoformat(timespec="seconds"), release_in_force=in_force, files=files
        )
        write_durably(under_way / MANIFEST, manifest.model_dump_json(indent=1) + "\n")
        under_way.rename(folder)
        fsync_dir(destination)
        audit.record(settings, "backup", backup=folder.name, files=len(files), release=in_force)
    return Made(folder, len(files), copied, copied_bytes)


def _kept(source: Path) -> list[Path]:
    """Return the files to keep; not the lock, what is half written, nor deliveries that are half taken over."""
    return [
        path
        for folder in FOLDERS
        for path in sorted((source / folder).rglob("*"))
        if path.is_file() and not path.is_symlink() and not _is_passing(path.relative_to(source))
    ]


def _is_passing(path: Path) -> bool:
    return path.parts[:2] in _PASSING or (path.name.startswith(".") and path.suffix == ".tmp")


def _keep(
    path: Path, target: Path, before: Path | None, known: Manifest | None, name: str
) -> tuple[BackedUp, bool]:
    """Link a file that the backup before holds unchanged; else copy it, with its hash."""
    private_dir(target.parent)
    status = path.stat()
    old = known.files.get(name) if known else None
    is_same = old is not None and (old.bytes, old.mtime_ns) == (status.st_size, status.st_mtime_ns)
    if old is not None and is_same and before is not None and before.is_file():
        target.hardlink_to(before)
        return old, True
    shutil.copy2(path, target)
    fsync_file(target)
    digest = sha256_file(target)
    if digest != sha256_file(path):
        raise IntegrityError(
            f"{path} changed while it was copied.", "Find out who writes to it, and try again."
        )
    return BackedUp(sha256=digest, bytes=status.st_size, mtime_ns=status.st_mtime_ns), False


def _copy_link(source: Path, target: Path) -> None:
    link = source / "published" / "current"
    if link.is_symlink():
        private_dir(target / "published")
        (target / "published" / "current").symlink_to(link.readlink())


def _latest(destination: Path) -> Path | None:
    made = sorted(
        path for path in destination.iterdir() if (path / MANIFEST).is_file() and path.name[0] != "."
    )
    return made[-1] if made else None


def read_manifest(backup: Path) -> Manifest:
    """Read what a backup holds.

    Raises:
        InputError: It is no backup, or not a whole one.
    """
    path = backup / MANIFEST
    if not path.is_file():
        raise InputError(f"{backup} is no backup: it has no {MANIFEST}.", "Name one of the folders in it.")
    return Manifest.model_validate_json(path.read_bytes())


def check_backup(backup: Path) -> Manifest:
    """Check every byte of a backup.

    Raises:
        InputError: It is no backup.
        IntegrityError: Names the files that are missing or changed.
    """
    manifest = read_manifest(backup)
    faults = [
        name
        for name, file in manifest.files.items()
        if not (backup / name).is_file() or sha256_file(backup / name) != file.sha256
    ]
    if faults:
        raise IntegrityError(
            f"Backup {backup.name} is damaged: {', '.join(sorted(faults)[:5])} ({len(faults)} files).",
            "Take the one before.",
        )
    return manifest


def restore_backup(settings: Settings, backup: Path, left_over: Path | None = None) -> list[str]:
    """Put a backup back into a new data directory.

    Args:
        settings: Names the data directory, which must be new or empty.
        backup: A folder that ``make_backup`` made.
        left_over: What is left of the data directory that was lost. Deliveries that its ledger names and the
            backup does not hold are looked for in its landing folder and put where they are taken in again.

    Returns:
        Lines that say what is there again, and what is to be done.

    Raises:
        UsageError: The data directory is not empty.
        IntegrityError: The backup is damaged; nothing is there then.
    """
    target = settings.data_dir
    if target.exists() and any(target.iterdir()):
        raise UsageError(f"{target} is not empty.", "Restore into a new folder; what is left may be needed.")
    manifest = check_backup(backup)
    under_way = target.with_name(f".{target.name}.restoring")
    shutil.rmtree(under_way, ignore_errors=True)
    for name, file in manifest.files.items():
        copy = under_way / name
        private_dir(copy.parent)
        shutil.copy2(backup / name, copy)
        fsync_file(copy)
        if sha256_file(copy) != file.sha256:
            raise IntegrityError(f"{name} was not restored as it is in the backup.", "Is the disk sound?")
    _copy_link(backup, under_way)
    _close_releases(under_way / "published")
    if target.exists():
        target.rmdir()
    under_way.rename(target)
    fsync_dir(target.parent)
    found = verify_all(settings)
    audit.record(settings, "restore", backup=backup.name, files=len(manifest.files))
    return [
        f"{len(manifest.files)} files of {manifest.made_at} are back, every byte as in the backup.",
        f"In force: {found.release_in_force or 'none'}. Ledger and audit log are unbroken.",
        *_erasures(settings, left_over),
        *_missing(settings, left_over),
    ]


def _close_releases(published: Path) -> None:
    """Give releases back the mode that nobody writes to; a copy's folders are made open."""
    for folder in sorted((path for path in published.rglob("*") if path.is_dir()), reverse=True):
        if not folder.is_symlink():
            folder.chmod(0o500)


def _erasures(settings: Settings, left_over: Path | None) -> list[str]:
    """Take over who was erased since the backup, and open the erasure again: what is restored still holds them."""
    restored = settings.state_dir / ERASURES
    held = restored.read_bytes() if restored.is_file() else b""
    left = left_over / "state" / ERASURES if left_over else None
    if left is None or left_over is None or not left.is_file():
        if left_over and not held and _erased_nobody(left_over / "state" / audit.FILE):
            return [_NOBODY]
        return [
            "Erasures since the backup must be done again; the audit log of what was lost names the authorities."
        ]
    try:
        Journal(left).verify()
    except HhwError as error:
        return [f"The list of erasures that is left cannot be read ({error.message}): do them again."]
    content = left.read_bytes()
    if content == held:
        return [_NOBODY]
    if not content.startswith(held):
        return ["The list of erasures that is left does not go on from the backup's: do them again by hand."]
    write_durably(restored, content)
    Journal(restored).append("begun", authority="restore", marks=[])
    return [
        *_key_of(settings, left_over),
        "People were erased since the backup: carry it out here too, `hhw erase --resume`.",
    ]


def _erased_nobody(log: Path) -> bool:
    """Tell whether an audit log that is left is whole and knows of no erasure."""
    try:
        return Journal(log).verify() > 0 and all(entry.event != "erasure_begun" for entry in Journal(log))
    except HhwError:
        return False


def _key_of(settings: Settings, left_over: Path) -> list[str]:
    """Take the key of pseudonyms over where there is none, if it is that of the tombstones; else say what to do."""
    place, left = key_file(settings), key_file(settings.model_copy(update={"data_dir": left_over}))
    is_taken_over = left.is_file() and not place.exists()
    if is_taken_over:
        write_durably(place, left.read_bytes())
    try:
        Tombstones(settings)
    except HhwError as error:
        if is_taken_over:
            place.unlink()
        return [f"First: {error.message} {error.remedy}"]
    return [f"The key of pseudonyms came along from {left}."] if is_taken_over else []


def _missing(settings: Settings, left_over: Path | None) -> list[str]:
    """Name the deliveries that came after the backup, and put those that are still there where they are found."""
    if left_over is None or not (left_over / "state" / LEDGER).is_file():
        return ["Now take in what came since: `hhw ingest`, or the next start of ingest_extracts."]
    has = {(one.source, one.delivery_id) for one in Ledger(settings.state_dir).applied()}
    try:
        had = [(one.source, one.delivery_id) for one in Ledger(left_over / "state").applied()]
    except HhwError as error:
        return [f"The ledger that is left cannot be read ({error.message}); take in again what came since."]
    lines = []
    for source, delivery in had:
        if (source, delivery) in has:
            continue
        left, back = left_over / "landing" / source / delivery, settings.landing_dir / source / delivery
        if left.is_dir() and not left.is_symlink():
            shutil.copytree(left, back, symlinks=True, dirs_exist_ok=True)
            lines.append(
                f"{source} {delivery} came after the backup: put into landing, to be taken in again."
            )
        else:
            lines.append(
                f"{source} {delivery} came after the backup and is lost: ask the source for it again."
            )
    return lines or ["Nothing came after the backup."]
