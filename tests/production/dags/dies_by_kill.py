"""A task that is killed as the kernel kills one when memory is short: it has no moment to say so."""

from __future__ import annotations

from airflow.sdk import dag, task
from hhw_wiring import DEFAULTS, START


@dag(
    dag_id="dies_by_kill",
    schedule=None,
    start_date=START,
    default_args={**DEFAULTS, "retries": 0, "pool": "default_pool"},
)
def dies_by_kill() -> None:
    @task
    def die() -> None:
        import os
        import signal

        os.kill(os.getpid(), signal.SIGKILL)

    die()


dies_by_kill()
