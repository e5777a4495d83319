"""Heartbeats: what the DAGs leave behind when they have run, so that their silence can be seen from outside."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from include.files import write_durably
from include.settings import Settings

# How long each may be silent: its interval and half of it again, so that one start may be missed.
MAY_BE_SILENT = {
    "ingest_extracts": timedelta(minutes=45),
    "check_freshness_daily": timedelta(hours=30),
}


def beat(settings: Settings, dag_id: str, now: datetime | None = None, **told: object) -> None:
    """Write a DAG's heartbeat: when, and what it found."""
    moment = (now or datetime.now(UTC)).isoformat(timespec="seconds")
    write_durably(
        settings.state_dir / "heartbeats" / f"{dag_id}.json",
        json.dumps({"at": moment, **told}, indent=1) + "\n",
    )


def last_beat(settings: Settings, dag_id: str) -> datetime | None:
    """Return when a DAG last ran to its end; ``None`` if it never has, or left nothing that can be read."""
    path = settings.state_dir / "heartbeats" / f"{dag_id}.json"
    try:
        return datetime.fromisoformat(json.loads(path.read_text(encoding="utf-8"))["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def silent_dags(settings: Settings, now: datetime) -> list[tuple[str, str]]:
    """Return the DAGs that should have run and have not, each with a sentence."""
    found = []
    for dag_id, patience in MAY_BE_SILENT.items():
        last = last_beat(settings, dag_id)
        if last is None:
            found.append((dag_id, f"{dag_id} has never run: is it switched on, and is Airflow up?"))
        elif now - last > patience:
            hours = (now - last).total_seconds() / 3600
            found.append((dag_id, f"{dag_id} last ran {hours:.1f} hours ago: is Airflow up?"))
    return found
