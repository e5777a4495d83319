"""The reporting models as the pack's tables, each with what is declared for its protection.

Nothing here is published: :func:`reports.disclosure.engine.disclose` stands between these tables and the page.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from include.errors import IntegrityError
from reports import formats, models, words
from reports.board import effects, groups, months
from reports.board.rows import Models, Records
from reports.context import PageContext
from reports.disclosure.guard import Guarded

_MODELS = (
    *("rpt_board__trends", "rpt_board__reoffending", "rpt_board__cost", "rpt_board__equality"),
    *("rpt_board__caseload", "rpt_board__parameters", "rpt_reoffending__effect"),
    *("rpt_reoffending__attrition", "rpt_cost__bearers", "rpt_cost__offending", "rpt_quality__harm_basis"),
)


def read_board(warehouse: Path, as_at: date) -> Models:
    """Read what the pack is made of.

    Raises:
        BuildError: A model is missing.
        IntegrityError: A model is of another date, or the months do not reach to it.
    """
    with models.Models(warehouse, as_at) as source:
        found = {name: source.records(name) for name in _MODELS}
    _check_months(found["rpt_board__trends"], as_at)
    return found


def _check_months(trends: Records, as_at: date) -> None:
    """Refuse months that are not those of the date: a pack must not show last quarter as this month.

    How many people are managed is known at every month's end or, where nobody delivered it, at none; other measures
    may have nothing to say of a month.
    """
    last = (as_at + timedelta(days=1)).replace(day=1) - timedelta(days=1)
    found = [row["month_end"] for row in trends if row["metric"] == "managed_people"]
    if found and max(str(month) for month in found) != last.isoformat():
        raise IntegrityError(
            f"reporting.rpt_board__trends ends with {max(str(month) for month in found)}, and the last whole "
            f"month up to {as_at.isoformat()} ends on {last.isoformat()}",
            "Build again: a board pack shows the month that it is of.",
        )


def guarded_tables(read: Models, threshold: int) -> tuple[Guarded, ...]:
    """Return every table of the pack with its guard; counts under the threshold will be withheld."""
    by_month = (months.this_month(read, threshold), months.trends(read, threshold))
    return (*by_month, *(build(read) for build in _TABLES))


_TABLES: tuple[Callable[[Models], Guarded], ...] = (
    effects.methods,
    effects.reoffending(
        "offences",
        "board_cohorts",
        "Offences a person a year, before and during management",
        "offences a year",
    ),
    effects.reoffending(
        "harm", "board_harm", "Harm a person a year, before and during management", "harm days a year"
    ),
    effects.cost,
    effects.bearers,
    groups.equality,
    groups.caseload,
    groups.gaps,
    groups.harm_basis,
    groups.parameters,
)


def said_sources(context: PageContext) -> str:
    """Name the sources that the pack rests on: those of them that came."""
    came = [source for source in ("police_records", "idiom", "visor_summary") if context.came(source)]
    return formats.join_words([words.SOURCE[source] for source in came])
