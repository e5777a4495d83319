"""# Publish the rankings.

## What it does
Builds the warehouse in a new file, puts it before the gate, renders the pages and publishes them as a
release, in one atomic step. With `mode` *preview* everything but the publishing.

## Inputs and outputs
In: the deliveries that `ingest_extracts` has taken in; parameters `as_at`, `run_dates`, `mode`, `reason`.
Out: `published/<release>/` and `published/current`, the list in `history/`, asset `release_in_force`.

## Schedule and why
Every second Monday at 06:00, for the Sunday before: extracts are as at the end of Sunday. Airflow starts it
every Monday; the first task skips the Mondays between, counted from the anchor Sunday of the parameters.
By hand at any time: without `as_at` it takes the earliest of the sources' latest extract dates.

## If it fails
What is in force stays in force. Open `runs/<run id>.html` in the data directory (the failed task's log names
it): it says which check blocked and what to do. Blocked by a delivery: correct it, or `hhw accept`. A retry
or a second start is harmless: every step finds what is done already.

## Owner
Offender management data team.
"""

from __future__ import annotations

from airflow.sdk import dag, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException
from airflow.timetables.trigger import CronTriggerTimetable
from hhw_operators import failing_for_good
from hhw_wiring import DEFAULTS, START, Tag, publishing_params, publishing_steps


@dag(
    dag_id="publish_rankings_fortnightly",
    schedule=CronTriggerTimetable("0 6 * * 1", timezone="Europe/London"),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    tags=[Tag.RANKING],
    doc_md=__doc__,
    params=publishing_params(),
)
def publish_rankings_fortnightly() -> None:
    """Wire the steps of `include.pipeline`."""

    @task
    def open_run() -> str:
        from include.schedule import NotDueError, open_publishing_run

        with failing_for_good():
            try:
                return open_publishing_run(get_current_context())
            except NotDueError as error:
                raise AirflowSkipException(str(error)) from error

    publishing_steps(open_run())


publish_rankings_fortnightly()
