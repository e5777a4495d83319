"""How long until it happens: Kaplan-Meier curves with the numbers at risk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports import formats
from reports.charts import house
from reports.charts.chart import About, Chart, make_chart
from reports.charts.trends import HEIGHT, Point, Series, label_ends, label_room, line_figure
from reports.tables import Column, Kind, Table


@dataclass(frozen=True)
class SurvivalPoint:
    """A day of a Kaplan-Meier curve, as the model gives it.

    Args:
        day: Days since the start.
        share: Estimated share (0 to 1) to whom it has not happened.
        low: Lower end of its 95 % interval.
        high: Upper end.
        at_risk: How many were still followed.
    """

    day: int
    share: float
    low: float | None
    high: float | None
    at_risk: int


def survival(
    name: str,
    about: About,
    groups: Sequence[tuple[str, Sequence[SurvivalPoint]]],
    *,
    last_day: int,
    share: str,
) -> Chart:
    """Return Kaplan-Meier curves with intervals and the numbers at risk beneath.

    Args:
        name: Name of the chart.
        about: Its words.
        groups: At most four groups with their points in order.
        last_day: Where the axis ends.
        share: What is drawn: the share to whom it has not happened.
    """
    kept = [(group, [point for point in points if point.day <= last_day]) for group, points in groups]
    series = [
        Series(group, tuple(Point(float(p.day), p.share, p.low, p.high) for p in points))
        for group, points in kept
    ]
    figure = line_figure(series, "hv")
    label_ends(figure, series, 17 / HEIGHT)
    days = list(range(0, last_day + 1, max(30, last_day // 6)))
    x = house.Axis(
        0.0, float(last_day), tuple((day, formats.number(day)) for day in days), "Days since the start"
    )
    shares = tuple((place / 5, formats.number(place / 5, 1)) for place in range(6))
    y = house.Axis(0.0, 1.0, shares, share)
    left = max(60, house.longest([group for group, _ in kept]) + 34)
    bottom = 20 + 17 * (len(kept) + 1)
    house.lay_out(
        figure,
        x,
        y,
        HEIGHT + bottom,
        right=label_room([group for group, _ in kept]),
        left=left,
        bottom=bottom,
    )
    for text, at, row, side in _numbers_at_risk(kept, days):
        figure.add_annotation(
            x=at, xref="x", y=0, yref="paper", yshift=-(56 + 17 * row), text=text, showarrow=False,
            xanchor=side, xshift=-24 if side == "right" else 0, yanchor="middle", font={"color": house.SOFT},
        )  # fmt: skip
    columns = (
        Column("group", "Group"),
        Column("day", "Day", Kind.COUNT),
        Column("estimate", share, Kind.THREE),
        Column("ci_low", "from", Kind.THREE),
        Column("ci_high", "to", Kind.THREE),
        Column("at_risk", "At risk", Kind.COUNT),
    )
    rows = tuple((group, p.day, p.share, p.low, p.high, p.at_risk) for group, points in kept for p in points)
    return make_chart(name, about, figure, Table(name, about.title, columns, rows, limit=20))


def _numbers_at_risk(
    groups: Sequence[tuple[str, Sequence[SurvivalPoint]]], days: Sequence[int]
) -> list[tuple[str, float, int, str]]:
    found: list[tuple[str, float, int, str]] = [("At risk", 0.0, 0, "right")]
    for row, (group, points) in enumerate(groups, start=1):
        found.append((house.say(group), 0.0, row, "right"))
        for day in days:
            # Those followed at a day are those of the first point on or after it.
            later = [point for point in points if point.day >= day]
            found.append((formats.number(later[0].at_risk if later else 0), float(day), row, "center"))
    return found
