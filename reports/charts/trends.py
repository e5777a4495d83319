"""Charts of what changes over time: run chart, lines, ranks, survival."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import plotly.graph_objects as go

from reports import formats
from reports.charts import house
from reports.charts.chart import MEASURED, About, Chart, make_chart
from reports.tables import Column, Kind, Row, Table

HEIGHT = 300


@dataclass(frozen=True)
class RunPoint:
    """One period of a run chart, with the limits that the model gives.

    Args:
        period: Its end.
        value: The measure; ``None`` where there is none.
        mean: Centre line.
        lower: Lower limit, mean minus 2.66 times the mean moving range.
        upper: Upper limit.
        is_signal: Whether the model calls it more than chance.
    """

    period: date
    value: float | None
    mean: float | None
    lower: float | None
    upper: float | None
    is_signal: bool | None = None


def run_chart(name: str, about: About, points: Sequence[RunPoint], measure: Column) -> Chart:
    """Return an XmR chart: the values, their mean and the limits of chance, signals marked.

    Args:
        name: Name of the chart.
        about: Its words.
        points: The periods, in order.
        measure: What is measured.
    """
    dates = [point.period.isoformat() for point in points]
    drawn = [v for p in points for v in (p.value, p.mean, p.lower, p.upper) if v is not None]
    main = house.style(0)
    signals = [point.is_signal is True for point in points]
    figure = go.Figure()
    for field, said, dash in (
        ("upper", "upper limit", "dot"),
        ("mean", "mean", "dash"),
        ("lower", "lower limit", "dot"),
    ):
        values = [getattr(point, field) for point in points]
        figure.add_trace(_context(dates, values, dash))
        known = [(day, value) for day, value in zip(dates, values, strict=True) if value is not None]
        if known:
            day, value = known[-1]
            text = f"{said} {formats.number(value, places_of(measure))}"
            figure.add_trace(house.labels([day], [value], [text], colour=house.SOFT))
    figure.add_trace(
        go.Scatter(
            x=dates,
            y=[point.value for point in points],
            mode="lines+markers",
            line={"color": main.colour, "width": 2.5},
            marker={
                "color": [house.PALETTE[3] if signal else main.colour for signal in signals],
                "symbol": ["diamond" if signal else "circle" for signal in signals],
                "size": [12 if signal else 6 for signal in signals],
            },
            hovertemplate=f"%{{x}}: %{{y}}<extra>{house.say(measure.label)}</extra>",
            meta=f"{MEASURED}y",
        )
    )
    columns = (
        Column("period", "Period to", Kind.DATE),
        measure,
        *(Column(key, label, measure.kind, measure.unit) for key, label in _LIMITS),
        Column("is_signal", "Signal", Kind.FLAG, missing="not judged"),
    )
    rows = tuple((p.period, p.value, p.mean, p.lower, p.upper, p.is_signal) for p in points)
    house.lay_out(
        figure,
        house.date_axis([point.period for point in points]),
        house.number_axis(drawn, titled(measure), zero=False),
        HEIGHT,
        right=150,
    )
    return make_chart(name, about, figure, Table(name, about.title, columns, rows))


_LIMITS = (("mean_value", "Mean"), ("lower_limit", "Lower limit"), ("upper_limit", "Upper limit"))


@dataclass(frozen=True)
class Point:
    """A point of a line; the interval where there is one."""

    at: date | float
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Series:
    """A line with its name. At most four in a chart; context lines are drawn in grey."""

    name: str
    points: tuple[Point, ...]
    is_context: bool = False


def lines(
    name: str,
    about: About,
    series: Sequence[Series],
    along: Column,
    measure: Column,
    *,
    zero: bool = True,
    reference: float | None = None,
    reference_label: str = "",
) -> Chart:
    """Return lines over time or along a number, each labelled at its end.

    Args:
        name: Name of the chart.
        about: Its words.
        series: The lines; all along the same axis.
        along: What the horizontal axis is.
        measure: What is measured.
        zero: Whether the vertical axis begins at zero.
        reference: A value to read the lines against.
        reference_label: What it is.
    """
    drawn = [v for one in series for p in one.points for v in (p.value, p.low, p.high) if v is not None]
    drawn += [] if reference is None else [reference]
    y = house.number_axis(drawn, titled(measure), zero=zero)
    figure = line_figure(series)
    label_ends(figure, series, (y.high - y.low) * 17 / (HEIGHT - 60))
    if reference is not None:
        figure.add_shape(house.rule(0, reference, 1, reference, xref="paper"))
        first = min(place_key(point.at) for one in series for point in one.points)
        figure.add_trace(
            house.labels(
                [first], [reference], [house.say(reference_label)], at="top right", colour=house.SOFT
            )
        )
    ats = [point.at for one in series for point in one.points]
    days = [at for at in ats if isinstance(at, date)]
    x = (
        house.date_axis(days)
        if days
        else house.number_axis([float(at) for at in ats if not isinstance(at, date)], titled(along))
    )
    house.lay_out(figure, x, y, HEIGHT, right=label_room([one.name for one in series]))
    return make_chart(name, about, figure, _wide(name, about, series, along, measure))


def line_figure(series: Sequence[Series], shape: str = "linear") -> go.Figure:
    """Return bands and lines, not yet named or laid out; ``hv`` as shape draws steps."""
    figure = go.Figure()
    for band in (band_of(one, index) for index, one in enumerate(series)):
        if band is not None:
            figure.add_trace(band)
    for index, one in enumerate(series):
        figure.add_trace(line_of(one, index, shape))
    return figure


def place_key(at: date | float) -> Any:
    """Return a place along the axis as plotly takes it."""
    return at.isoformat() if isinstance(at, date) else at


def titled(column: Column) -> str:
    """Return the title of an axis: the measure and its unit."""
    return f"{column.label}, {column.unit}" if column.unit else column.label


def places_of(column: Column) -> int:
    """Return the places after the point that a measure is written with."""
    return column.kind.value if isinstance(column.kind.value, int) else 0


def label_room(labels: Sequence[str], width: int = 24) -> int:
    """Return the pixels that labels beside the plot take."""
    return house.longest([house.wrap(label, width) for label in labels]) + 18


def _context(xs: Sequence[Any], ys: Sequence[Any], dash: str) -> go.Scatter:
    return go.Scatter(
        x=list(xs),
        y=list(ys),
        mode="lines",
        line={"color": house.CONTEXT, "width": 1.5, "dash": dash},
        hoverinfo="skip",
    )


def band_of(one: Series, index: int) -> go.Scatter | None:
    """Return the interval of a line as a pale band, where it has one."""
    known = [point for point in one.points if point.low is not None and point.high is not None]
    if not known or one.is_context:
        return None
    ats = [place_key(point.at) for point in known]
    red, green, blue = (int(house.style(index).colour[place : place + 2], 16) for place in (1, 3, 5))
    return go.Scatter(
        x=[*ats, *reversed(ats)],
        y=[*(point.low for point in known), *(point.high for point in reversed(known))],
        mode="lines",
        line={"width": 0, "color": house.CONTEXT},
        fill="toself",
        fillcolor=f"rgba({red},{green},{blue},0.15)",
        hoverinfo="skip",
    )


def line_of(one: Series, index: int, shape: str = "linear") -> go.Scatter:
    """Return a line as a trace; markers only where they do not run into each other."""
    look = house.style(index)
    colour = house.CONTEXT if one.is_context else look.colour
    marked = len(one.points) <= 40 and shape == "linear"
    return go.Scatter(
        x=[place_key(point.at) for point in one.points],
        y=[point.value for point in one.points],
        name=house.say(one.name),
        mode="lines+markers" if marked else "lines",
        line={"color": colour, "width": 1.5 if one.is_context else 2.5, "dash": look.dash, "shape": shape},
        marker={"color": colour, "symbol": look.marker, "size": 6},
        hovertemplate="%{x}: %{y}<extra>%{fullData.name}</extra>",
        meta=f"{MEASURED}y",
    )


def label_ends(figure: go.Figure, series: Sequence[Series], gap: float) -> None:
    """Write the name of each line at its end, none nearer to another than a gap (in the axis' unit)."""
    ends = []
    for index, one in enumerate(series):
        known = [point for point in one.points if point.value is not None]
        if known:
            ends.append((index, one, known[-1].at, float(known[-1].value or 0)))
    lines = 1 + max((house.wrap(one.name, 24).count("<br>") for _, one, _, _ in ends), default=0)
    places = house.spread([end[3] for end in ends], gap * lines)
    for (index, one, at, _), place in zip(ends, places, strict=True):
        colour = house.SOFT if one.is_context else _readable(index)
        figure.add_trace(house.labels([place_key(at)], [place], [house.wrap(one.name, 24)], colour=colour))


def _readable(index: int) -> str:
    """Return the series' colour for its name; orange and teal are too pale for text."""
    colour = house.style(index).colour
    return colour if colour in {house.PALETTE[0], house.PALETTE[2]} else house.INK


def _wide(name: str, about: About, series: Sequence[Series], along: Column, measure: Column) -> Table:
    """Return one row for each place along the axis, and columns for each line."""
    columns = [along]
    for one in series:
        key = formats.slug(one.name).lower().replace("-", "_")
        columns.append(Column(key, one.name, measure.kind, measure.unit, missing=measure.missing))
        if any(point.low is not None for point in one.points):
            columns.append(Column(f"{key}_low", f"{one.name}, from", measure.kind, measure.unit))
            columns.append(Column(f"{key}_high", f"{one.name}, to", measure.kind, measure.unit))
    found = [{point.at: point for point in one.points} for one in series]
    rows: list[Row] = []
    for at in sorted({point.at for one in series for point in one.points}):
        row: list[Any] = [at]
        for one, by_place in zip(series, found, strict=True):
            point = by_place.get(at)
            row.append(point.value if point else None)
            if any(other.low is not None for other in one.points):
                row.extend((point.low, point.high) if point else (None, None))
        rows.append(tuple(row))
    return Table(name, about.title, tuple(columns), tuple(rows))
