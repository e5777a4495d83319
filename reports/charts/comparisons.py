"""Charts that compare groups: bars, and points with intervals against a reference."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from reports import formats
from reports.charts import house
from reports.charts.chart import MEASURED, About, Chart, make_chart
from reports.charts.trends import places_of, titled
from reports.tables import Column, Kind, Table

ROW_HEIGHT = 30
_LABEL_WIDTH = 32
_SAID_WIDTH = 26


@dataclass(frozen=True)
class Interval:
    """One row of a comparison: a value with its 95 % interval and the number it rests on.

    Args:
        label: What it is of.
        value: ``None`` where it is missing or rests on too few; the row stays and says so.
        low: Lower end of the interval.
        high: Upper end.
        n: How many it rests on.
        note: Said behind the value, for example the verdict.
        is_context: Drawn in grey: there for comparison, not to be led by.
    """

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    note: str = ""
    is_context: bool = False


@dataclass(frozen=True)
class Reference:
    """A value to read the others against: a capacity, a mean, no difference."""

    value: float
    label: str


def bars(
    name: str,
    about: About,
    rows: Sequence[Interval],
    measure: Column,
    *,
    group: Column,
    reference: Reference | None = None,
) -> Chart:
    """Return lying bars from zero, with intervals where there are some, each with its value beside it.

    Args:
        name: Name of the chart.
        about: Its words.
        rows: The rows in the order shown.
        measure: What is measured.
        group: What the rows are.
        reference: A line to read them against.
    """
    figure = go.Figure(
        go.Bar(
            x=[row.value for row in rows],
            y=list(range(len(rows))),
            orientation="h",
            marker={"color": [_colour(row) for row in rows]},
            text=[house.say(row.label) for row in rows],
            textposition="none",
            hovertemplate="%{text}: %{x}<extra></extra>",
            meta=f"{MEASURED}x",
        )
    )
    known = [(place, row) for place, row in enumerate(rows) if _has_interval(row)]
    if known:
        figure.add_trace(_intervals(known, house.INK, 0))
    return _finish(figure, name, about, rows, (group, measure), reference, is_ratio=False)


def forest(
    name: str,
    about: About,
    rows: Sequence[Interval],
    measure: Column,
    *,
    group: Column,
    reference: Reference,
    is_ratio: bool = True,
) -> Chart:
    """Return a forest plot: points with 95 % intervals against a reference, ratios on a logarithmic axis.

    Args:
        name: Name of the chart.
        about: Its words.
        rows: The rows in the order shown.
        measure: What is measured.
        group: What the rows are.
        reference: Where there is no difference.
        is_ratio: Whether half and double are equally far from one.
    """
    figure = go.Figure()
    for is_context, colour in ((True, house.CONTEXT), (False, house.PALETTE[0])):
        known = [
            (p, row) for p, row in enumerate(rows) if row.value is not None and row.is_context is is_context
        ]
        if known:
            figure.add_trace(_intervals(known, colour, 9))
    return _finish(figure, name, about, rows, (group, measure), reference, is_ratio=is_ratio)


def _colour(row: Interval) -> str:
    return house.CONTEXT if row.is_context else house.PALETTE[0]


def _has_interval(row: Interval) -> bool:
    return row.value is not None and row.low is not None and row.high is not None


def _intervals(known: Sequence[tuple[int, Interval]], colour: str, size: int) -> go.Scatter:
    values = [float(row.value or 0) for _, row in known]
    return go.Scatter(
        x=values,
        y=[place for place, _ in known],
        mode="markers" if size else "none",
        marker={
            "color": colour,
            "size": size,
            "symbol": "circle-open" if colour == house.CONTEXT else "square",
        },
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [
                None if row.high is None else row.high - v for v, (_, row) in zip(values, known, strict=True)
            ],
            "arrayminus": [
                None if row.low is None else v - row.low for v, (_, row) in zip(values, known, strict=True)
            ],
            "color": colour,
            "thickness": 2,
            "width": 0,
        },
        text=[house.say(row.label) for _, row in known],
        hovertemplate="%{text}: %{x}<extra></extra>",
        hoverinfo=None if size else "skip",
        meta=f"{MEASURED}x,error_x",
    )


def said(row: Interval, places: int) -> str:
    """Return a value with its interval and its note, as it is written beside the mark."""
    if row.value is None:
        return row.note or formats.MISSING
    text = formats.number(row.value, places)
    if row.low is not None and row.high is not None:
        text += f" ({formats.number(row.low, places)} to {formats.number(row.high, places)})"
    return f"{text} {row.note}".strip()


def _finish(
    figure: go.Figure,
    name: str,
    about: About,
    rows: Sequence[Interval],
    columns: tuple[Column, Column],
    reference: Reference | None,
    *,
    is_ratio: bool,
) -> Chart:
    group, measure = columns
    drawn = [v for row in rows for v in (row.value, row.low, row.high) if v is not None]
    drawn += [reference.value] if reference else []
    x = house.ratio_axis(drawn, titled(measure)) if is_ratio else house.number_axis(drawn, titled(measure))
    texts = [house.wrap(said(row, places_of(measure)), _SAID_WIDTH) for row in rows]
    figure.add_trace(house.labels([x.high] * len(rows), range(len(rows)), texts))
    if reference:
        figure.add_shape(house.rule(reference.value, 0, reference.value, 1, yref="paper"))
        label = house.say(reference.label)
        at = math.log10(reference.value) if is_ratio else reference.value
        ends = x.layout()["range"]
        # Near the right edge the words would be cut off: there they end at the line.
        is_right = at - ends[0] > 0.75 * (ends[1] - ends[0])
        figure.add_annotation(
            x=at, y=1, yref="paper", yshift=9, text=label, showarrow=False, yanchor="middle",
            xanchor="right" if is_right else "center", font={"color": house.SOFT},
        )  # fmt: skip
    y = house.label_axis([row.label for row in rows], width=_LABEL_WIDTH)
    lines = 1 + max(text.count("<br>") for text in (*texts, *(label for _, label in y.ticks)))
    height = max(ROW_HEIGHT, 15 * lines + 7)
    house.lay_out(figure, x, y, 72 + height * len(rows), right=house.longest(texts) + 20)
    figure.update_layout(margin={"t": 22 if reference else 8})
    return make_chart(name, about, figure, _table(name, about, rows, group, measure))


def _table(name: str, about: About, rows: Sequence[Interval], group: Column, measure: Column) -> Table:
    """Return the rows as a table, without the columns that none of them fills."""
    optional = (
        (Column("n", "Resting on", Kind.COUNT, "number"), [row.n for row in rows]),
        (measure, [row.value for row in rows]),
        (Column("ci_low", "95 % interval from", measure.kind, measure.unit), [row.low for row in rows]),
        (Column("ci_high", "to", measure.kind, measure.unit), [row.high for row in rows]),
        (Column("note", "Note", missing="none"), [row.note or None for row in rows]),
    )
    kept = [(c, values) for c, values in optional if c is measure or any(v is not None for v in values)]
    columns = (group, *(column for column, _ in kept))
    found = tuple((row.label, *(values[place] for _, values in kept)) for place, row in enumerate(rows))
    return Table(name, about.title, columns, found)
