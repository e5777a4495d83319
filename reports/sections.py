"""The framework: a page is sections; a section is reporting models -> typed content -> template block.

To add a section: write a function that returns :class:`Content` from a :class:`Source`, name or write the
template block that shows it, and add one line to the page's list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from reports.charts.chart import Chart
from reports.context import PageContext
from reports.models import Models
from reports.tables import Table

TABLES_BLOCK = "block_tables.html.j2"


@dataclass(frozen=True)
class Source:
    """What a section may use: the reporting models and the provenance. Nothing else."""

    models: Models
    context: PageContext


@dataclass(frozen=True)
class Content:
    """What a section shows.

    Args:
        intro: Sentences above the tables.
        tables: Tables; each has a CSV beside it.
        folded: Tables that stand folded up, to be opened by who needs them.
        view: Anything more that the section's own block shows.
        charts: Charts; each stands above its own table, which is folded up and has a CSV.
    """

    intro: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    folded: tuple[Table, ...] = ()
    view: object = None
    charts: tuple[Chart, ...] = ()

    @property
    def all_tables(self) -> tuple[Table, ...]:
        """Every table of the section, those of its charts included."""
        return (*(chart.table for chart in self.charts), *self.tables, *self.folded)


@dataclass(frozen=True)
class Section:
    """One section of a page.

    Args:
        key: Anchor.
        title: Heading.
        build: Makes the content.
        block: Template that shows it.
    """

    key: str
    title: str
    build: Callable[[Source], Content]
    block: str = TABLES_BLOCK


@dataclass(frozen=True)
class Heading:
    """Top of a page: the finding as its title, what it is a page of, and what to know first."""

    title: str
    kicker: str
    lede: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """One page of a release.

    Args:
        file: Name in the release folder.
        name: Short name, for navigation and the window title.
        heading: Makes the title from the figures.
        sections: The sections in the order of importance.
        about: What the page lets its reader do; printed on the index.
    """

    file: str
    name: str
    heading: Callable[[Source], Heading]
    sections: tuple[Section, ...]
    about: str = ""


@dataclass(frozen=True)
class Filled:
    """A section with its content, as the template takes it."""

    section: Section
    content: Content


@dataclass(frozen=True)
class FilledPage:
    """A page ready for its template.

    Args:
        page: The page.
        heading: Its top.
        sections: Its sections with their content.
        models: Reporting models that it has read.
    """

    page: Page
    heading: Heading
    sections: tuple[Filled, ...] = field(default=())
    models: frozenset[str] = frozenset()

    @property
    def tables(self) -> tuple[Table, ...]:
        """All tables of the page, for their CSVs."""
        return tuple(table for filled in self.sections for table in filled.content.all_tables)

    @property
    def charts(self) -> tuple[Chart, ...]:
        """All charts of the page."""
        found = (chart for filled in self.sections for chart in filled.content.charts)
        return tuple(chart for chart in found if not chart.is_empty)


def fill(page: Page, source: Source) -> FilledPage:
    """Run every section of a page."""
    with source.models.watched() as read:
        sections = tuple(Filled(section, section.build(source)) for section in page.sections)
        heading = page.heading(source)
    return FilledPage(page, heading, sections, frozenset(read))
