"""Charts of how much rests on how few: Lorenz curve and cumulative gains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts import house
from reports.charts.chart import About, Chart, make_chart
from reports.charts.trends import Point, Series, line_figure
from reports.tables import Column, Kind, Table


@dataclass(frozen=True)
class Share:
    """A point of a curve: so many per cent of the people, so many per cent of the harm."""

    people_pct: float
    amount_pct: float


def lorenz(
    name: str, about: About, curves: Sequence[tuple[str, Sequence[Share]]], *, people: str, amount: str
) -> Chart:
    """Return Lorenz curves: people from the least to the most, and the share that they have together.

    Args:
        name: Name of the chart.
        about: Its words.
        curves: At most four curves by name, each from 0 to 100 per cent.
        people: Who is counted.
        amount: What is shared.
    """
    return _curves(name, about, curves, (people, amount), "all alike")


def gains(
    name: str, about: About, curves: Sequence[tuple[str, Sequence[Share]]], *, people: str, amount: str
) -> Chart:
    """Return cumulative gains: who comes first by rank, and the share that they account for.

    Args:
        name: Name of the chart.
        about: Its words.
        curves: At most four curves by name, each from 0 to 100 per cent.
        people: Who is counted, from the first rank down.
        amount: What is captured.
    """
    return _curves(name, about, curves, (people, amount), "by chance")


def _curves(
    name: str,
    about: About,
    curves: Sequence[tuple[str, Sequence[Share]]],
    axes: tuple[str, str],
    diagonal: str,
) -> Chart:
    series = [Series(one, tuple(Point(p.people_pct, p.amount_pct) for p in points)) for one, points in curves]
    figure = line_figure(series)
    for place, one in enumerate(series):
        # Every curve ends at 100 per cent of both, so the names stand along the way, each at its own place.
        point = one.points[min(len(one.points) - 1, len(one.points) * (2 + place) // 6)]
        at = "top left" if place == 0 else "bottom right"
        figure.add_trace(house.labels([point.at], [point.value], [house.say(one.name)], at=at))
    figure.add_shape(house.rule(0, 0, 100, 100))
    figure.add_trace(house.labels([80], [80], [diagonal], at="bottom right", colour=house.SOFT))
    ticks = tuple((place, f"{place} %") for place in range(0, 101, 20))
    house.lay_out(
        figure, house.Axis(0, 100, ticks, axes[0]), house.Axis(0, 100, ticks, axes[1]), 420, right=30
    )
    columns = (
        Column("curve", "Curve"),
        Column("people_pct", axes[0], Kind.ONE, "%"),
        Column("amount_pct", axes[1], Kind.ONE, "%"),
    )
    rows = tuple((one, p.people_pct, p.amount_pct) for one, points in curves for p in points)
    return make_chart(name, about, figure, Table(name, about.title, columns, rows, limit=40))
