"""# Check freshness.

## What it does
Asks whether the sources and the release in force are as fresh as they should be, and whether a delivery has
been waiting for its manifest for too long. Writes a heartbeat and one alert per thing that is late.

## Inputs and outputs
In: the ledger, `published/current`, `landing/`.
Out: `state/heartbeat.json`, lines in `state/alerts.jsonl`.

## Schedule and why
Daily at 07:30, before the unit starts: a list that nobody notices to be three weeks old is worse than none. A
monitor that finds the heartbeat older than a day knows that Airflow itself is down.

## If it fails
Late sources do not fail it: they are alerts. If the task itself fails, the data directory or the ledger
cannot be read: `hhw status` and `hhw verify` say what is wrong.

## Owner
Offender management data team.
"""

from __future__ import annotations

from airflow.sdk import dag, task
from airflow.timetables.trigger import CronTriggerTimetable
from hhw_wiring import DEFAULTS, START, Tag, failing_for_good


@dag(
    dag_id="check_freshness_daily",
    schedule=CronTriggerTimetable("30 7 * * *", timezone="Europe/London"),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    tags=[Tag.MONITORING],
    doc_md=__doc__,
)
def check_freshness_daily() -> None:
    """Wire the one check."""

    # It only reads, and must be able to say so while a long build holds the pool.
    @task(pool="default_pool")
    def check() -> list[str]:
        from include.freshness import check_freshness
        from include.settings import get_settings

        with failing_for_good():
            return [late.message for late in check_freshness(get_settings(), is_alerting=True)]

    check()


check_freshness_daily()
