"""Who carries how much: caseload, workload by scheme, training, the register."""

from __future__ import annotations

from collections.abc import Sequence

from reports import formats
from reports.charts.chart import Chart
from reports.charts.comparisons import Interval, Reference, bars
from reports.charts.funnels import FunnelPoint, funnel, is_beyond
from reports.performance.unit_rows import Caseload, Training, Visor, Workload
from reports.performance.words import MANAGER, SMALL_BASE, about, total
from reports.sections import Content, Source
from reports.tables import Column, Kind, Row, Table, table_of, without_small_bases

_RECORDS = "IDIOM and ViSOR"
HIGH_RISK_SHARE = 0.3
"""The share of high-risk people above which a manager is flagged; the model holds the flag itself."""


def now(source: Source) -> tuple[Caseload, ...]:
    """Return the caseloads of today, the fullest first."""
    return tuple(row for row in source.models.load(Caseload) if row.census_date == source.context.as_at)


def caseload(source: Source) -> Content:
    """Everybody's caseload against what the post may hold, and the share at high risk."""
    rows = now(source)
    columns = (
        MANAGER,
        Column("offenders_managed", "People", Kind.COUNT),
        Column("max_caseload", "Post may hold", Kind.COUNT),
        Column("is_over_capacity", "Over", Kind.FLAG, missing="not known"),
        Column("high_risk_managed", "High or very high risk", Kind.COUNT),
        Column("high_risk_pct", "Share of them", Kind.ONE, "%", missing=SMALL_BASE),
        Column("is_over_30_pct_high_risk", "Over 30 %", Kind.FLAG, missing="not known"),
    )
    history = (
        Column("census_date", "Counted on", Kind.DATE),
        *columns,
        Column("source", "Counted from", Kind.CODE),
    )
    shown = without_small_bases(rows, "offenders_managed", "high_risk_pct")
    everything = without_small_bases(source.models.load(Caseload), "offenders_managed", "high_risk_pct")
    tables = (
        table_of(
            "caseload", "Caseload by manager", columns, shown, empty="No manager holds anybody at this date."
        ),
    )
    folded = (table_of("caseload_history", "Earlier counts of caseloads", history, everything, limit=30),)
    if not rows:
        return Content((), tables, folded)
    return Content((_caseload_said(rows),), tables, folded, charts=tuple(_caseload_charts(source, rows)))


def _caseload_said(rows: tuple[Caseload, ...]) -> str:
    over = [row.manager_id for row in rows if row.is_over_capacity]
    risky = [row.manager_id for row in rows if row.is_over_30_pct_high_risk]
    people = total(row.offenders_managed for row in rows)
    return (
        f"{formats.plural(len(rows), 'manager holds', 'managers hold')} {formats.number(people)} cases at this "
        f"date; somebody with two managers counts for both. Over what the post may hold: "
        f"{formats.join_words(over) or 'nobody'}. Over 30 % at high or very high risk: "
        f"{formats.join_words(risky) or 'nobody'}. People whose risk is not known stay in the base."
    )


def _caseload_charts(source: Source, rows: tuple[Caseload, ...]) -> list[Chart]:
    most = max(rows, key=lambda row: row.offenders_managed or 0)
    limits = {row.max_caseload for row in rows if row.max_caseload}
    limit = limits.pop() if len(limits) == 1 else None
    over = sum(row.is_over_capacity is True for row in rows)
    title = (
        f"{formats.plural(over, 'manager is', 'managers are')} over what the post may hold"
        if over
        else "No manager holds more people than the post may"
    )
    alt = (
        f"Bars of {formats.plural(len(rows), 'manager', 'managers')}: the fullest caseload is "
        f"{formats.number(most.offenders_managed)} ({most.manager_id}), "
        f"the least {formats.number(min(row.offenders_managed or 0 for row in rows))}"
        + (f"; the line stands at {limit}." if limit else ".")
    )
    found = [
        bars(
            "caseload_people",
            about(
                source, title, "People by manager at this date, open spells and registrations", alt, _RECORDS
            ),
            [Interval(row.manager_id, row.offenders_managed) for row in rows],
            Column("offenders_managed", "People", Kind.COUNT),
            group=MANAGER,
            reference=Reference(float(limit), f"post may hold {limit}") if limit else None,
        )
    ]
    points = _points(rows)
    if any(point.n >= formats.MIN_BASE for point in points):
        found.append(_risk_funnel(source, points))
    return found


def _points(rows: Sequence[Caseload]) -> list[FunnelPoint]:
    return [
        FunnelPoint(row.manager_id, row.offenders_managed, row.high_risk_managed)
        for row in rows
        if row.offenders_managed and row.high_risk_managed is not None
    ]


def beyond_chance(rows: Sequence[Caseload]) -> list[str]:
    """Return the managers whose share at high risk is over 30 % by more than chance would have it."""
    return [point.label for point in _points(rows) if is_beyond(HIGH_RISK_SHARE, point)]


def _risk_funnel(source: Source, points: list[FunnelPoint]) -> Chart:
    over = sum(point.count > HIGH_RISK_SHARE * point.n for point in points)
    beyond = [point.label for point in points if is_beyond(HIGH_RISK_SHARE, point)]
    title = (
        f"{over} of {formats.plural(len(points), 'manager is', 'managers are')} over 30 % at high risk, "
        f"{formats.join_words(beyond) or 'none'} by more than chance"
    )
    alt = (
        f"Funnel plot of the share at high or very high risk against caseload. {over} of {len(points)} "
        "managers lie above the line at 30 per cent; the dashed limits are 95 per cent, the dotted 99.8."
    )
    words = about(
        source, title, "Share of each manager's people at high or very high risk, at this date", alt, _RECORDS
    )
    base = Column("n", "Caseload", Kind.COUNT)
    return funnel(
        "caseload_risk", words, points, Reference(HIGH_RISK_SHARE, "30 %"), group=MANAGER, base=base
    )


def workload(source: Source) -> Content:
    """People to a manager by scheme, and who is trained."""
    rows = source.models.load(Workload)
    columns = (
        Column("scheme", "Scheme"),
        Column("people", "People", Kind.COUNT),
        Column("managers", "Managers", Kind.COUNT),
        Column("people_per_manager", "People to a manager", Kind.ONE),
        Column("trained_managers", "Trained managers", Kind.COUNT),
        Column("people_per_trained_manager", "People to a trained manager", Kind.ONE, missing="none trained"),
    )
    table = table_of("workload", "Workload by scheme", columns, rows, empty="No scheme has an open spell.")
    return Content(_training_said(source), (table, _training(source)))


def _training_said(source: Source) -> tuple[str, ...]:
    found = source.models.load(Training)
    if not found or not found[0].managers:
        return ()
    row = found[0]
    said = (
        f"{formats.number(row.trained)} of {formats.plural(row.managers or 0, 'manager', 'managers')} in post are "
        "trained to manage sexual and violent offenders"
    )
    before = (
        f"; before the unit was set up on {formats.day(row.set_up_date)}, {formats.number(row.trained_before)} of "
        f"{formats.number(row.managers_before)} were"
        if row.managers_before
        else ""
    )
    return (f"{said}{before}.",)


def _training(source: Source) -> Table:
    columns = (
        Column("when", "When"),
        Column("managers", "Managers in post", Kind.COUNT),
        Column("trained", "Trained", Kind.COUNT),
    )
    rows: tuple[Row, ...] = tuple(
        pair
        for row in source.models.load(Training)
        for pair in (
            (
                f"before {formats.day(row.set_up_date, 'the unit was set up')}",
                row.managers_before,
                row.trained_before,
            ),
            (f"at {formats.day(source.context.as_at)}", row.managers, row.trained),
        )
    )
    return Table("training", "Managers trained", columns, rows, "No manager is in post.")


def visor(source: Source) -> Content:
    """The register: what is overdue, how it grows, who carries it."""
    rows = source.models.load(Visor)
    is_staff_known = source.context.came("idiom")
    shown = without_small_bases(rows, "registrations_before", "growth_pct")
    columns = (
        Column("division", "Division"),
        Column("registrations", "Registrations", Kind.COUNT),
        Column("registrations_before", "A year before", Kind.COUNT),
        Column("growth_pct", "Growth", Kind.ONE, "%", missing=SMALL_BASE),
        Column("arms_overdue", "ARMS overdue", Kind.COUNT),
        Column("visits_overdue", "Visits overdue", Kind.COUNT),
        Column("trained_managers", "Trained managers", Kind.COUNT),
        Column(
            "per_trained_manager",
            "To a trained manager",
            Kind.ONE,
            "registrations",
            missing="none trained" if is_staff_known else formats.MISSING,
        ),
    )
    levels = (
        columns[0],
        *(Column(f"arms_{level}", f"ARMS {level.replace('_', ' ')}", Kind.COUNT) for level in _ARMS),
        *(Column(f"level_{level}", f"MAPPA level {level}", Kind.COUNT) for level in (1, 2, 3)),
    )
    empty = "Nobody is registered at this date."
    counts = tuple(
        total(getattr(row, key) for row in rows)
        for key in (
            "registrations",
            "registrations_before",
            "arms_overdue",
            "visits_overdue",
            "trained_managers",
        )
    )
    trained = counts[4] if is_staff_known else None
    everything: Row = ("All divisions", *counts[:2], "not summed", *counts[2:4], trained, "not summed")
    table = table_of("visor", "The register by division", columns, shown, empty=empty)
    folded = (table_of("visor_levels", "Risk and MAPPA level by division", levels, rows, empty=empty),)
    if not rows:
        return Content((), (table,), folded)
    said = (
        f"{formats.plural(counts[0], 'person is', 'people are')} registered, {formats.number(counts[1])} a year "
        f"before. {formats.plural(counts[2], 'assessment (ARMS) is', 'assessments (ARMS) are')} overdue by the six "
        f"weeks after release or registration, and {formats.plural(counts[3], 'visit is', 'visits are')} overdue."
    )
    total_row = Table(table.name, table.caption, columns, table.rows, empty, total=everything)
    return Content((said,), (total_row,), folded)


_ARMS = ("very_high", "high", "medium", "low", "unknown")
