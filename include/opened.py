"""``hhw open``: an open copy of what is encrypted at rest, for a person who reads it; told to the audit log."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from include import audit
from include.errors import InputError, UsageError
from include.files import private_dir, write_durably
from include.publication.release import release_in_force
from include.sealed import MEMORY, is_sealed_file, read_private
from include.settings import Settings
from include.warehouse.stores import is_encrypted_parquet, read_table, write_open_table

REPORTS = Path("published") / "current" / "reports"


@dataclass(frozen=True)
class Opened:
    """An open copy that was written.

    Attributes:
        files: How many files it has.
        encrypted: How many of them are encrypted where they come from.
    """

    files: int
    encrypted: int


def open_copy(settings: Settings, what: Path, target: Path) -> Opened:
    """Write an open copy of a file, or of every file below a folder, into a new private folder.

    Args:
        settings: Of this installation.
        what: Below the data directory: the reports of the release in force, a Parquet file, a list to review.
        target: A new folder, or an empty one, outside the data directory.

    Returns:
        How many files, and how many of them had to be opened.

    Raises:
        UsageError: ``what`` lies elsewhere or cannot be opened so, or ``target`` is in use.
        InputError: There is nothing there.
        EncryptionError: No key of ours opens a file, or it was changed.
    """
    source = (what if what.is_absolute() else settings.data_dir / what).resolve()
    home = settings.data_dir.resolve()
    if home not in source.parents:
        raise UsageError(
            f"{what} does not lie in the data directory.", f"Name a path below {settings.data_dir}."
        )
    if home == target.resolve() or home in target.resolve().parents:
        raise UsageError(
            f"{target} lies in the data directory.", f"Name a folder in memory, such as {MEMORY}/reports."
        )
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(
            f"{target} is not empty.", "Name a new folder: what was opened before is yours to remove."
        )
    files = [source] if source.is_file() else sorted(path for path in source.rglob("*") if path.is_file())
    if not files:
        raise InputError(f"There is nothing at {what}.", "`hhw status` says what is in force.")
    audit.record(
        settings, "disclosure", what=source.relative_to(home).as_posix(), files=len(files), to="open copy"
    )
    private_dir(target).chmod(0o700)
    base = source.parent if source.is_file() else source
    opened = [_open(path, target / path.relative_to(base)) for path in files]
    return Opened(len(files), sum(opened))


def _open(path: Path, place: Path) -> bool:
    """Write an open copy of a file; return whether the file is encrypted."""
    if path.suffix == ".duckdb":
        raise UsageError(
            f"{path.name} is not opened as a whole.",
            "Its tables are the Parquet files beside it: open those.",
        )
    if path.suffix == ".parquet" and is_encrypted_parquet(path):
        private_dir(place.parent)
        place.touch(0o600)
        write_open_table(read_table(path), place)
        return True
    write_durably(place, read_private(path))
    return is_sealed_file(path)


def keep_open(settings: Settings, folder: Path) -> str | None:
    """Keep the reports in force open in a folder, laid out as a web server serves them; once.

    A reader who is at a page finds the whole of one release: the new one is opened beside it, then ``current`` moves.

    Args:
        settings: Of this installation.
        folder: In memory (tmpfs), shared with the web server and with nobody else.

    Returns:
        The release that was opened now; ``None`` if it was open already, or nothing is in force.
    """
    in_force, link = release_in_force(settings), folder / "current"
    if in_force is None or (link.is_symlink() and link.readlink().name == in_force):
        return None
    under_way = folder / f".{in_force}"
    shutil.rmtree(under_way, ignore_errors=True)
    open_copy(settings, Path("published") / in_force / "reports", under_way / "reports")
    shutil.rmtree(folder / in_force, ignore_errors=True)
    under_way.rename(folder / in_force)
    moved = folder / ".current"
    moved.unlink(missing_ok=True)
    moved.symlink_to(in_force)
    moved.replace(link)
    for other in folder.iterdir():
        if other.name not in {in_force, link.name}:
            shutil.rmtree(other)
    return in_force
