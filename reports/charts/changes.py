"""Charts of one change: from before to after, and step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from reports import formats
from reports.charts import house
from reports.charts.chart import MEASURED, About, Chart, make_chart
from reports.charts.comparisons import ROW_HEIGHT
from reports.charts.trends import label_room, places_of, titled
from reports.tables import Column, Kind, Table


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
