"""The watch from outside: what is late, silent, dead or broken, said once a day for as long as it lasts."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from include import audit
from include.alerts import alerts_dir, raise_alert
from include.attention import needs_a_person
from include.errors import HhwError
from include.files import write_durably
from include.freshness import Late, check_freshness
from include.monitoring.dag_files import broken_dag_files, dags_folder
from include.monitoring.heartbeats import beat, silent_dags
from include.runs import Outcome, list_runs, written_at
from include.settings import Settings

# No task may take longer (dags/hhw_wiring.py): a run that is open and silent for longer has died.
_TASK_HOURS = 4
_REPEAT = timedelta(hours=24)
_SAID = "said.json"


def watch(settings: Settings, *, now: datetime | None = None) -> list[Late]:
    """Look once, write an alert for each thing that has not been said within a day, and return all of them."""
    return _tell(settings, now or datetime.now(UTC), _broken_dags(settings))


def daily_check(settings: Settings, dag_id: str) -> list[Late]:
    """Do what the watch does, from inside a DAG, and leave that DAG's heartbeat with what was found."""
    beat(settings, dag_id)
    found = watch(settings)
    beat(settings, dag_id, late=[late.message for late in found])
    return found


def watch_for_ever(settings: Settings, seconds: float, show: Callable[[str], None]) -> None:
    """Look again and again. The DAG files, which cost seconds to load, are loaded when one of them has changed."""
    seen: tuple[tuple[str, int, int], ...] | None = None
    broken: list[Late] = []
    while True:
        files = _fingerprint(dags_folder(settings))
        if files != seen:
            broken, seen = _broken_dags(settings), files
        for late in _tell(settings, datetime.now(UTC), broken):
            show(late.message)
        time.sleep(seconds)


def _tell(settings: Settings, moment: datetime, broken: list[Late]) -> list[Late]:
    try:
        audit.require_unbroken(settings)
        found = [
            *check_freshness(settings, now=moment),
            *needs_a_person(settings, now=moment),
            *dead_runs(settings, moment),
        ]
    except HhwError as error:
        found = [Late(kind="state_unreadable", subject="state", message=error.message)]
    if settings.profile == "production":
        found += [
            Late(kind="dag_silent", subject=dag_id, message=sentence)
            for dag_id, sentence in silent_dags(settings, moment)
        ]
    found += broken
    say_once_a_day(settings, found, moment)
    return found


def dead_runs(settings: Settings, moment: datetime) -> list[Late]:
    """Return the runs that are open on record and have been silent for longer than a task may take."""
    dead = []
    for run in list_runs(settings):
        if run.outcome is not Outcome.RUNNING:
            continue
        hours = (moment - written_at(settings, run)).total_seconds() / 3600
        if hours > _TASK_HOURS:
            sentence = (
                f"Run {run.run_id} has been silent for {hours:.0f} hours: it was killed, or never went on."
            )
            dead.append(Late(kind="run_died", subject=run.run_id, message=sentence))
    return dead


def say_once_a_day(settings: Settings, found: list[Late], moment: datetime) -> None:
    """Write an alert for each of these, unless it has been said within a day; forget what is over."""
    path = alerts_dir(settings) / _SAID
    try:
        said = {key: datetime.fromisoformat(at) for key, at in json.loads(path.read_text("utf-8")).items()}
    except (OSError, ValueError, AttributeError, TypeError):
        said = {}
    now_said: dict[str, datetime] = {}
    for late in found:
        key = f"{late.kind} {late.subject}"
        before = said.get(key)
        if before is None or moment - before >= _REPEAT:
            raise_alert(settings, late.kind, late.message)
            before = moment
        now_said[key] = before
    if now_said != said:
        write_durably(path, json.dumps({key: at.isoformat() for key, at in sorted(now_said.items())}))


def _broken_dags(settings: Settings) -> list[Late]:
    return [
        Late(kind="dag_unparsable", subject=name, message=f"DAG file {name} cannot be used: {reason}")
        for name, reason in broken_dag_files(settings).items()
    ]


def _fingerprint(folder: Path) -> tuple[tuple[str, int, int], ...]:
    return tuple(
        (path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in sorted(folder.glob("*.py"))
    )
