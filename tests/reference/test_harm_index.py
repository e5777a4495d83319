"""The loader of the Cambridge workbook, on workbooks built here."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from include.errors import InputError
from include.reference.harm_index import (
    DEFAULT_MAPPING,
    LoadReport,
    load_harm_index,
    load_into_seeds,
    read_mapping,
)
from include.reference.harm_workbook import read_workbook
from include.settings import Settings

SEED = Path(__file__).resolve().parents[2] / "dbt_project" / "seeds" / "harm_index.csv"
HEADER = [
    "ATHENA URN", "FULL_OFFENCE_TITLE", "CCHI Score", "Starting Point", "GROUP", "SUB_GROUP", "SUB_SUB_GROUP",
    "HOME_OFFICE_CLASSIFICATION", "HO_CODE", "HO_SUB_CODE", "HO_SUB_SUB_CODE",
]  # fmt: skip
DAY = date(2016, 1, 1)
TITLES = [
    ("Wounding with intent", 1460, "4 years", "005/01"),
    ("Assault occasioning ABH", 10, "Medium level CO", "008/06"),
    ("Assault occasioning ABH, domestic", 10, "Medium level CO", "008/06"),
    ("Inflicting GBH without intent", 182.5, "26 weeks", "008/01"),
    ("Burglary in a dwelling EXPIRED", 730, "2 years", "028/03"),
    ("Burglary in a dwelling", 18.75, "High level CO", "028/03"),
    ("Corporate manslaughter", None, "Fine", "004/10"),
    ("Something new", 30, "", "999/98"),
    ("Something without a code", 30, "", None),
]


def build(
    path: Path, titles: list[tuple[Any, ...]] | None = None, sheet: str = "CCHI 2026 values sheet"
) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    values = book.create_sheet(sheet)
    values.append(["Cambridge Crime Harm Index"])
    values.append(HEADER)
    for title, days, point, code in TITLES if titles is None else titles:
        values.append(["A1", title, days, point, "G", "S", "", code, "", "", ""])
    book.create_sheet("Expired offences")
    book.save(path)
    return path


def change(path: Path, edit: Any) -> Path:
    book = openpyxl.load_workbook(path)
    edit(book, book["CCHI 2026 values sheet"])
    book.save(path)
    return path


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    return build(tmp_path / "cchi.xlsx")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return Path(shutil.copy(SEED, tmp_path / "harm_index.csv"))


def rows(path: Path, code: str) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return [row for row in csv.DictReader(stream) if row["ho_code"] == code]


@pytest.fixture
def report(workbook: Path, out: Path) -> LoadReport:
    return load_harm_index(workbook, DEFAULT_MAPPING, out, DAY)


@pytest.mark.parametrize(
    ("code", "days"),
    [("5A", "1460"), ("5D", "1460"), ("8N", "10"), ("8F", "182.5"), ("28E", "18.75"), ("28A", "18.75")],
)
def test_a_code_gets_the_median_of_its_titles(report: LoadReport, out: Path, code: str, days: str) -> None:
    (row,) = rows(out, code)
    assert (row["harm_days"], row["basis"], row["index_version"]) == (days, "published", "CCHI 2026")
    assert code in report.loaded
    assert "CCHI 2026 values sheet" in row["source"]


def test_class_rows_are_computed_again_as_placeholders(report: LoadReport, out: Path) -> None:
    (row,) = rows(out, "28")
    assert (row["harm_days"], row["basis"]) == ("18.75", "placeholder")
    assert set(report.recomputed) == {"5", "8", "28"}


def test_other_rows_are_kept_byte_for_byte(report: LoadReport, out: Path) -> None:
    for code in ("1", "4.10", "34B", "92E", "19"):
        assert rows(out, code) == rows(SEED, code)
    assert "34B" not in report.left
    assert out.stat().st_mode & 0o777 == 0o644


def test_nothing_is_lost_without_a_word(report: LoadReport) -> None:
    assert (report.titles, report.expired) == (9, 1)
    assert [title.title for title in report.without_score] == ["Corporate manslaughter"]
    assert [title.title for title in report.unmapped] == ["Something new"]
    assert [title.title for title in report.without_classification] == ["Something without a code"]
    assert "4.10" in report.left
    text = str(report)
    assert "row 10: 999/98 Something new" in text
    assert "1 expired ones left out" in text


def test_loading_twice_changes_nothing_more(workbook: Path, out: Path, report: LoadReport) -> None:
    before = out.read_bytes()
    assert load_harm_index(workbook, DEFAULT_MAPPING, out, DAY).loaded == report.loaded
    assert out.read_bytes() == before


def test_a_later_edition_is_a_version_step(workbook: Path, out: Path) -> None:
    load_harm_index(workbook, DEFAULT_MAPPING, out, date(2026, 2, 1))
    assert [(row["effective_from"], row["harm_days"]) for row in rows(out, "28E")] == [
        ("2016-01-01", "273.5"),
        ("2026-02-01", "18.75"),
    ]
    assert [row["effective_from"] for row in rows(out, "28")] == ["2016-01-01", "2026-02-01"]


def test_no_placeholder_takes_over_after_a_published_value(tmp_path: Path, out: Path) -> None:
    book = build(tmp_path / "m.xlsx", [("Manslaughter", 730, "2 years", "004/01")])
    report = load_harm_index(book, DEFAULT_MAPPING, out, DAY)
    assert [(row["effective_from"], row["harm_days"]) for row in rows(out, "4.1")] == [("2016-01-01", "730")]
    assert report.dropped == ("4.1 from 2016-01-01", "4.1 from 2018-11-01")


def test_edition_is_the_newest_or_the_one_asked_for(tmp_path: Path, workbook: Path) -> None:
    book = openpyxl.load_workbook(workbook)
    older = book.copy_worksheet(book["CCHI 2026 values sheet"])
    older.title = "CCHI 2021 values sheet"
    book.save(workbook)
    assert read_workbook(workbook).year == 2026
    assert read_workbook(workbook, year=2021).sheet == "CCHI 2021 values sheet"
    with pytest.raises(InputError, match="no sheet named 'CCHI 2020 values sheet'"):
        read_workbook(workbook, year=2020)


def test_classification_is_written_out_and_days_are_exact(tmp_path: Path) -> None:
    book = read_workbook(
        build(tmp_path / "x.xlsx", [("ABH", 273.75, "", "8/6"), ("GBH", "547.5", "", "008 / 01")])
    )
    assert [(t.classification, t.days) for t in book.titles] == [
        ("008/06", Decimal("273.75")),
        ("008/01", Decimal("547.5")),
    ]


def hide_row(_: Any, sheet: Any) -> None:
    sheet.row_dimensions[4].hidden = True


def hide_column(_: Any, sheet: Any) -> None:
    sheet.column_dimensions["C"].hidden = True


def hide_sheet(_: Any, sheet: Any) -> None:
    sheet.sheet_state = "hidden"


def merge(_: Any, sheet: Any) -> None:
    sheet.merge_cells("C4:D4")


def formula(_: Any, sheet: Any) -> None:
    sheet["C4"] = "=365*4"


def words(_: Any, sheet: Any) -> None:
    sheet["C4"] = "four years"


def negative(_: Any, sheet: Any) -> None:
    sheet["C4"] = -1


def twice(_: Any, sheet: Any) -> None:
    sheet["E2"] = "cchi score"


def no_title_column(_: Any, sheet: Any) -> None:
    sheet["B2"] = "OFFENCE"


def no_header(_: Any, sheet: Any) -> None:
    sheet.delete_rows(2)


def renamed(_: Any, sheet: Any) -> None:
    sheet.title = "Values"


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (hide_row, "1 hidden rows, the first is row 4"),
        (hide_column, "column C is hidden"),
        (hide_sheet, "is hidden"),
        (merge, "cells C4:D4 are merged"),
        (formula, "cell C4 holds a formula"),
        (words, "cell C4 holds 'four years'"),
        (negative, "cell C4 holds -1 days"),
        (twice, "stands twice"),
        (no_title_column, "no column 'full offence title'"),
        (no_header, "no header row"),
        (renamed, "no sheet named"),
    ],
)
def test_what_cannot_be_trusted_is_refused_and_nothing_written(
    workbook: Path, out: Path, edit: Any, message: str
) -> None:
    before = out.read_bytes()
    with pytest.raises(InputError, match=message) as refusal:
        load_harm_index(change(workbook, edit), DEFAULT_MAPPING, out, DAY)
    assert refusal.value.remedy
    assert out.read_bytes() == before


def test_a_hidden_column_that_is_not_read_does_no_harm(workbook: Path, out: Path) -> None:
    def hide(_: Any, sheet: Any) -> None:
        sheet.column_dimensions["A"].hidden = True

    assert load_harm_index(change(workbook, hide), DEFAULT_MAPPING, out, DAY).loaded


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04broken"])
def test_a_file_that_is_no_workbook(tmp_path: Path, out: Path, content: bytes) -> None:
    path = tmp_path / "bad.xlsx"
    path.write_bytes(content)
    with pytest.raises(InputError, match="not a readable"):
        load_harm_index(path, DEFAULT_MAPPING, out, DAY)


def test_a_missing_workbook_and_an_empty_sheet(tmp_path: Path, out: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        load_harm_index(tmp_path / "none.xlsx", DEFAULT_MAPPING, out, DAY)
    with pytest.raises(InputError, match="holds no titles"):
        load_harm_index(build(tmp_path / "empty.xlsx", []), DEFAULT_MAPPING, out, DAY)
    with pytest.raises(InputError, match="no title of"):
        load_harm_index(build(tmp_path / "far.xlsx", [("Far", 1, "", "999/98")]), DEFAULT_MAPPING, out, DAY)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("home_office_classification,ho_code\n8/6,8N\n", "line 2: '8/6' -> '8N'"),
        ("home_office_classification,ho_code\n008/06,8N\n008/06,8N\n", "line 3"),
        ("classification,ho_code\n008/06,8N\n", "no column home_office_classification"),
        ("home_office_classification,ho_code\n008/06,999Z\n", "999Z not in harm_index.csv"),
    ],
)
def test_a_mapping_that_is_wrong(tmp_path: Path, workbook: Path, out: Path, text: str, message: str) -> None:
    mapping = tmp_path / "mapping.csv"
    mapping.write_text(text)
    with pytest.raises(InputError, match=message):
        load_harm_index(workbook, mapping, out, DAY)


def test_an_edited_mapping_is_followed(tmp_path: Path, workbook: Path, out: Path) -> None:
    mapping = tmp_path / "mapping.csv"
    mapping.write_text("home_office_classification,ho_code\n008,8N\n008/06,8G\n")
    assert load_harm_index(workbook, mapping, out, DAY).loaded == ("8G", "8N")
    assert rows(out, "8N")[0]["harm_days"] == "182.5"
    assert rows(out, "8G")[0]["harm_days"] == "10"


def test_the_default_mapping_keeps_codes_as_text() -> None:
    mapping = read_mapping(DEFAULT_MAPPING)
    assert mapping["004/10"] == ("4.10",)
    assert mapping["004/01"] == ("4.1",)
    assert mapping["008/06"] == ("8G", "8N")
    assert "8" not in {code for codes in mapping.values() for code in codes}
    assert sum(map(len, mapping.values())) > 300


def test_the_command_line_loads_into_the_seeds_of_the_installation(
    workbook: Path, out: Path, report: LoadReport
) -> None:
    expected = out.read_bytes()
    shutil.copy(SEED, out)
    assert str(load_into_seeds(Settings(seeds_dir=out.parent), workbook)) == str(report)
    assert out.read_bytes() == expected
    out.write_text(expected.decode().splitlines()[0] + "\n")
    with pytest.raises(InputError, match="is empty"):
        load_into_seeds(Settings(seeds_dir=out.parent), workbook)
