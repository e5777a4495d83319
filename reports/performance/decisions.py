"""What the meetings decided: why adopted, why not, and what was recorded afterwards, like with like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from reports import formats, words
from reports.charts.chart import Chart
from reports.charts.comparisons import Interval, Reference, forest
from reports.performance.words import SMALL_BASE, about
from reports.sections import Content, Source
from reports.tables import Column, Kind, table_of, without_small_bases

_OUTCOME = {
    "offences": "offences a person",
    "harm_days": "harm days a person",
    "recorded_again": "share recorded again",
}
_VERDICT = {
    "lower": "lower than of those not adopted",
    "higher": "higher than of those not adopted",
    "inconclusive": "inconclusive",
    "too few": "too few to say",
}


@dataclass(frozen=True)
class Decided:
    """A row of ``rpt_unit__decisions``."""

    model: ClassVar[str] = "rpt_unit__decisions"
    order: ClassVar[str] = "decision, reason = 'all' desc, decisions desc, reason"

    decision: str
    reason: str
    decisions: int | None
    people: int | None
    median_rank: float | None
    followed: int | None
    recorded_again: int | None
    recorded_again_pct: float | None
    ci_low_pct: float | None
    ci_high_pct: float | None
    mean_offences: float | None
    mean_harm_days: float | None


@dataclass(frozen=True)
class Compared:
    """A row of ``rpt_unit__decisions_compared``."""

    model: ClassVar[str] = "rpt_unit__decisions_compared"
    order: ClassVar[str] = "outcome = 'offences' desc, outcome"

    outcome: str
    n_adopted: int | None
    n_not_adopted: int | None
    adopted_without_like: int | None
    not_adopted_without_like: int | None
    mean_adopted: float | None
    mean_not_adopted: float | None
    ratio: float | None
    ci_low: float | None
    ci_high: float | None
    verdict: str | None


def decisions(source: Source) -> Content:
    """The unit's own record of its decisions, and those adopted beside those who were not."""
    rows = without_small_bases(
        source.models.load(Decided), "followed", "recorded_again_pct", "ci_low_pct", "ci_high_pct"
    )
    compared = source.models.load(Compared)
    reasons = table_of(
        "decisions",
        "What was decided, why, and what was recorded in the year after",
        (
            Column("decision", "Decision", words=words.DECISION),
            Column("reason", "Reason", words=words.REASON),
            Column("decisions", "Decisions", Kind.COUNT),
            Column("median_rank", "Median rank", Kind.ONE, missing="not ranked"),
            Column("followed", "A year has passed", Kind.COUNT),
            Column("recorded_again", "Recorded again", Kind.COUNT),
            Column("recorded_again_pct", "Share", Kind.ONE, "%", missing=SMALL_BASE),
            Column("ci_low_pct", "95 % interval from", Kind.ONE, "%", missing=SMALL_BASE),
            Column("ci_high_pct", "to", Kind.ONE, "%", missing=SMALL_BASE),
            Column("mean_offences", "Offences a decision", Kind.TWO, missing="no year has passed"),
            Column("mean_harm_days", "Harm days a decision", Kind.ONE, missing="no year has passed"),
        ),
        rows,
        empty="The unit has delivered no record of its decisions (unit_decisions, optional).",
    )
    like = table_of(
        "decisions_compared",
        "Adopted beside not adopted, like with like, in the year after",
        (
            Column("outcome", "What is compared", words=_OUTCOME),
            Column("n_adopted", "People adopted", Kind.COUNT),
            Column("n_not_adopted", "Not adopted", Kind.COUNT),
            Column("adopted_without_like", "Adopted, nobody like them", Kind.COUNT),
            Column("not_adopted_without_like", "Not adopted, nobody like them", Kind.COUNT),
            Column("mean_adopted", "Adopted", Kind.TWO, missing="none"),
            Column("mean_not_adopted", "Not adopted, spread alike", Kind.TWO, missing="none"),
            Column("ratio", "Ratio", Kind.TWO, missing="none"),
            Column("ci_low", "95 % interval from", Kind.TWO, missing="none"),
            Column("ci_high", "to", Kind.TWO, missing="none"),
            Column("verdict", "Verdict", words=_VERDICT),
        ),
        compared,
        empty="No year has passed since an adoption or a refusal in the unit's record.",
    )
    charts = tuple(chart for chart in [_chart(source, compared)] if chart)
    return Content(_said(compared) if rows else (), (reasons, like), charts=charts)


def _said(compared: tuple[Compared, ...]) -> tuple[str, ...]:
    """Say what the comparison is, what it is not, and its verdict."""
    how = (
        "Reasons and decisions are the unit's own (its record of each meeting); ranks are of the list decided on. "
        "Compared are people at liberty of the same band of rank (top of the list, to 300, beyond) and of offences "
        "recorded in the year before (six bands), each person once, at the first decision of which a year has passed."
    )
    limits = (
        "This says whether those adopted were recorded less, not why. The meeting chose them for reasons that no band "
        "holds, who is managed is watched more closely, and time in custody in the year after is not taken out. The "
        "effect of management is estimated in the next section."
    )
    leads = [row for row in compared if row.outcome == "offences"]
    if not leads:
        return how, limits
    row = leads[0]
    verdict = words.say(_VERDICT, row.verdict, "not known")
    of = f"{formats.number(row.n_adopted)} adopted, {formats.number(row.n_not_adopted)} not"
    return f"Offences in the year after: {verdict} ({of}). {how}", limits


def _chart(source: Source, compared: tuple[Compared, ...]) -> Chart | None:
    found = [row for row in compared if row.ratio and row.ci_low is not None and row.verdict != "too few"]
    if not found:
        return None
    apart = sum(row.verdict in {"lower", "higher"} for row in found)
    of = f"{formats.number(apart)} of {formats.number(len(found))}"
    title = f"{of} outcomes differ beyond chance between adopted and not"
    values = "; ".join(
        f"{_OUTCOME.get(row.outcome, row.outcome)} {formats.number(row.ratio, 2)}" for row in found
    )
    return forest(
        "decisions_compared_forest",
        about(
            source,
            title,
            f"Ratio of adopted to not adopted in the year after the decision; "
            f"{formats.number(found[0].n_adopted)} and {formats.number(found[0].n_not_adopted)} people",
            f"Points with 95 % intervals on a ratio scale against no difference: {values}.",
        ),
        [
            Interval(
                _OUTCOME.get(row.outcome, row.outcome), row.ratio, row.ci_low, row.ci_high, row.n_adopted
            )
            for row in found
        ],
        Column("ratio", "Ratio, adopted to not adopted", Kind.TWO),
        group=Column("outcome", "What is compared"),
        reference=Reference(1.0, "no difference"),
    )
