"""The charts of the pack, drawn from the tables as they are published: what is withheld there is a gap here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from reports import formats
from reports.board import says
from reports.board.measures import MEASURES
from reports.charts.changes import Change, Step, slope, waterfall
from reports.charts.chart import About, Chart
from reports.charts.comparisons import Interval, Reference, forest
from reports.charts.trends import RunPoint, run_chart
from reports.tables import Column, Kind, Table, Value

DRAWN = (
    "managed_people",
    "offences_per_managed_person_year",
    "harm_days_per_managed_person_year",
    "new_high_harm_entrants",
)
"""Measures that have a chart; the others are in the table."""

Records = list[Mapping[str, Value]]


def records(table: Table) -> Records:
    """Return the rows of a table by column."""
    names = [column.key for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def number(value: Value) -> float | None:
    """Return a published number; nothing where shorthand stands."""
    if isinstance(value, bool | str | date) or value is None:
        return None
    return float(value)


class Drawer:
    """Makes the charts of one pack; ``source`` is the line under each."""

    def __init__(self, tables: Mapping[str, Table], source: str) -> None:
        self._rows = {name: records(table) for name, table in tables.items()}
        self._source = source

    def run_charts(self) -> list[Chart]:
        """Return the run charts of the measures that have one."""
        return [chart for key in DRAWN if (chart := self._run_chart(key)) is not None]

    def _run_chart(self, key: str) -> Chart | None:
        measure = MEASURES[key]
        rows = [row for row in self._rows["board_trends"] if row["metric"] == key]
        points = [
            RunPoint(
                row["month_end"],  # type: ignore[arg-type]
                number(row["value"]),
                number(row["mean_value"]),
                number(row["lower_limit"]),
                number(row["upper_limit"]),
                row["is_signal"] if isinstance(row["is_signal"], bool) else None,
            )
            for row in rows
        ]
        if sum(point.value is not None for point in points) < 2:
            return None
        last = points[-1]
        where = _where(last)
        gaps = sum(point.value is None for point in points)
        kind = {0: Kind.COUNT, 1: Kind.ONE, 2: Kind.TWO}[max(measure.places, 0)]
        shown = formats.number(last.value, max(measure.places, 0)) if last.value is not None else "withheld"
        about = About(
            f"{formats.capital(measure.said)} {where}",
            f"{measure.label}, {measure.unit}; all managed people, month by month",
            self._source,
            f"Run chart of {measure.said} over {len(points)} months to {formats.day(last.period)}. The last value is "
            f"{shown}; it {where}, which runs from {_said(last.lower)} to {_said(last.upper)}."
            + (f" {gaps} months are withheld or missing." if gaps else ""),
        )
        return run_chart(f"board_{key}", about, points, Column("value", measure.label, kind))

    def methods_chart(self) -> Chart | None:
        """Return the four methods side by side; those without a comparison in grey."""
        rows = [row for row in self._rows["board_methods"] if row["outcome"] == "offences"]
        drawn = [
            Interval(
                says.METHOD[str(row["method"])],
                number(row["rate_ratio"]),
                number(row["ci_low"]),
                number(row["ci_high"]),
                int(n) if (n := number(row["n"])) is not None else None,
                str(row["verdict"]),
                is_context=row["method"] not in says.HONEST,
            )
            for row in rows
        ]
        if not any(one.value is not None for one in drawn):
            return None
        said = [
            f"{formats.capital(one.label)}: {_said(one.value, 2)}, interval {_said(one.low, 2)} to "
            f"{_said(one.high, 2)}."
            for one in drawn
        ]
        about = About(
            "Bare before and after shows far larger falls than an honest comparison"
            if _is_larger(drawn)
            else "Four methods compared: only those with a comparison may lead",
            "Rate of offending during management, as a ratio; whole period, recorded offences; interval",
            self._source,
            "Forest plot of four methods. " + " ".join(said),
        )
        return forest(
            "board_methods_chart",
            about,
            drawn,
            Column("rate_ratio", "Rate ratio", Kind.TWO),
            group=Column("method", "Method"),
            reference=Reference(1.0, "no difference"),
        )

    def slope_chart(self) -> Chart | None:
        """Return the managed beside their comparison, before and during."""
        row = next((row for row in self._rows["board_cohorts"] if row["cohort"] == "all"), None)
        if row is None:
            return None
        keys = ("rate_pre", "rate_during", "comparison_rate_pre", "comparison_rate_during")
        before, during, other_before, other_during = (number(row[key]) for key in keys)
        if before is None or during is None or other_before is None or other_during is None:
            return None
        if _mostly(before, during, other_before, other_during):
            title = "Most of the fall would have come anyway"
        elif during < before:
            title = "Comparable people changed much less than managed people"
        else:
            title = "Offending of managed people did not fall"
        about = About(
            title,
            "Offences a person a year at liberty, matched people and their comparison, before and during management",
            self._source,
            f"Slope chart. Managed people went from {_said(before, 1)} to {_said(during, 1)} offences a year, "
            f"comparable people who were not managed from {_said(other_before, 1)} to {_said(other_during, 1)}.",
        )
        changes = (
            Change("managed", before, during),
            Change("comparable, not managed", other_before, other_during, is_comparison=True),
        )
        measure = Column("rate", "Offences", Kind.ONE, "a year")
        return slope("board_slope", about, changes, measure, ends=("before", "during"))

    def cost_chart(self) -> Chart | None:
        """Return what is estimated to be avoided, less what management costs."""
        row = next((row for row in self._rows["board_cost"] if row["scheme"] == "all"), None)
        if row is None:
            return None
        avoided = number(row["value_of_offences_gbp"])
        running = number(row["running_cost_gbp_year"])
        net = number(row["net_gbp"])
        ends = (number(row["net_low_gbp"]), number(row["net_high_gbp"]))
        if avoided is None or running is None or net is None or None in ends:
            return None
        steps = (
            Step("cost of offending avoided, central estimate", avoided, is_total=True),
            Step("running cost of management", -running),
            Step("difference", avoided - running, is_total=True),
        )
        sure = {
            "more than it costs": "Management is estimated to avoid more than it costs",
            "less than it costs": "Management is estimated to avoid less than it costs",
        }
        about = About(
            sure.get(str(row["verdict"]), "We cannot tell whether management avoids more than it costs"),
            "Estimated economic and social cost, pounds a year, all schemes together; the range"
            f"{' and what has no unit cost are' if number(row['unpriced_pct']) else ' is'} in the table",
            self._source,
            f"Waterfall. Cost of offending estimated to be avoided: {_said(avoided)} pounds a year, range "
            f"{_said(number(row['value_of_offences_low_gbp']))} to {_said(number(row['value_of_offences_high_gbp']))}. "
            f"Running cost: {_said(running)}. Difference: {_said(avoided - running)}.",
        )
        return waterfall("board_cost_chart", about, steps, Column("gbp", "\u00a3 a year", Kind.COUNT))


def _said(value: float | None, places: int = 0) -> str:
    return formats.number(value, places, "not given")


def _where(point: RunPoint) -> str:
    if point.value is None or point.lower is None or point.upper is None:
        return "is not judged against a usual range"
    if point.is_signal:
        return "is above its usual range" if point.value > point.upper else "is below its usual range"
    return "is within its usual range"


def _is_larger(drawn: list[Interval]) -> bool:
    """Whether the bare figures promise more than the first honest one."""
    honest: Any = next((one.value for one in drawn if not one.is_context), None)
    bare = [one.value for one in drawn if one.is_context and one.value is not None]
    return honest is not None and bool(bare) and max(bare) < honest


def _mostly(before: float, during: float, other_before: float, other_during: float) -> bool:
    """Whether the comparison's change is at least half of the managed people's, in proportion."""
    if not (before > during and other_before > 0):
        return False
    return (1 - other_during / other_before) >= 0.5 * (1 - during / before)
