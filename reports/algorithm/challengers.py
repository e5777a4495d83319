"""Sections on other orders: the same people, ordered otherwise, judged by the same figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from reports import formats
from reports.algorithm.rows import (
    ALGORITHM,
    FIGURE,
    POPULATION,
    SOURCE,
    Challenger,
    ChallengerVerdict,
    latest,
    period,
)
from reports.charts.chart import About, Chart
from reports.charts.comparisons import Interval, Reference, forest
from reports.models import Models
from reports.sections import Content, Source
from reports.tables import Column, Kind, Row, Table

_ASKED = (
    ("all", "spearman_harm"),
    ("all", "spearman_offences"),
    ("unmanaged", "spearman_harm"),
    ("unmanaged", "spearman_offences"),
)
_NONE = "No half-yearly list is mature: no difference has an interval yet."


def answer(models: Models) -> str:
    """Say in a sentence whether another order would rank better."""
    rows = models.load(ChallengerVerdict)
    dates = max((row.dates for row in rows), default=0)
    if not dates:
        return "Other orders: no list is old enough yet to compare them."
    better = sorted({ALGORITHM.get(row.algorithm, row.algorithm) for row in rows if row.is_worth_a_trial})
    worse = _with(rows, "ranks worse")
    said = (
        f"Worth a trial: {formats.join_words(better)}. {_captured(rows)}"
        if better
        else "no other order is shown to rank better for harm and for offences, of everybody and of those not managed."
    )
    if worse:
        said += f" Shown to rank worse in all four: {formats.join_words(worse)}."
    return f"Other orders, at {formats.plural(dates, 'half-yearly date', 'half-yearly dates')}: {said}"


def _captured(rows: Sequence[ChallengerVerdict]) -> str:
    """Say whether what is worth a trial also finds more of the most harmful: a better order of fewer finds is none."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.is_worth_a_trial and row.figure not in _SHORT:
            found[row.algorithm].append(f"{FIGURE.get(row.figure, row.figure)}: {row.verdict}")
    said = {ALGORITHM.get(name, name): formats.join_words(finds) for name, finds in sorted(found.items())}
    if not said:
        return ""
    told = (
        "; ".join(f"{name}: {finds}" for name, finds in said.items())
        if len(said) > 1
        else next(iter(said.values()))
    )
    return f"Before a trial look at what it finds, not only in what order ({told})."


def _with(rows: Sequence[ChallengerVerdict], verdict: str) -> list[str]:
    """Name the orders that have one verdict in all four questions asked."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if (row.population, row.figure) in _ASKED:
            found[row.algorithm].add(row.verdict)
    return sorted(ALGORITHM.get(name, name) for name, verdicts in found.items() if verdicts == {verdict})


def verdict_table(models: Models) -> Table:
    """Return one row for each other order with its verdicts on the four questions."""
    by_order: dict[str, dict[tuple[str, str], ChallengerVerdict]] = defaultdict(dict)
    for one in models.load(ChallengerVerdict):
        by_order[one.algorithm][one.population, one.figure] = one
    columns = (
        Column("algorithm", "Order", words=ALGORITHM),
        *(
            Column(f"{population}_{figure}", f"{_SHORT[figure]}, {POPULATION[population]}")
            for population, figure in _ASKED
        ),
        Column("is_worth_a_trial", "Worth a trial", Kind.FLAG),
    )
    rows: list[Row] = []
    for algorithm, found in by_order.items():
        cells = [_judged(found.get(key)) for key in _ASKED]
        rows.append((algorithm, *cells, next(iter(found.values())).is_worth_a_trial))
    return Table("algorithm_other_orders", "Would another order rank better", columns, tuple(rows), _NONE)


_SHORT = {"spearman_harm": "Harm", "spearman_offences": "Offences"}


def _judged(one: ChallengerVerdict | None) -> str | None:
    if one is None:
        return None
    return (
        f"{one.verdict} (better at {formats.number(one.dates_better)}, worse at {formats.number(one.dates_worse)} "
        f"of {formats.number(one.dates)})"
    )


def all_verdicts(models: Models) -> Table:
    """Return every verdict on every figure and population."""
    columns = (
        Column("algorithm", "Order", words=ALGORITHM),
        Column("population", "Of whom", words=POPULATION),
        Column("figure", "Figure", words=FIGURE),
        Column("dates", "Dates", Kind.COUNT),
        Column("dates_better", "Better at", Kind.COUNT),
        Column("dates_worse", "Worse at", Kind.COUNT),
        Column("verdict", "Verdict"),
    )
    rows = tuple(
        tuple(getattr(one, column.key) for column in columns) for one in models.load(ChallengerVerdict)
    )
    return Table("algorithm_challenger_verdicts", "Every verdict on every order", columns, rows, _NONE)


def section(source: Source) -> Content:
    """Show how other orders differ from the ranking at the latest mature date, and at all half-yearly ones."""
    rows = source.models.load(Challenger)
    measured = [row for row in rows if row.spearman_harm_difference_low is not None]
    tables = _tables(measured)
    last = latest(row.run_date for row in measured)
    if last is None:
        return Content((_NONE,), tables)
    shown = [row for row in measured if row.run_date == last and row.algorithm != "hhpu"]
    charts = tuple(
        chart
        for population in ("all", "unmanaged")
        for figure in ("spearman_harm", "spearman_offences", "share_100")
        if (chart := _chart([row for row in shown if row.population == population], population, figure))
    )
    intro = (
        "The same people, put in another order, and judged on that order's own first ranks. Intervals are of paired "
        "differences: people are drawn anew, everybody keeps their place in each order. For the correlations a "
        "difference below 0 is better than this ranking; for the share of the most harmful one above 0 is.",
        f"Dates with intervals: {period(row.run_date for row in measured)}, "
        f"{formats.number(len({row.run_date for row in measured}))} lists. Points for recency, frequency and gravity "
        "are a table of our own design: forces that score so do not publish theirs.",
    )
    return Content(intro, (), tables, charts=charts)


_MEASURE = {
    "spearman_harm": (
        "correlation with harm",
        "rank correlation with harm in the year after, difference",
        -1,
    ),
    "spearman_offences": (
        "correlation with offences",
        "rank correlation with the number of offences in the year after, difference",
        -1,
    ),
    "share_100": ("capture", "share of the most harmful in the first 100, difference", 1),
}


def _chart(rows: Sequence[Challenger], population: str, figure: str) -> Chart | None:
    """Draw the differences of one figure; none where it has none for these people."""
    intervals = [
        Interval(
            ALGORITHM.get(row.algorithm, row.algorithm),
            getattr(row, f"{figure}_difference"),
            getattr(row, f"{figure}_difference_low"),
            getattr(row, f"{figure}_difference_high"),
            row.n,
        )
        for row in sorted(rows, key=lambda row: list(ALGORITHM).index(row.algorithm))
        if getattr(row, f"{figure}_difference_low") is not None
    ]
    if not intervals:
        return None
    name, measure, better = _MEASURE[figure]
    sides = [_side(one, better) for one in intervals]
    whom = POPULATION[population]
    said = " ".join(
        f"{one.label.capitalize()}: {formats.number(one.value, 2)} ({formats.number(one.low, 2)} to "
        f"{formats.number(one.high, 2)})."
        for one in intervals
    )
    return forest(
        f"algorithm_{figure}_{population}",
        About(
            f"{name.capitalize()}, {whom}: {formats.number(sides.count(1))} of {formats.number(len(sides))} orders "
            f"better, {formats.number(sides.count(-1))} worse, beyond chance",
            f"Other order minus this ranking: {measure}; {whom}, list of {formats.day(rows[0].run_date)}; "
            f"{'lower' if better < 0 else 'higher'} is better",
            SOURCE,
            f"Points with 95 % intervals against 0, which is this ranking. {said}",
        ),
        intervals,
        Column(f"{figure}_difference", "Difference", Kind.TWO),
        group=Column("algorithm", "Order"),
        reference=Reference(0.0, "this ranking"),
        is_ratio=False,
    )


def _side(one: Interval, better: int) -> int:
    """Return 1 where an interval is wholly on the better side, -1 on the worse, else 0."""
    if one.low is None or one.high is None or one.low <= 0.0 <= one.high:
        return 0
    return 1 if (one.low > 0) == (better > 0) else -1


def _tables(measured: Sequence[Challenger]) -> tuple[Table, Table]:
    """Return every date with intervals: the correlations of each population, and what was captured of everybody."""
    correlations = _table(
        "algorithm_challengers",
        "Other orders: correlations at every date with intervals",
        ("spearman_harm", "spearman_offences"),
        measured,
    )
    captured = _table(
        "algorithm_challengers_capture",
        "Other orders: share of the most harmful in the first 100, at every date with intervals",
        ("share_100",),
        [row for row in measured if row.population == "all"],
    )
    return correlations, captured


_LABEL = {"spearman_harm": "With harm", "spearman_offences": "With offences", "share_100": "Share"}


def _table(name: str, caption: str, figures: Sequence[str], rows: Sequence[Challenger]) -> Table:
    columns = [
        Column("run_date", "List of", Kind.DATE),
        Column("population", "Of whom", words=POPULATION),
        Column("algorithm", "Order", words=ALGORITHM),
        Column("n", "People", Kind.COUNT),
    ]
    for figure in figures:
        columns += [
            Column(figure, _LABEL[figure], Kind.TWO),
            Column(f"{figure}_difference", "difference", Kind.TWO),
            Column(f"{figure}_difference_low", "from", Kind.TWO),
            Column(f"{figure}_difference_high", "to", Kind.TWO),
        ]
    if "share_100" in figures:
        columns.append(Column("n_harmful", "People with any harm", Kind.COUNT))
    listed = tuple(tuple(getattr(row, column.key) for column in columns) for row in rows)
    return Table(name, caption, tuple(columns), listed, _NONE, 40)
