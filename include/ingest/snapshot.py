"""What lies in a delivery folder, seen without following a link or opening a pipe, and copied so."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from include.files import PRIVATE_DIR, PRIVATE_FILE, Flushing, private_dir
from include.ingest.faults import printable

Kind = Literal["file", "folder", "link", "other", "unreadable"]
_BLOCK = 1 << 20
# A delivery is flat; what lies deeper refuses it anyway, and is looked at only so far.
_MAX_DEPTH = 16
_MAX_ENTRIES = 10_000


@dataclass(frozen=True)
class Item:
    """One thing in the folder: ``name`` is its path below the folder, ``sha256`` that of a plain file."""

    name: str
    kind: Kind
    size: int = 0
    sha256: str = ""
    target: str = ""


@dataclass(frozen=True)
class Snapshot:
    """A delivery folder as it is: the folder's own kind, its contents, and one hash over all of it."""

    kind: Kind
    items: tuple[Item, ...]
    target: str = ""

    @property
    def digest(self) -> str:
        """One hash over names, kinds and contents."""
        body = [self.kind, self.target, [[i.name, i.kind, i.size, i.sha256, i.target] for i in self.items]]
        return hashlib.sha256(json.dumps(body, ensure_ascii=True).encode()).hexdigest()

    @property
    def top(self) -> dict[str, Item]:
        """What lies directly in the folder, by name."""
        return {item.name: item for item in self.items if os.sep not in item.name}


NOTHING = Snapshot("other", ())
"""Of a delivery that was not looked at yet."""


def kind_of(path: Path) -> Kind:
    """Tell what a path is, without following it."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return "unreadable"
    if stat.S_ISLNK(mode):
        return "link"
    if stat.S_ISDIR(mode):
        return "folder"
    return "file" if stat.S_ISREG(mode) else "other"


def take(folder: Path) -> Snapshot:
    """Look at a delivery folder and hash what is in it."""
    kind = kind_of(folder)
    if kind != "folder":
        item = _item(folder, folder.name, None)
        return Snapshot(kind, (item,) if kind == "file" else (), item.target)
    return Snapshot(kind, _items(folder, None))


def size_of(folder: Path) -> int:
    """Return the bytes of the plain files of a delivery, without reading one."""
    sizes = 0
    inside = _walk(folder) if kind_of(folder) == "folder" else ()
    for path in (folder, *(path for path, _ in inside)):
        with contextlib.suppress(OSError):  # gone meanwhile, or not to be seen: what is copied decides
            state = path.lstat()
            sizes += state.st_size if stat.S_ISREG(state.st_mode) else 0
    return sizes


def copy(folder: Path, target: Path, flushing: Flushing) -> Snapshot:
    """Copy a delivery to a private place, links as links; pipes and devices are noted, not made.

    Args:
        folder: The delivery.
        target: Where the copy goes.
        flushing: What flushes it; wait for that before the copy is relied on.

    Returns:
        What was read while copying, so that a change in between shows.
    """
    private_dir(target.parent)
    kind = kind_of(folder)
    if kind != "folder":
        item = _item(folder, folder.name, target)
        if kind_of(target) == "file":
            flushing.add(target)
        return Snapshot(kind, (item,) if kind == "file" else (), item.target)
    target.mkdir(mode=PRIVATE_DIR)
    items = _items(folder, target)
    for root, _, names in os.walk(target):
        for path in (Path(root), *(Path(root, name) for name in names)):
            if kind_of(path) in ("file", "folder"):
                flushing.add(path)
    return Snapshot(kind, items)


def remove(path: Path) -> None:
    """Remove a file, link or folder of our own, if it is there."""
    if kind_of(path) == "folder":
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def make_private(folder: Path) -> None:
    """Take everybody else's rights from a delivery that was put into the data directory by hand."""
    if kind_of(folder) != "folder":
        return
    for path in (folder, *folder.iterdir()):
        wanted = {"folder": PRIVATE_DIR, "file": PRIVATE_FILE}.get(kind_of(path))
        if wanted and stat.S_IMODE(path.lstat().st_mode) != wanted:
            path.chmod(wanted)  # not a link: that would reach its target


def _walk(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield everything below a folder, parents first, in a fixed order."""
    waiting: list[tuple[Path, str, int]] = [(folder, "", 0)]
    seen = 0
    while waiting:
        current, prefix, depth = waiting.pop()
        names: list[str] = []
        with contextlib.suppress(OSError):
            names = sorted(os.listdir(current))  # noqa: PTH208  names, not paths: they may be anything
        for name in names:
            seen += 1
            if seen > _MAX_ENTRIES:
                return
            path = current / name
            yield path, prefix + name
            if kind_of(path) == "folder" and depth < _MAX_DEPTH:
                waiting.append((path, prefix + name + os.sep, depth + 1))


def _items(folder: Path, target: Path | None) -> tuple[Item, ...]:
    """Look at everything below a folder, and copy it if wanted: two at a time, since much of it is waiting."""
    with ThreadPoolExecutor(2, "snapshot") as pool:
        found = []
        for path, name in _walk(folder):
            copied = target / name if target is not None else None
            if copied is not None and kind_of(path) == "folder":
                copied.mkdir(mode=PRIVATE_DIR)  # before what lies in it
            found.append(pool.submit(_item, path, name, copied))
        return tuple(item.result() for item in found)


def _item(path: Path, name: str, target: Path | None) -> Item:
    kind = kind_of(path)
    if kind == "link":
        return _link(path, name, target)
    if kind != "file":
        return Item(name, kind)
    try:
        return _plain_file(path, name, target)
    except OSError as error:
        if target is not None and error.filename != path:
            raise  # our own disk is full or broken: no fault of the delivery
        return Item(name, "unreadable")


def _link(path: Path, name: str, target: Path | None) -> Item:
    pointed = os.readlink(path)  # noqa: PTH115  the text of the link, whatever it is
    if target is not None:
        target.symlink_to(pointed)
    return Item(name, "link", target=pointed)


def _plain_file(path: Path, name: str, target: Path | None) -> Item:
    """Hash a plain file, and copy it if wanted. O_NOFOLLOW: it may have become a link since."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as stream, contextlib.ExitStack() as stack:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return Item(name, "other")
        out = stack.enter_context(_private_file(target)) if target is not None else None
        digest, size = hashlib.sha256(), 0
        while block := stream.read(_BLOCK):
            digest.update(block)
            size += len(block)
            if out is not None:
                out.write(block)
        return Item(name, "file", size, digest.hexdigest())


@contextlib.contextmanager
def _private_file(path: Path) -> Iterator[IO[bytes]]:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, PRIVATE_FILE)
    with os.fdopen(handle, "wb") as stream:
        yield stream


def safe_name(name: str) -> str:
    """Turn a folder name from outside into one that is safe to use and to print."""
    shown = "".join(
        char if char.isascii() and (char.isalnum() or char in "_-") else "_" for char in printable(name)
    )
    return shown[:64] or "_"
