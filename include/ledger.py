"""The ledger: which deliveries came, which were applied, what each file counted, and what is blocked.

It lies on the hash-chained journal ``state/ledger.jsonl``. A delivery is applied when its one ``applied``
line is on disk, and not before: bronze without that line does not count. No personal data stands in it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal, cast

from include.errors import UsageError
from include.journal import Entry, Journal

FILE = "ledger.jsonl"
Status = Literal["applied", "refused", "superseded", "repeated"]
_STATUSES: tuple[Status, ...] = ("applied", "refused", "superseded", "repeated")
EVENTS = frozenset({*_STATUSES, "accepted", "erased", "published", "rolled_back"})


@dataclass(frozen=True)
class FaultCount:
    """How many rows of a file broke one rule in one column. Lines, never values.

    Attributes:
        rule: Code in :mod:`include.contract.rules`.
        column: Column concerned; empty where the rule is about the whole row.
        rows: Rows that broke it.
        first_line: Physical line (row number in Parquet) of the first; None for rows that have no line.
        lines: The first few lines.
    """

    rule: str
    column: str
    rows: int
    first_line: int | None = None
    lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class FileCounts:
    """What became of the rows of one file: ``rows = loaded + quarantined + identical_duplicates``.

    Attributes:
        entity: Entity of the contract.
        file: File name as delivered; empty where a delivery had no such file.
        rows: Records that the file holds, counted without parsing them.
        loaded: Rows in bronze, without the derived deletions.
        quarantined: Rows put aside, with those that only went with their parent.
        quarantined_with_parent: Of these, rows whose one fault is that their parent was put aside.
        identical_duplicates: Rows that repeat another one whole.
        blank_lines: Lines skipped as blank; no records.
        deleted_with_parent: Records of the state that left with a deleted parent (derived ``D`` rows).
        bronze: Path of the Parquet file, relative to the data directory.
        bronze_sha256: Its hash.
        quarantine: Path of the rows put aside, relative to the data directory; empty if none.
        faults: Rules broken, by column.
        warnings: What was only told.
    """

    entity: str
    file: str = ""
    rows: int = 0
    loaded: int = 0
    quarantined: int = 0
    quarantined_with_parent: int = 0
    identical_duplicates: int = 0
    blank_lines: int = 0
    deleted_with_parent: int = 0
    bronze: str = ""
    bronze_sha256: str = ""
    quarantine: str = ""
    faults: tuple[FaultCount, ...] = ()
    warnings: tuple[FaultCount, ...] = ()

    @property
    def adds_up(self) -> bool:
        """Whether every row is accounted for."""
        return self.rows == self.loaded + self.quarantined + self.identical_duplicates

    @property
    def bad(self) -> int:
        """Rows that count against the threshold."""
        return self.quarantined - self.quarantined_with_parent


@dataclass(frozen=True)
class AppliedDelivery:
    """A delivery that was applied.

    Attributes:
        seq: Line of the ledger that applied it.
        blocks: Why publication is blocked; empty once a person accepted it.
        all_blocks: The same, whether accepted or not.
        warnings: Sentences that were only told.
        identity: Source, id, mode, extract_date and files with rows and hashes, as one hash.
        was: Its identities before people were erased from it.
        digest: Hash of the folder as it came.
        sizes: Bytes of each file as it came.
        looked_at: When its files were looked at.
    """

    source: str
    delivery_id: str
    mode: str
    extract_date: date
    seq: int
    at: str
    files: tuple[FileCounts, ...]
    blocks: tuple[str, ...] = ()
    all_blocks: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    identity: str = ""
    digest: str = ""
    sizes: Mapping[str, int] = field(default_factory=dict)
    looked_at: str = ""
    accepted_by: str = ""
    accepted_reason: str = ""
    was: tuple[str, ...] = ()

    def is_identity(self, identity: str) -> bool:
        """Tell whether an identity is that of this delivery, as it came or as it is since."""
        return identity in {self.identity, *self.was}

    def file(self, entity: str) -> FileCounts | None:
        """Return the counts of an entity, if the delivery touched it."""
        return next((counts for counts in self.files if counts.entity == entity), None)


@dataclass(frozen=True)
class DeliveryRecord:
    """One delivery that ever came, and what became of it."""

    source: str
    delivery_id: str
    status: Status
    seq: int
    at: str
    mode: str = ""
    extract_date: date | None = None
    reasons: tuple[str, ...] = ()
    digest: str = ""
    quarantine: str = ""


class Ledger:
    """The ledger of a data directory.

    Args:
        state_dir: Where ``ledger.jsonl`` lies (``Settings.state_dir``).
    """

    def __init__(self, state_dir: Path) -> None:
        self.journal = Journal(state_dir / FILE, EVENTS)

    def entries(self) -> list[Entry]:
        """Return every line, oldest first."""
        return self.journal.read()

    def append(self, event: str, **data: Any) -> Entry:
        """Append an event of any kind (publication, rollback, ...) and return it once it is on disk."""
        return self.journal.append(event, **data)

    def applied(self, source: str | None = None) -> list[AppliedDelivery]:
        """Return the applied deliveries in order of application."""
        entries = self.entries()
        accepted = {
            (entry.data["source"], entry.data["delivery_id"]): entry.data
            for entry in entries
            if entry.event == "accepted"
        }
        erased = {
            (entry.data["source"], entry.data["delivery_id"]): entry.data
            for entry in entries
            if entry.event == "erased"
        }
        return [
            _applied(
                entry,
                accepted.get((entry.data["source"], entry.data["delivery_id"])),
                erased.get((entry.data["source"], entry.data["delivery_id"])),
            )
            for entry in entries
            if entry.event == "applied" and source in (None, entry.data["source"])
        ]

    def last_applied(self, source: str) -> AppliedDelivery | None:
        """Return the delivery of a source that was applied last."""
        applied = self.applied(source)
        return applied[-1] if applied else None

    def in_effect(self, source: str) -> list[AppliedDelivery]:
        """Return what makes the current state of a source: its last full delivery and the deltas after it."""
        applied = self.applied(source)
        fulls = [position for position, delivery in enumerate(applied) if delivery.mode == "full"]
        return applied[fulls[-1] :] if fulls else []

    def deliveries(self) -> list[DeliveryRecord]:
        """Return everything that ever came, oldest first."""
        return [_record(entry) for entry in self.entries() if entry.event in _STATUSES]

    def accept(self, source: str, delivery_id: str, by: str, reason: str) -> AppliedDelivery:
        """Clear the blocks of an applied delivery, on a named person's responsibility.

        Args:
            source: Source of the delivery.
            delivery_id: Its id.
            by: Who accepts it.
            reason: Why.

        Returns:
            The delivery, with its blocks cleared.

        Raises:
            UsageError: There is no such delivery, nothing of it is blocked, or name or reason is empty.
        """
        if not by.strip() or not reason.strip():
            raise UsageError(
                "Accepting a delivery needs a person's name and a reason.",
                "Give --by NAME and --reason TEXT.",
            )
        found = [delivery for delivery in self.applied(source) if delivery.delivery_id == delivery_id]
        if not found:
            raise UsageError(
                f"No delivery {source} {delivery_id} was applied.", "`hhw status` lists the deliveries."
            )
        if not found[0].blocks:
            raise UsageError(
                f"Nothing of {source} {delivery_id} is blocked.",
                "There is nothing to accept; publish as usual.",
            )
        self.append(
            "accepted",
            source=source,
            delivery_id=delivery_id,
            by=by.strip(),
            reason=reason.strip(),
            blocks=list(found[0].blocks),
        )
        return next(delivery for delivery in self.applied(source) if delivery.delivery_id == delivery_id)

    def record_applied(self, delivery: AppliedDelivery) -> AppliedDelivery:
        """Write the one line that applies a delivery; from here on it counts."""
        body = dataclasses.asdict(delivery)
        for name in ("seq", "at", "all_blocks", "accepted_by", "accepted_reason"):
            del body[name]
        body["extract_date"] = delivery.extract_date.isoformat()
        return _applied(self.append("applied", **body), None)

    def record_erased(self, delivery: AppliedDelivery) -> None:
        """Write what an applied delivery is since people were erased from it; the line that applied it stays."""
        self.append(
            "erased",
            source=delivery.source,
            delivery_id=delivery.delivery_id,
            files=[dataclasses.asdict(counts) for counts in delivery.files],
            identity=delivery.identity,
            digest=delivery.digest,
            sizes=dict(delivery.sizes),
            looked_at=delivery.looked_at,
            was=list(delivery.was),
        )

    def record_other(
        self,
        status: Status,
        source: str,
        delivery_id: str,
        *,
        digest: str,
        reasons: Sequence[str],
        quarantine: str = "",
        mode: str = "",
        extract_date: date | None = None,
    ) -> DeliveryRecord:
        """Write that a delivery was refused, superseded or repeated."""
        return _record(
            self.append(
                status,
                source=source,
                delivery_id=delivery_id,
                digest=digest,
                reasons=list(reasons),
                quarantine=quarantine,
                mode=mode,
                extract_date=extract_date.isoformat() if extract_date else None,
            )
        )


def _fault_counts(items: Sequence[Mapping[str, Any]]) -> tuple[FaultCount, ...]:
    return tuple(FaultCount(**{**item, "lines": tuple(item["lines"])}) for item in items)


def _file_counts(item: Mapping[str, Any]) -> FileCounts:
    nested = {"faults": _fault_counts(item["faults"]), "warnings": _fault_counts(item["warnings"])}
    return FileCounts(**{**item, **nested})


def _applied(
    entry: Entry, accepted: Mapping[str, Any] | None, erased: Mapping[str, Any] | None = None
) -> AppliedDelivery:
    data = {**entry.data, **(erased or {})}
    blocks = tuple(data["blocks"])
    return AppliedDelivery(
        source=data["source"],
        delivery_id=data["delivery_id"],
        mode=data["mode"],
        extract_date=date.fromisoformat(data["extract_date"]),
        seq=entry.seq,
        at=entry.at,
        files=tuple(_file_counts(item) for item in data["files"]),
        blocks=() if accepted else blocks,
        all_blocks=blocks,
        warnings=tuple(data["warnings"]),
        identity=data["identity"],
        digest=data["digest"],
        sizes=data["sizes"],
        looked_at=data.get("looked_at", entry.at),
        accepted_by=accepted["by"] if accepted else "",
        accepted_reason=accepted["reason"] if accepted else "",
        was=tuple(data.get("was", ())),
    )


def _record(entry: Entry) -> DeliveryRecord:
    data = entry.data
    extract_date = data.get("extract_date")
    return DeliveryRecord(
        source=data["source"],
        delivery_id=data["delivery_id"],
        status=cast(Status, entry.event),
        seq=entry.seq,
        at=entry.at,
        mode=data.get("mode") or "",
        extract_date=date.fromisoformat(extract_date) if extract_date else None,
        reasons=tuple(data.get("reasons") or data.get("blocks") or ()),
        digest=data.get("digest", ""),
        quarantine=data.get("quarantine", ""),
    )
