"""Ranks over time: the bump chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import plotly.graph_objects as go

from reports import formats
from reports.charts import house
from reports.charts.chart import About, Chart, make_chart
from reports.charts.trends import HEIGHT, Point, Series, label_room, line_of, place_key
from reports.tables import Column, Kind, Table


@dataclass(frozen=True)
class RankPoint:
    """The rank of a subject at a date."""

    subject: str
    day: date
    rank: int


def bump_chart(
    name: str,
    about: About,
    points: Sequence[RankPoint],
    *,
    highlighted: Sequence[str] = (),
    line_at: int | None = None,
) -> Chart:
    """Return the ranks of some subjects over time, the first place at the top.

    Args:
        name: Name of the chart.
        about: Its words.
        points: The ranks.
        highlighted: At most four subjects in colour; the others are grey.
        line_at: The last place that counts, drawn as a line below it.
    """
    subjects = list(dict.fromkeys(point.subject for point in points))
    ordered = [one for one in subjects if one not in highlighted] + [
        one for one in subjects if one in highlighted
    ]
    series = [
        Series(
            subject,
            tuple(Point(point.day, float(point.rank)) for point in points if point.subject == subject),
            subject not in highlighted,
        )
        for subject in ordered
    ]
    figure = go.Figure()
    for one in series:
        figure.add_trace(line_of(one, 0 if one.is_context else highlighted.index(one.name)))
    last = max(point.rank for point in points)
    named = [one for one in series if not one.is_context] or series
    ends = house.spread([float(one.points[-1].value or 0) for one in named], last * 16 / (HEIGHT + 60))
    for one, place in zip(named, ends, strict=True):
        figure.add_trace(house.labels([place_key(one.points[-1].at)], [place], [house.say(one.name)]))
    if line_at is not None:
        figure.add_shape(house.rule(0, line_at + 0.5, 1, line_at + 0.5, xref="paper"))
    step = max(1, -(-last // 8))
    ticks = tuple((rank, formats.number(rank)) for rank in sorted({1, *range(step, last + 1, step)}))
    house.lay_out(
        figure,
        house.date_axis([point.day for point in points]),
        house.Axis(last + 0.9, 0.1, ticks, "Rank"),
        HEIGHT + 120,
        right=label_room([one.name for one in named]),
    )
    columns = (
        Column("subject", "Who"),
        Column("day", "List of", Kind.DATE),
        Column("rank", "Rank", Kind.COUNT),
    )
    rows = tuple((point.subject, point.day, point.rank) for point in points)
    return make_chart(name, about, figure, Table(name, about.title, columns, rows, limit=40))
