"""What the DAG files share: tags, defaults, assets, and the steps of a publishing run.

No DAG is defined here.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from airflow.sdk import Asset, Param, task
from hhw_operators import alert_failure, failing_for_good

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


DEFAULTS: dict[str, Any] = {
    "owner": "offender-management-data",
    "retries": 2,
    "retry_delay": timedelta(minutes=5),
    "execution_timeout": timedelta(hours=4),
    "pool": POOL,
    "on_failure_callback": alert_failure,
}


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
