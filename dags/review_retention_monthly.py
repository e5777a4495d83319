"""# Review retention.

## What it does
Lists the records that are due for review, by the force's review groups, and carries the requests for deletion
through every store: landing, bronze, quarantine, history, releases, reports, logs. Each erasure publishes a release
without the person and proves that nothing is left.

## Inputs and outputs
In: the release in force; the review groups (HHW_REVIEW_GROUPS_FILE); `requests/*.csv` with nominal_id and authority.
Out: `review/due-<date>.csv`; a release without the erased; lines in the audit log. Requests that are done are removed.

## Schedule and why
On the 2nd of the month at 05:00, after the board pack and before the unit starts. By hand at any time.

## If it fails
Nobody who was once erased comes back: tombstones are written first. The message names file and line of a request
that was not carried out, never whom; the list waits until it is corrected (`hhw review` makes one meanwhile). *Cut
off*: `hhw erase --resume`. *The gate is closed*: correct what the run page names and run it again; until then the
releases still name the person.

## Owner
Offender management data team, for the records manager.
"""

from __future__ import annotations

from airflow.sdk import dag, task
from airflow.timetables.trigger import CronTriggerTimetable
from hhw_operators import failing_for_good
from hhw_wiring import DEFAULTS, RELEASE, START, Tag


@dag(
    dag_id="review_retention_monthly",
    schedule=CronTriggerTimetable("0 5 2 * *", timezone="Europe/London"),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    tags=[Tag.RETENTION],
    doc_md=__doc__,
)
def review_retention_monthly() -> None:
    """Wire the requests and the list that is made after them."""

    @task(outlets=[RELEASE])
    def carry_out_requests() -> int:
        from include.erasure import requests
        from include.settings import get_settings

        with failing_for_good():
            return requests.carry_out_requests(get_settings())

    @task
    def list_due() -> int:
        from include.erasure import review
        from include.settings import get_settings

        with failing_for_good():
            return review.list_due(get_settings())[1]

    carry_out_requests() >> list_due()


review_retention_monthly()
