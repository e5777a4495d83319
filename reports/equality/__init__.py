"""equality.html: who gets from stage to stage, whether a rank means the same for each group, and what to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reports import formats, words
from reports.algorithm.equality import NO_RATIO, stage_rows
from reports.algorithm.rows import SELECTION_SOURCE, SOURCE, EqualityStage, parameter
from reports.charts.chart import About, Chart
from reports.charts.comparisons import Interval, Reference, forest
from reports.equality.rows import (
    CHARACTERISTIC,
    LATER,
    OUTCOME,
    STAGE,
    VERDICT,
    Calibration,
    Past,
    Question,
    named,
)
from reports.sections import Content, Heading, Page, Section, Source
from reports.tables import Column, Kind, Table, table_of

_LATEST = "run_date = (select max(run_date) from reporting.rpt_equality__stages)"
_CHART_ROWS = 12
_GROUP = Column("group", "Group", words=words.SEX)
_BY = Column("characteristic", "Characteristic", words=CHARACTERISTIC)
_STAGE = Column("stage", "Stage", words=STAGE)
_ENDS = (
    Column("ci_low", "95 % interval from", Kind.TWO, missing="none"),
    Column("ci_high", "to", Kind.TWO, missing="none"),
)
_NEXT = {
    "decisions": "people decided this: read the reasons given for those who were and were not {stage}",
    "method": "the ranking and what was recorded later disagree for this group: have the method looked at",
    "recording": "what was recorded later does not contradict the ranking: ask what is recorded, of whom and why",
    "open": "too few were followed to say whether the ranking or the record is behind it: look at the cases",
}


def _questions(source: Source) -> list[Question]:
    return [row for row in source.models.load(Question) if row.verdict == "question"]


def _judged(source: Source) -> int:
    return sum(row.verdict != "too_few" for row in source.models.load(Question))


def _heading(source: Source) -> Heading:
    questions, judged = _questions(source), _judged(source)
    as_at = formats.day(source.context.as_at)
    kicker = f"Equality monitoring \u00b7 {source.context.force_name} \u00b7 as at {as_at}"
    lede = (
        "Public sector equality duty (Equality Act 2010, section 149): have due regard, and show it. A ratio away from "
        "1 is a question, not an answer: groups differ in what they are recorded for, and recording is itself a "
        "decision. That nothing is found does not show that there is nothing: small groups hide large differences.",
    )
    if not judged:
        return Heading("No group is large enough to compare at this date", kicker, lede)
    of = f"{formats.number(len(questions))} of {formats.plural(judged, 'comparison', 'comparisons')}"
    are = "is" if len(questions) == 1 else "are"
    return Heading(
        f"{of} {are} more than chance and large enough to ask about", kicker, (*lede, _next(questions))
    )


def _next(questions: Sequence[Question]) -> str:
    """Say in a sentence what the lead should look at next."""
    if not questions:
        return "Next: no group stands out beyond chance; look at the groups too small to compare and at missing values."
    row = questions[0]
    said = _NEXT.get(row.look_at or "open", _NEXT["open"]).format(stage=STAGE[row.stage])
    who = f"{CHARACTERISTIC[row.characteristic]}: {named(row.group)}, {STAGE[row.stage]}"
    if not row.selection_ratio:
        counts = f"nobody, where {formats.number(row.expected_n)} were to be expected"
    else:
        counts = f"{formats.number(row.n)} of {formats.number(row.base_n)}, {formats.number(row.expected_n)} expected"
    return f"Next: {who} ({counts}); {said}."


def _ask(source: Source) -> Content:
    rows = source.models.load(Question)
    columns = (
        _BY,
        _GROUP,
        _STAGE,
        Column("n", "People", Kind.COUNT),
        Column("base_n", "of", Kind.COUNT),
        Column("expected_n", "Expected as all others", Kind.ONE, missing="not known"),
        Column("selection_ratio", "Rate over that of all others", Kind.TWO, missing="too few"),
        *_ENDS,
        Column("verdict", "Verdict", words=VERDICT),
        Column("later_offences", "Later offences", words=LATER, missing="not followed"),
    )
    table = table_of(
        "equality_questions",
        "Every group at every stage, latest list",
        columns,
        rows,
        empty="No list.",
        limit=15,
    )
    bar = formats.number(parameter(source.models, "equality_question_z"), 1)
    size = formats.number(parameter(source.models, "equality_question_ratio"), 2)
    said = (
        f"A question: {bar} standard errors or more from what was to be expected, and a ratio beyond {size} or its "
        f"inverse; the bar is high because {formats.number(_judged(source))} comparisons are made at once. To watch: "
        "beyond 1.96 standard errors. Fewer than five to be expected: too few, nothing is said. The stage before is "
        "everybody ranked for the top of the list and for being considered, those considered for adoption, and those "
        "adopted for de-selection."
    )
    told = [row for row in rows if row.verdict in {"question", "watch"}][:_CHART_ROWS]
    charts = tuple(chart for chart in [_asked_chart(told)] if chart)
    return Content((said,), (table,), charts=charts)


def _asked_chart(rows: Sequence[Question]) -> Chart | None:
    shown = [row for row in rows if row.selection_ratio and row.ci_low is not None]
    if not shown:
        return None
    labels = [f"{named(row.group)}, {STAGE[row.stage]}" for row in shown]
    said = zip(labels, shown, strict=True)
    asks = sum(row.verdict == "question" for row in shown)
    about = About(
        f"Differences large enough to ask about: {asks} of the {len(shown)} shown; the others may be chance",
        f"Rate of going on from the stage before over the rate of all others; list of {formats.day(shown[0].run_date)}",
        SELECTION_SOURCE,
        "Points with 95 % intervals on a ratio scale. "
        + " ".join(f"{label}: {formats.number(row.selection_ratio, 2)}." for label, row in said),
    )
    return forest(
        "equality_questions_chart",
        about,
        [
            Interval(label, row.selection_ratio, row.ci_low, row.ci_high, row.base_n, VERDICT[row.verdict])
            for label, row in zip(labels, shown, strict=True)
        ],
        Column("selection_ratio", "Selection ratio", Kind.TWO),
        group=Column("group", "Group and stage"),
        reference=Reference(1.0, "as all others"),
    )


def _calibration(source: Source) -> Content:
    rows = source.models.load(Calibration)
    columns = (
        Column("outcome", "Later", words=OUTCOME),
        _BY,
        _GROUP,
        Column("n", "People", Kind.COUNT),
        Column("without_like", "Left out, nobody like them", Kind.COUNT),
        Column("mean_group", "A person", Kind.TWO),
        Column("mean_others", "Others of the same ranks", Kind.TWO),
        Column("ratio", "Ratio", Kind.TWO, missing="none"),
        *_ENDS,
        Column("verdict", "Verdict", words=LATER),
    )
    empty = "No list is a year old: nobody has been followed."
    table = table_of(
        "equality_calibration", "What was recorded in the year after", columns, rows, empty=empty
    )
    if not rows:
        return Content((), (table,))
    said = (
        f"List of {formats.day(rows[0].run_date)}, the latest of which a year has passed. Each group beside all others "
        "of the same band of rank (bands that double: to 50, 100, 200, 400 ...). Less than others: the list ranks the "
        "group higher than what was recorded later bears out. What was recorded is not what was done: a group that is "
        "policed more is recorded more, in the score and after it, so agreement here does not show that it is fair."
    )
    return Content((said,), (table,), charts=(_calibration_chart(rows),) if _comparable(rows) else ())


def _comparable(rows: Sequence[Calibration]) -> list[Calibration]:
    return [
        row
        for row in rows
        if row.outcome == "offences" and row.ratio and row.ci_low and row.verdict != "too few"
    ]


def _calibration_chart(rows: Sequence[Calibration]) -> Chart:
    shown = _comparable(rows)
    apart = sum(row.verdict in {"lower", "higher"} for row in shown)
    about = About(
        f"For {formats.number(apart)} of {formats.number(len(shown))} groups the same rank meant other later offences",
        f"Offences in the year after, a person, over those of all others of the same ranks; list of "
        f"{formats.day(shown[0].run_date)}",
        SOURCE,
        "Points with 95 % intervals on a ratio scale. "
        + " ".join(f"{named(row.group)}: {formats.number(row.ratio, 2)}." for row in shown),
    )
    return forest(
        "equality_calibration_chart",
        about,
        [
            Interval(named(row.group), row.ratio, row.ci_low, row.ci_high, row.n, LATER[row.verdict])
            for row in shown
        ],
        Column("ratio", "Ratio of later offences", Kind.TWO),
        group=_GROUP,
        reference=Reference(1.0, "as others of the same rank"),
    )


def _place(words: Mapping[str, str], value: str) -> int:
    """Return the place of a value among the words for it; what has no word comes last."""
    return list(words).index(value) if value in words else len(words)


def _stages(source: Source) -> Content:
    rows = sorted(
        source.models.load(EqualityStage, _LATEST),
        key=lambda row: (
            _place(CHARACTERISTIC, row.characteristic),
            row.group,
            _place(STAGE, row.stage),
        ),
    )
    least = parameter(source.models, "equality_minimum_n")
    columns = (
        _BY,
        _GROUP,
        _STAGE,
        Column("n", "People", Kind.COUNT),
        Column("base_n", "of the stage before", Kind.COUNT, missing="first stage"),
        Column("share", "Share of the stage", Kind.THREE, "0 to 1"),
        Column("selection_ratio", "Rate over that of all others", Kind.TWO, missing="none"),
        NO_RATIO,
        *_ENDS,
        Column("missing_share", "Group not known", Kind.THREE, "0 to 1"),
    )
    groups = [row for row in rows if row.characteristic != "ethnicity"]
    detail = [row for row in rows if row.characteristic == "ethnicity"]
    caption = "Who gets from stage to stage, latest list"
    found = stage_rows(columns, groups, rows, least)
    table = Table("equality_stages", caption, columns, found, "No stage is recorded.", 20)
    caption = "The same by self-defined ethnicity (18+1)"
    found = stage_rows(columns, detail, rows, least)
    folded = Table("equality_ethnicity", caption, columns, found, "No such group is recorded.")
    return Content((), (table,), (folded,))


def _trend(source: Source) -> Content:
    rows = source.models.load(Past)
    columns = (
        _STAGE,
        _BY,
        _GROUP,
        Column("run_date", "List of", Kind.DATE),
        Column("n", "People", Kind.COUNT),
        Column("base_n", "of", Kind.COUNT),
        Column("selection_ratio", "Rate over that of all others", Kind.TWO, missing="too few"),
        *_ENDS,
    )
    asked = {
        (row.stage, row.characteristic, row.group)
        for row in source.models.load(Question)
        if row.verdict in {"question", "watch"}
    }
    shown = [row for row in rows if (row.stage, row.characteristic, row.group) in asked]
    first = table_of(
        "equality_trend_asked",
        "Groups to ask about or to watch: this list, a year and two years before",
        columns,
        shown,
        empty="No group is to be asked about or watched.",
        limit=15,
    )
    everything = table_of("equality_trend", "Every group", columns, rows, empty="There is one list only.")
    said = (
        "Lists of successive years share most of their people: a ratio that stays is not new evidence, one that moves "
        "is. The stages considered, adopted and de-selected count whoever ever was, so they move slowly.",
    )
    return Content(said, (first,), (everything,))


PAGE = Page(
    "equality.html",
    "Equality",
    _heading,
    (
        Section("questions", "What to ask about", _ask),
        Section("calibration", "Does a rank mean the same for each group", _calibration),
        Section("stages", "Who gets from stage to stage", _stages),
        Section("trend", "What has changed", _trend),
    ),
    "Who gets from stage to stage by sex, age and ethnicity, whether a rank means the same, and what to look at.",
)
