"""IDIOM's printed table: does it add up, and does it agree with what was known here on its day."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd

from tests.independent.facts import Facts, Rows
from tests.independent.managed import idiom_table
from tests.independent.reoffending import fct_reoffending

FIGURES = (
    *("total", "male", "female", "unknown_sex", "offences_pre", "offences_during", "offences_difference"),
    *("offences_difference_pct", "cost_pre", "cost_during", "cost_difference", "cost_difference_pct"),
)


def as_known(facts: Facts, day: pd.Timestamp) -> dict[str, dict[str, Any]]:
    """Return scope -> IDIOM's table, from what was known at the end of a day."""
    ready = facts.ready
    frames = (ready.people, ready.links, ready.events, ready.custody, ready.spells, ready.registrations)
    spells = ready.spells[ready.spells["adopted_date"] <= day]
    registrations = ready.registrations[~(ready.registrations["registration_start"] > day)]
    events = ready.events[ready.events["sanction_date"] <= day]
    followed = fct_reoffending(
        *frames[:2], events, ready.custody, spells, registrations, facts.reference, day
    )
    if followed.empty:
        return {}
    then = replace(
        facts, at=day, ready=replace(ready, spells=spells, registrations=registrations), reoffending=followed
    )
    table = idiom_table(then)
    table = table[(table["cohort"] == "all") & (table["basis"] == "recorded")]
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return {row["scope"]: in_pence(row) | {"total": row["nominals"]} for row in rows}


def _pence(amount: float | None) -> float | None:
    if amount is None:
        return None
    return float(Decimal(str(amount)).quantize(Decimal("0.01"), ROUND_HALF_UP))


def in_pence(row: dict[str, Any]) -> dict[str, Any]:
    """Return a table with money in pence, as it is printed, and what follows from it.

    Money is DECIMAL(18,2): each amount for itself, also where the other one is unknown, as before management of people
    who were all adopted before the records begin.
    """
    before, during = _pence(row["cost_pre"]), _pence(row["cost_during"])
    change = None if before is None or during is None else during - before
    return row | {
        "cost_pre": before,
        "cost_during": during,
        "cost_difference": change,
        "cost_difference_pct": None if change is None or not before else 100 * change / before,
    }


def _from_printed(printed: dict[str, Any]) -> dict[str, float | None]:
    """Return what figures of a printed table should be by its others."""
    found: dict[str, float | None] = {}
    for what in ("offences", "cost"):
        before, during = printed[f"{what}_pre"], printed[f"{what}_during"]
        found[f"{what}_difference"] = during - before
        found[f"{what}_difference_pct"] = 100 * (during - before) / before if before else None
    return found | {"unknown_sex": printed["total"] - printed["male"] - printed["female"]}


def _verdict(figure: str, printed: float | None, found: float | None, said: dict[str, Any]) -> str | None:
    if figure == "unknown_sex":
        return f"sex not stated for {found:.0f}" if found else "adds up"
    if found is None or printed is None:
        return "given"
    limit = (
        0.5 * 10 ** -said["idiom_pct_decimals"] if figure.endswith("pct") else said["idiom_rounding_units"]
    )
    return "adds up" if abs(found - printed) <= limit + 1e-9 else "does not add up"


def reconciliation(facts: Facts) -> pd.DataFrame:
    """Return every printed figure beside what follows from the others, and beside the warehouse's."""
    rows: Rows = []
    summaries = facts.state["performance_summary"]
    tables: dict[pd.Timestamp, dict[str, dict[str, Any]]] = {}
    for row in summaries[summaries["period_end"] <= facts.at].to_dict("records"):
        day = row["period_end"]
        if day not in tables:
            tables[day] = as_known(facts, day)
        printed = {name: None if row[name] is None else float(row[name]) for name in FIGURES if name in row}
        recomputed, ours = _from_printed(printed), tables[day].get(row["scope"], {})
        for figure in FIGURES:
            given, found, here = printed.get(figure), recomputed.get(figure), ours.get(figure)
            rows.append(
                {
                    "period_end": day,
                    "scope": row["scope"],
                    "figure": figure,
                    "printed": given,
                    "recomputed_from_printed": found,
                    "warehouse": here,
                    "difference": None if found is None or given is None else found - given,
                    "warehouse_difference": None if here is None or given is None else here - given,
                    "verdict": _verdict(figure, given, found, facts.said),
                }
            )
    return pd.DataFrame(rows)
