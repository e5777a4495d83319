"""What is declared of a board table, so that the engine can protect it: nothing undeclared is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reports.tables import Table


@dataclass(frozen=True)
class Count:
    """A column that counts people, or what people did.

    Args:
        column: Its key.
        supports: Columns worked out from it: withheld with it.
        is_published: Whether the table shows it; if not, it guards and is taken out.
        is_total: Whether it counts the whole unit, not a group of it.
        least: Whether the supported columns need as many people as the profile's ``least_base``.
    """

    column: str
    supports: tuple[str, ...] = ()
    is_published: bool = True
    is_total: bool = False
    least: bool = False


@dataclass(frozen=True)
class Totals:
    """Rows that add up: within the same ``by``, the rows of ``member`` to the row whose member is ``whole``.

    Where somebody can be in two parts (``has_overlap``), the parts come to as many as the whole or more.
    """

    by: tuple[str, ...]
    member: str
    whole: str
    has_overlap: bool = False


@dataclass(frozen=True)
class Guard:
    """How a table is protected.

    Args:
        keys: Columns that name a row.
        counts: Columns that count people.
        plain: Columns that are neither counts of people nor worked out from one.
        places: Places after the point to which columns are written, no finer; by the first key where they differ.
        totals: Rows that add up.
        nested: Pairs of counts, the first of people among those of the second.
        grows: Counts that can only grow from release to release.
    """

    keys: tuple[str, ...]
    counts: tuple[Count, ...] = ()
    plain: tuple[str, ...] = ()
    places: Mapping[str, int | Mapping[str, int]] | None = None
    totals: Totals | None = None
    nested: tuple[tuple[str, str], ...] = ()
    grows: tuple[str, ...] = ()

    @property
    def declared(self) -> frozenset[str]:
        """Every column that is declared."""
        supported = (column for count in self.counts for column in count.supports)
        return frozenset((*self.keys, *self.plain, *(count.column for count in self.counts), *supported))

    def round_to(self, column: str, first_key: str) -> int | None:
        """Return the places to which a column is written."""
        places = (self.places or {}).get(column)
        return places.get(first_key) if isinstance(places, Mapping) else places


@dataclass(frozen=True)
class Guarded:
    """A table as the models give it, and how it is to be protected."""

    table: Table
    guard: Guard


@dataclass(frozen=True, order=True)
class CellId:
    """One count of one table."""

    table: str
    row: tuple[str, ...]
    column: str
