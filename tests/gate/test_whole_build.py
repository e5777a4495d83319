"""A deliberate break per part of the gate, on a real build: each one closes it, and says which."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from include import pipeline
from include.ingest import ingest_all
from include.ledger import AppliedDelivery, Ledger
from include.publication.release import CURRENT
from include.quality import delivery_checks, gate, gx_checks, reconcile, release_checks
from include.quality.subject import Subject
from include.quality.verdict import Check, Kind, Status, Verdict
from include.runs import Outcome, RunRequest
from include.settings import Settings
from include.warehouse.stores import open_store

pytestmark = pytest.mark.slow
Broken = Callable[[], Subject]


def _judge(subject: Subject) -> Verdict:
    return gate.run_gate(
        subject.settings, subject.plan, subject.build, today=subject.today, suites=subject.suites_dir
    )


def _change(subject: Subject, *statements: str) -> None:
    with open_store(subject.build.warehouse, read_only=False) as connection:
        for statement in statements:
            connection.execute(statement)


def _blocking(verdict: Verdict) -> dict[str, Check]:
    assert not verdict.is_open
    return {check.name: check for check in verdict.blocking}


@pytest.fixture
def without_gx(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave GX out where it is another part that is broken: it takes seconds."""
    monkeypatch.setattr(gate, "PARTS", tuple(part for part in gate.PARTS if part.kind is not Kind.GX))


def test_a_good_build_passes_every_part(built: Subject) -> None:
    verdict = _judge(built)
    assert [f"{check.name}: {check.detail}" for check in verdict.blocking] == []
    assert verdict.is_open
    assert {check.kind for check in verdict.checks} == set(Kind)
    assert sorted(verdict.expected) == sorted(gate.expected_checks(built))
    assert len(verdict.checks) > 500


def test_police_records_alone_go_through(built: Subject, tmp_path: Path) -> None:
    """A force that delivers nothing else has its list: what never came is not known, and closes nothing."""
    assert built.settings.landing is not None
    shutil.copytree(built.settings.landing / "police_records", tmp_path / "landing" / "police_records")
    settings = Settings(data_dir=tmp_path / "data", landing=tmp_path / "landing")
    ingest_all(settings)
    run_id = pipeline.open_run(
        settings, RunRequest(run_dates="2026-08-23,2026-09-06,2026-09-20"), key="alone"
    )
    assert pipeline.run_steps(settings, run_id) is Outcome.PUBLISHED
    reports = settings.published_dir / CURRENT / "reports"
    index = " ".join(re.sub(r"<[^>]+>", " ", (reports / "index.html").read_text()).split())
    assert "IDIOM nothing has come" in index
    assert "ViSOR nothing has come" in index
    for page in ("performance.html", "board_pack.html"):
        assert "Who is managed is not known" in (reports / page).read_text(), page


def test_before_the_first_delivery_the_first_one_is_cut_by_dates(built: Subject, tmp_path: Path) -> None:
    """What was known then is what is counted: no row is missed that was not there yet."""
    settings = Settings(data_dir=tmp_path / "data", landing=built.settings.landing)
    ingest_all(settings)
    request = RunRequest(as_at=date(2026, 7, 26), run_dates="2026-06-28,2026-07-12,2026-07-26")
    run_id = pipeline.open_run(settings, request, key="before")
    assert pipeline.run_steps(settings, run_id) is Outcome.PUBLISHED


@pytest.mark.usefixtures("without_gx")
@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("delete from marts.fct_custody_spells", "rows of police_records.custody arrive"),
        ("delete from marts.fct_sanctions where event_id = (select min(event_id) from marts.fct_sanctions)",
         "rows of idiom.pnc_events arrive"),
        ("delete from marts.fct_rankings where run_date = date '2026-09-20'", reconcile.CORE),
        ("delete from marts.dim_nominals", reconcile.CORE),
        ("delete from marts.fct_ranking_explanations", reconcile.CORE),
        ("update marts.fct_rankings set rank = 2 where rank = 1", "ranks run from 1 to n without a gap"),
        ("update marts.fct_rankings set score = 'nan' where rank = 3",
         "every score is a number and falls with the rank"),
        ("update marts.fct_ranking_explanations set contribution = contribution + 0.001 where term = 'copas'",
         "contributions sum to the score"),
        ("update marts.fct_rankings set weighted_harm_days = weighted_harm_days + 1 where rank = 5",
         "harm of the offences sums to that of the ranking"),
        ("delete from marts.dim_nominals where nominal_id = (select min(nominal_id) from marts.dim_nominals)",
         "every nominal is a survivor or merged into one"),
        ("delete from marts.fct_offences where offence_id = (select max(offence_id) from marts.fct_offences)",
         "every link of an offence arrives"),
        ("update marts.fct_offences set recorded_date = date '2026-09-21' where offence_id ="
         " (select max(offence_id) from marts.fct_offences)", "nothing recorded after as_at is in the marts"),
        ("update marts.fct_rankings set algorithm_version = 'x' where rank = 1",
         "one algorithm version, that of the plan"),
        ("insert into marts.fct_rankings select * replace (date '2026-08-30' as run_date) from marts.fct_rankings"
         " where run_date = date '2026-09-20'", reconcile.RUN_DATES),
        ("drop table marts.fct_intelligence", "rows of police_records.intelligence arrive"),
        ("update marts.fct_rankings set rank = 100000 where rank = 2", "ranks run from 1 to n without a gap"),
        ("update marts.fct_rankings set score = score + 1000 where rank = 3",
         "every score is a number and falls with the rank"),
        ("delete from marts.fct_ranking_explanations where nominal_id ="
         " (select nominal_id from marts.fct_rankings where rank = 5 and run_date = date '2026-09-20')",
         "contributions sum to the score"),
        ("update marts.fct_rankings set offence_count = offence_count + 1 where rank = 5",
         "harm of the offences sums to that of the ranking"),
        ("insert into marts.fct_custody_spells (select * from marts.fct_custody_spells limit 1)",
         "rows of police_records.custody arrive"),
        ("delete from marts.fct_referrals", "rows of idiom.referrals arrive"),
        ("update marts.fct_sanctions set sanction_date = date '2026-09-21' where event_id ="
         " (select min(event_id) from marts.fct_sanctions)", "nothing recorded after as_at is in the marts"),
    ],
)  # fmt: skip
def test_reconciliation_blocks(broken: Broken, statement: str, check: str) -> None:
    subject = broken()
    _change(subject, statement)
    found = _blocking(_judge(subject))
    assert found[check].kind is Kind.RECONCILIATION
    assert found[check].remedy


@pytest.mark.usefixtures("without_gx")
@pytest.mark.parametrize(
    ("more", "check"),
    [({"rows": 1}, reconcile.LEDGER), ({"rows": 1, "loaded": 1}, reconcile.BRONZE),
     ({"rows": -1, "loaded": -1}, reconcile.BRONZE)],
)  # fmt: skip
def test_rows_that_the_ledger_and_bronze_do_not_agree_on_block(
    broken: Broken, monkeypatch: pytest.MonkeyPatch, more: dict[str, int], check: str
) -> None:
    subject = broken()
    due = subject.plan.deliveries[0]
    applied = Ledger(subject.settings.state_dir).applied()
    place = next(
        i for i, one in enumerate(applied) if (one.source, one.delivery_id) == (due.source, due.delivery_id)
    )
    counts = applied[place].files[0]
    spoilt = replace(counts, **{name: getattr(counts, name) + by for name, by in more.items()})
    applied[place] = replace(applied[place], files=(spoilt, *applied[place].files[1:]))
    monkeypatch.setattr(Ledger, "applied", lambda *_: applied)
    assert _blocking(_judge(subject))[check].kind is Kind.RECONCILIATION


def _edit_results(subject: Subject, edit: Callable[[list[dict[str, Any]]], object]) -> None:
    content = json.loads(subject.build.run_results.read_text())
    edit(content["results"])
    subject.build.run_results.write_text(json.dumps(content))


def _first_test(results: list[dict[str, Any]]) -> dict[str, Any]:
    return next(result for result in results if result["unique_id"].startswith("test."))


@pytest.mark.usefixtures("without_gx")
def test_a_failing_dbt_test_blocks(broken: Broken) -> None:
    subject = broken()
    _edit_results(subject, lambda results: _first_test(results).update(status="fail", failures=7))
    (check,) = _blocking(_judge(subject)).values()
    assert (check.kind, check.status) == (Kind.DBT, Status.FAIL)
    assert "7 rows" in check.detail


@pytest.mark.usefixtures("without_gx")
def test_a_dbt_test_that_did_not_run_blocks(broken: Broken) -> None:
    subject = broken()
    _edit_results(subject, lambda results: results.remove(_first_test(results)))
    (check,) = _blocking(_judge(subject)).values()
    assert check.status is Status.MISSING


@pytest.mark.usefixtures("without_gx")
@pytest.mark.parametrize("content", ["", "{", "[]", '{"metadata": {}}'])
def test_results_that_cannot_be_read_block(broken: Broken, content: str) -> None:
    subject = broken()
    subject.build.run_results.write_text(content)
    found = _blocking(_judge(subject))
    assert found["the dbt part ran to its end"].status is Status.ERROR
    assert sum(check.status is Status.MISSING for check in found.values()) > 50


def test_a_failing_gx_check_blocks(broken: Broken) -> None:
    subject = broken()
    _change(subject, "update marts.fct_rankings set management_status = 'lost' where rank = 1")
    found = _blocking(_judge(subject))
    check = found["publication fct_rankings: management_status is one of its list"]
    assert (check.kind, check.status) == (Kind.GX, Status.FAIL)


def test_what_the_contract_allows_is_told_and_closes_nothing(broken: Broken) -> None:
    """Somebody whose only record is from under ten has no score; dates and counts of others may be odd."""
    subject = broken()
    for statement in (
        "update marts.fct_rankings set score = null, risk_probability = null, copas_rate = null where rank = "
        "(select max(rank) from marts.fct_rankings where run_date = date '2026-09-20')",
        "update reporting.rpt_unit__pathways set days_to_decision = -66 where month = "
        "(select max(month) from reporting.rpt_unit__pathways where days_to_decision is not null)",
        "update marts.fct_caseloads set high_risk_managed = offenders_managed + 1 where source <> 'open_spells'",
        "update reporting.rpt_unit__caseload set high_risk_pct = 125 where source <> 'open_spells'",
    ):
        _change(subject, statement)
    verdict = _judge(subject)
    assert not [check.name for check in verdict.blocking if check.kind is Kind.GX]
    assert {
        "publication rpt_unit__pathways: no referral was decided before it was made",
        "publication fct_caseloads: of an earlier census no more are at high risk than are managed",
    } <= {check.name for check in verdict.warnings}


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("update marts.fct_rankings set score = null where rank = 7",
         "fct_rankings: score, risk_probability and copas_rate are there together, or none is"),
        ("update marts.fct_rankings set copas_rate = null where rank = 7",
         "fct_rankings: score, risk_probability and copas_rate are there together, or none is"),
        ("update marts.fct_caseloads set high_risk_managed = offenders_managed + 1 where source = 'open_spells'",
         "fct_caseloads: of the people counted here no more are at high risk than are managed"),
        ("update reporting.rpt_unit__caseload set high_risk_pct = 125 where source = 'open_spells'",
         "rpt_unit__caseload: high_risk_pct is in its range"),
    ],
)  # fmt: skip
def test_what_only_a_wrong_model_gives_blocks(broken: Broken, statement: str, check: str) -> None:
    subject = broken()
    _change(subject, statement)
    assert f"publication {check}" in _blocking(_judge(subject))


def test_gx_that_cannot_be_imported_blocks(broken: Broken, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> None:
        raise ImportError("No module named 'great_expectations'")

    monkeypatch.setattr(gx_checks, "GxEngine", missing)
    found = _blocking(_judge(broken()))
    assert found["the gx part ran to its end"].status is Status.ERROR
    assert sum(check.status is Status.MISSING for check in found.values()) > 300


@pytest.mark.usefixtures("without_gx")
@pytest.mark.parametrize("part", [reconcile, delivery_checks, release_checks])
def test_an_exception_inside_a_part_blocks(
    broken: Broken, monkeypatch: pytest.MonkeyPatch, part: Any
) -> None:
    def explode(_: Subject) -> list[Check]:
        raise RuntimeError("unexpected")

    parts = tuple(replace(one, run=explode) if one.run is part.run else one for one in gate.PARTS)
    monkeypatch.setattr(gate, "PARTS", parts)
    found = _blocking(_judge(broken()))
    assert any(check.kind is Kind.GATE and check.status is Status.ERROR for check in found.values())


@pytest.mark.usefixtures("without_gx")
def test_waivers_that_cannot_be_read_block(broken: Broken, tmp_path: Path) -> None:
    suites = tmp_path / "expectations"
    suites.mkdir()
    (suites / "bounds.yml").write_text((gate.EXPECTATIONS / "bounds.yml").read_text())
    (suites / "waivers.yml").write_text("waivers: [{check: 'dbt: x'}]")
    found = _blocking(_judge(replace(broken(), suites_dir=suites)))
    assert [check.kind for check in found.values()] == [Kind.GATE]


def _blocked(delivery: AppliedDelivery, accepted_by: str = "") -> AppliedDelivery:
    said = ("nominals.csv: 40 of 300 rows are bad.",)
    return replace(delivery, blocks=() if accepted_by else said, all_blocks=said, accepted_by=accepted_by)


@pytest.mark.usefixtures("without_gx")
@pytest.mark.parametrize(("accepted_by", "is_open"), [("", False), ("Inspector Example", True)])
def test_a_delivery_blocks_until_a_person_accepts_it(
    broken: Broken, monkeypatch: pytest.MonkeyPatch, accepted_by: str, is_open: bool
) -> None:
    subject = broken()
    applied = Ledger(subject.settings.state_dir).applied()
    spoilt = [_blocked(one, accepted_by) if one.source == "police_records" else one for one in applied]
    monkeypatch.setattr(Ledger, "applied", lambda *_: spoilt)
    verdict = _judge(subject)
    assert verdict.is_open is is_open
    told = verdict.warnings if is_open else verdict.blocking
    mine = [check for check in told if check.kind is Kind.DELIVERY]
    assert len(mine) == sum(one.source == "police_records" for one in subject.plan.deliveries)
    assert ("Inspector Example" if is_open else "hhw accept police_records") in mine[0].detail + mine[
        0
    ].remedy


def _published(subject: Subject, *statements: str) -> Subject:
    """Put a copy of the build in place as the release that this one is compared with."""
    folder = subject.settings.published_dir / "before"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "warehouse.duckdb").write_bytes(subject.build.warehouse.read_bytes())
    with open_store(folder / "warehouse.duckdb", read_only=False) as connection:
        for statement in statements:
            connection.execute(statement)
    return replace(subject, plan=subject.plan.model_copy(update={"base_release": "before"}))


@pytest.mark.usefixtures("without_gx")
@pytest.mark.parametrize(
    ("statements", "check"),
    [
        (("insert into marts.fct_offences select many.* replace ('x' || r.i || many.offence_id as offence_id)"
          " from marts.fct_offences as many, range(3) as r(i)",), release_checks.VOLUME),
        (("update marts.fct_rankings set nominal_id = 'x' || nominal_id where is_top_n",), release_checks.CHURN),
        (("update marts.fct_rankings set score = score * 2",), release_checks.DISTRIBUTION),
        (("delete from marts.fct_offences where hash(offence_id) % 2 = 0",), release_checks.VOLUME),
        (("update marts.fct_rankings set score = score * 3 where rank <= 3",), release_checks.DISTRIBUTION),
    ],
)  # fmt: skip
def test_a_jump_against_the_release_in_force_blocks(
    broken: Broken, statements: tuple[str, ...], check: str
) -> None:
    subject = _published(broken(), *statements)
    found = _blocking(_judge(subject))
    assert found[check].kind is Kind.RELEASE


@pytest.mark.usefixtures("without_gx")
def test_the_same_content_as_in_force_passes(broken: Broken) -> None:
    assert _judge(_published(broken())).is_open
