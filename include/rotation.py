"""A new key for a data directory, and the end of an old one; each under the run lock, each in the audit log."""

from __future__ import annotations

from pathlib import Path

from include import audit
from include.encryption import retire, rotate
from include.failpoints import failpoint
from include.lock import run_lock
from include.settings import Settings


def rotate_key(settings: Settings, new_key_file: Path) -> tuple[str, str]:
    """Let a new key open the data directory as well. Killed anywhere and started again, it ends the same.

    Returns:
        Fingerprints of the key in use and of the new one.

    Raises:
        EncryptionError: The profile is off, or one of the keys cannot be used.
        LockedError: A run is at work.
    """
    with run_lock(settings.state_dir):
        failpoint("before:rotate")
        old, new = rotate(settings, new_key_file)
        failpoint("after:rotate")
        audit.record(settings, "key_rotation", opens=[old, new])
    return old, new


def retire_keys(settings: Settings) -> list[str]:
    """Let no key but the one in use open the data directory, and return the fingerprints of the others.

    Raises:
        EncryptionError: The profile is off, or the key in use cannot be used.
        LockedError: A run is at work.
    """
    with run_lock(settings.state_dir):
        gone = retire(settings)
        failpoint("after:retire")
        audit.record(settings, "key_retirement", gone=gone)
    return gone
