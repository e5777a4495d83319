"""Deliveries in effect that a person must accept first, and people of the last list lost to quarantine."""

from __future__ import annotations

from pathlib import Path

from include.ledger import AppliedDelivery, Ledger
from include.quality.subject import Subject
from include.quality.verdict import Check, Kind, Status
from include.warehouse.stores import memory_store, open_store, parquet_scan

LOST = "nobody of the last published top N is lost to quarantine"
_PEOPLE = {"nominals": "nominal_id", "offence_nominals": "nominal_id"}


def expected(subject: Subject) -> list[str]:
    """Return one name per delivery in effect, and the one on lost people."""
    return [*(f"{one.source} {one.delivery_id}" for one in subject.plan.deliveries), LOST]


def run(subject: Subject) -> list[Check]:
    """Judge every delivery in effect."""
    in_effect = _in_effect(subject)
    return [*(_judge(delivery) for delivery in in_effect), _lost(subject, in_effect)]


def _in_effect(subject: Subject) -> list[AppliedDelivery]:
    planned = {(one.source, one.delivery_id) for one in subject.plan.deliveries}
    applied = Ledger(subject.settings.state_dir).applied()
    return [one for one in applied if (one.source, one.delivery_id) in planned]


def _judge(delivery: AppliedDelivery) -> Check:
    name = f"{delivery.source} {delivery.delivery_id}"
    if delivery.blocks:
        return Check(
            kind=Kind.DELIVERY,
            name=name,
            status=Status.FAIL,
            detail=" ".join(delivery.blocks),
            remedy=_accept(delivery),
        )
    if delivery.all_blocks:
        accepted = f"Accepted by {delivery.accepted_by}: {delivery.accepted_reason}"
        return Check(
            kind=Kind.DELIVERY,
            name=name,
            status=Status.WARN,
            detail=f"{' '.join(delivery.all_blocks)} {accepted}",
            remedy="Have the source deliver a corrected extract.",
        )
    return Check(kind=Kind.DELIVERY, name=name, status=Status.PASS)


def _accept(delivery: AppliedDelivery) -> str:
    return (
        "Have the source deliver a corrected extract under a new delivery id, or take responsibility: "
        f"hhw accept {delivery.source} {delivery.delivery_id} --by NAME --reason TEXT"
    )


def _lost(subject: Subject, in_effect: list[AppliedDelivery]) -> Check:
    deliveries = [one for one in in_effect if one.source == "police_records" and not one.accepted_by]
    files = [
        (subject.settings.data_dir / counts.quarantine, _PEOPLE[counts.entity])
        for delivery in deliveries
        for counts in delivery.files
        if counts.quarantine and counts.entity in _PEOPLE
    ]
    if subject.base_warehouse is None or not files:
        return Check(kind=Kind.DELIVERY, name=LOST, status=Status.PASS)
    lost = (_top_of_base(subject.base_warehouse) & _quarantined(files)) - _ranked_now(subject)
    if not lost:
        return Check(kind=Kind.DELIVERY, name=LOST, status=Status.PASS)
    named = ", ".join(delivery.delivery_id for delivery in deliveries)
    return Check(
        kind=Kind.DELIVERY,
        name=LOST,
        status=Status.FAIL,
        # Ids, no names: who reads the run page has the list before them.
        detail=f"{len(lost)} of them are not ranked now and stand in quarantine: {', '.join(sorted(lost)[:10])}.",
        remedy=f"Have the rows corrected and delivered again, or accept delivery {named} with "
        f"hhw accept police_records {deliveries[-1].delivery_id} --by NAME --reason TEXT",
    )


def _top_of_base(warehouse: Path) -> set[str]:
    with open_store(warehouse) as connection:
        rows = connection.execute(
            "select nominal_id from marts.fct_rankings where is_top_n "
            "and run_date = (select max(run_date) from marts.fct_rankings)"
        ).fetchall()
    return {str(row[0]) for row in rows}


def _ranked_now(subject: Subject) -> set[str]:
    with open_store(subject.build.warehouse) as connection:
        rows = connection.execute(
            "select nominal_id from marts.fct_rankings where run_date = ?", [subject.plan.as_at]
        ).fetchall()
    return {str(row[0]) for row in rows}


def _quarantined(files: list[tuple[Path, str]]) -> set[str]:
    people: set[str] = set()
    with memory_store() as connection:
        for path, column in files:
            rows = connection.execute(
                f'select distinct "{column}" from {parquet_scan([path])}'  # noqa: S608  our own names
            ).fetchall()
            people |= {str(row[0]) for row in rows}
    return people
