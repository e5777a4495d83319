"""Section on equality: who gets from stage to stage of selection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from reports import formats, words
from reports.algorithm.rows import SELECTION_SOURCE, EqualityStage, latest, parameter
from reports.charts.chart import About, Chart
from reports.charts.comparisons import Interval, Reference, forest
from reports.sections import Content, Source
from reports.tables import Column, Kind, Row, Table, Value

_CHARACTERISTIC = {
    "sex": "sex",
    "age_band": "age",
    "ethnic_group": "ethnic group",
    "ethnicity": "ethnicity (16+1)",
}
_STAGE = {
    "scored": "ranked",
    "top_n": "in the top of the list",
    "considered": "considered",
    "adopted": "adopted",
    "deselected": "de-selected",
}
NO_RATIO = Column("no_ratio", "Why no ratio", missing=" ")
"""A column of its own, so that the ratio stays a number in the CSV."""


def stage_rows(
    columns: Sequence[Column],
    rows: Sequence[EqualityStage],
    every: Sequence[EqualityStage],
    least: float | None,
) -> tuple[Row, ...]:
    """Return the rows of a table of stages; where there is no ratio, the column :data:`NO_RATIO` says why.

    Args:
        columns: The columns, fields of the rows and :data:`NO_RATIO`.
        rows: What the table shows.
        every: All groups of one list: those whom a group is compared with are among them.
        least: The fewest people of a stage before, on either side, for whom there is a ratio.
    """
    went_on: Counter[tuple[str, str]] = Counter()
    before: Counter[tuple[str, str]] = Counter()
    for row in every:
        went_on[row.stage, row.characteristic] += row.n
        before[row.stage, row.characteristic] += row.base_n or 0

    def why(row: EqualityStage) -> Value:
        if row.selection_ratio is not None:
            return None
        if row.base_n is None:
            return "first stage"
        others = before[row.stage, row.characteristic] - row.base_n
        if min(row.base_n, others) >= (least or 0) and went_on[row.stage, row.characteristic] == row.n:
            return "nobody of the others went on"
        return f"not shown (fewer than {formats.number(least)})"

    return tuple(
        tuple(why(row) if column is NO_RATIO else getattr(row, column.key) for column in columns)
        for row in rows
    )


def section(source: Source) -> Content:
    """Show who gets from stage to stage, by sex, age and ethnic group."""
    last = latest(row.run_date for row in source.models.load(EqualityStage))
    rows = [row for row in source.models.load(EqualityStage) if row.run_date == last]
    least = parameter(source.models, "equality_minimum_n")
    order = [key for key in _CHARACTERISTIC if key != "ethnicity"]
    shown = [row for row in rows if row.characteristic in order]
    columns = (
        Column("stage", "Stage", words=_STAGE),
        Column("characteristic", "Characteristic", words=_CHARACTERISTIC),
        Column("group", "Group", words=words.SEX),
        Column("n", "People", Kind.COUNT),
        Column("base_n", "of so many of the group", Kind.COUNT, missing="first stage"),
        Column("base_stage", "at the stage before", words=_STAGE, missing="first stage"),
        Column("selection_ratio", "Rate over that of all others", Kind.TWO, missing="none"),
        NO_RATIO,
        Column("ci_low", "95 % interval from", Kind.TWO, missing="none"),
        Column("ci_high", "to", Kind.TWO, missing="none"),
        Column("missing_share", "Group not known", Kind.THREE, "0 to 1"),
    )
    table = Table(
        "algorithm_equality",
        "Who gets from stage to stage",
        columns,
        stage_rows(columns, shown, rows, least),
        "No stage is recorded.",
    )
    said = (
        f"As at the list of {formats.day(last)}. " if last else "",
        "A ratio of 1 means that the group goes on as often as all others. A ratio away from 1 is a question, not "
        "an answer: groups differ in what they are recorded for, and recording is itself a decision.",
    )
    charts = [_chart(rows, key, formats.number(least)) for key in order]
    return Content(("".join(said),), (), (table,), charts=tuple(chart for chart in charts if chart))


def _chart(rows: Sequence[EqualityStage], characteristic: str, least: str) -> Chart | None:
    found = [
        row
        for row in rows
        if row.characteristic == characteristic and row.stage in {"top_n", "adopted"} and row.selection_ratio
    ]
    if not found:
        return None
    found.sort(key=lambda row: (list(_STAGE).index(row.stage), row.group))
    apart = sum(_is_apart(row) for row in found)
    name = _CHARACTERISTIC[characteristic]
    about = About(
        f"By {name}, {formats.number(apart)} of {formats.number(len(found))} intervals leave 1 out, each by itself",
        f"Rate of going on from the stage before over the rate of all others; by {name}, list of "
        f"{formats.day(found[0].run_date)}; groups of fewer than {least} are not shown. Which of so many are more than "
        "chance stands on the page Equality",
        SELECTION_SOURCE,
        f"Points with 95 % intervals on a ratio scale, one for each group by {name} and stage. "
        + " ".join(f"{_label(row)}: {formats.number(row.selection_ratio, 2)}." for row in found),
    )
    intervals = [
        Interval(_label(row), row.selection_ratio, row.ci_low, row.ci_high, row.base_n) for row in found
    ]
    return forest(
        f"algorithm_equality_{characteristic}",
        about,
        intervals,
        Column("selection_ratio", "Selection ratio", Kind.TWO),
        group=Column("group", "Group"),
        reference=Reference(1.0, "as all others"),
    )


def _is_apart(row: EqualityStage) -> bool:
    return row.ci_low is not None and row.ci_high is not None and not row.ci_low <= 1.0 <= row.ci_high


def _label(row: EqualityStage) -> str:
    return f"{words.SEX.get(row.group, row.group)}, {_STAGE[row.stage]}"
