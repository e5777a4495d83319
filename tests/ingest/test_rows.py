"""The rules of a row: each one broken alone, in full deliveries of every source."""

from __future__ import annotations

from typing import Any

import pytest

from .builder import (
    Rows,
    caseload,
    catalogue,
    cost,
    custody,
    decision,
    event,
    full,
    intervention,
    link,
    log,
    manager,
    nominal,
    offence,
    performance,
    pnc,
    police_files,
    referral,
    spell,
    victim,
    visor,
)
from .conftest import Place, counts_of

Case = tuple[str, dict[str, str], list[str]]

# entity -> (what is changed in the one bad row, rules that it must be put aside for)
NOMINALS: list[tuple[dict[str, str], list[str]]] = [
    ({"nominal_id": ""}, ["value_missing:nominal_id"]),
    ({"surname": ""}, ["value_missing:surname"]),
    ({"forename": ""}, ["value_missing:forename"]),
    ({"sex": ""}, ["value_missing:sex"]),
    ({"sex": "m"}, ["not_in_list:sex"]),
    ({"sex": "M "}, ["not_in_list:sex"]),
    ({"sex": "Ｍ"}, ["not_in_list:sex"]),
    ({"ethnicity": "W5"}, ["not_in_list:ethnicity"]),
    ({"pnc_id": pnc(1990, 7)[:-1] + "A"}, ["pnc_id_letter:pnc_id"]),
    ({"pnc_id": "1990/0000007I"}, ["pnc_id_letter:pnc_id"]),
    ({"pnc_id": "90/7Z"}, ["pnc_id_form:pnc_id"]),
    ({"pnc_id": "19900000007Z"}, ["pnc_id_form:pnc_id"]),
    ({"pnc_id": pnc(1990, 7).lower()}, ["pnc_id_form:pnc_id"]),
    ({"pnc_id": pnc(1990, 7) + "\n"}, ["pnc_id_form:pnc_id"]),
    ({"pnc_id": "１９９０/0000007Z"}, ["pnc_id_form:pnc_id"]),
    ({"date_of_birth": "12/04/1988"}, ["date_form:date_of_birth"]),
    ({"date_of_birth": "1988-4-12"}, ["date_form:date_of_birth"]),
    ({"date_of_birth": " 1988-04-12"}, ["date_form:date_of_birth"]),
    ({"date_of_birth": "1988-04-12T00:00:00"}, ["date_form:date_of_birth"]),
    ({"date_of_birth": "1988-04-12 BC"}, ["date_form:date_of_birth"]),
    ({"date_of_birth": "infinity"}, ["date_form:date_of_birth"]),
    ({"date_of_birth": "32245"}, ["date_form:date_of_birth"]),
    ({"date_of_birth": "0088-04-12"}, ["date_too_early:date_of_birth"]),
    ({"date_of_birth": "0000-01-01"}, ["date_too_early:date_of_birth"]),
    ({"date_of_birth": "1899-12-31"}, ["date_too_early:date_of_birth"]),
    ({"date_of_birth": "1988-02-30"}, ["date_not_real:date_of_birth"]),
    ({"date_of_birth": "1900-02-29"}, ["date_not_real:date_of_birth"]),
    ({"date_of_birth": "1988-00-10"}, ["date_not_real:date_of_birth"]),
    ({"date_of_birth": "2026-09-21"}, ["date_in_future:date_of_birth"]),
    ({"date_of_birth": "9999-12-31"}, ["date_in_future:date_of_birth"]),
    ({"deceased_date": "1988-04-11"}, ["date_order:deceased_date"]),
    ({"merged_into": "N999"}, ["parent_missing:merged_into"]),
    ({"merged_into": "N9"}, ["merge_cycle:merged_into"]),
    ({"surname": "x" * 4_001}, ["field_too_long:surname"]),
    (
        {"sex": "X", "ethnicity": "XX", "date_of_birth": "x", "pnc_id": "x", "surname": ""},
        [
            "pnc_id_form:pnc_id",
            "value_missing:surname",
            "date_form:date_of_birth",
            "not_in_list:sex",
            "not_in_list:ethnicity",
        ],
    ),
]
OFFENCES: list[tuple[dict[str, str], list[str]]] = [
    *(
        ({"ho_code": code}, ["ho_code_form:ho_code"])
        for code in ("0", "08N", "8n", "1000", "4.", "4.123", "8NN", " 8N", "8/1", "-8", "8\n")
    ),
    ({"ho_code": ""}, ["value_missing:ho_code"]),
    ({"offence_end_date": "2024-06-09"}, ["date_order:offence_end_date"]),
    ({"recorded_date": "2024-06-09"}, ["date_order:recorded_date"]),
    ({"outcome_date": "2024-06-10"}, ["date_order:outcome_date"]),
    ({"cancelled_date": "2024-06-10"}, ["date_order:cancelled_date"]),
    ({"cancelled_date": "2026-09-21"}, ["date_in_future:cancelled_date"]),
    ({"offence_date": ""}, ["value_missing:offence_date"]),
    ({"domestic_abuse": "y"}, ["flag_form:domestic_abuse"]),
    ({"hate_crime": "1"}, ["flag_form:hate_crime"]),
    ({"child_abuse": "true"}, ["flag_form:child_abuse"]),
    ({"child_abuse": ""}, ["value_missing:child_abuse"]),
    ({"outcome_code": "0"}, ["not_in_list:outcome_code"]),
    ({"outcome_code": "23"}, ["not_in_list:outcome_code"]),
    ({"outcome_code": "01"}, ["not_in_list:outcome_code"]),
]
VICTIMS: list[tuple[dict[str, str], list[str]]] = [
    ({"victim_id": ""}, ["value_missing:victim_id"]),
    ({"relationship": "friend"}, ["not_in_list:relationship"]),
    ({"victim_age": "121"}, ["out_of_range:victim_age"]),
    ({"victim_age": "-1"}, ["count_form:victim_age", "out_of_range:victim_age"]),
    ({"victim_age": "34.0"}, ["count_form:victim_age"]),
    ({"victim_age": "3 4"}, ["count_form:victim_age"]),
    ({"victim_age": "٣٤"}, ["count_form:victim_age"]),
    ({"victim_age": "1" * 19}, ["count_form:victim_age"]),
    ({"vulnerable": "U"}, ["flag_form:vulnerable"]),
    ({"offence_id": "O99"}, ["parent_missing:offence_id"]),
    ({"nominal_id": "n1"}, ["parent_missing:nominal_id"]),
]
CUSTODY: list[tuple[dict[str, str], list[str]]] = [
    ({"end_date": "2024-12-31"}, ["date_order:end_date"]),
    ({"start_date": "1988-04-11"}, ["before_birth:start_date"]),
    ({"custody_type": "bail"}, ["not_in_list:custody_type"]),
    ({"sentence_days": "-5"}, ["count_form:sentence_days", "out_of_range:sentence_days"]),
    ({"sentence_days": "1e3"}, ["count_form:sentence_days"]),
    ({"nominal_id": "N99"}, ["parent_missing:nominal_id"]),
    ({"nominal_id": ""}, ["value_missing:nominal_id"]),
]
LINKS: list[tuple[dict[str, str], list[str]]] = [
    ({"role": "witness"}, ["not_in_list:role"]),
    ({"role_date": ""}, ["value_missing:role_date"]),
    ({"offence_id": "O99"}, ["parent_missing:offence_id"]),
    ({"offence_id": "O99", "nominal_id": "N99"}, ["parent_missing:offence_id", "parent_missing:nominal_id"]),
]
VISOR: list[tuple[dict[str, str], list[str]]] = [
    ({"mappa_category": "5"}, ["not_in_list:mappa_category"]),
    ({"mappa_level": "0"}, ["not_in_list:mappa_level"]),
    ({"arms_level": "very high"}, ["not_in_list:arms_level"]),
    ({"rm2000_level": "HIGH"}, ["not_in_list:rm2000_level"]),
    ({"status": "dead"}, ["not_in_list:status"]),
    ({"division": ""}, ["value_missing:division"]),
    ({"registration_end": "2024-02-29"}, ["date_order:registration_end"]),
    ({"registration_start": "2026-09-21"}, ["date_in_future:registration_start"]),
    ({"last_visit_date": "2026-09-21"}, ["date_in_future:last_visit_date"]),
    ({"arms_date": "2026-09-21"}, ["date_in_future:arms_date"]),
    ({"next_visit_due": "2036-09-21"}, ["date_too_late:next_visit_due"]),
    ({"release_date": "2036-09-21"}, ["date_too_late:release_date"]),
    ({"registration_end": "9999-12-31"}, ["date_too_late:registration_end"]),
]
IDIOM: dict[str, list[tuple[dict[str, str], list[str]]]] = {
    "managers": [
        ({"unit_origin": "cid"}, ["not_in_list:unit_origin"]),
        ({"role": "constable"}, ["not_in_list:role"]),
        ({"end_date": "2019-12-31"}, ["date_order:end_date"]),
        ({"end_date": "2036-09-21"}, ["date_too_late:end_date"]),
        ({"mosovo_date": "2036-09-21"}, ["date_too_late:mosovo_date"]),
        ({"start_date": "2026-09-21"}, ["date_in_future:start_date"]),
        ({"max_caseload": "-1"}, ["count_form:max_caseload", "out_of_range:max_caseload"]),
        ({"max_caseload": ""}, ["value_missing:max_caseload"]),
    ],
    "cohort_spells": [
        ({"cohort": "IOM"}, ["not_in_list:cohort"]),
        ({"pathway": "other"}, ["not_in_list:pathway"]),
        ({"statutory": "yes"}, ["flag_form:statutory"]),
        ({"rag_status": "RED"}, ["not_in_list:rag_status"]),
        ({"risk_level": "none"}, ["not_in_list:risk_level"]),
        ({"deselected_date": "2025-01-14"}, ["date_order:deselected_date"]),
        ({"deselected_date": "2026-09-21"}, ["date_in_future:deselected_date"]),
        ({"manager_id": "M9"}, ["parent_missing:manager_id"]),
        ({"scheme": ""}, ["value_missing:scheme"]),
    ],
    "pnc_events": [
        ({"pnc_id": ""}, ["value_missing:pnc_id"]),
        ({"sanction": "fine"}, ["not_in_list:sanction"]),
        ({"sanction_date": "2021-02-28"}, ["date_order:sanction_date"]),
        ({"ho_code": "034B"}, ["ho_code_form:ho_code"]),
    ],
    "caseload_history": [
        ({"manager_id": "M9"}, ["parent_missing:manager_id"]),
        ({"census_date": ""}, ["value_missing:census_date"]),
        ({"census_date": "2026-02-30"}, ["date_not_real:census_date"]),
        ({"offenders_managed": ""}, ["value_missing:offenders_managed"]),
        ({"high_risk_managed": "3.5"}, ["count_form:high_risk_managed"]),
    ],
    "referrals": [
        ({"agency": "nobody"}, ["not_in_list:agency"]),
        ({"triage": ""}, ["value_missing:triage"]),
        ({"decision": "open"}, ["date_in_future:meeting_date", "not_in_list:decision"]),
        ({"decision": "adopted"}, ["date_in_future:meeting_date"]),
        ({"decision": ""}, ["date_in_future:meeting_date", "value_missing:decision"]),
        ({"meeting_date": "2036-09-21"}, ["date_too_late:meeting_date"]),
        ({"referred_date": "2026-09-21"}, ["date_in_future:referred_date"]),
    ],
    "intervention_catalogue": [
        ({"type": "none"}, ["not_in_list:type"]),
        ({"title": ""}, ["value_missing:title"]),
        ({"reoffending_pathway": "sport"}, ["not_in_list:reoffending_pathway"]),
    ],
    "interventions": [
        ({"spell_id": "S9"}, ["parent_missing:spell_id"]),
        ({"intervention": "call"}, ["parent_missing:intervention"]),
        ({"manager_id": "M9"}, ["parent_missing:manager_id"]),
        ({"completed_date": "2025-04-30"}, ["date_order:completed_date"]),
    ],
    "unit_costs": [
        ({"cost_type": "other"}, ["not_in_list:cost_type"]),
        ({"category": ""}, ["value_missing:category"]),
        *(
            ({"amount_gbp": amount}, ["money_form:amount_gbp"])
            for amount in (
                ["1,200.50", "£10", "1e3", "NaN", "Infinity", "(10)", "10.", ".5", "10.505", "+1", " 1"]
                + ["1" * 13, "10,5", "0x1F", "１０"]
            )
        ),
        ({"amount_gbp": "-0.01"}, ["out_of_range:amount_gbp"]),
        ({"amount_gbp": ""}, ["value_missing:amount_gbp"]),
    ],
    "performance_summary": [
        ({"scope": "some"}, ["not_in_list:scope"]),
        ({"total": "1.0"}, ["count_form:total"]),
        ({"offences_pre": "-1"}, ["out_of_range:offences_pre"]),
        ({"offences_during": "-0.5"}, ["out_of_range:offences_during"]),
        ({"cost_pre": "-1"}, ["out_of_range:cost_pre"]),
        ({"cost_during": "-1"}, ["out_of_range:cost_during"]),
        ({"offences_difference_pct": "5%"}, ["money_form:offences_difference_pct"]),
        ({"period_end": "2026-09-21"}, ["date_in_future:period_end"]),
    ],
}
# the bad row, with an id of its own
BAD: dict[str, Any] = {
    "nominals": lambda **c: nominal(9, **c),
    "offences": lambda **c: offence(9, **c),
    "offence_nominals": lambda **c: link(1, 2, **c),
    "offence_victims": lambda **c: victim(1, 2, **c),
    "custody": lambda **c: custody(9, 1, **c),
    "intelligence": lambda **c: log(9, 1, **c),
    "visor_summary": lambda **c: visor(9, **c),
    "managers": lambda **c: manager(9, **c),
    "cohort_spells": lambda **c: spell(9, **c),
    "pnc_events": lambda **c: event(9, **c),
    "caseload_history": lambda **c: caseload(9, **c),
    "referrals": lambda **c: referral(9, **c),
    "intervention_catalogue": lambda **c: catalogue(**({"intervention": "letter"} | c)),
    "interventions": lambda **c: intervention(9, **c),
    "unit_costs": lambda **c: cost(9, **c),
    "performance_summary": lambda **c: performance(**({"scope": "currently_managed"} | c)),
    "unit_decisions": lambda **c: decision(9, **c),
}
SETS: dict[str, dict[str, list[tuple[dict[str, str], list[str]]]]] = {
    "police_records": {
        "nominals": NOMINALS,
        "offences": OFFENCES,
        "offence_nominals": LINKS,
        "offence_victims": VICTIMS,
        "custody": CUSTODY,
        "intelligence": [
            ({"category": "fraud"}, ["not_in_list:category"]),
            ({"log_date": "2026-09-21"}, ["date_in_future:log_date"]),
            ({"nominal_id": "N99"}, ["parent_missing:nominal_id"]),
        ],
    },
    "visor_summary": {"visor_summary": VISOR},
    "idiom": IDIOM,
    "unit_decisions": {
        "unit_decisions": [
            ({"nominal_id": ""}, ["value_missing:nominal_id"]),
            ({"run_date": ""}, ["value_missing:run_date"]),
            ({"run_date": "06/09/2026"}, ["date_form:run_date"]),
            ({"rank": "0"}, ["out_of_range:rank"]),
            ({"rank": "1st"}, ["count_form:rank"]),
            ({"decision": "adopted"}, ["not_in_list:decision"]),
            ({"decision": ""}, ["value_missing:decision"]),
            ({"reason": "she seems calmer now"}, ["not_in_list:reason"]),
            ({"reason": ""}, ["value_missing:reason"]),
            ({"decided_by": ""}, ["value_missing:decided_by"]),
            ({"decision_date": "2026-09-05"}, ["date_order:decision_date"]),
            ({"decision_date": "2026-09-21"}, ["date_in_future:decision_date"]),
        ],
    },
}
# how a row gets a key of its own, so that one delivery tests them all
VARY: dict[str, tuple[str, Any]] = {
    "offence_nominals": ("offence_id", lambda n: f"O{n + 3}"),
    "offence_victims": ("victim_id", lambda n: f"V{n + 3}"),
    "caseload_history": ("census_date", lambda n: f"2026-02-{n + 1:02d}"),
    "performance_summary": ("period_end", lambda n: f"2025-01-{n + 1:02d}"),
    "nominals": ("nominal_id", lambda n: f"N9-{n}"),
}


def own_key(entity: str, row: dict[str, str], changes: dict[str, str], number: int) -> dict[str, str]:
    first = next(iter(row))
    key, make = VARY.get(entity, (first, lambda n: f"{row[first]}-{n}"))
    if key in changes or changes.get("merged_into") == row[key]:
        return row
    return row | {key: make(number)}


@pytest.mark.parametrize("entity", [entity for source in SETS.values() for entity in source])
def test_every_rule_of_an_entity(place: Place, entity: str) -> None:
    """All bad rows in one file: each is put aside under its own rules and line, the good ones are loaded."""
    source = next(name for name, entities in SETS.items() if entity in entities)
    delivery = full(source)
    if source == "police_records":
        delivery.files["offences"] = [offence(n) for n in range(1, 12)]
    good = len(delivery.files[entity])
    expected = {}
    line = good + 2
    for number, (changes, rules) in enumerate(SETS[source][entity]):
        row = own_key(entity, BAD[entity](**changes), changes, number)
        delivery.files[entity].append(row)
        expected[line] = sorted(rules)
        line += 1 + sum(value.count("\n") for value in row.values())
    counts = counts_of(place.take(delivery), entity)
    assert {at: sorted(rules) for at, rules in place.rules(entity, source=source).items()} == expected
    assert (counts.rows, counts.loaded, counts.quarantined) == (good + len(expected), good, len(expected))
    assert counts.bad == len(expected)


GOOD: dict[str, list[dict[str, str]]] = {
    "nominals": [
        {"pnc_id": "2003/0062845E"},
        {"pnc_id": "2008/0056560Z"},
        {"pnc_id": "", "date_of_birth": "", "ethnicity": "", "division": ""},
        {"date_of_birth": "1900-01-01", "deceased_date": "1900-01-01"},
        {"date_of_birth": "2000-02-29"},
        {"date_of_birth": "2026-09-20"},
        {"merged_into": "N1"},
        {"surname": "x" * 4_000},
        {"surname": "é" * 4_000},
        {"surname": 'O"Neil, "Jim"\r\nsecond line\n'},
        {"surname": "=1+1", "forename": "<script>"},
        {"surname": " padded ", "forename": "NULL", "division": "NA"},
        {"surname": "a\tb\x1b[31m\u202e\u200b", "forename": "'; DROP TABLE x; --"},
        {"surname": "{{ 1 }}", "forename": "nan", "division": "\N{NO-BREAK SPACE}"},
    ],
    "offences": [
        *({"ho_code": code} for code in ("1", "999", "4.1", "4.10", "105A", "8N", "66.91", "99.99Z")),
        {"offence_date": "2024-06-11", "offence_end_date": "2024-06-11"},
        {"outcome_code": "22", "outcome_date": "2024-06-11", "cancelled_date": "2024-06-11"},
        {"outcome_code": "", "outcome_date": "", "division": ""},
        {"recorded_date": "2026-09-20", "outcome_date": "2026-09-20"},
    ],
    "offence_victims": [{"victim_age": "120"}, {"victim_age": "0"}],
    "custody": [
        {"end_date": ""},
        {"end_date": "2025-01-01"},
        {"start_date": "1988-04-12"},
        {"sentence_days": ""},
        {"sentence_days": "0"},
        {"sentence_days": "007"},
        {"sentence_days": "9" * 18},
    ],
    "visor_summary": [
        {"next_visit_due": "2036-09-20", "release_date": "2036-09-20", "registration_end": "2036-09-20"},
        {"nominal_id": "unknown", "pnc_id": pnc(2001, 5)},
        {"registration_start": "", "registration_end": "2030-01-01"},
        {"manager_id": "nobody"},
    ],
    "managers": [
        {"end_date": "2036-09-20", "mosovo_date": "2036-09-20"},
        {"max_caseload": "0"},
        {"end_date": "2020-01-01"},
    ],
    "cohort_spells": [
        {"nominal_id": "", "pnc_id": "", "surname": "", "manager_id": ""},
        {"nominal_id": "not in police records"},
        {"deselected_date": "2025-01-15"},
    ],
    "referrals": [
        {"decision": "deferred"},
        {"meeting_date": "2036-09-20"},
        {"decision": "adopted", "meeting_date": "2026-09-20"},
        {"meeting_date": ""},
    ],
    "interventions": [
        {"spell_id": "", "manager_id": "", "completed_date": "2025-05-01"},
        {"nominal_id": "not here"},
    ],
    "unit_decisions": [
        {"rank": ""},
        {"nominal_id": "not in police records"},
        {"decision_date": "2026-09-06"},
        {"decision_date": "2026-09-20", "run_date": "2026-09-20"},
    ],
    "unit_costs": [
        *({"amount_gbp": amount} for amount in ("0", "0.0", "-0", "1.5", "999999999999.99", "007.10")),
    ],
}


@pytest.mark.parametrize("entity", GOOD)
def test_edges_that_pass(place: Place, entity: str) -> None:
    source = next(name for name, entities in SETS.items() if entity in entities)
    delivery = full(source)
    for number, changes in enumerate(GOOD[entity]):
        delivery.files[entity].append(own_key(entity, BAD[entity](**changes), changes, number))
    counts = counts_of(place.take(delivery), entity)
    assert place.rules(entity, source=source) == {}
    assert counts.loaded == counts.rows == len(delivery.files[entity])
    bronze = place.bronze(entity, source=source)
    for row, stored in zip(delivery.files[entity], bronze, strict=True):
        texts = {
            name: value
            for name, value in stored.items()
            if isinstance(value, str) and not name.startswith("_")
        }
        assert {name: row[name] for name in texts} == texts  # byte for byte, and in the order of the file
        assert all(stored[name] is None for name, value in row.items() if value == "")


def test_differences_may_be_negative(place: Place) -> None:
    rows = [
        performance(offences_difference="-5.5", offences_difference_pct="-20", cost_difference_pct="-0.01")
    ]
    counts = counts_of(place.take(full("idiom", files={"performance_summary": rows})), "performance_summary")
    assert counts.loaded == 1


def test_offence_before_birth_takes_the_link_only(place: Place) -> None:
    delivery = full(files={"nominals": [nominal(1, date_of_birth="2024-06-11"), nominal(2), nominal(3)]})
    outcome = place.take(delivery)
    assert place.rules("offence_nominals") == {2: ["before_birth:nominal_id"]}
    assert counts_of(outcome, "nominals").loaded == 3
    assert counts_of(outcome, "offences").loaded == 3
    assert counts_of(outcome, "offence_victims").loaded == 3


def test_offence_on_the_day_of_birth_passes(place: Place) -> None:
    delivery = full(files={"nominals": [nominal(1, date_of_birth="2024-06-10"), nominal(2), nominal(3)]})
    assert counts_of(place.take(delivery), "offence_nominals").loaded == 3


# --- keys


def test_conflicting_rows_of_one_key_all_go(place: Place) -> None:
    delivery = full()
    delivery.files["custody"] += [custody(1, 1), custody(1, 1, sentence_days="121"), custody(7, 1)]
    counts = counts_of(place.take(delivery), "custody")
    assert place.rules("custody") == dict.fromkeys((2, 5, 6), ["key_conflict:custody_id"])
    assert (counts.rows, counts.loaded, counts.quarantined, counts.identical_duplicates) == (6, 3, 3, 0)


def test_identical_rows_load_once(place: Place) -> None:
    delivery = full()
    delivery.files["custody"] += [custody(1, 1), custody(2, 2), custody(1, 1)]
    counts = counts_of(place.take(delivery), "custody")
    assert (counts.rows, counts.loaded, counts.quarantined, counts.identical_duplicates) == (6, 3, 0, 3)
    assert [row["_line"] for row in place.bronze("custody")] == [2, 3, 4]


def test_identical_rows_that_break_a_rule_all_go(place: Place) -> None:
    delivery = full()
    delivery.files["custody"] += [custody(8, 1, custody_type="bail")] * 2
    counts = counts_of(place.take(delivery), "custody")
    assert (counts.loaded, counts.quarantined, counts.identical_duplicates) == (3, 2, 0)


def test_a_bad_row_makes_its_good_twin_a_conflict(place: Place) -> None:
    delivery = full()
    delivery.files["custody"].append(custody(1, 1, custody_type="bail"))
    counts_of(place.take(delivery), "custody")
    assert place.rules("custody") == {
        2: ["key_conflict:custody_id"],
        5: ["not_in_list:custody_type", "key_conflict:custody_id"],
    }


def test_rows_without_a_key_are_no_conflict(place: Place) -> None:
    delivery = full()
    delivery.files["custody"] += [custody(1, 1, custody_id=""), custody(2, 2, custody_id="")]
    place.take(delivery)
    assert place.rules("custody") == {5: ["value_missing:custody_id"], 6: ["value_missing:custody_id"]}


# --- parents


def children_of(place: Place, files: dict[str, Rows]) -> Any:
    return place.take(full(files=police_files() | files))


def test_children_of_a_quarantined_parent_go_with_it_and_do_not_count(place: Place) -> None:
    outcome = children_of(place, {"nominals": [nominal(1, sex="X"), nominal(2), nominal(3)]})
    for entity in ("offence_nominals", "offence_victims", "custody", "intelligence"):
        counts = counts_of(outcome, entity)
        assert place.rules(entity) == {2: ["parent_quarantined:nominal_id"]}
        assert (counts.loaded, counts.quarantined, counts.quarantined_with_parent, counts.bad) == (2, 1, 1, 0)
        assert [row["with_parent"] for row in place.aside(entity)] == [True]
    assert counts_of(outcome, "offences").loaded == 3


def test_a_row_with_a_fault_of_its_own_counts(place: Place) -> None:
    files = {
        "nominals": [nominal(1, sex="X"), nominal(2), nominal(3)],
        "custody": [custody(1, 1, custody_type="x")],
    }
    counts = counts_of(children_of(place, files), "custody")
    assert place.rules("custody") == {2: ["not_in_list:custody_type", "parent_quarantined:nominal_id"]}
    assert (counts.quarantined_with_parent, counts.bad) == (0, 1)


def test_children_of_conflicting_parents_go_with_them(place: Place) -> None:
    outcome = children_of(place, {"nominals": [nominal(1), nominal(1, sex="F"), nominal(2), nominal(3)]})
    assert counts_of(outcome, "custody").quarantined_with_parent == 1


@pytest.mark.slow
@pytest.mark.parametrize("lines", [100_000, 520_000])
def test_children_of_a_record_beyond_all_measure_go_with_it(place: Place, lines: int) -> None:
    """Of more characters than the csv module takes by default, and of more bytes than a record may have."""
    outcome = children_of(place, {"nominals": [nominal(1, surname="a\n" * lines), nominal(2), nominal(3)]})
    assert counts_of(outcome, "nominals").loaded == 2
    for entity in ("offence_nominals", "offence_victims", "custody", "intelligence"):
        assert place.rules(entity) == {2: ["parent_quarantined:nominal_id"]}
        assert counts_of(outcome, entity).bad == 0
    assert [row["nominal_id"] for row in place.aside("nominals")] == ["N1"]


def test_parents_go_down_to_the_grandchildren(place: Place) -> None:
    delivery = full("idiom", files={"managers": [manager(1, role="boss"), manager(2)]})
    outcome = place.take(delivery)
    assert place.rules("cohort_spells", source="idiom") == {2: ["parent_quarantined:manager_id"]}
    assert place.rules("interventions", source="idiom") == {
        2: ["parent_quarantined:spell_id", "parent_quarantined:manager_id"]
    }
    assert counts_of(outcome, "caseload_history").quarantined_with_parent == 2


def test_quarantined_rows_tell_key_and_person(place: Place) -> None:
    children_of(place, {"nominals": [nominal(1, sex="X"), nominal(2), nominal(3)]})
    (row,) = place.aside("offence_nominals")
    assert row["key_values"] == '{"offence_id":"O1","nominal_id":"N1"}'
    assert (row["nominal_id"], row["file"], row["raw"]) == (
        "N1",
        "offence_nominals.csv",
        "O1,N1,suspect,2024-06-12",
    )
    (person,) = place.aside("nominals")
    assert person["nominal_id"] == "N1"


# --- merges


def merges(place: Place, *pairs: tuple[int, int], broken: tuple[int, ...] = ()) -> dict[int, list[str]]:
    """Nominals 1..8, merged as given; return the rules by number of the nominal."""
    into = dict(pairs)
    rows = [
        nominal(n, merged_into=f"N{into[n]}" if n in into else "", sex="X" if n in broken else "M")
        for n in range(1, 9)
    ]
    place.take(full(files={"nominals": rows}))
    return {line - 1: rules for line, rules in place.rules("nominals").items()}


CYCLE, WITH, MISSING = (
    ["merge_cycle:merged_into"],
    ["parent_quarantined:merged_into"],
    ["parent_missing:merged_into"],
)


def test_chains_are_no_circles(place: Place) -> None:
    assert merges(place, (1, 2), (2, 3), (3, 4), (5, 4)) == {}


def test_circle_and_what_points_into_it(place: Place) -> None:
    found = merges(place, (1, 2), (2, 3), (3, 1), (4, 1), (5, 4), (6, 7))
    assert found == {1: CYCLE, 2: CYCLE, 3: CYCLE, 4: WITH, 5: WITH}


def test_circle_of_one(place: Place) -> None:
    assert merges(place, (1, 1), (2, 1)) == {1: CYCLE, 2: WITH}


def test_circle_with_a_row_that_is_bad_for_another_reason(place: Place) -> None:
    assert merges(place, (1, 2), (2, 1), broken=(2,)) == {1: CYCLE, 2: ["not_in_list:sex", *CYCLE]}


def test_merged_into_a_bad_row(place: Place) -> None:
    assert merges(place, (1, 2), (2, 3), broken=(3,)) == {1: WITH, 2: WITH, 3: ["not_in_list:sex"]}


def test_merged_into_nobody(place: Place) -> None:
    assert merges(place, (1, 2), (2, 99)) == {1: WITH, 2: MISSING}


def test_a_long_chain_falls_at_once(place: Place) -> None:
    rows = [nominal(n, merged_into=f"N{n + 1}") for n in range(1, 3001)]
    counts = counts_of(place.take(full(files=police_files() | {"nominals": rows})), "nominals")
    assert (counts.loaded, counts.quarantined, counts.bad) == (0, 3000, 1)
