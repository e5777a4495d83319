"""Official OGRS3 cases as people with PNC events, delivered, taken in and scored: the whole way, formal basis."""

from __future__ import annotations

import csv
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from include.ingest import ingest_all
from include.settings import Settings
from include.warehouse.build import build_warehouse
from include.warehouse.plan import make_plan
from include.warehouse.stores import open_store
from tests.ingest.builder import Rows, event, full, link, nominal, offence, pnc
from tests.warehouse.sample import SEEDS

pytestmark = pytest.mark.slow
AS_AT = date(2026, 9, 20)
CODES = {
    "Violence": "8N",
    "Criminal damage": "58D",
    "Soliciting or prostitution": "27",
    "Fraud and forgery": "53D",
    "Burglary (domestic)": "28E",
    "Theft (non-motor)": "46",
    "Sexual (against child)": "20B",
    "Robbery": "34B",
    "Taking & driving away and related offences": "48",
}


def _cases() -> list[dict[str, str]]:
    with (SEEDS / "ogrs3_worked_examples.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _person(number: int, case: dict[str, str]) -> tuple[dict[str, str], Rows]:
    """A person who reaches the ages of a case on the days of their sanctions.

    Born 300 days before a birthday that leaves the age at AS_AT as the case has it; the first sanction a day
    after the birthday, the current one 250 days after it, those between one a day after the first.
    """

    def on_age(age: str, days: int) -> date:
        return birth.replace(year=birth.year + int(age)) + timedelta(days=days)

    latest_birthday = AS_AT - timedelta(days=300)
    birth = latest_birthday.replace(year=latest_birthday.year - int(case["age_at_start_of_risk"]))
    previous = int(case["previous_sanctions"])
    first, current = on_age(case["age_at_first_sanction"], 1), on_age(case["age_at_current_sanction"], 250)
    days = [first + timedelta(days=step) for step in range(previous)] + [current]
    code = CODES[case["offence_group"]]
    events = [
        event(
            number * 1000 + step,
            pnc_id=pnc(1990, number),
            offence_date=day.isoformat(),
            sanction_date=day.isoformat(),
            ho_code=code if day == current else "46",
        )
        for step, day in enumerate(days)
    ]
    return nominal(number, pnc_id=pnc(1990, number), date_of_birth=birth.isoformat(), sex=case["sex"]), events


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    people, events = zip(
        *(_person(number, case) for number, case in enumerate(_cases(), start=1)), strict=True
    )
    numbers = range(1, len(people) + 1)
    folder = tmp_path_factory.mktemp("cases") / "landing"
    recent = {"offence_date": "2026-09-01", "recorded_date": "2026-09-01", "outcome_date": ""}
    full(
        files={
            "nominals": list(people),
            "offences": [offence(number, **recent) for number in numbers],
            "offence_nominals": [link(number, number, role_date="2026-09-01") for number in numbers],
            "offence_victims": [],
            "custody": [],
            "intelligence": [],
        }
    ).write(folder)
    full("idiom", files={"pnc_events": [row for rows in events for row in rows]}).write(folder)
    return folder


def test_cases_come_out_on_the_formal_basis(landing: Path, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    ingest_all(settings, landing)
    build = build_warehouse(settings, make_plan(settings, AS_AT, [AS_AT]))
    with open_store(build.warehouse) as store:
        rows = store.execute(
            "select nominal_id, ogrs3_formal_p1, ogrs3_formal_p2, copas_formal from marts.fct_rankings"
        ).fetchall()
    found = {row[0]: row[1:] for row in rows}
    cases = _cases()
    assert len(cases) == 17
    for number, case in enumerate(cases, start=1):
        p1, p2, _ = found[f"N{number}"]
        tolerance = float(case["tolerance"])
        assert p1 == pytest.approx(float(case["official_p1"]), abs=tolerance), case["case_id"]
        assert p2 == pytest.approx(float(case["official_p2"]), abs=tolerance), case["case_id"]


def test_a_changed_parameter_ranks_on_the_other_basis_and_makes_a_new_version(
    landing: Path, tmp_path: Path
) -> None:
    seeds = shutil.copytree(SEEDS, tmp_path / "seeds")
    table = seeds / "algorithm_parameters.csv"
    table.write_text(table.read_text().replace("risk_basis,recorded,", "risk_basis,formal,"))
    settings = Settings(data_dir=tmp_path / "data", seeds_dir=seeds)
    ingest_all(settings, landing)
    plan = make_plan(settings, AS_AT, [AS_AT])
    assert (
        plan.algorithm_version
        != make_plan(Settings(data_dir=tmp_path / "data"), AS_AT, [AS_AT]).algorithm_version
    )
    build = build_warehouse(settings, plan)
    with open_store(build.warehouse) as store:
        rows = store.execute(
            "select risk_probability, ogrs3_formal_p2, copas_rate, copas_formal, algorithm_version "
            "from marts.fct_rankings"
        ).fetchall()
        terms = store.execute(
            "select sum(contribution) - any_value(score) from marts.fct_ranking_explanations "
            "join marts.fct_rankings using (run_date, nominal_id) group by nominal_id"
        ).fetchall()
    assert len(rows) == 17
    assert all(row[0] == row[1] and row[2] == row[3] and row[4] == plan.algorithm_version for row in rows)
    assert max(abs(row[0]) for row in terms) < 1e-12
