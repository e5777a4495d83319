"""The twenty who lead the list, and how they came there: ranks over the last year as a bump chart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from reports import formats, people
from reports.charts.chart import About, Chart
from reports.charts.ranks import RankPoint, bump_chart
from reports.models import PastRank, Person
from reports.sections import Content, Source

TOP = 20
_DRAWN_TO = 40
_NAMED = 4


def content(source: Source) -> Content:
    """Return the chart; a first list has no past to draw."""
    leaders = [
        person for person in source.models.load(Person) if person.rank is not None and person.rank <= TOP
    ]
    if len({past.run_date for past in source.models.load(PastRank)}) < 2 or not leaders:
        return Content((f"There is no earlier list to follow the first {TOP} through.",))
    intro = (
        f"The places of today's first {TOP}. A line starts where its person last came within the first "
        f"{_DRAWN_TO}; in colour, at most {_NAMED}: urgent cases, then those who rose most.",
    )
    return Content(intro, charts=(_chart(source, leaders),))


def _chart(source: Source, leaders: Sequence[Person]) -> Chart:
    dates = sorted({past.run_date for past in source.models.load(PastRank)})
    lines = {_label(one): _line(source.models.history_of.get(one.nominal_id, []), dates) for one in leaders}
    points = [RankPoint(label, past, rank) for label, line in lines.items() for past, rank in line]
    rise = {label: line[0][1] - line[-1][1] for label, line in lines.items() if line}
    urgent = {_label(one) for one in leaders if one.is_urgent}
    named = sorted(lines, key=lambda label: (label not in urgent, -rise.get(label, 0), label))[:_NAMED]
    return bump_chart(
        "top_20_ranks",
        _about(source, leaders, dates, rise),
        points,
        highlighted=[label for label in lines if label in named],
        line_at=TOP,
    )


def _line(history: Sequence[PastRank], dates: Sequence[date]) -> list[tuple[date, int]]:
    """Return the ranks without a gap up to the last date, as far back as they are drawn."""
    ranks = {past.run_date: past.rank for past in history}
    line: list[tuple[date, int]] = []
    for day in reversed(dates):
        rank = ranks.get(day)
        if rank is None or rank > _DRAWN_TO:
            break
        line.append((day, rank))
    return line[::-1]


def _about(source: Source, leaders: Sequence[Person], dates: Sequence[date], rise: dict[str, int]) -> About:
    first = {
        past.nominal_id
        for past in source.models.load(PastRank)
        if past.run_date == dates[0] and past.rank is not None and past.rank <= TOP
    }
    stayed = sum(person.nominal_id in first for person in leaders)
    since = formats.day(dates[0])
    climber = max(rise, key=lambda label: rise[label], default="")
    return About(
        f"{formats.number(stayed)} of today's first {len(leaders)} were in the first {TOP} on {since}",
        f"Rank at each list, first {TOP} as at {formats.day(dates[-1])}, {source.context.force_name}, "
        f"{since} to {formats.day(dates[-1])}; the rule marks place {TOP}",
        "rpt_ranking__history",
        f"Lines of rank for {len(leaders)} people over {formats.number(len(dates))} lists, first place at the "
        f"top. {formats.number(stayed)} of them were in the first {TOP} at the first list drawn. Of the lines "
        f"drawn, that of {climber} rises most, by {formats.plural(rise.get(climber, 0), 'place', 'places')}.",
    )


def _label(person: Person) -> str:
    return f"{people.name(person)} {formats.clean(person.nominal_id)}"
