"""What the DAG files share: tags, defaults, assets, and how a task fails. No DAG is defined here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from airflow.sdk import Asset
from airflow.sdk.exceptions import AirflowFailException

LONDON = ZoneInfo("Europe/London")
# A Monday well in the past: a run dated before it has no tasks, and ends well having done nothing.
START = datetime(2024, 1, 1, tzinfo=LONDON)
POOL = "warehouse"  # one slot: one writer, whatever the scheduler thinks of


class Tag(StrEnum):
    """Tags of DAGs; no others are used."""

    INGEST = "ingest"
    RANKING = "ranking"
    MONITORING = "monitoring"


BRONZE = {
    source: Asset(name=f"bronze_{source}", uri=f"hhw://bronze/{source}")
    for source in ("police_records", "visor_summary", "idiom")
}
RELEASE = Asset(name="release_in_force", uri="hhw://published/current")


def alert_failure(context: Mapping[str, Any]) -> None:
    """Write an alert line; a task-level callback, since those of DAGs may never be called."""
    from include.alerts import raise_alert
    from include.settings import get_settings

    instance = context["ti"]
    raise_alert(
        get_settings(),
        "task_failed",
        f"{instance.dag_id}: task {instance.task_id} failed",
        dag_id=instance.dag_id,
        task_id=instance.task_id,
        dag_run=str(instance.run_id)[:250],
    )


DEFAULTS: dict[str, Any] = {
    "owner": "offender-management-data",
    "retries": 2,
    "retry_delay": timedelta(minutes=5),
    "execution_timeout": timedelta(hours=4),
    "pool": POOL,
    "on_failure_callback": alert_failure,
}


@contextmanager
def failing_for_good() -> Iterator[None]:
    """Fail a task without retry where trying again cannot help; a lock that another run holds can wait."""
    from include.errors import HhwError, LockedError

    try:
        yield
    except LockedError:
        raise
    except HhwError as error:
        raise AirflowFailException(str(error)) from error
