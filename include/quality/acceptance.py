"""``hhw accept``: a named person answers for a delivery that blocks publication."""

from __future__ import annotations

from include import audit
from include.errors import UsageError
from include.ledger import Ledger
from include.lock import run_lock
from include.quality.delivery_checks import LOST
from include.quality.verdict import Kind
from include.runs import list_runs
from include.settings import Settings


def accept_delivery(settings: Settings, source: str, delivery_id: str, by: str, reason: str) -> list[str]:
    """Accept a delivery, and return what was accepted.

    A delivery may block by its own counts, or because people of the last published list were lost to its
    quarantine; the ledger knows the first, the verdict of the last blocked run the second.

    Raises:
        UsageError: There is nothing to accept, or name or reason is empty.
        LockedError: A run is at work.
    """
    with run_lock(settings.state_dir):
        ledger = Ledger(settings.state_dir)
        found = [one for one in ledger.applied(source) if one.delivery_id == delivery_id]
        lost = _lost_people(settings) if source == "police_records" else ""
        if found and not found[0].blocks and lost:
            if not by.strip() or not reason.strip():
                raise UsageError(
                    "Accepting a delivery needs a person's name and a reason.", "Give --by and --reason."
                )
            ledger.append(
                "accepted",
                source=source,
                delivery_id=delivery_id,
                by=by.strip(),
                reason=reason.strip(),
                blocks=[lost],
            )
            accepted = [lost]
        else:
            accepted = list(ledger.accept(source, delivery_id, by, reason).all_blocks)
        audit.record(
            settings, "acceptance", by=by.strip(), source=source, delivery_id=delivery_id, reason=reason
        )
        return [f"Accepted: {sentence}" for sentence in accepted] + [
            "Publish again: make run, or hhw publish."
        ]


def _lost_people(settings: Settings) -> str:
    """Return the sentence of the newest verdict on people lost to quarantine, if that check closed its gate."""
    newest = next((run for run in list_runs(settings) if run.verdict is not None), None)
    if newest is None or newest.verdict is None:
        return ""
    checks = [one for one in newest.verdict.blocking if one.kind is Kind.DELIVERY and one.name == LOST]
    return checks[0].detail if checks else ""
