"""What it costs and what it brings: offending, benefit by scheme, cohort sizes, IDIOM's printed table."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tests.independent.facts import Facts, Rows, months_later
from tests.independent.managed import before_and_now, in_scope, priced
from tests.independent.unit import open_spells

METHODS = ("naive", "exposure_adjusted", "expected_without_management", "matched_difference")


def offending(facts: Facts) -> pd.DataFrame:
    """Return the projected annual cost of offending at central unit costs."""
    rows: Rows = []
    for scope in ("all_managed", "currently_managed"):
        scoped = in_scope(facts, scope)
        for cohort, part in scoped[scoped["basis"] == "recorded"].groupby("cohort"):
            part = part.assign(**{f"cost_gbp_{one}": priced(part, one) for one in ("pre", "now")})
            row = before_and_now(part, "cost_gbp", "cost", facts.said["rate_year_days"])
            done = (part["offences_pre"] + part["offences_now"]).sum()
            unknown = (part["offences_without_cost_pre"] + part["offences_without_cost_now"]).sum()
            rows.append(
                {
                    "scope": scope,
                    "cohort": cohort,
                    "estimate": "central",
                    "nominals": len(part),
                    "cost_pre_gbp": row["cost_pre"],
                    "cost_during_gbp": row["cost_during"],
                    "difference_gbp": row["cost_difference"],
                    "cost_pre_per_nominal_gbp": row["cost_pre_per_nominal"],
                    "cost_during_per_nominal_gbp": row["cost_during_per_nominal"],
                    "difference_per_nominal_gbp": row["cost_difference_per_nominal"],
                    "offences_without_cost_share": unknown / done if done else None,
                }
            )
    return pd.DataFrame(rows)


def _sum(amounts: pd.DataFrame, cost_type: str) -> float | None:
    """Return the costs of a type, or nothing where none was delivered: that is not 0."""
    rows = amounts[amounts["cost_type"] == cost_type]
    return float(rows["amount"].sum()) if len(rows) else None


def last_year(facts: Facts, amounts: pd.DataFrame) -> pd.DataFrame:
    """Return the costs of the twelve months up to as_at."""
    return amounts[amounts["cost_date"] > pd.Timestamp(months_later(facts.at.date(), -12))]


def unit_costs(facts: Facts) -> pd.DataFrame:
    """Return the unit's costs up to as_at."""
    rows = facts.state["unit_costs"]
    rows = rows[rows["cost_date"] <= facts.at]
    return rows.assign(amount=rows["amount_gbp"].astype(float))


def people_of(facts: Facts) -> dict[str, set[str]]:
    """Return scheme -> linked people with an open spell in it."""
    rows = open_spells(facts, facts.at)
    rows = rows[rows["nominal_id"].notna()]
    return {str(scheme): set(part["nominal_id"]) for scheme, part in rows.groupby("scheme")}


def benefit(facts: Facts, effect: pd.DataFrame) -> pd.DataFrame:
    """Return what each scheme's management avoids a year, by the rate ratio of each method.

    Without management there would be the observed rate over the ratio; avoided is what that lies above the observed.
    """
    said, costs = facts.said, unit_costs(facts)
    year = said["rate_year_days"]
    ratios = effect[
        (effect["cohort"] == "all") & (effect["basis"] == "recorded") & (effect["window_months"] == "whole")
    ].set_index(["method", "outcome"])["rate_ratio"]
    every = facts.reoffending
    every = every[(every["cohort"] == "all") & (every["basis"] == "recorded")]
    rows: Rows = []
    for scheme, people in people_of(facts).items():
        part, own = every[every["nominal_id"].isin(people)], costs[costs["scheme"] == scheme]
        part = part.assign(cost_gbp_during=priced(part, "during"))
        running = _sum(last_year(facts, own), "running")
        a_year = {
            name: year * part[f"{column}_during"].sum(min_count=1) / part["days_during"].sum() * len(part)
            for name, column in (("offences", "offences"), ("harm", "harm_days"), ("cost", "cost_gbp"))
        }
        per_offence = a_year["cost"] / a_year["offences"] if a_year["offences"] else None
        for method in [one for one in METHODS if (one, "offences") in ratios.index]:
            avoided: dict[str, Any] = {}
            for name in ("offences", "harm"):
                rate_ratio = ratios.get((method, name))
                avoided[name] = a_year[name] * (1 / rate_ratio - 1) if rate_ratio else None
            rate_ratio = ratios.get((method, "offences"))
            worth = a_year["cost"] * (1 / rate_ratio - 1) if rate_ratio else None
            day = said["prison_place_gbp_year"] / said["harm_day_year_days"]
            rows.append(
                {
                    "scheme": scheme,
                    "method": method,
                    "nominals": len(part),
                    "setup_cost_gbp": _sum(own, "setup"),
                    "running_cost_gbp_year": running,
                    "offences_avoided_year": avoided["offences"],
                    "harm_days_avoided_year": avoided["harm"],
                    "value_of_offences_gbp": worth,
                    "value_of_harm_gbp": None if avoided["harm"] is None else avoided["harm"] * day,
                    "net_gbp": None if worth is None or running is None else worth - running,
                    "benefit_cost_ratio": None if worth is None or not running else worth / running,
                    "break_even_offences": running / per_offence
                    if per_offence and running is not None
                    else None,
                }
            )
    return pd.DataFrame(rows)


def measured(facts: Facts) -> dict[int, dict[str, float]]:
    """Return first rank of a band -> mean follow-up harm, cost and offences of a person over all mature dates."""
    size, sums = facts.said["band_size"], {}
    cost = facts.known[["nominal_id", "offence_date", "unit_cost_gbp"]]
    for day, ranked in facts.at_date.items():
        if not facts.is_mature(day):
            continue
        until = day + pd.Timedelta(days=facts.said["follow_up_days"])
        done = cost[(cost["offence_date"] > day) & (cost["offence_date"] <= until)]
        ranked = ranked.assign(
            cost=ranked["nominal_id"].map(done.groupby("nominal_id")["unit_cost_gbp"].sum()).fillna(0),
            done=ranked["nominal_id"].map(done.groupby("nominal_id").size()).fillna(0),
            band=(ranked["rank"] - 1) // size * size + 1,
        )
        for first, part in ranked.groupby("band"):
            cell = sums.setdefault(int(first), [0.0, 0.0, 0.0, 0])
            cell[0] += part["follow_harm"].sum()
            cell[1] += part["cost"].sum()
            cell[2] += part["done"].sum()
            cell[3] += len(part)
    return {first: {"harm": a / n, "cost": b / n, "done": c / n} for first, (a, b, c, n) in sums.items()}


def cohort_size(facts: Facts, effect: pd.DataFrame) -> pd.DataFrame:
    """Return what the next people of the ranking would cost and bring, size by size."""
    said = facts.said
    by_band = measured(facts)
    latest = facts.at_date[max(facts.at_date)]
    free = latest.loc[latest["management_status"] != "managed", "rank"].tolist()
    ratios = effect[
        (effect["cohort"] == "all")
        & (effect["basis"] == "recorded")
        & (effect["window_months"] == "whole")
        & (effect["method"] == "expected_without_management")
    ].set_index("outcome")["rate_ratio"]
    spent = last_year(facts, unit_costs(facts))
    paid = {scheme: _sum(spent[spent["scheme"] == scheme], "running") for scheme in people_of(facts)}
    billed = [scheme for scheme, amount in paid.items() if amount is not None]
    managed = set().union(*(people_of(facts)[scheme] for scheme in billed))
    each = sum(paid[scheme] for scheme in billed) / len(managed) if managed else None
    rows: Rows = []
    for size in range(said["cohort_size_minimum"], said["cohort_size_maximum"] + 1, said["cohort_size_step"]):
        # Ranks beyond what a mature date has shown are not valued.
        first = [(rank - 1) // said["band_size"] * said["band_size"] + 1 for rank in free[:size]]
        bands = [by_band[one] for one in first if one in by_band]
        if len(bands) < size:
            break
        harm, cost, done = (sum(one[name] for one in bands) for name in ("harm", "cost", "done"))
        cost = float("nan") if done and not cost else cost  # nothing has a price, which is not 0
        left = {name: ratios.get(name) for name in ("harm", "offences")}
        saved = {name: None if pd.isna(one) else 1 - one for name, one in left.items()}
        worth = None if saved["offences"] is None else cost * saved["offences"]
        rows.append(
            {
                "size": size,
                "last_rank": free[size - 1],
                "expected_harm": harm,
                "harm_days_avoided": None if saved["harm"] is None else harm * saved["harm"],
                "expected_cost_gbp": cost,
                "value_central_gbp": worth,
                "cost_of_managing_gbp": None if each is None else each * size,
                "net": None if worth is None or each is None else worth - each * size,
            }
        )
    return pd.DataFrame(rows)
