"""What the unit recorded of its own decisions: by reason, and adopted beside not adopted, like with like."""

from __future__ import annotations

import math
from collections import defaultdict
from statistics import median, variance
from typing import Any

import pandas as pd

from tests.independent.facts import Facts, Rows, percent, ratio
from tests.independent.offences import counted_at
from tests.independent.reference import HARM_UNITS
from tests.independent.reoffending import number


def _followed(facts: Facts) -> Rows:
    """Return each decision with rank, offences in the year before as known then, and the year after as known now."""
    year = facts.said["follow_up_days"]
    span = pd.Timedelta(days=year)
    rows: Rows = []
    for row in facts.ready.decisions.itertuples():
        who, day = row.nominal_id, row.decision_date
        known = counted_at(facts.ready.links, day)
        before = known[(known["nominal_id"] == who) & (known["offence_date"] > day - span)]
        later = facts.known[
            (facts.known["nominal_id"] == who)
            & (facts.known["offence_date"] > day)
            & (facts.known["offence_date"] <= day + span)
        ]
        on = number(day) or 0
        rows.append(
            {
                "id": f"{row.run_date.date()}/{row.delivered}",
                "who": who,
                "day": day,
                "decision": row.decision,
                "reason": row.reason,
                "rank": facts.ranks.get(row.run_date, {}).get(who),
                "is_mature": day + span <= facts.at,
                "is_inside": any(start <= on < end for start, end in facts.custody.get(who, [])),
                "before": len(before),
                "offences": len(later),
                "harm": float(later["harm"].sum()) / HARM_UNITS,
            }
        )
    return rows


def _wilson(part: int, whole: int, z: float) -> tuple[float, float]:
    share, square = part / whole, z * z
    middle = (share + square / (2 * whole)) / (1 + square / whole)
    half = z / (1 + square / whole) * math.sqrt(share * (1 - share) / whole + square / (4 * whole * whole))
    return 100 * (middle - half), 100 * (middle + half)


def by_reason(facts: Facts) -> pd.DataFrame:
    """Return decisions by kind and reason, and by kind."""
    groups: dict[tuple[str, str], Rows] = defaultdict(list)
    for row in _followed(facts):
        groups[row["decision"], row["reason"]].append(row)
        groups[row["decision"], "all"].append(row)
    table: Rows = []
    for (decision, reason), rows in groups.items():
        ranks = [row["rank"] for row in rows if row["rank"] is not None]
        followed = [row for row in rows if row["is_mature"] and row["who"] is not None]
        again = sum(row["offences"] > 0 for row in followed)
        low, high = _wilson(again, len(followed), facts.said["interval_z"]) if followed else (None, None)
        table.append(
            {
                "decision": decision,
                "reason": reason,
                "decisions": len(rows),
                "people": len({row["who"] for row in rows} - {None}),
                "median_rank": median(ranks) if ranks else None,
                "followed": len(followed),
                "recorded_again": again,
                "recorded_again_pct": percent(again, len(followed)),
                "ci_low_pct": low,
                "ci_high_pct": high,
                "mean_offences": ratio(sum(row["offences"] for row in followed), len(followed)),
                "mean_harm_days": ratio(sum(row["harm"] for row in followed), len(followed)),
            }
        )
    return pd.DataFrame(table)


def _stratum(facts: Facts, row: dict[str, Any]) -> tuple[str, int]:
    rank, said = row["rank"], facts.said
    band = "beyond"
    if rank is not None and rank <= said["explained_n"]:
        band = "top" if rank <= said["top_n"] else "listed"
    return band, sum(row["before"] > most for most in (1, 3, 6, 10, 20))


def compared(facts: Facts) -> pd.DataFrame:
    """Return the standardised ratio of those adopted to those not, over strata that have two of each."""
    first: dict[str, dict[str, Any]] = {}
    for row in sorted(_followed(facts), key=lambda one: (one["day"], one["id"].encode())):
        if row["who"] is not None and row["is_mature"] and row["decision"] in ("adopt", "not_adopt"):
            first.setdefault(row["who"], row)
    people = [row for row in first.values() if not row["is_inside"]]
    return pd.DataFrame(
        [
            {"outcome": outcome} | _standardised(facts, people, column)
            for outcome, column in (
                ("offences", "offences"),
                ("harm_days", "harm"),
                ("recorded_again", "again"),
            )
            if people
        ]
    )


def student_margin(z: float, parts: list[tuple[float, int]]) -> float:
    """Return the half width of an interval from parts of a variance, each with its degrees of freedom."""
    spread = sum(part for part, _ in parts)
    uncertain = sum(part**2 / degrees for part, degrees in parts)
    if not uncertain:
        return z * math.sqrt(spread)
    v = spread**2 / uncertain
    terms = (
        z,
        (z**3 + z) / 4 / v,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96 / v**2,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384 / v**3,
    )
    return math.fsum(terms) * math.sqrt(spread)


def _standardised(facts: Facts, people: Rows, column: str) -> dict[str, Any]:
    strata: dict[tuple[str, int], dict[bool, list[float]]] = defaultdict(lambda: {True: [], False: []})
    for row in people:
        value = float(row["offences"] > 0) if column == "again" else float(row[column])
        strata[_stratum(facts, row)][row["decision"] == "adopt"].append(value)
    used = [part for part in strata.values() if min(len(part[True]), len(part[False])) >= 2]
    adopted = sum(len(part[True]) for part in used)
    others = sum(len(part[False]) for part in used)
    top = sum(sum(part[True]) for part in used)
    bottom = sum(len(part[True]) * sum(part[False]) / len(part[False]) for part in used)
    found = {
        "n_adopted": adopted,
        "n_not_adopted": others,
        "adopted_without_like": sum(row["decision"] == "adopt" for row in people) - adopted,
        "not_adopted_without_like": sum(row["decision"] != "adopt" for row in people) - others,
        "strata": len(used),
        "mean_adopted": ratio(top, adopted),
        "mean_not_adopted": ratio(bottom, adopted),
        "ratio": ratio(top, bottom),
        "ci_low": None,
        "ci_high": None,
    }
    if top > 0 and bottom > 0:
        parts = [(len(p[True]) * variance(p[True]) / top**2, len(p[True]) - 1) for p in used]
        parts += [
            (len(p[True]) ** 2 * variance(p[False]) / len(p[False]) / bottom**2, len(p[False]) - 1)
            for p in used
        ]
        margin = student_margin(facts.said["interval_z"], parts)
        found["ci_low"], found["ci_high"] = top / bottom * math.exp(-margin), top / bottom * math.exp(margin)
    least = facts.said["minimum_nominals_for_verdict"]
    if min(adopted, others) < least:
        verdict = "too few"
    elif found["ci_high"] is not None and found["ci_high"] < 1:
        verdict = "lower"
    elif found["ci_low"] is not None and found["ci_low"] > 1:
        verdict = "higher"
    else:
        verdict = "inconclusive"
    return found | {"verdict": verdict}
