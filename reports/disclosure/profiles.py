"""The two profiles: the unit sees people and counts as they are, a board sees no small count and no person."""

from __future__ import annotations

from dataclasses import dataclass

from include.errors import UsageError
from reports import tables

WITHHELD, UNAVAILABLE = tables.SHORTHAND
"""Shorthand of the Government Statistical Service: confidential; not available, here for resting on too few."""

SHORTHAND = {
    WITHHELD: "withheld, so that nobody can be recognised",
    UNAVAILABLE: "not given: it would rest on too few, or is not known",
}

PERSONAL = frozenset(
    (
        *("nominal_id", "person_id", "pnc_id", "visor_id", "spell_id", "offence_id", "record_id", "event_id"),
        *("referral_id", "victim_id", "comparator_id", "manager_id", "manager_ids", "surname", "forename"),
        *("name", "date_of_birth"),
    )
)
"""Columns that no board table may have."""


@dataclass(frozen=True)
class Profile:
    """What is withheld and how counts are written.

    Args:
        name: ``unit`` or ``board``.
        threshold: Counts under it are withheld, 0 too; 0 withholds nothing.
        base: Counts of groups are rounded to this base; 1 leaves them as they are.
        total_base: The same for totals and for counts of the whole unit.
        least_base: No percentage, rate or verdict on fewer people than this.
    """

    name: str
    threshold: int
    base: int = 1
    total_base: int = 1
    least_base: int = 0

    def __post_init__(self) -> None:
        """Refuse a profile that would protect nothing it says it protects."""
        if min(self.base, self.total_base) < 1 or self.threshold < 0:
            raise UsageError(
                f"Disclosure profile {self.name}: threshold {self.threshold}, base {self.base}, "
                f"base of totals {self.total_base}",
                "A base is 1 or more, a threshold 0 or more: see docs/methodology/disclosure.md.",
            )

    def shown(self, count: int, *, is_total: bool = False) -> int:
        """Return a count as it is printed."""
        base = self.total_base if is_total else self.base
        return (count + base // 2) // base * base

    def bounds(self, shown: int, *, is_total: bool = False) -> tuple[int, int]:
        """Return the counts that a printed count may stand for: what a reader can know of it."""
        base = self.total_base if is_total else self.base
        low = shown - base // 2
        return max(low, self.threshold), low + base - 1


UNIT = Profile("unit", 0)
BOARD = Profile("board", 5, base=5, least_base=20)
