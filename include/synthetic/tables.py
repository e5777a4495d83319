"""A table whose rows and fields become known over time, as a source system holds it.

``Entity.snapshot(day)`` is what an extract of that day shows; two snapshots give a delta with
``I`` (new key), ``U`` (known key, some field differs) and ``D`` (row gone).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from include.synthetic.draws import NEVER, NULL, Bools, Ints, counts, dates, where, words

At = Callable[[int], Ints]
INSERT, UPDATE, DELETE = 0, 1, 2
CHANGE_TYPES = ["I", "U", "D"]


@dataclass(frozen=True)
class Changing:
    """A field that differs from day to day: whole numbers that are days, counts or positions in a vocabulary."""

    at: At
    kind: str = "date"  # date, count, word
    vocabulary: list[str] | pa.Array = field(default_factory=list)

    def render(self, values: Ints) -> pa.Array:
        """Return the values as an Arrow array."""
        if self.kind == "word":
            return words(self.vocabulary, values)
        return dates(values) if self.kind == "date" else counts(values)


def from_day(day: Ints, value: Ints | int, before: Ints | int = NULL) -> At:
    """A value that is known from a day on."""
    return lambda at: where(day <= at, value, before)


def steps(first: Ints | int, *later: tuple[Ints, Ints | int]) -> At:
    """A value that starts as ``first`` and takes each later value from its day on."""

    def value(at: int) -> Ints:
        result = np.asarray(first, dtype=np.int64)
        for day, changed in later:
            result = where(day <= at, changed, result)
        return result

    return value


@dataclass(frozen=True)
class Snapshot:
    """The state at the end of one day: which rows exist, and the changing fields of all rows."""

    exists: Bools
    values: dict[str, Ints]


@dataclass(frozen=True)
class Entity:
    """All rows that a chunk of an entity will ever have.

    Args:
        name: File name without its ending.
        keys: Primary key columns, with blanks between.
        columns: All columns in the contract's order, likewise.
        fixed: Columns that never change, one value per row.
        changing: Columns that do.
        first_day: Day on which the row first exists.
        last_day: Day from which it is gone (``NEVER``: stays).
        leaves_with_parent: Rows that go because a parent goes, so that no ``D`` is sent for them.
    """

    name: str
    keys: str
    columns: str
    fixed: dict[str, pa.Array]
    changing: dict[str, Changing]
    first_day: Ints
    last_day: Ints | None = None
    leaves_with_parent: Bools | None = None

    def snapshot(self, day: int) -> Snapshot:
        """Return what an extract as at the end of ``day`` shows."""
        exists = self.first_day <= day
        if self.last_day is not None:
            exists &= self.last_day > day
        return Snapshot(exists, {name: column.at(day) for name, column in self.changing.items()})

    def full(self, state: Snapshot) -> pa.Table:
        """Return the rows of a full delivery."""
        return self._rows(state, np.flatnonzero(state.exists))

    def delta(self, before: Snapshot, after: Snapshot) -> pa.Table:
        """Return the rows of a delta, with ``change_type`` last."""
        differs = np.zeros(len(before.exists), dtype=np.bool_)
        for name in self.changing:
            differs |= before.values[name] != after.values[name]
        gone = before.exists & ~after.exists
        if self.leaves_with_parent is not None:
            gone &= ~self.leaves_with_parent
        change = np.full(len(differs), -1, dtype=np.int64)
        change[after.exists & before.exists & differs] = UPDATE
        change[after.exists & ~before.exists] = INSERT
        change[gone] = DELETE
        rows = np.flatnonzero(change >= 0)
        table = self._rows(after, rows, empty=change[rows] == DELETE)
        return table.append_column("change_type", words(CHANGE_TYPES, change[rows]))

    def _rows(self, state: Snapshot, rows: Ints, empty: Bools | None = None) -> pa.Table:
        position = pa.array(rows)
        arrays = []
        for name in self.columns.split():
            if name in self.fixed:
                array = self.fixed[name].take(position)
            else:
                array = self.changing[name].render(
                    np.broadcast_to(state.values[name], state.exists.shape)[rows]
                )
            if empty is not None and name not in self.keys.split():
                array = pc.if_else(pa.array(empty), pa.scalar(None, array.type), array)
            arrays.append(array)
        return pa.table(arrays, names=self.columns.split())


def stays(size: int) -> Ints:
    """Rows that never go."""
    return np.full(size, NEVER, dtype=np.int64)
