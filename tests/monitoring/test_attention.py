"""Deliveries that nothing can be made of as they are: named until it is put right, and without a name of a person."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from include import status
from include.alerts import alerts_dir
from include.attention import needs_a_person
from include.doctor import examine
from include.errors import InputError
from include.ingest import ingest_all
from include.ledger import Ledger
from include.lock import is_held, run_lock
from include.monitoring import watch as watching
from include.monitoring.watch import dead_runs, watch
from include.pipeline import open_run, plan_run, publish_run
from include.runs import Mode, Outcome, RunRecord, RunRequest, load_run, runs_dir, save_run
from include.settings import Settings
from tests.ingest.builder import full, nominal

BROKEN = {"custody.csv": b"\xff"}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(watching, "broken_dag_files", lambda _: {})
    return Settings(data_dir=tmp_path / "data", landing=tmp_path / "landing", threads=1)


def _take(settings: Settings, delivery_id: str, **changes: object) -> None:
    assert settings.landing is not None
    full(delivery_id=delivery_id, extract_date=f"{delivery_id[:4]}-09-{delivery_id[6:8]}", **changes).write(
        settings.landing
    )
    ingest_all(settings)


def _told(settings: Settings) -> list[tuple[str, str]]:
    return [(one.kind, one.subject) for one in needs_a_person(settings)]


@pytest.mark.parametrize("mended", ["20260920", "20260921"])
def test_a_refusal_is_told_until_the_delivery_or_a_later_one_is_taken_in(
    settings: Settings, mended: str
) -> None:
    _take(settings, "20260919")
    assert _told(settings) == []
    _take(settings, "20260920", raw=BROKEN)
    assert _told(settings) == [("delivery_refused", "police_records/20260920")]
    watch(settings)
    alerts = [json.loads(line) for line in (alerts_dir(settings) / "alerts.jsonl").read_text().splitlines()]
    (alert,) = (one for one in alerts if one["kind"] == "delivery_refused")
    report = alert["message"].split(": ")[1].removesuffix(" says why.")
    assert "was refused" in (settings.data_dir / report).read_text()
    lines, code = status.report(settings)
    assert code == 1
    assert any(line.startswith("NEEDS YOU: Delivery police_records/20260920 was refused") for line in lines)
    _take(settings, mended)
    assert _told(settings) == []


def test_a_folder_that_is_no_delivery_is_told_of_without_its_name_and_not_for_ever(
    settings: Settings,
) -> None:
    assert settings.landing is not None
    folder = settings.landing / "John Smith" / "born 1980"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")
    ingest_all(settings)
    (told,) = needs_a_person(settings)
    assert "Smith" not in told.message + told.subject
    assert list(settings.data_dir.glob(told.message.split(": ")[1].removesuffix(" says why.")))
    assert needs_a_person(settings, now=datetime.now(UTC) + timedelta(days=settings.max_age_days + 1)) == []


def test_a_delivery_that_blocks_is_told_until_somebody_answers_for_it(settings: Settings) -> None:
    bad = [nominal(number, sex="?") for number in range(10, 20)]
    _take(settings, "20260920", files={"nominals": [nominal(1), nominal(2), nominal(3), *bad]})
    (told,) = needs_a_person(settings)
    assert (told.kind, told.subject) == ("delivery_blocked", "police_records/20260920")
    assert (settings.data_dir / told.message.split(": ")[1].removesuffix(" says why.")).is_file()
    Ledger(settings.state_dir).accept("police_records", "20260920", "A Person", "known")
    assert _told(settings) == []


def test_a_delivery_that_blocks_and_is_replaced_whole_blocks_no_more(settings: Settings) -> None:
    bad = [nominal(number, sex="?") for number in range(10, 20)]
    _take(settings, "20260920", files={"nominals": [nominal(1), nominal(2), nominal(3), *bad]})
    _take(settings, "20260921")
    assert _told(settings) == []


@pytest.mark.parametrize(
    ("outcome", "is_told"),
    [
        (Outcome.PUBLISHED, False),
        (Outcome.UNCHANGED, False),
        (Outcome.PREVIEW, False),
        (Outcome.CUT_OFF, True),
        (Outcome.BLOCKED, True),
        (Outcome.FAILED, True),
    ],
)
def test_a_last_run_that_came_to_nothing_is_no_all_is_well(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, outcome: Outcome, is_told: bool
) -> None:
    monkeypatch.setattr(status, "check_freshness", lambda _: [])
    monkeypatch.setattr(watching, "check_freshness", lambda *_, **__: [])
    save_run(settings, RunRecord(run_id="run-a", started_at="2026-11-24T06:00:00+00:00", outcome=outcome))
    assert status.report(settings)[1] == int(is_told)
    assert [late.kind for late in watch(settings)] == ["last_run_stopped"] * is_told
    good = RunRecord(run_id="run-b", started_at="2026-11-25T06:00:00+00:00", outcome=Outcome.PUBLISHED)
    save_run(settings, good)
    assert status.report(settings)[1] == 0
    assert watch(settings) == []


@pytest.fixture
def left_open(settings: Settings) -> Settings:
    """A run of which no more is known than that it began."""
    request = RunRequest(mode=Mode.PREVIEW)
    save_run(settings, RunRecord(run_id="run-a", request=request, started_at="2026-11-24T06:00:00+00:00"))
    return settings


def _run_line(settings: Settings) -> str:
    (line,) = (line for line in status.report(settings)[0] if line.startswith("Run run-a"))
    return line.rsplit("  ", 1)[1]


def test_a_run_that_was_killed_is_cut_off_once_nobody_holds_the_lock(left_open: Settings) -> None:
    with run_lock(left_open.state_dir):
        assert _run_line(left_open) == "running"
        assert _told(left_open) == []
    assert _run_line(left_open) == "cut off"
    assert _told(left_open) == [("last_run_stopped", "run-a")]
    # Airflow lets go of the lock between two tasks
    driven = left_open.model_copy(update={"profile": "production"})
    assert _run_line(driven) == "running"
    old = datetime.now(UTC).timestamp() - 3600
    os.utime(runs_dir(driven) / "run-a.json", (old, old))
    assert _run_line(driven) == "cut off"


def test_another_process_that_only_asks_disturbs_nobody(left_open: Settings) -> None:
    with run_lock(left_open.state_dir):
        code = "import pathlib, sys, include.lock as lock; print(lock.is_held(pathlib.Path(sys.argv[1])))"
        asked = [sys.executable, "-c", code, str(left_open.state_dir)]
        assert subprocess.run(asked, capture_output=True, text=True, check=True).stdout == "True\n"
    assert not is_held(left_open.state_dir)
    with run_lock(left_open.state_dir):
        assert is_held(left_open.state_dir)


def test_doctor_closes_what_was_cut_off(left_open: Settings) -> None:
    closing = [finding.sentence for finding in examine(left_open) if "cut off" in finding.sentence]
    assert len(closing) == 1
    assert load_run(left_open, "run-a").outcome is Outcome.CUT_OFF
    assert examine(left_open) == []
    assert dead_runs(left_open, datetime.now(UTC) + timedelta(days=1)) == []


def test_the_next_run_closes_what_was_cut_off_and_what_goes_on_is_open_again(left_open: Settings) -> None:
    run_id = open_run(left_open, RunRequest(), key="next")
    for _ in range(2):
        with pytest.raises(InputError):  # nothing was delivered
            plan_run(left_open, run_id)
        closed = load_run(left_open, "run-a")
        assert (closed.outcome, closed.exit_code) == (Outcome.CUT_OFF, 70)
        assert "before the end of its first stage" in closed.error
        assert load_run(left_open, run_id).outcome is Outcome.FAILED
    publish_run(left_open, "run-a")  # a preview has nothing to do there
    assert load_run(left_open, "run-a").outcome is Outcome.RUNNING
