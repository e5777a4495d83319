"""index.html: the release, its date, what is stale or warned about, and everything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from reports import formats, pack, ranking, words
from reports.outputs import OUTPUTS, OutputRecord
from reports.sections import Content, Heading, Page, Section, Source
from reports.tables import Column, Kind, Table

_RANKING = "ranking"


@dataclass(frozen=True)
class Link:
    """A page to go to, why one would, and how far it may be relied on."""

    href: str
    name: str
    about: str
    state: str
    stale_after: date
    others: Sequence[str]


def _heading(source: Source) -> Heading:
    context = source.context
    # an extract that is older than the release knows no more for that
    known = min(context.as_at, context.extract_dates.get("police_records") or context.as_at)
    due = known + timedelta(days=context.max_age_days)
    return Heading(
        f"Figures as at {formats.day(context.as_at)}",
        f"High-harm offender warehouse \u00b7 {context.force_name} \u00b7 release {context.release_id}",
        (
            f"These figures know what was recorded up to {formats.day(known)}. "
            f"After {formats.day(due)} ({context.max_age_days} days) they are out of date: look for a "
            "newer release. What was not due at that date is carried over with its own date, printed beside it.",
            f"Release {context.release_id} is in force if you opened it through the folder current.",
        ),
    )


def _attention(source: Source) -> Content:
    """Warnings, and sources that are older than the release."""
    return Content(tuple(source.context.warnings))


def _figures(source: Source) -> Content:
    """The figures of the ranking, unless the list that they would stand for is of another date."""
    made = next((one.as_at for one in source.context.held if one.name == _RANKING), source.context.as_at)
    if made != source.context.as_at:
        return Content((f"The ranking is as at {formats.day(made)}: its figures stand on its page.",))
    return Content(view=ranking.key_figures(source.models.summary))


def _pages(source: Source) -> Content:
    return Content(view=tuple(_link(record) for record in _in_order(source.context.held)))


def _in_order(held: Sequence[OutputRecord]) -> list[OutputRecord]:
    """What has a date of its own first, as declared; then what is made with every release."""
    places = {output.name: place for place, output in enumerate(OUTPUTS)}
    return sorted(held, key=lambda record: places.get(record.name, len(places)))


def _link(record: OutputRecord) -> Link:
    return Link(
        record.files[0], record.title, record.about, _state(record), record.stale_after, record.files[1:]
    )


def _state(record: OutputRecord) -> str:
    """Say of what date it is, and whether somebody has approved it."""
    said = f"As at {formats.day(record.as_at)}"
    if record.decision is not None:
        return f"{said}. {'DRAFT. ' if record.is_draft else ''}{pack.said(record.decision)}"
    return f"{said}. DRAFT: nobody has approved it." if record.is_draft else f"{said}."


def _downloads(source: Source) -> Content:
    beside = (
        "Every table of every page as CSV, with full precision and the names of the reporting models.",
        "Beside the folder of these pages: every published model as Parquet (parquet/), the warehouse itself "
        "(warehouse.duckdb), every check (quality/checks.csv), and what the release rests on (release.json). "
        "Runs that published nothing have their pages in runs/ of the data folder.",
    )
    return Content(beside, view=[one for one in _in_order(source.context.held) if one.downloads])


def _sources(source: Source) -> Content:
    context = source.context
    columns = (
        Column("source", "Source", words=words.SOURCE),
        Column("extract_date", "Extract in effect", Kind.DATE, missing="nothing has come"),
        Column("days_before", "Older than the release", Kind.COUNT, "days"),
    )
    rows = tuple(
        (name, extract, (context.as_at - extract).days if extract else None)
        for name, extract in sorted(context.extract_dates.items())
    )
    table = Table("sources", "How old each source is", columns, rows, "No source is recorded.")
    return Content((), (table,))


PAGE = Page(
    "index.html",
    "Start",
    _heading,
    (
        Section("warnings", "What to know first", _attention, "block_attention.html.j2"),
        Section("figures", "Key figures", _figures, "block_figures.html.j2"),
        Section("pages", "Pages", _pages, "block_pages.html.j2"),
        Section("sources", "Sources", _sources),
        Section("downloads", "All tables", _downloads, "block_downloads.html.j2"),
    ),
)
