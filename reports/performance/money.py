"""What it costs and what it may avoid: always with the range, the prices, and who bears it."""

from __future__ import annotations

from collections.abc import Sequence

from reports import formats, words
from reports.charts.chart import Chart
from reports.charts.comparisons import Interval, Reference, forest
from reports.performance.effect import LED_BY, WITHOUT_COMPARISON
from reports.performance.effect_rows import Benefit, Offending
from reports.performance.words import ALL, COHORT, about
from reports.sections import Content, Source
from reports.tables import Column, Kind, Table, table_of, without_small_bases

_GBP = "\u00a3 a year"
FROM_THE_EFFECT = (
    *("offences_avoided_year", "offences_avoided_year_low", "offences_avoided_year_high"),
    *("value_of_offences_gbp", "value_of_offences_low_gbp", "value_of_offences_high_gbp"),
    *("net_gbp", "net_low_gbp", "net_high_gbp", "break_even_offences"),
)
"""Amounts that are worked out from the rate ratio, and so give it back: none where the ratio is not given."""

_CANNOT_TELL = "we cannot tell whether it pays"
_NOT_KNOWN = "it is not known whether it pays"
_TOO_FEW = "there are too few people to say whether it pays"
_SIGNS = {
    "more than it costs": "the estimated cost avoided is more than the scheme costs",
    "less than it costs": "the estimated cost avoided is less than the scheme costs",
    "inconclusive": _CANNOT_TELL,
    "not known": _NOT_KNOWN,
    "too few": _TOO_FEW,
}


def cost(source: Source) -> Content:
    """Net by scheme and method with its range; what recorded offending costs before and during."""
    rows = without_small_bases(source.models.load(Benefit), "effect_n", *FROM_THE_EFFECT)
    rows = without_small_bases(rows, "nominals", "unpriced_share")
    columns = (
        Column("scheme", "Scheme"),
        Column("method", "Method", words=words.METHOD_SHORT),
        Column("effect_n", "Effect rests on", Kind.COUNT, "people"),
        Column("running_cost_gbp_year", "Running cost", Kind.COUNT, _GBP),
        Column("value_of_offences_low_gbp", "Cost avoided from", Kind.COUNT, _GBP, missing="not given"),
        Column("value_of_offences_gbp", "central", Kind.COUNT, _GBP, missing="not given"),
        Column("value_of_offences_high_gbp", "to", Kind.COUNT, _GBP, missing="not given"),
        Column("unpriced_share", "Offences without unit cost", Kind.THREE, "0 to 1", missing="not given"),
        Column("net_low_gbp", "Net from", Kind.COUNT, _GBP, missing="not given"),
        Column("net_gbp", "central", Kind.COUNT, _GBP, missing="not given"),
        Column("net_high_gbp", "to", Kind.COUNT, _GBP, missing="not given"),
        Column(
            "break_even_offences", "Breaks even at", Kind.ONE, "offences avoided a year", missing="not given"
        ),
        Column(
            "offences_avoided_year", "Estimated to avoid", Kind.ONE, "offences a year", missing="not given"
        ),
        Column("setup_cost_gbp", "Set-up cost", Kind.COUNT, "\u00a3", missing="not in the extract"),
    )
    table = table_of(
        "benefit",
        "Cost and estimated cost avoided, by scheme and method",
        columns,
        rows,
        empty="No cost of a scheme is known.",
    )
    chart = _net(source, rows)
    led = [row for row in rows if row.method == LED_BY]
    said = (*_prices(source), *(_said(row) for row in led)) if rows else ()
    return (
        Content(said, (), (table, _offending(source)), charts=(chart,) if chart else ())
        if chart
        else Content(said, (table,), (_offending(source),))
    )


def _prices(source: Source) -> tuple[str, ...]:
    central = [
        row for row in source.models.load(Offending) if row.estimate == "central" and row.cohort == ALL
    ]
    if not central:
        return ()
    row = central[0]
    share = formats.number(100 * (row.offences_without_cost_share or 0), 0)
    return (
        f"Estimated economic and social cost in prices of {row.price_year or 'a year not stated'}, central unit costs; "
        f"{share} % of the offences have no unit cost and are left out. It is what crime costs everybody, victims "
        "first, and no sum that the force could spend. The range is that of the estimated effect; "
        "low and high unit costs are not published for most offences.",
    )


def _said(row: Benefit) -> str:
    sign = _sign(row)
    costs = (
        f"{row.scheme} costs {_pounds(row.running_cost_gbp_year)} a year"
        if row.running_cost_gbp_year is not None
        else f"What {row.scheme} costs is not known"
    )
    if sign == _TOO_FEW or row.net_low_gbp is None or row.net_high_gbp is None:
        return f"{costs}; {sign}."
    return (
        f"{costs}. Against what was to be expected, the net is {_pounds(row.net_gbp)} a year, from "
        f"{_pounds(row.net_low_gbp)} to {_pounds(row.net_high_gbp)}: {sign}. {_unpriced(row)}It breaks even at "
        f"{formats.number(row.break_even_offences, 0)} offences avoided a year; the estimate is "
        f"{formats.number(row.offences_avoided_year, 0)}, from {formats.number(row.offences_avoided_year_low, 0)} to "
        f"{formats.number(row.offences_avoided_year_high, 0)}."
    )


def _unpriced(row: Benefit) -> str:
    """Say how much has no unit cost, and so which way the value is wrong; empty where all has one."""
    if not row.unpriced_share:
        return ""
    bound = "a lower" if (row.value_of_offences_gbp or 0) >= 0 else "an upper"
    return (
        f"Of the offences behind the value {formats.number(100 * row.unpriced_share, 0)} % have no unit cost and count "
        f"nothing: it is {bound} bound. "
    )


def _sign(row: Benefit) -> str:
    """Return what may be said of a scheme, in words."""
    return _SIGNS.get(row.verdict or "", _NOT_KNOWN)


def _pounds(value: float | None) -> str:
    if value is None:
        return formats.MISSING
    text = formats.number(abs(value))
    return f"{formats.MINUS if value < 0 else ''}\u00a3{text}"


def _net(source: Source, rows: Sequence[Benefit]) -> Chart | None:
    shown = [
        Interval(
            f"{row.scheme}: {words.METHOD_SHORT.get(row.method, row.method)}",
            row.net_gbp,
            row.net_low_gbp,
            row.net_high_gbp,
            row.effect_n,
            is_context=row.method in WITHOUT_COMPARISON,
        )
        for row in rows
        if row.net_low_gbp is not None and row.net_high_gbp is not None
    ]
    if not shown:
        return None
    judged = {_sign(row) for row in rows if row.method == LED_BY}
    title = (
        "We cannot tell whether the schemes pay for themselves"
        if judged & {_CANNOT_TELL, _NOT_KNOWN} or not judged
        else f"By the methods with a comparison, {formats.join_words(sorted(judged))}"
    )
    spoken = "; ".join(
        f"{row.label} {_pounds(row.value)} ({_pounds(row.low)} to {_pounds(row.high)})" for row in shown
    )
    alt = f"Forest plot of the net by scheme and method against break-even: {spoken}."
    subtitle = (
        "Estimated cost of the offences avoided less the running cost of a year, by scheme and method; in grey the "
        "methods without a comparison"
    )
    measure = Column("net_gbp", "Net", Kind.COUNT, _GBP)
    words_of = about(source, title, subtitle, alt, "police records, unit costs and scheme costs")
    group = Column("scheme", "Scheme and method")
    return forest(
        "net", words_of, shown, measure, group=group, reference=Reference(0.0, "breaks even"), is_ratio=False
    )


def _offending(source: Source) -> Table:
    columns = (
        Column("scope", "Who", words={"all_managed": "ever managed", "currently_managed": "managed now"}),
        COHORT,
        Column("estimate", "Unit costs"),
        Column("nominals", "People", Kind.COUNT),
        Column("cost_pre_gbp", "Before", Kind.COUNT, _GBP, missing="no unit cost"),
        Column("cost_during_gbp", "During", Kind.COUNT, _GBP, missing="no unit cost"),
        Column("offences_without_cost_share", "Offences without unit cost", Kind.THREE, "0 to 1"),
        Column("price_year", "Prices of"),
    )
    caption = "What recorded offending costs, before and during (no evidence of an effect)"
    rows = source.models.load(Offending)
    return table_of("cost_of_offending", caption, columns, rows, empty="Nobody has been managed.", limit=30)
