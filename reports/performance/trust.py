"""How far the methods with a comparison can be trusted: balance after matching, and who is left out."""

from __future__ import annotations

from collections.abc import Sequence

from reports import formats, words
from reports.charts.chart import Chart
from reports.charts.comparisons import Interval, Reference, forest
from reports.performance.effect import grouped, has_values
from reports.performance.effect_rows import Attrition, Balance
from reports.performance.words import ALL, COHORT, about, total
from reports.sections import Content, Source
from reports.tables import Column, Kind, table_of


def trust(source: Source) -> Content:
    """How alike the compared are, and who is left out of what."""
    balance = [row for row in source.models.load(Balance) if row.cohort == ALL]
    attrition = source.models.load(Attrition)
    columns = (
        COHORT,
        Column("covariate", "In respect of", words=words.COVARIATE),
        Column("standardised_difference_before", "Before matching", Kind.TWO, "standard deviations"),
        Column("standardised_difference_after", "After matching", Kind.TWO, "standard deviations"),
        Column("n_after", "Managed", Kind.COUNT),
        Column("n_comparison", "Compared with", Kind.COUNT),
        Column("is_balanced", "Alike", Kind.FLAG, missing="too few"),
    )
    left_out = (
        COHORT,
        Column("reason", "Why", words=words.ATTRITION),
        Column("left_out_of", "Left out of", words=words.LEFT_OUT_OF),
        Column("nominals", "People", Kind.COUNT),
        Column("of_nominals", "Of", Kind.COUNT),
    )
    everybody = [row for row in attrition if row.cohort == ALL]
    tables = (
        table_of(
            "attrition_all",
            "Who is left out, everybody managed",
            left_out[1:],
            everybody,
            empty="Nobody is left out.",
        ),
    )
    folded = (
        table_of(
            "balance",
            "Balance in every cohort",
            columns,
            source.models.load(Balance),
            empty="Nobody is matched.",
            limit=40,
        ),
        table_of(
            "attrition",
            "Who is left out, every cohort",
            left_out,
            attrition,
            empty="Nobody is left out.",
            limit=40,
        ),
    )
    chart = _balance(source, balance)
    unlike = [
        words.COVARIATE.get(row.covariate, row.covariate) for row in balance if row.is_balanced is False
    ]
    said = (
        "After matching, managed and compared people differ by a tenth of a standard deviation or more in "
        f"{formats.join_words(unlike)}: read the matched figures with that in mind."
        if unlike
        else "After matching, managed and compared people differ by less than a tenth of a standard deviation in "
        "every respect looked at."
    )
    return Content((said,) if balance else (), tables, folded, charts=(chart,) if chart else ())


def _balance(source: Source, rows: Sequence[Balance]) -> Chart | None:
    shown = [
        Interval(
            f"{words.COVARIATE.get(row.covariate, row.covariate)}, {when}",
            value,
            n=row.n_after,
            is_context=is_before,
        )
        for row in rows
        for when, value, is_before in (
            ("before matching", row.standardised_difference_before, True),
            ("after", row.standardised_difference_after, False),
        )
    ]
    if not has_values(shown):
        return None
    alike = sum(row.is_balanced is True for row in rows)
    title = f"After matching, {alike} of {len(rows)} circumstances are alike"
    worst = max(rows, key=lambda row: abs(row.standardised_difference_after or 0))
    alt = (
        f"Dot plot of standardised differences before and after matching in {len(rows)} circumstances. The largest "
        f"after matching is {formats.number(worst.standardised_difference_after, 2)} "
        f"({words.COVARIATE.get(worst.covariate, worst.covariate)})."
    )
    count = total(row.n_comparison for row in rows[:1])
    subtitle = (
        f"Standardised difference of {formats.number(rows[0].n_after)} managed and {formats.number(count)} "
        "comparable people, in standard deviations"
    )
    measure = Column("difference", "Standardised difference", Kind.TWO)
    reference = Reference(0.0, "alike")
    words_of = about(source, title, subtitle, alt)
    return forest(
        "balance_plot",
        words_of,
        shown,
        measure,
        group=grouped("circumstance"),
        reference=reference,
        is_ratio=False,
    )
