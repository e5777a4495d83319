"""The figures month by month, and this month beside the last and the same a year ago; with their guards."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from reports.board import says
from reports.board.measures import FEWEST_MONTHS, MEASURES, Measure
from reports.board.rows import Models, Record, Records, number, table
from reports.disclosure.guard import Count, Guard, Guarded
from reports.disclosure.profiles import WITHHELD
from reports.disclosure.series import rounded_limits
from reports.tables import Column, Kind, Value


def _known(records: Records) -> list[Record]:
    """Keep the metrics that the pack knows, in its order."""
    place = {metric: index for index, metric in enumerate(MEASURES)}
    known = [record for record in records if record["metric"] in place]
    return sorted(known, key=lambda record: place[str(record["metric"])])


_HIDDEN = Kind.COUNT
_MONTH = Column("month_end", "Month to", Kind.DATE)
_METRIC = Column("metric", "Measure", words={key: one.label for key, one in MEASURES.items()})
_UNIT = Column("unit", "Unit")
_TREND_PLACES = {key: one.places for key, one in MEASURES.items()}
_LIMIT_PLACES = {key: one.limit_places for key, one in MEASURES.items()}
_LIMITS = ("mean_value", "lower_limit", "upper_limit")


def _prepared(models: Models, threshold: int) -> list[Record]:
    """Return the rows of the known metrics, with limits that are fit to stand beside withheld months."""
    found: list[Record] = []
    known = _known(models["rpt_board__trends"])
    for metric, measure in MEASURES.items():
        rows = [record for record in known if record["metric"] == metric]
        limits = _limits(rows, measure, threshold)
        is_judged = len(rows) >= FEWEST_MONTHS
        found.extend(
            {
                **record,
                **limits,
                "lower_limit": _not_below_zero(limits.get("lower_limit", record["lower_limit"])),
                "unit": measure.unit,
                "n": record["n"] if measure.has_people else None,
                "is_signal": record["is_signal"] if is_judged else None,
            }
            for record in rows
        )
    return found


def _not_below_zero(limit: Value) -> Value:
    """Return a lower limit that the measure can have: none of them falls below nothing, though its formula may."""
    return max(limit, 0) if isinstance(limit, int | float | Decimal) else limit


def _limits(rows: Records, measure: Measure, threshold: int) -> dict[str, Value]:
    """Return what is to stand in place of the limits; nothing where they may stand as they are."""
    if len(rows) < FEWEST_MONTHS:
        return dict.fromkeys(_LIMITS)
    hidden = [place for place, row in enumerate(rows) if number(row["events"], threshold) < threshold]
    if not hidden:
        return {}
    spread = number(rows[0]["mean_moving_range"], 0)
    if not measure.is_count or not spread:
        return dict.fromkeys(_LIMITS, WITHHELD)
    factor = (number(rows[0]["upper_limit"], 0) - number(rows[0]["mean_value"], 0)) / spread
    found = rounded_limits([number(row["value"], 0) for row in rows], hidden, threshold, factor)
    return dict(zip(_LIMITS, found, strict=True)) if found else dict.fromkeys(_LIMITS, WITHHELD)


def trends(models: Models, threshold: int) -> Guarded:
    """Every measure, month by month."""
    records = _prepared(models, threshold)
    columns = (
        _METRIC,
        _MONTH,
        _UNIT,
        Column("value", "Figure", Kind.TWO),
        Column("mean_value", "Mean", Kind.ONE),
        Column("lower_limit", "Lower limit", Kind.ONE),
        Column("upper_limit", "Upper limit", Kind.ONE),
        Column("is_signal", "Signal", Kind.FLAG, missing="not judged"),
        Column("n", "People managed", _HIDDEN),
        Column("events", "Counted", _HIDDEN),
    )
    guard = Guard(
        keys=("metric", "month_end"),
        counts=(
            Count("events", ("value", "is_signal"), is_published=False, is_total=True),
            Count("n", ("value", "is_signal"), is_published=False, is_total=True),
        ),
        plain=("unit", *_LIMITS),
        places={"value": _TREND_PLACES} | dict.fromkeys(_LIMITS, _LIMIT_PLACES),
    )
    return Guarded(
        table("board_trends", "The figures month by month", columns, records, says.NO_MONTH), guard
    )


def this_month(models: Models, threshold: int) -> Guarded:
    """The last month of every measure beside the one before and the same a year ago."""
    prepared = _prepared(models, threshold)
    by_month = {(record["metric"], str(record["month_end"])[:7]): record for record in prepared}
    records = [
        {
            **record,
            "events_before": _back(by_month, record, 1).get("events"),
            "events_year_ago": _back(by_month, record, 12).get("events"),
        }
        for record in _of_last_month(prepared, by_month)
    ]
    columns = (
        _METRIC,
        _UNIT,
        _MONTH,
        Column("value", "This month", Kind.TWO, missing=says.NOT_KNOWN),
        Column("previous_value", "Month before", Kind.TWO, missing="none"),
        Column("change_on_previous", "Change", Kind.TWO, missing="none"),
        Column("year_ago_value", "A year ago", Kind.TWO, missing="none"),
        Column("change_on_year_ago", "Change on a year", Kind.TWO, missing="none"),
        Column("lower_limit", "Usual range", Kind.ONE, missing="too few months"),
        Column("upper_limit", "to", Kind.ONE, missing="too few months"),
        Column("is_signal", "Outside it", Kind.FLAG, missing="not judged"),
        Column("n", "People managed", _HIDDEN),
        Column("events", "Counted", _HIDDEN),
        Column("events_before", "Counted the month before", _HIDDEN),
        Column("events_year_ago", "Counted a year ago", _HIDDEN),
    )
    changes = ("change_on_previous", "change_on_year_ago")
    guard = Guard(
        keys=("metric",),
        counts=(
            Count("events", ("value", "is_signal", *changes), is_published=False, is_total=True),
            Count("n", ("value", "is_signal", *changes), is_published=False, is_total=True),
            Count("events_before", ("previous_value", changes[0]), is_published=False, is_total=True),
            Count("events_year_ago", ("year_ago_value", changes[1]), is_published=False, is_total=True),
        ),
        plain=("unit", "month_end", "lower_limit", "upper_limit"),
        places=dict.fromkeys(("value", "previous_value", "year_ago_value", *changes), _TREND_PLACES)
        | dict.fromkeys(("lower_limit", "upper_limit"), _LIMIT_PLACES),
    )
    caption = "This month, the month before and a year ago"
    return Guarded(table("board_this_month", caption, columns, records, says.NO_LAST_MONTH), guard)


_Months = Mapping[tuple[Value, str], Record]


def _of_last_month(prepared: Records, by_month: _Months) -> list[Record]:
    """Return a record of the last whole month for every measure; where nothing is known of it, one that says so.

    A figure of May does not become one of August because nothing came since.
    """
    latest = {record["metric"]: record for record in prepared if record["is_latest"]}
    if not latest:
        return []
    month = next(iter(latest.values()))["month_end"]
    last_known = {record["metric"]: record for record in prepared}
    unknown = dict.fromkeys(("value", "n", "events", "is_signal", "change_on_previous", "change_on_year_ago"))
    return [
        latest.get(metric) or _with_earlier({**record, **unknown, "month_end": month}, by_month)
        for metric, record in last_known.items()
    ]


def _with_earlier(record: Record, by_month: _Months) -> Record:
    """Put the month before and the same a year before into a record whose own month is not known."""
    earlier = {"previous_value": 1, "year_ago_value": 12}
    return {**record, **{key: _back(by_month, record, back).get("value") for key, back in earlier.items()}}


def _back(by_month: _Months, record: Record, back: int) -> Record:
    """Return the record of so many months before; an empty one where there is none."""
    year, month = (int(part) for part in str(record["month_end"]).split("-")[:2])
    number = year * 12 + month - 1 - back
    return by_month.get((record["metric"], f"{number // 12:04d}-{number % 12 + 1:02d}"), {})
