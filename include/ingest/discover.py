"""Find deliveries: which folders are complete, which still wait for their manifest, what else lies there."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from include.contract import SOURCES
from include.contract.model import DELIVERY_ID, MANIFEST_NAME
from include.errors import UsageError
from include.ingest.faults import printable
from include.ingest.snapshot import kind_of
from include.settings import Settings

INCOMING = ".incoming"


@dataclass(frozen=True)
class DeliveryRef:
    """One delivery folder that was found.

    Attributes:
        source: Name of the source folder, as it is.
        delivery_id: Name of the delivery folder, as it is.
        path: Where it lies.
        state: ``complete`` (it has a manifest, or can never become a delivery) or ``waiting``.
        waited_hours: How long a waiting folder has been lying there.
        is_overdue: It waits longer than the setting ``waiting_hours``.
    """

    source: str
    delivery_id: str
    path: Path
    state: Literal["complete", "waiting"]
    waited_hours: float = 0.0
    is_overdue: bool = False

    @property
    def label(self) -> str:
        """Source and id, safe to print."""
        return f"{printable(self.source)} {printable(self.delivery_id)}"


@dataclass(frozen=True)
class Found:
    """What lies in a landing folder: deliveries per source by id, and what is none."""

    deliveries: tuple[DeliveryRef, ...]
    ignored: tuple[str, ...]


def landing_of(settings: Settings, landing: Path | None) -> Path:
    """Return the folder to look in: the given one, the configured one, or the one in the data directory.

    Raises:
        UsageError: A folder was named and is not there.
    """
    given = landing or settings.landing
    if given is None:
        return settings.landing_dir
    if not given.is_dir():
        raise UsageError(
            f"LANDING {given} is not a folder.", "Name a folder with <source>/<delivery_id>/ in it."
        )
    return given


def is_own(settings: Settings, landing: Path) -> bool:
    """Tell whether a landing folder is the one in the data directory, in which deliveries may be moved."""
    return landing.resolve() == settings.landing_dir.resolve()


def look(settings: Settings, landing: Path) -> Found:
    """Look through a landing folder without opening anything but folders."""
    deliveries: list[DeliveryRef] = []
    ignored: list[str] = []
    if not landing.is_dir():
        return Found((), ())
    try:
        entries = sorted(landing.iterdir())
    except OSError as error:
        raise UsageError(f"{landing} cannot be read.", "Give this account the right to read it.") from error
    for entry in entries:
        if entry.name == INCOMING and is_own(settings, landing):
            continue
        if entry.name.startswith(".") or kind_of(entry) not in ("folder", "link"):
            ignored.append(f"{printable(entry.name)} is no source folder")
        elif kind_of(entry) == "link":
            # a source that is a link is refused as one delivery, and never looked into
            deliveries.append(DeliveryRef(entry.name, "", entry, "complete"))
        elif os.path.lexists(entry / MANIFEST_NAME):
            ignored.append(
                f"{printable(entry.name)} holds a manifest, but stands where a source folder is expected: "
                "LANDING is the folder above the source folders"
            )
        else:
            _look_into_source(settings, entry, deliveries, ignored)
    order = {name: position for position, name in enumerate(SOURCES)}
    deliveries.sort(key=lambda ref: (order.get(ref.source, len(order)), ref.source, ref.delivery_id))
    return Found(tuple(deliveries), tuple(ignored))


def _look_into_source(
    settings: Settings, folder: Path, deliveries: list[DeliveryRef], ignored: list[str]
) -> None:
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        ignored.append(f"{printable(folder.name)} cannot be read ({error.strerror})")
        return
    for entry in entries:
        ref = _ref(settings, folder.name, entry) if kind_of(entry) == "folder" else None
        if ref and not entry.name.startswith(".") and (ref.state == "complete" or folder.name in SOURCES):
            deliveries.append(ref)
        elif ref is None and DELIVERY_ID.fullmatch(entry.name):
            deliveries.append(DeliveryRef(folder.name, entry.name, entry, "complete"))
        else:
            ignored.append(f"{printable(folder.name)}/{printable(entry.name)} is no delivery folder")


def _ref(settings: Settings, source: str, folder: Path) -> DeliveryRef:
    if os.path.lexists(folder / MANIFEST_NAME):
        return DeliveryRef(source, folder.name, folder, "complete")
    age = datetime.now(UTC).timestamp() - folder.lstat().st_mtime
    hours = max(age, 0.0) / 3600
    return DeliveryRef(
        source, folder.name, folder, "waiting", round(hours, 1), hours > settings.waiting_hours
    )
