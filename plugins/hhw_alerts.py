"""Airflow plugin: alerts for what no task can say of itself.

A task that is killed has no moment to call back, and Airflow 3.3 does not call for it: its run is marked failed in
silence. A DAG file that cannot be read is only shown to somebody who looks. These listeners run in the scheduler and
in the DAG processor, which notice.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from airflow.listeners import hookimpl
from airflow.plugins_manager import AirflowPlugin


@hookimpl
def on_dag_run_failed(dag_run: Any, msg: str) -> None:
    """Write an alert, unless a task of the run has written its own."""
    from include.alerts import raise_alert, was_raised
    from include.settings import get_settings

    settings, run = get_settings(), str(dag_run.run_id)[:250]
    if not was_raised(settings, dag_id=dag_run.dag_id, dag_run=run):
        raise_alert(
            settings,
            "run_failed",
            f"{dag_run.dag_id}: a run failed, and none of its tasks could say why: one was killed",
            dag_id=dag_run.dag_id,
            dag_run=run,
        )


@hookimpl
def on_new_dag_import_error(filename: str, stacktrace: str) -> None:
    """Write an alert; the watch repeats it every day for as long as it lasts."""
    from include.alerts import raise_alert
    from include.settings import get_settings

    reason = stacktrace.strip().splitlines()[-1] if stacktrace.strip() else "no reason given"
    name = Path(filename).name
    raise_alert(get_settings(), "dag_unparsable", f"DAG file {name} cannot be used: {reason}", file=name)


class AlertsPlugin(AirflowPlugin):
    """Makes the listener known to Airflow."""

    name = "hhw_alerts"
    listeners = [sys.modules[__name__]]
