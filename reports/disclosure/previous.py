"""What the pack before printed: an input of disclosure, so that two packs together give nothing away."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from include.errors import InputError
from reports.disclosure.guard import CellId
from reports.tables import Column, Table

NAME = "board_disclosed"
_SEPARATOR = " | "


@dataclass(frozen=True)
class Previous:
    """Counts of the pack before, as printed.

    Args:
        cells: What each count read: a number or ``[c]``.
        is_same_date: Whether that pack is of this date: then it is this pack, as a draft.
    """

    cells: Mapping[CellId, str]
    is_same_date: bool = False


def cells_table(cells: Mapping[CellId, str], as_at: date) -> Table:
    """Return every printed count as a table, whose CSV the next pack reads."""
    columns = ("as_at", "table", "row", "column", "printed")
    rows = tuple(
        (as_at, cell.table, _SEPARATOR.join(cell.row), cell.column, shown)
        for cell, shown in sorted(cells.items())
    )
    return Table(
        NAME,
        "Every count of this pack as printed, for the disclosure check of the next",
        tuple(Column(name, name.replace("_", " ").capitalize()) for name in columns),
        rows,
    )


def read_previous(text: str, as_at: date) -> Previous | None:
    """Read what a pack printed.

    Args:
        text: The CSV of :func:`cells_table`.
        as_at: Date of the pack that is being made.

    Returns:
        Its counts; none where there is no such pack, or where it is later than this one.

    Raises:
        InputError: The file cannot be read as such.
    """
    try:
        lines = list(csv.DictReader(io.StringIO(text)))
        cells = {
            CellId(line["table"], tuple(line["row"].split(_SEPARATOR)), line["column"]): line["printed"]
            for line in lines
        }
        dates = {date.fromisoformat(line["as_at"]) for line in lines}
        _ = [int(shown) for shown in cells.values() if shown.isdecimal()]
    except (KeyError, ValueError, csv.Error) as error:
        raise InputError(
            f"The counts of the board pack before cannot be read: {error}",
            "Restore the release before from its copy; nothing is published without it.",
        ) from error
    return Previous(cells, dates == {as_at}) if cells and max(dates) <= as_at else None
