"""What a release has measured, in sentences that the governance records are filled with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

from reports import formats, words
from reports.context import PageContext
from reports.equality.rows import CHARACTERISTIC, STAGE, Calibration, Question, named
from reports.models import Models
from reports.performance.decisions import Decided
from reports.tables import Value

_METHODS = {
    "expected_without_management": "against what was to be expected without management",
    "matched_difference": "against matched people",
}
_KINDS = {
    "dbt": "tests of models",
    "gx": "checks of published tables and extracts",
    "reconciliation": "rows and sums counted again",
    "delivery": "deliveries in order",
    "release": "against the release before",
}


class _Unknown(dict[str, str]):
    """Parameters of a release that holds none: each is missing, and said to be."""

    def __missing__(self, key: str) -> str:
        return formats.MISSING


def said(models: Models, context: PageContext) -> Mapping[str, Mapping[str, str]]:
    """Return what the records may name: ``p`` parameters, ``m`` measured results, ``c`` provenance."""
    parameters = {
        str(row["parameter"]): "not set" if row["value"] is None else str(row["value"])
        for row in models.records("rpt_methodology__parameters")
    }
    sources = ", ".join(
        f"{words.say_sources(source)} ({formats.day(day, 'nothing has come')})"
        for source, day in sorted(context.extract_dates.items())
    )
    provenance = {
        "force": context.force_name,
        "as_at": formats.day(context.as_at),
        "release_id": context.release_id,
        "code_version": context.code_version,
        "algorithm_version": context.algorithm_version,
        "gate": context.gate_result,
        "sources": f"Extracts in effect: {sources}" if sources else "No extract is in effect",
    }
    summary = models.summary
    measured = {
        "ranked": formats.number(summary.ranked),
        "meeting": formats.number(summary.on_meeting_list),
        "works": _works(models),
        "effect": _effect(models),
        "equality": _equality(models),
        "calibration": _calibration(models),
        "harm": _harm(models),
        "cases": _cases(models),
        "unlinked": _unlinked(models),
        "decisions": _decisions(models),
        "checks": _checks(context),
    }
    return {"p": parameters or _Unknown(), "m": measured, "c": provenance}


def _works(models: Models) -> str:
    rows = models.records("rpt_algorithm__answers")
    row = next((r for r in rows if r["population"] == "all" and r["outcome"] == "harm"), None)
    if row is None or row["run_date"] is None:
        return "Not measured: no list is old enough yet to say whether the ranking finds later harm."
    return (
        f"On the list of {formats.day(_day(row['run_date']))}, the latest of which a year has passed, "
        f"{row['verdict']}: rank correlation with later harm {formats.number(_number(row['spearman']), 2)} over "
        f"{formats.number(_number(row['n']))} people; {formats.number(_number(row['agreeing_dates']))} of "
        f"{formats.number(_number(row['mature_dates']))} lists agree."
    )


def _effect(models: Models) -> str:
    wanted = {"cohort": "all", "basis": "recorded", "outcome": "offences", "window_months": "whole"}
    found = {
        str(row["method"]): row
        for row in models.records("rpt_reoffending__effect")
        if all(row[key] == value for key, value in wanted.items()) and row["method"] in _METHODS
    }
    if not found:
        return "not measured yet."
    parts = [
        f"{_METHODS[name]} {formats.number(_number(row['rate_ratio']), 2)} times the offences (95 % interval "
        f"{formats.number(_number(row['ci_low']), 2)} to {formats.number(_number(row['ci_high']), 2)}; "
        f"{row['verdict']})"
        for name, row in sorted(found.items())
    ]
    return f"{'; '.join(parts)}. A fall is announced only where both find one."


def _equality(models: Models) -> str:
    rows = models.load(Question)
    asked = [row for row in rows if row.verdict == "question"]
    judged = sum(row.verdict != "too_few" for row in rows)
    if not judged:
        return "Equality: no group is large enough to compare."
    of = f"{formats.number(len(asked))} of {formats.number(judged)}"
    are = "is" if len(asked) == 1 else "are"
    first = f"Equality: {of} comparisons by sex, age and ethnic group {are}"
    if not asked:
        return f"{first} more than chance and large enough to ask about."
    which = "; ".join(
        f"{CHARACTERISTIC[row.characteristic]} {named(row.group)}, {STAGE[row.stage]}, ratio "
        f"{formats.number(row.selection_ratio, 2)}"
        for row in asked
    )
    return f"{first} more than chance and large enough to ask about: {which}."


def _calibration(models: Models) -> str:
    rows = [row for row in models.load(Calibration) if row.outcome == "offences"]
    if not rows:
        return (
            "Whether a rank means the same for each group is not known: nobody has been followed for a year."
        )
    apart = [row for row in rows if row.verdict in {"lower", "higher"}]
    if not apart:
        groups = formats.number(len(rows))
        return f"For none of {groups} groups did the same rank mean other later offences, beyond chance."
    which = "; ".join(
        f"{CHARACTERISTIC[row.characteristic]} {named(row.group)} {row.verdict} ({formats.number(row.ratio, 2)})"
        for row in apart
    )
    return f"The same rank meant other later offences for {which}, against all others of these ranks."


def _harm(models: Models) -> str:
    weak = [
        row for row in models.records("rpt_quality__harm_basis") if row["basis"] in {"placeholder", "gap"}
    ]
    share = sum(_number(row["share"]) or 0.0 for row in weak)
    return f"{formats.number(100 * share, 1)} % of the harm rests on placeholders or gaps in the harm index."


def _cases(models: Models) -> str:
    rows = models.records("rpt_methodology__ogrs3_cases")
    good = sum(row["is_reproduced"] is True for row in rows)
    of = f"{formats.number(good)} of {formats.number(len(rows))}"
    return f"{of} worked cases of OGRS3 with a known answer come out the same."


def _unlinked(models: Models) -> str:
    rows = models.records("rpt_quality__links")
    everything = sum(int(_number(row["records"]) or 0) for row in rows)
    if not everything:
        return "No record of another source has come that could find a person."
    lost = sum(int(_number(row["records"]) or 0) for row in rows if row["link_method"] == "unlinked")
    return (
        f"{formats.number(lost)} of {formats.number(everything)} records of other sources found no person: kept, "
        "listed, and nobody's."
    )


def _decisions(models: Models) -> str:
    rows = [row for row in models.load(Decided) if row.reason == "all"]
    if not rows:
        return "The unit has delivered no record of its decisions."
    counted = ", ".join(
        f"{words.say(words.DECISION, r.decision, '')} {formats.number(r.decisions)}" for r in rows
    )
    return f"Decisions recorded: {counted}."


def _checks(context: PageContext) -> str:
    passed = Counter(check.kind for check in context.checks if check.status == "pass")
    of = Counter(check.kind for check in context.checks)
    if not of:
        return "No check was run on these figures."
    counted = "; ".join(
        f"{_KINDS.get(kind, kind)} {formats.number(passed[kind])} of {formats.number(of[kind])}"
        for kind in sorted(of)
    )
    return f"Checks passed: {counted}."


def _number(value: Value) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _day(value: Value) -> date | None:
    return value if isinstance(value, date) else None
