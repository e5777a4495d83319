"""Reads the workbook of the Cambridge Crime Harm Index, or says exactly why it cannot be read."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from include.errors import InputError

MAX_BYTES = 50_000_000
_SHEET = re.compile(r"cchi\s*(\d{4})\s*values?(\s*sheet)?", re.IGNORECASE)
_CLASSIFICATION = re.compile(r"(\d{1,3})/(\d{1,2})")
_COLUMNS = {
    "title": "full offence title",
    "score": "cchi score",
    "starting_point": "starting point",
    "classification": "home office classification",
}
_OPTIONAL = {"starting_point"}
_HEADER_ROWS = 30
_UNHIDE = "Open the workbook, unhide and unmerge what is named, save it under another name and load that."


@dataclass(frozen=True)
class Title:
    """One offence title of the index.

    Attributes:
        row: Row in the sheet, as Excel counts.
        title: Full offence title.
        classification: Home Office classification ``NNN/NN``; empty if the cell holds none.
        days: The score; None if the cell is empty.
        starting_point: What the workbook says of the starting point; may be empty.
    """

    row: int
    title: str
    classification: str
    days: Decimal | None
    starting_point: str

    @property
    def is_expired(self) -> bool:
        """Whether the row only stands for a retired offence."""
        return "EXPIRED" in self.title.upper()


@dataclass(frozen=True)
class Workbook:
    """The values sheet of one edition: its name, the year it bears, and its titles."""

    sheet: str
    year: int
    titles: tuple[Title, ...]


def _plain(value: object) -> str:
    return " ".join(str(value).split()) if value is not None else ""


def _column_name(value: object) -> str:
    return _plain(str(value).replace("_", " ")).lower()


def _open(path: Path) -> Any:
    if not path.is_file():
        raise InputError(f"{path}: there is no such file", "Give the path of the workbook as downloaded.")
    if path.stat().st_size > MAX_BYTES:
        raise InputError(
            f"{path.name}: larger than {MAX_BYTES:,} bytes", "Give the workbook as downloaded, nothing else."
        )
    try:
        return openpyxl.load_workbook(path, data_only=False)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise InputError(
            f"{path.name}: not a readable .xlsx workbook ({error})", "Save it as .xlsx and try again."
        ) from error


def _values_sheet(book: Any, year: int | None) -> tuple[Any, int]:
    found = {int(match[1]): name for name in book.sheetnames if (match := _SHEET.fullmatch(name.strip()))}
    if year is not None and year not in found:
        found = {}
    if not found:
        wanted = f"CCHI {year or '<year>'} values sheet"
        raise InputError(
            f"no sheet named '{wanted}'; the sheets are: {', '.join(book.sheetnames)}",
            "Rename the sheet of values.",
        )
    edition = year if year is not None else max(found)
    sheet = book[found[edition]]
    if sheet.sheet_state != "visible":
        raise InputError(f"sheet '{sheet.title}' is hidden", _UNHIDE)
    return sheet, edition


def _header(sheet: Any) -> tuple[int, dict[str, int]]:
    wanted = {name: key for key, name in _COLUMNS.items()}
    for row in sheet.iter_rows(min_row=1, max_row=_HEADER_ROWS):
        names = [(_column_name(cell.value), cell.column) for cell in row if cell.value is not None]
        found = [(wanted[name], column) for name, column in names if name in wanted]
        if not {"score", "classification"} <= {key for key, _ in found}:
            continue
        for key in _COLUMNS:
            columns = [get_column_letter(column) for other, column in found if other == key]
            if len(columns) > 1:
                raise InputError(
                    f"column '{_COLUMNS[key]}' stands twice ({', '.join(columns)})",
                    "Delete the one that is not meant.",
                )
            if not columns and key not in _OPTIONAL:
                raise InputError(
                    f"sheet '{sheet.title}': no column '{_COLUMNS[key]}'",
                    "Restore the workbook's own header row.",
                )
        return row[0].row, dict(found)
    names_wanted = ", ".join(_COLUMNS.values())
    raise InputError(
        f"sheet '{sheet.title}': no header row with {names_wanted}", "Restore the workbook's own header row."
    )


def _refuse_unseen(sheet: Any, header: int, columns: dict[str, int]) -> None:
    """Refuse hidden rows and columns and merged cells: what a person does not see must not count."""
    used = set(columns.values())
    for dimension in sheet.column_dimensions.values():
        hidden = {column for column in used if dimension.hidden and dimension.min <= column <= dimension.max}
        if hidden:
            letters = ", ".join(get_column_letter(column) for column in sorted(hidden))
            raise InputError(f"sheet '{sheet.title}': column {letters} is hidden", _UNHIDE)
    rows = [
        number for number, dimension in sheet.row_dimensions.items() if dimension.hidden and number >= header
    ]
    if rows:
        raise InputError(
            f"sheet '{sheet.title}': {len(rows)} hidden rows, the first is row {min(rows)}", _UNHIDE
        )
    for merged in sheet.merged_cells.ranges:
        if merged.max_row >= header and used & set(range(merged.min_col, merged.max_col + 1)):
            raise InputError(f"sheet '{sheet.title}': cells {merged.coord} are merged", _UNHIDE)


def _text(cell: Any) -> str:
    if cell.data_type == "f":
        raise InputError(
            f"cell {cell.coordinate} holds a formula",
            "Paste the sheet as values, save under another name, load that.",
        )
    return _plain(cell.value)


def _days(cell: Any) -> Decimal | None:
    text = _text(cell)
    if not text:
        return None
    try:
        days = Decimal(text)
    except InvalidOperation:
        raise InputError(
            f"cell {cell.coordinate} holds '{text}', which is no number of days", "Correct or empty the cell."
        ) from None
    if not days.is_finite() or days < 0:
        raise InputError(f"cell {cell.coordinate} holds {text} days", "Correct or empty the cell.")
    return days


def _classification(cell: Any) -> str:
    match = _CLASSIFICATION.fullmatch(_text(cell).replace(" ", ""))
    return f"{int(match[1]):03d}/{int(match[2]):02d}" if match else ""


def _titles(sheet: Any, header: int, columns: dict[str, int]) -> Iterator[Title]:
    for row in sheet.iter_rows(min_row=header + 1, max_col=max(columns.values())):
        cells = {key: row[column - 1] for key, column in columns.items()}
        if all(cell.value is None for cell in cells.values()):
            continue
        yield Title(
            row=row[0].row,
            title=_text(cells["title"]),
            classification=_classification(cells["classification"]),
            days=_days(cells["score"]),
            starting_point=_text(cells["starting_point"]) if "starting_point" in cells else "",
        )


def read_workbook(path: Path, year: int | None = None) -> Workbook:
    """Read the values sheet of a workbook of the Cambridge Crime Harm Index.

    The sheet is found by its name (``CCHI 2026 values sheet``, any year), the header row by its columns.
    Hidden rows and columns, merged cells and formulas in what is read are refused, never guessed at.

    Args:
        path: The workbook (.xlsx).
        year: Edition to read where the workbook holds several; default the newest.

    Returns:
        The titles of the sheet, in its order, expired ones included.

    Raises:
        InputError: Names the sheet, column or cell and what to do.
    """
    book = _open(path)
    try:
        sheet, edition = _values_sheet(book, year)
        header, columns = _header(sheet)
        _refuse_unseen(sheet, header, columns)
        titles = tuple(_titles(sheet, header, columns))
    finally:
        book.close()
    if not titles:
        raise InputError(
            f"sheet '{sheet.title}' holds no titles below its header", "Give the workbook as downloaded."
        )
    return Workbook(sheet=sheet.title, year=edition, titles=titles)
