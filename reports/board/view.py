"""What the page shows: sections of numbered paragraphs, tables with their intervals in one cell, and charts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
from markupsafe import Markup

from reports import formats
from reports.board.figures import written_as
from reports.board.prose import Para, Term
from reports.charts import svg
from reports.charts.chart import Chart
from reports.disclosure.profiles import SHORTHAND
from reports.tables import Column, Table, Value, write

DASH = "\u2013"


@dataclass(frozen=True)
class ShownCell:
    """A cell as the page writes it, with its interval below."""

    text: str
    style: str
    interval: str = ""


@dataclass(frozen=True)
class Shown:
    """A table as the page shows it: some columns, and intervals below what they are of.

    Args:
        table: The published table; CSV and workbook have all of it.
        columns: Keys of the columns shown; all if none are named.
        intervals: For a column, the keys of the ends of its interval.
        ranges: Columns that are the start of a range, and the key of its end.
    """

    table: Table
    columns: tuple[str, ...] = ()
    intervals: tuple[tuple[str, str, str], ...] = ()
    ranges: tuple[tuple[str, str], ...] = ()

    @property
    def heads(self) -> list[Column]:
        """The columns shown."""
        by_key = {column.key: column for column in self.table.columns}
        return [by_key[key] for key in self.columns] if self.columns else list(self.table.columns)

    def rows(self) -> Iterator[list[ShownCell]]:
        """Yield the rows as they are written."""
        ends = {middle: (low, high) for middle, low, high in self.intervals}
        keys = [column.key for column in self.table.columns]
        for row in self.table.rows:
            record = dict(zip(keys, row, strict=True))
            yield [self._cell(column, record, ends.get(column.key)) for column in self.heads]

    def _cell(self, column: Column, record: Mapping[str, Value], ends: tuple[str, str] | None) -> ShownCell:
        written = write(written_as(column, record), record[column.key])
        if written.is_missing:
            return ShownCell(written.text, written.style)
        if ends is not None:
            return ShownCell(written.text, written.style, _between(column, record, *ends))
        last = dict(self.ranges).get(column.key)
        text = _between(written_as(column, record), record, column.key, last) if last else written.text
        return ShownCell(text, written.style)

    @property
    def shorthand(self) -> list[tuple[str, str]]:
        """The shorthand that stands in the table, and what it means."""
        shown = [place for place, column in enumerate(self.table.columns) if column in self.heads]
        found = {row[place] for row in self.table.rows for place in shown if isinstance(row[place], str)}
        return [(mark, meaning) for mark, meaning in SHORTHAND.items() if mark in found]


def _between(column: Column, record: Mapping[str, Value], low: str, high: str) -> str:
    """Write the ends of an interval; with a word between them where a minus sign could be taken for a dash."""
    if record[low] is None or record[high] is None:
        return "interval not known"
    ends = [write(column, record[end]).text for end in (low, high)]
    return (" to " if formats.MINUS in "".join(ends) else DASH).join(ends)


NARROW = 460
"""Pixels of a drawing of which two stand side by side."""

_MOST_DATES = 5


@dataclass(frozen=True)
class Drawing:
    """A chart and how wide it is drawn."""

    chart: Chart
    is_wide: bool = False

    @property
    def svg(self) -> Markup:
        """The static drawing, made from the figure's own data."""
        about = self.chart.about
        figure, width = (
            (self.chart.figure, svg.WIDTH) if self.is_wide else (_thinned(self.chart.figure), NARROW)
        )
        return svg.draw(figure, f"g-{self.chart.name}", about.title, about.alt, width)


def _thinned(figure: go.Figure) -> go.Figure:
    """Return a figure of which every second date is written: in half the width they would run into each other."""
    axis = figure.layout.xaxis
    if axis.type != "date" or len(axis.tickvals) < _MOST_DATES:
        return figure
    found = go.Figure(figure)
    found.update_xaxes(tickvals=axis.tickvals[::2], ticktext=axis.ticktext[::2])
    return found


@dataclass(frozen=True)
class Key:
    """A figure of the first page: what it is, how sure, and what to make of it."""

    figure: Markup
    label: Markup
    note: Markup
    style: str = ""
    verdict: str = ""


@dataclass(frozen=True)
class Part:
    """A section of the pack.

    Args:
        key: Anchor.
        title: Heading.
        paras: Numbered paragraphs.
        charts: Drawn below them.
        tables: Below the charts.
        terms: A glossary.
    """

    key: str
    title: str
    paras: Sequence[Para] = ()
    charts: Sequence[Drawing] = ()
    tables: Sequence[Shown] = ()
    terms: Sequence[Term] = ()


@dataclass(frozen=True)
class Numbered:
    """A paragraph with its number."""

    number: int
    para: Para


@dataclass(frozen=True)
class PackView:
    """Everything that the template needs."""

    title: str
    keys: Sequence[Key]
    parts: Sequence[Part]

    def numbered(self) -> Iterator[tuple[Part, list[Numbered]]]:
        """Yield the sections with their paragraphs numbered through."""
        number = 0
        for part in self.parts:
            found = []
            for para in part.paras:
                number += 1
                found.append(Numbered(number, para))
            yield part, found

    def numbers_of(self, key: str) -> list[int]:
        """Return the numbers of the paragraphs of a section."""
        return [one.number for part, found in self.numbered() for one in found if part.key == key]
