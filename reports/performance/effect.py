"""Before and after, never bare: every method side by side, its verdict, and what it leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reports import formats, words
from reports.charts.chart import Chart
from reports.charts.comparisons import Interval, Reference, forest
from reports.performance import compared
from reports.performance.compared import COMPARING, FOUND
from reports.performance.effect_rows import Compared, Effect, Idiom
from reports.performance.words import ALL, COHORT, about, cohort
from reports.sections import Content, Source
from reports.tables import Column, Kind, Table, table_of

NAIVE = "naive"
WITHOUT_COMPARISON = (NAIVE, "exposure_adjusted")
LED_BY = COMPARING[0]
"""The method whose ratio is printed first: the one that the cost rests on too."""

NO_VERDICT = "no comparison, no verdict"

_RATIO = Column("rate_ratio", "Rate ratio", Kind.TWO)
_ONE = Reference(1.0, "no difference")
WARNING = (
    "Before against during is no evidence of an effect. People are taken on when their offending is at its worst, "
    "and much of it falls afterwards whatever is done: in a simulation without any effect, matched to a published "
    "evaluation, it fell by 29 to 55 %; the fall published was 53.6 %. It is shown because it is what is usually "
    "quoted, in grey, beside the methods that compare with people who were not managed."
)


def select(
    source: Source,
    *,
    cohort: str = ALL,
    basis: str = "recorded",
    outcome: str = "offences",
    window: str = "whole",
    methods: Sequence[str] = tuple(words.METHOD),
) -> list[Effect]:
    """Return the estimates of some methods, in the order of the methods."""
    found = [
        row
        for row in source.models.load(Effect)
        if (row.cohort, row.basis, row.outcome, row.window_months) == (cohort, basis, outcome, window)
    ]
    return sorted((row for row in found if row.method in methods), key=lambda row: methods.index(row.method))


def ratio(row: Effect | Compared) -> str:
    """Write a rate ratio with its interval."""
    if row.rate_ratio is None:
        return formats.MISSING
    two = [formats.number(value, 2) for value in (row.rate_ratio, row.ci_low, row.ci_high)]
    return f"{two[0]} (95 % interval {two[1]} to {two[2]})"


def _interval(row: Effect, label: str, *, is_context: bool = False) -> Interval:
    if row.verdict == "too few":
        return Interval(label, None, n=row.n, note="too few", is_context=is_context)
    note = NO_VERDICT if row.method in WITHOUT_COMPARISON else row.verdict or ""
    return Interval(label, row.rate_ratio, row.ci_low, row.ci_high, row.n, note, is_context)


_COLUMNS = (
    COHORT,
    Column("basis", "Counted"),
    Column("outcome", "Of"),
    Column("method", "Method", words=words.METHOD),
    Column("window_months", "Window", words=words.WINDOW),
    _RATIO,
    Column("ci_low", "95 % interval from", Kind.TWO),
    Column("ci_high", "to", Kind.TWO),
    Column("n", "People", Kind.COUNT),
    Column("n_comparison", "Compared with", Kind.COUNT, "people", missing="nobody"),
    Column("verdict", "Verdict"),
)


def effect(source: Source) -> Content:
    """The methods side by side, the windows, the cohorts; then every estimate."""
    rows = _unjudged(source.models.load(Effect))
    main = _unjudged([row for outcome in ("offences", "harm") for row in select(source, outcome=outcome)])
    empty = "Nobody has been managed long enough to say anything."
    methods = table_of(
        "effect_methods",
        "Every method, whole time managed, recorded",
        (*_COLUMNS[2:4], *_COLUMNS[5:]),
        main,
        empty=empty,
    )
    everything = table_of(
        "effect",
        "Every estimate: cohorts, windows, recorded and proven",
        _COLUMNS,
        rows,
        empty=empty,
        limit=40,
    )
    drawn = (compared.chart(source), _by_method(source), _by_window(source), _by_cohort(source))
    led = compared.led(source)
    said = (_said(source, led),) if led else ()
    return Content(
        (*said, WARNING) if rows else (),
        (compared.table(source), methods),
        (everything, *_idiom(source)),
        charts=tuple(chart for chart in drawn if chart is not None),
    )


def _said(source: Source, row: Compared) -> str:
    carried = compared.by_window(source)
    windows = formats.join_words([f"{words.WINDOW[window]}: {found}" for window, found in carried.items()])
    return (
        f"Recorded offences of managed people over their whole time managed are {ratio(row)} times what was to be "
        f"expected of them without management, from {formats.number(row.nominals)} people and "
        f"{formats.number(row.comparators)} comparable people. Announced: {row.verdict or 'too few'}. The rule was "
        "fixed before the figures: a fall or a rise is announced only where both comparisons find it, over the whole "
        f"time managed. By window both carry: {windows}."
    )


def _unjudged(rows: Sequence[Effect]) -> list[Effect]:
    """Take the verdict away from methods that compare with nobody: their interval says nothing of an effect."""
    return [
        replace(row, verdict=NO_VERDICT)
        if row.method in WITHOUT_COMPARISON and row.verdict != "too few"
        else row
        for row in rows
    ]


def has_values(rows: Sequence[Interval]) -> bool:
    """Return whether there is anything to draw."""
    return any(row.value is not None for row in rows)


def _by_method(source: Source) -> Chart | None:
    rows = [
        _interval(row, words.METHOD.get(row.method, row.method), is_context=row.method in WITHOUT_COMPARISON)
        for row in select(source)
    ]
    if not has_values(rows):
        return None
    title = "Compared with people not managed, the fall is much smaller than before against during"
    values = {row.method: row.rate_ratio for row in select(source)}
    naive, led = values.get(NAIVE), values.get(LED_BY)
    if naive is None or led is None or led <= naive:
        title = "What each method says about offending under management"
    alt = (
        "Forest plot of the rate ratio of recorded offences by method: "
        + "; ".join(_spoken(row) for row in rows)
        + "."
    )
    subtitle = (
        "Ratio of the rate of recorded offences under management, everybody managed, whole time managed"
    )
    return forest(
        "effect_by_method",
        about(source, title, subtitle, alt),
        rows,
        _RATIO,
        group=grouped("method"),
        reference=_ONE,
    )


def grouped(key: str) -> Column:
    """Return the column that names the rows of a chart."""
    return Column(key, key.capitalize())


def _spoken(row: Interval) -> str:
    if row.value is None:
        return f"{row.label}: {row.note or formats.MISSING}"
    numbers = [formats.number(value, 2) for value in (row.value, row.low, row.high)]
    return f"{row.label} {numbers[0]} ({numbers[1]} to {numbers[2]}), {row.note}"


def _by_window(source: Source) -> Chart | None:
    rows = [
        _interval(row, f"{words.METHOD_SHORT[row.method].capitalize()}, {said}")
        for method in COMPARING
        for window, said in words.WINDOW.items()
        for row in select(source, window=window, methods=(method,))
    ]
    if not has_values(rows):
        return None
    carried = list(compared.by_window(source).values())
    title = (
        f"Both comparisons, every window: {carried[0]}"
        if len(set(carried)) == 1
        else f"Both comparisons find a fall in {carried.count(FOUND[0])} of {len(carried)} windows"
    )
    alt = (
        "Forest plot of the two methods with a comparison, by window: "
        + "; ".join(_spoken(row) for row in rows)
        + "."
    )
    subtitle = "Rate ratio of recorded offences, everybody managed, by length of follow-up"
    return forest(
        "effect_by_window",
        about(source, title, subtitle, alt),
        rows,
        _RATIO,
        group=grouped("window"),
        reference=_ONE,
    )


def _by_cohort(source: Source) -> Chart | None:
    found = [row for row in source.models.load(Compared) if row.outcome == "offences"]
    rows = [
        Interval(cohort(row.cohort), None, n=row.nominals, note="too few")
        if row.verdict == "too few"
        else Interval(
            cohort(row.cohort), row.rate_ratio, row.ci_low, row.ci_high, row.nominals, row.verdict or ""
        )
        for row in found
    ]
    if len(rows) < 2 or not has_values(rows):
        return None
    few = sum(row.value is None for row in rows)
    falls = sum(row.verdict == FOUND[0] for row in found if row.cohort != ALL)
    who = formats.plural(falls, "cohort shows", "cohorts show") if falls else "No cohort by itself shows"
    title = f"{who} evidence of a fall; {formats.plural(few, 'has', 'have')} too few people to tell"
    alt = "Forest plot of the rate ratio by cohort: " + "; ".join(_spoken(row) for row in rows) + "."
    subtitle = (
        "Rate ratio of recorded offences against what was to be expected, whole time managed; verdict of both "
        "comparisons"
    )
    return forest(
        "effect_by_cohort",
        about(source, title, subtitle, alt),
        rows,
        _RATIO,
        group=grouped("cohort"),
        reference=_ONE,
    )


def _idiom(source: Source) -> tuple[Table, ...]:
    columns = (
        Column("scope", "Who", words={"all_managed": "ever managed", "currently_managed": "managed now"}),
        COHORT,
        Column("basis", "Counted"),
        Column("nominals", "People", Kind.COUNT),
        Column("offences_pre", "Before", Kind.ONE, "offences a year"),
        Column("offences_during", "During or after", Kind.ONE, "offences a year"),
        Column("offences_pre_per_nominal", "Before, each", Kind.TWO),
        Column("offences_during_per_nominal", "During or after, each", Kind.TWO),
    )
    caption = "The table that IDIOM prints (before against during: no evidence of an effect)"
    rows = source.models.load(Idiom)
    return (table_of("idiom_table", caption, columns, rows, empty="Nobody has been managed.", limit=40),)
