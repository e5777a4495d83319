"""Sections on what the order of the list is worth: bands, capture, gains, retention, ranks and harm over time."""

from __future__ import annotations

from reports import formats
from reports.algorithm.rows import (
    SOURCE,
    Band,
    Capture,
    Gain,
    Validity,
    latest,
    period,
)
from reports.charts.chart import About
from reports.charts.comparisons import Interval, bars
from reports.charts.concentration import Share, gains
from reports.charts.trends import Point, Series, lines
from reports.sections import Content, Source
from reports.tables import Column, Kind, Table

NONE_MATURE = "No list is mature: the year after is not over for any, so there is no figure to show yet."
_IN_COLOUR = 4


def bands_section(source: Source) -> Content:
    """Show what each hundred ranks did in the year after."""
    rows = source.models.load(Band)
    columns = (
        Column("run_date", "List of", Kind.DATE),
        Column("band", "Ranks", Kind.SHORT),
        Column("n", "People", Kind.COUNT),
        Column("mean_harm", "Mean harm", Kind.ONE, "days"),
        Column("sd_harm", "Standard deviation", Kind.ONE, "days"),
        Column("mean_offences", "Mean offences", Kind.ONE),
        Column("is_mature", "Year after is known", Kind.FLAG),
    )
    every = tuple(tuple(getattr(row, column.key) for column in columns) for row in rows)
    table = Table("algorithm_bands", "Harm by rank, every list", columns, every, "No list was evaluated.", 30)
    last = latest(row.run_date for row in rows if row.is_mature)
    shown = [row for row in rows if row.run_date == last and row.mean_harm is not None]
    if not shown:
        return Content((NONE_MATURE,), (), (table,))
    said = formats.join_words([f"{formats.number(row.mean_harm, 1)} (ranks {row.band})" for row in shown])
    about = About(
        f"Ranks {shown[0].band} did {formats.number(shown[0].mean_harm, 1)} days of harm each in the year after",
        f"Mean harm in the year after by rank, list of {formats.day(last)}; days of the harm index, unweighted",
        SOURCE,
        f"Bars, one for each band of ranks. Mean harm in days: {said}.",
    )
    intervals = [
        Interval(
            f"Ranks {row.band}",
            row.mean_harm,
            n=row.n,
            note=f"SD {formats.number(row.sd_harm, 1)}; {formats.number(row.mean_offences, 1)} offences each",
        )
        for row in shown
    ]
    chart = bars(
        "algorithm_bands_chart",
        about,
        intervals,
        Column("mean_harm", "Mean harm", Kind.ONE, "days"),
        group=Column("band", "Ranks"),
    )
    intro = "A few people do most of the harm, so the standard deviation is larger than the mean: bands overlap widely."
    return Content((intro,), (), (table,), charts=(chart,))


def capture_section(source: Source) -> Content:
    """Show how many of the most harmful were high on the list."""
    rows = source.models.load(Capture)
    columns = (
        Column("run_date", "List of", Kind.DATE),
        Column("top_n", "First ranks", Kind.COUNT),
        Column("share", "Share of the most harmful", Kind.THREE, "0 to 1"),
        Column("n_harmful", "People with any harm", Kind.COUNT),
        Column("is_mature", "Year after is known", Kind.FLAG),
    )
    every = tuple(tuple(getattr(row, column.key) for column in columns) for row in rows)
    table = Table("algorithm_capture", "Capture, every list", columns, every, "No list was evaluated.", 30)
    mature = [row for row in rows if row.is_mature]
    last = latest(row.run_date for row in mature)
    final = [row for row in mature if row.run_date == last]
    intro = (
        "Of the people of the list with most harm in the year after (100, or as many as did any), the share found in "
        "its first ranks. Ties at the cut share its places.",
    )
    if not final:
        return Content((*intro, NONE_MATURE), (), (table,))
    sentence = " ".join(_captured(row) for row in final)
    chart = lines(
        "algorithm_capture_chart",
        About(
            _capture_title(final[0]),
            f"Share of the most harmful of the list found in its first ranks; mature lists, "
            f"{period(row.run_date for row in mature)}",
            SOURCE,
            f"Lines over the dates of the lists. {sentence}",
        ),
        [
            Series(
                f"first {formats.number(top_n)}",
                tuple(
                    Point(row.run_date, row.share)
                    for row in sorted(mature, key=lambda row: row.run_date)
                    if row.top_n == top_n
                ),
            )
            for top_n in sorted({row.top_n for row in mature})
        ],
        Column("run_date", "List of", Kind.DATE),
        Column("share", "Share of the most harmful", Kind.THREE, "0 to 1"),
    )
    return Content((*intro, sentence), (), (table,), charts=(chart,))


def _percent(row: Capture) -> str:
    return formats.percentage(row.share, min(100, row.n_harmful))


def _capture_title(row: Capture) -> str:
    """Say which share the first ranks held; of few people, how many."""
    if min(100, row.n_harmful) < formats.MIN_BASE:
        return (
            f"How many of the {formats.number(row.n_harmful)} most harmful the first {row.top_n} ranks held"
        )
    return f"The first {row.top_n} ranks held {_percent(row)} of the most harmful"


def _captured(row: Capture) -> str:
    base = min(100, row.n_harmful)
    held = None if row.share is None else row.share * base
    return (
        f"List of {formats.day(row.run_date)}: {formats.number(held, 1).removesuffix('.0')} of the "
        f"{formats.number(base)} most harmful were in the first {formats.number(row.top_n)} ({_percent(row)})."
    )


def gains_section(source: Source) -> Content:
    """Show how much of everybody's harm the first per cents of the ranking account for."""
    rows = source.models.load(Gain)
    columns = (
        Column("run_date", "List of", Kind.DATE),
        Column("ranked_pct", "First per cent of the ranks", Kind.COUNT),
        Column("harm_share", "Share of harm", Kind.THREE, "0 to 1"),
        Column("offence_share", "Share of offences", Kind.THREE, "0 to 1"),
        Column("is_mature", "Year after is known", Kind.FLAG),
    )
    last = latest(row.run_date for row in rows if row.is_mature)
    shown = [row for row in rows if row.run_date == last and row.harm_share is not None]
    if not shown:
        empty = Table("algorithm_gains", "Gains", columns, (), NONE_MATURE)
        return Content((), (empty,))
    listed = tuple(tuple(getattr(row, column.key) for column in columns) for row in shown)
    table = Table("algorithm_gains", "Gains of the latest mature list", columns, listed, limit=20)
    ranked = next(
        (
            row.n
            for row in source.models.load(Validity)
            if row.run_date == last and row.top_n is None and row.population == "all"
        ),
        0,
    )
    mark = next((row for row in shown if row.ranked_pct == 5), shown[0])
    said = (
        f"The first {formats.number(mark.ranked_pct)} per cent of {formats.number(ranked)} people account for "
        f"{formats.percentage(mark.harm_share, ranked)} of all harm and "
        f"{formats.percentage(mark.offence_share, ranked)} of all offences of the year after."
    )
    chart = gains(
        "algorithm_gains_chart",
        About(
            f"The first {formats.number(mark.ranked_pct)} % did {formats.percentage(mark.harm_share, ranked)} "
            "of the harm",
            f"Share of the year after that the first ranks account for; everybody ranked, list of {formats.day(last)}",
            SOURCE,
            f"Curves from the first rank down. {said} The diagonal is what chance would give.",
        ),
        [
            (name, tuple(Share(float(row.ranked_pct), 100 * float(value)) for row, value in pairs))
            for name, pairs in (
                ("harm", [(row, row.harm_share) for row in shown if row.harm_share is not None]),
                ("offences", [(row, row.offence_share) for row in shown if row.offence_share is not None]),
            )
            if pairs
        ],
        people="People, from the first rank down, per cent",
        amount="Share of the year after, per cent",
    )
    return Content((said,), (), (table,), charts=(chart,))
