"""What a release takes over from the one in force: outputs that are not due, byte for byte."""

from __future__ import annotations

import shutil
from pathlib import Path

from include.errors import IntegrityError
from include.files import link_sealed, private_dir, sha256_file
from include.publication.release import Release, list_releases, read_release, release_folder, release_in_force
from include.settings import Settings
from reports.outputs import BOARD_PACK, OUTPUTS, Cadence, OutputRecord, carried, due, inputs_of_pack


def base_release(settings: Settings) -> Release | None:
    """Return the release in force, whose outputs a new one carries over; ``None`` before the first."""
    in_force = release_in_force(settings)
    return read_release(release_folder(settings, in_force)) if in_force else None


def carry_over(
    settings: Settings, cadence: Cadence, reports: Path, is_anew: bool = False
) -> tuple[frozenset[str], list[OutputRecord]]:
    """Put what is not due into a new folder of pages: second names of the files of the release in force.

    Args:
        settings: Of this installation.
        cadence: Of the run.
        reports: The folder; whatever is in it goes.
        is_anew: Carry nothing over but what has no person in it: the pack of the board, once it was approved.

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
    if is_anew:
        approved = {one.name for one in base.outputs if one.needs_decision and not one.is_draft}
        due_now = frozenset(output.name for output in OUTPUTS) - approved
    records = carried(base.outputs, due_now)
    stated = {file.path: file.sha256 for file in base.files}
    source = release_folder(settings, base.release_id) / "reports"
    for part in sorted({part for record in records for part in record.parts}):
        _take(source / part, reports / part, stated.get(f"reports/{part}", ""))
    return due_now, records


def _take(source: Path, target: Path, sha256: str) -> None:
    if source.is_file():
        link_sealed(source, target)
    if not target.is_file() or sha256_file(target) != sha256:
        raise IntegrityError(
            f"{source.name} of the release in force is not as published: it cannot be carried over.",
            "`hhw verify` names every such file; put another release in force (`hhw rollback RELEASE`).",
        )


def rests_on_the_same(settings: Settings, one: str, other: str) -> bool:
    """Tell whether two releases hold the same figures: a decision on a pack makes a release, and changes none."""
    kept = {release.release_id: release.content for release in list_releases(settings)}
    return one in kept and kept[one] == kept.get(other)


def is_held(settings: Settings, cadence: Cadence, inputs_hash: str) -> Release | None:
    """Return the release in force if it holds what a run of a cadence would make, made from the same inputs."""
    base = base_release(settings)
    if base is None or base.inputs_hash != inputs_hash:
        return None
    made = {BOARD_PACK.name: inputs_of_pack(inputs_hash, settings.board_text_folder)}
    wanted = {(o.name, made.get(o.name, inputs_hash)) for o in OUTPUTS if o.cadence is cadence}
    return base if wanted <= {(one.name, one.inputs_hash) for one in base.outputs} else None
