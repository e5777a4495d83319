"""# Check freshness.

## What it does
Asks whether the sources and the release in force are as fresh as they should be, whether a delivery has been
waiting for its manifest for too long, whether a run has died, and whether every DAG file can be read. Writes a
heartbeat, and an alert for each thing that has not been said within a day.

## Inputs and outputs
In: the ledger, the run records, `published/current`, the landing folder, the DAG files.
Out: `state/heartbeats/check_freshness_daily.json`, lines in `state/alerts/alerts.jsonl`. Where HHW_CONSULTATIONS_LOG
names the web server's access log, who read which page goes from it into the audit log.

## Schedule and why
Daily at 07:30, before the unit starts: a list that nobody notices to be three weeks old is worse than none. When
Airflow itself is down nothing here runs: `hhw watch`, outside it, finds the heartbeat too old and says so.

## If it fails
Late sources do not fail it: they are alerts. If the task itself fails, the data directory or the ledger
cannot be read: `hhw status` and `hhw verify` say what is wrong.

## Owner
Offender management data team.
"""

from __future__ import annotations

from airflow.sdk import dag, task
from airflow.timetables.trigger import CronTriggerTimetable
from hhw_operators import failing_for_good
from hhw_wiring import DEFAULTS, START, Tag


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
    """Wire the check, and beside it what the web server has logged."""

    # It only reads, and must be able to say so while a long build holds the pool.
    @task(pool="default_pool")
    def check() -> list[str]:
        from include.monitoring.watch import daily_check
        from include.settings import get_settings

        with failing_for_good():
            return [late.message for late in daily_check(get_settings(), "check_freshness_daily")]

    # Only the audit log is written, which has a lock of its own.
    @task(pool="default_pool")
    def take_over_consultations() -> int:
        from include.consultations import take_over
        from include.settings import get_settings

        settings = get_settings()
        with failing_for_good():
            return take_over(settings, settings.consultations_log) if settings.consultations_log else 0

    check()
    take_over_consultations()


check_freshness_daily()
