"""The DAGs, loaded and run to their end by the real Airflow."""

from __future__ import annotations

import ast
import json
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from include import audit
from include.ledger import Ledger
from include.publication.release import list_releases, read_release, release_folder, release_in_force
from include.publication.verify import verify_all
from include.runs import Outcome, RunRecord, list_runs
from include.settings import REPOSITORY
from tests.dags.conftest import Driven, without_network

pytestmark = pytest.mark.slow
DAGS = {
    "ingest_extracts",
    "publish_rankings_fortnightly",
    "evaluate_algorithm_half_yearly",
    "publish_board_pack_monthly",
    "check_freshness_daily",
    "review_retention_monthly",
}
PUBLISHING = [
    "publish_rankings_fortnightly",
    "evaluate_algorithm_half_yearly",
    "publish_board_pack_monthly",
]
HEADINGS = ["What it does", "Inputs and outputs", "Schedule and why", "If it fails", "Owner"]


def test_the_exact_set_of_dags_is_there(driven: Driven) -> None:
    assert set(driven.said["dags"]) == DAGS


def test_every_dag_file_is_a_dag_of_its_name(driven: Driven) -> None:
    files = {path.name for path in (REPOSITORY / "dags").glob("*.py")} - {"hhw_wiring.py"}
    assert files == {f"{name}.py" for name in DAGS}
    assert {dag["file"] for dag in driven.said["dags"].values()} == files


@pytest.mark.parametrize("name", sorted(DAGS))
def test_conventions(driven: Driven, name: str) -> None:
    dag = driven.said["dags"][name]
    assert re.findall(r"^## (.*)$", dag["doc"], re.MULTILINE) == HEADINGS
    assert dag["catchup"] is False
    assert dag["max_active_runs"] == 1
    assert "London" in dag["zone"]
    assert set(dag["tags"]) <= {"ingest", "ranking", "board", "monitoring", "retention"}
    assert dag["tags"]
    assert all(task["has_callback"] for task in dag["tasks"].values())


@pytest.mark.parametrize("name", ["ingest_extracts", "review_retention_monthly", *PUBLISHING])
def test_whoever_writes_takes_the_one_slot(driven: Driven, name: str) -> None:
    assert {task["pool"] for task in driven.said["dags"][name]["tasks"].values()} == {"warehouse"}


@pytest.mark.parametrize("path", sorted((REPOSITORY / "dags").glob("*.py")), ids=lambda path: path.name)
def test_nothing_is_worked_at_import(path: Path) -> None:
    """Modules of the pipeline are imported inside tasks: parsing a DAG file must cost nothing."""
    imported = {
        (node.module or "").split(".")[0] if isinstance(node, ast.ImportFrom) else alias.name.split(".")[0]
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert not imported & {"include", "reports", "duckdb", "dbt", "great_expectations", "pandas"}


@pytest.mark.parametrize("name", PUBLISHING)
def test_the_steps_follow_one_another(driven: Driven, name: str) -> None:
    tasks = driven.said["dags"][name]["tasks"]
    order = ["plan", "build", "gate", "render", "publish"]
    for one, following in zip(order, order[1:], strict=False):
        assert following in tasks[one]["downstream"]


@pytest.mark.parametrize("name", PUBLISHING)
def test_parameters_are_typed(driven: Driven, name: str) -> None:
    params = driven.said["dags"][name]["params"]
    assert set(params) == {"as_at", "run_dates", "mode", "reason"}
    assert params["mode"]["enum"] == ["preview", "publish"]
    assert params["as_at"]["format"] == "date"


def _first(driven: Driven) -> RunRecord:
    """The run that published the first release."""
    return [run for run in list_runs(driven.settings) if run.outcome is Outcome.PUBLISHED][-1]


def _run(driven: Driven, name: str) -> dict[str, Any]:
    return driven.said["runs"][name]


@pytest.mark.parametrize(
    "name", ["ingest", "ingest again", "publish", "publish again", "evaluate", "freshness"]
)
def test_each_dag_runs_to_its_end(driven: Driven, name: str) -> None:
    run = _run(driven, name)
    assert run["state"] == "success"
    assert all(task.endswith("=success") for task in run["tasks"])


def test_one_mapped_task_per_delivery(driven: Driven) -> None:
    assert len([task for task in _run(driven, "ingest")["tasks"] if task.startswith("ingest[")]) == 3


def test_taking_in_again_is_a_no_op(driven: Driven) -> None:
    assert [one.status for one in Ledger(driven.settings.state_dir).deliveries()].count(
        "applied"
    ) == 3 + 1  # the newer one


def test_runs_without_a_logical_date_work(driven: Driven) -> None:
    assert _run(driven, "publish again")["logical_date"] == "None"
    assert _run(driven, "freshness")["logical_date"] == "None"


def test_parameters_that_do_not_fit_their_schema_never_get_to_a_task(driven: Driven) -> None:
    assert [re.search(r"param (\w+)", said).group(1) for said in driven.said["refused"]] == [  # type: ignore[union-attr]
        "as_at",
        "run_dates",
        "mode",
        "reason",
    ]


def test_a_page_that_cannot_be_drawn_publishes_nothing(driven: Driven) -> None:
    assert _run(driven, "publish with a broken page")["state"] == "failed"
    assert driven.said["in force after a broken page"] is False
    (page,) = driven.said["page of the broken run"]
    assert page.startswith("run-")


def test_a_retry_is_the_same_run_and_goes_on_where_it_was(driven: Driven) -> None:
    assert driven.said["outcomes"] == ["published", *["unchanged"] * 5, "published"]
    first = _first(driven)
    assert [stage.note for stage in first.stages if stage.name == "build"] == [
        f"found done, by {first.run_id}"
    ]
    assert all(stage.is_ok for stage in first.stages)


def test_publishing_again_changes_nothing(driven: Driven) -> None:
    """One line for each release: the first, the approval, the rejection, the evaluation."""
    published = [
        e.data["release_id"] for e in Ledger(driven.settings.state_dir).entries() if e.event == "published"
    ]
    assert len(published) == len(set(published)) == 4
    assert [e.event for e in audit.journal(driven.settings)].count("publication") == 4


def test_an_old_date_gives_the_same_after_newer_deliveries(driven: Driven) -> None:
    """ "Publish again" was computed anew for the old date, with a newer extract of other people taken in before it."""
    newer = [one for one in Ledger(driven.settings.state_dir).deliveries() if one.delivery_id == "20261004"]
    assert [one.status for one in newer] == ["applied"]
    first, again = [
        run for run in reversed(list_runs(driven.settings)) if run.request.reason in {"test", "again"}
    ][:2]
    assert (first.outcome, again.outcome) == (
        Outcome.PUBLISHED,
        Outcome.UNCHANGED,
    )  # by the hash of every model
    assert again.request.reason == "again"
    assert first.release_id == again.release_id
    assert [stage.note for stage in again.stages if stage.name == "build"] != [
        f"found done, by {first.run_id}"
    ]


def test_what_is_published_verifies(driven: Driven) -> None:
    found = verify_all(driven.settings)
    assert found.releases[0] == found.release_in_force
    assert len(found.releases) == 4
    release = read_release(release_folder(driven.settings, str(found.release_in_force)))
    assert f"{release.as_at}" == "2026-09-20"
    assert release.gate["result"] == "open"
    pages = driven.settings.published_dir / "current" / "reports"
    assert {"index.html", "ranking.html", "quality.html"} <= {path.name for path in pages.iterdir()}


def test_failed_tasks_raise_an_alert(driven: Driven) -> None:
    lines = (driven.settings.state_dir / "alerts" / "alerts.jsonl").read_text().splitlines()
    failed = [one for one in map(json.loads, lines) if one["kind"] == "task_failed"]
    assert {one["task_id"] for one in failed} == {"render", "decide", "carry_out_requests"}


def test_late_sources_and_a_stale_release_raise_alerts_and_the_heart_beats(driven: Driven) -> None:
    folder = driven.settings.state_dir / "heartbeats"
    beat = json.loads((folder / "check_freshness_daily.json").read_text())
    assert json.loads((folder / "ingest_extracts.json").read_text())["found"] == 3
    assert len(beat["late"]) == 4
    assert _first(driven).release_id in beat["late"][-1]  # the one in force when it looked


def test_everything_is_private(driven: Driven) -> None:
    for path in [driven.settings.data_dir, *driven.settings.data_dir.rglob("*")]:
        if not path.is_symlink() and "project" not in path.parts:  # a copy of the repository's own SQL
            assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_everything_runs_without_a_network_and_nothing_looks_for_one(driven: Driven) -> None:
    """P14: all of the above happened in a network namespace of its own, in which not even loopback is up."""
    if driven.connections is None:
        pytest.skip(
            "This machine gives no network namespace: whether anything looks for a network was not seen."
        )
    assert driven.connections == []


def test_an_attempt_would_have_been_seen(tmp_path: Path) -> None:
    """The same trace, of a process that does look for a network."""
    before = without_network(tmp_path / "trace.txt")
    if not before:
        pytest.skip("This machine gives no network namespace.")
    code = "import socket; socket.socket().connect(('192.0.2.1', 443))"
    done = subprocess.run([*before, sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert "unreachable" in done.stderr
    assert '"192.0.2.1"' in (tmp_path / "trace.txt").read_text()


def test_nothing_was_sent_anywhere(driven: Driven) -> None:
    assert not re.search(r"posthog|scarf\.sh|snowplow|analytics\.apache", driven.output)


def _tasks(run: dict[str, Any]) -> dict[str, str]:
    return {task.split("[")[0]: task.rpartition("=")[2] for task in run["tasks"]}


def test_a_waiting_pack_holds_neither_slot_nor_lock_and_has_no_default(driven: Driven) -> None:
    for name in ("reject", "timeout", "approve"):
        seen = _run(driven, name)["seen"]
        assert seen["open slots"] == 1
        assert seen["lock is free"] is True
        assert seen["defaults"] is None
        assert seen["asked"] == ["okoye", "adeyemi"]
    assert "Board pack as at 2026-09-20: may it go to the board?" in seen["question"][0]
    assert re.search(r"draft [0-9a-f]{12}, made for release 20260920-", seen["question"][1])


def test_who_is_not_named_is_turned_away(driven: Driven) -> None:
    assert _run(driven, "approve")["seen"]["turned away"] == [["mallory", 403]]


def test_a_rejected_pack_stays_a_draft_and_what_follows_is_skipped(driven: Driven) -> None:
    run = _run(driven, "reject")
    assert run["state"] == "success"
    assert _tasks(run)["decide"] == "success"
    assert _tasks(run)["add_approved"] == "skipped"
    assert "DRAFT" in run["pack"]
    (entry,) = [entry for entry in audit.journal(driven.settings) if entry.event == "rejection"]
    assert (entry.data["by"], entry.data["note"]) == ("adeyemi", "Caseload is last month's.")


def test_nobody_is_asked_twice_about_a_pack(driven: Driven) -> None:
    run = _run(driven, "reject again")
    assert run["state"] == "success"
    assert _tasks(run)["decide"] == _tasks(run)["add_approved"] == "skipped"


def test_silence_is_no_answer(driven: Driven) -> None:
    run = _run(driven, "timeout")
    assert run["state"] == "failed"
    assert _tasks(run)["decide"] == "failed"
    assert _tasks(run)["add_approved"] == "upstream_failed"
    assert "DRAFT" in run["pack"]
    assert run["seen"]["ends at"] > "2026"


def test_an_approved_pack_carries_the_name(driven: Driven) -> None:
    run = _run(driven, "approve")
    assert run["state"] == "success"
    assert set(_tasks(run).values()) == {"success"}
    assert "okoye" in run["pack"]
    assert "Well done." in run["pack"]
    assert "DRAFT" not in run["pack"]
    (entry,) = [entry for entry in audit.journal(driven.settings) if entry.event == "approval"]
    packs = [one for release in list_releases(driven.settings) for one in release.outputs if one.decision]
    (approved,) = [one for one in packs if one.decision and one.decision.is_approved]
    assert approved.decision is not None
    assert (approved.draft_sha256, approved.decision.by) == (entry.data["pack"], "okoye")


def test_the_evaluation_carries_the_ranking_over(driven: Driven) -> None:
    release = read_release(release_folder(driven.settings, str(release_in_force(driven.settings))))
    made_for = {one.name: one.release_id for one in release.outputs}
    first = _first(driven)
    assert made_for["ranking"] == first.release_id
    assert made_for["board_pack"] == first.release_id
    assert made_for["algorithm"] == release.release_id


def test_a_request_that_cannot_be_carried_out_stays_and_names_nobody(driven: Driven) -> None:
    run = _run(driven, "retention")
    assert run["refused"]["state"] == "failed"
    assert _tasks(run["refused"]) == {"carry_out_requests": "failed", "list_due": "upstream_failed"}
    assert run["left"] == "nominal_id,authority\nN9999,DPA-1\n"
    assert run["state"] == "success"
    assert run["lists"] == ["due-2026-09-20.csv"]
    assert "N9999" not in (driven.settings.state_dir / "alerts" / "alerts.jsonl").read_text()
