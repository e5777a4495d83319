"""Put an earlier release in force again: the same rename backwards, after every byte of it was checked."""

from __future__ import annotations

from include import audit
from include.errors import IntegrityError
from include.lock import run_lock
from include.publication.release import (
    ROLLED_BACK,
    Release,
    ledger,
    read_release,
    release_folder,
    release_in_force,
    switch_current,
)
from include.publication.verify import verify_release
from include.settings import Settings


def rollback(settings: Settings, release_id: str, reason: str = "") -> Release:
    """Put ``release_id`` in force.

    Raises:
        InputError: There is no such release.
        IntegrityError: Its files are not those that were published; the one in force stays.
        LockedError: A run is at work.
    """
    with run_lock(settings.state_dir):
        folder = release_folder(settings, release_id)
        release = read_release(folder)
        verify_release(folder)
        before = _in_force_or_broken(settings)
        if before == release_id:
            return release
        switch_current(settings, release_id)
        ledger(settings).append(ROLLED_BACK, **{"from": before, "release_id": release_id, "reason": reason})
        audit.record(settings, "rollback", release_id=release_id, previous=before, reason=reason)
        return release


def _in_force_or_broken(settings: Settings) -> str | None:
    """A rollback is the way out of a dangling link, so it must not stumble over one."""
    try:
        return release_in_force(settings)
    except IntegrityError:
        return None
