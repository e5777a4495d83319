"""Surrey's Tables 2, 3 and 4, from counts to the printed percentage.

Source: evaluation of Surrey Police's High Harm Perpetrator Unit, North division (College of Policing and University
of Birmingham, 2021). The unit is invented again from the printed counts, delivered, and built like any force.
"""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from include.settings import Settings
from include.warehouse.stores import open_store
from tests.dbt_outcomes.full_deliveries import write_full
from tests.warehouse.sample import build_from

pytestmark = pytest.mark.slow
AS_AT, BEFORE = date(2019, 12, 31), date(2017, 9, 1)
TABLE_4 = Path(__file__).parents[1] / "fixtures" / "published" / "interventions_by_cohort.csv"
CASES = {"iom": 12, "visor": 12, "hhpu": 10}
# Table 2: people, printed per cent of a capacity of 50.
THEN = [(45, 90), (52, 104), (64, 128), (60, 120), (8, 16), (8, 16), (8, 16)]
SINCE = [(39, 78), (41, 82), (39, 78), (35, 70), (39, 78), (39, 78), (39, 78)]
Rows = dict[str, list[dict[str, Any]]]


def _table_4() -> list[dict[str, str]]:
    with TABLE_4.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _unit() -> Rows:
    rows: Rows = {
        "managers": [
            {"manager_id": f"M{n}", "unit_origin": "visor", "role": "offender_manager", "division": "North",
             "start_date": "2015-01-01", "mosovo_date": "2016-05-01" if n < 4 else "2018-06-01", "max_caseload": 50}
            for n in range(7)
        ],
        "caseload_history": [
            {"manager_id": f"M{n}", "census_date": BEFORE, "offenders_managed": people}
            for n, (people, _) in enumerate(THEN)
        ],
        "nominals": [
            {"nominal_id": f"N{n:03d}", "surname": "Doe", "forename": "Jo", "date_of_birth": "1980-01-01", "sex": "M"}
            for n in range(271)
        ],
        "offences": [
            {"offence_id": f"O{n}", "ho_code": "8N", "offence_title": "x", "offence_date": "2019-06-01",
             "recorded_date": "2019-06-01", "domestic_abuse": "N", "hate_crime": "N", "child_abuse": "N"}
            for n in range(40)
        ],
        "offence_nominals": [
            {"offence_id": f"O{n}", "nominal_id": f"N{n:03d}", "role": "suspect", "role_date": "2019-06-01"}
            for n in range(40)
        ],
    }  # fmt: skip
    manager = [f"M{n}" for n, (people, _) in enumerate(SINCE) for _ in range(people)]
    cohorts = [cohort for cohort, people in CASES.items() for _ in range(people)]
    rows["cohort_spells"] = [
        {"spell_id": f"S{n:03d}", "nominal_id": f"N{n:03d}", "scheme": "North", "pathway": "mappa", "statutory": "N",
         "cohort": cohorts[n] if n < len(cohorts) else "violent_mappa", "adopted_date": "2018-05-01",
         "manager_id": manager[n]}
        for n in range(271)
    ]  # fmt: skip
    rows |= {"intervention_catalogue": [], "interventions": []}
    first = {"iom": 0, "visor": 12, "hhpu": 24}
    for n, row in enumerate(_table_4()):
        rows["intervention_catalogue"].append(
            {"intervention": f"I{n:02d}", "title": row["title"], "type": row["type"]}
        )
        for cohort, start in first.items():
            rows["interventions"] += [
                {"intervention_id": f"I{n:02d}{cohort}{who}", "nominal_id": f"N{start + who:03d}",
                 "spell_id": f"S{start + who:03d}", "intervention_date": "2018-09-01", "intervention": f"I{n:02d}"}
                for who in range(int(row[f"{cohort}_n"]))
            ]  # fmt: skip
    return rows


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("surrey")
    landing = write_full(folder / "landing", AS_AT, _unit())
    _, build = build_from(Settings(data_dir=folder / "data"), landing, AS_AT, [AS_AT])
    return build.warehouse


def _ask(warehouse: Path, query: str) -> list[tuple[Any, ...]]:
    with open_store(warehouse) as store:
        return store.execute(query).fetchall()


@pytest.mark.parametrize(("day", "printed"), [(BEFORE, THEN), (AS_AT, SINCE)])
def test_table_2(warehouse: Path, day: date, printed: list[tuple[int, int]]) -> None:
    found = _ask(
        warehouse,
        "select offenders_managed, round(capacity_pct), is_over_capacity from reporting.rpt_unit__caseload"
        f" where census_date = date '{day}' order by manager_id",
    )
    assert found == [(people, pct, people > 50) for people, pct in printed]


def test_table_2_in_all(warehouse: Path) -> None:
    (then,), (since,) = _ask(
        warehouse,
        "select sum(offenders_managed) from reporting.rpt_unit__caseload group by census_date order by census_date",
    )
    assert (then, since, since - then, round(100 * (since - then) / then)) == (245, 271, 26, 11)


def test_table_3(warehouse: Path) -> None:
    assert _ask(
        warehouse,
        "select managers_before, trained_before, round(trained_before_pct), managers_after, trained_after,"
        " round(trained_after_pct), round(trained_difference_pct) from reporting.rpt_unit__training",
    ) == [(7, 4, 57, 7, 7, 100, 75)]


def test_table_4(warehouse: Path) -> None:
    found = _ask(
        warehouse,
        "select title, type, cohort, nominals, round(nominals_pct) from reporting.rpt_unit__interventions"
        " where cohort in ('iom', 'visor', 'hhpu')",
    )
    expected = [
        (
            row["title"],
            row["type"],
            cohort,
            int(row[f"{cohort}_n"]),
            float(round(100 * int(row[f"{cohort}_n"]) / people)),
        )
        for row in _table_4()
        for cohort, people in CASES.items()
    ]
    assert sorted(found) == sorted(expected)


def test_table_4_in_all(warehouse: Path) -> None:
    found = _ask(warehouse, "select title, type, cohort, nominals from reporting.rpt_unit__interventions")
    assert Counter(dict((title, kind) for title, kind, _, _ in found).values()) == {
        "disruption": 32, "rehabilitation": 4, "both": 10
    }  # fmt: skip
    used = Counter(cohort for _, _, cohort, people in found if people)
    assert used == {"iom": 37, "visor": 20, "hhpu": 36}
