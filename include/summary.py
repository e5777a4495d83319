"""The few lines at the end of a run: what came in, what was refused, what the gate said, where to look."""

from __future__ import annotations

from pathlib import Path

from include.deliveries import summarise_deliveries
from include.ledger import Ledger
from include.pages import gate_sentence
from include.quality.verdict import PASSING
from include.runs import Outcome, RunRecord, run_page
from include.settings import Settings

_SHOWN = 5


def deliveries_known(settings: Settings) -> int:
    """Return how many deliveries the ledger knows, to tell later which are new."""
    return len(Ledger(settings.state_dir).deliveries())


def lines(settings: Settings, record: RunRecord, known_before: int) -> list[str]:
    """Return the summary of a run, one line each."""
    told = ["", *_outcome(settings, record), *_deliveries(settings, known_before)]
    if record.verdict is not None:
        told.append(f"  Gate:     {gate_sentence(record)}")
        told += [f"            {c.kind}: {c.name}: {c.detail}" for c in record.verdict.warnings[:_SHOWN]]
    told += [f"  Note:     {warning}" for warning in record.warnings[:_SHOWN]]
    stages = ", ".join(f"{stage.name} {stage.seconds:.0f}" for stage in record.stages)
    told.append(f"  Seconds:  {record.seconds:.0f} ({stages})")
    page = _page(settings, record)
    if page.exists():
        told.append(f"  Open:     {page}")
    return told


def _outcome(settings: Settings, record: RunRecord) -> list[str]:
    match record.outcome:
        case Outcome.PUBLISHED:
            return [f"PUBLISHED: release {record.release_id} is in force, as at {record.as_at}."]
        case Outcome.UNCHANGED:
            return [f"UNCHANGED: release {record.release_id} was published before, with the same content."]
        case Outcome.PREVIEW:
            return [f"PREVIEW: nothing was published. The pages of {record.release_id} can be looked at."]
        case Outcome.BLOCKED:
            told = ["BLOCKED: nothing was published; what was in force before stays.", f"  {record.error}"]
        case _:
            error = record.error or "The run broke down before its first stage."
            remedy = record.remedy or "The log of the run has the traceback."
            told = [f"FAILED: nothing was published. {error}", f"  What to do: {remedy}"]
    blocking = [c for c in record.verdict.checks if c.status not in PASSING] if record.verdict else []
    for check in blocking[:_SHOWN]:
        told += [f"  - {check.kind}: {check.name} ({check.status}) {check.detail}"]
        told += [f"    What to do: {check.remedy}"] if check.remedy else []
    return told


def _deliveries(settings: Settings, known_before: int) -> list[str]:
    new = summarise_deliveries(settings)[known_before:]
    applied = [one for one in new if one.status == "applied"]
    rows, quarantined = sum(one.rows for one in applied), sum(one.quarantined for one in applied)
    told = [f"  Came in:  {len(applied)} deliveries, {rows:,} rows, {quarantined:,} of them quarantined"]
    for one in new:
        if one.status not in {"applied", "repeated"}:
            told.append(
                f"  {one.status.capitalize()}: {one.source} {one.delivery_id}: {'; '.join(one.reasons)[:300]}"
            )
    return told


def _page(settings: Settings, record: RunRecord) -> Path:
    match record.outcome:
        case Outcome.PUBLISHED | Outcome.UNCHANGED:
            return settings.published_dir / "current" / "reports" / "index.html"
        case Outcome.PREVIEW:
            return settings.work_dir / str(record.build_id) / "reports" / "index.html"
        case _:
            return run_page(settings, record.run_id)
