"""Is what readers see as fresh as they must believe it is? The one place that holds dates against the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from pydantic import BaseModel, ConfigDict

from include.contract import SOURCES
from include.contract.model import DELIVERY_ID
from include.errors import UsageError
from include.ingest import DeliveryRef, find_deliveries
from include.ledger import Ledger
from include.publication.release import read_release, release_folder, release_in_force
from include.settings import Settings

_ZONES = timedelta(days=1)  # somewhere it is tomorrow already


class Late(BaseModel):
    """One thing that is later, or worse, than it should be.

    Attributes:
        kind: ``source_late``, ``source_ahead``, ``release_stale``, ``delivery_waiting``, and those of
            ``include.attention`` and ``include.monitoring.watch``.
        subject: What it is about; with the kind, what makes two findings the same.
        message: A sentence without personal data.
    """

    model_config = ConfigDict(frozen=True)

    kind: str
    subject: str
    message: str


def check_freshness(settings: Settings, *, now: datetime | None = None) -> list[Late]:
    """Find what is late.

    Raises:
        IntegrityError: The ledger or the link to the release in force cannot be read.
    """
    today = (now or datetime.now(UTC)).date()
    return [*_late_sources(settings, today), *_stale_release(settings, today), *_waiting(settings)]


def _late_sources(settings: Settings, today: date) -> list[Late]:
    latest: dict[str, date] = {}
    for delivery in Ledger(settings.state_dir).applied():
        latest[delivery.source] = max(
            delivery.extract_date, latest.get(delivery.source, delivery.extract_date)
        )
    late = []
    for source in (name for name, spec in SOURCES.items() if not spec.optional):
        if source not in latest:
            if source in settings.absent_source_names:
                continue
            late.append(
                Late(kind="source_late", subject=source, message=f"{source}: no delivery has been taken in.")
            )
        elif (days := (today - latest[source]).days) > settings.max_age_days:
            late.append(
                Late(
                    kind="source_late",
                    subject=source,
                    message=f"{source}: the latest extract is {days} days old ({latest[source]}).",
                )
            )
    return [*late, *_ahead(latest, today)]


def _ahead(latest: dict[str, date], today: date) -> list[Late]:
    """Name the sources whose latest extract is of a day to come: what they send next would go back in time."""
    return [
        Late(
            kind="source_ahead",
            subject=source,
            message=f"{source}: the latest extract is dated {newest}, and today is {today}: "
            "a delivery of an earlier date will be refused.",
        )
        for source, newest in latest.items()
        if newest > today + _ZONES
    ]


def _stale_release(settings: Settings, today: date) -> list[Late]:
    in_force = release_in_force(settings)
    if in_force is None:
        return [Late(kind="release_stale", subject="release", message="Nothing has been published yet.")]
    as_at = read_release(release_folder(settings, in_force)).as_at
    days = (today - as_at).days
    if days <= settings.max_age_days:
        return []
    return [
        Late(
            kind="release_stale",
            subject="release",
            message=f"The release in force, {in_force}, is as at {as_at}: {days} days ago.",
        )
    ]


def _waiting(settings: Settings) -> list[Late]:
    """Name the folders without a manifest that have been there for longer than a transfer takes."""
    try:
        found = find_deliveries(settings)
    except UsageError as error:
        return [Late(kind="landing_missing", subject="landing", message=error.message)]
    return [
        Late(
            kind="delivery_waiting",
            subject=_name(ref),
            message=f"{_name(ref)} has had no manifest for {ref.waited_hours:.0f} hours.",
        )
        for ref in found
        if ref.is_overdue
    ]


def _name(ref: DeliveryRef) -> str:
    """Return a delivery's name if it is one that the contract allows: what else people write there is not told on."""
    is_named = is_told_by_name(ref.source, ref.delivery_id)
    return f"{ref.source}/{ref.delivery_id}" if is_named else "A folder whose name is no delivery's"


def is_told_by_name(source: str, delivery_id: str) -> bool:
    """Tell whether a delivery has a name that the contract allows, and not one that somebody thought of."""
    return source in SOURCES and DELIVERY_ID.fullmatch(delivery_id) is not None
