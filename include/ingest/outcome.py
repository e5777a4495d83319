"""What became of one delivery, for the caller and for a person."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from include.ingest.faults import Fault
from include.ledger import AppliedDelivery, FileCounts

Status = Literal["applied", "refused", "superseded", "repeated", "waiting"]


@dataclass(frozen=True)
class DeliveryOutcome:
    """What became of one delivery.

    Attributes:
        source: Its source, safe to print.
        delivery_id: Its id, safe to print.
        status: ``applied``, ``refused``, ``superseded``, ``repeated`` (a no-op) or ``waiting``.
        is_new: Something was written; false where the same had been found before.
        faults: Why it was refused.
        quarantine: Where a refused delivery lies.
        delivery: The ledger's record of an applied (or repeated) one.
    """

    source: str
    delivery_id: str
    status: Status
    is_new: bool = False
    faults: tuple[Fault, ...] = ()
    quarantine: Path | None = None
    delivery: AppliedDelivery | None = None

    @property
    def files(self) -> tuple[FileCounts, ...]:
        """Counts per file of an applied delivery."""
        return self.delivery.files if self.delivery else ()

    @property
    def blocks(self) -> tuple[str, ...]:
        """Why publication is blocked by it."""
        return self.delivery.blocks if self.delivery else ()

    @property
    def reasons(self) -> tuple[str, ...]:
        """Sentences: why it was refused, or what blocks."""
        return tuple(fault.sentence for fault in self.faults) or self.blocks

    @property
    def sentence(self) -> str:
        """One line for a person."""
        name = f"{self.source} {self.delivery_id}"
        if self.status == "applied":
            rows = sum(counts.rows for counts in self.files)
            aside = sum(counts.quarantined for counts in self.files)
            return f"{name}: applied, {rows} rows, {aside} put aside" + (", BLOCKED" if self.blocks else "")
        if self.status == "refused":
            return f"{name}: refused: " + "; ".join(self.reasons)
        return f"{name}: {self.status}"
