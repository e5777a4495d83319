"""The dates of a run: the fortnightly grid since the anchor Sunday, or dates given by name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict

from include.errors import UsageError
from include.warehouse.parameters import Value

DEFAULT_YEARS = 3


class RunDate(BaseModel):
    """A date on which everybody is ranked."""

    model_config = ConfigDict(frozen=True)

    date: date
    is_scheduled: bool


def parse_run_dates(text: str) -> list[date]:
    """Parse ``RUN_DATES``: dates with commas between, or ``FROM:TO:DAYS``.

    Raises:
        UsageError: Says which part is no date, or that the range runs backwards.
    """
    try:
        if ":" not in text:
            return sorted({date.fromisoformat(part.strip()) for part in text.split(",") if part.strip()})
        first, last, days = text.split(":")
        start, end, step = date.fromisoformat(first.strip()), date.fromisoformat(last.strip()), int(days)
    except ValueError as error:
        raise UsageError(
            f"RUN_DATES {text!r}: {error}", "Write 2026-09-06,2026-09-20 or 2023-09-24:2026-09-20:14."
        ) from error
    if step < 1 or end < start:
        raise UsageError(
            f"RUN_DATES {text!r} runs backwards", "Write FROM:TO:DAYS with FROM before TO and DAYS from 1."
        )
    return [start + timedelta(days=offset) for offset in range(0, (end - start).days + 1, step)]


def scheduled_dates(
    as_at: date, parameters: dict[str, Value], years: int | None = DEFAULT_YEARS
) -> list[date]:
    """Return the fortnightly grid of the last years up to ``as_at``, counted from the anchor Sunday.

    Args:
        as_at: Date of the run.
        parameters: Anchor and interval.
        years: How many; None for all since the anchor.
    """
    anchor = date.fromisoformat(str(parameters["anchor_run_date"]))
    step = int(parameters["run_interval_days"])
    last = (as_at - anchor).days // step
    dates = [anchor + timedelta(days=step * index) for index in range(last + 1)]
    if years is None:
        return dates
    is_leap_day = (as_at.month, as_at.day) == (2, 29)
    since = as_at.replace(year=as_at.year - years, day=28 if is_leap_day else as_at.day)
    return [day for day in dates if day > since]


def unscheduled_warnings(
    as_at: date, named: Sequence[date] | None, parameters: dict[str, Value]
) -> list[str]:
    """Tell readers where dates given by name leave out scheduled ones: what is evaluated rests on fewer of them."""
    grid = scheduled_dates(as_at, parameters)
    left_out = len(set(grid) - set(named)) if named else 0
    if not left_out:
        return []
    return [
        f"The run leaves out {left_out} of the {len(grid)} scheduled run dates: adoptions are matched, and the "
        "ranking is evaluated, at the dates named alone"
    ]


def choose_run_dates(
    as_at: date, named: Sequence[date] | None, parameters: dict[str, Value]
) -> list[RunDate]:
    """Return the dates on which a run ranks: those named or the grid, and ``as_at`` in any case.

    Raises:
        UsageError: None is named, or one that is later than ``as_at``.
    """
    if named is not None and not named:
        raise UsageError("RUN_DATES is empty", "Leave it out, or name at least one date.")
    later = [day for day in named or () if day > as_at]
    if later:
        raise UsageError(
            f"run date {later[0]} is later than as_at {as_at}", "A run knows nothing of later dates: drop it."
        )
    scheduled = sorted(set(named)) if named else scheduled_dates(as_at, parameters)
    dates = [RunDate(date=day, is_scheduled=True) for day in scheduled]
    if as_at not in scheduled:
        dates.append(RunDate(date=as_at, is_scheduled=False))
    return dates
