"""# Evaluate the algorithm.

## What it does
Computes the ranking of every run date back to the start of the grid from the deliveries as they are now, follows
everybody ranked for a year, and publishes whether the ranking works: validity, bands, capture, gains, retention,
harm change, trajectories and the challengers. One build does all dates, so nothing that is missing is left out.

## Inputs and outputs
In: the deliveries that `ingest_extracts` has taken in; parameters `as_at`, `run_dates`, `mode`, `reason`.
Out: a release with `rpt_algorithm__*` and the pages that read them; asset `release_in_force`.

## Schedule and why
Twice a year, as the evaluators of the first unit did: Airflow starts it at 08:00 on every Monday of March and
September, and the first task skips all but the first on which a ranking is due, for the Sunday before. It makes the
algorithm report; the ranking of the fortnightly run of that morning is carried over.
By hand at any time: `run_dates` reaches further back than the default grid, say 2016-09-04:2026-09-20:14.

## If it fails
What is in force stays in force. Open `runs/<run id>.html` in the data directory (the failed task's log names
it): it says which check blocked and what to do. A retry or a second start is harmless. What the figures mean, and
which of them may lead: docs/methodology/algorithm.md.

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
    dag_id="evaluate_algorithm_half_yearly",
    schedule=CronTriggerTimetable("0 8 * 3,9 1", timezone="Europe/London"),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    tags=[Tag.RANKING],
    doc_md=__doc__,
    params=publishing_params(),
)
def evaluate_algorithm_half_yearly() -> None:
    """Wire the steps of `include.pipeline`."""

    @task
    def open_run() -> str:
        from include.evaluation import open_evaluating_run
        from include.schedule import NotDueError

        with failing_for_good():
            try:
                return open_evaluating_run(get_current_context())
            except NotDueError as error:
                raise AirflowSkipException(str(error)) from error

    publishing_steps(open_run())


evaluate_algorithm_half_yearly()
