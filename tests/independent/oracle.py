"""The whole oracle: from a landing folder (or frames in its shape) and dates to every table that is compared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from tests.independent.deliveries import State, came, default_as_at, read_landing
from tests.independent.explanations import explain
from tests.independent.facts import Facts
from tests.independent.identity import linked
from tests.independent.management import in_custody, management_status, meeting_list, population_gaps
from tests.independent.movement import add_movement
from tests.independent.offences import fct_offences
from tests.independent.outcomes import compute_outcomes
from tests.independent.prepared import Prepared, known_at, prepare
from tests.independent.ranking import add_previous, rank_at
from tests.independent.reference import Reference, offence_types, read_reference
from tests.independent.reoffending import fct_reoffending


def run_dates_of(
    as_at: date, named: Sequence[date] | None, reference: Reference, years: int = 3
) -> tuple[list[pd.Timestamp], list[pd.Timestamp]]:
    """Return all run dates and the scheduled ones among them."""
    if named is None:
        step = timedelta(days=reference.parameters["run_interval_days"])
        day = date.fromisoformat(reference.parameters["anchor_run_date"])
        grid = []
        while day <= as_at:
            grid.append(day)
            day += step
        since = date(as_at.year - years, as_at.month, min(as_at.day, 28))
        named = [one for one in grid if one > since]
    scheduled = [pd.Timestamp(one) for one in sorted(set(named))]
    return sorted({*scheduled, pd.Timestamp(as_at)}), scheduled


def rankings(
    ready: Prepared, reference: Reference, days: list[pd.Timestamp], scheduled: list[pd.Timestamp]
) -> pd.DataFrame:
    """Return fct_rankings, with the terms beside."""
    parts = []
    for day in days:
        ranked = rank_at(day, ready.people.nominals, ready.links, ready.events, reference)
        status = management_status(day, ready.spells, ready.registrations, ready.referrals)
        parts.append(
            ranked.assign(
                management_status=ranked["nominal_id"].map(status).fillna("never_considered"),
                in_custody=ranked["nominal_id"].isin(in_custody(day, ready.custody)),
            )
        )
    ranked = add_previous(pd.concat(parts, ignore_index=True), scheduled, reference.parameters["top_n"])
    return add_movement(ranked, ready.links, ready.events, scheduled, reference)


def _meeting(
    ready: Prepared,
    ranked: pd.DataFrame,
    reference: Reference,
    days: list[pd.Timestamp],
    scheduled: list[pd.Timestamp],
) -> pd.DataFrame:
    parts = []
    by_day = {day: part.reset_index(drop=True) for day, part in ranked.groupby("run_date")}
    for day in days:  # also those at which nobody is ranked
        part = by_day.get(day, ranked.iloc[:0])
        before = [one for one in scheduled if one < day]
        rank_before = None
        if before:
            earlier = by_day.get(before[-1])
            rank_before = (
                pd.Series(dtype=float) if earlier is None else earlier.set_index("nominal_id")["rank"]
            )
        parts.append(
            meeting_list(day, part, ready.links, ready.referrals, ready.decisions, rank_before, reference)
        )
    return pd.concat(parts, ignore_index=True)


def compute(
    state: State,
    reference: Reference,
    as_at: date,
    run_dates: Sequence[date] | None,
    seeds: Path,
    outcomes: bool,
) -> dict[str, pd.DataFrame]:
    """Compute compared tables from bronze-like frames of the current state."""
    at = pd.Timestamp(as_at)
    days, scheduled = run_dates_of(as_at, run_dates, reference)
    ready = prepare(state, reference, at)
    ranked = rankings(ready, reference, days, scheduled)
    explained = [explain(part, ready.links, reference) for _, part in ranked.groupby("run_date")]
    followed = fct_reoffending(
        ready.people,
        ready.links,
        ready.events,
        ready.custody,
        ready.spells,
        ready.registrations,
        reference,
        at,
    )
    if not came(state, "idiom"):  # what was proven stands there alone
        followed = followed[followed["basis"] == "recorded"]
    tables = {
        "dim_nominals": ready.people.nominals,
        "fct_offences": fct_offences(ready.links, at),
        "fct_sanctions": ready.events,
        "fct_cohort_spells": ready.spells,
        "fct_visor_registrations": ready.registrations,
        "fct_referrals": ready.referrals,
        "fct_custody_spells": ready.custody,
        "fct_interventions": known_at(
            linked(ready.people, state["interventions"]), "intervention_date", "completed_date", at
        ),
        "fct_intelligence": known_at(linked(ready.people, state["intelligence"]), "log_date", None, at),
        "dim_offence_types": offence_types(reference, at),
        "fct_rankings": ranked,
        "fct_ranking_explanations": pd.concat(explained, ignore_index=True),
        "fct_reoffending": followed,
        "rpt_quality__population_gaps": population_gaps(
            at, ready.people.nominals, ready.links, ranked[ranked["run_date"] == at]
        ),
        "rpt_unit__meeting_list": _meeting(ready, ranked, reference, days, scheduled),
    }
    if not outcomes:
        return tables
    facts = Facts(at, days, scheduled, ready, ranked, reference, state, followed)
    return tables | compute_outcomes(facts, seeds)


def compute_landing(
    landing: Path,
    seeds: Path,
    as_at: date | None = None,
    run_dates: Sequence[date] | None = None,
    outcomes: bool = True,
) -> dict[str, pd.DataFrame]:
    """Compute compared tables from a landing folder.

    Args:
        landing: Deliveries.
        seeds: Folder of the reference values.
        as_at: Default: the earliest of the sources' latest extract dates.
        run_dates: Default: the schedule.
        outcomes: Whether the reporting tables of outcomes, cost and unit are computed too.
    """
    as_at = as_at or default_as_at(landing)
    return compute(read_landing(landing, as_at), read_reference(seeds), as_at, run_dates, seeds, outcomes)
