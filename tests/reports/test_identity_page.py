"""identity.html: what the model would change, cases side by side, and a list that comes back as decisions."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from include.errors import InputError
from include.identity.decisions import read_decisions
from reports import identity
from reports.models import Models
from reports.sections import Source, fill
from tests.reports.conftest import make_context
from tests.reports.invented import AS_AT, Invented, invent
from tests.reports.pageparts import Parts, parts


@pytest.fixture(scope="module")
def page(release: Path) -> Parts:
    return parts(release / "identity.html")


def test_the_change_of_the_list_is_said_in_words_and_by_name_of_each(page: Parts) -> None:
    assert "The linkage model would bring 1 into the Top 100 and take 1 out" in page.text
    assert "Not in force (parameter identity: exact)" in page.text
    assert "3 people have more than one record in the model's judgement" in page.text
    rows = page.table("t-identity_top").rows
    assert [row[:4] for row in rows] == [
        ["N9000012", "stays in it", "12", "9"],
        ["N9000010", "would enter", "131", "84"],
        ["N9000011", "would leave", "100", "101"],
    ]
    assert [row[:2] for row in page.table("t-identity_outside").rows] == [["N9000013", "outside of it"]]


def test_cases_are_counted_on_both_pages_and_stand_side_by_side(page: Parts, release: Path) -> None:
    said = "3 cases of identity wait for a person's decision: 2 uncertain and 1 alike, with two PNC ids."
    assert said in page.text
    assert said in parts(release / "quality.html").text
    first = page.table("t-identity_review").rows[0]
    assert first[:4] == ["nominal", "N9000003", "N9000004", "alike, with two PNC ids"]
    assert first[5:7] == ["Pell", "Pelll"]


def test_unlinked_records_are_counted_on_the_quality_page(release: Path) -> None:
    rows = parts(release / "quality.html").table("t-identity_links").rows
    assert ["spell in IDIOM", "not linked", "yes", "4", "identifier", "identifier"] in rows


def test_the_review_list_comes_back_as_a_file_of_decisions(release: Path, tmp_path: Path) -> None:
    (path,) = release.glob("csv/*identity_review.csv")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 3
    rows[0] |= {"decision": "different", "decided_by": "Sgt 12", "decided_on": "2026-09-21"}
    back = tmp_path / "back.csv"
    with back.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    (one,) = read_decisions(back)
    assert one.case == ("nominal", "N9000003", "N9000004")
    assert (one.decision, one.decided_on) == ("different", date(2026, 9, 21))


def test_a_list_that_is_another_does_not_come_back(release: Path) -> None:
    (path,) = release.glob("csv/*identity_links.csv")
    with pytest.raises(InputError, match="record_id is missing"):
        read_decisions(path)


def test_in_force_the_page_says_so(people: Invented, tmp_path: Path) -> None:
    changed = invent(people=3, below=0)
    changed.rows["rpt_methodology__parameters"].append(
        changed.rows["rpt_methodology__parameters"][0] | {"parameter": "identity", "value": "model"}
    )
    with Models(changed.write(tmp_path / "w.duckdb"), AS_AT) as models:
        filled = fill(identity.PAGE, Source(models, make_context()))
    assert filled.heading.title == "The linkage model decides who is one person"
    assert "In force" in filled.heading.lede[0]
