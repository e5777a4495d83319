"""What the DAG files share: tags, defaults, assets, the steps of a publishing run, and how a task fails.

No DAG is defined here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from airflow.sdk import Asset, Param, task
from airflow.sdk.exceptions import AirflowFailException

LONDON = ZoneInfo("Europe/London")
# A Monday well in the past: a run dated before it has no tasks, and ends well having done nothing.
START = datetime(2024, 1, 1, tzinfo=LONDON)
POOL = "warehouse"  # one slot: one writer, whatever the scheduler thinks of


class Tag(StrEnum):
    """Tags of DAGs; no others are used."""

    INGEST = "ingest"
    RANKING = "ranking"
    BOARD = "board"
    MONITORING = "monitoring"
    RETENTION = "retention"


BRONZE = {
    source: Asset(name=f"bronze_{source}", uri=f"hhw://bronze/{source}")
    for source in ("police_records", "visor_summary", "idiom", "unit_decisions")
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


def publishing_params() -> dict[str, Param]:
    """Return the typed parameters of a DAG that publishes; what does not fit never reaches a task."""
    return {
        "as_at": Param(
            None, type=["null", "string"], format="date", description="Date of the figures (YYYY-MM-DD)."
        ),
        "run_dates": Param(
            None,
            type=["null", "string"],
            pattern=r"^[0-9,: -]{10,4000}$",
            description="Dates with commas between, or FROM:TO:DAYS; default the fortnights of three years.",
        ),
        "mode": Param(
            "publish", enum=["preview", "publish"], description="preview shows and publishes nothing."
        ),
        "reason": Param("", type="string", maxLength=300, description="Why it was started by hand."),
    }


# Tasks of a publishing run. Their argument is not called run_id: Airflow keeps that name for its own.
@task
def plan(opened: str) -> str:
    """Decide what is computed from what."""
    from include import pipeline
    from include.settings import get_settings

    with failing_for_good():
        return pipeline.plan_run(get_settings(), opened)


@task
def build(opened: str) -> None:
    """Build the warehouse in a new file."""
    from include import pipeline
    from include.settings import get_settings

    with failing_for_good():
        pipeline.build_run(get_settings(), opened)


@task
def gate(opened: str) -> None:
    """Put the build before the gate."""
    from include import pipeline
    from include.settings import get_settings

    with failing_for_good():
        pipeline.check_run(get_settings(), opened)


@task
def render(opened: str) -> None:
    """Write the pages."""
    from include import pipeline
    from include.settings import get_settings

    with failing_for_good():
        pipeline.render_run_pages(get_settings(), opened)


@task(outlets=[RELEASE])
def publish(opened: str) -> str:
    """Publish, in one atomic step."""
    from include import pipeline
    from include.settings import get_settings

    with failing_for_good():
        return pipeline.publish_run(get_settings(), opened).value


def publishing_steps(opened: Any) -> Any:
    """Wire the steps of ``include.pipeline`` behind the task that opened the run, and return the last."""
    last = publish(opened)
    plan(opened) >> build(opened) >> gate(opened) >> render(opened) >> last
    return last
