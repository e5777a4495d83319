"""What needs a person and is not a question of dates: deliveries and a last run that came to nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from include.contract import SOURCES
from include.freshness import Late, is_told_by_name
from include.ledger import DeliveryRecord, Ledger
from include.runs import STOPPED, Outcome, runs_as_they_are
from include.settings import Settings

_REPORT = "report.txt"


def needs_a_person(settings: Settings, *, now: datetime | None = None) -> list[Late]:
    """Find what a person has to see to.

    Raises:
        IntegrityError: The ledger cannot be read.
    """
    return [*_refused(settings, now or datetime.now(UTC)), *_blocked(settings), *_last_run(settings)]


def _refused(settings: Settings, now: datetime) -> list[Late]:
    """Name the deliveries that were refused, until one of the same id or a later one has been taken in since."""
    ledger = Ledger(settings.state_dir)
    newest = {(one.source, one.delivery_id): one for one in ledger.deliveries() if one.status == "refused"}
    oldest = now - timedelta(days=settings.max_age_days)
    applied = ledger.applied()
    return [
        _refusal(one)
        for one in newest.values()
        if not any(
            done.source == one.source and done.delivery_id >= one.delivery_id and done.seq > one.seq
            for done in applied
        )
        # of a folder that is no source's nothing will ever be taken in
        and (one.source in SOURCES or datetime.fromisoformat(one.at) > oldest)
    ]


def _refusal(one: DeliveryRecord) -> Late:
    if is_told_by_name(one.source, one.delivery_id):
        subject = f"{one.source}/{one.delivery_id}"
        name, where = f"Delivery {subject}", one.quarantine
    else:  # the folder of the report has the name, too, and ends in this
        subject = one.digest[:8]
        name, where = "A folder whose name is no delivery's", f"quarantine/*/*--{subject}"
    return Late(
        kind="delivery_refused",
        subject=subject,
        message=f"{name} was refused, and nothing of it was loaded: {where}/{_REPORT} says why.",
    )


def _blocked(settings: Settings) -> list[Late]:
    """Name the deliveries that were loaded and may not be published before somebody answers for them."""
    ledger = Ledger(settings.state_dir)
    return [
        Late(
            kind="delivery_blocked",
            subject=f"{one.source}/{one.delivery_id}",
            message=f"Delivery {one.source}/{one.delivery_id} was taken in and blocks publication: "
            f"{(settings.quarantine_dir / one.source / one.delivery_id / _REPORT).relative_to(settings.data_dir)} "
            "says why.",
        )
        for source in SOURCES
        for one in ledger.in_effect(source)
        if one.blocks
    ]


def _last_run(settings: Settings) -> list[Late]:
    """Name the newest run that has ended, if it came to nothing."""
    run = next((one for one in runs_as_they_are(settings) if one.outcome is not Outcome.RUNNING), None)
    if run is None or run.outcome not in STOPPED:
        return []
    sentence = f"The last run, {run.run_id} of {run.started_at}, {STOPPED[run.outcome]}; see `hhw status`."
    return [Late(kind="last_run_stopped", subject=run.run_id, message=sentence)]
