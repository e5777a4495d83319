"""A task that hangs for longer than it may."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import dag, task
from hhw_wiring import DEFAULTS, START


@dag(
    dag_id="takes_too_long",
    schedule=None,
    start_date=START,
    default_args={
        **DEFAULTS,
        "retries": 0,
        "pool": "default_pool",
        "execution_timeout": timedelta(seconds=1),
    },
)
def takes_too_long() -> None:
    @task
    def hang() -> None:
        import time

        time.sleep(600)

    hang()


takes_too_long()
