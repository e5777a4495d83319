"""What a release takes over from the one in force: outputs that are not due, byte for byte."""

from __future__ import annotations

import shutil
from pathlib import Path

from include.errors import IntegrityError
from include.files import private_dir, sha256_file
from include.publication.release import Release, read_release, release_folder, release_in_force
from include.settings import Settings
from reports.outputs import Cadence, OutputRecord, carried, due


def base_release(settings: Settings) -> Release | None:
    """Return the release in force, whose outputs a new one carries over; ``None`` before the first."""
    in_force = release_in_force(settings)
    return read_release(release_folder(settings, in_force)) if in_force else None


def carry_over(
    settings: Settings, cadence: Cadence, reports: Path
) -> tuple[frozenset[str], list[OutputRecord]]:
    """Copy what is not due into a new folder of pages.

    Args:
        settings: Of this installation.
        cadence: Of the run.
        reports: The folder; whatever is in it goes.

    Returns:
        The outputs that are due, and what was carried over.

    Raises:
        IntegrityError: A file of the release in force is not as published.
    """
    shutil.rmtree(reports, ignore_errors=True)
    private_dir(reports)
    base = base_release(settings)
    if base is None:
        return due(cadence, []), []
    due_now = due(cadence, base.outputs)
    records = carried(base.outputs, due_now)
    stated = {file.path: file.sha256 for file in base.files}
    source = release_folder(settings, base.release_id) / "reports"
    for part in sorted({part for record in records for part in record.parts}):
        _copy(source / part, reports / part, stated.get(f"reports/{part}", ""))
    return due_now, records


def _copy(source: Path, target: Path, sha256: str) -> None:
    private_dir(target.parent)
    if source.is_file():
        shutil.copyfile(source, target)
    if not target.is_file() or sha256_file(target) != sha256:
        raise IntegrityError(
            f"{source.name} of the release in force is not as published: it cannot be carried over.",
            "`hhw verify` names every such file; put another release in force (`hhw rollback RELEASE`).",
        )
