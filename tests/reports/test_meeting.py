"""The meeting list: who is discussed in which order, and nobody is asked about what the data do not hold."""

from __future__ import annotations

import dataclasses
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from include.errors import UsageError
from reports import agencies, casefacts, people
from reports.casefacts import CaseFacts
from reports.models import Person, Summary
from reports.render import render
from tests.reports.conftest import make_context
from tests.reports.invented import AS_AT, Invented, invent
from tests.reports.pageparts import Parts, parts

# What an agency is asked about, said again apart from the code.
ASKED_WHEN = {
    "Neighbourhood policing": lambda person, facts: person["in_custody"] is False,
    "Offender management unit": lambda person, facts: (
        person["management_status"] in {"managed", "previously_managed"} or facts["deferred_date"]
    ),
    "Safeguarding": lambda person, facts: facts["vulnerable_victim_count"] + facts["hate_crime_count"] > 0,
    "MARAC coordinator": lambda person, facts: facts["domestic_abuse_count"] > 0,
    "Domestic abuse services": lambda person, facts: facts["domestic_abuse_count"] > 0,
    "Children's services": lambda person, facts: facts["child_abuse_count"] > 0,
    "Probation": lambda person, facts: facts["custody_since"] or facts["is_statutory"],
    "Drug and alcohol service": lambda person, facts: facts["drug_count"] > 0,
    "Antisocial behaviour team": lambda person, facts: facts["antisocial_count"] > 0,
}


@pytest.fixture(scope="module")
def meeting(release: Path) -> Parts:
    return parts(release / "meeting.html")


@pytest.fixture(scope="module")
def expected(people: Invented) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Who is discussed, in order, and who is left over from before."""
    facts = {row["nominal_id"]: row for row in people.rows["rpt_ranking__facts"]}
    listed = [
        {**row, "facts": facts[row["nominal_id"]]}
        for row in people.rows["rpt_ranking__list"]
        if row["is_on_meeting_list"]
    ]

    def place(row: dict[str, Any]) -> int:
        if row["is_urgent"]:
            return 0
        return 1 if row["facts"]["is_new_case"] else 2 if row["meeting_reason"] == "referral" else 3

    ordered = sorted(listed, key=lambda row: (place(row), row["rank"]))
    return [row for row in ordered if place(row) < 3], [row for row in ordered if place(row) == 3]


@pytest.mark.slow
def test_where_nothing_says_who_is_managed_nobody_is_called_unmanaged(tmp_path: Path) -> None:
    made = invent(people=40, below=2)
    made.rows["rpt_ranking__list"] = [
        {**row, "management_status": "not_known", "is_urgent": False, "meeting_reason": "top_n"}
        for row in made.rows["rpt_ranking__list"]
    ]
    render(made.write(tmp_path / "w.duckdb"), tmp_path, make_context(extract_dates={"police_records": AS_AT}))
    for file in ("meeting.html", "ranking.html"):
        text = parts(tmp_path / file).text
        assert "on the list and not managed" not in text, file
        assert "High on the list, not managed" not in text, file
    assert "whether managed or not (that is not known)" in parts(tmp_path / "meeting.html").text
    assert "high on the list; who is managed is not known" in parts(tmp_path / "ranking.html").text


def test_everybody_on_the_list_is_there_once_and_in_order(meeting: Parts, expected: Any) -> None:
    discussed, kept = expected
    assert len(discussed) > 10
    assert len(kept) > 5
    cases = [text for tag, text in meeting.headings if tag == "h3"]
    assert [re.findall(r"N\d{7}", text)[0] for text in cases] == [row["nominal_id"] for row in discussed]
    assert [int(text.split(".")[0]) for text in cases] == list(range(1, len(discussed) + 1))
    assert [cells[2] for cells in meeting.table("t-meeting_kept").rows] == [row["nominal_id"] for row in kept]
    title = next(text for tag, text in meeting.headings if tag == "h1")
    urgent = sum(row["is_urgent"] for row in discussed)
    assert title == f"{len(discussed)} cases to discuss, {urgent} urgent"
    assert f"at most 120 minutes: {120 / len(discussed):.1f} for each case" in meeting.text


def test_an_agency_is_asked_where_the_fact_is_there_and_only_there(meeting: Parts, expected: Any) -> None:
    tables = [table for table in meeting.tables if table.caption.startswith("What each agency adds")]
    assert len(tables) == len(expected[0])
    for table, person in zip(tables, expected[0], strict=True):
        asked = [cells[0] for cells in table.rows[:-1]]
        assert asked == [name for name, when in ASKED_WHEN.items() if when(person, person["facts"])]
        assert table.rows[-1] == ["Any other", "", ""], "room for what nobody foresaw"
        assert all(cells[2] == "" for cells in table.rows), "room to write"
        told = " ".join(cells[1] for cells in table.rows)
        if count := person["facts"]["domestic_abuse_count"]:
            assert f"({count} domestic abuse offence{'s' if count > 1 else ''} in the last year)" in told


def test_a_card_asks_what_the_meeting_asks(release: Path, meeting: Parts, expected: Any) -> None:
    data = parts(release / "ranking.html").people
    cards = {person["d"]: person for person in data["people"]}
    tables = [table for table in meeting.tables if table.caption.startswith("What each agency adds")]
    compared = 0
    for table, person in zip(tables, expected[0], strict=True):
        if person["nominal_id"] in cards:
            asks = [[data["texts"][i] for i in one] for one in cards[person["nominal_id"]]["k"]]
            assert list(dict.fromkeys(agency for agency, _, _ in asks)) == [c[0] for c in table.rows[:-1]]
            told = " ".join(cells[1] for cells in table.rows)
            assert all(f"{ask} ({because})" in told for _, ask, because in asks)
            compared += 1
    assert compared > 10


NOTHING = CaseFacts("N1", *[None] * (len(dataclasses.fields(CaseFacts)) - 1))  # type: ignore[arg-type]
NOBODY = Person("N1", *[None] * (len(dataclasses.fields(Person)) - 1))  # type: ignore[arg-type]


def test_the_next_list_knows_what_was_decided_last(meeting: Parts, people: Invented) -> None:
    decided = [row for row in people.rows["rpt_ranking__facts"] if row.get("last_decision")]
    assert decided
    assert "deferred on 8 September 2026 (more information wanted), Chair <of the panel>" in meeting.text
    assert "none recorded" in meeting.text


def test_where_nothing_is_known_nobody_is_asked() -> None:
    assert agencies.prompts(NOBODY, NOTHING) == []
    assert agencies.prompts(NOBODY, None) == []


def test_who_sits_at_the_meeting(meeting: Parts) -> None:
    rows = meeting.tables[0].rows
    named = {cell for row in rows for cell in row if cell}
    assert named == {"Date of the meeting", "Chair", "Other", *ASKED_WHEN}
    assert "Surrey" in meeting.text


@pytest.mark.parametrize(
    ("rank", "before", "said"), [(20, 34, "Moved up 14 places"), (34, 20, "Moved down 14 places")]
)
def test_which_way_somebody_moved(rank: int, before: int, said: str) -> None:
    person = dataclasses.replace(NOBODY, rank=rank, previous_rank=before)
    summary = Summary(*[None] * len(dataclasses.fields(Summary)))
    since = dataclasses.replace(summary, previous_run_date=date(2026, 9, 6))
    assert people.why(person, since).startswith(f"{said} since 6 September 2026")


@pytest.mark.slow
def test_who_waits_unranked_is_discussed_and_the_last_card_has_its_link(tmp_path: Path) -> None:
    made = invent(people=people.LISTED, below=2)
    plain = {"is_urgent": False, "is_on_meeting_list": True, "meeting_reason": "referral"}
    listed = made.rows["rpt_ranking__list"]
    last = next(row for row in listed if row["rank"] == people.LISTED)
    last |= plain
    waiting = next(row for row in listed if row["rank"] is None or row["rank"] > people.LISTED)
    waiting |= {**plain, "rank": None, "previous_rank": None}
    for row in made.rows["rpt_ranking__facts"]:
        if row["nominal_id"] in {last["nominal_id"], waiting["nominal_id"]}:
            row["is_new_case"] = False
    render(made.write(tmp_path / "w.duckdb"), tmp_path, make_context())
    page = parts(tmp_path / "meeting.html")
    cases = [text for tag, text in page.headings if tag == "h3"]
    assert any(waiting["nominal_id"] in text and "not ranked" in text for text in cases)
    assert any(last["nominal_id"] in str(attrs.get("href")) for attrs in page.all("a"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("minutes: 120\nsource: x\nagencies: [{name: A, asks: {shoe_size: x}}]", "shoe_size"),
        ("minutes: 0\nsource: x\nagencies: [{name: A, asks: {drugs: x}}]", "minutes"),
        ("minutes: 120\nsource: x\nagencies: []", "agencies"),
        ("minutes: [", "cannot be used"),
    ],
)
def test_a_file_that_is_not_in_order_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "meeting.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        agencies.meeting_rules(path)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ""),
        ({"new_offences": 0}, ""),
        (
            {"new_offences": 1, "new_offence_title": "Harassment"},
            "New offence: Harassment, recorded on 18 September 2026.",
        ),
        (
            {"new_offences": 3, "new_offence_title": "Stalking", "is_new_offence_high_harm": True},
            "New offences: Stalking (high harm), recorded on 18 September 2026, and 2 more.",
        ),
        (
            {"new_offences": 1, "new_offence_ho_code": "8Z", "is_new_offence_domestic_abuse": True},
            "New offence: code 8Z (domestic abuse), recorded on 18 September 2026.",
        ),
    ],
)
def test_what_is_new_is_named(changes: dict[str, Any], said: str) -> None:
    facts = dataclasses.replace(NOTHING, new_offence_recorded_date=date(2026, 9, 18), **changes)
    assert casefacts.news(facts) == said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ""),
        ({"custody_since": AS_AT}, "in custody since 20 September 2026"),
        (
            {"custody_since": AS_AT, "custody_type": "remand"},
            "in custody since 20 September 2026, on remand",
        ),
        (
            {"custody_since": AS_AT, "custody_type": "sentence", "sentence_days": 120},
            "in custody since 20 September 2026, serving a sentence of 120 days",
        ),
    ],
)
def test_custody_in_words(changes: dict[str, Any], said: str) -> None:
    assert casefacts.custody(dataclasses.replace(NOTHING, **changes)) == said


def test_a_meeting_without_cases_says_so(tmp_path: Path) -> None:
    made = invent(people=30, below=0)
    for row in made.rows["rpt_ranking__list"]:
        row.update(is_on_meeting_list=False, is_urgent=False)
    render(made.write(tmp_path / "w.duckdb"), tmp_path / "out", make_context())
    page = parts(tmp_path / "out" / "meeting.html")
    assert page.headings[0] == ("h1", "Nobody is on the meeting list at this date")
    for sentence in ("Nobody is urgent at this date.", "No other referral waits."):
        assert sentence in page.text
