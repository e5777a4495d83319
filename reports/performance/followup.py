"""What happens afterwards: proven reoffending, time to it, fixed against dynamic, after an intervention."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from reports import formats
from reports.charts.chart import Chart
from reports.charts.comparisons import Interval, bars
from reports.charts.survive import SurvivalPoint, survival
from reports.charts.trends import Point, Series, lines
from reports.performance.effect_rows import AfterIntervention, Proven, Quarter, Survival, Tracked
from reports.performance.unit_rows import Intervention
from reports.performance.words import ALL, COHORT, SMALL_BASE, about, short_cohort
from reports.sections import Content, Source
from reports.tables import Column, Kind, table_of, without_small_bases

_MONTHS = 6
_YEAR_DAYS = 365
_CURVES = 3
_QUARTERS = 20
"""Quarters in a chart: five years; the tables have all."""
_SHOWN_INTERVENTIONS = 12


def proven(source: Source) -> Content:
    """Proven reoffending by quarter of adoption, mature quarters only in the chart; and those followed lately."""
    rows = without_small_bases(source.models.load(Proven), "cohort_size", "binary_rate_pct")
    columns = (
        Column("cohort_quarter", "Adopted in", Kind.SHORT),
        COHORT,
        Column("cohort_size", "People", Kind.COUNT),
        Column("reoffenders", "Reoffended, proven", Kind.COUNT),
        Column("binary_rate_pct", "Share", Kind.ONE, "%", missing=SMALL_BASE),
        Column("reoffences", "Proven reoffences", Kind.COUNT),
        Column("reoffences_per_offender", "Reoffences a person", Kind.TWO),
        Column("is_mature", "Complete", Kind.FLAG, missing="not known"),
    )
    everybody = [row for row in rows if row.cohort == ALL]
    mature = [row for row in everybody if row.is_mature]
    empty = "Nobody has been adopted."
    table = table_of(
        "proven",
        "Proven reoffending, everybody adopted",
        (columns[0], *columns[2:]),
        everybody,
        empty=empty,
        limit=12,
    )
    folded = (
        table_of(
            "proven_by_cohort", "Proven reoffending, every cohort", columns, rows, empty=empty, limit=30
        ),
    )
    said = (
        "Proven: an offence within a year of adoption that led to a conviction or caution within a further half "
        "year. A quarter is complete when that time is over; quarters that are not are marked, and are not in the "
        "chart. There is no comparison group here: this measures, it does not judge."
    )
    intro = (said, *_tracked(source)) if everybody else _tracked(source)
    charts = (_proven_chart(source, mature[_QUARTERS - 1 :: -1]),) if len(mature) > 1 else ()
    return Content(intro, (table,), folded, charts=charts)


def _start(quarter: str) -> date:
    """Return the first day of a quarter written as 2026-Q3."""
    year, _, part = quarter.partition("-Q")
    return date(int(year), 3 * int(part) - 2, 1)


_QUARTER = Column("quarter", "Quarter from", Kind.DATE)


def _proven_chart(source: Source, rows: Sequence[Proven]) -> Chart:
    points = tuple(Point(_start(row.cohort_quarter), row.reoffences_per_offender) for row in rows)
    latest = rows[-1]
    values = [row.reoffences_per_offender or 0 for row in rows]
    title = (
        f"{formats.number(latest.reoffences_per_offender, 2)} proven reoffences a person in the latest "
        "complete quarter"
    )
    alt = (
        f"Line over {len(rows)} quarters of adoption from {rows[0].cohort_quarter} to {latest.cohort_quarter}: "
        f"between {formats.number(min(values), 2)} and {formats.number(max(values), 2)} proven reoffences a person."
    )
    subtitle = (
        "Proven reoffences within a year of adoption, a person, by quarter of adoption, "
        f"{rows[0].cohort_quarter} to {latest.cohort_quarter}"
    )
    measure = Column("reoffences_per_offender", "Reoffences a person", Kind.TWO)
    series = [Series("everybody adopted", points)]
    return lines("proven_rate", about(source, title, subtitle, alt, "IDIOM"), series, _QUARTER, measure)


def _tracked(source: Source) -> tuple[str, ...]:
    # The model has one row that sums up and one for each person; the report takes the first only.
    found = source.models.load(Tracked, "is_summary")
    if not found or not found[0].nominals:
        return ()
    row = found[0]
    return (
        f"Of {formats.plural(row.nominals or 0, 'person', 'people')} adopted in the last 24 months, "
        f"{formats.number(row.fell)} offend less for each day at liberty than in the year before, and "
        f"{formats.number(row.none_further)} have not been recorded for any offence since. This is before against "
        "during: it would look much the same without any effect.",
    )


def time_to(source: Source) -> Content:
    """Kaplan-Meier: the share not having reoffended, by day at liberty."""
    rows = source.models.load(Survival)
    columns = (
        COHORT,
        Column("day", "Day at liberty", Kind.COUNT),
        Column("estimate", "Share not reoffended", Kind.THREE),
        Column("ci_low", "95 % interval from", Kind.THREE),
        Column("ci_high", "to", Kind.THREE),
        Column("at_risk", "Still followed", Kind.COUNT),
    )
    marks = tuple(row for row in rows if row.day in {30, 91, 182, _YEAR_DAYS, 730})
    table = table_of(
        "time_to_reoffending",
        "Time to the first offence, at set days",
        columns,
        marks,
        empty="Nobody is followed.",
        limit=10,
    )
    chart = _survival_chart(source, rows)
    said = (
        "Days count from the first day at liberty after adoption. People leave the count when the time they are "
        "known for ends, not when they reoffend. There is no comparison group here."
    )
    return Content((said,) if rows else (), (), (table,), charts=(chart,) if chart else ())


def _survival_chart(source: Source, rows: Sequence[Survival]) -> Chart | None:
    sizes = {row.cohort: row.at_risk or 0 for row in rows if row.day == 0}
    fit = [code for code, size in sizes.items() if size >= formats.MIN_BASE and code != ALL]
    largest = sorted(fit, key=lambda code: (-sizes[code], code))[:_CURVES]
    codes = [ALL, *largest] if sizes.get(ALL, 0) >= formats.MIN_BASE else largest
    if not codes:
        return None
    groups = [
        (
            short_cohort(code),
            [
                SurvivalPoint(row.day, row.estimate, row.ci_low, row.ci_high, row.at_risk or 0)
                for row in rows
                # A week is finer than the eye; the model and its CSV have every day.
                if row.cohort == code and row.estimate is not None and row.day % 7 == 0
            ],
        )
        for code in codes
    ]
    half = {name: next((p.day for p in points if p.share <= 0.5), None) for name, points in groups}
    first = groups[0]
    said = "; ".join(
        f"{name}: day {day}" if day is not None else f"{name}: not within a year"
        for name, day in half.items()
    )
    day = half[first[0]]
    title = (
        f"Half of {first[0]} have reoffended by day {day}"
        if day is not None and day <= _YEAR_DAYS
        else f"More than half of {first[0]} have not reoffended within a year"
    )
    alt = f"Kaplan-Meier curves of {formats.join_words([name for name, _ in groups])}. Half have reoffended by: {said}."
    subtitle = (
        "Share not reoffended by day at liberty since adoption, 95 % intervals shaded, still followed beneath"
    )
    return survival(
        "survival",
        about(source, title, subtitle, alt),
        groups,
        last_day=_YEAR_DAYS - 1,
        share="Share not reoffended",
    )


def fixed_and_dynamic(source: Source) -> Content:
    """The cohort as it was at the start against the cohort as it is day by day."""
    rows = source.models.load(Quarter)
    columns = (
        Column("quarter", "Quarter", Kind.SHORT),
        COHORT,
        Column("view", "Cohort taken as"),
        Column("nominals", "People", Kind.COUNT),
        Column("at_risk_days", "Days at liberty", Kind.COUNT),
        Column("offences", "Offences", Kind.COUNT),
        Column("offences_per_year_at_risk", "Offences a person a year at liberty", Kind.TWO),
        Column("is_complete", "Complete", Kind.FLAG, missing="not known"),
    )
    complete = [row for row in rows if row.cohort == ALL and row.is_complete]
    folded = (
        table_of(
            "fixed_and_dynamic",
            "Every quarter and cohort",
            columns,
            rows,
            empty="Nobody has been managed.",
            limit=24,
        ),
    )
    said = (
        "Fixed: who was managed at the start of the quarter, whatever became of them. Dynamic: who was managed on the "
        "day. The fixed view cannot be improved by taking people off; the dynamic one shows the work of the day."
    )
    charts = (_two_views(source, complete[2 * _QUARTERS - 1 :: -1]),) if complete else ()
    return Content((said,) if rows else (), (), folded, charts=charts)


def _two_views(source: Source, rows: Sequence[Quarter]) -> Chart:
    series = [
        Series(
            f"{view} cohort",
            tuple(
                Point(_start(row.quarter), row.offences_per_year_at_risk) for row in rows if row.view == view
            ),
        )
        for view in ("fixed", "dynamic")
    ]
    last = {row.view: row.offences_per_year_at_risk for row in rows}
    said = [f"{view} {formats.number(last.get(view), 2)}" for view in ("fixed", "dynamic")]
    title = f"Latest complete quarter: {formats.join_words(said)} offences a person a year"
    alt = (
        f"Two lines from {rows[0].quarter} to {rows[-1].quarter}, cohort fixed at the start of the quarter and cohort "
        f"day by day; in the latest complete quarter {formats.join_words(said)} offences a person a year at liberty."
    )
    period = f"{rows[0].quarter} to {rows[-1].quarter}"
    subtitle = f"Recorded offences a person a year at liberty, everybody managed, {period}"
    measure = Column("offences_per_year_at_risk", "Offences a person a year", Kind.TWO)
    return lines("two_views", about(source, title, subtitle, alt), series, _QUARTER, measure)


def after_intervention(source: Source) -> Content:
    """Reoffending after an intervention is completed, beside as many months before."""
    rows = without_small_bases(
        source.models.load(AfterIntervention), "n", "rate_pct", "ci_low_pct", "ci_high_pct", "rate_before_pct"
    )
    names = {row.intervention: row.title or row.intervention for row in source.models.load(Intervention)}
    columns = (
        Column("intervention", "Intervention", words=names),
        Column("months", "Followed", Kind.COUNT, "months"),
        Column("n", "Completed", Kind.COUNT),
        Column("reoffended", "Reoffended after", Kind.COUNT),
        Column("rate_pct", "Share", Kind.ONE, "%", missing=SMALL_BASE),
        Column("ci_low_pct", "95 % interval from", Kind.ONE, "%", missing=SMALL_BASE),
        Column("ci_high_pct", "to", Kind.ONE, "%", missing=SMALL_BASE),
        Column("offended_before", "Offended before", Kind.COUNT),
        Column("rate_before_pct", "Share before", Kind.ONE, "%", missing=SMALL_BASE),
    )
    empty = "No completed intervention has been followed long enough."
    table = table_of("after_intervention", "After every intervention", columns, rows, empty=empty, limit=20)
    six = [row for row in rows if row.months == _MONTHS and row.rate_pct is not None][:_SHOWN_INTERVENTIONS]
    said = (
        "Interventions are given to different people at different times, so one with a lower figure is not thereby the "
        "better one; and the months before a completed intervention are bad months for most. Where the base is under "
        f"{formats.MIN_BASE}, only counts are given."
    )
    chart = (_after_chart(source, six, names),) if six else ()
    return Content((said,) if rows else (), () if six else (table,), (table,) if six else (), charts=chart)


def _after_chart(source: Source, rows: Sequence[AfterIntervention], names: dict[str, str]) -> Chart:
    shown = [
        Interval(
            names.get(row.intervention, row.intervention),
            row.rate_pct,
            row.ci_low_pct,
            row.ci_high_pct,
            row.n,
            f"of {row.n}",
        )
        for row in rows
    ]
    low, high = min(row.rate_pct or 0 for row in rows), max(row.rate_pct or 0 for row in rows)
    overlap = max(row.ci_low_pct or 0 for row in rows) <= min(row.ci_high_pct or 100 for row in rows)
    title = (
        "All intervals overlap: no intervention stands out"
        if overlap
        else f"Between {formats.number(low)} and {formats.number(high)} % reoffend within {_MONTHS} months"
    )
    alt = (
        f"Bars with 95 per cent intervals of the {len(rows)} most used interventions: between {formats.number(low, 1)} "
        f"and {formats.number(high, 1)} per cent reoffended within {_MONTHS} months."
    )
    subtitle = f"Share recorded for an offence within {_MONTHS} months of completion, Wilson intervals, most used first"
    measure = Column("rate_pct", "Reoffended", Kind.ONE, "%")
    return bars(
        "after_intervention_rate",
        about(source, title, subtitle, alt),
        shown,
        measure,
        group=Column("intervention", "Intervention"),
    )
