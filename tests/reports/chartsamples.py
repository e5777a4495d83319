"""One chart of every builder from invented rows, for the tests that hold for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from reports.charts.changes import Change, Step, slope, waterfall
from reports.charts.chart import About, Chart
from reports.charts.comparisons import Interval, Reference, bars, forest
from reports.charts.concentration import Share, gains, lorenz
from reports.charts.flows import Flow, sankey
from reports.charts.funnels import FunnelPoint, funnel
from reports.charts.ranks import RankPoint, bump_chart
from reports.charts.survive import SurvivalPoint, survival
from reports.charts.trends import Point, RunPoint, Series, lines, run_chart
from reports.tables import Column, Kind

ABOUT = About(
    "More people are managed than in the month before",
    "People managed at the end of each month, invented force, 2025 to 2026",
    "Police records, invented",
    "Run chart of twelve months: the values lie between 94 and 112 about a mean of 100.",
)
MEASURE = Column("value", "People managed", Kind.ONE)
GROUP = Column("group", "Group")
MONTHS = tuple(date(2025, month, 28) for month in range(1, 13))


def _run_chart() -> Chart:
    values = (99.0, 101.5, 98.0, None, 103.0, 97.5, 100.0, 102.0, 96.0, 104.0, 101.0, 118.0)
    points = [
        RunPoint(day, value, 100.2, 90.1, 110.3, None if value is None else value > 110.3)
        for day, value in zip(MONTHS, values, strict=True)
    ]
    return run_chart("runs", ABOUT, points, MEASURE)


def _lines() -> Chart:
    series = [
        Series(
            name,
            tuple(Point(day, 10.5 + i * step, 9 + i * step, 13 + i * step) for i, day in enumerate(MONTHS)),
        )
        for name, step in (("North", 1.0), ("South", 0.25), ("East", 0.2))
    ]
    return lines(
        "over_time",
        ABOUT,
        series,
        Column("month", "Month", Kind.DATE),
        MEASURE,
        reference=15.0,
        reference_label="capacity",
    )


def _bars() -> Chart:
    rows = [
        Interval("Manager 1", 49.0, n=49),
        Interval("Manager 2", 52.0, 45.5, 58.0, 52, "over"),
        Interval("Nobody", None, n=0),
    ]
    return bars("bars", ABOUT, rows, MEASURE, group=GROUP, reference=Reference(50.0, "capacity 50"))


def _forest() -> Chart:
    rows = [
        Interval(
            "All managed, naive before and after", 0.46, 0.41, 0.52, 301, "not evidence", is_context=True
        ),
        Interval("All managed, against people like them", 0.93, 0.81, 1.07, 301, "inconclusive"),
        Interval("Female", None, n=7, note="too few"),
    ]
    return forest(
        "forest",
        ABOUT,
        rows,
        Column("rate_ratio", "Rate ratio", Kind.TWO),
        group=GROUP,
        reference=Reference(1.0, "no difference"),
    )


def _funnel() -> Chart:
    points = [
        FunnelPoint("M01", 41, 10),
        FunnelPoint("M02", 39, 29),
        FunnelPoint("M03", 12, 6),
        FunnelPoint("M04", 50, 15),
    ]
    return funnel(
        "funnel", ABOUT, points, Reference(0.3, "30 %"), group=GROUP, base=Column("n", "Caseload", Kind.COUNT)
    )


def _slope() -> Chart:
    changes = [
        Change("managed", 5.52, 2.56, 301),
        Change("people like them", 5.41, 2.9, 301, is_comparison=True),
    ]
    return slope(
        "slope", ABOUT, changes, Column("rate", "Offences a year", Kind.TWO), ends=("Before", "During")
    )


def _waterfall() -> Chart:
    steps = [
        Step("Before", 120.5, True),
        Step("Fewer burglaries", -45.0),
        Step("More assaults", 12.25),
        Step("During", 87.75, True),
    ]
    return waterfall("waterfall", ABOUT, steps, Column("gbp", "Cost", Kind.TWO, "£"))


def _curve(power: float) -> list[Share]:
    return [Share(float(pct), 100 * (pct / 100) ** power) for pct in range(0, 101, 5)]


def _lorenz() -> Chart:
    return lorenz("lorenz", ABOUT, [("2026", _curve(4.0))], people="People", amount="Harm")


def _gains() -> Chart:
    return gains(
        "gains",
        ABOUT,
        [("Algorithm", _curve(0.3)), ("Copas", _curve(0.45))],
        people="Ranked first",
        amount="Harm",
    )


def _sankey() -> Chart:
    flows = [
        Flow("MAPPA", "Heard", 40),
        Flow("Algorithm", "Heard", 120),
        Flow("Referral", "Heard", 0),
        Flow("Heard", "Adopted", 90),
        Flow("Heard", "Not adopted", 61),
        Flow("Heard", "Deferred", 9),
    ]
    return sankey("flows", ABOUT, flows, counted="People")


def _bump() -> Chart:
    points = [
        RankPoint(f"N{who}", day, (who * 3 + month * who) % 20 + 1)
        for who in range(1, 8)
        for month, day in enumerate(MONTHS)
    ]
    return bump_chart("ranks", ABOUT, points, highlighted=("N1", "N3"), line_at=20)


def _survival() -> Chart:
    groups = [
        (
            name,
            [
                SurvivalPoint(
                    day, 1 - day * slope, 1 - day * slope * 1.1, 1 - day * slope * 0.9, 300 - day // 2
                )
                for day in range(0, 361, 5)
            ],
        )
        for name, slope in (("managed", 0.0016), ("not managed", 0.002))
    ]
    return survival("survival", ABOUT, groups, last_day=360, share="Share not reoffended")


BUILDERS: Mapping[str, Callable[[], Chart]] = {
    "run_chart": _run_chart,
    "lines": _lines,
    "bars": _bars,
    "forest": _forest,
    "funnel": _funnel,
    "slope": _slope,
    "waterfall": _waterfall,
    "lorenz": _lorenz,
    "gains": _gains,
    "sankey": _sankey,
    "bump_chart": _bump,
    "survival": _survival,
}
