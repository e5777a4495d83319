"""One fortnight on top of a history: its list alone, beside the whole grid of run dates, and held against it by hash.

A list is computed from what was known at its date, so the last two run dates are enough for it: the date itself, and
the one before for what moved. What was published for earlier dates lies in the history and is not computed again.
"""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

from include.settings import Settings
from include.warehouse.build import build_warehouse
from include.warehouse.plan import RunPlan, make_plan
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
        plan: Of the build of all dates.
        whole: Its warehouse, in its build or in its release.

    Returns:
        Seconds, with every test of that build.

    Raises:
        SystemExit: A list of the date is another one.
    """
    dates = [day.date for day in plan.run_dates][-2:]
    start = time.perf_counter()
    result = build_warehouse(settings, make_plan(settings, plan.as_at, dates))
    seconds = time.perf_counter() - start
    if differing := lists_that_differ(whole, result.warehouse, plan.as_at):
        raise SystemExit(f"one fortnight on top of a history differs in {', '.join(differing)}")
    return seconds


def lists_that_differ(one: Path, other: Path, as_at: date) -> list[str]:
    """Return which lists of a date are not the same rows in two warehouses."""
    first, second = _hashes(one, as_at), _hashes(other, as_at)
    return [name for name in LISTS if first[name] != second[name]]


def _hashes(warehouse: Path, as_at: date) -> dict[str, tuple[int, int]]:
    """Return the rows of each list of a date: how many, and the sum of their hashes, whatever their order."""
    with open_store(warehouse) as store:
        return {
            name: store.execute(
                f"select count(*), coalesce(sum(hash(t)), 0) from {name} as t where run_date = ?",
                [as_at],
            ).fetchall()[0]
            for name in LISTS
        }
