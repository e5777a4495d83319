"""When the half-yearly evaluation is due."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from include.evaluation import due_evaluation, open_evaluating_run
from include.schedule import NotDueError
from include.settings import Settings

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("monday", "sunday"),
    [
        (date(2026, 3, 2), None),  # between two fortnights
        (date(2026, 3, 9), date(2026, 3, 8)),
        (date(2026, 3, 23), None),  # the second due one of the month
        (date(2026, 9, 7), date(2026, 9, 6)),
        (date(2026, 9, 21), None),
        (date(2026, 8, 24), None),  # due for a ranking, in another month
    ],
)
def test_due_on_the_first_due_monday_of_march_and_september(monday: date, sunday: date | None) -> None:
    moment = datetime(monday.year, monday.month, monday.day, 8, tzinfo=LONDON)
    assert due_evaluation(Settings(), moment) == sunday


def test_once_each_half_year_whatever_the_year() -> None:
    first = date(2024, 1, 1)
    mondays = [first + timedelta(days=7 * week) for week in range(52 * 8)]
    moments = [datetime(day.year, day.month, day.day, 8, tzinfo=LONDON) for day in mondays]
    due = [day for day in (due_evaluation(Settings(), moment) for moment in moments) if day is not None]
    halves = [((day + timedelta(days=1)).year, (day + timedelta(days=1)).month) for day in due]
    assert halves == sorted({(year, month) for year in range(2024, 2032) for month in (3, 9)})[: len(halves)]
    assert len(halves) >= 15


def test_a_scheduled_start_that_is_not_due_does_nothing() -> None:
    run = SimpleNamespace(run_type="scheduled", run_after=datetime(2026, 3, 23, 8, tzinfo=LONDON))
    with pytest.raises(NotDueError):
        open_evaluating_run({"dag_run": run, "params": {}})
