"""What the board follows month by month, each as known at that month's end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tests.independent.deliveries import came
from tests.independent.facts import Facts, Rows, ratio
from tests.independent.management import management_status
from tests.independent.offences import counted_at
from tests.independent.reference import HARM_UNITS
from tests.independent.unit import cases, open_registrations


@dataclass(frozen=True)
class Month:
    """A whole month."""

    first: pd.Timestamp
    last: pd.Timestamp


def months_of(facts: Facts) -> list[Month]:
    """Return the last whole months up to as_at."""
    months = []
    start = facts.at.to_period("M").start_time
    if (facts.at + pd.Timedelta(days=1)).day == 1:
        start += pd.DateOffset(months=1)
    for back in range(facts.said["trend_months"], 0, -1):
        first = start - pd.DateOffset(months=back)
        months.append(Month(first, first + pd.offsets.MonthEnd(0)))
    return months


def managed_days(facts: Facts, month: Month) -> dict[str, set[pd.Timestamp]]:
    """Return person -> days of the month on which somebody was managed and alive."""
    ready = facts.ready
    spells = ready.spells[["nominal_id", "adopted_date", "deselected_date"]]
    registrations = ready.registrations[["nominal_id", "registration_start", "registration_end"]]
    days: dict[str, set[pd.Timestamp]] = {}
    for rows in (spells, registrations):
        for who, start, end in rows.itertuples(index=False, name=None):
            if who is None:
                continue
            first = month.first if pd.isna(start) else max(start, month.first)
            last = month.last if pd.isna(end) else min(end - pd.Timedelta(days=1), month.last)
            last = min(last, pd.Timestamp.fromordinal(min(facts.last_day[who], facts.as_at)))
            days.setdefault(who, set()).update(pd.date_range(first, last))
    return {who: one for who, one in days.items() if one}


def _month_values(facts: Facts, month: Month) -> dict[str, tuple[float | None, int]]:
    ready, end = facts.ready, month.last
    status = management_status(end, ready.spells, ready.registrations, ready.referrals)
    managed = sum(one == "managed" for one in status.values())
    days = managed_days(facts, month)
    person_years = sum(len(one) for one in days.values()) / facts.said["rate_year_days"]
    counted = counted_at(ready.links, end)
    counted = counted[counted["offence_date"] >= month.first]
    where = zip(counted["offence_date"], counted["nominal_id"], strict=True)
    mine = counted[np.array([day in days.get(who, ()) for day, who in where], dtype=bool)]
    register = open_registrations(facts, end)
    held = cases(facts, end)
    post = facts.in_post(end)
    counted_managers = post[(post["role"] == "offender_manager") | post["manager_id"].isin(list(held))]
    holding = [len(held.get(one, {})) for one in counted_managers["manager_id"]]
    costs = facts.state["unit_costs"]
    paid = costs[(costs["cost_date"] >= month.first) & (costs["cost_date"] <= end)]
    paid = paid[paid["cost_type"] == "running"]
    return {
        "managed_people": (managed if facts.is_management_known else None, managed),
        "offences_per_managed_person_year": (ratio(len(mine), person_years), len(days)),
        "harm_days_per_managed_person_year": (
            ratio(mine["harm"].sum() / HARM_UNITS, person_years),
            len(days),
        ),
        "offending_cost_gbp_per_managed_person_year": (
            None
            if len(mine) and mine["unit_cost_gbp"].isna().all()
            else ratio(mine["unit_cost_gbp"].sum(), person_years),
            len(days),
        ),
        "caseload_per_manager": (ratio(sum(holding), len(holding)), len(holding)),
        "register": (len(register) if came(facts.state, "visor_summary") else None, len(register)),
        "unit_cost_gbp": (paid["amount_gbp"].astype(float).sum() if len(paid) else None, len(paid)),
    }


def entrants(facts: Facts, month: Month) -> tuple[float, int] | None:
    """Return the people new in the list at a scheduled date of the month, and the number of those dates."""
    rows = facts.ranked[
        facts.ranked["is_scheduled"] & facts.ranked["run_date"].between(month.first, month.last)
    ]
    rows = rows[rows["is_new_in_top_n"].notna()]
    if rows.empty:
        return None
    new = rows[rows["is_new_in_top_n"].astype(bool)]
    return float(new["nominal_id"].nunique()), int(rows["run_date"].nunique())


def trends(facts: Facts) -> pd.DataFrame:
    """Return every metric of every month with its control limits."""
    rows: Rows = []
    for month in months_of(facts):
        values = dict(_month_values(facts, month))
        fresh = entrants(facts, month)
        if fresh is not None:
            values["new_high_harm_entrants"] = fresh
        rows += [
            {"month_end": month.last, "metric": metric, "value": value, "n": n}
            for metric, (value, n) in values.items()
            if value is not None
        ]
    return pd.concat([_with_limits(part, facts) for _, part in pd.DataFrame(rows).groupby("metric")])


def _with_limits(part: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """Return the values of a metric with mean +- 2.66 mean moving ranges."""
    part = part.sort_values("month_end")
    known = part["value"].astype(float)
    mean, spread = known.mean(), known.diff().abs().mean()
    reach = facts.said["control_limit_factor"] * spread
    return part.assign(
        mean_value=mean,
        mean_moving_range=spread,
        lower_limit=mean - reach,
        upper_limit=mean + reach,
        # Rounding of a mean is no signal.
        is_signal=((known - mean).abs() > reach + 1e-9 * max(1.0, abs(mean))) if pd.notna(reach) else None,
    )
