"""Alerts that arrive: at a real mail relay and a real webhook, once each, and nowhere else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from include.alerts import alerts_dir, raise_alert
from include.errors import UsageError
from include.monitoring.channels import NotifySettings, channels_of
from include.monitoring.notify import Delivered, memory_of, notify, waiting_since
from include.settings import REPOSITORY, Settings
from tests.monitoring.sinks import mail_sink, web_sink


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


def _send(settings: Settings, chosen: NotifySettings) -> Delivered:
    return notify(settings, channels_of(chosen), memory_of(settings, chosen))


def _mail(port: int) -> NotifySettings:
    return NotifySettings(
        hosts="127.0.0.1", smtp=f"127.0.0.1:{port}", HHW_NOTIFY_FROM="hhw@force.invalid", to="a@x.invalid, b@x.invalid"
    )  # fmt: skip


def _web(port: int) -> NotifySettings:
    return NotifySettings(hosts="127.0.0.1", webhook=f"http://127.0.0.1:{port}/alerts")


def test_a_mail_arrives_and_says_what_is_wrong(settings: Settings) -> None:
    raise_alert(settings, "source_late", "idiom: the latest extract is 40 days old.")
    with mail_sink() as relay:
        assert _send(settings, _mail(relay.port)) == Delivered({"mail": 1}, {})
        (mail,) = relay.mails
    assert mail["Subject"] == "High-harm warehouse: source_late"
    assert mail["To"] == "a@x.invalid, b@x.invalid"
    assert "40 days old" in str(mail.get_payload())


def test_a_webhook_gets_the_same(settings: Settings) -> None:
    raise_alert(settings, "task_failed", "d: task t failed", dag_id="d", task_id="t", dag_run="manual__1")
    with web_sink() as receiver:
        assert _send(settings, _web(receiver.port)).sent == {"webhook": 1}
        (post,) = receiver.posts
    assert {name: post[name] for name in ("kind", "message", "dag_id", "task_id")} == {
        "kind": "task_failed", "message": "d: task t failed", "dag_id": "d", "task_id": "t"
    }  # fmt: skip


def test_each_alert_goes_once_on_each_way(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "agent" / "alerts.jsonl"
    chosen = NotifySettings(file=str(file))
    for number in range(3):
        raise_alert(settings, "task_failed", f"failure {number}")
        _send(settings, chosen)
        _send(settings, chosen)
    assert [json.loads(line)["message"] for line in file.read_text().splitlines()] == [
        f"failure {number}" for number in range(3)
    ]


@pytest.mark.parametrize("status", [500, 404, 302])
def test_what_is_not_taken_is_sent_again_later(settings: Settings, status: int) -> None:
    raise_alert(settings, "task_failed", "first")
    with web_sink() as receiver:
        chosen = _web(receiver.port)
        receiver.status, receiver.location = status, f"http://127.0.0.1:{receiver.port}/elsewhere"
        assert set(_send(settings, chosen).failed) == {"webhook"}
        assert waiting_since(settings, channels_of(chosen), memory_of(settings, chosen)) is not None
        receiver.status, receiver.location = 204, ""
        raise_alert(settings, "task_failed", "second")
        assert _send(settings, chosen) == Delivered({"webhook": 2}, {})
        assert [post["message"] for post in receiver.posts] == ["first", "second"]
        assert waiting_since(settings, channels_of(chosen), memory_of(settings, chosen)) is None


def test_a_way_that_is_down_holds_up_itself_alone(settings: Settings, tmp_path: Path) -> None:
    raise_alert(settings, "task_failed", "first")
    with mail_sink() as relay:
        chosen = _mail(relay.port).model_copy(update={"file": str(tmp_path / "file.jsonl")})
        relay.is_refusing = True
        done = _send(settings, chosen)
        assert done.sent == {"file": 1}
        assert set(done.failed) == {"mail"}
        relay.is_refusing = False
        assert _send(settings, chosen).sent == {"mail": 1}


@pytest.mark.parametrize(
    "values",
    [
        {"webhook": "https://elsewhere.invalid/x", "hosts": "alerts.force.invalid"},
        {"webhook": "http://alerts.force.invalid/x", "hosts": "alerts.force.invalid"},
        {"webhook": "file:///etc/passwd", "hosts": "alerts.force.invalid"},
        {"webhook": "https://alerts.force.invalid@elsewhere.invalid/", "hosts": "alerts.force.invalid"},
        {
            "smtp": "mail.elsewhere.invalid:25",
            "hosts": "mail.force.invalid",
            "to": "a",
            "HHW_NOTIFY_FROM": "b",
        },
        {"smtp": "mail.force.invalid", "hosts": "mail.force.invalid", "to": "a", "HHW_NOTIFY_FROM": "b"},
        {"smtp": "mail.force.invalid:25", "hosts": "mail.force.invalid", "to": "", "HHW_NOTIFY_FROM": "b"},
    ],
)
def test_nothing_goes_where_configuration_does_not_say(values: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        channels_of(NotifySettings(**values))


def test_a_named_host_is_allowed() -> None:
    chosen = NotifySettings(
        webhook="https://alerts.force.invalid/x", hosts="mail.force.invalid, alerts.force.invalid"
    )
    assert [channel.name for channel in channels_of(chosen)] == ["webhook"]


def test_only_what_an_alert_is_for_leaves(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    raise_alert(
        settings,
        "task_failed",
        "line one\nBcc: x@y.invalid\x1b[2J" + "z" * 500,
        dag_id="d",
        dag_run="JOHN SMITH",
    )
    _send(settings, NotifySettings(file=str(file)))
    (line,) = file.read_text().splitlines()
    sent = json.loads(line)
    assert set(sent) == {"at", "kind", "message", "dag_id"}
    assert sent["message"].startswith("line one Bcc: x@y.invalid [2Jz")
    assert len(sent["message"]) == 400


def test_a_torn_line_is_waited_for_and_a_broken_one_passed_over(settings: Settings, tmp_path: Path) -> None:
    file, path = tmp_path / "out.jsonl", alerts_dir(settings) / "alerts.jsonl"
    old = {"at": (datetime.now(UTC) - timedelta(days=8)).isoformat(), "kind": "k", "message": "long ago"}
    path.write_text(f'not json\n{json.dumps(old)}\n{{"at": "2026-')
    assert _send(settings, NotifySettings(file=str(file))).sent == {}
    fresh = datetime.now(UTC).isoformat()
    path.write_text(f'not json\n{json.dumps(old)}\n{{"at": "{fresh}", "kind": "k", "message": "now"}}\n')
    assert _send(settings, NotifySettings(file=str(file))).sent == {"file": 1}
    assert json.loads(file.read_text())["message"] == "now"


def test_the_command_tells_a_monitor_whether_alerts_get_out(settings: Settings) -> None:
    raise_alert(settings, "task_failed", "first")
    with web_sink() as receiver:
        environment = {
            **os.environ,
            "HHW_NOTIFY_HOSTS": "127.0.0.1",
            "HHW_NOTIFY_WEBHOOK": f"http://127.0.0.1:{receiver.port}/",
        }

        def call(*options: str) -> int:
            command = [
                sys.executable,
                "-m",
                "include.cli",
                "notify",
                "--data-dir",
                str(settings.data_dir),
                *options,
            ]
            return subprocess.run(command, cwd=REPOSITORY, env=environment, check=False).returncode

        receiver.status = 503
        assert call() == 1
        assert call("--check") == 0  # it has not waited for long
        _age(settings, timedelta(hours=1))
        assert call("--check") == 1
        receiver.status = 204
        assert call() == 0
        assert call("--check") == 0


@pytest.mark.parametrize(
    ("profile", "options", "code"),
    [
        ("development", (), 0),
        ("development", ("--check",), 0),
        ("production", (), 0),
        ("production", ("--check",), 1),
    ],
)
def test_where_no_way_is_configured_it_is_said(
    settings: Settings, profile: str, options: tuple[str, ...], code: int
) -> None:
    raise_alert(settings, "task_failed", "first")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HHW_NOTIFY_")}
    done = subprocess.run(
        [sys.executable, "-m", "include.cli", "notify", "--data-dir", str(settings.data_dir), *options],
        cwd=REPOSITORY,
        env={**environment, "HHW_PROFILE": profile},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (code, "")
    assert "No way is configured" in done.stderr
    assert str(alerts_dir(settings) / "alerts.jsonl") in done.stderr


def _age(settings: Settings, by: timedelta) -> None:
    path = alerts_dir(settings) / "alerts.jsonl"
    alert = json.loads(path.read_text())
    alert["at"] = (datetime.fromisoformat(alert["at"]) - by).isoformat()
    path.write_text(json.dumps(alert) + "\n")
