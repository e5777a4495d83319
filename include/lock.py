"""One writer. The run lock is a flock: it dies with its process, so a stale lock file means nothing."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from include.errors import LockedError
from include.files import PRIVATE_FILE, private_dir

_held: dict[str, int] = {}
_PROBE_SECONDS = 0.05


@contextlib.contextmanager
def run_lock(state_dir: Path) -> Iterator[None]:
    """Hold the run lock, or raise at once. Re-entrant within a process.

    Raises:
        LockedError: Another process holds it. Nothing was changed.
    """
    path = private_dir(state_dir) / "run.lock"
    key = str(path.resolve())
    if key in _held:
        _held[key] += 1
        try:
            yield
        finally:
            _held[key] -= 1
        return
    handle = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
    try:
        try:
            _take(handle)
        except BlockingIOError as error:
            raise LockedError(
                "Another run is at work in this data directory; nothing was changed.",
                "Wait for it to end (`hhw status` shows it), then start again.",
            ) from error
        _held[key] = 1
        try:
            yield
        finally:
            del _held[key]
    finally:
        os.close(handle)


def is_held(state_dir: Path) -> bool:
    """Tell whether a run is at work: whether this process or another one holds the run lock."""
    path = state_dir / "run.lock"
    if str(path.resolve()) in _held:
        return True
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _take(handle: int) -> None:
    """Take the lock; tried twice, since whoever only asks holds it for an instant."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        time.sleep(_PROBE_SECONDS)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
