"""methodology.html: the documents of the repository in full, parameters and worked cases as the models hold them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from include.errors import BuildError
from reports.documents import read_document
from reports.methodology import DOCUMENTS
from tests.reports.invented import Invented
from tests.reports.pageparts import Parts, parts, read_csv


@pytest.fixture(scope="module")
def page(release: Path) -> Parts:
    return parts(release / "methodology.html")


@pytest.fixture(scope="module")
def elements(page: Parts) -> set[str]:
    return {str(attrs["id"]) for _, attrs in page.elements if attrs.get("id")}


def _words(text: str) -> str:
    return " ".join(re.sub(r"[^A-Za-z0-9]+", " ", text).split())


@pytest.mark.parametrize(
    "path", sorted(set(DOCUMENTS.glob("*.md")) - {DOCUMENTS / "README.md"}), ids=lambda path: path.stem
)
def test_every_document_is_there_word_for_word(page: Parts, path: Path) -> None:
    shown = _words(page.text)
    lines = [
        line
        for line in path.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith(("#", "|")) and "](" not in line
    ]
    assert len(lines) > 1
    missing = [line for line in lines if _words(re.sub(r"^\d\. ", "", line)) not in shown]
    assert not missing


def test_tables_of_the_documents_have_every_row_and_a_csv(page: Parts, release: Path) -> None:
    text = (DOCUMENTS / "planted_truth.md").read_text(encoding="utf-8")
    wanted = [
        [cell.strip().strip("`") for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("|") and not line.startswith("|---") and "true effect |" not in line
    ]
    tables = [table for table in page.tables if table.id.startswith("t-methodology_planted_truth_")]
    assert len(tables) == text.count("\n|---") >= 6
    assert [row for table in tables for row in table.rows] == wanted
    listed = [
        list(row.values())
        for place in range(1, len(tables) + 1)
        for row in read_csv(release / "csv" / f"OFFICIAL-SENSITIVE_methodology_planted_truth_{place}.csv")
    ]
    assert [[cell.lstrip("'") for cell in row] for row in listed] == wanted


def test_links_between_documents_lead_to_places_on_the_page(page: Parts, elements: set[str]) -> None:
    inner = [str(attrs["href"]) for attrs in page.all("a") if str(attrs.get("href")).startswith("#")]
    assert {"#planted_truth", "#effect-what-the-study-shows"} <= set(inner)
    assert {href[1:] for href in inner} <= elements


def test_every_parameter_stands_with_its_source(page: Parts, people: Invented) -> None:
    model = people.rows["rpt_methodology__parameters"]
    for name, moves in (("methodology_parameters_ranking", True), ("methodology_parameters", False)):
        wanted = [
            [r["parameter"], r["value"] or "not set", r["unit"] or "", r["description"], r["source"]]
            for r in model
            if r["affects_ranking"] is moves
        ]
        assert page.table(f"t-{name}").rows == wanted
    assert "12 parameters. A change of one of the 7 that move a rank" in page.text


def test_worked_cases_stand_beside_the_known_answer(page: Parts, people: Invented) -> None:
    cells = page.table("t-methodology_ogrs3_cases").rows
    assert [row[0] for row in cells] == [r["case_id"] for r in people.rows["rpt_methodology__ogrs3_cases"]]
    assert [row[7:9] for row in cells] == [["0.221", "0.221"], ["0.487", "0.487"]]
    assert "2 of 2 cases with a known answer come out the same" in page.text


def test_a_case_that_is_not_reproduced_is_counted(people: Invented, tmp_path: Path) -> None:
    from reports.methodology import PAGE
    from reports.models import Models
    from reports.sections import Source, fill
    from tests.reports.conftest import make_context
    from tests.reports.invented import AS_AT, invent

    changed = invent(people=3, below=0)
    changed.rows["rpt_methodology__ogrs3_cases"][0]["is_reproduced"] = False
    with Models(changed.write(tmp_path / "w.duckdb"), AS_AT) as models:
        filled = fill(PAGE, Source(models, make_context()))
    (section,) = [one for one in filled.sections if one.section.key == "ogrs3_cases"]
    assert section.content.intro[0].startswith("1 of 2 cases")


def test_codes_say_what_they_rest_on(page: Parts) -> None:
    rows = page.table("t-methodology_offence_types").rows
    assert [row[:4] for row in rows] == [
        ["8N", "Title of 8N", "20.0", "published value of the harm index"],
        ["92D", "Title of 92D", "none: counts 0", "no value: counts as 0"],
    ]


def test_markup_in_a_document_is_text(tmp_path: Path) -> None:
    path = tmp_path / "odd.md"
    path.write_text(
        "# Odd\n\n<script>alert(1)</script> and [out](javascript:alert(1)) and [on](other.md#x)\n\n"
        "## A *head*\n\n| a | b |\n|---|---:|\n| <b>x</b> | 1.5 % (1.0 to 2.0) |\n",
        encoding="utf-8",
    )
    first, second = read_document(path, {"other": "elsewhere"})
    assert "<script" not in str(first.html)
    assert 'href="#elsewhere"' in str(first.html)
    assert "javascript" not in str(first.html).replace("[out](javascript:alert(1))", "")
    assert '<h3 id="odd-a-head">' in str(first.html)
    assert second.table is not None
    assert second.table.caption == "A head"
    assert second.table.rows == (("<b>x</b>", "1.5 % (1.0 to 2.0)"),)


def test_a_document_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"needs gone\.md"):
        read_document(tmp_path / "gone.md", {})
