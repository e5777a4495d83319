"""Render the board pack: page, PDF, workbook and CSVs from one set of disclosed tables."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from markupsafe import Markup

from include.errors import UsageError
from include.files import write_durably
from reports import formats
from reports.board import pdf, workbook
from reports.board.figures import Figures
from reports.board.options import Approval, BoardOptions
from reports.board.parts import put_together
from reports.board.sources import guarded_tables, read_board, said_sources
from reports.board.view import PackView
from reports.context import PageContext, RunRecord
from reports.disclosure.engine import Disclosed, disclose
from reports.disclosure.previous import cells_table, read_previous
from reports.disclosure.profiles import BOARD, UNIT
from reports.outputs import BOARD_PACK
from reports.tables import Column, Table, csv_text
from reports.templating import css_string, environment

PAGE = "board_pack.html"
TITLE = "Board pack"
ABOUT = "What changed this month, how sure we are, and what is asked of the board; totals and groups only."
_STYLE = Path(__file__).resolve().parent / "board_pack.css"
_TONES = {
    "evidence of a fall": " sure",
    "more than it costs": " sure",
    "evidence of a rise": " watch",
    "less than it costs": " watch",
}
_VERDICTS = {
    "more than it costs": "avoids more than it costs",
    "less than it costs": "avoids less than it costs",
}


@dataclass(frozen=True)
class BoardPack:
    """A rendered pack.

    Args:
        files: The page first, then PDF (where it could be made) and workbook.
        csvs: A CSV for every table.
        tables: The tables, for lists of downloads.
        no_pdf: Why there is no PDF; empty where there is one.
    """

    files: tuple[Path, ...]
    csvs: tuple[Path, ...]
    tables: tuple[Table, ...]
    no_pdf: str = ""


def render_board_pack(
    warehouse: Path, folder: Path, context: PageContext, approval: Approval | None = None
) -> BoardPack:
    """Write the pack of a release: a draft, or as approved.

    Args:
        warehouse: The DuckDB file; opened read-only, schema ``reporting`` only.
        folder: The reports folder.
        context: Provenance, and the options of the pack.
        approval: Who approved it and when; without one every artefact says DRAFT.

    Raises:
        BuildError: A reporting model is missing.
        IntegrityError: A model is of another date, or a small count could be worked out.
        ReportError: A text has a number of its own, or names a figure that is not there.
        UsageError: An approval without a name or a time, or texts that cannot be read.
    """
    if approval is not None and not (approval.name.strip() and approval.decided_at.strip()):
        raise UsageError("An approval needs a name and a time", "Say who approves: hhw approve --by NAME.")
    disclosed, view, figures = _contents(warehouse, context)
    names = _names(context, disclosed)
    csvs = tuple(
        write_durably(folder / names[table.name], _csv(table, workbook.state_of(approval)))
        for table in disclosed.tables.values()
    )
    ways: dict[str, Any] = {"view": view, "approval": approval, "csv_names": names, "month": _month(figures)}
    made, no_pdf = _write_pdf(folder, context, ways)
    book = folder / names["xlsx"]
    workbook.write(book, disclosed.tables, view, context, approval)
    more = {"pdf_name": made.name if made else "", "no_pdf": no_pdf, "xlsx_name": book.name}
    page = write_durably(folder / PAGE, _html(context, ways | more, is_pdf=False))
    files = tuple(path for path in (page, made, book) if path is not None)
    return BoardPack(files, csvs, tuple(disclosed.tables.values()), no_pdf)


def _contents(warehouse: Path, context: PageContext) -> tuple[Disclosed, PackView, Figures]:
    """Read, disclose, and only then write sentences, tables and charts."""
    options = context.board
    profile = replace(BOARD, threshold=options.threshold, base=options.base, total_base=options.total_base)
    if not profile.threshold:
        raise UsageError(
            "The board's threshold is 0", f"Use {BOARD.threshold}, or more: {UNIT.name} pages have none."
        )
    guarded = guarded_tables(read_board(warehouse, context.as_at), options.threshold)
    previous = read_previous(options.previous, context.as_at)
    disclosed = disclose(guarded, profile, previous)
    keys = {one.table.name: one.guard.keys for one in guarded}
    figures = Figures(disclosed.tables, keys, context.as_at)
    credit = f"{context.force_name}, {said_sources(context)}, as at {formats.day(context.as_at)}"
    view = put_together(disclosed.tables, figures, options, credit)
    cells = cells_table(disclosed.cells, context.as_at)
    return Disclosed({**disclosed.tables, cells.name: cells}, disclosed.cells), view, figures


def _names(context: PageContext, disclosed: Disclosed) -> dict[str, str]:
    """Return the file names: the page has its fixed name, whatever is taken away carries the marking."""
    marking = formats.slug(context.marking)
    names = {name: f"csv/{marking}_{name}.csv" for name in disclosed.tables}
    return names | {kind: f"{marking}_board_pack.{kind}" for kind in ("pdf", "xlsx")}


def _csv(table: Table, state: str) -> str:
    """Return a table as CSV; each row says whether it is a draft, since a CSV has no heading that could."""
    columns = (*table.columns, Column("state", "State"))
    return csv_text(columns, [(*row, state) for row in table.rows])


def _month(figures: Figures) -> str:
    return figures.text("month", "month") if figures.day("month") else ""


def _write_pdf(folder: Path, context: PageContext, ways: Mapping[str, Any]) -> tuple[Path | None, str]:
    """Write the PDF, or say why it could not be made on this machine."""
    if missing := pdf.missing():
        return None, missing
    html = _html(context, ways, is_pdf=True)
    path = folder / _names(context, Disclosed({}, {}))["pdf"]
    return write_durably(path, pdf.convert(html)), ""


def _html(context: PageContext, ways: Mapping[str, Any], *, is_pdf: bool) -> str:
    approval: Approval | None = ways["approval"]
    view: PackView = ways["view"]
    state = f"Approved by {approval.name}" if approval else "DRAFT"
    style = _STYLE.read_text(encoding="utf-8")
    for mark, text in (("@@MARKING@@", context.marking), ("@@STATE@@", state)):
        style = style.replace(mark, f'"{css_string(text)}"')
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    drawn = [one for part in view.parts for one in part.charts]
    images = {one.chart.name: _image(one.svg) for one in drawn} if is_pdf else {}
    options: BoardOptions = context.board
    return (
        environment()
        .get_template("board_pack.html.j2")
        .render(
            **ways,
            record=RunRecord.of(context),
            options=options,
            stale_after=context.as_at + timedelta(days=BOARD_PACK.max_age_days or context.max_age_days),
            asked=view.numbers_of("decisions"),
            style=Markup(style),  # noqa: S704  (our own style; what is put into it is escaped for CSS)
            style_hash=f"sha256-{digest}",
            is_pdf=is_pdf,
            images=images,
            tones=_TONES,
            verdicts=_VERDICTS,
        )
    )


def _image(svg: str) -> str:
    """Return a drawing as an image of its own, which a PDF can tag as a figure with its text alternative."""
    return "data:image/svg+xml;base64," + base64.b64encode(str(svg).encode()).decode()
