"""Charts that compare groups: bars and points with intervals, funnel, slope, waterfall."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from reports import formats
from reports.charts import house
from reports.charts.chart import MEASURED, About, Chart, make_chart
from reports.charts.trends import label_room, places_of, titled
from reports.tables import Column, Kind, Table

ROW_HEIGHT = 34
SERIES_ROW_HEIGHT = 22


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
    texts = [house.wrap(said(row, places_of(measure)), 44) for row in rows]
    figure.add_trace(house.labels([x.high] * len(rows), range(len(rows)), texts))
    if reference:
        figure.add_shape(house.rule(reference.value, 0, reference.value, 1, yref="paper"))
        label = house.say(reference.label)
        figure.add_annotation(
            x=math.log10(reference.value) if is_ratio else reference.value,
            y=1, yref="paper", yshift=9, text=label, showarrow=False, xanchor="center", yanchor="middle",
            font={"color": house.SOFT},
        )  # fmt: skip
    y = house.label_axis([row.label for row in rows])
    house.lay_out(figure, x, y, 76 + ROW_HEIGHT * len(rows), right=house.longest(texts) + 20)
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


@dataclass(frozen=True)
class FunnelPoint:
    """One area, manager or unit in a funnel plot.

    Args:
        label: Whose figure it is.
        n: The base.
        count: How many of them.
    """

    label: str
    n: int
    count: int


_FUNNEL = ((1.959964, "95 %", "dash"), (3.090232, "99.8 %", "dot"))


def funnel_limits(target: float, n: int, deviations: float) -> tuple[float, float]:
    """Return the control limits of a proportion.

    ``target +- z * sqrt(target * (1 - target) / n)``, held within 0 and 1: D. J. Spiegelhalter, Funnel plots
    for comparing institutional performance, Statistics in Medicine 24 (2005), 1185-1202.

    Args:
        target: The proportion expected (0 to 1).
        n: The base.
        deviations: 1.96 for 95 %, 3.09 for 99.8 %.

    Returns:
        Lower and upper limit (0 to 1).
    """
    half = deviations * math.sqrt(target * (1 - target) / n)
    return max(0.0, target - half), min(1.0, target + half)


def funnel(
    name: str, about: About, points: Sequence[FunnelPoint], target: Reference, *, group: Column, base: Column
) -> Chart:
    """Return a funnel plot of percentages: who differs from the target by more than chance at their size.

    Percentages on a base under twenty are not printed on any page, nor here: such rows are in the table only.

    Args:
        name: Name of the chart.
        about: Its words.
        points: Counts and bases.
        target: The share expected (0 to 1) and what it is.
        group: What the points are.
        base: What the base is.
    """
    shown = [point for point in points if point.n >= formats.MIN_BASE]
    top = max([point.n for point in shown], default=formats.MIN_BASE) * 1.1
    bases = [formats.MIN_BASE / 2 + (top - formats.MIN_BASE / 2) * step / 40 for step in range(41)]
    figure = go.Figure()
    drawn = [100 * target.value]
    for deviations, text, dash in _FUNNEL:
        for side in (0, 1):
            limit = [100 * funnel_limits(target.value, max(1, round(n)), deviations)[side] for n in bases]
            drawn += limit
            figure.add_trace(
                go.Scatter(
                    x=bases,
                    y=limit,
                    mode="lines",
                    hoverinfo="skip",
                    line={"color": house.CONTEXT, "width": 1.5, "dash": dash},
                )  # fmt: skip
            )
        figure.add_trace(house.labels([bases[-1]], [limit[-1]], [text], colour=house.SOFT))
    shares = [100 * point.count / point.n for point in shown]
    figure.add_trace(
        house.labels([bases[-1]], [100 * target.value], [house.say(target.label)], colour=house.SOFT)
    )
    figure.add_trace(_funnel_points(shown, shares, target.value))
    figure.add_shape(house.rule(0, 100 * target.value, 1, 100 * target.value, xref="paper"))
    x = house.number_axis([*bases, 0.0], titled(base))
    y = house.number_axis([*drawn, *shares], "per cent")
    house.lay_out(figure, x, y, 340, right=label_room([target.label, "99.8 %"]))
    columns = (
        group,
        base,
        Column("count", "Of them", Kind.COUNT),
        Column("pct", "Share", Kind.ONE, "%", missing="base under 20"),
    )
    rows = tuple(
        (p.label, p.n, p.count, 100 * p.count / p.n if p.n >= formats.MIN_BASE else None) for p in points
    )
    return make_chart(name, about, figure, Table(name, about.title, columns, rows))


def _funnel_points(shown: Sequence[FunnelPoint], shares: Sequence[float], target: float) -> go.Scatter:
    """Mark and name who is outside the 95 % limits; the others are dots."""
    outside = []
    for point, share in zip(shown, shares, strict=True):
        low, high = funnel_limits(target, point.n, _FUNNEL[0][0])
        outside.append(not 100 * low <= share <= 100 * high)
    return go.Scatter(
        x=[point.n for point in shown],
        y=list(shares),
        mode="markers+text",
        text=[house.say(point.label) if is_out else "" for point, is_out in zip(shown, outside, strict=True)],
        textposition="middle left",
        textfont={"color": house.INK, "size": house.FONT_SIZE},
        marker={
            "color": [house.PALETTE[2] if is_out else house.PALETTE[0] for is_out in outside],
            "symbol": ["diamond" if is_out else "circle" for is_out in outside],
            "size": [11 if is_out else 8 for is_out in outside],
        },
        customdata=[house.say(point.label) for point in shown],
        hovertemplate="%{customdata}: %{y:.1f} % of %{x}<extra></extra>",
        meta=f"{MEASURED}x,y",
    )


@dataclass(frozen=True)
class Change:
    """A line of a slope chart: before and after, and whether it is there for comparison."""

    label: str
    before: float
    after: float
    n: int | None = None
    is_comparison: bool = False


def slope(
    name: str, about: About, changes: Sequence[Change], measure: Column, *, ends: tuple[str, str]
) -> Chart:
    """Return a slope chart: two points in time joined for each group, the comparison in grey and dashed.

    Args:
        name: Name of the chart.
        about: Its words.
        changes: At most four groups and their comparison.
        measure: What is measured.
        ends: What the two points in time are.
    """
    figure = go.Figure()
    places = places_of(measure)
    y = house.number_axis([v for change in changes for v in (change.before, change.after)], titled(measure))
    gap = (y.high - y.low) * 17 / 240
    befores = house.spread([change.before for change in changes], gap)
    afters = house.spread([change.after for change in changes], gap)
    for index, (change, before, after) in enumerate(zip(changes, befores, afters, strict=True)):
        look = house.style(index)
        colour = house.CONTEXT if change.is_comparison else look.colour
        figure.add_trace(
            go.Scatter(
                x=[0, 1],
                y=[change.before, change.after],
                mode="lines+markers",
                name=house.say(change.label),
                line={"color": colour, "width": 2.5, "dash": "dash" if change.is_comparison else "solid"},
                marker={"color": colour, "symbol": look.marker, "size": 9},
                hovertemplate="%{fullData.name}: %{y}<extra></extra>",
                meta=f"{MEASURED}y",
            )
        )
        figure.add_trace(
            house.labels([0], [before], [formats.number(change.before, places)], at="middle left")
        )
        text = house.wrap(f"{formats.number(change.after, places)} {change.label}", 40)
        figure.add_trace(house.labels([1], [after], [text]))
    x = house.Axis(-0.12, 1.0, tuple(enumerate(ends)))
    house.lay_out(figure, x, y, 300, right=label_room([f"0000 {change.label}" for change in changes], 40))
    columns = (
        Column("group", "Group"),
        Column("n", "Resting on", Kind.COUNT, "number"),
        Column("before", ends[0], measure.kind, measure.unit),
        Column("after", ends[1], measure.kind, measure.unit),
        Column("difference", "Difference", measure.kind, measure.unit),
    )
    rows = tuple((c.label, c.n, c.before, c.after, c.after - c.before) for c in changes)
    return make_chart(name, about, figure, Table(name, about.title, columns, rows))


@dataclass(frozen=True)
class Step:
    """A step of a waterfall; a total stands from zero and must be what the steps before it add up to."""

    label: str
    value: float
    is_total: bool = False


def waterfall(name: str, about: About, steps: Sequence[Step], measure: Column) -> Chart:
    """Return a waterfall from the first amount to the last, each step from where the one before ended.

    Args:
        name: Name of the chart.
        about: Its words.
        steps: The steps; what rises and what falls differ by sign, shade and label.
        measure: What is measured.
    """
    bases, ends, level = [], [], 0.0
    for step in steps:
        bases.append(0.0 if step.is_total else level)
        level = step.value if step.is_total else level + step.value
        ends.append(level)
    figure = go.Figure(
        go.Bar(
            x=[step.value for step in steps],
            y=list(range(len(steps))),
            base=bases,
            orientation="h",
            marker={"color": [_step_colour(step) for step in steps]},
            text=[house.say(step.label) for step in steps],
            textposition="none",
            hovertemplate="%{text}: %{x}<extra></extra>",
            meta=f"{MEASURED}x",
        )
    )
    places = places_of(measure)
    texts = [
        ("+" if step.value > 0 and not step.is_total else "") + formats.number(step.value, places)
        for step in steps
    ]
    x = house.number_axis([*bases, *ends], titled(measure))
    figure.add_trace(house.labels([x.high] * len(steps), range(len(steps)), texts))
    y = house.label_axis([step.label for step in steps])
    house.lay_out(figure, x, y, 70 + ROW_HEIGHT * len(steps), right=house.longest(texts) + 20)
    columns = (
        Column("step", "Step"),
        measure,
        Column("level", "Running total", measure.kind, measure.unit),
    )
    rows = tuple((step.label, step.value, end) for step, end in zip(steps, ends, strict=True))
    return make_chart(name, about, figure, Table(name, about.title, columns, rows))


def _step_colour(step: Step) -> str:
    if step.is_total:
        return house.PALETTE[4]
    return house.PALETTE[3] if step.value > 0 else house.PALETTE[0]
