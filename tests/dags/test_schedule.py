"""Which Mondays are due, whatever the clock of the machine says of zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from include.runs import Mode, run_id_of
from include.schedule import NotDueError, due_sunday, request_of
from include.settings import Settings

SETTINGS = Settings()
MONDAY = datetime(2026, 9, 21, 5, 0, tzinfo=UTC)  # 06:00 in London


def test_the_monday_after_a_scheduled_sunday_is_due() -> None:
    assert due_sunday(SETTINGS, MONDAY) == date(2026, 9, 20)


def test_the_monday_between_is_not() -> None:
    assert due_sunday(SETTINGS, MONDAY + timedelta(days=7)) is None


def test_every_second_monday_over_three_years() -> None:
    due = [due_sunday(SETTINGS, MONDAY + timedelta(weeks=week)) for week in range(156)]
    assert [day is not None for day in due] == [True, False] * 78


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Los_Angeles", "Europe/London"])
def test_the_zone_of_the_moment_does_not_matter(zone: str) -> None:
    assert due_sunday(SETTINGS, MONDAY.astimezone(ZoneInfo(zone))) == date(2026, 9, 20)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_the_mondays_after_the_clocks_change(day: date) -> None:
    sundays = {
        due_sunday(
            SETTINGS,
            datetime(day.year, day.month, day.day, 6, tzinfo=ZoneInfo("Europe/London"))
            + timedelta(days=1 + week * 7),
        )
        for week in range(2)
    }
    assert len(sundays - {None}) == 1


def _context(run_type: str = "manual", **params: Any) -> dict[str, Any]:
    run = SimpleNamespace(run_type=run_type, run_after=MONDAY, dag_id="d", run_id="r")
    return {
        "params": {"as_at": None, "run_dates": None, "mode": "publish", "reason": "", **params},
        "dag_run": run,
    }


def test_a_scheduled_run_is_for_the_sunday_before() -> None:
    assert request_of(SETTINGS, _context("scheduled")).as_at == date(2026, 9, 20)


def test_a_run_by_hand_takes_the_deliveries_own_date() -> None:
    assert request_of(SETTINGS, _context()).as_at is None


def test_what_is_asked_for_wins() -> None:
    request = request_of(SETTINGS, _context("scheduled", as_at="2026-08-23", mode="preview"))
    assert (request.as_at, request.mode) == (date(2026, 8, 23), Mode.PREVIEW)


def test_a_monday_between_is_told_apart_from_a_fault() -> None:
    context = _context("scheduled")
    context["dag_run"].run_after = MONDAY + timedelta(days=7)
    with pytest.raises(NotDueError):
        request_of(SETTINGS, context)


@pytest.mark.parametrize(
    "key", ["..", "../../etc/passwd", "manual__2026-09-21T05:00:00+00:00", "x" * 250, "a b;rm"]
)
def test_a_run_id_is_a_plain_name_whatever_the_orchestrator_calls_its_run(key: str) -> None:
    assert run_id_of(key).removeprefix("run-").isalnum()
    assert len(run_id_of(key)) == 16
