"""The pack as a workbook: cover, contents, notes, one table a sheet (rules of the Government Statistical Service)."""

from __future__ import annotations

import math
import os
import re
import tempfile
import warnings
from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from include.files import write_durably
from reports import formats
from reports.board.options import Approval
from reports.board.sources import said_sources
from reports.board.view import PackView
from reports.context import PageContext
from reports.disclosure.profiles import SHORTHAND
from reports.tables import Column, Table, Value, csv_cell

SHEETS = {
    "board_this_month": "This month",
    "board_trends": "Every month",
    "board_caseload": "Caseloads",
    "board_cohorts": "Offences by cohort",
    "board_methods": "Methods",
    "board_harm": "Harm by cohort",
    "board_cost": "Cost",
    "board_bearers": "Who bears the cost",
    "board_equality": "Equality",
    "board_gaps": "Who is left out",
    "board_harm_basis": "What harm rests on",
    "board_parameters": "Parameters",
    "board_disclosed": "Counts as printed",
}
"""Names of the sheets, in their order."""

_SAYS_SOMETHING = re.compile(r"[a-zA-Z0-9]")
_PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""Text stays text: nothing that somebody typed becomes a formula or a link."""


def write(
    path: Path, tables: Mapping[str, Table], view: PackView, context: PageContext, approval: Approval | None
) -> Path:
    """Write the workbook.

    Args:
        path: Where.
        tables: The disclosed tables: every sheet has one of them, with all its columns.
        view: The pack, for its title.
        context: Provenance.
        approval: Who approved it; none: every sheet says DRAFT.
    """
    import gptables  # noqa: PLC0415  (with pandas, and only where a pack is made)
    import pandas as pd  # noqa: PLC0415

    state = state_of(approval)
    sheets = {
        title: _sheet(gptables, pd, tables[name], context, state)
        for name, title in SHEETS.items()
        if name in tables
    }
    cover = gptables.Cover(
        title=_text(view.title),
        intro=[
            context.marking,
            state,
            f"Board pack of {_text(context.force_name)} for the {_text(context.board.board_name)}.",
            f"Figures as at {formats.day(context.as_at)}.",
        ],
        about=[
            "Totals and groups only. Counts too small to print are withheld, with whatever they could be worked out "
            "from; counts of groups are rounded.",
            *(f"{mark}: {meaning}" for mark, meaning in SHORTHAND.items()),
            f"Release {_text(context.release_id)}, code {_text(context.code_version)}, algorithm "
            f"{_text(context.algorithm_version)}.",
            _text(context.gate_result),
        ],
    )
    handle, name = tempfile.mkstemp(suffix=".xlsx")
    os.close(handle)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = gptables.produce_workbook(
                filename=name,
                sheets=sheets,
                cover=cover,
                notes_table=_notes(pd, context, state),
                workbook_options=_PLAIN,
            )
        _furnish(book, view, context, state)
        book.close()
        return write_durably(path, Path(name).read_bytes())
    finally:
        Path(name).unlink()


def state_of(approval: Approval | None) -> str:
    """Return the sentence that says whether the pack is approved."""
    if approval is None:
        return "DRAFT: not approved, not for the board"
    note = f" {approval.note}" if approval.note else ""
    return f"Approved by {_text(approval.name)}, {_text(approval.decided_at)}.{_text(note)}"


def _sheet(gptables: Any, pd: Any, table: Table, context: PageContext, state: str) -> Any:
    heads = _heads(table)
    frame = pd.DataFrame(
        [
            [_cell(column, value) for column, value in zip(table.columns, row, strict=True)]
            for row in table.rows
        ],
        columns=heads,
        dtype=object,
    )
    if frame.empty:
        frame = pd.DataFrame([[table.empty, *[""] * (len(heads) - 1)]], columns=heads)
    found = {value for row in table.rows for value in row if isinstance(value, str)}
    return gptables.GPTable(
        table=frame,
        table_name=table.name,
        title=_text(table.caption),
        subtitles=[context.marking, state],
        instructions="This worksheet has one table.",
        scope=f"{_text(context.force_name)}, as at {formats.day(context.as_at)}",
        source=f"Source: {said_sources(context)}",
        legend=[f"{mark} {meaning}" for mark, meaning in SHORTHAND.items() if mark in found] or None,
        index_columns={2: 0},
    )


def _heads(table: Table) -> list[str]:
    """Return the headings, each once: an end of an interval says of what."""
    heads: list[str] = []
    owner = ""
    for column in table.columns:
        label = f"{owner}, {column.label}" if column.label in {"from", "to"} else column.label
        owner = owner if column.label in {"from", "to"} else column.label
        heads.append(f"{label} ({column.unit})" if column.unit else label)
    return heads


def _cell(column: Column, value: Value) -> object:
    """Return what stands in a cell: numbers as numbers, codes in words, nothing that acts."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return formats.day(value)
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return column.missing
    if isinstance(value, str):
        return value if value in SHORTHAND else _text((column.words or {}).get(value, value))
    return value


def _notes(pd: Any, context: PageContext, state: str) -> Any:
    notes = [
        ("marking", context.marking),
        ("state", state),
        *((mark, meaning) for mark, meaning in SHORTHAND.items()),
        (
            "estimates",
            "Money is estimated economic and social cost at central unit costs. It is not a saving.",
        ),
        (
            "interval",
            "An interval that holds one, for a ratio, or nothing, for a net cost, may as well be chance.",
        ),
        *((f"warning {place}", warning) for place, warning in enumerate(context.warnings, start=1)),
    ]
    rows = [(name, _text(text)) for name, text in notes]
    return pd.DataFrame(rows, columns=["Note", "What it says"])


def _furnish(book: Any, view: PackView, context: PageContext, state: str) -> None:
    """Give the file its title and date, and every sheet the marking on paper too."""
    marking = context.marking.replace("&", "&&")
    for sheet in book.worksheets():
        sheet.set_header(f'&C&"Arial,Bold"{marking}')
        sheet.set_footer(f'&L{state.replace("&", "&&")[:120]}&C&"Arial,Bold"{marking}&R&P of &N')
    book.set_properties(
        {
            "title": f"{view.title} - {context.marking}",
            "subject": state,
            "author": context.force_name,
            "created": datetime.combine(context.as_at, time()),
        }
    )


def _text(text: str) -> str:
    """Return text that acts on nothing; gptables refuses what has no letter or digit of the Latin alphabet."""
    found = csv_cell(text) or formats.MISSING
    return found if _SAYS_SOMETHING.search(found) else f"text: {found}"
