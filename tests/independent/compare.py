"""The oracle's tables against a built warehouse: keys equal, every column, numbers to 1e-9."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from include.warehouse.stores import open_store
from tests.independent.tables import ROWS, TABLES, Table

TOLERANCE = 1e-9


def _plain(value: object) -> object:
    """Return a value as something that compares: days as ISO text, numbers as float, null as None."""
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()[:10]
    return value if isinstance(value, str) else float(value)  # type: ignore[arg-type]


def _equal(found: object, expected: object, rounded: float) -> bool:
    if isinstance(found, float) and isinstance(expected, float):
        return abs(found - expected) <= TOLERANCE * max(1.0, abs(expected)) + rounded
    return found == expected


def _by_key(frame: pd.DataFrame, table: Table) -> dict[tuple[object, ...], tuple[object, ...]]:
    if frame.empty:  # the oracle's has no columns either
        return {}
    n = len(table.keys)
    whole = frame[table.all_columns].astype(object).itertuples(index=False, name=None)
    plain = (tuple(_plain(value) for value in row) for row in whole)
    rows = {row[:n]: row[n:] for row in plain}
    if len(rows) != len(frame):
        raise AssertionError(f"{len(frame) - len(rows)} keys stand more than once")
    return rows


def differences(
    name: str,
    found: pd.DataFrame,
    expected: pd.DataFrame,
    table: Table | None = None,
    rounded: dict[str, float] | None = None,
) -> list[str]:
    """Return every difference as a line; by default over all columns of the table of that name.

    Args:
        name: Name of the table.
        found: Rows of the warehouse.
        expected: Rows of the oracle.
        table: Key and columns.
        rounded: Column -> half of the last decimal of its type: the oracle does not round.
    """
    table = table or TABLES[name]
    ours, theirs = _by_key(expected, table), _by_key(found, table)
    lines = [f"{name} {key}: not in the warehouse" for key in ours.keys() - theirs.keys()]
    lines += [f"{name} {key}: only in the warehouse" for key in theirs.keys() - ours.keys()]
    for key in ours.keys() & theirs.keys():
        lines += [
            f"{name} {key}: {column} is {there!r}, the oracle says {here!r}"
            for column, here, there in zip(table.columns, ours[key], theirs[key], strict=True)
            if not _equal(there, here, (rounded or {}).get(column, 0.0))
        ]
    return sorted(lines, key=str)


@dataclass(frozen=True)
class Found:
    """A table of the warehouse, and what its decimal columns round to."""

    rows: pd.DataFrame
    rounded: dict[str, float]


def read_warehouse(path: Path, names: Iterable[str] = TABLES) -> dict[str, Found]:
    """Read compared tables of a built warehouse."""
    tables = {}
    with open_store(path) as store:
        for name in names:
            table = TABLES[name]
            columns = ", ".join(f'"{column}"' for column in table.all_columns)
            rows = ROWS.get(name, "true")
            found = store.execute(f"select {columns} from {table.schema}.{name} where {rows}")
            kinds = {str(one[0]): str(one[1]) for one in found.description or []}
            rounded = {
                column: 0.51 * 10.0 ** -int(kind.rstrip(")").split(",")[1])
                for column, kind in kinds.items()
                if kind.startswith("DECIMAL")
            }
            tables[name] = Found(found.df(), rounded)
    return tables


@dataclass(frozen=True)
class Agreement:
    """What a comparison found.

    Attributes:
        values: Table -> values compared.
        rows: Table -> rows compared.
        lines: The differences.
    """

    values: dict[str, int]
    rows: dict[str, int]
    lines: list[str]


def compare(warehouse: Path, expected: dict[str, pd.DataFrame]) -> Agreement:
    """Compare every table that the oracle computed."""
    tables = read_warehouse(warehouse, expected)
    return Agreement(
        {name: one.rows.size for name, one in tables.items()},
        {name: len(one.rows) for name, one in tables.items()},
        [
            line
            for name, one in tables.items()
            for line in differences(name, one.rows, expected[name], rounded=one.rounded)
        ],
    )
