"""What can be known of a number that is not printed: the least and the greatest whole number that fits all that is.

Integer programming (HiGHS, by scipy) over bounds and sums. It is what an attacker would do, so it is what is
asked before anything is published.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from include.errors import IntegrityError

ENDLESS = 1_000_000
"""Larger than any count that a force prints: the upper bound of what is not known."""

Cell = TypeVar("Cell", bound=Hashable)


@dataclass(frozen=True)
class Rule(Generic[Cell]):
    """``low <= sum of factor * cell <= high``."""

    factors: Mapping[Cell, int]
    low: float = 0
    high: float = 0


class System(Generic[Cell]):
    """Cells with what is known of each, and rules between them."""

    def __init__(self, bounds: Mapping[Cell, tuple[int, int]], rules: Sequence[Rule[Cell]]) -> None:
        self.bounds = dict(bounds)
        self.rules = [rule for rule in rules if all(cell in bounds for cell in rule.factors)]
        self._of: dict[Cell, list[Rule[Cell]]] = defaultdict(list)
        for rule in self.rules:
            for cell in rule.factors:
                self._of[cell].append(rule)

    def neighbours(self, cell: Cell) -> set[Cell]:
        """Return the cells that share a rule with one."""
        return {other for rule in self._of[cell] for other in rule.factors} - {cell}

    def connected(self, cell: Cell) -> set[Cell]:
        """Return every cell that has anything to do with one."""
        found, new = {cell}, [cell]
        while new:
            for other in self.neighbours(new.pop()) - found:
                found.add(other)
                new.append(other)
        return found

    def is_possible(self) -> bool:
        """Whether any whole numbers fit all that is known."""
        return self._solve(sorted(self.bounds, key=repr), {}) is not None

    def interval(self, cell: Cell) -> tuple[int, int]:
        """Return the least and the greatest value that a cell may have.

        Raises:
            IntegrityError: Nothing fits: what is printed contradicts itself.
        """
        group = sorted(self.connected(cell), key=repr)
        ends = []
        for sign in (1, -1):
            found = self._solve(group, {cell: sign})
            if found is None:
                raise IntegrityError(
                    f"What is to be printed around {cell} contradicts itself",
                    "Its parts and its total are not of the same figures: look at the reporting model.",
                )
            ends.append(found[cell])
        return ends[0], ends[1]

    def _solve(self, group: Sequence[Cell], goal: Mapping[Cell, int]) -> Mapping[Cell, int] | None:
        """Return whole numbers for cells that have to do with each other, such that a sum of them is least."""
        if not group:
            return {}
        place = {cell: index for index, cell in enumerate(group)}
        rules = [rule for rule in self.rules if next(iter(rule.factors)) in place]
        matrix = np.zeros((len(rules), len(group)))
        for row, rule in enumerate(rules):
            for cell, factor in rule.factors.items():
                matrix[row, place[cell]] += factor
        weights = np.zeros(len(group))
        for cell, weight in goal.items():
            weights[place[cell]] = weight
        bounds = np.array([self.bounds[cell] for cell in group], dtype=float)
        fits = (
            [LinearConstraint(matrix, [rule.low for rule in rules], [rule.high for rule in rules])]
            if rules
            else []
        )
        found = milp(
            weights,
            constraints=fits,
            bounds=Bounds(bounds[:, 0], bounds[:, 1]),
            integrality=np.ones(len(group), dtype=np.uint8),
        )
        return None if found.x is None else {cell: round(float(found.x[place[cell]])) for cell in group}
