"""Sizes, mixes and the awkward cases that the pipeline must meet."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from tests.synthetic.conftest import Made


@pytest.mark.slow
def test_default_size(force: Made) -> None:
    assert force.summary.nominals == pytest.approx(20_000, rel=0.005)
    assert force.summary.offence_links == pytest.approx(250_000, rel=0.05)
    assert force.summary.currently_managed == pytest.approx(271, rel=0.2)  # Surrey, December 2019


@pytest.mark.slow
def test_size_scales(force: Made, two_chunks: Made) -> None:
    assert two_chunks.faults == []
    assert two_chunks.summary.nominals == pytest.approx(1.15 * force.summary.nominals, rel=0.01)
    assert two_chunks.summary.offence_links == pytest.approx(1.15 * force.summary.offence_links, rel=0.1)
    assert two_chunks.summary.managed_people == pytest.approx(1.15 * force.summary.managed_people, rel=0.1)
    assert two_chunks.number(
        "select count(distinct nominal_id) from police_records_nominals"
    ) == two_chunks.number("select count(*) from police_records_nominals")


def test_duplicates_are_merged_late_early_never_and_in_a_chain(force: Made) -> None:
    rows = list(csv.DictReader((force.folder / "planted_truth" / "duplicates.csv").open()))
    assert len(rows) == pytest.approx(300, abs=5)
    merged = {row["nominal_id"] for row in rows if row["is_merged"] == "Y"}
    held = force.number("select count(*) from police_records_nominals where merged_into is not null")
    assert len(merged) - 3 <= held <= len(merged)
    assert 0.3 < len(merged) / len(rows) < 0.7
    chained = """select count(*) from police_records_nominals a join police_records_nominals b
        on a.merged_into = b.nominal_id where b.merged_into is not null"""
    assert force.number(chained) > 0
    delta = force.folder / "landing" / "police_records" / "20260920" / "nominals.csv"
    assert any(row["merged_into"] for row in csv.DictReader(delta.open()))


def test_merged_people_share_an_offence(force: Made) -> None:
    shared = """select count(*) from police_records_offence_nominals a
        join police_records_nominals n on n.nominal_id = a.nominal_id
        join police_records_offence_nominals b on b.offence_id = a.offence_id and b.nominal_id = n.merged_into"""
    assert force.number(shared) > 0


def test_missing_values_and_odd_codes(force: Made) -> None:
    shares = force.store.execute("""
        select avg((date_of_birth is null)::int) as unknown_birth, avg((sex = 'U')::int) as unknown_sex,
            avg((ethnicity is null)::int) as no_ethnicity, avg((date_of_birth > '2008-09-20')::int) as minors,
            avg((deceased_date is not null)::int) as dead, avg((pnc_id is null)::int) as no_pnc
        from police_records_nominals""").df()
    row = shares.iloc[0]
    assert 0.003 < row["unknown_birth"] < 0.03
    assert 0.002 < row["unknown_sex"] < 0.01
    assert 0.08 < row["no_ethnicity"] < 0.16
    assert 0.03 < row["minors"] < 0.12
    assert 0.01 < row["dead"] < 0.06
    assert 0.1 < row["no_pnc"] < 0.6
    unknown = force.number(
        "select count(*) from police_records_offences where ho_code in ('8Z', '28J', '999')"
    )
    assert 0 < unknown < 1_000
    assert force.number("select count(*) from police_records_offences where ho_code in ('28A', '30A')") > 100


def test_other_sources_name_people_in_every_way(force: Made) -> None:
    for table in ("idiom_cohort_spells", "visor_summary_visor_summary"):
        ways = force.store.execute(f"""
            select nominal_id is not null as by_nominal, pnc_id is not null as by_pnc, count(*) as n from {table}
            group by all""").df()
        assert len(ways) == 4, table
    unlinked = force.number(
        "select count(*) from idiom_cohort_spells where nominal_id is null and pnc_id is null"
    )
    assert 0.03 < unlinked / force.summary.cohort_spells < 0.15


def test_referrals_wait_for_meetings_to_come(force: Made) -> None:
    waiting = force.number("select count(*) from idiom_referrals where meeting_date > '2026-09-20'")
    assert 2 <= waiting <= 40
    assert force.number("select count(distinct decision) from idiom_referrals") == 4


def test_register_mix_and_growth(force: Made) -> None:
    share = force.store.execute("""
        select arms_level, count(*) / sum(count(*)) over () as share from visor_summary_visor_summary
        where arms_level is not null group by 1""").df()
    mix = dict(zip(share["arms_level"], share["share"], strict=True))
    assert mix["low"] == pytest.approx(0.50, abs=0.12)
    assert mix["medium"] == pytest.approx(0.30, abs=0.12)
    assert mix["high"] == pytest.approx(0.18, abs=0.10)
    assert mix["very_high"] < 0.07
    stock = [
        force.number(f"""select count(*) from visor_summary_visor_summary
            where coalesce(registration_start, '1900-01-01') <= '{day}'
                and coalesce(registration_end, '9999-12-31') > '{day}'""")
        for day in ("2022-09-20", "2026-09-20")
    ]
    assert (stock[1] / stock[0]) ** 0.25 - 1 == pytest.approx(0.08, abs=0.04)
    overdue = force.number(
        "select count(*) from visor_summary_visor_summary where next_visit_due < '2026-09-20'"
    )
    assert 3 <= overdue <= 45


def test_all_cohorts_and_pathways_and_two_units(force: Made) -> None:
    assert force.number("select count(distinct cohort) from idiom_cohort_spells") == 15
    assert force.number("select count(distinct pathway) from idiom_cohort_spells") == 4
    assert force.number("select count(distinct scheme) from idiom_cohort_spells") == 2


def test_caseloads_fit_the_unit(force: Made) -> None:
    load = force.store.execute("""
        select offenders_managed::int as people, high_risk_managed::int as high from idiom_caseload_history
        where census_date = (select max(census_date) from idiom_caseload_history)""").df()
    assert load["people"].mean() == pytest.approx(39, abs=8)  # Surrey: 39 a manager after the merger
    assert (load["people"] <= 60).all()
    assert (load["high"] > 0.3 * load["people"]).any()


def test_printed_table_adds_up_but_for_one_cell(force: Made) -> None:
    table: pd.DataFrame = force.store.execute("select * from idiom_performance_summary").df()
    numbers = table.drop(columns=["period_end", "scope"]).astype(float)
    wrong = [
        column
        for column in ("offences", "cost")
        for gap in (numbers[f"{column}_during"] - numbers[f"{column}_pre"] - numbers[f"{column}_difference"])
        if abs(gap) > 0.5
    ]
    assert wrong == ["cost"]
    assert (numbers["male"] + numbers["female"] <= numbers["total"]).all()


def test_nothing_of_the_truth_is_in_the_extracts(force: Made) -> None:
    landing: Path = force.folder / "landing"
    assert not [path for path in landing.rglob("*") if path.is_file() and b"PERSON" in path.read_bytes()]
