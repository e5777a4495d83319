"""A table of a page: typed columns, rows as the model gives them, and the CSV beside it."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from itertools import zip_longest
from typing import Any, TypeVar

from reports import formats

Value = str | int | float | bool | date | Decimal | None
Row = tuple[Value, ...]

SHORTHAND = ("[c]", "[x]")
"""What stands for a number that is withheld, or not available: see :mod:`reports.disclosure.profiles`."""

_FORMULA_STARTS = "=+-@\uff1d\uff0b\uff0d\uff20|%"


class Kind(Enum):
    """What a column holds, and so how it is written. The number is the places after the point."""

    TEXT = "text"
    CODE = "code"
    SHORT = "short"
    DATE = "date"
    FLAG = "flag"
    COUNT = 0
    ONE = 1
    TWO = 2
    THREE = 3
    P = "p"

    @property
    def is_number(self) -> bool:
        """Whether the column is set to the right and summed by readers."""
        return isinstance(self.value, int) or self is Kind.P


@dataclass(frozen=True)
class Column:
    """One column.

    Args:
        key: Name in the model and in the CSV.
        label: Heading on the page.
        kind: What it holds.
        unit: Printed in the heading, once, not in every cell.
        words: Plain words for codes, on the page only.
        missing: What to say where there is no value.
    """

    key: str
    label: str
    kind: Kind = Kind.TEXT
    unit: str = ""
    words: Mapping[str, str] | None = None
    missing: str = formats.MISSING


@dataclass(frozen=True)
class Cell:
    """A cell as the page writes it."""

    text: str
    is_number: bool = False
    is_missing: bool = False
    is_code: bool = False
    is_short: bool = False
    href: str | None = None

    @property
    def style(self) -> str:
        """CSS classes of the cell."""
        marks = (
            ("num", self.is_number),
            ("missing", self.is_missing),
            ("code", self.is_code),
            ("nowrap", self.is_short),
        )
        return " ".join(name for name, given in marks if given)


@dataclass(frozen=True)
class Table:
    """A table and its CSV.

    Args:
        name: Name of the CSV and anchor on the page.
        caption: What the table shows.
        columns: The columns.
        rows: All rows; the CSV has all of them.
        empty: The sentence that stands where there are no rows.
        limit: At most so many rows on the page.
        total: A last row of totals.
        links: One link for each row, or none for it; it stands on the column ``linked``.
        linked: Position of the column that carries the link.
    """

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    empty: str = "Nothing to show for this release."
    limit: int | None = None
    total: Row | None = None
    links: tuple[str | None, ...] = ()
    linked: int = 0

    def cells(self) -> Iterator[list[Cell]]:
        """Yield the rows of the page."""
        for row, link in zip_longest(self.rows[: self.limit], self.links[: self.limit]):
            cells = self._row(row)
            cells[self.linked] = replace(cells[self.linked], href=link)
            yield cells

    def total_cells(self) -> list[Cell]:
        """Return the row of totals."""
        return self._row(self.total or ())

    @property
    def left_out(self) -> int:
        """Number of rows that only the CSV has."""
        return max(0, len(self.rows) - self.limit) if self.limit is not None else 0

    def _row(self, row: Row) -> list[Cell]:
        return [write(column, value) for column, value in zip(self.columns, row, strict=True)]


def table_of(
    name: str, caption: str, columns: Sequence[Column], rows: Sequence[object], **more: Any
) -> Table:
    """Return a table of typed rows: each column takes the field of its key.

    Args:
        name: Name of the table.
        caption: What it shows.
        columns: Its columns.
        rows: Dataclasses with the fields that the columns name.
        more: Further settings of :class:`Table`.
    """
    found = tuple(tuple(getattr(row, column.key) for column in columns) for row in rows)
    return Table(name, caption, tuple(columns), found, **more)


RowType = TypeVar("RowType")


def without_small_bases(rows: Sequence[RowType], base: str, *shares: str) -> tuple[RowType, ...]:
    """Take out percentages that rest on fewer than twenty; the counts stay.

    Args:
        rows: Dataclasses.
        base: Field with the number that the percentages rest on.
        shares: Fields that hold percentages, or the ends of their intervals.
    """
    gone: dict[str, Any] = dict.fromkeys(shares)
    return tuple(
        row if (getattr(row, base) or 0) >= formats.MIN_BASE else replace(row, **gone)  # type: ignore[type-var]
        for row in rows
    )


def write(column: Column, value: Value) -> Cell:
    """Write a value as its column says."""
    kind = column.kind
    if _is_missing(value):
        return Cell(column.missing, is_number=kind.is_number, is_missing=True)
    if isinstance(value, bool):
        return Cell("yes" if value else "no")
    if isinstance(value, date):
        return Cell(formats.short_day(value), is_short=True)
    if isinstance(value, int | float | Decimal):
        if kind is Kind.P:
            return Cell(formats.p_value(float(value)), is_number=True)
        places = kind.value if isinstance(kind.value, int) else 0
        return Cell(formats.number(value, places), is_number=True)
    text = str(value)
    if kind.is_number and text in SHORTHAND:
        return Cell(text, is_number=True, is_missing=True)
    shown = formats.clean((column.words or {}).get(text, text))
    return Cell(shown, is_code=kind is Kind.CODE, is_short=kind is Kind.SHORT)


def _is_missing(value: Value) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, float | Decimal) and not math.isfinite(value))


def csv_cell(value: Value) -> str:
    """Write a value for a spreadsheet that must not take text for a formula.

    Text that would start one, also after spaces, gets an apostrophe in front; numbers stay numbers. Line
    breaks become spaces, so that no line of the file starts with somebody else's text.
    """
    if _is_missing(value):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, int | Decimal):
        return str(value)
    raw = str(value)
    text = formats.clean(raw)
    starts = text.lstrip()[:1] or " "
    return "'" + text if starts in _FORMULA_STARTS or raw[0] in "\t\r\n" else text


def csv_text(columns: Sequence[Column], rows: Sequence[Row]) -> str:
    """Return a table as CSV (UTF-8, comma, CRLF), with the model's own names and full precision."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow([csv_cell(column.key) for column in columns])
    writer.writerows([csv_cell(value) for value in row] for row in rows)
    return stream.getvalue()
