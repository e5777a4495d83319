"""The board's figures against loops over people and days, and the limits against Wheeler's words."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pytest
from numpy import mean

from tests.dbt_outcomes.unit_force import AS_AT, UnitForce, days
from tests.dbt_outcomes.unit_warehouse import Ask, ask, force

__all__ = ["ask", "force"]
pytestmark = pytest.mark.slow
JUNE, JULY = date(2026, 6, 30), date(2026, 7, 31)


def figures(ask: Ask, metric: str) -> dict[date, float]:
    rows = ask(f"select month_end, value from reporting.rpt_board__trends where metric = '{metric}'")
    return {row["month_end"]: row["value"] for row in rows}


def test_managed_people_and_register(force: UnitForce, ask: Ask) -> None:
    people, register = figures(ask, "managed_people"), figures(ask, "register")
    assert len(people) == len(register) == 36
    assert max(people) == AS_AT
    for day in people:
        now = force.open_on(day)
        assert people[day] == len({one["who"] for one in now if one["who"]})
        assert register[day] == sum(one["kind"] == "registration" for one in now)


@pytest.mark.parametrize("end", [AS_AT, JULY, JUNE])
def test_rates_a_managed_person_year(force: UnitForce, ask: Ask, end: date) -> None:
    managed = set()
    day = end.replace(day=1)
    died = {one["nominal_id"]: one["deceased_date"] or date.max for one in force.rows["nominals"]}
    while day <= end:
        managed |= {(one["who"], day) for one in force.open_on(day) if one["who"] and day < died[one["who"]]}
        day += days(1)
    offences = [
        offence
        for offence, who in force.counted(end)
        if offence["offence_date"].replace(day=1) == end.replace(day=1)
        and (who, offence["offence_date"]) in managed
    ]
    harm = {
        row["offence_id"]: float(row["harm_days"] or 0) for row in ask("select * from marts.fct_offences")
    }
    years = len(managed) / 365.25
    assert figures(ask, "offences_per_managed_person_year")[end] == pytest.approx(len(offences) / years)
    assert figures(ask, "harm_days_per_managed_person_year")[end] == pytest.approx(
        sum(harm[offence["offence_id"]] for offence in offences) / years
    )
    assert offences


@pytest.mark.parametrize("end", [AS_AT, JULY, JUNE])
def test_caseload(force: UnitForce, ask: Ask, end: date) -> None:
    held = defaultdict(set)
    for one in force.open_on(end):
        held[one["manager"]].add(one["key"])
    loads = [
        len(held[manager["manager_id"]])
        for manager in force.in_post(end)
        if manager["role"] == "offender_manager" or held[manager["manager_id"]]
    ]
    assert figures(ask, "caseload_per_manager")[end] == pytest.approx(mean(loads))


def test_new_entrants_are_people(ask: Ask) -> None:
    ranks = ask("select run_date, nominal_id from marts.fct_rankings where rank <= 100")
    at = defaultdict(set)
    for row in ranks:
        at[row["run_date"]].add(row["nominal_id"])
    first, second, third = sorted(at)
    assert figures(ask, "new_high_harm_entrants") == {
        AS_AT: len((at[second] - at[first]) | (at[third] - at[second]))
    }


def test_running_costs_of_a_month(force: UnitForce, ask: Ask) -> None:
    found = figures(ask, "unit_cost_gbp")
    for end in found:
        assert found[end] == pytest.approx(
            sum(
                float(row["amount_gbp"])
                for row in force.rows["unit_costs"]
                if row["cost_type"] == "running" and row["cost_date"].replace(day=1) == end.replace(day=1)
            )
        )


def test_limits_are_the_mean_and_2_66_mean_moving_ranges(ask: Ask) -> None:
    for metric in {row["metric"] for row in ask("select distinct metric from reporting.rpt_board__trends")}:
        rows = ask(f"select * from reporting.rpt_board__trends where metric = '{metric}' order by month_end")
        values = [row["value"] for row in rows]
        if len(values) < 2:
            assert rows[0]["is_signal"] is None
            continue
        spread = 2.66 * mean([abs(b - a) for a, b in zip(values, values[1:], strict=False)])
        low, high = mean(values) - spread, mean(values) + spread
        for row in rows:
            assert row["lower_limit"] == pytest.approx(low)
            assert row["upper_limit"] == pytest.approx(high)
            assert row["is_signal"] == (
                row["value"] < row["lower_limit"] or row["value"] > row["upper_limit"]
            )
