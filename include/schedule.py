"""When the ranking is due, and what a DAG run asks for; knows dates, nothing of Airflow's classes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from include.pipeline import open_run
from include.progress import say
from include.runs import Mode, RunRequest
from include.settings import Settings, get_settings
from include.warehouse.parameters import read_parameters
from reports.outputs import Cadence

LONDON = ZoneInfo("Europe/London")


class NotDueError(Exception):
    """A Monday between two fortnights: nothing to do, and no fault."""


def due_sunday(settings: Settings, moment: datetime) -> date | None:
    """Return the Sunday that a scheduled start is for; ``None`` on a Monday between.

    Args:
        settings: Names the seeds with the anchor Sunday and the interval.
        moment: When the scheduler started the run, in any time zone.
    """
    today = moment.astimezone(LONDON).date()
    sunday = today - timedelta(days=(today.weekday() + 1) % 7 or 7)
    parameters = read_parameters(settings.seeds_dir)
    anchor = date.fromisoformat(str(parameters["anchor_run_date"]))
    return sunday if (sunday - anchor).days % int(parameters["run_interval_days"]) == 0 else None


def request_of(
    settings: Settings, context: Mapping[str, Any], cadence: Cadence = Cadence.FORTNIGHTLY
) -> RunRequest:
    """Read what a DAG run asks for from its parameters and, where it was scheduled, from its time.

    A monthly run has no Sunday of its own: it takes the date of the deliveries.

    Raises:
        NotDueError: A scheduled start on a Monday between.
    """
    params, run = context["params"], context["dag_run"]
    as_at = date.fromisoformat(params["as_at"]) if params.get("as_at") else None
    is_scheduled = str(getattr(run.run_type, "value", run.run_type)) == "scheduled"
    if as_at is None and is_scheduled and cadence is not Cadence.MONTHLY:
        as_at = due_sunday(settings, run.run_after)
        if as_at is None:
            raise NotDueError("No ranking is due this Monday.")
    return RunRequest(
        as_at=as_at,
        run_dates=params.get("run_dates") or None,
        mode=Mode(params.get("mode", "publish")),
        cadence=cadence,
        reason=str(params.get("reason") or ""),
    )


def open_publishing_run(context: Mapping[str, Any], cadence: Cadence = Cadence.FORTNIGHTLY) -> str:
    """Open the run of a DAG run, or find it again on a retry, and return its id."""
    settings = get_settings()
    run = context["dag_run"]
    request = request_of(settings, context, cadence)
    trigger = str(getattr(run.run_type, "value", run.run_type))
    run_id = open_run(settings, request, key=f"{run.dag_id}/{run.run_id}", trigger=trigger)
    say(f"run {run_id}")
    return run_id
