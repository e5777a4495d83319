"""The engine: tables and what is declared of them go in, tables fit for a profile come out.

Every count under the threshold is withheld, and whatever is worked out from it. Then each withheld count is
put to the test that an attacker would make, with the pack before at hand: as long as less than the whole
range of a small count fits, another count is withheld. Docs: docs/methodology/disclosure.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from include.errors import IntegrityError
from reports.disclosure.guard import CellId, Count, Guard, Guarded
from reports.disclosure.previous import Previous
from reports.disclosure.profiles import PERSONAL, UNAVAILABLE, WITHHELD, Profile
from reports.disclosure.secondary import Cells, protect
from reports.tables import Row, Table, Value


@dataclass(frozen=True)
class Disclosed:
    """Tables fit to be published, and every count of theirs as it is printed."""

    tables: Mapping[str, Table]
    cells: Mapping[CellId, str]


def disclose(guarded: Sequence[Guarded], profile: Profile, previous: Previous | None = None) -> Disclosed:
    """Make tables fit for a profile.

    Args:
        guarded: The tables as the models give them.
        profile: For whom.
        previous: What the pack before printed; none for the first.

    Raises:
        IntegrityError: A table has a column that is not declared, or a person in it, or a count that could
            be worked out whatever else is withheld.
    """
    for one in guarded:
        _check(one, profile)
    if not profile.threshold:
        tables = {one.table.name: _without_guards(one) for one in guarded}
        return Disclosed(tables, {})
    cells = Cells.of(guarded, profile)
    withheld = protect(cells, profile, previous)
    tables = {one.table.name: _written(one, cells, withheld, profile) for one in guarded}
    shown = {
        cell: WITHHELD if cell in withheld else str(profile.shown(count, is_total=cells.is_total(cell)))
        for cell, count in cells.values.items()
        if cells.is_published(cell)
    }
    return Disclosed(tables, shown)


def _check(one: Guarded, profile: Profile) -> None:
    keys = {column.key for column in one.table.columns}
    if profile.threshold and (people := keys & PERSONAL):
        raise IntegrityError(
            f"Table {one.table.name} has {', '.join(sorted(people))}: no board table names anybody",
            "Count in a reporting model, and publish the count.",
        )
    if strays := keys ^ one.guard.declared:
        raise IntegrityError(
            f"Table {one.table.name}: columns and what is declared of them differ in {', '.join(sorted(strays))}",
            "Declare each column in the table's guard: key, count, supported by a count, or plain.",
        )


def _without_guards(one: Guarded) -> Table:
    hidden = {count.column for count in one.guard.counts if not count.is_published}
    kept = [place for place, column in enumerate(one.table.columns) if column.key not in hidden]
    rows = tuple(tuple(row[place] for place in kept) for row in one.table.rows)
    return replace(one.table, columns=tuple(one.table.columns[place] for place in kept), rows=rows)


def _written(one: Guarded, cells: Cells, withheld: frozenset[CellId], profile: Profile) -> Table:
    names = [column.key for column in one.table.columns]
    rows: list[Row] = []
    for row in one.table.rows:
        record = dict(zip(names, row, strict=True))
        shown = _row(one.table.name, one.guard, record, cells, withheld, profile)
        rows.append(tuple(shown[name] for name in names))
    return _without_guards(replace(one, table=replace(one.table, rows=tuple(rows))))


def _row(
    table: str,
    guard: Guard,
    record: Mapping[str, Value],
    cells: Cells,
    withheld: frozenset[CellId],
    profile: Profile,
) -> dict[str, Value]:
    """Write one row as the profile allows."""
    key = tuple(str(record[name]) for name in guard.keys)
    shown = dict(record)
    for column in guard.places or ():
        shown[column] = _rounded(shown[column], guard.round_to(column, key[0]))
    for count in guard.counts:
        cell = CellId(table, key, count.column)
        if cell in withheld:
            shown.update(dict.fromkeys((count.column, *count.supports), WITHHELD))
        elif (value := cells.values.get(cell)) is not None:
            shown[count.column] = profile.shown(value, is_total=cells.is_total(cell))
            _least(shown, count, value, profile)
    return shown


def _least(shown: dict[str, Value], count: Count, value: int, profile: Profile) -> None:
    """Leave out what would rest on too few; what is withheld stays so."""
    if count.least and value < profile.least_base:
        for column in count.supports:
            if shown[column] != WITHHELD and not isinstance(shown[column], str):
                shown[column] = UNAVAILABLE


def _rounded(value: Value, places: int | None) -> Value:
    """Round to the places that a reader needs: the others would give back what was rounded."""
    if places is None or isinstance(value, bool | str) or not isinstance(value, int | float):
        return value
    found = round(float(value), places)
    return int(found) if places <= 0 else found + 0.0
