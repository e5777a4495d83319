"""What a chart must have before a reader may see it, and the factory that refuses it otherwise."""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import plotly.graph_objects as go
from markupsafe import Markup

from include.errors import ReportError
from reports import formats
from reports.charts import house, svg
from reports.tables import Table, Value

MEASURED = "values:"
"""``meta`` of a trace that shows data starts so and names its arrays; other traces are there for comparison."""

_LONGEST_TITLE = 20
_SHORTEST_ALT = 8


@dataclass(frozen=True)
class About:
    """The words of a chart.

    Args:
        title: The finding, in about ten words.
        subtitle: Measure, population, place and period.
        source: Where the figures come from.
        alt: What the chart shows, in words, for those who do not see it.
    """

    title: str
    subtitle: str
    source: str
    alt: str


@dataclass(frozen=True)
class Chart:
    """A figure fit to be shown; only :func:`make_chart` makes one.

    Args:
        name: Anchor, and name of the files.
        about: Its words.
        figure: The plotly figure in the house template.
        table: The same numbers; its CSV stands beside it.
        is_empty: No value is known, or each rests on too few: a page says so in the chart's place.
    """

    name: str
    about: About
    figure: go.Figure
    table: Table
    is_empty: bool = False

    @cached_property
    def svg(self) -> Markup:
        """The static drawing, made from the figure's own data."""
        return svg.draw(self.figure, f"g-{self.name}", self.about.title, self.about.alt)

    @cached_property
    def svg_narrow(self) -> Markup:
        """The same for a narrow screen; a page shows one of the two."""
        return svg.draw(self.figure, f"n-{self.name}", self.about.title, self.about.alt, is_narrow=True)

    @cached_property
    def data(self) -> dict[str, Any]:
        """The figure as plotly's script takes it, without the template, which all figures of a page share."""
        found: dict[str, Any] = self.figure.to_plotly_json()
        layout = {key: value for key, value in found["layout"].items() if key != "template"}
        return {"data": found["data"], "layout": layout}


def make_chart(name: str, about: About, figure: go.Figure, table: Table) -> Chart:
    """Check a figure and its words.

    Args:
        name: Name of the chart: lower case, unique in the release.
        about: Title, subtitle, source and text alternative.
        figure: The figure, laid out by :func:`reports.charts.house.lay_out`. A trace that shows data has
            the names of the arrays that hold it in ``meta``: ``values:x``, ``values:x,y``, ``values:y,base``.
        table: The same numbers.

    Raises:
        ReportError: Words are missing, more than four colours, a value that is not
            finite, or a number that the table does not have.
    """
    _check_words(name, about)
    traces = [trace.to_plotly_json() for trace in figure.data]
    measured = [trace for trace in traces if str(trace.get("meta") or "").startswith(MEASURED)]
    if not any(numbers for trace in measured for _, numbers in _shown(trace)):
        return Chart(name, about, figure, table, is_empty=True)
    colours = {_colour(trace) for trace in measured} - {house.CONTEXT}
    if len(colours) > house.MAX_SERIES:
        raise ReportError(
            f"Chart {name} tells {len(colours)} series apart by colour; {house.MAX_SERIES} is the most",
            "Show the series that matter, draw the others in grey, or use several charts.",
        )
    for trace in traces:
        _check_finite(name, trace)
    _check_table(name, measured, table)
    return Chart(name, about, figure, table)


def _check_words(name: str, about: About) -> None:
    for field in ("title", "subtitle", "source", "alt"):
        if not getattr(about, field).strip():
            raise ReportError(
                f"Chart {name} has no {field}", f"Give it one: see {About.__module__}.{About.__name__}."
            )
    if len(about.title.split()) > _LONGEST_TITLE:
        raise ReportError(
            f"The title of chart {name} has {len(about.title.split())} words",
            f"Say the finding in about ten words, {_LONGEST_TITLE} at most; the rest goes into the subtitle.",
        )
    if len(about.alt.split()) < _SHORTEST_ALT or about.alt.strip() == about.title.strip():
        raise ReportError(
            f"The text alternative of chart {name} does not say what the chart shows",
            "Write what a reader would see: the kind of chart, its main values, how they compare.",
        )


def _colour(trace: dict[str, Any]) -> str:
    """Return the colour by which a reader tells a trace from the others."""
    for part in (trace.get("line"), trace.get("marker"), trace.get("link")):
        colour = (part or {}).get("color")
        if isinstance(colour, str):
            return colour
    return house.CONTEXT


def _numbers(values: object) -> Iterator[float]:
    """Yield the numbers in an array of a trace; a missing value is a gap, not a number."""
    if isinstance(values, Sequence) and not isinstance(values, str):
        for value in values:
            if isinstance(value, int | float) and not isinstance(value, bool):
                yield float(value)


def arrays(trace: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield every array of a trace that places something, by its path."""
    for key in ("x", "y", "base"):
        yield key, trace.get(key)
    for side in ("x", "y"):
        bar = trace.get(f"error_{side}") or {}
        for array, sign in (("array", 1), ("arrayminus", -1)):
            pairs = zip(trace[side], bar[array], strict=True) if array in bar else ()
            # Where the bar ends, not how long it is: that is what reader and table see.
            yield f"error_{side}", [None if by is None else value + sign * by for value, by in pairs]
    yield "link.value", (trace.get("link") or {}).get("value")


def _shown(trace: dict[str, Any]) -> Iterator[tuple[str, list[float]]]:
    """Yield the numbers of a trace that are data, by the path of their array."""
    wanted = str(trace["meta"]).removeprefix(MEASURED).split(",")
    for path, values in arrays(trace):
        if path in wanted:
            yield path, list(_numbers(values))


def _check_finite(name: str, trace: dict[str, Any]) -> None:
    for path, values in arrays(trace):
        if any(not math.isfinite(number) for number in _numbers(values)):
            raise ReportError(
                f"Chart {name} holds a value in {path} that is not finite",
                "A value that is missing is None in the rows: it is left out and said to be missing.",
            )


def _check_table(name: str, measured: Sequence[dict[str, Any]], table: Table) -> None:
    """Refuse a figure that shows a number which its table, and so its CSV, does not have."""
    known = sorted({number for row in table.rows for number in map(_plain, row) if number is not None})
    strays = [number for trace in measured for number in _strays(trace, known)]
    if strays:
        raise ReportError(
            f"Chart {name} shows {formats.number(strays[0], 4)}, which its table does not have",
            "Build figure and table from the same rows.",
        )


def _plain(value: Value) -> float | None:
    if isinstance(value, bool | str | date) or value is None:
        return None
    return float(value)


def _strays(trace: dict[str, Any], known: Sequence[float]) -> Iterator[float]:
    """Yield the numbers of a trace that are data and are not known; `known` in rising order.

    The end of an error bar is a value and a length, added up: beside a value of millions it differs from what the table
    has by more than beside a share, in the last bits of a double all the same. What is drawn as it is may not differ.
    """
    for path, numbers in _shown(trace):
        within = 1e-9
        if path.startswith("error_"):
            added_up = [*numbers, *_numbers(trace[path.removeprefix("error_")])]
            within += 1e-12 * max(map(abs, added_up), default=0.0)
        for number in numbers:
            place = bisect.bisect_left(known, number)
            if not any(abs(number - other) <= within for other in known[max(place - 1, 0) : place + 1]):
                yield number
