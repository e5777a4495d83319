"""The seeds against the facts that they claim to hold."""

from __future__ import annotations

import csv
import itertools
import math
import re
import statistics
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
import yaml

from include.reference.harm_index import CLASS_VERSION, code_class, code_order

SEEDS = Path(__file__).resolve().parents[2] / "dbt_project" / "seeds"
Row = dict[str, str]


def seed(name: str) -> list[Row]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


TYPES = {row["ho_code"]: row for row in seed("offence_types")}
HARM = seed("harm_index")
COEFFICIENTS = seed("ogrs3_coefficients")
GROUPS = {row["term"] for row in COEFFICIENTS if row["term_group"] == "offence_group"}
PARAMETERS = {row["parameter"]: row for row in seed("algorithm_parameters")}
COSTS = {row["cost_category"]: row for row in seed("unit_costs_of_crime")}

# Official results of the Ministry of Justice's calculators (rsr-calculator, rsr-calculator-service, ACT-62):
# sex, age at risk, at current sanction, at first sanction, previous sanctions, group, p1, p2, tolerance.
OFFICIAL = [
    ("M", 20, 20, 20, 0, "Violence", 0.12161553504714574, 0.22130521140511314, 1e-9),
    ("M", 20, 20, 20, 1, "Violence", 0.3158120100020924, 0.48651769565917, 1e-9),
    ("M", 20, 20, 20, 2, "Violence", 0.43393890261473633, 0.6114342480551298, 1e-9),
    ("M", 20, 20, 20, 3, "Violence", 0.5235145926731711, 0.6928061177628605, 1e-9),
    ("M", 20, 20, 20, 4, "Violence", 0.5922581047904115, 0.7488430658491833, 1e-9),
    ("F", 43, 37, 14, 3, "Criminal damage", 0.10966125120067907, 0.20180313320047938, 1e-9),
    ("F", 43, 37, 14, 5, "Criminal damage", 0.16981753, 0.29571624, 2e-6),
    ("M", 60, 59, 47, 1, "Soliciting or prostitution", 0.08, 0.16, 0.005),
    ("M", 30, 30, 21, 1, "Fraud and forgery", 0.11, 0.20, 0.005),
]


def term(group: str, name: str) -> float:
    return next(
        float(r["coefficient"]) for r in COEFFICIENTS if (r["term_group"], r["term"]) == (group, name)
    )


def age_sex(age: int, sex: str) -> float:
    rows = [
        row
        for row in COEFFICIENTS
        if row["term_group"] == "age_sex"
        and row["sex"] == sex
        and int(row["age_from"]) <= age <= int(row["age_to"] or 999)
    ]
    assert len(rows) == 1
    return float(rows[0]["coefficient"])


def ogrs3(sex: str, risk: int, now: int, first: int, previous: int, group: str) -> tuple[float, float]:
    copas = math.log((1 + previous) / (int(PARAMETERS["copas_offset_years"]["value"]) + now - first))
    history = "conviction_with_previous_sanction" if previous else "first_sanction_is_conviction"
    z = age_sex(risk, sex) + term("sanction_history", history) + term("copas", "copas_rate") * copas
    z += term("offence_group", group)
    one, two = (1 / (1 + math.exp(-(z + term("constant", name)))) for name in ("one_year", "two_year"))
    return one, two


@pytest.mark.parametrize(
    ("sex", "risk", "now", "first", "previous", "group", "p1", "p2", "tolerance"), OFFICIAL
)
def test_ogrs3_seed_reproduces_the_official_cases(
    sex: str,
    risk: int,
    now: int,
    first: int,
    previous: int,
    group: str,
    p1: float,
    p2: float,
    tolerance: float,
) -> None:
    one, two = ogrs3(sex, risk, now, first, previous, group)
    assert one == pytest.approx(p1, abs=tolerance)
    assert two == pytest.approx(p2, abs=tolerance)


def test_ogrs3_conflicts_are_settled_as_documented() -> None:
    assert all(age_sex(age, "F") < 0 for age in range(10, 99))
    assert term("offence_group", "Sexual (not against child)") == 0.003276327
    assert (
        term("offence_group", "Drink driving and related offences")
        < 0
        < term("offence_group", "Other motoring")
    )
    assert {row["sex"] for row in COEFFICIENTS if row["sex"]} == {"M", "F"}


@pytest.mark.parametrize(
    ("parameter", "group", "name"),
    [
        ("ogrs3_constant_one_year", "constant", "one_year"),
        ("ogrs3_constant_two_year", "constant", "two_year"),
        ("ogrs3_copas_coefficient", "copas", "copas_rate"),
    ],
)
def test_ogrs3_constants_are_one_number(parameter: str, group: str, name: str) -> None:
    assert float(PARAMETERS[parameter]["value"]) == term(group, name)


def test_codes_are_text_and_distinct() -> None:
    codes = [row["ho_code"] for row in seed("offence_types")]
    assert len(codes) == len(set(codes)) == 178
    assert {"1", "2", "4.1", "4.2", "4.10", "37.2", "8N", "105A", "19C"} <= set(codes)
    assert codes == sorted(codes, key=code_order)
    assert all(re.fullmatch(r"[1-9][0-9]{0,2}(\.[0-9]{1,2})?[A-Z]?", code) for code in codes)


@pytest.mark.parametrize("code", sorted(TYPES, key=code_order))
def test_every_sub_class_falls_back_to_a_class_that_stands_there(code: str) -> None:
    assert code_class(code) in TYPES
    assert any(row["ho_code"] == code_class(code) for row in HARM)


@pytest.mark.parametrize(
    ("code", "expected"), [("8N", "8"), ("37.2", "37.2"), ("4.10", "4.10"), ("105A", "105")]
)
def test_class_of_a_code(code: str, expected: str) -> None:
    assert code_class(code) == expected


def test_class_rows_hold_only_what_all_sub_classes_share() -> None:
    for code, row in TYPES.items():
        below = [other for key, other in TYPES.items() if key != code and code_class(key) == code]
        if row["basis"] != "class":
            continue
        for column in ("ogrs3_group", "cost_category", "subgroup"):
            shared = {other[column] for other in below}
            assert row[column] == (shared.pop() if len(shared) == 1 else ""), (code, column)
        for flag in ("is_serious_violence", "is_serious_sexual"):
            assert (row[flag] == "true") == all(other[flag] == "true" for other in below), (code, flag)


def test_groups_and_cost_categories_exist() -> None:
    assert {row["ogrs3_group"] for row in TYPES.values()} - {""} <= GROUPS
    assert {row["cost_category"] for row in TYPES.values()} - {""} <= set(COSTS)


def test_lists_of_serious_offences_state_a_reason() -> None:
    for row in TYPES.values():
        listed = "true" in (row["is_serious_violence"], row["is_serious_sexual"])
        assert listed == bool(row["serious_reason"]), row["ho_code"]
        assert not (row["is_serious_violence"] == row["is_serious_sexual"] == "true")


def test_harm_rows_state_basis_version_starting_point_and_source() -> None:
    for row in HARM:
        assert row["basis"] in {"published", "guideline", "placeholder"}, row
        assert all(row[column] for column in ("index_version", "starting_point", "source")), row
        assert row["harm_days"] or row["basis"] == "placeholder", row
        assert row["ho_code"] in TYPES
        assert date.fromisoformat(row["effective_from"])
    keys = [(row["ho_code"], row["effective_from"]) for row in HARM]
    assert len(keys) == len(set(keys))
    assert {row["ho_code"] for row in HARM} == set(TYPES)


def test_every_code_has_an_early_row_and_one_a_real_step() -> None:
    for _, rows in itertools.groupby(HARM, key=lambda row: row["ho_code"]):
        assert min(row["effective_from"] for row in rows) == "2016-01-01"
    manslaughter = [(r["effective_from"], r["harm_days"]) for r in HARM if r["ho_code"] == "4.1"]
    assert manslaughter == [("2016-01-01", "1460"), ("2018-11-01", "730")]


@pytest.mark.parametrize(
    ("code", "days", "basis"),
    [
        ("1", "5475", "published"), ("34A", "365", "published"), ("34B", "365", "published"),
        ("46", "1", "published"), ("39", "2", "published"), ("44", "2", "published"),
        ("105A", "1", "published"), ("30C", "2", "published"), ("31A", "365", "published"),
        ("56A", "365", "published"), ("56B", "5", "published"), ("3A", "5475", "published"),
        ("8N", "10", "guideline"), ("19C", "1825", "guideline"), ("8L", "10", "guideline"),
        ("92E", "2", "guideline"), ("92D", "3", "guideline"), ("9A", "5", "guideline"),
        ("5D", "365", "placeholder"), ("28E", "273.5", "placeholder"), ("4.10", "", "placeholder"),
    ],
)  # fmt: skip
def test_harm_of_known_codes(code: str, days: str, basis: str) -> None:
    row = [row for row in HARM if row["ho_code"] == code][-1]
    assert (row["harm_days"], row["basis"]) == (days, basis)


def test_class_rows_of_harm_are_medians_of_their_sub_classes() -> None:
    last = {row["ho_code"]: row["harm_days"] for row in HARM}
    classes = [row for row in HARM if row["index_version"] == CLASS_VERSION]
    assert len(classes) == 20
    for row in classes:
        code = row["ho_code"]
        below = [
            Decimal(days)
            for other, days in last.items()
            if days and other != code and code_class(other) == code
        ]
        assert row["basis"] == "placeholder"
        assert row["harm_days"] == (f"{statistics.median(below).normalize():f}" if below else "")


@pytest.mark.parametrize(("low", "high", "middle"), [("2", "365", "183.5"), ("5", "365", "185")])
def test_inferred_pairs_are_the_only_ones_on_the_scale(low: str, high: str, middle: str) -> None:
    """Mean = median of four titles fix only the sum of the middle two; the scale of the index does the rest.

    The scale: fines and community orders as converted, months, and the weeks in which guidelines start.
    """
    total = Decimal(middle) * 2
    fines_and_orders = [Decimal(v) for v in ("1", "2", "3", "5", "10", "18.75")]
    custody = [Decimal(7 * k) for k in (6, 12, 18, 26, 36)] + [Decimal(365) * k / 12 for k in range(2, 13)]
    scale = {*fines_and_orders, *custody}
    fitting = [a for a in scale if Decimal(low) <= a <= total - a <= Decimal(high) and total - a in scale]
    assert fitting == [Decimal(low)]


UPRATED = {
    "Homicide": 4313937, "Violence with injury": 18836, "Violence without injury": 7950, "Rape": 52769,
    "Other sexual offences": 8741, "Robbery": 15176, "Domestic burglary": 7950, "Theft of vehicle": 13796,
    "Theft from vehicle": 1166, "Theft from person": 1850, "Criminal damage - arson": 11288,
    "Criminal damage - other": 1810, "Fraud": 1729, "Cyber crime": 737, "Commercial robbery": 20110,
    "Commercial burglary": 20727, "Commercial theft": 1314, "Theft of commercial vehicle": 47165,
}  # fmt: skip


@pytest.mark.parametrize("category", sorted(UPRATED))
def test_uprating_to_2024_25_rounds_half_up_to_whole_pounds(category: str) -> None:
    deflators = {row["financial_year"]: Decimal(row["deflator"]) for row in seed("gdp_deflators")}
    row = COSTS[category]
    exact = (
        Decimal(row["unit_cost_gbp"])
        * deflators[PARAMETERS["price_year"]["value"]]
        / deflators[row["price_year"]]
    )
    places = Decimal(1).scaleb(-int(PARAMETERS["unit_cost_decimals"]["value"]))
    assert exact.quantize(places, ROUND_HALF_UP) == UPRATED[category]


def test_business_costs_from_memory_are_kept_but_not_used() -> None:
    unused = {name for name, row in COSTS.items() if row["is_used"] == "false"}
    assert unused == {name for name, row in COSTS.items() if row["victim_sector"] == "business"}
    assert all(bool(row["not_used_reason"]) == (name in unused) for name, row in COSTS.items())
    assert {TYPES[code]["cost_category"] for code in ("34A", "46")} <= unused
    assert all(not row["unit_cost_low_gbp"] and not row["unit_cost_high_gbp"] for row in COSTS.values())


def test_severity_scores_are_of_codes_and_leave_the_combined_row_out() -> None:
    rows = seed("severity_scores")
    assert {row["ho_code"] for row in rows} <= set(TYPES)
    assert not any("/" in row["ho_code"] for row in rows)
    assert len({row["severity_score"] for row in rows if row["ho_code"] in {"1", "4.1", "4.2", "4.10"}}) == 1


def test_parameters_have_values_of_their_type() -> None:
    cast = {
        "int": int,
        "float": float,
        "text": str,
        "date": date.fromisoformat,
        "bool": ["true", "false"].index,
    }
    for row in PARAMETERS.values():
        if row["value"]:
            cast[row["data_type"]](row["value"])
        assert row["affects_ranking"] in {"true", "false"}
        assert row["description"]
        assert row["source"]
    assert {name for name, row in PARAMETERS.items() if not row["value"]} == {"harm_change_baseline_date"}
    assert date.fromisoformat(PARAMETERS["anchor_run_date"]["value"]).weekday() == 6


def test_cohorts_are_those_of_the_extracts() -> None:
    cohorts = ["ppo", "hcco", "iom", "iom_fixed", "iom_flex", "iom_free", "visor", "hhpu", "da", "pdp"]
    cohorts += ["violent_mappa", "cse", "ocg", "youth", "female"]
    assert {row["cohort"] for row in seed("cohort_pillars")} == set(cohorts)
    assert {row["cohort"] for row in seed("deselection_rules")} <= {*cohorts, "all"}


def test_bands_of_the_challenger_join_without_gaps() -> None:
    for _, group in itertools.groupby(seed("recency_frequency_gravity"), key=lambda row: row["component"]):
        bands = list(group)
        assert bands[0]["at_least"] == "0"
        assert [row["below"] for row in bands] == [*(row["at_least"] for row in bands[1:]), ""]


def test_seeds_file_describes_and_types_every_column() -> None:
    described = {item["name"]: item for item in yaml.safe_load((SEEDS / "_seeds.yml").read_text())["seeds"]}
    assert set(described) <= {path.stem for path in SEEDS.glob("*.csv")}
    assert len(described) == 11
    for name, item in described.items():
        columns = list(seed(name)[0])
        assert list(item["config"]["column_types"]) == columns
        assert [column["name"] for column in item["columns"]] == columns
        assert item["description"]
        assert all(column["description"] for column in item["columns"])
        if "ho_code" in columns:
            assert item["config"]["column_types"]["ho_code"] == "varchar"


def test_sources_are_public_never_paths_of_a_machine() -> None:
    texts = [path.read_text(encoding="utf-8") for path in SEEDS.iterdir()]
    assert not any(re.search(r"(^|[\s\"',(])/\w+/", text) for text in texts)
