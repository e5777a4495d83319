"""Text of the sources is somebody's typing, or somebody's attack: on a page and in a CSV it does nothing."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.publication.assemble import _checks_csv
from include.quality.verdict import Check, Kind, Status, Verdict
from reports import formats
from reports.cards import embed
from reports.tables import csv_cell
from tests.reports.conftest import RELEASE_PAGES
from tests.reports.hostile import HOSTILE
from tests.reports.pageparts import parts, read_csv

FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


POISONED = (*RELEASE_PAGES, "runs/run-1.html")


@pytest.mark.parametrize("name", POISONED)
def test_pages_hold_no_element_of_an_attacker(poisoned: Path, name: str) -> None:
    page = parts(poisoned / name)
    assert not page.unbalanced
    assert not page.stack
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"img", "iframe", "base", "plaintext", "style", "textarea", "object", "embed"}
    charts = [attrs for attrs in page.all("figure") if attrs.get("class") == "chart"]
    assert len(page.all("svg")) == 2 * len(charts), "every drawing is one of ours: wide and narrow"
    inert = [attrs for attrs in page.all("script") if attrs.get("type") == "application/json"]
    assert len(inert) == (name == "ranking.html") + len(charts) + bool(charts)
    for attrs in page.all("script"):
        assert attrs in inert or re.search(r"assets/[0-9a-f]{8}/(pages|charts)\.js$", str(attrs.get("src")))
    assert len(page.all("h1")) == 1
    for _, attrs in page.elements:
        assert not any(key.startswith("on") or key == "style" for key in attrs)
        for key in ("href", "src"):
            assert (
                not (attrs.get(key) or "")
                .lower()
                .strip()
                .startswith(("javascript", "data", "vbscript", "//"))
            )


@pytest.mark.parametrize("name", POISONED)
def test_pages_hold_no_character_that_acts(poisoned: Path, name: str) -> None:
    text = (poisoned / name).read_text(encoding="utf-8")
    acting = {char for char in text if unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp"}}
    assert acting <= {"\n", "\u200d"}, acting


def test_the_text_itself_is_still_there(poisoned: Path) -> None:
    page = parts(poisoned / "ranking.html")
    for text, person in zip(HOSTILE, page.people["people"], strict=True):
        expected = formats.clean(text).strip()
        said = f"{expected}, {expected}" if expected else "name missing"
        assert person["t"] == said
        assert " ".join(said.split()) in page.text


def test_embedded_data_cannot_end_its_element(poisoned: Path) -> None:
    html = (poisoned / "ranking.html").read_text(encoding="utf-8")
    data = html.split('id="people-data">', 1)[1].split("</script>", 1)[0]
    assert not set("<>&\u2028\u2029") & set(data)
    assert len(parts(poisoned / "ranking.html").people["people"]) == len(HOSTILE)


def test_csv_cells_start_no_formula_and_break_no_line(poisoned: Path) -> None:
    files = list((poisoned / "csv").iterdir())
    assert len(files) > 20
    for path in files:
        lines = path.read_bytes().decode("utf-8").split("\r\n")
        rows = read_csv(path)
        assert len(lines) == len(rows) + 2, f"{path.name}: one line for each row"
        for row in rows:
            for cell in (*row.values(), *row):
                stripped = cell.lstrip()
                is_number = stripped.lstrip("-").replace(".", "", 1).replace("e-", "", 1).isdigit()
                assert is_number or not stripped.startswith(FORMULA), (path.name, cell)
                assert not any(unicodedata.category(char) in {"Cc", "Cs"} for char in cell)


def test_file_names_hold_nothing_of_the_data(poisoned: Path) -> None:
    assert all(path.name.isascii() and " " not in path.name for path in poisoned.rglob("*"))


@settings(deadline=None)
@given(st.text())
def test_no_text_becomes_a_formula(text: str) -> None:
    cell = csv_cell(text)
    assert not cell.lstrip().startswith(FORMULA)
    assert "\n" not in cell
    assert "\r" not in cell


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_stay_numbers(value: float) -> None:
    assert float(csv_cell(value)) == value


@settings(deadline=None)
@given(st.recursive(st.text(), st.lists, max_leaves=5))
def test_embedding_loses_nothing_and_ends_nothing(data: object) -> None:
    import json

    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return
    text = str(embed(data))
    assert json.loads(text) == data
    assert "<" not in text


def test_the_checks_of_a_release_start_no_formula(tmp_path: Path) -> None:
    checks = [
        Check(kind=Kind.DELIVERY, name=one, status=Status.WARN, detail=one, remedy=one) for one in HOSTILE
    ]
    verdict = Verdict(build_id="b", inputs_hash="h", warehouse_sha256="w", expected=[], checks=checks)
    (tmp_path / "checks.csv").write_text(_checks_csv(verdict), encoding="utf-8", newline="")
    rows = read_csv(tmp_path / "checks.csv")
    assert len(rows) == len(HOSTILE)
    for row in rows:
        assert not any(cell.lstrip().startswith(FORMULA) for cell in row.values()), row
