"""Sentences and columns that the sections of the performance report share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from reports import formats, words
from reports.charts.chart import About
from reports.sections import Content, Source
from reports.tables import Column, Kind

COHORT = Column("cohort", "Cohort", words=words.COHORT)
MANAGER = Column("manager_id", "Manager", Kind.CODE)
RECORDS = "police records, IDIOM and ViSOR"
"""What most charts of the page rest on: what was recorded of people, and who of them was managed when."""
SMALL_BASE = f"base under {formats.MIN_BASE}"
ALL = "all"


def cohort(code: str) -> str:
    """Return the name of a cohort."""
    return words.COHORT.get(code, code)


def short_cohort(code: str) -> str:
    """Return the short form of a cohort's name where it has one, for places with little room."""
    name = cohort(code)
    return name.partition("(")[2].rstrip(")") or name


def about(source: Source, title: str, subtitle: str, alt: str, records: str = RECORDS) -> About:
    """Return the words of a chart, with place and source as every chart of the page has them."""
    context = source.context
    return About(
        title,
        f"{subtitle}. {context.force_name}",
        f"{records[0].upper()}{records[1:]} as known on {formats.day(context.as_at)}",
        alt,
    )


def year_before(as_at: date) -> date:
    """Return the first day of the twelve calendar months that end with the month of a date."""
    return date(as_at.year, 1, 1) if as_at.month == 12 else date(as_at.year - 1, as_at.month + 1, 1)


def total(values: Iterable[int | None]) -> int:
    """Sum counts; a missing one adds nothing."""
    return sum(value or 0 for value in values)


def listed(parts: Iterable[str], most: int = 6) -> str:
    """Join parts of a sentence; from so many on, the others are counted."""
    found = list(parts)
    if len(found) > most:
        left = len(found) - most
        found = [*found[:most], f"{formats.number(left)} more"]
    return formats.join_words(found)


def resting_on(build: Callable[[Source], Content], *sources: str) -> Callable[[Source], Content]:
    """Let a section's empty tables say that nothing was delivered, where that is why they are empty.

    Args:
        build: Makes the section; its own words for an empty table are true of what was delivered.
        sources: What the section rests on; one that came is enough.
    """

    def built(source: Source) -> Content:
        content = build(source)
        if source.context.came(*sources):
            return content
        said = f"Not known: {words.nothing_from(*sources)}."
        tables, folded = (
            [replace(one, empty=said) for one in some] for some in (content.tables, content.folded)
        )
        return replace(content, tables=tuple(tables), folded=tuple(folded))

    return built
