"""Write the pages of a release, or the page of a run that has none."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from include.errors import UsageError
from include.files import write_durably
from reports import (
    algorithm,
    equality,
    formats,
    governance,
    identity,
    index,
    meeting,
    methodology,
    outputs,
    pack,
    performance,
    quality,
    ranking,
    runs,
)
from reports.context import PageContext, RunRecord, save_context
from reports.exposures import RUN_PAGE, check_published, read_exposures
from reports.governance.lineage import write_bundle
from reports.models import Models
from reports.outputs import Download, OutputRecord
from reports.sections import FilledPage, Page, Source, fill
from reports.tables import Table, csv_text
from reports.templating import PLOTLY, css_string, environment

PAGES: tuple[Page, ...] = (
    index.PAGE,
    ranking.PAGE,
    meeting.PAGE,
    performance.PAGE,
    algorithm.PAGE,
    identity.PAGE,
    equality.PAGE,
    quality.PAGE,
    methodology.PAGE,
    governance.PAGE,
)
"""The pages of a release. The page of its run is written beside them."""

_HERE = Path(__file__).resolve().parent
_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True)
class Furniture:
    """What every page of one output shares.

    Args:
        record: Provenance.
        pages: Pages that the navigation names; none beside a run without a release.
        prefix: Goes before the names of CSVs where pages of several runs share a folder.
    """

    record: RunRecord
    pages: Sequence[Page] = ()
    prefix: str = ""

    @property
    def assets(self) -> str:
        """Folder of style and scripts; named by content, since pages of several releases may lie together."""
        return f"assets/{_assets_hash(self.record.marking)}"

    def csv_name(self, table: Table) -> str:
        """Return the file name of a table's CSV; it carries the marking."""
        return f"csv/{formats.slug(self.record.marking)}_{self.prefix}{table.name}.csv"


def render(
    warehouse: Path,
    folder: Path,
    context: PageContext,
    due: Collection[str] | None = None,
    manifest: Path | None = None,
) -> list[Path]:
    """Write the pages, assets and CSVs of a release.

    Args:
        warehouse: The DuckDB file; opened read-only, schema ``reporting`` only.
        folder: The reports folder of the release; what is carried over lies there already.
        context: Provenance; pages know nothing else.
        due: Declared outputs to make; default all.
        manifest: Manifest of the build: what its exposures declare is published, that and no more. A release
            always has one; without it (a page looked at by itself) nothing is compared.

    Returns:
        Every file written.

    Raises:
        BuildError: A reporting model is missing or has other columns.
        IntegrityError: A model is of another date, or an explanation does not sum to its score.
        ReportError: Pages and exposures do not agree, or a chart may not be shown.
    """
    _check_run_id(context.run_id)
    record = RunRecord.of(context)
    with Models(warehouse, context.as_at) as models:
        source = Source(models, context)
        run_page = runs.fill_run(record, models.records("rpt_run__inputs"))
        pages = [page for page in PAGES if page is not index.PAGE and _is_due(page, due)]
        filled = [fill(page, source) for page in pages]  # all of them, before anything is written
        if manifest is not None:
            read = {page.page.file: page.models for page in filled}
            check_published(published(), read, read_exposures(manifest))
        furniture = Furniture(record, _navigation(context))
        # The tables of a run carry its id: its page goes along with what is carried over into later releases.
        own = replace(furniture, prefix=f"{context.run_id}_")
        shared = [*_write_assets(folder, furniture), *_write_filled(run_page, own, folder)]
        written = {page.page.name: _write_filled(page, furniture, folder) for page in filled}
        if manifest is not None and governance.PAGE.name in written:
            written[governance.PAGE.name] += write_bundle(
                folder, manifest, context.code_version, context.as_at
            )
        made = [
            _record(context, page, furniture, folder, [*written[page.page.name], *shared]) for page in filled
        ]
        made.append(_record(context, run_page, own, folder, shared))
        names = {one.name for one in made}
        held = [*made, *(one for one in context.held if one.name not in names)]
        last = _write_index(source, replace(context, held=held), folder)
    return [*shared, *(path for files in written.values() for path in files), *last]


def published() -> list[str]:
    """Return the pages of a release that have to be declared, the one of its run and the board pack included."""
    return [*(page.file for page in PAGES), RUN_PAGE, f"{outputs.BOARD_PACK.name}.html"]


def render_index(warehouse: Path, folder: Path, context: PageContext) -> list[Path]:
    """Write the index alone, over pages that lie there already; ``context.held`` says what they are."""
    with Models(warehouse, context.as_at) as models:
        return _write_index(Source(models, context), context, folder)


def _write_index(source: Source, context: PageContext, folder: Path) -> list[Path]:
    furniture = Furniture(RunRecord.of(context), _navigation(context))
    filled = fill(index.PAGE, replace(source, context=context))
    written = [*_write_assets(folder, furniture), *_write_filled(filled, furniture, folder)]
    return [*written, save_context(folder, context)]


def _is_due(page: Page, due: Collection[str] | None) -> bool:
    output = outputs.declared(page.file)
    return due is None or output.cadence is outputs.Cadence.RELEASE or output.name in due


def _navigation(context: PageContext) -> list[Page]:
    packs = [pack.PAGE for one in context.held if one.name == outputs.BOARD_PACK.name]
    return [*PAGES, *packs, runs.page_of(context.run_id)]


def _record(
    context: PageContext, filled: FilledPage, furniture: Furniture, folder: Path, parts: Sequence[Path]
) -> OutputRecord:
    output = outputs.declared(filled.page.file)
    return OutputRecord(
        name=output.name,
        title=filled.page.name,
        about=filled.page.about,
        files=[filled.page.file],
        parts=sorted(path.relative_to(folder).as_posix() for path in parts),
        downloads=[
            Download(file=furniture.csv_name(table), caption=table.caption, rows=len(table.rows))
            for table in filled.tables
        ],
        as_at=context.as_at,
        max_age_days=output.max_age_days or context.max_age_days,
        release_id=context.release_id,
        run_id=context.run_id,
        inputs_hash=context.inputs_hash,
    )


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
    _write_assets(folder, furniture)
    return _write_filled(page, furniture, folder)[0]


def _check_run_id(run_id: str) -> None:
    if not _RUN_ID.fullmatch(run_id) or ".." in run_id:
        raise UsageError(f"run id {run_id!r} cannot be a file name", "Use letters, digits, dots, hyphens.")


def _write_filled(page: FilledPage, furniture: Furniture, folder: Path) -> list[Path]:
    """Write a page, and the CSV of each of its tables; the page comes first."""
    root = "../" * page.page.file.count("/")
    record = furniture.record
    age = outputs.declared(page.page.file).max_age_days or record.max_age_days
    html = (
        environment()
        .get_template("page.html.j2")
        .render(
            filled=page,
            furniture=furniture,
            record=record.model_copy(update={"max_age_days": age}),
            root=root,
        )
    )
    tables = [
        write_durably(folder / furniture.csv_name(table), csv_text(table.columns, table.rows))
        for table in page.tables
    ]
    scripts = [_write_plotly(folder)] if page.charts else []
    return [write_durably(folder / page.page.file, html), *tables, *scripts]


def _write_plotly(folder: Path) -> Path:
    """Write plotly's own script once for all pages; it is fetched only when a reader explores a chart."""
    path = folder / PLOTLY
    script = files("plotly") / "package_data" / "plotly.min.js"
    return path if path.exists() else write_durably(path, script.read_bytes())


@cache
def _assets(marking: str) -> Mapping[str, str]:
    """Return the shared style and scripts by name; the style carries the marking for the margins of print."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted((_HERE / "assets").iterdir())}
    return {
        name: text.replace("@@MARKING@@", css_string(marking)) if name.endswith(".css") else text
        for name, text in texts.items()
    }


@cache
def _assets_hash(marking: str) -> str:
    content = json.dumps(_assets(marking), sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:8]


def _write_assets(folder: Path, furniture: Furniture) -> list[Path]:
    return [
        write_durably(folder / furniture.assets / name, text)
        for name, text in _assets(furniture.record.marking).items()
    ]
