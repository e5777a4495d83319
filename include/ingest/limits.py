"""When a delivery that was loaded must not be published before a person has looked at it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from include.ledger import AppliedDelivery, FileCounts
from include.settings import Settings


def blocks(
    settings: Settings, mode: str, files: Sequence[FileCounts], earlier: Sequence[AppliedDelivery]
) -> tuple[str, ...]:
    """Return why publication is blocked, in sentences that name the file and both counts.

    Args:
        settings: The limits.
        mode: Mode of the delivery; only a full one is held against an earlier one.
        files: Counts of its files.
        earlier: Applied deliveries of the source, oldest first.
    """
    before = {}
    if mode == "full":
        # accepted = nothing blocks it, or a person took it: an unexplained drop must not become the measure
        accepted = [delivery for delivery in earlier if delivery.mode == "full" and not delivery.blocks]
        before = {counts.entity: counts for counts in accepted[-1].files} if accepted else {}
    found = []
    for counts in files:
        if counts.file:
            found += _too_many_bad(settings, counts)
            found += _too_few_rows(settings, counts, before.get(counts.entity))
    return tuple(found)


def _exact(share: float) -> Fraction:
    """Read a share as the decimal that was written: 0.01 is one hundredth, not its nearest binary number."""
    return Fraction(str(share))


def _too_many_bad(settings: Settings, counts: FileCounts) -> list[str]:
    share = _exact(settings.max_bad_share)
    if counts.bad <= max(Fraction(settings.max_bad_rows), share * counts.rows):
        return []
    return [
        f"{counts.file}: {counts.bad} of {counts.rows} rows were put aside; "
        f"more than {settings.max_bad_rows} rows and {_percent(share)} of them block."
    ]


def _too_few_rows(settings: Settings, counts: FileCounts, before: FileCounts | None) -> list[str]:
    share = _exact(settings.min_volume_share)
    if before is None or before.rows < settings.min_volume_rows or counts.rows >= share * before.rows:
        return []
    return [
        f"{counts.file}: {counts.rows} rows, and {before.rows} in the last accepted full delivery; "
        f"fewer than {_percent(share)} block."
    ]


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):g} %"
