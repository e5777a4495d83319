"""The whole oracle: from a landing folder (or frames in its shape) and dates to every table that is compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from tests.independent.deliveries import State, default_as_at, read_landing
from tests.independent.explanations import explain
from tests.independent.identity import People, follow_merges, linked
from tests.independent.management import in_custody, management_status, meeting_list, population_gaps
from tests.independent.movement import add_movement
from tests.independent.offences import fct_offences, link_offences, weigh
from tests.independent.ranking import add_previous, rank_at
from tests.independent.reference import HARM_UNITS, Reference, harm_of, offence_types, read_reference
from tests.independent.reoffending import fct_reoffending


@dataclass(frozen=True)
class Prepared:
    """Frames that every question is answered from."""

    people: People
    links: pd.DataFrame
    events: pd.DataFrame
    custody: pd.DataFrame
    spells: pd.DataFrame
    registrations: pd.DataFrame
    referrals: pd.DataFrame


def _known(rows: pd.DataFrame, begins: str, ends: str | None, as_at: pd.Timestamp) -> pd.DataFrame:
    """Return the rows that have begun, with an end that is not known yet left open."""
    rows = rows[rows[begins] <= as_at].copy()
    if ends:
        rows[ends] = rows[ends].where(rows[ends] <= as_at)
    return rows


def prepare(state: State, reference: Reference, as_at: pd.Timestamp) -> Prepared:
    """Follow merges, link, weigh, and cut what is later than ``as_at``."""
    people = follow_merges(state["nominals"], as_at)
    offences = weigh(state["offences"], state["offence_victims"], reference)
    links = link_offences(state["offence_nominals"], people.survivor, offences)
    events = linked(people, state["pnc_events"])
    events = events[events["sanction_date"] <= as_at].copy()
    events["harm_days"] = harm_of(events["ho_code"], events["offence_date"], reference)
    events["harm"] = (events["harm_days"].fillna(0) * HARM_UNITS).round().astype("int64")
    events["ogrs3_group"] = [reference.group_of(code) for code in events["ho_code"]]
    events["unit_cost_gbp"] = pd.Series(
        [
            reference.costs.get(reference.listed(code).get("cost_category"), float("nan"))
            for code in events["ho_code"]
        ],
        index=events.index,
        dtype=float,
    )
    spells, registrations = linked(people, state["cohort_spells"]), linked(people, state["visor_summary"])
    start = registrations["registration_start"]
    referrals = _known(linked(people, state["referrals"]), "referred_date", None, as_at)
    decided_on = referrals["meeting_date"].fillna(referrals["referred_date"])
    # The meeting date of a deferred referral is that of the next meeting.
    undecided = (decided_on > as_at) & (referrals["decision"] != "deferred")
    return Prepared(
        people,
        links[(links["recorded_date"] <= as_at) & (links["offence_date"] <= as_at)],
        events,
        _known(linked(people, state["custody"]), "start_date", "end_date", as_at),
        _known(spells, "adopted_date", "deselected_date", as_at),
        registrations[start.isna() | (start <= as_at)],
        referrals.assign(decision=referrals["decision"].mask(undecided, "pending")),
    )


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
    ready: Prepared, ranked: pd.DataFrame, reference: Reference, scheduled: list[pd.Timestamp]
) -> pd.DataFrame:
    parts = []
    by_day = {day: part.reset_index(drop=True) for day, part in ranked.groupby("run_date")}
    for day, part in by_day.items():
        before = [one for one in scheduled if one < day]
        rank_before = None
        if before:
            earlier = by_day.get(before[-1])
            rank_before = (
                pd.Series(dtype=float) if earlier is None else earlier.set_index("nominal_id")["rank"]
            )
        parts.append(meeting_list(part, ready.links, ready.referrals, rank_before, reference))
    return pd.concat(parts, ignore_index=True)


def compute(
    state: State, reference: Reference, as_at: date, run_dates: Sequence[date] | None = None
) -> dict[str, pd.DataFrame]:
    """Compute every compared table from bronze-like frames of the current state."""
    at = pd.Timestamp(as_at)
    days, scheduled = run_dates_of(as_at, run_dates, reference)
    ready = prepare(state, reference, at)
    ranked = rankings(ready, reference, days, scheduled)
    explained = [explain(part, ready.links, reference) for _, part in ranked.groupby("run_date")]
    return {
        "dim_nominals": ready.people.nominals,
        "fct_offences": fct_offences(ready.links, at),
        "fct_sanctions": ready.events,
        "fct_cohort_spells": ready.spells,
        "fct_visor_registrations": ready.registrations,
        "fct_referrals": ready.referrals,
        "fct_custody_spells": ready.custody,
        "fct_interventions": _known(
            linked(ready.people, state["interventions"]), "intervention_date", "completed_date", at
        ),
        "fct_intelligence": _known(linked(ready.people, state["intelligence"]), "log_date", None, at),
        "dim_offence_types": offence_types(reference, at),
        "fct_rankings": ranked,
        "fct_ranking_explanations": pd.concat(explained, ignore_index=True),
        "fct_reoffending": fct_reoffending(
            ready.people,
            ready.links,
            ready.events,
            ready.custody,
            ready.spells,
            ready.registrations,
            reference,
            at,
        ),
        "rpt_quality__population_gaps": population_gaps(
            at, ready.people.nominals, ready.links, ranked[ranked["run_date"] == at]
        ),
        "rpt_unit__meeting_list": _meeting(ready, ranked, reference, scheduled),
    }


def compute_landing(
    landing: Path, seeds: Path, as_at: date | None = None, run_dates: Sequence[date] | None = None
) -> dict[str, pd.DataFrame]:
    """Compute every compared table from a landing folder."""
    as_at = as_at or default_as_at(landing)
    return compute(read_landing(landing, as_at), read_reference(seeds), as_at, run_dates)
