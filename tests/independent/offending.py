"""Who comes up again, what became of offences, what was decided: serial perpetrators, outcomes, pathways, audit."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pandas as pd

from tests.independent.facts import Facts, Rows, months_later
from tests.independent.management import management_status
from tests.independent.reference import HARM_UNITS
from tests.independent.reoffending import number

PARTNERS = {"intimate_partner", "former_partner"}


def serial_da(facts: Facts) -> pd.DataFrame:
    """Return who abused two or more partners within some three years, with figures over all such offences."""
    said = facts.said
    known = facts.known[facts.known["domestic_abuse"]]
    dates = {(row.offence_id, row.nominal_id): row.offence_date.date() for row in known.itertuples()}
    victims: dict[str, list[tuple[Any, str, str]]] = {}
    for row in facts.state["offence_victims"].itertuples():
        who = facts.ready.people.survivor[row.nominal_id]
        day = dates.get((row.offence_id, who))
        if day is not None and row.relationship in PARTNERS:
            victims.setdefault(who, []).append((day, row.victim_id, row.offence_id))
    rows: Rows = []
    for who, found in victims.items():
        for end in sorted({day for day, _, _ in found}):
            start = months_later(end, -12 * said["serial_da_years"])
            if len({victim for day, victim, _ in found if start < day <= end}) >= said["serial_da_victims"]:
                days = [day for day, _, _ in found]
                rows.append(
                    {
                        "nominal_id": who,
                        "victims": len({victim for _, victim, _ in found}),
                        "first_date": min(days),
                        "last_date": max(days),
                        "offences": len({offence for _, _, offence in found}),
                    }
                )
                break
    return pd.DataFrame(rows, columns=["nominal_id", "victims", "first_date", "last_date", "offences"])


def outcome_groups(seeds: Path) -> dict[str, dict[str, str]]:
    """Return outcome code -> its row of the seed."""
    with (seeds / "outcome_codes.csv").open(encoding="utf-8", newline="") as stream:
        return {row["outcome_code"]: row for row in csv.DictReader(stream)}


def _outcomes_known(facts: Facts) -> pd.Series:
    known = facts.known
    return known["outcome_code"].where(
        known["outcome_date"].isna() | (known["outcome_date"] <= facts.at), None
    )


def repeat_nfa(facts: Facts, seeds: Path) -> pd.DataFrame:
    """Return who was named in two or more offences that ended without further action."""
    said, codes = facts.said, outcome_groups(seeds)
    ended = {code for code, row in codes.items() if row["is_no_further_action"] == "true"}
    known = facts.known[_outcomes_known(facts).isin(ended)]
    subgroups = set(said["repeat_nfa_sexual_subgroups"].split(","))
    sexual = [
        facts.types[code].get("subgroup") in subgroups or facts.types[code].get("is_serious_sexual") == "true"
        for code in known["ho_code"]
    ]
    rows: Rows = []
    for kind, part in (("sexual", known[sexual]), ("domestic_abuse", known[known["domestic_abuse"]])):
        counts = part.groupby("nominal_id").size()
        rows += [
            {"nominal_id": who, "kind": kind, "offences": n}
            for who, n in counts[counts >= said["repeat_nfa_offences"]].items()
        ]
    return pd.DataFrame(rows)


class Statuses:
    """Management status on any day, looked up once a day."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.days: dict[pd.Timestamp, dict[str, str]] = {}

    def of(self, who: str, day: pd.Timestamp) -> str:
        """Return somebody's status on a day."""
        if day not in self.days:
            ready = self.facts.ready
            self.days[day] = management_status(day, ready.spells, ready.registrations, ready.referrals)
        return self.days[day].get(who, "never_considered")


def outcomes(facts: Facts, seeds: Path, statuses: Statuses, months: int | None = None) -> pd.DataFrame:
    """Return what became of offences by month recorded, subgroup and the person's status on the day of recording."""
    codes = outcome_groups(seeds)
    known = facts.known.assign(outcome=_outcomes_known(facts))
    counts: dict[tuple[Any, str, str], dict[str, int]] = {}
    for row in known.itertuples():
        group = codes[row.outcome]["outcome_group"] if row.outcome in codes else "undecided"
        key = (
            row.recorded_date.date().replace(day=1),
            facts.types[row.ho_code].get("subgroup") or "Not listed",
            statuses.of(row.nominal_id, row.recorded_date),
        )
        cell = counts.setdefault(key, {})
        cell[group] = cell.get(group, 0) + 1
    names = ["charged", "cautioned", "no_further_action", "undecided"]
    rows: Rows = []
    for (month, subgroup, status), cell in counts.items():
        n = sum(cell.values())
        row = {"month": month, "subgroup": subgroup, "management_status": status, "offences": n}
        rows.append(
            row
            | {name: cell.get(name, 0) for name in names}
            | {f"{name}_share": cell.get(name, 0) / n for name in names}
        )
    return pd.DataFrame(rows)


def _decided(facts: Facts) -> pd.DataFrame:
    """Return referrals with the date of their decision; a meeting still to come (the next, of a deferred) is none."""
    referrals = facts.ready.referrals
    heard = referrals["meeting_date"].where(referrals["meeting_date"] <= facts.at)
    return referrals.assign(decided_on=heard.fillna(referrals["referred_date"]))


def rank_on(facts: Facts, who: str | None, day: pd.Timestamp) -> tuple[pd.Timestamp | None, float | None]:
    """Return the last run date up to a day, and the rank that somebody had then."""
    before = [one for one in facts.days if one <= day]
    return (before[-1], facts.ranks[before[-1]].get(who)) if before else (None, None)


def selection_events(facts: Facts) -> Rows:
    """Return every adoption, refusal, deferral and de-selection of a linked person."""
    events: Rows = []
    for row in facts.ready.spells.itertuples():
        shared = {"nominal_id": row.nominal_id, "pathway": row.pathway, "agency": None, "cohort": row.cohort}
        events.append(
            shared
            | {
                "event": f"spell/{row.spell_id}/adoption",
                "date": row.adopted_date,
                "kind": "adoption",
                "reason": None,
            }
        )
        if not pd.isna(row.deselected_date):
            events.append(
                shared
                | {
                    "event": f"spell/{row.spell_id}/deselection",
                    "date": row.deselected_date,
                    "kind": "deselection",
                    "reason": row.deselection_reason,
                }
            )
    kinds = {"not_adopted": "refusal", "deferred": "deferral"}
    for row in _decided(facts).itertuples():
        if row.decision in kinds:
            events.append(
                {
                    "event": f"referral/{row.referral_id}",
                    "date": row.decided_on,
                    "nominal_id": row.nominal_id,
                    "kind": kinds[row.decision],
                    "pathway": "algorithm" if row.agency == "algorithm" else "referral",
                    "agency": row.agency,
                    "cohort": None,
                    "reason": row.decision_reason,
                }
            )
    return [event for event in [*events, *_recorded(facts)] if event["date"] <= facts.at]


def _recorded(facts: Facts) -> Rows:
    """Return the decisions that the unit recorded itself; their rank is that of the list that they were taken on."""
    return [
        {
            "event": f"decision/{row.run_date.date()}/{row.delivered}",
            "date": row.decision_date,
            "nominal_id": row.nominal_id,
            "kind": f"meeting_{row.decision}",
            "pathway": None,
            "agency": None,
            "cohort": None,
            "reason": row.reason,
            "decided_by_role": row.decided_by,
            "list": row.run_date,
        }
        for row in facts.ready.decisions.itertuples()
    ]


def selection_audit(facts: Facts, statuses: Statuses) -> pd.DataFrame:
    """Return every event with the rank at that time and what followed in a year."""
    span = pd.Timedelta(days=facts.said["follow_up_days"])
    rows: Rows = []
    for event in selection_events(facts):
        who, day = event["nominal_id"], event["date"]
        run_date, rank = rank_on(facts, who, event.pop("list", day))
        first, last = (number(day) or 0) + 1, number(day + span) or 0
        done = [one for one in facts.offences["recorded"].get(who, []) if first <= one.day <= last]
        is_mature = day + span <= facts.at
        rows.append(
            {"decided_by_role": None}
            | event
            | {
                "rank_run_date": run_date,
                "rank_at_event": rank,
                "is_mature": is_mature,
                "follow_up_offences": None if who is None else len(done),
                "follow_up_harm_days": None if who is None else sum(one.harm for one in done) / HARM_UNITS,
                "is_managed_a_year_later": statuses.of(who, day + span) == "managed"
                if who and is_mature and facts.is_management_known
                else None,
            }
        )
    return pd.DataFrame(rows)


def pathways(facts: Facts) -> pd.DataFrame:
    """Return referrals by month and agency, and adoptions by month and pathway."""
    rows: Rows = []
    referrals = _decided(facts)
    referrals = referrals.assign(month=referrals["referred_date"].dt.to_period("M").dt.start_time)
    for (month, agency), part in referrals.groupby(["month", "agency"]):
        decided = part[part["decision"].isin(["adopted", "not_adopted"])]
        ranks = [rank_on(facts, row.nominal_id, row.decided_on)[1] for row in decided.itertuples()]
        rows.append(
            {
                "month": month,
                "kind": "agency",
                "pathway": agency,
                "referred": len(part),
                "triaged": (part["triage"] != "not_triaged").sum(),
                "heard": (part["meeting_date"] <= facts.at).sum(),
                **{name: (part["decision"] == name).sum() for name in ("adopted", "not_adopted", "deferred")},
                "days_to_decision": (decided["decided_on"] - decided["referred_date"]).dt.days.mean(),
                "median_rank_at_decision": pd.Series(ranks, dtype=float).median(),
            }
        )
    spells = facts.ready.spells
    spells = spells.assign(month=spells["adopted_date"].dt.to_period("M").dt.start_time)
    for (month, pathway), part in spells.groupby(["month", "pathway"]):
        ranks = [rank_on(facts, row.nominal_id, row.adopted_date)[1] for row in part.itertuples()]
        rows.append(
            {"month": month, "kind": "pathway", "pathway": pathway, "adopted": len(part),
             "median_rank_at_decision": pd.Series(ranks, dtype=float).median()}
        )  # fmt: skip
    return pd.DataFrame(rows)
