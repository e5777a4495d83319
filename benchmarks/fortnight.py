"""One fortnight on top of a history: its list alone, beside a full backfill, and held against it by hash.

A list is computed from what was known at its date, so the last two run dates are enough for it: the date itself, and
the one before for what moved. What was published for earlier dates lies in the history and is not computed again.
A full backfill is every scheduled date since the anchor Sunday; a run by itself does those of the last years.
"""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

from include.settings import Settings
from include.warehouse.build import build_warehouse
from include.warehouse.plan import RunPlan, make_plan
from include.warehouse.run_dates import scheduled_dates
from include.warehouse.stores import open_store

# What a fortnight's meeting works with. Evaluations over many dates are not among it: they need the dates.
LISTS = (
    "marts.fct_rankings",
    "marts.fct_ranking_explanations",
    "marts.fct_meeting_list",
    "marts.fct_unit_decisions",
    "marts.fct_equality_stages",
)


def build_fortnight(settings: Settings, plan: RunPlan, whole: Path) -> float:
    """Build the last two run dates of a plan that was built whole.

    Args:
        settings: The installation.
        plan: Of the build of more dates.
        whole: Its warehouse, in its build or in its release.

    Returns:
        Seconds, with every test of that build.

    Raises:
        SystemExit: A list of the date is another one.
    """
    dates = [day.date for day in plan.run_dates][-2:]
    return _build(settings, plan.as_at, dates, whole, since=plan.as_at)


def build_backfill(settings: Settings, plan: RunPlan, whole: Path) -> tuple[float, int]:
    """Build every scheduled date since the anchor Sunday, of which a plan that was built whole has the last.

    Args:
        settings: The installation.
        plan: Of the build of fewer dates.
        whole: Its warehouse.

    Returns:
        Seconds, with every test of that build, and how many run dates it has.

    Raises:
        SystemExit: A list that both builds have is another one; the plan's first date is not among them, since what
            moved up to it is not known there.
    """
    dates = scheduled_dates(plan.as_at, plan.parameters, years=None)
    return _build(settings, plan.as_at, dates, whole, since=plan.run_dates[1].date), len(dates)


def _build(settings: Settings, as_at: date, dates: list[date], other: Path, since: date) -> float:
    """Build some dates, hold their lists against another build's, and return the seconds of the build."""
    start = time.perf_counter()
    result = build_warehouse(settings, make_plan(settings, as_at, dates))
    seconds = time.perf_counter() - start
    if differing := lists_that_differ(other, result.warehouse, since):
        raise SystemExit(f"a build of {len(dates)} run dates differs in {', '.join(differing)}")
    return seconds


def lists_that_differ(one: Path, other: Path, since: date) -> list[str]:
    """Return which lists are not the same rows in two warehouses, from a date on."""
    first, second = _hashes(one, since), _hashes(other, since)
    return [name for name in LISTS if first[name] != second[name]]


def _hashes(warehouse: Path, since: date) -> dict[str, tuple[int, int]]:
    """Return the rows of each list from a date on: how many, and the sum of their hashes, whatever their order."""
    with open_store(warehouse) as store:
        return {
            name: store.execute(
                f"select count(*), coalesce(sum(hash(t)), 0) from {name} as t where run_date >= ?",
                [since],
            ).fetchall()[0]
            for name in LISTS
        }
