"""What a release says about itself, and where it lies."""

from __future__ import annotations

import os
import stat
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from include.errors import InputError, IntegrityError
from include.files import fsync_dir, private_dir
from include.journal import Journal
from include.ledger import Ledger
from include.publication.hashes import ModelHash
from include.settings import Settings
from reports.outputs import OutputRecord

FILE = "release.json"
CURRENT = "current"
PUBLISHED = "published"
ROLLED_BACK = "rolled_back"


class FileHash(BaseModel):
    """One file of a release, by its path inside it."""

    model_config = ConfigDict(frozen=True)

    path: str
    bytes: int
    sha256: str


class Release(BaseModel):
    """``release.json``: what the release rests on, what it holds and what was checked.

    ``outputs`` says of each page, workbook and pack of what date it is, for which release it was made, and who
    approved it: what was not due is carried over from the release before, unchanged.
    ``models`` is what two releases from the same inputs have in common to the byte; times, the approver
    and the hashes of files are not.
    """

    model_config = ConfigDict(extra="forbid")

    release_id: str
    as_at: date
    run_dates: list[date]
    build_id: str
    inputs_hash: str
    code_version: str
    algorithm_version: str
    parameters: dict[str, Any] = Field(default_factory=dict)
    extracts: list[dict[str, Any]]
    models: list[ModelHash]
    gate: dict[str, Any]
    warnings: list[str]
    waivers: list[dict[str, Any]] = Field(default_factory=list)
    approved_by: str
    reason: str = ""
    run_id: str
    base_release: str | None
    published_at: str
    ledger_head: str
    audit_head: str
    outputs: list[OutputRecord] = Field(default_factory=list)
    files: list[FileHash]

    @property
    def content(self) -> dict[str, str]:
        """Content hash per model."""
        return {model.model: model.content_sha256 for model in self.models}


def read_release(folder: Path) -> Release:
    """Read ``release.json`` of a release folder.

    Raises:
        InputError: There is no such release.
        IntegrityError: It cannot be read.
    """
    path = folder / FILE
    if not path.is_file():
        raise InputError(f"There is no release {folder.name}.", "`hhw releases` lists those that are kept.")
    try:
        return Release.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise IntegrityError(
            f"release.json of {folder.name} cannot be read ({error.error_count()} faults).",
            "Do not use this release; roll back to another (`hhw releases`).",
        ) from error


def release_folder(settings: Settings, release_id: str) -> Path:
    """Return the folder of a release id, which must be a plain name and no path.

    Raises:
        InputError: The id is not one.
    """
    if not release_id or release_id in {".", ".."} or "/" in release_id or release_id.startswith("."):
        raise InputError(f"{release_id!r} is not a release id.", "`hhw releases` lists those that are kept.")
    return settings.published_dir / release_id


def release_in_force(settings: Settings) -> str | None:
    """Return the id that ``published/current`` points to; ``None`` before the first release.

    Raises:
        IntegrityError: The link dangles, or is no link.
    """
    link = settings.published_dir / CURRENT
    if not link.is_symlink():
        if link.exists():
            raise IntegrityError(
                f"{link.name} is not a symbolic link.", "Remove it, then `hhw rollback RELEASE`."
            )
        return None
    release_id = link.readlink().name
    if not (settings.published_dir / release_id / FILE).is_file():
        raise IntegrityError(
            f"The release in force, {release_id}, is not there.",
            "Put another in force: `hhw releases`, then `hhw rollback RELEASE`.",
        )
    return release_id


def ledger(settings: Settings) -> Journal:
    """Return the ledger's journal, into which publications and rollbacks are written too."""
    return Ledger(settings.state_dir).journal


def list_releases(settings: Settings) -> list[Release]:
    """Return every whole release that is kept, newest publication first."""
    if not settings.published_dir.is_dir():
        return []
    folders = [path for path in settings.published_dir.iterdir() if _is_release(path)]
    releases = [read_release(folder) for folder in folders]
    return sorted(releases, key=lambda release: (release.published_at, release.release_id), reverse=True)


def _is_release(path: Path) -> bool:
    return not path.is_symlink() and not path.name.startswith(".") and (path / FILE).is_file()


def switch_current(settings: Settings, release_id: str) -> None:
    """Put a release in force in one atomic step: readers see the old one or the new one, never neither."""
    folder = private_dir(settings.published_dir)
    for leftover in folder.glob(f".{CURRENT}.*"):
        leftover.unlink()  # of a process that died between making the link and moving it
    temporary = folder / f".{CURRENT}.{os.getpid()}"
    temporary.symlink_to(release_id, target_is_directory=True)
    temporary.replace(folder / CURRENT)
    fsync_dir(folder)


def seal(folder: Path) -> None:
    """Make files 0400 and folders 0500: whoever opens a release for writing by mistake is told so."""
    for path in sorted(folder.rglob("*"), reverse=True):
        path.chmod(0o500 if path.is_dir() else 0o400)
    folder.chmod(0o500)


def remove_tree(folder: Path) -> None:
    """Remove a sealed folder of our own; links in it are removed, never followed."""
    if not folder.exists():
        return
    folder.chmod(0o700)
    for path in sorted(folder.iterdir()):
        mode = path.lstat().st_mode
        if stat.S_ISDIR(mode):
            remove_tree(path)
        else:
            path.unlink()
    folder.rmdir()
