"""Funnel plots: who differs from a target by more than chance at their size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from reports import formats
from reports.charts import house
from reports.charts.chart import MEASURED, About, Chart, make_chart
from reports.charts.comparisons import Reference
from reports.charts.trends import label_room, titled
from reports.tables import Column, Kind, Table


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


def funnel_limits(target: float, n: float, deviations: float) -> tuple[float, float]:
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


def is_beyond(target: float, point: FunnelPoint) -> bool:
    """Return whether a share is above its upper 95 % limit, on a base that carries a percentage."""
    limit = funnel_limits(target, point.n, _FUNNEL[0][0])[1] if point.n else 1.0
    return point.n >= formats.MIN_BASE and point.count / point.n > limit


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
    x = house.number_axis([point.n * 1.1 for point in shown] or [formats.MIN_BASE], titled(base))
    bases = [formats.MIN_BASE / 2 + (x.high - formats.MIN_BASE / 2) * step / 40 for step in range(41)]
    figure = go.Figure()
    drawn = [100 * target.value]
    for deviations, text, dash in _FUNNEL:
        for side in (0, 1):
            limit = [100 * funnel_limits(target.value, max(1.0, n), deviations)[side] for n in bases]
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
