"""Selection ratios against statsmodels, and the stages against loops over the people ranked."""

from __future__ import annotations

import pytest
from statsmodels.stats.contingency_tables import Table2x2

from tests.dbt_outcomes.unit_force import AS_AT, UnitForce
from tests.dbt_outcomes.unit_warehouse import Ask, ask, force

__all__ = ["ask", "force"]
pytestmark = pytest.mark.slow
FIVE = {"W1": "White", "B1": "Black", "A2": "Asian"}


def _groups(force: UnitForce, who: str) -> dict[str, str | None]:
    person = force.person[who]
    born = person["date_of_birth"]
    age = AS_AT.year - born.year - ((AS_AT.month, AS_AT.day) < (born.month, born.day))
    lows = [18, 25, 35, 45, 55, 65]
    low = max(one for one in lows if one <= age)
    return {
        "sex": person["sex"] if person["sex"] in ("M", "F") else None,
        "age_band": "65+" if low == 65 else f"{low}-{lows[lows.index(low) + 1] - 1}",
        "ethnicity": person["ethnicity"] if person["ethnicity"] != "NS" else None,
        "ethnic_group": FIVE.get(person["ethnicity"]),
    }


def test_stages_by_hand(force: UnitForce, ask: Ask) -> None:
    ranked = [
        row["nominal_id"]
        for row in ask(f"select nominal_id from marts.fct_rankings where run_date = date '{AS_AT}'")
    ]
    status = {who: force.status(who, AS_AT) for who in ranked}
    left = {one["who"] for one in force.periods if one["end"] is not None and one["end"] <= AS_AT}
    stages = {
        "scored": set(ranked),
        "considered": {who for who in ranked if status[who] != "never_considered"},
        "adopted": {who for who in ranked if status[who] in ("managed", "previously_managed")},
        "deselected": {who for who in ranked if who in left},
    }
    found = ask(
        f"select * from reporting.rpt_equality__stages where run_date = date '{AS_AT}' and stage <> 'top_n'"
    )
    groups = {who: _groups(force, who) for who in ranked}
    for row in found:
        of = [groups[who][row["characteristic"]] for who in stages[row["stage"]]]
        assert row["n"] == of.count(row["group"])
        assert row["share"] == pytest.approx(row["n"] / len(of))
        assert row["missing_share"] == pytest.approx(of.count(None) / len(of))
    assert {row["characteristic"] for row in found} == {"sex", "age_band", "ethnicity", "ethnic_group"}


def test_ratio_and_interval_are_those_of_a_two_by_two_table(ask: Ask) -> None:
    rows = {
        (row["run_date"], row["stage"], row["characteristic"], row["group"]): row
        for row in ask("select * from reporting.rpt_equality__stages")
    }
    checked = 0
    for (day, stage, characteristic, group), row in rows.items():
        others = [
            other
            for (on, at, what, name), other in rows.items()
            if (on, at, what) == (day, stage, characteristic) and name != group
        ]
        n, base = sum(other["n"] for other in others), sum(other["base_n"] or 0 for other in others)
        if stage == "scored" or row["base_n"] < 10 or base < 10 or n == 0:
            assert row["selection_ratio"] is None
            continue
        if row["n"] == 0:
            assert (row["selection_ratio"], row["ci_low"]) == (0, None)
            continue
        table = Table2x2([[row["n"], row["base_n"] - row["n"]], [n, base - n]], shift_zeros=False)
        assert row["selection_ratio"] == pytest.approx(table.riskratio)
        if row["n"] < row["base_n"] or n < base:
            assert (row["ci_low"], row["ci_high"]) == pytest.approx(table.riskratio_confint(0.05))
            checked += 1
    assert checked > 20
