"""How many releases are kept.

The newest N, the one in force with those that its outputs were made for, its predecessor, and every pinned one.
"""

from __future__ import annotations

import json
from collections.abc import Collection

from include import audit
from include.errors import InputError
from include.files import private_dir, write_durably
from include.publication.release import list_releases, release_folder, release_in_force, remove_tree
from include.settings import Settings

_PINS = "pinned.json"


def pinned(settings: Settings) -> dict[str, str]:
    """Return the pinned release ids, each with the reason."""
    path = settings.state_dir / _PINS
    return dict(json.loads(path.read_text())) if path.exists() else {}


def pin(settings: Settings, release_id: str, reason: str) -> None:
    """Keep a release for ever, for a stated reason.

    Raises:
        InputError: There is no such release.
    """
    if not release_folder(settings, release_id).is_dir():
        raise InputError(f"There is no release {release_id}.", "`hhw releases` lists those that are kept.")
    write_durably(
        settings.state_dir / _PINS, json.dumps({**pinned(settings), release_id: reason}, indent=1) + "\n"
    )
    audit.record(settings, "pin", release_id=release_id, reason=reason)


def unpin(settings: Settings, release_id: str, reason: str) -> None:
    """Let retention have a pinned release again.

    Raises:
        InputError: It is not pinned.
    """
    pins = pinned(settings)
    if release_id not in pins:
        raise InputError(f"Release {release_id} is not pinned.", "`hhw releases` shows which are.")
    del pins[release_id]
    write_durably(settings.state_dir / _PINS, json.dumps(pins, indent=1) + "\n")
    audit.record(settings, "unpin", release_id=release_id, reason=reason)


def retire_releases(settings: Settings, keep: Collection[str] = ()) -> list[str]:
    """Remove what is over the number to keep; a release leaves ``published/`` in one rename, then the disk.

    Returns:
        The ids that went.
    """
    graves = private_dir(settings.work_dir)
    for grave in graves.glob(".retired-*"):
        remove_tree(grave)  # of a process that died half-way
    releases = list_releases(settings)
    kept = {release.release_id for release in releases[: settings.keep_releases]}
    in_force = release_in_force(settings)
    kept |= {*keep, *pinned(settings), in_force or ""}
    # What was carried over can only be made again, and a draft only be approved, from what it was made from.
    kept |= {
        one.release_id for release in releases if release.release_id == in_force for one in release.outputs
    }
    gone = [release.release_id for release in releases if release.release_id not in kept]
    for release_id in gone:
        folder = release_folder(settings, release_id)
        folder.chmod(0o700)
        grave = graves / f".retired-{release_id}"
        folder.rename(grave)
        remove_tree(grave)
        audit.record(settings, "retention", release_id=release_id, kept=settings.keep_releases)
    return gone
