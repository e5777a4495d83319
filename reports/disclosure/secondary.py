"""Which counts are withheld: the small ones, and as few others as keep the small ones unknown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from include.errors import IntegrityError
from reports.disclosure.guard import CellId, Count, Guard, Guarded
from reports.disclosure.previous import Previous
from reports.disclosure.profiles import WITHHELD, Profile
from reports.disclosure.solve import ENDLESS, Rule, System

REST = "rest of "
"""Column of a count that nobody prints and everybody can subtract: those of the second who are not of the first."""

BEFORE = "before"
"""Table of a cell of the pack before, in the system that has both packs."""


@dataclass(frozen=True)
class Cells:
    """Every count of some tables, what they count, and how they hang together."""

    values: Mapping[CellId, int]
    counts: Mapping[tuple[str, str], Count]
    guards: Mapping[str, Guard]

    @classmethod
    def of(cls, guarded: Sequence[Guarded], profile: Profile) -> Cells:
        """Collect the counts of tables."""
        values: dict[CellId, int] = {}
        for one in guarded:
            names = [column.key for column in one.table.columns]
            for row in one.table.rows:
                record = dict(zip(names, row, strict=True))
                key = tuple(str(record[name]) for name in one.guard.keys)
                for count in one.guard.counts:
                    if isinstance(value := record[count.column], int) and not isinstance(value, bool):
                        values[CellId(one.table.name, key, count.column)] = value
        counts = {(one.table.name, count.column): count for one in guarded for count in one.guard.counts}
        return cls(values, counts, {one.table.name: one.guard for one in guarded})

    def is_published(self, cell: CellId) -> bool:
        """Whether the table shows the column of a cell."""
        return self.counts[cell.table, cell.column].is_published

    def is_total(self, cell: CellId) -> bool:
        """Whether a cell counts everybody."""
        return is_total(cell, self.guards[cell.table], self.counts[cell.table, cell.column])


def is_total(cell: CellId, guard: Guard, count: Count) -> bool:
    """Whether a cell is of a column, or of a row, of totals."""
    totals = guard.totals
    return count.is_total or (
        totals is not None and cell.row[guard.keys.index(totals.member)] == totals.whole
    )


def rules_of(cells: Iterable[CellId], guards: Mapping[str, Guard]) -> list[Rule[CellId]]:
    """Return what everybody knows of counts: parts add up, and nobody is in a part who is not in the whole."""
    rules: list[Rule[CellId]] = []
    sums: dict[tuple[str, tuple[str, ...], str], dict[CellId, int]] = defaultdict(dict)
    known = set(cells)
    for cell in sorted(known):
        guard = guards[cell.table]
        if guard.totals is not None:
            by = tuple(cell.row[guard.keys.index(name)] for name in guard.totals.by)
            is_whole = cell.row[guard.keys.index(guard.totals.member)] == guard.totals.whole
            sums[cell.table, by, cell.column][cell] = -1 if is_whole else 1
        for part, whole in guard.nested:
            if cell.column == part and (around := CellId(cell.table, cell.row, whole)) in known:
                rest = CellId(cell.table, cell.row, f"{REST}{whole}, not {part}")
                rules.append(Rule({around: 1, cell: -1, rest: -1}))
    for (table, _, _), factors in sums.items():
        wholes = [cell for cell, factor in factors.items() if factor < 0]
        if wholes and len(factors) > 1:
            totals = guards[table].totals
            has_overlap = totals is not None and totals.has_overlap
            rules.append(Rule(factors, 0, ENDLESS if has_overlap else 0))
            if has_overlap:
                parts = [cell for cell, factor in factors.items() if factor > 0]
                rules.extend(Rule({wholes[0]: 1, part: -1}, 0, ENDLESS) for part in parts)
    return rules


def protect(cells: Cells, profile: Profile, previous: Previous | None) -> frozenset[CellId]:
    """Choose the counts to withhold.

    A count under the threshold is withheld. Then for each, and for each that the pack before withheld: as long
    as a reader of both packs can exclude any small number, the least printed count next to it is withheld too.
    Where nothing is left to withhold, more than one number must fit.

    Raises:
        IntegrityError: A count can be worked out whatever is withheld.
    """
    values = _with_rests(cells)
    small = {cell for cell, value in values.items() if value < profile.threshold}
    withheld = {cell for cell in small if cell in cells.values}
    if previous is not None and _is_this(previous, cells, profile):
        withheld |= {cell for cell, shown in previous.cells.items() if shown == WITHHELD} & set(cells.values)
        previous = None
    system, before = _systems(values, withheld, cells, profile, previous)
    secrets = dict.fromkeys(small, (0, profile.threshold - 1)) | _secrets(before, profile)
    # Once is enough: to withhold more never tells more, so a cell that was seen to be safe stays safe.
    for cell, span in sorted(secrets.items()):
        if system.neighbours(cell):
            withheld |= _cover(cell, span, system, withheld, cells)
    return frozenset(withheld)


def _secrets(before: System[CellId] | None, profile: Profile) -> dict[CellId, tuple[int, int]]:
    """Return the counts that the pack before withheld, with the small numbers that fitted each of them then."""
    found = {}
    for cell, (low, high) in (before.bounds if before else {}).items():
        if before and (low, high) == (0, ENDLESS) and before.neighbours(cell):
            least, most = before.interval(cell)
            if least < profile.threshold:
                found[cell] = (least, min(most, profile.threshold - 1))
    return found


def _is_this(previous: Previous, cells: Cells, profile: Profile) -> bool:
    """Whether the pack before is this one, as a draft or made again: then what it withheld stays withheld."""
    return previous.is_same_date and all(
        shown == WITHHELD or int(shown) == profile.shown(cells.values[cell], is_total=cells.is_total(cell))
        for cell, shown in previous.cells.items()
        if cell in cells.values
    )


def _cover(
    cell: CellId, span: tuple[int, int], system: System[CellId], withheld: set[CellId], cells: Cells
) -> set[CellId]:
    """Withhold counts near a small one until every number of the span fits it; return them."""
    more: set[CellId] = set()
    near = [one for one in _by_distance(system, cell) if one in cells.values and one not in withheld]
    low, high = system.interval(cell)
    while (low > span[0] or high < span[1]) and near:
        system.bounds[near[0]] = (0, ENDLESS)
        more.add(near.pop(0))
        low, high = system.interval(cell)
    if high == low:
        raise IntegrityError(
            f"The board could work out {cell.column} of {', '.join(cell.row)} in {cell.table}",
            "Leave the row out of the table, or publish the table with fewer groups.",
        )
    return more


def _with_rests(cells: Cells) -> dict[CellId, int]:
    values = dict(cells.values)
    for cell, value in cells.values.items():
        for part, whole in cells.guards[cell.table].nested:
            around = cells.values.get(CellId(cell.table, cell.row, whole))
            if cell.column == part and around is not None:
                values[CellId(cell.table, cell.row, f"{REST}{whole}, not {part}")] = around - value
    return values


def _systems(
    values: Mapping[CellId, int],
    withheld: set[CellId],
    cells: Cells,
    profile: Profile,
    previous: Previous | None,
) -> tuple[System[CellId], System[CellId] | None]:
    """Return what a reader of both packs knows, and what a reader of the one before knew."""
    bounds: dict[CellId, tuple[int, int]] = {}
    for cell, value in values.items():
        if cell in withheld or cell not in cells.values:
            bounds[cell] = (0, ENDLESS)
        elif cells.is_published(cell):
            whole = cells.is_total(cell)
            bounds[cell] = profile.bounds(profile.shown(value, is_total=whole), is_total=whole)
        else:
            bounds[cell] = (profile.threshold, ENDLESS)
    rules = rules_of(cells.values, cells.guards)
    if previous is not None:
        before = _system_before(cells, profile, previous)
        grown = [
            Rule({cell: 1, _before(cell): -1}, 0, ENDLESS)
            for cell in sorted(cells.values)
            if cell in previous.cells and cell.column in cells.guards[cell.table].grows
        ]
        both = System(bounds | before.bounds, [*rules, *before.rules, *grown])
        if both.is_possible():
            return both, before
        # Records were corrected since: the two packs contradict each other, so nobody can put them together.
    now = System(bounds, rules)
    if not now.is_possible():
        raise IntegrityError(
            f"The board tables contradict themselves: parts of {', '.join(sorted(cells.guards))} do not add up",
            "Look at the reporting models behind them: parts and totals must be of the same figures.",
        )
    return now, None


def _system_before(cells: Cells, profile: Profile, previous: Previous) -> System[CellId]:
    """Return what a reader of the pack before knew, under names of its own."""
    bounds: dict[CellId, tuple[int, int]] = {}
    old = {cell: shown for cell, shown in previous.cells.items() if (cell.table, cell.column) in cells.counts}
    for cell, shown in old.items():
        whole = is_total(cell, cells.guards[cell.table], cells.counts[cell.table, cell.column])
        bounds[_before(cell)] = (
            (0, ENDLESS) if shown == WITHHELD else profile.bounds(int(shown), is_total=whole)
        )
    rules = []
    for rule in rules_of(old, cells.guards):
        moved = {_before(cell): factor for cell, factor in rule.factors.items()}
        bounds.update({cell: (0, ENDLESS) for cell in moved if cell not in bounds})
        rules.append(Rule(moved, rule.low, rule.high))
    return System(bounds, rules)


def _before(cell: CellId) -> CellId:
    return CellId(f"{BEFORE} {cell.table}", cell.row, cell.column)


def _by_distance(system: System[CellId], cell: CellId) -> list[CellId]:
    """Return the cells that have to do with one, the nearest first and the smallest of these."""
    found: dict[CellId, int] = {cell: 0}
    ring, distance = [cell], 0
    while ring:
        distance += 1
        ring = sorted({other for one in ring for other in system.neighbours(one)} - set(found))
        found.update(dict.fromkeys(ring, distance))
    return sorted(found, key=lambda one: (found[one], system.bounds[one][0], one))[1:]
