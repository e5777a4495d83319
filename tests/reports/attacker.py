"""Somebody who has two packs in a row, page, CSV and workbook, and subtracts.

Knows nothing of the engine: reads what is printed, knows that parts add up, that nobody is adopted who was not
considered, nor de-selected who was not adopted, and that whoever was ever adopted or de-selected stays so.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from openpyxl import load_workbook
from scipy.optimize import Bounds, LinearConstraint, milp

from tests.reports.pageparts import parts

THRESHOLD = 5
COLUMNS = ("scored", "top_n", "considered", "adopted", "deselected")
NESTED = (("top_n", "scored"), ("considered", "scored"), ("adopted", "considered"), ("deselected", "adopted"))
GROWS = ("considered", "adopted", "deselected")
_PLENTY = 100_000

Row = tuple[str, str]
Cell = tuple[int, str, str, str]
"""Release, characteristic, group, column."""


def printed(folder: Path) -> dict[tuple[Row, str], int | None]:
    """Return every count of the equality table as printed anywhere in a pack; a number beats a shorthand."""
    path = next((folder / "csv").glob("*_board_equality.csv"))
    with path.open(encoding="utf-8", newline="") as stream:
        lines = list(csv.DictReader(stream))
    keys = [(line["characteristic"], line["group"]) for line in lines]
    seen = [[line[column] for column in COLUMNS] for line in lines]
    page = parts(folder / "board_pack.html").table("t-board_equality")
    place = [2, 3, 5, 6, 8]
    shown = [[row[index].replace(",", "") for index in place] for row in page.rows]
    book = load_workbook(next(folder.glob("*_board_pack.xlsx")))["Equality"]
    cells = [[str(cell.value) for cell in row] for row in book.iter_rows()]
    start = next(index for index, row in enumerate(cells) if row[:2] == ["By", "Group"])
    sheet = [[row[index] for index in place] for row in cells[start + 1 : start + 1 + len(lines)]]
    assert len(seen) == len(shown) == len(sheet)
    found: dict[tuple[Row, str], int | None] = {}
    for key, *texts in zip(keys, seen, shown, sheet, strict=True):
        for column, *said in zip(COLUMNS, *texts, strict=True):
            numbers = {int(text) for text in said if text.isdecimal()}
            assert len(numbers) <= 1
            found[key, column] = numbers.pop() if numbers else None
    return found


@dataclass(frozen=True)
class Attack:
    """What is known of the counts of several packs.

    Args:
        low: Least value of each.
        high: Greatest.
        rules: Sums of cells with factors, between two bounds.
    """

    low: Mapping[Cell, int]
    high: Mapping[Cell, int]
    rules: Sequence[tuple[Mapping[Cell, int], float, float]]

    def interval(self, target: Cell) -> tuple[int, int]:
        """Return the least and the greatest number that fits all that is known of the same characteristic."""
        cells = sorted(cell for cell in self.low if cell[1] == target[1])
        place = {cell: index for index, cell in enumerate(cells)}
        rules = [rule for rule in self.rules if next(iter(rule[0])) in place]
        matrix = np.zeros((len(rules), len(cells)))
        for row, (factors, _, _) in enumerate(rules):
            for cell, factor in factors.items():
                matrix[row, place[cell]] = factor
        known = LinearConstraint(matrix, [rule[1] for rule in rules], [rule[2] for rule in rules])
        limits = Bounds([self.low[cell] for cell in cells], [self.high[cell] for cell in cells])
        ends = []
        for sign in (1, -1):
            goal = np.zeros(len(cells))
            goal[place[target]] = sign
            found = milp(goal, constraints=known, bounds=limits, integrality=np.ones(len(cells)))
            assert found.x is not None, "what is printed contradicts itself"
            ends.append(round(float(found.x[place[target]])))
        return ends[0], ends[1]


def attack(packs: Sequence[Mapping[tuple[Row, str], int | None]], base: int) -> Attack:
    """Put packs together."""
    low: dict[Cell, int] = {}
    high: dict[Cell, int] = {}
    rules: list[tuple[Mapping[Cell, int], float, float]] = []
    for release, pack in enumerate(packs):
        for ((by, group), column), number in pack.items():
            cell = (release, by, group, column)
            if number is None:
                low[cell], high[cell] = 0, _PLENTY
            elif group == "all":
                low[cell] = high[cell] = number
            else:
                low[cell] = max(THRESHOLD, number - base // 2)
                high[cell] = number - base // 2 + base - 1
        rules.extend(_sums(release, pack))
    for (key, column), _ in packs[0].items() if len(packs) > 1 else ():
        if column in GROWS:
            rules.append(({(1, *key, column): 1, (0, *key, column): -1}, 0, _PLENTY))
    return Attack(low, high, rules)


def _sums(release: int, pack: Iterable[tuple[Row, str]]) -> Iterable[tuple[Mapping[Cell, int], float, float]]:
    keys = {key for key, _ in pack}
    for by in {by for by, _ in keys}:
        groups = [group for one, group in keys if one == by]
        for column in COLUMNS:
            yield (
                {(release, by, group, column): -1 if group == "all" else 1 for group in groups},
                0,
                0,
            )
        for group in groups:
            for part, whole in NESTED:
                yield ({(release, by, group, whole): 1, (release, by, group, part): -1}, 0, _PLENTY)


def small_cells(truths: Sequence[Mapping[tuple[Row, str], int]]) -> list[Cell]:
    """Return every count under the threshold."""
    return [
        (release, *key, column)
        for release, truth in enumerate(truths)
        for (key, column), number in truth.items()
        if number < THRESHOLD
    ]


@dataclass(frozen=True)
class Series:
    """A metric month by month, as printed: ``None`` is withheld."""

    months: Sequence[str]
    values: Sequence[int | None]
    limits: tuple[int, ...] | None

    def fits(self, guess: Mapping[str, int], factor: float, base: int) -> bool:
        """Whether numbers in the place of the withheld ones give the limits that are printed."""
        if self.limits is None:
            return True
        values = [
            guess[month] if value is None else value
            for month, value in zip(self.months, self.values, strict=True)
        ]
        mean = sum(values) / len(values)
        moved = [abs(b - a) for a, b in zip(values, values[1:], strict=False)]
        spread = factor * sum(moved) / len(moved)
        mean, lower, upper = (base * round(x / base) for x in (mean, mean - spread, mean + spread))
        return self.limits == (
            mean,
            max(lower, 0),
            upper,
        )  # a lower limit below nothing is printed as nothing


def read_series(folder: Path, metric: str) -> Series:
    """Return a metric of a pack."""
    path = next((folder / "csv").glob("*_board_trends.csv"))
    with path.open(encoding="utf-8", newline="") as stream:
        lines = [line for line in csv.DictReader(stream) if line["metric"] == metric]
    limits = [lines[0][key] for key in ("mean_value", "lower_limit", "upper_limit")]
    return Series(
        [line["month_end"] for line in lines],
        [None if line["value"] == "[c]" else int(float(line["value"])) for line in lines],
        None if limits[0] == "[c]" else tuple(int(float(limit)) for limit in limits),
    )


def possible(
    packs: Sequence[Series], factor: float, bases: Sequence[int], most: int = 5
) -> dict[str, set[int]]:
    """Return for each withheld month the small numbers that fit the limits of all packs; by trying them all."""
    hidden = sorted({m for one in packs for m, v in zip(one.months, one.values, strict=True) if v is None})
    assert 0 < len(hidden) <= most, "as many as can be tried"
    found: dict[str, set[int]] = {month: set() for month in hidden}
    for numbers in itertools.product(range(THRESHOLD), repeat=len(hidden)):
        guess = dict(zip(hidden, numbers, strict=True))
        if all(one.fits(guess, factor, base) for one, base in zip(packs, bases, strict=True)):
            for month, number in guess.items():
                found[month].add(number)
    return found
