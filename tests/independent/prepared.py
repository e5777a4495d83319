"""One run's frames: people, links, events and registers linked to survivors and cut at ``as_at``."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from tests.independent.deliveries import State
from tests.independent.identity import People, follow_merges, linked
from tests.independent.offences import link_offences, weigh
from tests.independent.reference import HARM_UNITS, Reference, harm_of


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
    decisions: pd.DataFrame


def known_at(rows: pd.DataFrame, begins: str, ends: str | None, as_at: pd.Timestamp) -> pd.DataFrame:
    """Return the rows that have begun, with an end that is not known yet left open."""
    rows = rows[rows[begins] <= as_at].copy()
    if ends:
        rows[ends] = rows[ends].where(rows[ends] <= as_at)
    return rows


def register_at(registrations: pd.DataFrame, as_at: pd.Timestamp) -> pd.DataFrame:
    """Return the registrations that have begun, without assessments and visits that had not been made yet.

    A register that has no delivery up to as_at is read from its first one, "cut by dates". The release, the end and the
    next visit are plans, which may lie ahead: they stay, and have no effect before their day.
    """
    start = registrations["registration_start"]
    rows = registrations[start.isna() | (start <= as_at)].copy()
    for done in ("arms_date", "last_visit_date"):
        rows[done] = rows[done].where(rows[done] <= as_at)
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
    referrals = known_at(linked(people, state["referrals"]), "referred_date", None, as_at)
    decided_on = referrals["meeting_date"].fillna(referrals["referred_date"])
    decided = state["unit_decisions"]
    # The meeting date of a deferred referral is that of the next meeting.
    undecided = (decided_on > as_at) & (referrals["decision"] != "deferred")
    return Prepared(
        people,
        links[(links["recorded_date"] <= as_at) & (links["offence_date"] <= as_at)],
        events,
        known_at(linked(people, state["custody"]), "start_date", "end_date", as_at),
        known_at(spells, "adopted_date", "deselected_date", as_at),
        register_at(registrations, as_at),
        referrals.assign(decision=referrals["decision"].mask(undecided, "pending")),
        known_at(
            linked(people, decided.assign(delivered=decided["nominal_id"])), "decision_date", None, as_at
        ),
    )
