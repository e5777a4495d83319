"""Write the pages of a release, or the page of a run that has none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from include.errors import UsageError
from include.files import write_durably
from reports import formats, index, quality, ranking, runs, words
from reports.context import PageContext, RunRecord
from reports.models import Models
from reports.sections import FilledPage, Page, Source, fill
from reports.tables import Table, csv_text

PAGES: tuple[Page, ...] = (index.PAGE, ranking.PAGE, quality.PAGE)
"""The pages of a release. The page of its run is written beside them."""

_HERE = Path(__file__).resolve().parent
_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True)
class Furniture:
    """What every page of one output shares.

    Args:
        record: Provenance.
        pages: Pages that the navigation names; none beside a run without a release.
        tables: Every table of the release, for the index.
        prefix: Goes before the names of CSVs where pages of several runs share a folder.
    """

    record: RunRecord
    pages: Sequence[Page] = ()
    tables: Sequence[tuple[str, Sequence[Table]]] = ()
    prefix: str = ""

    def csv_name(self, table: Table) -> str:
        """Return the file name of a table's CSV; it carries the marking."""
        return f"csv/{formats.slug(self.record.marking)}_{self.prefix}{table.name}.csv"


def render(warehouse: Path, folder: Path, context: PageContext) -> list[Path]:
    """Write all pages, assets and CSVs of a release.

    Args:
        warehouse: The DuckDB file; opened read-only, schema ``reporting`` only.
        folder: The reports folder of the release.
        context: Provenance; pages know nothing else.

    Returns:
        Every file written.

    Raises:
        BuildError: A reporting model is missing or has other columns.
        IntegrityError: A model is of another date, or an explanation does not sum to its score.
    """
    _check_run_id(context.run_id)
    record = RunRecord.of(context)
    with Models(warehouse, context.as_at) as models:
        source = Source(models, context)
        run_page = runs.fill_run(record, models.records("rpt_run__inputs"))
        filled = [*(fill(page, source) for page in PAGES), run_page]
    furniture = Furniture(record, [*PAGES, run_page.page], [(page.page.name, page.tables) for page in filled])
    written = _write_assets(folder, record.marking)
    for page in filled:
        written.append(_write_page(page, furniture, folder))
    written.extend(_write_csvs(filled, furniture, folder))
    return written


def render_run_page(record: Mapping[str, Any] | RunRecord, folder: Path) -> Path:
    """Write the page of a run that has no release: blocked, or broken down.

    Args:
        record: The run record; see :class:`reports.context.RunRecord`.
        folder: Where ``runs/<run_id>.html``, ``assets/`` and ``csv/`` go.

    Returns:
        The page.
    """
    checked = RunRecord.model_validate(record)
    _check_run_id(checked.run_id)
    page = runs.fill_run(checked, checked.inputs)
    furniture = Furniture(checked, prefix=f"{checked.run_id}_")
    _write_assets(folder, checked.marking)
    _write_csvs([page], furniture, folder)
    return _write_page(page, furniture, folder)


def _check_run_id(run_id: str) -> None:
    if not _RUN_ID.fullmatch(run_id) or ".." in run_id:
        raise UsageError(f"run id {run_id!r} cannot be a file name", "Use letters, digits, dots, hyphens.")


@cache
def _environment() -> Environment:
    # Everything is escaped: templates are HTML only, and nothing is marked safe but embedded JSON.
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finish,
    )
    environment.filters.update(
        number=formats.number, day=formats.day, short_day=formats.short_day, source=words.say_sources
    )
    return environment


def _finish(value: object) -> object:
    """Make what a template prints fit to print."""
    if value is None or value != value:  # noqa: PLR0124  (NaN is the value that is not itself)
        return formats.MISSING
    return value if isinstance(value, Markup) or not isinstance(value, str) else formats.clean(value)


def _write_page(page: FilledPage, furniture: Furniture, folder: Path) -> Path:
    root = "../" * page.page.file.count("/")
    html = (
        _environment()
        .get_template("page.html.j2")
        .render(filled=page, furniture=furniture, record=furniture.record, root=root)
    )
    return write_durably(folder / page.page.file, html)


def _write_assets(folder: Path, marking: str) -> list[Path]:
    """Copy the shared style and script; the style carries the marking for the margins of printed pages."""
    written = []
    for asset in sorted((_HERE / "assets").iterdir()):
        text = asset.read_text(encoding="utf-8")
        if asset.suffix == ".css":
            text = text.replace("@@MARKING@@", _css_string(marking))
        written.append(write_durably(folder / "assets" / asset.name, text))
    return written


def _css_string(text: str) -> str:
    return "".join(
        char if char.isascii() and (char.isalnum() or char in " -_.,") else f"\\{ord(char):x} "
        for char in text
    )


def _write_csvs(filled: Sequence[FilledPage], furniture: Furniture, folder: Path) -> list[Path]:
    # Tables that stand on two pages (checks, on quality and run page) are one file.
    tables = {furniture.csv_name(table): table for page in filled for table in page.tables}
    return [
        write_durably(folder / name, csv_text(table.columns, table.rows)) for name, table in tables.items()
    ]
