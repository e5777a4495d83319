"""Reviewers' decisions: what is taken in, what is refused with line and rule, and what holds at a date."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from include.erasure.tombstones import Tombstones
from include.errors import InputError
from include.identity.decisions import decisions_folder, decisions_in_force, scrub, take_in
from include.settings import Settings

HEADER = "kind,record_id,nominal_id,decision,decided_by,decided_on"
LATER = date(2026, 12, 31)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


def handed_in(tmp_path: Path, *lines: str, header: str = HEADER, name: str = "decided.csv") -> Path:
    path = tmp_path / name
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def test_the_review_list_comes_back_with_its_further_columns(settings: Settings, tmp_path: Path) -> None:
    header = HEADER.replace("decision", "reason,probability,comparison,surname,nominal_surname,decision", 1)
    path = handed_in(
        tmp_path,
        'nominal,N1,N2,between_thresholds,0.9,"surname the same, or so",Dixon,Dixno,same,Sgt 12,2026-09-01',
        "registration,V1,N3,between_thresholds,0.8,alike,Dixon,Dixno,,,",
        header=header,
    )
    assert take_in(settings, path) == (1, True)
    (one,) = decisions_in_force(settings, LATER)
    assert (one.kind, one.record_id, one.nominal_id, one.decision) == ("nominal", "N1", "N2", "same")
    assert (one.decided_by, one.decided_on) == ("Sgt 12", date(2026, 9, 1))


def test_the_same_file_again_changes_nothing(settings: Settings, tmp_path: Path) -> None:
    path = handed_in(tmp_path, "nominal,N1,N2,same,Sgt 12,2026-09-01")
    assert take_in(settings, path) == (1, True)
    assert take_in(settings, path) == (1, False)
    assert len(list(decisions_folder(settings).iterdir())) == 1


def test_a_later_decision_replaces_an_earlier_one_in_either_order_of_ids(
    settings: Settings, tmp_path: Path
) -> None:
    take_in(settings, handed_in(tmp_path, "nominal,N2,N1,different,Sgt 12,2026-09-15"))
    take_in(settings, handed_in(tmp_path, "nominal,N1,N2,same,Sgt 12,2026-09-01"))
    assert [one.decision for one in decisions_in_force(settings, LATER)] == ["different"]
    assert [one.decision for one in decisions_in_force(settings, date(2026, 9, 14))] == ["same"]
    assert decisions_in_force(settings, date(2026, 8, 31)) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "person,N1,N2,same,Sgt 12,2026-09-01",
            "line 3: kind is none of nominal, cohort_spell, registration",
        ),
        ("nominal,N1,N2,Same,Sgt 12,2026-09-01", "line 3: decision is none of same, different"),
        ("nominal,N1,N2,same,,2026-09-01", "line 3: decided_by is empty"),
        ("nominal,N1,N1,same,Sgt 12,2026-09-01", "line 3: record_id and nominal_id are the same nominal"),
        ("nominal,N1,N2,same,Sgt 12,01/09/2026", "line 3: decided_on is no date"),
        ("nominal,N1,N2,same", "line 3: more or fewer fields"),
        ("nominal,N8,N9,different,Sgt 12,2026-09-01", "line 3: the opposite of line 2, on the same day"),
    ],
)
def test_one_wrong_line_refuses_the_whole_file(
    settings: Settings, tmp_path: Path, line: str, said: str
) -> None:
    path = handed_in(tmp_path, "nominal,N9,N8,same,Sgt 12,2026-09-01", line)
    with pytest.raises(InputError, match="decided.csv") as caught:
        take_in(settings, path)
    assert said in str(caught.value)
    assert "N1" not in str(caught.value)
    assert not list(decisions_folder(settings).glob("*"))


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("kind,record_id,nominal_id,decision,decided_by", "decided_on is missing"),
        (HEADER + ",opinion", "opinion is unknown"),
        (HEADER + ",kind", "a column stands twice"),
    ],
)
def test_a_header_that_is_another_is_refused(
    settings: Settings, tmp_path: Path, header: str, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        take_in(settings, handed_in(tmp_path, header=header))


def test_a_list_without_any_decision_is_named(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no decision"):
        take_in(settings, handed_in(tmp_path, "nominal,N1,N2,,,"))


def test_who_was_erased_is_in_no_decision_before_or_after(settings: Settings, tmp_path: Path) -> None:
    lines = ("nominal,N1,N2,same,Sgt 12,2026-09-01", "registration,V5,N7,different,Sgt 12,2026-09-01")
    take_in(settings, handed_in(tmp_path, *lines, "nominal,N8,N9,same,Sgt 12,2026-09-01"))
    stones = Tombstones(settings)
    stones.begin({("nominal", "N2"), ("visor", "V5")}, "ref")
    assert scrub(settings, stones) == 2
    stones.done()
    assert [one.record_id for one in decisions_in_force(settings, LATER)] == ["N8"]
    take_in(settings, handed_in(tmp_path, *lines, "nominal,N3,N4,same,Sgt 12,2026-09-02"))
    assert sorted(one.record_id for one in decisions_in_force(settings, LATER)) == ["N3", "N8"]
