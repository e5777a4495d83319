"""Sections on how steady the list is: retention, ranks over time, harm of one list against another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from reports import formats
from reports.algorithm.order import NONE_MATURE
from reports.algorithm.rows import (
    SAMPLE,
    SOURCE,
    HarmChange,
    Retention,
    Trajectory,
    error_level,
    say_p,
)
from reports.charts.changes import Change, slope
from reports.charts.chart import About, Chart
from reports.charts.ranks import RankPoint, bump_chart
from reports.charts.trends import Point, Series, lines
from reports.sections import Content, Source
from reports.tables import Column, Kind, Table

_IN_COLOUR = 4
_FROM_THE_FIRST = """
    baseline_run_date = (select min(baseline_run_date) from reporting.rpt_algorithm__retention)
"""


def retention_section(source: Source) -> Content:
    """Show how many members of the first list are still in later ones."""
    rows = source.models.load(Retention, _FROM_THE_FIRST)
    columns = (
        Column("comparison_run_date", "List of", Kind.DATE),
        Column("top_n", "First ranks", Kind.COUNT),
        Column("baseline_members", "Members at the start", Kind.COUNT),
        Column("retained", "Of these still in", Kind.COUNT),
        Column("retained_pct", "Retained", Kind.ONE, "%", missing=f"base under {formats.MIN_BASE}"),
    )
    listed = tuple(
        (
            row.comparison_run_date, row.top_n, row.baseline_members, row.retained,
            row.retained_pct if row.baseline_members >= formats.MIN_BASE else None,
        )
        for row in rows
    )  # fmt: skip
    table = Table(
        "algorithm_retention", "Members of the first list in later ones", columns, listed,
        "No list to compare.", 60,
    )  # fmt: skip
    if not rows:
        return Content((), (table,))
    first, last = rows[0].baseline_run_date, rows[-1].comparison_run_date
    final = [row for row in rows if row.comparison_run_date == last]
    said = " ".join(
        f"{formats.number(row.retained)} of the first {formats.number(row.baseline_members)}."
        for row in final
    )
    series = [
        Series(
            f"first {formats.number(top_n)}",
            tuple(Point(row[0], row[4]) for row in listed if row[1] == top_n),
        )
        for top_n in sorted({row.top_n for row in rows})[:_IN_COLOUR]
    ]
    chart = lines(
        "algorithm_retention_chart",
        About(
            f"{formats.number(final[-1].retained)} of the first {formats.number(final[-1].baseline_members)} "
            "are still there",
            f"Members of the list of {formats.day(first)} who are in the same top of later lists, per cent; "
            f"to {formats.day(last)}",
            SOURCE,
            f"Lines that fall from 100 per cent. Still in on {formats.day(last)}: {said}",
        ),
        series,
        Column("comparison_run_date", "List of", Kind.DATE),
        Column("retained_pct", "Retained", Kind.ONE, "%"),
    )
    intro = (
        f"Of the list of {formats.day(first)}, still in on {formats.day(last)}: {said} All pairs of lists are in "
        "rpt_algorithm__retention, as Parquet beside the release."
    )
    return Content((intro,), (), (table,), charts=(chart,))


def trajectories_section(source: Source) -> Content:
    """Show the ranks over time of those who were highest."""
    rows = source.models.load(Trajectory)
    groups = sorted({row.baseline_run_date for row in rows})
    if not groups:
        columns = (Column("nominal_id", "Who"), Column("run_date", "List of", Kind.DATE))
        return Content((), (Table("algorithm_trajectories", "Ranks over time", columns, ()),))
    charts = tuple(
        _trajectory(place, day, [row for row in rows if row.baseline_run_date == day])
        for place, day in enumerate(groups, start=1)
    )
    intro = (
        "The highest of the first list, and of the list of two years ago. A line ends where its person is no longer "
        "ranked. In colour: the first four of the list; the others are grey."
    )
    return Content((intro,), charts=charts)


def _trajectory(place: int, day: date, rows: Sequence[Trajectory]) -> Chart:
    start = [row for row in rows if row.run_date == day]
    final = max(row.run_date for row in rows)
    still = sum(row.run_date == final and row.rank <= len(start) for row in rows)
    about = About(
        f"{formats.number(still)} of the first {formats.number(len(start))} are among them still",
        f"Ranks of the first {formats.number(len(start))} of {formats.day(day)}, each list to {formats.day(final)}; "
        f"the line is rank {formats.number(len(start))}",
        SOURCE,
        f"Lines of ranks over time, the first place at the top. On {formats.day(final)} {formats.number(still)} of "
        f"{formats.number(len(start))} have rank {formats.number(len(start))} or better; the lowest rank reached is "
        f"{formats.number(max(row.rank for row in rows))}.",
    )
    points = [RankPoint(row.nominal_id, row.run_date, row.rank) for row in rows]
    leading = [row.nominal_id for row in start][:_IN_COLOUR]
    return bump_chart(
        f"algorithm_trajectories_{place}", about, points, highlighted=leading, line_at=len(start)
    )


def harm_change_section(source: Source) -> Content:
    """Repeat the published comparison of harm between lists, with what it does not show."""
    rows = source.models.load(HarmChange)
    columns = (
        Column("comparison_run_date", "List of", Kind.DATE),
        Column("sample", "People", words=SAMPLE),
        Column("n_baseline", "First list", Kind.COUNT, "people"),
        Column("n_comparison", "This list", Kind.COUNT, "people"),
        Column("mean_baseline", "Mean harm after the first", Kind.ONE, "days"),
        Column("sd_baseline", "Standard deviation", Kind.ONE, "days"),
        Column("mean_comparison", "Mean harm after this", Kind.ONE, "days"),
        Column("sd_comparison", "Standard deviation", Kind.ONE, "days"),
        Column("wilcoxon_z", "Signed ranks, z", Kind.TWO, missing="not paired"),
        Column("wilcoxon_p", "p", Kind.P, missing="not paired"),
        Column("ks_statistic", "Normality, D", Kind.TWO, missing="not tested"),
        Column("ks_p", "p", Kind.P, missing="not tested"),
        Column("is_mature", "Year after is known", Kind.FLAG),
    )
    listed = tuple(tuple(getattr(row, column.key) for column in columns) for row in rows)
    table = Table(
        "algorithm_harm_change", "Harm in the year after, list against list", columns, listed,
        "No two lists are a year apart.",
    )  # fmt: skip
    intro = (
        "People are on a list for what they did lately, so their harm falls afterwards whatever is done, and those on "
        "both lists are picked for not falling. This repeats a published comparison; it is no evidence of an effect.",
    )
    mature = [row for row in rows if row.is_mature]
    if not mature:
        return Content((*intro, NONE_MATURE), (table,))
    final = max(row.comparison_run_date for row in mature)
    return Content(
        (*intro, *_tested(mature, final, error_level(source.models))),
        (),
        (table,),
        charts=_harm_chart(mature, final),
    )


def _tested(mature: Sequence[HarmChange], final: date, level: float | None) -> tuple[str, ...]:
    """Say what the signed ranks of those on both lists allow."""
    common = [row for row in mature if row.comparison_run_date == final and row.sample == "common"]
    if not common or common[0].wilcoxon_z is None or level is None:
        return ()
    one = common[0]
    verdict = "no significant difference" if (one.wilcoxon_p or 0) >= level else "a difference beyond chance"
    return (
        f"The {formats.plural(one.n_comparison, 'person', 'people')} on the lists of "
        f"{formats.day(one.baseline_run_date)} and {formats.day(final)}: Wilcoxon signed ranks z "
        f"{formats.number(one.wilcoxon_z, 2)}, {say_p(one.wilcoxon_p)}: {verdict}.",
    )


def _harm_title(changes: Sequence[Change], shown: Sequence[HarmChange]) -> str:
    """Say what the lists' own members did; the other samples are picked for having stayed."""
    for change, row in zip(changes, shown, strict=True):
        if row.sample not in ("common", "common_managed", "common_unmanaged"):
            before, after = (formats.number(value, 1) for value in (change.before, change.after))
            return f"Mean harm of each list's own members: {before} days, then {after}"
    return "Mean harm of those on both lists"


def _harm_chart(mature: Sequence[HarmChange], final: date) -> tuple[Chart, ...]:
    shown = [
        row
        for row in mature
        if row.comparison_run_date == final
        and row.sample in SAMPLE
        and min(row.n_baseline, row.n_comparison) >= formats.MIN_BASE
        and row.mean_baseline is not None
        and row.mean_comparison is not None
    ]
    if not shown:
        return ()
    changes = [
        Change(
            SAMPLE.get(row.sample, row.sample),
            float(row.mean_baseline or 0),
            float(row.mean_comparison or 0),
            row.n_comparison,
        )
        for row in shown
    ]
    first = shown[0].baseline_run_date
    said = " ".join(
        f"{one.label.capitalize()}: {formats.number(one.before, 1)}, then {formats.number(one.after, 1)}."
        for one in changes
    )
    about = About(
        _harm_title(changes, shown),
        f"Mean harm in the year after the lists of {formats.day(first)} and {formats.day(final)}, days; groups of "
        f"{formats.MIN_BASE} or more",
        SOURCE,
        f"Lines from the first list to the second. {said} Not a measure of management.",
    )
    ends = (formats.short_day(first), formats.short_day(final))
    return (
        slope(
            "algorithm_harm_chart",
            about,
            changes,
            Column("mean_harm", "Mean harm", Kind.ONE, "days"),
            ends=ends,
        ),
    )
