"""Is what readers see as fresh as they must believe it is? The one place that holds dates against the clock."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

from pydantic import BaseModel, ConfigDict

from include.alerts import raise_alert
from include.files import write_durably
from include.ledger import Ledger
from include.publication.release import read_release, release_folder, release_in_force
from include.settings import Settings
from include.warehouse.plan import SOURCES

HEARTBEAT = "heartbeat.json"


class Late(BaseModel):
    """One thing that is later than it should be."""

    model_config = ConfigDict(frozen=True)

    kind: str
    message: str


def check_freshness(
    settings: Settings, *, now: datetime | None = None, is_alerting: bool = False
) -> list[Late]:
    """Find what is late; with ``is_alerting`` write the alerts and the heartbeat.

    Raises:
        IntegrityError: The ledger or the link to the release in force cannot be read.
    """
    moment = now or datetime.now(UTC)
    found = [*_late_sources(settings, moment.date()), *_stale_release(settings, moment.date())]
    found += _waiting(settings, moment)
    if is_alerting:
        for late in found:
            raise_alert(settings, late.kind, late.message)
        beat = {"at": moment.isoformat(timespec="seconds"), "late": [late.message for late in found]}
        write_durably(settings.state_dir / HEARTBEAT, json.dumps(beat, indent=1) + "\n")
    return found


def _late_sources(settings: Settings, today: date) -> list[Late]:
    latest: dict[str, date] = {}
    for delivery in Ledger(settings.state_dir).applied():
        latest[delivery.source] = max(
            delivery.extract_date, latest.get(delivery.source, delivery.extract_date)
        )
    late = []
    for source in SOURCES:
        if source not in latest:
            late.append(Late(kind="source_late", message=f"{source}: no delivery has been taken in."))
        elif (days := (today - latest[source]).days) > settings.max_age_days:
            late.append(
                Late(
                    kind="source_late",
                    message=f"{source}: the latest extract is {days} days old ({latest[source]}).",
                )
            )
    return late


def _stale_release(settings: Settings, today: date) -> list[Late]:
    in_force = release_in_force(settings)
    if in_force is None:
        return [Late(kind="release_stale", message="Nothing has been published yet.")]
    as_at = read_release(release_folder(settings, in_force)).as_at
    days = (today - as_at).days
    if days <= settings.max_age_days:
        return []
    return [
        Late(
            kind="release_stale",
            message=f"The release in force, {in_force}, is as at {as_at}: {days} days ago.",
        )
    ]


def _waiting(settings: Settings, moment: datetime) -> list[Late]:
    """Name folders without a manifest that have been there for longer than a transfer takes."""
    late = []
    for folder in sorted(settings.landing_dir.glob("*/*")):
        hours = (moment.timestamp() - folder.lstat().st_mtime) / 3600
        if folder.is_dir() and not (folder / "manifest.json").exists() and hours > settings.waiting_hours:
            late.append(
                Late(
                    kind="delivery_waiting",
                    message=f"{folder.parent.name}/{folder.name} has had no manifest for {hours:.0f} hours.",
                )
            )
    return late
