"""The services as they run in production: who may do what, what is told when something breaks, and what is lost.

One set of services for all tests here, which build on each other in the order in which they stand.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from include.alerts import alerts_dir
from include.monitoring.channels import NotifySettings, channels_of
from include.monitoring.notify import memory_of, notify
from include.publication.release import read_release, release_folder, release_in_force
from include.publication.verify import verify_all
from include.settings import REPOSITORY, Settings
from tests.dags.drive import CONF, TWELVE
from tests.monitoring.sinks import mail_sink, web_sink
from tests.production.services import HHW, PASSWORD, Services, services

pytestmark = [pytest.mark.slow, pytest.mark.production]
PUBLISH = "publish_rankings_fortnightly"


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[bytes]]:
    """Publish the same deliveries without Airflow, beside the services' start."""
    folder = tmp_path_factory.mktemp("reference")
    environment = {**os.environ, "HHW_DATA_DIR": str(folder), "HHW_LANDING": str(TWELVE)}
    published = f"publish --as-at {CONF['as_at']} --run-dates {CONF['run_dates']}"
    with subprocess.Popen(
        ["bash", "-c", f'"$0" ingest && "$0" {published}', str(HHW)],
        env=environment,
        stdout=subprocess.DEVNULL,
    ) as running:
        running.folder = folder  # type: ignore[attr-defined]
        yield running
        running.kill()


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory, reference: subprocess.Popen[bytes]) -> Iterator[Services]:
    assert HHW.is_file(), (
        "The production environment is not there: start these tests by `make test-production`."
    )
    folder = tmp_path_factory.mktemp("production")
    shutil.copytree(REPOSITORY / "dags", folder / "dags", ignore=shutil.ignore_patterns("__pycache__"))
    for path in (REPOSITORY / "tests" / "production" / "dags").glob("*.py"):
        shutil.copy(path, folder / "dags")
    with services(folder, folder / "dags", TWELVE) as running:
        yield running


@pytest.fixture(scope="module")
def people(up: Services) -> dict[str, str]:
    return {role: up.add_person(f"a.{role}", role) for role in ("viewer", "operator", "approver")}


def _alerts(up: Services) -> list[dict[str, str]]:
    path = alerts_dir(up.settings) / "alerts.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


@pytest.mark.parametrize("path", ["/api/v2/dags", f"/api/v2/dags/{PUBLISH}/dagRuns", "/api/v2/variables"])
@pytest.mark.parametrize("token", ["", "not.a.token"])
def test_sign_in_is_required(up: Services, path: str, token: str) -> None:
    assert up.ask("GET", path, token=token)[0] in {401, 403}
    assert up.ask("POST", path, {}, token)[0] in {401, 403, 405}


def test_a_wrong_password_is_refused(up: Services, people: dict[str, str]) -> None:
    assert up.sign_in("a.viewer", PASSWORD)
    assert up.sign_in("a.viewer", PASSWORD + "x") == ""
    assert up.sign_in("nobody", PASSWORD) == ""
    assert up.sign_in("admin", "admin") == ""


@pytest.mark.parametrize("role", ["viewer", "approver"])
def test_who_may_only_look_cannot_trigger(up: Services, people: dict[str, str], role: str) -> None:
    up.wait(lambda: up.ask("GET", f"/api/v2/dags/{PUBLISH}", token=people[role])[0] == 200, PUBLISH)
    run = {"logical_date": None, "conf": {}}
    assert up.ask("POST", f"/api/v2/dags/{PUBLISH}/dagRuns", run, people[role])[0] == 403
    assert up.ask("PATCH", f"/api/v2/dags/{PUBLISH}", {"is_paused": False}, people[role])[0] == 403


@pytest.mark.parametrize("role", ["viewer", "operator", "approver"])
@pytest.mark.parametrize("what", ["connections", "variables", "config", "pools", "eventLogs"])
def test_configuration_is_for_nobody_but_the_administrator(
    up: Services, people: dict[str, str], role: str, what: str
) -> None:
    assert up.ask("GET", f"/api/v2/{what}", token=people[role])[0] == 403


def test_a_parameter_that_does_not_fit_is_refused_at_the_door(up: Services, people: dict[str, str]) -> None:
    up.wait(lambda: up.ask("GET", f"/api/v2/dags/{PUBLISH}", token=people["operator"])[0] == 200, PUBLISH)
    run = {"logical_date": None, "conf": {**CONF, "as_at": "; rm -rf /"}}
    assert up.ask("POST", f"/api/v2/dags/{PUBLISH}/dagRuns", run, people["operator"])[0] == 400


def test_a_killed_task_a_late_task_and_a_torn_file_each_raise_an_alert(
    up: Services, people: dict[str, str]
) -> None:
    (up.folder / "dags" / "torn_in_transfer.py").write_text("from airflow.sdk import dag\ndef (:\n")
    runs = {name: up.trigger(name, people["operator"]) for name in ("dies_by_kill", "takes_too_long")}
    for name, run in runs.items():
        assert up.state_at_end(name, run, people["operator"]) == "failed"
    up.wait(lambda: len({one["kind"] for one in _alerts(up)}) >= 3, "three alerts")
    told = {(one["kind"], one.get("dag_id") or one.get("file")) for one in _alerts(up)}
    assert told == {
        ("run_failed", "dies_by_kill"),
        ("task_failed", "takes_too_long"),
        ("dag_unparsable", "torn_in_transfer.py"),
    }


def test_the_alerts_arrive_and_so_does_that_of_a_late_source(up: Services) -> None:
    watched = subprocess.run(
        [str(HHW), "watch"], env=up.environment, capture_output=True, text=True, check=False
    )
    assert watched.returncode == 1
    with mail_sink() as relay, web_sink() as receiver:
        chosen = NotifySettings(
            hosts="127.0.0.1", smtp=f"127.0.0.1:{relay.port}", HHW_NOTIFY_FROM="hhw@force.invalid",
            to="duty@force.invalid", webhook=f"http://127.0.0.1:{receiver.port}/",
        )  # fmt: skip
        done = notify(up.settings, channels_of(chosen), memory_of(up.settings, chosen))
        assert done.failed == {}
        posted = {post["kind"] for post in receiver.posts}
        assert {"run_failed", "task_failed", "dag_unparsable", "source_late", "dag_silent"} <= posted
        assert len(relay.mails) == len(receiver.posts)
        assert {str(mail["Subject"]).rpartition(" ")[2] for mail in relay.mails} == posted
    (up.folder / "dags" / "torn_in_transfer.py").unlink()


def test_losing_the_metadata_in_the_middle_of_a_run_loses_no_data(
    up: Services, people: dict[str, str], reference: subprocess.Popen[bytes]
) -> None:
    """P21: every service is killed while dbt builds, the database is dropped, and all is begun anew."""
    token = people["operator"]
    assert up.state_at_end("ingest_extracts", up.trigger("ingest_extracts", token), token) == "success"
    up.trigger(PUBLISH, token, CONF)
    up.wait(lambda: any((up.settings.work_dir).glob("*/target")), "dbt to build")
    up.kill()
    assert release_in_force(up.settings) is None
    up.database.lose()
    up.start()
    assert up.sign_in("a.operator") == ""  # accounts are what is lost
    token = up.add_person("b.operator", "operator")
    assert up.state_at_end(PUBLISH, up.trigger(PUBLISH, token, CONF), token) == "success"

    found = verify_all(up.settings)
    assert len(found.releases) == 1
    assert reference.wait(timeout=900) == 0
    alone = Settings(data_dir=reference.folder)  # type: ignore[attr-defined]
    ours, theirs = (
        read_release(release_folder(one, str(release_in_force(one)))) for one in (up.settings, alone)
    )
    assert len(ours.models) > 20
    assert ours.content == theirs.content
    assert ours.release_id == theirs.release_id


def test_no_secret_stands_in_a_log_or_on_a_command_line(up: Services) -> None:
    secrets = [path.read_bytes() for path in (up.folder / "secrets").iterdir()] + [PASSWORD.encode()]
    held = [path for path in up.folder.rglob("*") if path.is_file() and path.parent.name != "secrets"]
    assert len(held) > 100
    for path in held:
        content = path.read_bytes()
        assert not any(secret in content for secret in secrets), path
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            shown = line.read_bytes() + line.with_name("environ").read_bytes()
        except OSError:
            continue
        assert not any(secret in shown for secret in secrets[:-1]), line


def test_nothing_listens_but_on_loopback(up: Services) -> None:
    """Of every process of the services, children included."""
    ours: set[str] = set()
    for pid in up.processes():
        try:
            links = [str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()]
        except OSError:
            continue
        ours |= {link[8:-1] for link in links if link.startswith("socket:[")}
    listening = [
        fields[1]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for fields in (line.split() for line in Path(table).read_text().splitlines()[1:])
        if fields[3] == "0A" and fields[9] in ours
    ]
    assert listening
    assert {address.partition(":")[0] for address in listening} == {"0100007F"}
