"""An append-only journal of JSON lines, hash-chained: the form of the ledger and of the audit log.

Each line holds ``seq``, ``at`` (UTC), ``event``, the event's own fields under ``data``, ``prev`` (the
hash of the line before, 64 zeros for the first) and ``hash`` (SHA-256 of the line without it). A line
that is changed, dropped, added or moved breaks the chain at a position that :meth:`Journal.verify` names.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from include.errors import IntegrityError
from include.files import PRIVATE_FILE, fsync_dir, private_dir

GENESIS = "0" * 64
_TORN = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


@dataclass(frozen=True)
class Entry:
    """One line of a journal."""

    seq: int
    at: str
    event: str
    data: dict[str, Any]
    prev: str
    hash: str


def _digest(body: dict[str, Any]) -> str:
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _write_whole(handle: int, data: bytes) -> None:
    """Append all of it durably, or nothing: a line that could not be flushed must not be read as one that was.

    A disk that is nearly full takes a part, and says so only in the number that it returns.
    """
    before = os.fstat(handle).st_size
    try:
        while data:
            data = data[os.write(handle, data) :]
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, before)
        raise


class Journal:
    """One journal file. Appending takes an exclusive lock on it, so that lines never interleave.

    A torn last line (power cut in the middle of a write) is no entry: it was never acknowledged. The
    next append sets it aside in ``<name>.torn`` and goes on from the last whole line.

    Args:
        path: The file.
        events: The events that are ever written to it, if they are known: a line of another is none of ours, and
            whoever looks for its event would pass over it in silence.
    """

    def __init__(self, path: Path, events: frozenset[str] | None = None) -> None:
        self.path = path
        self.events = events

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.read())

    def read(self) -> list[Entry]:
        """Return all whole lines, oldest first. Does not check the chain (see :meth:`verify`)."""
        if not self.path.exists():
            return []
        return [self._parse(line, number) for number, line in enumerate(self._whole_lines(), start=1)]

    def append(self, event: str, **data: Any) -> Entry:
        """Append one event and return it once it is on disk."""
        private_dir(self.path.parent)
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, PRIVATE_FILE)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            self._set_aside_torn(handle)
            if os.fstat(handle).st_size == 0:
                fsync_dir(self.path.parent)  # before the line: once that is written, nothing more may fail
            last = self._last()
            body: dict[str, Any] = {
                "seq": last.seq + 1 if last else 1,
                "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "event": event,
                "data": data,
                "prev": last.hash if last else GENESIS,
            }
            entry = Entry(**body, hash=_digest(body))
            line = json.dumps({**body, "hash": entry.hash}, sort_keys=True, ensure_ascii=False) + "\n"
            _write_whole(handle, line.encode())
        finally:
            os.close(handle)
        return entry

    def mend(self) -> bool:
        """Set a torn last line aside, as the next append would; return whether there was one."""
        if not self.path.exists():
            return False
        handle = os.open(self.path, os.O_RDWR)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            return self._set_aside_torn(handle)
        finally:
            os.close(handle)

    def verify(self) -> int:
        """Check every line and the chain.

        Returns:
            The number of lines.

        Raises:
            IntegrityError: Names the first line that was changed, dropped, added or moved.
        """
        previous = GENESIS
        entries = self.read()
        for position, entry in enumerate(entries, start=1):
            body = {
                "seq": entry.seq,
                "at": entry.at,
                "event": entry.event,
                "data": entry.data,
                "prev": entry.prev,
            }
            if entry.seq != position or entry.prev != previous or entry.hash != _digest(body):
                raise self._damaged(f"the chain breaks at line {position}")
            previous = entry.hash
        return len(entries)

    @property
    def head(self) -> str:
        """Hash of the last line; what a release copies, so that truncation is seen."""
        last = self._last()
        return last.hash if last else GENESIS

    def _last(self) -> Entry | None:
        entries = self.read()
        return entries[-1] if entries else None

    def _whole_lines(self) -> list[bytes]:
        text = self.path.read_bytes()
        return text[: text.rfind(b"\n") + 1].splitlines()

    def _parse(self, line: bytes, number: int) -> Entry:
        try:
            entry = Entry(**json.loads(line))
        except (ValueError, TypeError) as error:
            raise self._damaged(f"line {number} is not an entry") from error
        if self.events is not None and entry.event not in self.events:
            raise self._damaged(f"line {number} is of an event that nobody writes")
        return entry

    def _damaged(self, how: str) -> IntegrityError:
        return IntegrityError(
            f"{self.path.name}: {how}", "Restore the file from the last backup, and find out who wrote to it."
        )

    def _set_aside_torn(self, handle: int) -> bool:
        text = self.path.read_bytes()
        end = text.rfind(b"\n") + 1
        if end == len(text):
            return False
        torn = os.open(self.path.with_name(self.path.name + ".torn"), _TORN, PRIVATE_FILE)
        with os.fdopen(torn, "wb") as stream:
            stream.write(text[end:])
        os.ftruncate(handle, end)
        return True
