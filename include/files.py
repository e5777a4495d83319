"""Durable, private file work: what is written is on disk, whole, and readable by its owner only."""

from __future__ import annotations

import hashlib
import os
import shutil
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Self

PRIVATE_FILE = 0o600
PRIVATE_DIR = 0o700
_BLOCK = 1 << 20


def private_dir(path: Path) -> Path:
    """Create a directory (and its parents) with mode 0700 whatever the umask, and return it."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=PRIVATE_DIR, exist_ok=True)
        folder.chmod(PRIVATE_DIR)
    return path


def fsync_dir(path: Path) -> None:
    """Flush a directory, so that a name that was made or renamed in it survives a power cut."""
    _flush(os.open(path, os.O_RDONLY | os.O_DIRECTORY))


def fsync_file(path: Path) -> None:
    """Flush a file or folder that something else has written."""
    _flush(os.open(path, os.O_RDONLY))


class Flushing:
    """Flushes files and folders beside other work: waiting for a disk that is busy takes many times what writing took.

    Nothing that was added may be relied on, or be given its name, before :meth:`wait` has returned.
    """

    def __enter__(self) -> Self:
        """Begin."""
        self._pool = ThreadPoolExecutor(2, "flush")
        self._waiting: list[Future[None]] = []
        return self

    def __exit__(self, *_: object) -> None:
        """Let what is under way end; whoever needs it has waited."""
        self._pool.shutdown()

    def add(self, path: Path) -> None:
        """Flush a file that was written, or a folder in which something was made."""
        self._waiting.append(
            self._pool.submit(fsync_file, path)
        )  # opened then: a delivery may have thousands

    def wait(self) -> None:
        """Return once all of it is on disk.

        Raises:
            OSError: The disk did not take it.
        """
        while self._waiting:
            self._waiting.pop().result()


def _flush(handle: int) -> None:
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_durably(path: Path, content: bytes | str, mode: int = PRIVATE_FILE) -> Path:
    """Write a whole file or nothing: temporary name, fsync, rename, fsync of the folder."""
    data = content.encode() if isinstance(content, str) else content
    private_dir(path.parent)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        os.fchmod(handle, mode)
        with os.fdopen(handle, "wb", closefd=False) as stream:
            stream.write(data)
        os.fsync(handle)
    finally:
        os.close(handle)
    temporary.replace(path)
    fsync_dir(path.parent)
    return path


def link_sealed(source: Path, target: Path) -> None:
    """Give a file that nobody may write to a second name; where the file system cannot, copy it."""
    private_dir(target.parent)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def sha256_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hex; read in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
