"""index.html: the release, its date, what is stale or warned about, and everything else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from reports import formats, quality, ranking, words
from reports.sections import Content, Heading, Page, Section, Source
from reports.tables import Column, Kind, Table


@dataclass(frozen=True)
class Link:
    """A page to go to, and why one would."""

    href: str
    name: str
    about: str


def _heading(source: Source) -> Heading:
    context = source.context
    due = context.as_at + timedelta(days=context.max_age_days)
    return Heading(
        f"The ranking as at {formats.day(context.as_at)}",
        f"High-harm offender warehouse \u00b7 {context.force_name} \u00b7 release {context.release_id}",
        (
            f"These figures know what was recorded up to {formats.day(context.as_at)}. "
            f"After {formats.day(due)} ({context.max_age_days} days) they are out of date: look for a "
            "newer release.",
            f"Release {context.release_id} is in force if you opened it through the folder current.",
        ),
    )


def _attention(source: Source) -> Content:
    """Warnings, and sources that are older than the release."""
    return Content(tuple(source.context.warnings))


def _figures(source: Source) -> Content:
    return Content(view=ranking.key_figures(source.models.summary))


def _pages(source: Source) -> Content:
    run = source.context.run_id
    links = (
        *(Link(page.file, page.name, page.about) for page in (ranking.PAGE, quality.PAGE)),
        Link(f"runs/{run}.html", "This run", "How this release was made: stages, seconds, inputs, checks."),
    )
    return Content(view=links)


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
        Section("pages", "Pages", _pages, "block_pages.html.j2"),
        Section("figures", "Key figures", _figures, "block_figures.html.j2"),
        Section("sources", "Sources", _sources),
        Section("downloads", "All tables", lambda _: Content(), "block_downloads.html.j2"),
    ),
)
