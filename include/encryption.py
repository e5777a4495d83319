"""Encryption at rest as a profile: ``HHW_ENCRYPTION_KEY_FILE`` names a key that lies outside the data directory.

That key encrypts no data. It opens ``state/keyring.json``, in which the data keys lie wrapped (AES-256-GCM); they
encrypt the stores. So a new key means one small file written anew, in one rename: at any moment the old or the new
key, or both, open everything. A data directory with a keyring is never read or written without its key.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel, ConfigDict, ValidationError

from include.errors import EncryptionError, IntegrityError
from include.files import PRIVATE_FILE, fsync_dir, private_dir, write_durably
from include.settings import Settings, get_settings

KEYRING = "keyring.json"
VARIABLE = "HHW_ENCRYPTION_KEY_FILE"
_KEY_BYTES = 32
_NONCE_BYTES = 12
_HEX_KEY = re.compile(r"[0-9a-fA-F]{64}")
_DOCS = 'docs/operations.md, "Encryption at rest"'


@dataclass(frozen=True)
class DataKey:
    """One data key; what a store is encrypted with is derived from it, for each kind of store another."""

    key_id: str
    secret: bytes

    def for_use(self, use: str) -> bytes:
        """Return 32 bytes for one kind of store: HMAC-SHA256 of its name under the data key."""
        return hmac.new(self.secret, use.encode(), hashlib.sha256).digest()


@dataclass(frozen=True)
class Keys:
    """The data keys of a data directory, opened.

    Attributes:
        current: What everything new is encrypted with.
        by_id: All of them; files written before a rotation need theirs.
    """

    current: DataKey
    by_id: Mapping[str, DataKey]


class _WrappedKey(BaseModel):
    """A data key as the keyring holds it: wrapped once for each key that opens it, by that key's fingerprint."""

    model_config = ConfigDict(frozen=True)

    made_at: str
    wrapped: dict[str, str]


class _Keyring(BaseModel):
    """``state/keyring.json``."""

    model_config = ConfigDict(extra="forbid")

    version: int = 1
    current: str
    keys: dict[str, _WrappedKey]


def make_key_file(path: Path) -> str:
    """Make a new key, and return its fingerprint; never over a file that is there.

    Raises:
        EncryptionError: There is a file of that name.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    except FileExistsError as error:
        raise EncryptionError(
            f"{path} is there already.", "Name a new file: a key is never replaced."
        ) from error
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(secrets.token_hex(_KEY_BYTES) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    return fingerprint(read_key_file(path))


def read_key_file(path: Path, data_dir: Path | None = None) -> bytes:
    """Read a key file: 64 hexadecimal digits, for nobody else to read, and not among the data.

    Raises:
        EncryptionError: Names the file and the rule; never what the file holds.
    """
    if not path.is_file():
        raise EncryptionError(f"The key file {path} ({VARIABLE}) is not there.", f"Put it back: {_DOCS}.")
    if path.stat().st_mode & 0o077:
        raise EncryptionError(
            f"The key file {path} can be read by others than its owner.", f"chmod 400 {path}"
        )
    if data_dir is not None and data_dir.resolve() in path.resolve().parents:
        raise EncryptionError(
            f"The key file {path} lies in the data directory: it would go into every backup beside what it opens.",
            f"Move it out, and set {VARIABLE} to where it is.",
        )
    text = path.read_text(encoding="ascii", errors="replace").strip()
    if not _HEX_KEY.fullmatch(text):
        raise EncryptionError(
            f"The key file {path} does not hold 64 hexadecimal digits.",
            "Restore it from where keys are kept; `hhw make-key FILE` makes a new one, which opens nothing yet.",
        )
    return bytes.fromhex(text)


def fingerprint(key: bytes) -> str:
    """Return by what a key can be named without being told."""
    return hmac.new(key, b"fingerprint", hashlib.sha256).hexdigest()[:12]


def active_keys(settings: Settings | None = None) -> Keys | None:
    """Return the data keys of the installation; ``None`` where the profile is off and always was.

    Args:
        settings: Default those of this process: one process serves one data directory.

    Raises:
        EncryptionError: The profile is on and its key does not open the keyring, or a keyring is there and no key.
    """
    settings = settings or get_settings()
    keys, key_file = _keys_there(settings), settings.encryption_key_file
    if keys is None and key_file is not None:
        _make_ring(settings, settings.state_dir / KEYRING, read_key_file(key_file, settings.data_dir))
        keys = _keys_there(settings)
    return keys


def _keys_there(settings: Settings) -> Keys | None:
    """Return the data keys if there is a keyring, and make none; raises as :func:`active_keys` does."""
    ring, key_file = settings.state_dir / KEYRING, settings.encryption_key_file
    if key_file is None:
        if ring.exists():
            raise EncryptionError(
                f"The data directory {settings.data_dir} is encrypted ({KEYRING} is there) and {VARIABLE} is not set.",
                f"Set it to the key file of this installation: {_DOCS}.",
            )
        return None
    key = read_key_file(key_file, settings.data_dir)
    return _opened(ring.read_bytes(), key, key_file) if ring.exists() else None


@functools.lru_cache(maxsize=4)
def _opened(content: bytes, key: bytes, key_file: Path) -> Keys:
    ring = _parsed(content)
    mark = fingerprint(key)
    known = {name for one in ring.keys.values() for name in one.wrapped}
    if any(mark not in one.wrapped for one in ring.keys.values()):
        raise EncryptionError(
            f"The key in {key_file} (fingerprint {mark}) does not open this data directory; what does: "
            f"{', '.join(sorted(known))}.",
            f"Set {VARIABLE} to the file of that key: {_DOCS}.",
        )
    opened = {name: DataKey(name, _unwrap(key, name, one.wrapped[mark])) for name, one in ring.keys.items()}
    return Keys(opened[ring.current], opened)


def protection(settings: Settings) -> str:
    """Say in a few sentences what protects the data at rest, as it lies there. It needs no key and makes no keyring.

    Raises:
        EncryptionError: The key that is named is not that of the data directory, is not there, or cannot be used.
        IntegrityError: The keyring is gone or was changed.
    """
    has_ring, key_file = (settings.state_dir / KEYRING).exists(), settings.encryption_key_file
    if not has_ring:
        _refuse_lost_ring(settings)
    if key_file is not None:
        _keys_there(settings)
    if has_ring:
        lies_open = any(not _is_encrypted_parquet(path) for path in _parquet_files(settings))
        return (
            "At rest, warehouse, bronze, published lists, rows put aside and the copies that are published are "
            "encrypted, each under a key that lies outside the data directory. Deliveries as they came (landing) are "
            "not: they are the force's own files, and the encryption of the disk protects them."
            + (" Nor is what was written before encryption was switched on." if lies_open else "")
            + (
                f" Here is no key ({VARIABLE} is not set): what is encrypted cannot be read."
                if key_file is None
                else ""
            )
        )
    if key_file is not None:
        return (
            f"At rest, nothing is encrypted yet. {VARIABLE} names a key: what is written from now on will be; what was "
            "written before stays as it is until it is written again."
        )
    return (
        "At rest, this installation does not encrypt: its files are for its own account alone (0600, folders "
        "0700), and the encryption of the disk, which the force provides, protects what is taken away with it."
    )


def _parsed(content: bytes) -> _Keyring:
    try:
        ring = _Keyring.model_validate_json(content)
        ring.keys[ring.current]
    except (ValidationError, KeyError) as error:
        raise IntegrityError(
            f"state/{KEYRING} cannot be read.", "Restore it from the last backup: without it nothing opens."
        ) from error
    return ring


def _make_ring(settings: Settings, path: Path, key: bytes) -> None:
    """Make the keyring of a data directory, unless one is made meanwhile or was lost."""
    _refuse_lost_ring(settings)
    ring = _with_new_key(None, {fingerprint(key): key})
    temporary = private_dir(path.parent) / f".{path.name}.{os.getpid()}.tmp"
    write_durably(temporary, ring.model_dump_json(indent=1) + "\n", PRIVATE_FILE)
    try:
        os.link(temporary, path)  # a link never replaces: of two that begin, one wins and both read it
        fsync_dir(path.parent)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()


def _refuse_lost_ring(settings: Settings) -> None:
    if any(_is_encrypted_parquet(one) for one in _parquet_files(settings)):
        raise IntegrityError(
            f"state/{KEYRING} is gone, and there are encrypted files that only it opens.",
            "Restore it from the last backup; do not go on without it.",
        )


def _parquet_files(settings: Settings) -> Iterable[Path]:
    for folder in (settings.bronze_dir, settings.history_dir, settings.published_dir):
        yield from folder.rglob("*.parquet")


def _is_encrypted_parquet(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4) == b"PARE"


def _with_new_key(opened: Keys | None, masters: Mapping[str, bytes]) -> _Keyring:
    """Return a ring with a new current data key, every key wrapped for every master."""
    new = DataKey(secrets.token_hex(4), secrets.token_bytes(_KEY_BYTES))
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    held = {**(opened.by_id if opened else {}), new.key_id: new}
    return _Keyring(
        current=new.key_id,
        keys={
            name: _WrappedKey(
                made_at=now, wrapped={mark: _wrap(key, one) for mark, key in sorted(masters.items())}
            )
            for name, one in held.items()
        },
    )


def _wrap(key: bytes, data_key: DataKey) -> str:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, data_key.secret, data_key.key_id.encode())
    return base64.b64encode(nonce + sealed).decode()


def _unwrap(key: bytes, key_id: str, wrapped: str) -> bytes:
    data = base64.b64decode(wrapped)
    try:
        return AESGCM(key).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], key_id.encode())
    except InvalidTag as error:
        raise IntegrityError(
            f"state/{KEYRING} was changed: its data key {key_id} does not open.",
            "Restore it from the last backup.",
        ) from error


def rotate(settings: Settings, new_key_file: Path) -> tuple[str, str]:
    """Let a new key open the data directory as well, and encrypt with a new data key from now on.

    The caller holds the run lock. The old key goes on opening everything until :func:`retire`.

    Returns:
        Fingerprints of the key in use and of the new one.

    Raises:
        EncryptionError: The profile is off, or one of the two keys cannot be used.
    """
    opened, key = _opened_with_its_key(settings)
    new = read_key_file(new_key_file, settings.data_dir)
    marks = fingerprint(key), fingerprint(new)
    path = settings.state_dir / KEYRING
    ring = _parsed(path.read_bytes())
    if all(marks[1] in one.wrapped for one in ring.keys.values()):
        return marks  # this was done, perhaps by a run that was killed before it could say so
    anew = _with_new_key(opened, {marks[0]: key, marks[1]: new})
    write_durably(path, anew.model_dump_json(indent=1) + "\n")
    return marks


def retire(settings: Settings) -> list[str]:
    """Let no key but the one in use open the data directory. The caller holds the run lock.

    Returns:
        Fingerprints of the keys that open it no longer.
    """
    _, key = _opened_with_its_key(settings)
    mark, path = fingerprint(key), settings.state_dir / KEYRING
    ring = _parsed(path.read_bytes())
    gone = sorted({name for one in ring.keys.values() for name in one.wrapped} - {mark})
    kept = {
        name: _WrappedKey(made_at=one.made_at, wrapped={mark: one.wrapped[mark]})
        for name, one in ring.keys.items()
    }
    if gone:
        write_durably(path, ring.model_copy(update={"keys": kept}).model_dump_json(indent=1) + "\n")
    return gone


def _opened_with_its_key(settings: Settings) -> tuple[Keys, bytes]:
    keys = active_keys(settings)
    if keys is None or settings.encryption_key_file is None:
        raise EncryptionError(
            "Encryption at rest is off: there is no key to rotate.", f"{_DOCS} says how to begin."
        )
    return keys, read_key_file(settings.encryption_key_file, settings.data_dir)
