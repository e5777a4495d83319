"""When the half-yearly evaluation of the ranking is due; knows dates, nothing of Airflow's classes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from include.schedule import NotDueError, due_sunday, open_publishing_run
from include.settings import Settings, get_settings
from include.warehouse.parameters import read_parameters
from reports.outputs import Cadence

MONTHS = frozenset({3, 9})


def due_evaluation(settings: Settings, moment: datetime) -> date | None:
    """Return the Sunday that a scheduled start evaluates: the one before the first due Monday of March or September.

    Args:
        settings: Names the seeds with the anchor Sunday and the interval.
        moment: When the scheduler started the run, in any time zone.

    Returns:
        The scheduled run date, or ``None`` where nothing is due.
    """
    sunday = due_sunday(settings, moment)
    if sunday is None:
        return None
    monday = sunday + timedelta(days=1)
    interval = timedelta(days=int(read_parameters(settings.seeds_dir)["run_interval_days"]))
    is_first = (monday - interval).month != monday.month
    return sunday if monday.month in MONTHS and is_first else None


def open_evaluating_run(context: Mapping[str, Any]) -> str:
    """Open the run of a DAG run, or find it again on a retry, and return its id.

    Raises:
        NotDueError: A scheduled start on any Monday but the first due one of March or September.
    """
    run = context["dag_run"]
    is_scheduled = str(getattr(run.run_type, "value", run.run_type)) == "scheduled"
    if is_scheduled and due_evaluation(get_settings(), run.run_after) is None:
        raise NotDueError("No evaluation is due this Monday.")
    return open_publishing_run(context, Cadence.HALF_YEARLY)
