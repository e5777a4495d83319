"""Puts the values of a Cambridge Crime Harm Index workbook into the seed ``harm_index.csv``.

The index is published by offence title and court classification (``008/06``); the warehouse knows
recorded-crime codes (``8N``). ``cchi_code_mapping.csv`` says which titles make a code; a code's days are the
median of its titles. A class row without titles of its own is the median of its sub-classes again. Everything
that found no place is in the report.
"""

from __future__ import annotations

import csv
import io
import re
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from include.errors import InputError
from include.files import sha256_file, write_durably
from include.logs import get_logger
from include.reference.harm_workbook import Title, Workbook, read_workbook
from include.settings import Settings

DEFAULT_MAPPING = Path(__file__).with_name("cchi_code_mapping.csv")
COLUMNS = ("ho_code", "effective_from", "harm_days", "basis", "index_version", "starting_point", "source")
CLASS_VERSION = "median of sub-classes"
_SEED_MODE = 0o644
_CODE = re.compile(r"([1-9][0-9]{0,2})(?:\.([0-9]{1,2}))?([A-Z]?)")
_KEY = re.compile(r"\d{3}(/\d{2})?")

Row = dict[str, str]
log = get_logger(__name__)


@dataclass(frozen=True)
class LoadReport:
    """What became of a workbook.

    Attributes:
        sheet: Sheet that was read.
        index_version: Edition written to the seed.
        titles: Rows of the sheet.
        expired: Rows titled EXPIRED, left out.
        without_score: Titles without a score, left out.
        without_classification: Titles without a usable classification, left out.
        unmapped: Titles whose classification is not in the mapping.
        loaded: Codes that got a published value, in order.
        recomputed: Class rows that were computed again.
        dropped: Rows of other bases that the new values replace (code and date).
        left: Codes of the seed without a published value afterwards.
    """

    sheet: str
    index_version: str
    titles: int
    expired: int
    without_score: tuple[Title, ...]
    without_classification: tuple[Title, ...]
    unmapped: tuple[Title, ...]
    loaded: tuple[str, ...]
    recomputed: tuple[str, ...]
    dropped: tuple[str, ...]
    left: tuple[str, ...]

    def __str__(self) -> str:
        """Return the report in plain words, one fact a line."""
        lines = [
            f"{self.sheet}: {self.titles} titles, {self.expired} expired ones left out.",
            f"{len(self.loaded)} codes now have a published value ({self.index_version}).",
            f"{len(self.recomputed)} class rows computed again; {len(self.dropped)} rows replaced.",
            f"{len(self.left)} codes have none: {', '.join(self.left) or '-'}",
        ]
        for what, found in (
            ("without a score", self.without_score),
            ("without a classification", self.without_classification),
            ("whose classification is not in the mapping", self.unmapped),
        ):
            lines.append(f"{len(found)} titles {what}{':' if found else '.'}")
            lines += [f"  row {title.row}: {title.classification or '-'} {title.title}" for title in found]
        return "\n".join(lines)


@dataclass(frozen=True)
class Merged:
    """The new seed, the class rows computed again, and the rows (code and date) that were replaced."""

    rows: tuple[Row, ...]
    recomputed: tuple[str, ...]
    dropped: tuple[str, ...]


def code_class(ho_code: str) -> str:
    """Return the class of a code: leading digits with decimals (``8N`` -> ``8``, ``37.2`` stays).

    Raises:
        InputError: The text is no recorded-crime code.
    """
    match = _CODE.fullmatch(ho_code)
    if match is None:
        raise InputError(
            f"'{ho_code}' is no recorded-crime code", "Write it as the Home Office does: 8N, 4.10, 105A."
        )
    return match[1] + (f".{match[2]}" if match[2] else "")


def code_order(ho_code: str) -> tuple[int, int, str]:
    """Return the sort key of a code: by class number, then decimals, then letter."""
    number, _, decimals = code_class(ho_code).partition(".")
    return int(number), int(decimals or 0), ho_code.removeprefix(code_class(ho_code))


def read_mapping(path: Path) -> dict[str, tuple[str, ...]]:
    """Read which recorded-crime codes a court classification belongs to.

    Args:
        path: CSV with home_office_classification (``008/06``, or a whole class ``008``) and ho_code; further
            columns are notes.

    Returns:
        Classification or class -> codes.

    Raises:
        InputError: Names the line and what is wrong with it.
    """
    if not path.is_file():
        raise InputError(
            f"{path}: there is no such mapping", "Give a mapping, or leave it out for the default one."
        )
    mapping: dict[str, tuple[str, ...]] = {}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        missing = {"home_office_classification", "ho_code"} - set(reader.fieldnames or ())
        if missing:
            raise InputError(
                f"{path.name}: no column {', '.join(sorted(missing))}",
                "Keep the header of the default mapping.",
            )
        for row in reader:
            key, code = row["home_office_classification"] or "", row["ho_code"] or ""
            if not _KEY.fullmatch(key) or not _CODE.fullmatch(code) or code in mapping.get(key, ()):
                line = f"{path.name}, line {reader.line_num}: '{key}' -> '{code}'"
                raise InputError(
                    f"{line} is malformed or repeated",
                    "Write NNN or NNN/NN and a code, each pair once, as text.",
                )
            mapping[key] = (*mapping.get(key, ()), code)
    return mapping


def read_seed(path: Path) -> list[Row]:
    """Read ``harm_index.csv`` as text.

    Raises:
        InputError: The file has other columns than the seed.
    """
    if not path.is_file():
        raise InputError(f"{path}: there is no such seed", "Give the path of harm_index.csv.")
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise InputError(f"{path.name}: its columns are not {', '.join(COLUMNS)}", "Restore the seed.")
        return list(reader)


def _codes(title: Title, mapping: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return mapping.get(title.classification) or mapping.get(title.classification[:3], ())


def _written(days: Decimal) -> str:
    return f"{days.normalize():f}"


def _published(code: str, titles: Sequence[Title], book: Workbook, effective_from: date, source: str) -> Row:
    days = [title.days for title in titles if title.days is not None]
    points = sorted({title.starting_point for title in titles if title.starting_point})
    stated = f"; starting point: {points[0]}" if len(points) == 1 else ""
    span = f" from {_written(min(days))} to {_written(max(days))}" if len(days) > 1 else ""
    classes = ", ".join(sorted({title.classification for title in titles}))
    return {
        "ho_code": code,
        "effective_from": effective_from.isoformat(),
        "harm_days": _written(statistics.median(days)),
        "basis": "published",
        "index_version": f"CCHI {book.year}",
        "starting_point": f"Median of {len(days)} titles of {classes}{span}{stated}",
        "source": source,
    }


def _in_force(rows: Iterable[Row], code: str, day: str) -> str:
    held = sorted((row for row in rows if row["ho_code"] == code), key=lambda row: row["effective_from"])
    value = held[0]["harm_days"] if held else ""
    for row in held:
        value = row["harm_days"] if row["effective_from"] <= day else value
    return value


def _class_row(code: str, rows: Sequence[Row], day: str) -> Row:
    others = {row["ho_code"] for row in rows} - {code}
    below = sorted((other for other in others if code_class(other) == code), key=code_order)
    values = {sub: value for sub in below if (value := _in_force(rows, sub, day))}
    days = _written(statistics.median([Decimal(value) for value in values.values()])) if values else ""
    return {
        "ho_code": code,
        "effective_from": day,
        "harm_days": days,
        "basis": "placeholder",
        "index_version": CLASS_VERSION,
        "starting_point": f"Class row: median of {', '.join(values)}"
        if values
        else "No value: no sub-class has one",
        "source": "Computed from the rows of this file",
    }


def _merge(seed: Sequence[Row], new: Mapping[str, Row], day: str) -> Merged:
    """Put new rows among the old.

    A new value replaces whatever its code held for that date, and later rows that are not published
    themselves: a placeholder must not take over again after a published value.
    """

    def replaced(row: Row) -> bool:
        later = row["effective_from"] > day and row["basis"] != "published"
        return row["ho_code"] in new and (later or row["effective_from"] == day)

    kept = [row for row in seed if not replaced(row)]
    rows = [*kept, *new.values()]
    touched = {code_class(code) for code in new}
    computed = {row["ho_code"] for row in seed if row["index_version"] == CLASS_VERSION}
    classes = (computed & touched) - set(new)
    rows = [row for row in rows if not (row["ho_code"] in classes and row["effective_from"] >= day)]
    rows += [_class_row(code, rows, day) for code in sorted(classes)]
    rows.sort(key=lambda row: (code_order(row["ho_code"]), row["effective_from"]))
    dropped = [f"{row['ho_code']} from {row['effective_from']}" for row in seed if replaced(row)]
    return Merged(tuple(rows), tuple(sorted(classes, key=code_order)), tuple(dropped))


def _write_seed(path: Path, rows: Sequence[Row]) -> None:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_durably(path, buffer.getvalue(), mode=_SEED_MODE)


def _members(titles: Iterable[Title], mapping: Mapping[str, tuple[str, ...]]) -> dict[str, list[Title]]:
    members: dict[str, list[Title]] = {}
    for title in titles:
        for code in _codes(title, mapping):
            members.setdefault(code, []).append(title)
    return members


def _refuse_strangers(
    mapping: Mapping[str, tuple[str, ...]], known: set[str], names: tuple[str, str]
) -> None:
    strangers = {code for mapped in mapping.values() for code in mapped} - known
    if strangers:
        listed = ", ".join(sorted(strangers, key=code_order))
        raise InputError(f"{names[0]}: {listed} not in {names[1]}", "Add the codes to the seeds first.")


def _report(
    book: Workbook, mapping: Mapping[str, tuple[str, ...]], new: Mapping[str, Row], merged: Merged
) -> LoadReport:
    current = [title for title in book.titles if not title.is_expired]
    scored = [title for title in current if title.days is not None]
    published = {row["ho_code"] for row in merged.rows if row["basis"] == "published"}
    left = {row["ho_code"] for row in merged.rows} - published
    return LoadReport(
        sheet=book.sheet,
        index_version=f"CCHI {book.year}",
        titles=len(book.titles),
        expired=len(book.titles) - len(current),
        without_score=tuple(title for title in current if title.days is None),
        without_classification=tuple(title for title in scored if not title.classification),
        unmapped=tuple(title for title in scored if title.classification and not _codes(title, mapping)),
        loaded=tuple(sorted(new, key=code_order)),
        recomputed=merged.recomputed,
        dropped=merged.dropped,
        left=tuple(sorted(left, key=code_order)),
    )


def load_harm_index(
    workbook: Path, mapping: Path, out: Path, effective_from: date, year: int | None = None
) -> LoadReport:
    """Load a workbook of the Cambridge Crime Harm Index into the seed ``harm_index.csv``.

    Rows of codes that the workbook does not value are kept. The seed is written whole or not at all.

    Args:
        workbook: The workbook as downloaded (.xlsx).
        mapping: Which titles make a recorded-crime code; a person may edit it.
        out: The seed, read and written.
        effective_from: First offence date for which the edition holds.
        year: Edition to read where the workbook holds several.

    Returns:
        What was loaded, and everything that found no place.

    Raises:
        InputError: The workbook, the mapping or the seed cannot be used; nothing was written.
    """
    book, codes, seed = read_workbook(workbook, year), read_mapping(mapping), read_seed(out)
    _refuse_strangers(codes, {row["ho_code"] for row in seed}, (mapping.name, out.name))
    usable = [t for t in book.titles if not t.is_expired and t.days is not None and t.classification]
    members = _members(usable, codes)
    if not members:
        raise InputError(f"no title of '{book.sheet}' is in {mapping.name}", "Check the mapping.")
    source = f"Cambridge Crime Harm Index, sheet '{book.sheet}', sha256 {sha256_file(workbook)[:16]}"
    new = {code: _published(code, titles, book, effective_from, source) for code, titles in members.items()}
    merged = _merge(seed, new, effective_from.isoformat())
    _write_seed(out, merged.rows)
    report = _report(book, codes, new, merged)
    log.info(
        "harm index: %s codes from %s, %s without a published value", len(new), book.sheet, len(report.left)
    )
    return report


def load_into_seeds(settings: Settings, workbook: Path, effective_from: date | None = None) -> LoadReport:
    """Load a workbook into the seeds of an installation, by the default mapping: what the command line does.

    Args:
        settings: Where the seeds are.
        workbook: The workbook as downloaded (.xlsx).
        effective_from: First offence date for which the edition holds; default the first date of the seed, so
            that one edition measures all offences.

    Returns:
        What was loaded; ``str`` of it is the report in plain words.

    Raises:
        InputError: The workbook or the seed cannot be used; nothing was written.
    """
    out = settings.seeds_dir / "harm_index.csv"
    first = min((row["effective_from"] for row in read_seed(out)), default="")
    if effective_from is None and not first:
        raise InputError(f"{out.name} is empty", "Restore the seed.")
    return load_harm_index(workbook, DEFAULT_MAPPING, out, effective_from or date.fromisoformat(first))
