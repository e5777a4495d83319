"""The unit's tables against loops over the delivered rows, on a force whose dates pile up on the edges."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pytest

from tests.dbt_outcomes.unit_force import AS_AT, RUN_DATES, UnitForce, days
from tests.dbt_outcomes.unit_warehouse import Ask, ask, force

__all__ = ["ask", "force"]
pytestmark = pytest.mark.slow
HIGH = ("high", "very_high")
QUIET = {
    "da": date(2026, 5, 31),
    "ppo": date(2026, 2, 28),
    "iom_fixed": date(2026, 2, 28),
    "hcco": date(2026, 2, 28),
}


def test_nothing_was_put_aside(ask: Ask) -> None:
    files = ask(
        "select sum(quarantined) as bad, sum(identical_duplicates) as doubles from reporting.rpt_quality__files"
    )
    assert files == [{"bad": 0, "doubles": 0}]


def test_caseload(force: UnitForce, ask: Ask) -> None:
    expected = {}
    for manager in force.in_post(AS_AT):
        mine = [one for one in force.open_on(AS_AT) if one["manager"] == manager["manager_id"]]
        people = {one["key"] for one in mine}
        high = {one["key"] for one in mine if one["level"] in HIGH}
        if people or manager["role"] == "offender_manager":
            expected[manager["manager_id"]] = (
                len(people),
                100 * len(people) / manager["max_caseload"],
                100 * len(high) / len(people) if people else None,
                len(people) > manager["max_caseload"],
                10 * len(high) > 3 * len(people),
            )
    found = ask("select * from reporting.rpt_unit__caseload where source = 'open_spells'")
    assert {row["census_date"] for row in found} == {AS_AT}
    assert {
        row["manager_id"]: (row["offenders_managed"], row["capacity_pct"], row["high_risk_pct"],
                            row["is_over_capacity"], row["is_over_30_pct_high_risk"])
        for row in found
    } == expected  # fmt: skip
    assert any(flags[3] for flags in expected.values())
    assert not all(flags[3] for flags in expected.values())


def test_earlier_censuses_come_from_history(force: UnitForce, ask: Ask) -> None:
    found = ask("select * from reporting.rpt_unit__caseload where source = 'caseload_history'")
    assert {(row["manager_id"], row["census_date"], row["offenders_managed"]) for row in found} == {
        (row["manager_id"], row["census_date"], row["offenders_managed"])
        for row in force.rows["caseload_history"]
        if row["census_date"] < AS_AT
    }


def test_serial_domestic_abuse(force: UnitForce, ask: Ask) -> None:
    counted = {(offence["offence_id"], who): offence for offence, who in force.counted()}
    acts = defaultdict(set)
    for victim in force.rows["offence_victims"]:
        who = force.survivor[victim["nominal_id"]]
        offence = counted.get((victim["offence_id"], who))
        if offence and offence["domestic_abuse"] == "Y" and victim["relationship"].endswith("_partner"):
            acts[who].add((offence["offence_date"], victim["victim_id"], offence["offence_id"]))
    expected = {}
    for who, events in acts.items():
        for end, _, _ in events:
            since = (
                end.replace(year=end.year - 3)
                if (end.month, end.day) != (2, 29)
                else date(end.year - 3, 2, 28)
            )
            if len({victim for on, victim, _ in events if since < on <= end}) >= 2:
                dates = [on for on, _, _ in events]
                expected[who] = (
                    len({v for _, v, _ in events}),
                    min(dates),
                    max(dates),
                    len({o for _, _, o in events}),
                )
    found = ask("select * from reporting.rpt_unit__serial_da")
    assert {
        row["nominal_id"]: (row["victims"], row["first_date"], row["last_date"], row["offences"])
        for row in found
    } == expected
    assert 5 < len(expected) < len(acts)


def test_repeats_without_further_action(force: UnitForce, ask: Ask) -> None:
    times: dict[tuple[str, str], int] = defaultdict(int)
    for offence, who in force.counted():
        if offence["outcome_code"] in (
            "15",
            "16",
        ):  # 5, the offender died, ends a case but is no such decision
            if offence["domestic_abuse"] == "Y":
                times[who, "domestic_abuse"] += 1
            if offence["ho_code"] in ("19C", "17A"):
                times[who, "sexual"] += 1
    found = ask("select * from reporting.rpt_unit__repeat_nfa")
    assert {(row["nominal_id"], row["kind"]): row["offences"] for row in found} == {
        key: count for key, count in times.items() if count >= 2
    }


def test_register(force: UnitForce, ask: Ask) -> None:
    found = {row["division"]: row for row in ask("select * from reporting.rpt_unit__visor")}
    trained = [
        row["division"]
        for row in force.in_post(AS_AT)
        if row["role"] == "offender_manager" and row["mosovo_date"] and row["mosovo_date"] <= AS_AT
    ]
    now = [one["row"] for one in force.open_on(AS_AT) if one["kind"] == "registration"]
    before = [one["row"] for one in force.open_on(AS_AT - days(365)) if one["kind"] == "registration"]
    for division, row in found.items():
        mine = [one for one in now if one["division"] == division]
        then = sum(one["division"] == division for one in before)
        assert row["registrations"] == len(mine)
        assert [row[f"level_{n}"] for n in (1, 2, 3)] == [
            sum(o["mappa_level"] == n for o in mine) for n in "123"
        ]
        assert row["growth_pct"] == (100 * (len(mine) - then) / then if then else None)
        officers = trained.count(division)
        assert row["per_trained_manager"] == (len(mine) / officers if officers else None)
        arms = visits = 0
        for one in mine:
            since = [d for d in (one["registration_start"], one["release_date"]) if d and d <= AS_AT]
            late = bool(since) and max(since) + days(42) < AS_AT
            arms += late and not (one["arms_date"] and one["arms_date"] >= max(since))
            visits += one["next_visit_due"] is not None and one["next_visit_due"] < AS_AT
        assert (row["arms_overdue"], row["visits_overdue"]) == (arms, visits)
    assert sum(row["arms_overdue"] for row in found.values()) > 1
    assert set(found) == {"North", "South", "East"}


def test_meeting_list(force: UnitForce, ask: Ask) -> None:
    ranked = {(row["run_date"], row["nominal_id"]): row for row in ask("select * from marts.fct_rankings")}
    serious = {
        row["offence_id"] for row in ask("select offence_id from marts.fct_offences where is_high_harm")
    }
    expected = {}
    for at, day in enumerate(RUN_DATES):
        waiting, decided = set(), set()
        for referral in force.rows["referrals"]:
            who = force.survivor.get(referral["nominal_id"])
            if who and referral["referred_date"] <= day:
                on = force.decided(referral, day)
                if on is None:
                    waiting.add(who)
                elif on > day - days(365):
                    decided.add(who)
        fresh = {
            who
            for offence, who in force.counted(day)
            if offence["offence_id"] in serious and offence["recorded_date"] > day - days(14)
        }
        for who in force.person:
            row = ranked.get((day, who))
            top = (
                row is not None
                and row["rank"] <= 100
                and force.status(who, day) != "managed"
                and who not in decided
            )
            if not (top or who in waiting):
                continue
            reason = "top_n_and_referral" if top and who in waiting else "top_n" if top else "referral"
            old = at and ranked.get((RUN_DATES[at - 1], who))
            entered = at > 0 and row is not None and row["rank"] <= 30 and not (old and old["rank"] <= 30)
            expected[day, who] = (reason, who in fresh or entered)
    found = ask("select * from reporting.rpt_unit__meeting_list")
    assert {
        (row["run_date"], row["nominal_id"]): (row["reason"], row["is_urgent"]) for row in found
    } == expected
    assert {reason for reason, _ in expected.values()} == {"top_n", "referral", "top_n_and_referral"}
    for (day, who), row in ranked.items():
        assert row["management_status"] == force.status(who, day)


def test_candidates_for_deselection(force: UnitForce, ask: Ask) -> None:
    latest: dict[str, date] = {}
    for offence, who in force.counted():
        latest[who] = max(latest.get(who, date.min), offence["offence_date"])
    for log in force.rows["intelligence"]:
        who = force.survivor[log["nominal_id"]]
        latest[who] = max(latest.get(who, date.min), log["log_date"])
    expected = set()
    for one in force.open_on(AS_AT):
        who = one["who"]
        if one["kind"] != "spell" or who is None:
            continue
        since = QUIET.get(one["cohort"])
        if since and one["start"] <= since and latest.get(who, date.min) <= since:
            expected.add((one["id"], "no_offence_no_intelligence"))
        died = force.person[who]["deceased_date"]
        if died and died <= AS_AT:
            expected.add((one["id"], "deceased"))
        for custody in force.rows["custody"]:
            if (
                one["cohort"] == "da"
                and force.survivor[custody["nominal_id"]] == who
                and custody["custody_type"] == "sentence"
                and (custody["sentence_days"] or 0) >= 730
                and custody["start_date"] >= one["start"]
            ):
                expected.add((one["id"], "sentenced"))
    found = ask("select * from reporting.rpt_unit__deselection_candidates")
    assert {(row["spell_id"], row["rule"]) for row in found} == expected
    assert {rule for _, rule in expected} >= {"deceased", "sentenced"}
    assert all(row["evidence"] for row in found)


def test_outcomes(force: UnitForce, ask: Ask) -> None:
    expected: dict[tuple[date, str], list[int]] = defaultdict(lambda: [0] * 5)
    for offence, who in force.counted():
        cell = expected[offence["recorded_date"].replace(day=1), force.status(who, offence["recorded_date"])]
        cell[0] += 1
        for at, codes in enumerate((("1",), ("3",), ("5", "15", "16"), (None,)), start=1):
            cell[at] += offence["outcome_code"] in codes
    found: dict[tuple[date, str], list[int]] = defaultdict(lambda: [0] * 5)
    for row in ask("select * from reporting.rpt_unit__outcomes"):
        for at, column in enumerate(("offences", "charged", "cautioned", "no_further_action", "undecided")):
            found[row["month"], row["management_status"]][at] += row[column]
        assert row["charged_share"] == row["charged"] / row["offences"]
    assert dict(found) == dict(expected)


def test_workload(force: UnitForce, ask: Ask) -> None:
    post = {row["manager_id"] for row in force.in_post(AS_AT)}
    for row in ask("select * from reporting.rpt_unit__workload"):
        mine = [
            o for o in force.open_on(AS_AT) if o["kind"] == "spell" and o["row"]["scheme"] == row["scheme"]
        ]
        managers = {one["manager"] for one in mine} & post
        assert row["people"] == len({one["key"] for one in mine})
        assert row["managers"] == len(managers)
        assert row["people_per_manager"] == row["people"] / len(managers)
        assert row["people_da"] == len({one["key"] for one in mine if one["cohort"] == "da"})


def test_selection_audit(force: UnitForce, ask: Ask) -> None:
    ranked = {
        (row["run_date"], row["nominal_id"]): row["rank"] for row in ask("select * from marts.fct_rankings")
    }
    events = []
    for row in force.rows["cohort_spells"]:
        events.append((row["adopted_date"], "adoption", force.link(row)))
        if row["deselected_date"]:
            events.append((row["deselected_date"], "deselection", force.link(row)))
    for row in force.rows["referrals"]:
        kind = {"not_adopted": "refusal", "deferred": "deferral"}.get(row["decision"])
        if kind:
            held = row["meeting_date"] is not None and row["meeting_date"] <= AS_AT
            events.append(
                (
                    row["meeting_date"] if held else row["referred_date"],
                    kind,
                    force.survivor.get(row["nominal_id"]),
                )
            )
    expected = []
    for on, kind, who in events:
        known = [day for day in RUN_DATES if day <= on]
        after = [
            o for o, person in force.counted() if person == who and on < o["offence_date"] <= on + days(365)
        ]
        count = len(after) if who else None
        expected.append(
            (
                on,
                kind,
                who,
                ranked.get((max(known), who)) if known and who else None,
                on + days(365) <= AS_AT,
                count,
            )
        )
    found = [
        (
            row["date"],
            row["kind"],
            row["nominal_id"],
            row["rank_at_event"],
            row["is_mature"],
            row["follow_up_offences"],
        )
        for row in ask("select * from reporting.rpt_unit__selection_audit")
    ]
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_interventions(force: UnitForce, ask: Ask) -> None:
    spells = {one["id"]: one for one in force.periods if one["kind"] == "spell"}
    visor = {one["who"] for one in spells.values() if one["cohort"] == "visor" and one["who"]}
    cohorts = [
        one
        for one in force.periods
        if one["who"] and (one["kind"] == "spell" or (one["start"] and one["who"] not in visor))
    ]
    got = defaultdict(set)
    members = defaultdict(set)
    for one in cohorts:
        members[one["cohort"]].add(one["who"])
    for row in force.rows["interventions"]:
        who, on = force.survivor[row["nominal_id"]], row["intervention_date"]
        if row["spell_id"]:
            names = {spells[row["spell_id"]]["cohort"]}
        else:
            names = {
                o["cohort"]
                for o in cohorts
                if o["who"] == who and o["start"] <= on and (not o["end"] or o["end"] > on)
            }
        for cohort in names:
            got[row["intervention"], cohort].add(who)
            members[cohort].add(who)
    found = ask("select * from reporting.rpt_unit__interventions")
    assert len(found) == 2 * len(members)
    for row in found:
        people = got[row["intervention"], row["cohort"]]
        assert row["nominals"] == len(people)
        assert row["nominals_pct"] == 100 * len(people) / len(members[row["cohort"]])


def test_pathways(force: UnitForce, ask: Ask) -> None:
    july = date(2026, 7, 1)
    mine = [
        row
        for row in force.rows["referrals"]
        if row["agency"] == "marac" and row["referred_date"].replace(day=1) == july
    ]
    waits = [(on - row["referred_date"]).days for row in mine if (on := force.decided(row, AS_AT))]
    found = ask(
        "select * from reporting.rpt_unit__pathways where kind = 'agency' and pathway = 'marac'"
        " and month = date '2026-07-01'"
    )
    assert [
        (row["referred"], row["adopted"], row["not_adopted"], row["deferred"], row["pending"])
        for row in found
    ] == [
        (
            len(mine),
            *(
                sum(r["decision"] == d for r in mine)
                for d in ("adopted", "not_adopted", "deferred", "pending")
            ),
        )
    ]
    assert found[0]["days_to_decision"] == pytest.approx(sum(waits) / len(waits))
