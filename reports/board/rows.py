"""Rows of the reporting models, and how they become a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from reports.tables import Column, Row, Table, Value

Record = Mapping[str, Value]
Records = Sequence[Record]
Models = Mapping[str, Records]


def number(value: Value, missing: float) -> float:
    """Return a value as a number, or what stands for one that is missing."""
    return missing if value is None or isinstance(value, str | date) else float(value)


def table(name: str, caption: str, columns: Sequence[Column], records: Records, empty: str) -> Table:
    """Return records as a table."""
    rows: tuple[Row, ...] = tuple(tuple(record[column.key] for column in columns) for record in records)
    return Table(name, caption, tuple(columns), rows, empty)
