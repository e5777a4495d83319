"""What the DAG and the command line call to take deliveries in: found by name, one at a time."""

from __future__ import annotations

import os
from urllib.parse import quote_from_bytes

from include import audit
from include.errors import InputError
from include.ingest import DeliveryRef, find_deliveries, ingest_delivery
from include.ledger import Ledger
from include.progress import say
from include.settings import Settings


def find(settings: Settings) -> list[dict[str, str]]:
    """Return source and id of every complete delivery, per source in order; waiting ones are only told.

    Names from outside may hold anything a file system takes, bytes that are no text too: they are given as
    :func:`plain_name` writes them, which leaves those of the contract as they are.

    Raises:
        IntegrityError: Ledger or audit log is not as it was written; nothing may be taken in.
    """
    audit.require_unbroken(settings)
    complete = []
    for ref in find_deliveries(settings):
        if ref.state == "complete":
            complete.append(_names(ref))
        else:
            say(f"{ref.label}: waiting for its manifest{' (LATE)' if ref.is_overdue else ''}")
    say(f"ingest ... {len(complete)} deliveries found")
    return complete


def ingest(settings: Settings, source: str, delivery_id: str) -> str:
    """Take one delivery in, named as :func:`find` does, and return what became of it; again is a no-op.

    Raises:
        InputError: It is no longer there.
        LockedError: Another run is at work.
    """
    ledger = Ledger(settings.state_dir)
    known = len(ledger.deliveries())
    outcome = ingest_delivery(settings, _ref(settings, source, delivery_id))
    # Earlier deliveries of the source are taken in first, so one call may bring several.
    rows = {one.seq: sum(file.rows for file in one.files) for one in ledger.applied()}
    for new in ledger.deliveries()[known:]:
        told = f", {rows[new.seq]:,} rows" if new.seq in rows else ""
        say(f"  {new.source} {new.delivery_id}: {new.status}{told} {'; '.join(new.reasons)[:200]}".rstrip())
    return outcome.status


def is_blocking(settings: Settings, source: str, delivery_id: str) -> bool:
    """Tell whether a delivery that was taken in may not be published before somebody answers for it."""
    in_effect = Ledger(settings.state_dir).in_effect(source)
    return any(one.blocks for one in in_effect if one.delivery_id == delivery_id)


def _ref(settings: Settings, source: str, delivery_id: str) -> DeliveryRef:
    for ref in find_deliveries(settings):
        if _names(ref) == {"source": source, "delivery_id": delivery_id}:
            return ref
    raise InputError(f"Delivery {source} {delivery_id} is no longer there.", "Find the deliveries again.")


def _names(ref: DeliveryRef) -> dict[str, str]:
    return {"source": plain_name(ref.source), "delivery_id": plain_name(ref.delivery_id)}


def plain_name(name: str) -> str:
    """Write a name in letters that an orchestrator's database takes; no two names become one."""
    return quote_from_bytes(os.fsencode(name), safe="")
