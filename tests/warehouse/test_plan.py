"""Run dates: the grid, dates given by name, and what cannot be used."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from include.errors import UsageError
from include.warehouse.plan import parse_run_dates, scheduled_dates, unscheduled_warnings

PARAMETERS = {"anchor_run_date": "2016-09-04", "run_interval_days": 14}


def test_the_grid_is_every_second_sunday_of_the_last_three_years() -> None:
    dates = scheduled_dates(date(2026, 9, 20), PARAMETERS)
    assert dates[-1] == date(2026, 9, 20)
    assert dates[0] > date(2023, 9, 20) >= dates[0] - timedelta(days=14)
    assert {day.weekday() for day in dates} == {6}
    assert {later - earlier for earlier, later in zip(dates, dates[1:], strict=False)} == {timedelta(days=14)}
    assert all((day - date(2016, 9, 4)).days % 14 == 0 for day in dates)


@pytest.mark.parametrize("as_at", [date(2024, 2, 29), date(2026, 8, 31), date(2026, 1, 1)])
def test_three_years_are_three_years_on_any_day(as_at: date) -> None:
    dates = scheduled_dates(as_at, PARAMETERS)
    day = 28 if (as_at.month, as_at.day) == (2, 29) else as_at.day
    assert date(as_at.year - 3, as_at.month, day) < dates[0] <= dates[-1] <= as_at
    assert len(dates) in {78, 79}


def test_nothing_is_scheduled_before_the_anchor() -> None:
    assert scheduled_dates(date(2016, 9, 3), PARAMETERS) == []
    assert scheduled_dates(date(2016, 9, 17), PARAMETERS) == [date(2016, 9, 4)]


def test_readers_are_told_of_scheduled_dates_that_were_left_out() -> None:
    as_at = date(2026, 9, 20)
    grid = scheduled_dates(as_at, PARAMETERS)
    assert unscheduled_warnings(as_at, None, PARAMETERS) == []
    assert unscheduled_warnings(as_at, [*grid, date(2026, 9, 15)], PARAMETERS) == []
    (told,) = unscheduled_warnings(as_at, grid[-2:], PARAMETERS)
    assert told.startswith("The run leaves out 77 of the 79 scheduled run dates")


def test_dates_are_read_by_name_and_as_a_range() -> None:
    assert parse_run_dates("2026-09-20, 2026-09-06,2026-09-06") == [date(2026, 9, 6), date(2026, 9, 20)]
    assert parse_run_dates("2026-08-23:2026-09-21:14") == [
        date(2026, 8, 23),
        date(2026, 9, 6),
        date(2026, 9, 20),
    ]


@pytest.mark.parametrize(
    "text", ["yesterday", "2026-02-30", "2026-09-20:2026-09-06:14", "2026-01-01:2026-02-01:0", "a:b"]
)
def test_what_is_no_date_is_said(text: str) -> None:
    with pytest.raises(UsageError, match="RUN_DATES"):
        parse_run_dates(text)
