"""From landing to bronze: find deliveries, verify them whole, hold every row against the contract.

Typical use::

    summary = ingest_all(settings, landing=Path("..."), progress=print_line)
    for outcome in summary.refused: ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from include import audit
from include.ingest.deliver import deliver
from include.ingest.discover import DeliveryRef, is_own, landing_of, look
from include.ingest.faults import Fault
from include.ingest.outcome import DeliveryOutcome
from include.ledger import Ledger
from include.lock import run_lock
from include.settings import Settings

__all__ = [
    "DeliveryOutcome",
    "DeliveryRef",
    "Fault",
    "IngestSummary",
    "find_deliveries",
    "ingest_all",
    "ingest_delivery",
]


@dataclass(frozen=True)
class IngestSummary:
    """What one ingest came to.

    Attributes:
        outcomes: One per complete delivery, per source in order.
        waiting: Folders without a manifest.
        ignored: What lay in the landing folder and is no delivery, in sentences.
    """

    outcomes: tuple[DeliveryOutcome, ...]
    waiting: tuple[DeliveryRef, ...]
    ignored: tuple[str, ...]

    @property
    def applied(self) -> tuple[DeliveryOutcome, ...]:
        """Deliveries applied by this ingest."""
        return self._of("applied")

    @property
    def refused(self) -> tuple[DeliveryOutcome, ...]:
        """Deliveries refused, or found again refused."""
        return self._of("refused")

    @property
    def blocked(self) -> tuple[DeliveryOutcome, ...]:
        """Applied deliveries that block publication."""
        return tuple(outcome for outcome in self.outcomes if outcome.blocks)

    @property
    def overdue(self) -> tuple[DeliveryRef, ...]:
        """Folders that wait for their manifest for too long."""
        return tuple(ref for ref in self.waiting if ref.is_overdue)

    def _of(self, status: str) -> tuple[DeliveryOutcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.status == status)


def find_deliveries(settings: Settings, landing: Path | None = None) -> list[DeliveryRef]:
    """Return the delivery folders, per source in order of delivery_id, complete ones and waiting ones.

    Args:
        settings: Settings; ``settings.landing`` is the folder unless one is given.
        landing: A folder of deliveries, which is read and never changed.
    """
    return list(_find(settings, landing)[0])


def ingest_delivery(settings: Settings, ref: DeliveryRef) -> DeliveryOutcome:
    """Take one delivery in, after every earlier complete one of its source that lies beside it.

    Doing it again is a no-op.

    Args:
        settings: Settings.
        ref: As :func:`find_deliveries` gave it.

    Raises:
        LockedError: Another run is at work.
        IntegrityError: What is stored or counted does not agree, or a chain is broken. Nothing was applied.
    """
    if ref.state == "waiting":
        return DeliveryOutcome(ref.source, ref.delivery_id, "waiting")
    with run_lock(settings.state_dir):
        audit.require_unbroken(settings)
        applied = {(item.source, item.delivery_id) for item in Ledger(settings.state_dir).applied()}
        for earlier in look(settings, ref.path.parent.parent).deliveries if ref.delivery_id else ():
            if (
                earlier.source == ref.source
                and earlier.state == "complete"
                and earlier.delivery_id < ref.delivery_id
                and (earlier.source, earlier.delivery_id) not in applied
            ):
                deliver(settings, earlier)
        return deliver(settings, ref)


def ingest_all(
    settings: Settings, landing: Path | None = None, progress: Callable[[str], None] | None = None
) -> IngestSummary:
    """Take in every complete delivery.

    Args:
        settings: Settings; ``settings.landing`` is the folder unless one is given.
        landing: A folder of deliveries, which is read and never changed.
        progress: Called with one line per delivery.

    Raises:
        UsageError: The landing folder is not there.
        LockedError: Another run is at work.
        IntegrityError: What is stored or counted does not agree. Nothing of that delivery was applied.
    """
    tell = progress or (lambda _line: None)
    outcomes: list[DeliveryOutcome] = []
    with run_lock(settings.state_dir):
        audit.require_unbroken(settings)
        refs, ignored = _find(settings, landing)
        for ref in refs:
            if ref.state == "complete":
                outcomes.append(deliver(settings, ref))
                tell(outcomes[-1].sentence)
    waiting = tuple(ref for ref in refs if ref.state == "waiting")
    for ref in waiting:
        late = f", for {ref.waited_hours:g} hours: LATE" if ref.is_overdue else ""
        tell(f"{ref.label}: waiting for its manifest{late}")
    return IngestSummary(tuple(outcomes), waiting, ignored)


def _find(settings: Settings, landing: Path | None) -> tuple[tuple[DeliveryRef, ...], tuple[str, ...]]:
    """Look in the landing folder, and for what was taken in and never applied (a run was killed)."""
    folder = landing_of(settings, landing)
    found = look(settings, folder)
    if is_own(settings, folder):
        return found.deliveries, found.ignored
    known = {(record.source, record.delivery_id) for record in Ledger(settings.state_dir).deliveries()}
    known |= {(ref.source, ref.delivery_id) for ref in found.deliveries}
    left = [
        ref
        for ref in look(settings, settings.landing_dir).deliveries
        if ref.state == "complete" and (ref.source, ref.delivery_id) not in known
    ]
    both = sorted([*found.deliveries, *left], key=lambda ref: (ref.source, ref.delivery_id))
    return tuple(both), found.ignored
