"""Who was erased, kept so that nobody can read it: keyed hashes of identifiers, by which a later delivery is held.

HMAC-SHA256 under a key that lies outside the warehouse; plain hashes of ids could be found out by trying all of
them. Each use has a domain of its own, so that the hashes of two uses cannot be laid side by side.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import os
import re
from collections.abc import Iterable
from pathlib import Path

from include.encryption import active_keys
from include.errors import IntegrityError
from include.files import write_durably
from include.journal import Journal
from include.sealed import is_sealed, unseal, write_private
from include.settings import Settings

FILE = "erasures.jsonl"
_BEGUN, _WIDENED, _CLEARED, _DONE = "begun", "widened", "cleared", "done"
_KEY_BYTES = 32
KINDS = {
    "nominal_id": "nominal",
    "merged_into": "nominal",
    "pnc_id": "pnc",
    "spell_id": "spell",
    "visor_id": "visor",
}
"""Columns that identify a person or what hangs on one, each by its kind: ids of two kinds may be the same text."""
_IN_TEXT = ("nominal", "pnc")
_FEWEST_DIGITS = 8
Identifier = tuple[str, str]
"""Kind and value."""
_TOKEN = re.compile(r"[0-9A-Za-z][0-9A-Za-z/_.:-]*")
_PARTS = re.compile(r"[_.:-]+")


def key_file(settings: Settings) -> Path:
    """Return where the key of pseudonyms lies."""
    return settings.pseudonym_key_file or settings.state_dir / "pseudonyms.key"


def pseudonym(settings: Settings, domain: str, value: str) -> str:
    """Return the keyed hash of a value for one use.

    Args:
        settings: Name the key.
        domain: The use; hashes of two uses have nothing in common.
        value: What is not to be written down.
    """
    return _mac(_key(settings), domain, value)


def _mac(key: bytes, domain: str, value: str) -> str:
    return hmac.new(key, f"{domain}\0{value}".encode(), hashlib.sha256).hexdigest()


def _mark(key: bytes, kind: str, value: str) -> str:
    return _mac(key, f"erasure/{kind}", value)


def _key_mark(key: bytes) -> str:
    """Return by what the key is known again without being told."""
    return _mac(key, "erasure/key", "")


def _key(settings: Settings) -> bytes:
    path = key_file(settings)
    if not path.exists():
        if (settings.state_dir / FILE).exists():
            raise IntegrityError(
                "The key of pseudonyms is gone, and people were erased under it: a delivery could bring them back.",
                f"Put it back as {path}, from the backup of keys, or set HHW_PSEUDONYM_KEY_FILE to where it is; "
                "nothing is taken in without it.",
            )
        _keep(settings, path, os.urandom(_KEY_BYTES).hex() + "\n")
    content = path.read_bytes()
    text = unseal(content, path.name).decode("ascii", "replace").strip()
    if active_keys() is not None and settings.pseudonym_key_file is None and not is_sealed(content):
        _keep(settings, path, text + "\n")  # made before encryption at rest was switched on
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) < _KEY_BYTES:
        raise IntegrityError(
            f"{path.name} holds no key of {_KEY_BYTES} bytes.", "Restore it from the backup of keys."
        )
    return key


def _keep(settings: Settings, path: Path, text: str) -> None:
    """Write the key; among the data it is sealed, so that a backup does not hold it open."""
    (write_private if settings.pseudonym_key_file is None else write_durably)(path, text)


def tokens(text: str) -> list[str]:
    """Return what in a text could be an identifier.

    A short number could be anything: of ids that are short numbers, pages and logs are not searched. They are made
    from stores that are searched by column.
    """
    found = _TOKEN.findall(text)
    found += [part for token in found for part in _PARTS.split(token) if part != token]
    return [token for token in found if not token.isdigit() or len(token) >= _FEWEST_DIGITS]


def is_open(settings: Settings) -> bool:
    """Tell whether an erasure was begun that is not proven yet; no key is needed to ask."""
    return _last_event(settings) in (_BEGUN, _CLEARED)


def _last_event(settings: Settings) -> str:
    events = [entry.event for entry in Journal(settings.state_dir / FILE) if entry.event != _WIDENED]
    return events[-1] if events else ""


class Tombstones:
    """The tombstones of a data directory. Asked about a value twice, it computes once.

    Attributes:
        is_pending: An erasure was begun, and what deliveries and runs read may still hold the person.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._journal = Journal(settings.state_dir / FILE)
        entries = self._journal.read()
        self._marks = {mark for entry in entries for mark in entry.data.get("marks", ())}
        self.is_pending = _last_event(settings) == _BEGUN
        self._key = _key(settings) if self._marks else b""
        if any(entry.data.get("key", "") not in ("", _key_mark(self._key)) for entry in entries):
            raise IntegrityError(
                "The key of pseudonyms is not that under which people were erased: a delivery could bring them back.",
                f"Put the right one in the place of {key_file(settings)}; nothing is taken in without it.",
            )
        self._known: dict[Identifier, bool] = {}

    def __bool__(self) -> bool:
        return bool(self._marks)

    def has(self, kind: str, value: str | None) -> bool:
        """Tell whether a value is an identifier of somebody who was erased."""
        if not value or not self._marks:
            return False
        if (kind, value) not in self._known:
            self._known[kind, value] = _mark(self._key, kind, value) in self._marks
        return self._known[kind, value]

    def in_text(self, text: str) -> bool:
        """Tell whether an identifier of somebody who was erased stands in a text."""
        return any(self.has(kind, token) for token in tokens(text) for kind in _IN_TEXT)

    def in_row(self, text: str) -> bool:
        """Tell the same of a row of a delivery, in which an identifier may be any text between two commas."""
        rows = csv.reader(io.StringIO(text, newline=""))
        fields = {field.strip() for row in rows for field in row}
        return self.in_text(text) or any(self.has(kind, field) for field in fields for kind in _IN_TEXT)

    def begin(self, found: Iterable[Identifier], authority: str) -> None:
        """Write tombstones, before anything else is done: from here on nobody comes back in."""
        self._write(_BEGUN, found, authority=authority)
        self.is_pending = True

    def widen(self, found: Iterable[Identifier]) -> None:
        """Add what a row that goes names as the same person."""
        self._write(_WIDENED, found)

    def _write(self, event: str, found: Iterable[Identifier], **said: str) -> None:
        self._key = _key(self._settings)
        marks = {_mark(self._key, kind, value) for kind, value in found}
        self._journal.append(event, marks=sorted(marks - self._marks), key=_key_mark(self._key), **said)
        self._marks |= marks
        self._known.clear()

    def cleared(self) -> None:
        """Write that nothing that deliveries and runs read names the person any more."""
        self._journal.append(_CLEARED)
        self.is_pending = False

    def done(self) -> None:
        """Write that the erasure has reached every store, and that this was proven."""
        self._journal.append(_DONE)
        self.is_pending = False

    def refuse_if_pending(self) -> None:
        """Stop whatever reads or writes deliveries while an erasure was cut off.

        Raises:
            IntegrityError: It was.
        """
        if self.is_pending:
            raise IntegrityError(
                "An erasure was cut off before it had reached every store.",
                "Finish it: `hhw erase --resume`.",
            )
