"""Named figures: every number in the pack's sentences is one cell of one disclosed table, or a date, by name.

A sentence says ``{cohorts.all.rate_during}`` and never a digit; what stands there is taken from the table as
it is published, so text, table, CSV and workbook cannot differ. ``{name:money}`` and the like say how it is
written; see :data:`WAYS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from markupsafe import Markup, escape

from include.errors import ReportError
from reports import formats
from reports.board.measures import MEASURES
from reports.tables import Column, Kind, Row, Table, Value, write

NOT_KNOWN = "(not known)"
"""Stands for a figure of a table that has no rows, or of a measure that nobody delivered."""

_PLACEHOLDER = re.compile(r"\{([a-z0-9_.]+)(?::([a-z]+))?\}")
_STRONG = re.compile(r"\*\*(.+?)\*\*")
_DIGIT = re.compile(r"\d")
_BY_PLACE = {"board_caseload": ("latest", "before"), "board_bearers": ("first",)}
"""Tables whose first rows have a name of their own as well: keys that are dates, or facts of the whole table."""


@dataclass(frozen=True)
class Figure:
    """One published value and the column that it stands in."""

    value: Value
    column: Column

    @property
    def number(self) -> float | None:
        """The value, if it is a number that is published."""
        if isinstance(self.value, bool | str | date) or self.value is None:
            return None
        return float(self.value)


def _plain(figure: Figure) -> str:
    return write(figure.column, figure.value).text


def _money(figure: Figure) -> str:
    if figure.number is None:
        return _plain(figure)
    text = formats.number(abs(figure.number))
    return f"{formats.MINUS if figure.number < 0 else ''}\u00a3{text}"


def _size(figure: Figure) -> str:
    """The number without its sign: a sentence says which way."""
    if figure.number is None:
        return _plain(figure)
    return write(figure.column, abs(figure.number)).text


def _percent(figure: Figure) -> str:
    if figure.number is None:
        return _plain(figure)
    return f"{formats.number(100 * figure.number)} %"


def _whole(figure: Figure) -> str:
    return _plain(figure) if figure.number is None else formats.number(figure.number)


def _none(figure: Figure) -> str:
    return "none" if figure.number == 0 else _plain(figure)


WAYS: Mapping[str | None, Callable[[Figure], str]] = {
    None: _plain,
    "money": _money,
    "size": _size,
    "percent": _percent,
    "whole": _whole,
    "none": _none,
}
"""How a figure may be written. ``day`` and ``month`` are for dates."""


class Figures:
    """Every published cell by name, and the dates of the pack."""

    def __init__(self, tables: Mapping[str, Table], keys: Mapping[str, tuple[str, ...]], as_at: date) -> None:
        self._figures: dict[str, Figure] = {}
        self.dates: dict[str, date] = {"as_at": as_at}
        self._nothing = {name.removeprefix("board_") for name, table in tables.items() if not table.rows}
        months = [
            day
            for row in (tables["board_this_month"].rows if "board_this_month" in tables else ())
            if isinstance(day := row[2], date)
        ]
        if months:
            self.dates["month"] = max(months)
            known = {str(row[0]) for row in tables["board_this_month"].rows}
            self._nothing |= {f"this_month.{metric}" for metric in MEASURES.keys() - known}
        else:
            self._nothing.add("month")
        for name, table in tables.items():
            columns = [column.key for column in table.columns]
            for place, row in enumerate(table.rows):
                record = dict(zip(columns, row, strict=True))
                self._add(name, ".".join(_slug(record[part]) for part in keys[name]), table, row)
                if name in _BY_PLACE and place < len(_BY_PLACE[name]):
                    self._add(name, _BY_PLACE[name][place], table, row)

    def _add(self, table_name: str, key: str, table: Table, row: Row) -> None:
        record = {column.key: value for column, value in zip(table.columns, row, strict=True)}
        for column, value in zip(table.columns, row, strict=True):
            name = f"{table_name.removeprefix('board_')}.{key}.{column.key}"
            self._figures[name] = Figure(value, written_as(column, record))

    def get(self, name: str) -> Figure | None:
        """Return a figure, or nothing where its row is not there."""
        return self._figures.get(name)

    def number(self, name: str) -> float | None:
        """Return a number that is published, or nothing."""
        figure = self.get(name)
        return figure.number if figure else None

    def word(self, name: str) -> str:
        """Return a published word, for example a verdict; empty where there is none."""
        figure = self.get(name)
        return figure.value if figure and isinstance(figure.value, str) else ""

    def day(self, name: str) -> date | None:
        """Return a published date, or nothing."""
        figure = self.get(name)
        return figure.value if figure and isinstance(figure.value, date) else self.dates.get(name)

    def text(self, name: str, way: str | None = None) -> str:
        """Return a figure as it is written.

        Raises:
            ReportError: There is no such figure, or no such way to write it.
        """
        day = self.day(name)
        if day is not None:
            return formats.day(day)[2:].strip() if way == "month" else formats.day(day)
        figure = self.get(name)
        if figure is None and not self._nothing.isdisjoint((name.split(".")[0], name.rpartition(".")[0])):
            return NOT_KNOWN
        if figure is None or way not in WAYS:
            raise ReportError(
                f"The board pack's text asks for {{{name}{':' + way if way else ''}}}, which is not there",
                "Name a cell as table.row.column (docs/methodology/board_pack.md), or take the sentence out.",
            )
        return WAYS[way](figure)

    def are_known(self, template: str) -> bool:
        """Whether every figure that a sentence names is known."""
        return all(self._is_known(found[1]) for found in _PLACEHOLDER.finditer(template))

    def _is_known(self, name: str) -> bool:
        figure = self.get(name)
        return name in self.dates or (figure is not None and figure.value is not None)

    def say(self, template: str) -> Markup:
        """Return a sentence with its figures in it, each marked with its name.

        Args:
            template: Text with ``{name}`` or ``{name:way}``; ``**strong**`` is set in bold. No digits.

        Raises:
            ReportError: It names a figure that is not there, or has a digit of its own.
        """
        bare = _PLACEHOLDER.sub("", template)
        if _DIGIT.search(bare):
            raise ReportError(
                f"The board pack's text has a number written by hand: {bare.strip()[:80]}",
                "Name the figure in braces, so that it is the one in the table.",
            )
        parts: list[Markup] = []
        end = 0
        for found in _PLACEHOLDER.finditer(template):
            parts.append(escape(formats.clean(template[end : found.start()])))
            parts.append(self._mark(found[1], found[2]))
            end = found.end()
        parts.append(escape(formats.clean(template[end:])))
        return Markup(_STRONG.sub(r"<strong>\1</strong>", str(Markup("").join(parts))))  # noqa: S704  escaped above

    def _mark(self, name: str, way: str | None) -> Markup:
        text = self.text(name, way)
        day = self.day(name)
        if day is not None:
            return Markup('<time datetime="{}">{}</time>').format(day.isoformat(), text)
        return Markup('<data value="{}" data-figure="{}">{}</data>').format(text, name, text)


def written_as(column: Column, record: Mapping[str, Value]) -> Column:
    """Write the figures of a measure as finely as the measure says, whatever the column says for all."""
    if "parameter" in record and column.kind is Kind.TWO:
        value = record[column.key]
        return replace(column, kind=Kind.COUNT) if isinstance(value, float) and value.is_integer() else column
    measure = MEASURES.get(str(record.get("metric")))
    if measure is None or column.kind.value not in {1, 2}:
        return column
    places = measure.limit_places if "limit" in column.key or column.key == "mean_value" else measure.places
    kind = {0: Kind.COUNT, 1: Kind.ONE, 2: Kind.TWO}[max(places, 0)]
    return replace(column, kind=kind)


def _slug(value: Value) -> str:
    return formats.slug(str(value)).lower().replace("-", "_")
