"""Deliveries that nothing can be made of as they are: named until it is put right, and without a name of a person."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from include import status
from include.alerts import alerts_dir
from include.attention import needs_a_person
from include.ingest import ingest_all
from include.ledger import Ledger
from include.monitoring import watch as watching
from include.monitoring.watch import watch
from include.runs import Outcome, RunRecord, save_run
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
        (Outcome.RUNNING, False),
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
