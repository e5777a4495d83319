"""Files that are neither DuckDB nor Parquet (pages, tables, the pack), encrypted at rest under their own names.

A sealed file begins with a line that says so to whoever opens it, then holds a nonce and the content (AES-256-GCM;
the line is authenticated with it). Names stay, so that links, hashes, carrying over and rollback are what they are
without the profile. What must lie open for a moment (pages under way, a reader's copy) lies in memory, not on disk.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from include.encryption import Keys, active_keys
from include.errors import EncryptionError
from include.files import private_dir, write_durably
from include.settings import get_settings

MAGIC = b"HHW-SEALED-1 "
_SAYS = b"This file is encrypted at rest. To read it: hhw open (docs/operations.md, Encryption at rest).\n"
_LONGEST_LINE = 200
_NONCE_BYTES = 12
MEMORY = Path("/dev/shm")  # noqa: S108  a file system in memory; folders in it are made private


def is_sealed(content: bytes) -> bool:
    """Tell whether these are the bytes of a sealed file."""
    return content.startswith(MAGIC)


def is_sealed_file(path: Path) -> bool:
    """Tell whether a file says of itself that it is sealed."""
    with path.open("rb") as stream:
        return is_sealed(stream.read(len(MAGIC)))


def seal(content: bytes, keys: Keys) -> bytes:
    """Return the bytes of a sealed file."""
    line = MAGIC + keys.current.key_id.encode() + b" " + _SAYS
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return line + nonce + AESGCM(keys.current.for_use("sealed")).encrypt(nonce, content, line)


def unseal(content: bytes, name: str = "the file") -> bytes:
    """Return the content of a sealed file; of any other file its bytes as they are.

    Raises:
        EncryptionError: No key of ours opens it, or it was changed.
    """
    if not is_sealed(content):
        return content
    line = content[: content.find(b"\n", 0, _LONGEST_LINE) + 1]
    key_id = line.removeprefix(MAGIC).split(b" ")[0].decode("ascii", "replace")
    keys = active_keys()
    if keys is None or key_id not in keys.by_id:
        raise EncryptionError(
            f"{name} is sealed with a key ({key_id}) that this data directory does not hold.",
            "It is of another data directory, or its keyring is not whole: restore state/keyring.json.",
        )
    nonce, body = content[len(line) : len(line) + _NONCE_BYTES], content[len(line) + _NONCE_BYTES :]
    try:
        return AESGCM(keys.by_id[key_id].for_use("sealed")).decrypt(nonce, body, line)
    except (InvalidTag, ValueError) as error:
        raise EncryptionError(
            f"{name} was changed since it was sealed: it does not open.",
            "`hhw verify` names every changed file; put another release in force (`hhw rollback RELEASE`).",
        ) from error


def read_private(path: Path) -> bytes:
    """Return the content of a file of ours, sealed or not."""
    return unseal(path.read_bytes(), path.name)


def write_private(path: Path, content: bytes | str) -> Path:
    """Write a file of ours durably, sealed where the profile is on."""
    keys = active_keys()
    data = content.encode() if isinstance(content, str) else content
    return write_durably(path, data if keys is None else seal(data, keys))


@contextlib.contextmanager
def open_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to write open files into; what is in it afterwards is in ``folder``, sealed.

    Without the profile that is ``folder`` itself. With it, it is a folder in memory that begins as a copy of
    ``folder``; temporary files of libraries go there too. If the block raises, ``folder`` stays as it was.
    """
    if active_keys() is None:
        yield folder
        return
    with memory_folder() as workshop:
        pages = workshop / "pages"
        if folder.is_dir():
            shutil.copytree(folder, pages)
        private_dir(pages)
        with _temporary_files_in(private_dir(workshop / "temporary")):
            yield pages
        seal_tree(pages, folder)


def seal_tree(source: Path, target: Path) -> None:
    """Write every file below a folder into another one, sealed unless it is already."""
    for path in sorted(source.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            place = target / path.relative_to(source)
            if place.is_file() and place.read_bytes() == content:
                continue  # it was there before and nobody touched it: it may be linked
            if is_sealed(content):
                write_durably(place, content)
            else:
                write_private(place, content)


@contextlib.contextmanager
def memory_folder() -> Iterator[Path]:
    """Give a private folder in memory that is gone afterwards; what a killed process left there goes first.

    Raises:
        EncryptionError: This machine has no file system in memory.
    """
    if not MEMORY.is_dir():
        raise EncryptionError(
            f"There is no {MEMORY}: open files would have to lie on disk.",
            "Mount one (tmpfs), or do without the profile.",
        )
    ours = f"hhw-{hashlib.sha256(str(get_settings().data_dir.resolve()).encode()).hexdigest()[:12]}-"
    for left in MEMORY.glob(f"{ours}*"):
        if not Path("/proc", left.name.removeprefix(ours).split("-")[0]).exists():
            shutil.rmtree(left)  # of a process of this data directory that was killed
    with tempfile.TemporaryDirectory(prefix=f"{ours}{os.getpid()}-", dir=MEMORY) as name:
        yield Path(name)


@contextlib.contextmanager
def _temporary_files_in(folder: Path) -> Iterator[None]:
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before
