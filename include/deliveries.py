"""What became of every delivery that ever came, for pages, status and summary."""

from __future__ import annotations

from include.ledger import Ledger
from include.runs import DeliverySummary
from include.settings import Settings
from include.warehouse.plan import RunPlan


def summarise_deliveries(settings: Settings, plan: RunPlan | None = None) -> list[DeliverySummary]:
    """Return what became of every delivery that ever came, oldest first."""
    ledger = Ledger(settings.state_dir)
    applied = {one.seq: one for one in ledger.applied()}
    in_effect = {(one.source, one.delivery_id) for one in plan.deliveries} if plan else set()
    summaries = []
    for record in ledger.deliveries():
        files = applied[record.seq].files if record.seq in applied else ()
        is_used = record.status == "applied" and (record.source, record.delivery_id) in in_effect
        summaries.append(
            DeliverySummary(
                source=record.source,
                delivery_id=record.delivery_id,
                status="in effect" if is_used else record.status,
                mode=record.mode,
                extract_date=record.extract_date,
                rows=sum(counts.rows for counts in files),
                loaded=sum(counts.loaded for counts in files),
                quarantined=sum(counts.quarantined for counts in files),
                reasons=list(record.reasons),
            )
        )
    return summaries
