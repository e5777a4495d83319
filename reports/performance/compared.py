"""What is announced: managed people beside people like them, and the verdict that both comparisons carry."""

from __future__ import annotations

from collections.abc import Sequence

from reports import formats, words
from reports.charts.changes import Change, slope
from reports.charts.chart import Chart
from reports.performance.effect_rows import Compared, Effect
from reports.performance.words import ALL, COHORT, about
from reports.sections import Source
from reports.tables import Column, Kind, Table, table_of

COMPARING = ("expected_without_management", "matched_difference")
"""The methods that compare with people who were not managed; a verdict is announced where both find it."""

FOUND = ("evidence of a fall", "evidence of a rise")
_INCONCLUSIVE = "inconclusive"
_TOO_FEW = "too few"
_JUDGED = {
    FOUND[0]: "there is evidence that offending falls under management",
    FOUND[1]: "there is evidence that recorded offending rises under management",
    _INCONCLUSIVE: "we cannot tell whether management changes offending",
    _TOO_FEW: "too few people can be compared to say whether management changes offending",
}


def led(source: Source) -> Compared | None:
    """Return the figure that leads, fixed in advance: everybody, recorded offences, whole time managed."""
    rows = source.models.load(Compared)
    return next((row for row in rows if (row.cohort, row.outcome) == (ALL, "offences")), None)


def together(verdicts: Sequence[str | None]) -> str:
    """Return what verdicts carry together: a finding only if all find it; too few if any is."""
    found = {verdict or _TOO_FEW for verdict in verdicts} or {_TOO_FEW}
    return _TOO_FEW if _TOO_FEW in found else found.pop() if len(found) == 1 else _INCONCLUSIVE


def by_window(source: Source) -> dict[str, str]:
    """Return what both comparisons carry together in each window, everybody, recorded offences."""
    rows = [
        row
        for row in source.models.load(Effect)
        if (row.cohort, row.basis, row.outcome) == (ALL, "recorded", "offences") and row.method in COMPARING
    ]
    return {
        window: together([row.verdict for row in rows if row.window_months == window])
        for window in words.WINDOW
    }


def judgement(verdict: str | None, windows: Sequence[str]) -> str:
    """Say what may be said, and no more.

    Args:
        verdict: The announced verdict of the figure that leads.
        windows: What the windows carry, for how firm it is.
    """
    said = _JUDGED.get(verdict or _TOO_FEW, _JUDGED[_INCONCLUSIVE])
    return f"{said}, though not in every window" if verdict in FOUND and set(windows) != {verdict} else said


def judged(source: Source) -> str:
    """Say in one sentence what the comparisons say together."""
    if not source.context.came(*words.MANAGEMENT):
        return f"who is managed is not known: {words.nothing_from(*words.MANAGEMENT)}"
    row = led(source)
    return judgement(row.verdict if row else None, list(by_window(source).values()))


def table(source: Source) -> Table:
    """Return managed and comparable people side by side, every cohort, with what is announced."""
    columns = (
        COHORT,
        Column("outcome", "Of"),
        Column("nominals", "Managed", Kind.COUNT),
        Column("comparators", "Compared with", Kind.COUNT),
        Column("rate_pre", "Before", Kind.TWO, "a year at liberty"),
        Column("rate_during", "During", Kind.TWO),
        Column("comparison_rate_pre", "Comparable people, before", Kind.TWO),
        Column("comparison_rate_during", "during", Kind.TWO),
        Column("expected_rate", "Expected during", Kind.TWO),
        Column("verdict", "Announced", missing=_TOO_FEW),
    )
    rows = source.models.load(Compared)
    caption = "Managed people beside people like them: offences, and harm days, a person a year at liberty"
    return table_of("compared", caption, columns, rows, empty="Nobody can be compared.")


def chart(source: Source) -> Chart | None:
    """Return before and during, of managed people and of people like them."""
    row = led(source)
    if row is None or row.rate_pre is None or row.rate_during is None or row.verdict == _TOO_FEW:
        return None
    if row.comparison_rate_pre is None or row.comparison_rate_during is None:
        return None
    changes = [
        Change("managed people", row.rate_pre, row.rate_during, row.nominals),
        Change(
            "people like them", row.comparison_rate_pre, row.comparison_rate_during, row.comparators, True
        ),
    ]
    said = [
        f"{change.label} from {formats.number(change.before, 1)} to {formats.number(change.after, 1)}"
        for change in changes
    ]
    title = f"Offences a year: {said[0]}, {said[1]}"
    alt = (
        f"Slope chart of recorded offences a person a year at liberty: {said[0]}, {said[1]}. "
        f"Expected of managed people without management: {formats.number(row.expected_rate, 1)}."
    )
    subtitle = (
        f"Recorded offences a person a year at liberty, {formats.number(row.nominals)} managed and "
        f"{formats.number(row.comparators)} comparable people over the same days"
    )
    measure = Column("rate", "Offences a year", Kind.TWO)
    return slope(
        "compared_rates", about(source, title, subtitle, alt), changes, measure, ends=("Before", "During")
    )
