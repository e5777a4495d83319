"""What the watch from outside sees, and how often it says so."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from include.alerts import alerts_dir
from include.freshness import check_freshness
from include.ledger import Ledger
from include.monitoring import watch as watching
from include.monitoring.dag_files import broken_dag_files
from include.monitoring.heartbeats import MAY_BE_SILENT, beat, silent_dags
from include.monitoring.watch import dead_runs, watch
from include.runs import Outcome, RunRecord, runs_dir, save_run
from include.settings import Settings

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(
        watching, "broken_dag_files", lambda _: {}
    )  # loading Airflow has tests of its own below
    return Settings(data_dir=tmp_path / "data", profile="production")


def _alerts(settings: Settings) -> list[dict[str, str]]:
    path = alerts_dir(settings) / "alerts.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_late_sources_are_said_once_a_day_for_as_long_as_it_lasts(settings: Settings) -> None:
    for hours, expected in ((0, 1), (1, 1), (23, 1), (24, 2), (30, 2), (49, 3)):
        watch(settings, now=NOW + timedelta(hours=hours))
        late = [one for one in _alerts(settings) if one["message"].startswith("idiom:")]
        assert [one["kind"] for one in late] == ["source_late"] * expected, hours


def test_a_source_that_the_force_does_not_have_is_never_late(settings: Settings) -> None:
    def late(without: str) -> set[str]:
        own = settings.model_copy(update={"absent_sources": without})
        return {one.subject for one in check_freshness(own, now=NOW) if one.kind == "source_late"}

    assert late("") == {"police_records", "visor_summary", "idiom"}
    assert late("visor_summary, idiom") == {"police_records"}


def test_what_comes_back_is_said_at_once(settings: Settings) -> None:
    def say(hours: int) -> int:
        watch(settings, now=NOW + timedelta(hours=hours))
        return sum(one["kind"] == "dag_silent" for one in _alerts(settings))

    for dag_id in MAY_BE_SILENT:
        beat(settings, dag_id, NOW)
    assert say(0) == 0
    assert say(2) == 1  # ingest_extracts
    beat(settings, "ingest_extracts", NOW + timedelta(hours=2))
    assert say(2) == 1
    assert say(4) == 2


def test_silence_is_no_fault_where_airflow_is_no_service(settings: Settings) -> None:
    quiet = settings.model_copy(update={"profile": "development"})
    assert {late.kind for late in watch(quiet, now=NOW)} == {"source_late", "release_stale"}


@pytest.mark.parametrize("content", ["", "{", "[]", '{"at": 3}', '{"at": "yesterday"}'])
def test_a_heartbeat_that_cannot_be_read_is_none(settings: Settings, content: str) -> None:
    for dag_id in MAY_BE_SILENT:
        beat(settings, dag_id, NOW)
    assert silent_dags(settings, NOW) == []
    (settings.state_dir / "heartbeats" / "ingest_extracts.json").write_text(content)
    assert [dag_id for dag_id, _ in silent_dags(settings, NOW)] == ["ingest_extracts"]


def test_a_run_that_was_killed_is_noticed(settings: Settings) -> None:
    for number, outcome in enumerate((Outcome.RUNNING, Outcome.FAILED, Outcome.PUBLISHED)):
        save_run(settings, RunRecord(run_id=f"run-{number}", started_at=NOW.isoformat(), outcome=outcome))
    for path in runs_dir(settings).iterdir():
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    assert dead_runs(settings, NOW + timedelta(hours=3, minutes=59)) == []
    (dead,) = dead_runs(settings, NOW + timedelta(hours=4, minutes=1))
    assert (dead.kind, dead.subject) == ("run_died", "run-0")


def test_a_folder_without_manifest_is_named_only_if_its_name_is_a_deliverys(settings: Settings) -> None:
    for name in ("20260920", "John Smith 1980"):
        folder = settings.landing_dir / "police_records" / name
        folder.mkdir(parents=True)
        old = datetime.now(UTC).timestamp() - 48 * 3600
        os.utime(folder, (old, old))
    waiting = [late.message for late in check_freshness(settings) if late.kind == "delivery_waiting"]
    assert len(waiting) == 2
    assert any("police_records/20260920" in message for message in waiting)
    assert not any("Smith" in message for message in waiting)


def test_a_ledger_that_cannot_be_read_is_an_alert_and_no_crash(settings: Settings) -> None:
    settings.state_dir.mkdir(parents=True)
    (settings.state_dir / "ledger.jsonl").write_text("not a line of a ledger\nnor this\n")
    assert "state_unreadable" in {late.kind for late in watch(settings, now=NOW)}


def test_a_chain_that_breaks_is_an_alert_though_every_line_can_be_read(settings: Settings) -> None:
    for release_id in ("r1", "r2"):
        Ledger(settings.state_dir).append("published", release_id=release_id)
    path = settings.state_dir / "ledger.jsonl"
    path.write_text(path.read_text().replace("r1", "r0"))
    (unreadable,) = (late for late in watch(settings, now=NOW) if late.kind == "state_unreadable")
    assert "ledger.jsonl: the chain breaks at line 1" in unreadable.message


@pytest.mark.slow
def test_airflow_itself_says_which_dag_files_are_broken(tmp_path: Path) -> None:
    folder = tmp_path / "dags"
    folder.mkdir()
    (folder / "torn_file.py").write_text("from airflow.sdk import dag\ndef (:\n")
    (folder / "not_there.py").write_text("import a_module_that_nobody_has\n")
    (folder / "other_name.py").write_text(
        "from airflow.sdk import dag\n@dag(dag_id='someone_else')\ndef one():\n    pass\none()\n"
    )
    broken = broken_dag_files(Settings(data_dir=tmp_path / "data"), folder)
    assert set(broken) == {"torn_file.py", "not_there.py", "other_name.py"}
    assert "a_module_that_nobody_has" in broken["not_there.py"]


@pytest.mark.slow
def test_no_dag_of_ours_is_broken_and_an_empty_folder_is(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    assert broken_dag_files(settings) == {}
    (tmp_path / "empty").mkdir()
    assert set(broken_dag_files(settings, tmp_path / "empty")) == {"dags"}
