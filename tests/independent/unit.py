"""Running the unit: caseload, training, workload, register, interventions, candidates for de-selection."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pandas as pd

from tests.independent.deliveries import came
from tests.independent.facts import Facts, Rows, months_later, percent, ratio
from tests.independent.managed import is_open
from tests.independent.reoffending import Spell, number

HIGH = {"high", "very_high"}


def open_on(rows: pd.DataFrame, start: str, end: str, day: pd.Timestamp) -> pd.DataFrame:
    """Return spells or registrations that are open on a day; without a start, since ever."""
    begun = rows[start].isna() | (rows[start] <= day)
    return rows[begun & (rows[end].isna() | (rows[end] > day))]


def open_spells(facts: Facts, day: pd.Timestamp) -> pd.DataFrame:
    """Return the cohort spells open on a day."""
    return open_on(facts.ready.spells, "adopted_date", "deselected_date", day)


def open_registrations(facts: Facts, day: pd.Timestamp) -> pd.DataFrame:
    """Return the registrations open on a day."""
    return open_on(facts.ready.registrations, "registration_start", "registration_end", day)


def _person(row: object, identity: str) -> str:
    """Return who a record is about; of unlinked records each is somebody of its own, by PNC id where it has one."""
    for name in ("nominal_id", "pnc_id"):
        if getattr(row, name, None) is not None:
            return f"{name} {getattr(row, name)}"
    return f"{identity} {getattr(row, identity)}"


def cases(facts: Facts, day: pd.Timestamp) -> dict[str, dict[str, bool]]:
    """Return manager -> person -> whether at high risk on any of the records that the manager holds."""
    held: dict[str, dict[str, bool]] = {}
    for row in open_spells(facts, day).itertuples():
        one = held.setdefault(row.manager_id, {})
        who = _person(row, "spell_id")
        one[who] = one.get(who, False) or row.risk_level in HIGH
    for row in open_registrations(facts, day).itertuples():
        one = held.setdefault(row.manager_id, {})
        who = _person(row, "visor_id")
        one[who] = one.get(who, False) or (row.arms_level or row.rm2000_level) in HIGH
    return held


def _census(
    facts: Facts, day: pd.Timestamp, manager_id: str, held: int, high: int | None, source: str
) -> dict[str, object]:
    managers = facts.managers.set_index("manager_id")
    most = int(managers.at[manager_id, "max_caseload"])
    high_pct = None if high is None else percent(high, held)
    return {
        "census_date": day,
        "manager_id": manager_id,
        "offenders_managed": held,
        "max_caseload": most,
        "capacity_pct": percent(held, most),
        "high_risk_pct": high_pct,
        "is_over_capacity": held > most,
        # Not known is not False; of nobody, nobody is at high risk.
        "is_over_30_pct_high_risk": None
        if high is None
        else 100 * high > facts.said["high_risk_share_pct"] * held,
        "source": source,
    }


def caseload(facts: Facts) -> pd.DataFrame:
    """Return the caseload of managers in post at as_at, and of earlier censuses."""
    held = cases(facts, facts.at)
    rows = []
    for manager in facts.in_post(facts.at).itertuples():
        mine = held.get(manager.manager_id, {})
        if mine or manager.role == "offender_manager":
            rows.append(
                _census(facts, facts.at, manager.manager_id, len(mine), sum(mine.values()), "open_spells")
            )
    history = facts.state["caseload_history"]
    for row in history[history["census_date"] < facts.at].itertuples():
        high = None if row.high_risk_managed is None else int(row.high_risk_managed)
        rows.append(
            _census(
                facts, row.census_date, row.manager_id, int(row.offenders_managed), high, "caseload_history"
            )
        )
    return pd.DataFrame(rows)


def trained(managers: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Return the offender managers trained by a day."""
    return managers[(managers["role"] == "offender_manager") & (managers["mosovo_date"] <= day)]


def training(facts: Facts) -> pd.DataFrame:
    """Return how many offender managers are trained, now and at the set-up date."""
    set_up = pd.Timestamp(facts.said["unit_set_up_date"])
    row: dict[str, object] = {"set_up_date": set_up}
    for name, day in (("", facts.at), ("_before", set_up - pd.Timedelta(days=1)), ("_after", facts.at)):
        post = facts.in_post(day)
        post = post[post["role"] == "offender_manager"]
        done = trained(post, day)
        row |= {
            f"managers{name}": len(post),
            f"trained{name}": len(done),
            f"trained{name}_pct": percent(len(done), len(post)),
        }
    return pd.DataFrame([row if came(facts.state, "idiom") else {"set_up_date": set_up}], columns=list(row))


def workload(facts: Facts) -> pd.DataFrame:
    """Return people per manager by scheme."""
    rows: Rows = []
    open_now = open_spells(facts, facts.at)
    post = facts.in_post(facts.at)
    ready = set(post.loc[post["mosovo_date"] <= facts.at, "manager_id"])
    for scheme, part in open_now.groupby("scheme"):
        people = {_person(row, "spell_id") for row in part.itertuples()}
        managers = set(part["manager_id"].dropna()) & set(post["manager_id"])
        row = {
            "scheme": scheme,
            "people": len(people),
            "managers": len(managers),
            "people_per_manager": ratio(len(people), len(managers)),
            "trained_managers": len(managers & ready),
            "people_per_trained_manager": ratio(len(people), len(managers & ready)),
        }
        for cohort, some in part.groupby("cohort"):
            row[f"people_{cohort}"] = len({_person(one, "spell_id") for one in some.itertuples()})
        rows.append(row)
    return pd.DataFrame(rows)


def visor(facts: Facts) -> pd.DataFrame:
    """Return the register by division."""
    now = open_registrations(facts, facts.at)
    before = open_registrations(facts, facts.at - pd.Timedelta(days=facts.said["register_growth_days"]))
    done = trained(facts.in_post(facts.at), facts.at)
    rows: Rows = []
    for division in sorted({*now["division"], *before["division"]}):
        part = now[now["division"] == division]
        then = int((before["division"] == division).sum())
        managers = int((done["division"] == division).sum())
        # Neither date known: nothing to count from. A release to come is none yet.
        release = part["release_date"].where(part["release_date"] <= facts.at)
        since = pd.concat([release, part["registration_start"]], axis=1).max(axis=1)
        assessed = part["arms_date"] >= since
        due = since + pd.Timedelta(days=facts.said["arms_due_days"])
        due_visit = part["next_visit_due"] < facts.at
        visited = part["last_visit_date"] >= part["next_visit_due"]
        row = {
            "division": division,
            "registrations": len(part),
            **{f"level_{level}": (part["mappa_level"] == level).sum() for level in "123"},
            **{
                f"arms_{level}": (part["arms_level"] == level).sum()
                for level in ("low", "medium", "high", "very_high")
            },
            "arms_unknown": part["arms_level"].isna().sum(),
            "registrations_before": then,
            "growth_pct": percent(len(part) - then, then),
            "trained_managers": managers if came(facts.state, "idiom") else None,
            "per_trained_manager": ratio(len(part), managers),
            "arms_overdue": ((due < facts.at) & ~assessed).sum(),
            "visits_overdue": (due_visit & ~visited).sum(),
        }
        rows.append(row)
    return pd.DataFrame(rows)


def interventions(facts: Facts) -> pd.DataFrame:
    """Return how many of each cohort had each intervention (Surrey's Table 4).

    An intervention belongs to the cohort of its spell; without one, to the cohorts that the person was in that day.
    """
    cohorts = facts.ready.spells.set_index("spell_id")["cohort"]
    members: dict[str, set[str]] = {}
    in_cohort: dict[str, list[Spell]] = {}
    for (cohort, who), spells in facts.by_cohort.items():
        members.setdefault(cohort, set()).add(who)
        if cohort == "all":
            in_cohort[who] = spells
    had: dict[tuple[str, str], set[str]] = {}
    for row in facts.interventions[facts.interventions["nominal_id"].notna()].itertuples():
        day = number(row.intervention_date) or 0
        of = {one.cohort for one in in_cohort.get(row.nominal_id, []) if is_open(one, day)}
        if row.spell_id is not None:
            of = {cohorts[row.spell_id]} if row.spell_id in cohorts.index else set()
        for cohort in of:
            had.setdefault((row.intervention, cohort), set()).add(row.nominal_id)
            members.setdefault(cohort, set()).add(row.nominal_id)
    used = {intervention for intervention, _ in had}
    return pd.DataFrame(
        [
            {
                "intervention": one.intervention,
                "cohort": cohort,
                "nominals": len(had.get((one.intervention, cohort), ())),
                "nominals_pct": percent(len(had.get((one.intervention, cohort), ())), len(people)),
                "cohort_nominals": len(people),
                "type": one.type,
            }
            for one in facts.state["intervention_catalogue"].itertuples()
            for cohort, people in members.items()
            if cohort != "all" and one.intervention in used
        ]
    )


def deselection_candidates(facts: Facts, seeds: Path) -> pd.DataFrame:
    """Return the open spells on which a rule fired."""
    with (seeds / "deselection_rules.csv").open(encoding="utf-8", newline="") as stream:
        rules = list(csv.DictReader(stream))
    if not facts.state["intelligence"].attrs["came"]:  # nobody can say that there was none
        rules = [rule for rule in rules if rule["needs_intelligence"] != "true"]
    logs: dict[str, list[int]] = {}
    intelligence = facts.ready.people
    for nominal_id, day in zip(
        *(facts.state["intelligence"][name] for name in ("nominal_id", "log_date")), strict=True
    ):
        logs.setdefault(intelligence.survivor[nominal_id], []).append(number(day) or 0)
    sentences = facts.ready.custody.assign(days=pd.to_numeric(facts.ready.custody["sentence_days"]))
    sentences = sentences[sentences["custody_type"] == "sentence"]
    long = sentences[sentences["days"] >= facts.said["deselection_sentence_days"]]
    rows: Rows = []
    for spell in open_spells(facts, facts.at).itertuples():
        who, adopted = spell.nominal_id, spell.adopted_date
        if who is None:
            continue
        for rule in rules:
            if rule["cohort"] not in ("all", spell.cohort):
                continue
            since = months_later(facts.at.date(), -int(rule["months"]))
            if adopted.date() > since:
                continue
            fired = (
                facts.last_day[who] < facts.as_at
                if rule["rule"] == "deceased"
                else ((long["nominal_id"] == who) & (long["start_date"] >= adopted)).any()
                if rule["rule"] == "sentenced"
                else _quiet(facts, who, since, logs, rule["needs_intelligence"])
            )
            if fired:
                rows.append({"spell_id": spell.spell_id, "rule": rule["rule"], "nominal_id": who})
    return pd.DataFrame(rows, columns=["spell_id", "rule", "nominal_id"])


def _quiet(facts: Facts, who: str, since: date, logs: dict[str, list[int]], needs_intelligence: str) -> bool:
    """Tell whether nothing is known of a person after a day."""
    after = since.toordinal()
    known = [one.day for one in facts.offences["recorded"].get(who, [])]
    if needs_intelligence == "true":
        known += [day for day in logs.get(who, []) if day <= facts.as_at]
    return all(day <= after for day in known)
