"""equality.html says what to look at next, and its figures are the models'; what the meetings decided is said too."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports import equality
from reports.algorithm.equality import section
from reports.models import Models
from reports.performance.decisions import decisions
from reports.sections import FilledPage, Source, fill
from reports.tables import Table
from tests.reports.conftest import make_context
from tests.reports.invented import AS_AT, Invented, invent


def _source(people: Invented, folder: Path) -> FilledPage:
    with Models(people.write(folder / "w.duckdb"), AS_AT) as models:
        return fill(equality.PAGE, Source(models, make_context()))


@pytest.fixture(scope="module")
def filled(people: Invented, tmp_path_factory: pytest.TempPathFactory) -> FilledPage:
    return _source(people, tmp_path_factory.mktemp("equality"))


def test_the_lead_is_told_what_to_look_at_next(filled: FilledPage) -> None:
    assert filled.heading.title.startswith("2 of 4 comparisons are more than chance")
    assert filled.heading.lede[-1].startswith("Next: ethnic group: Black, adopted (40 of 90, 8 expected)")
    assert "read the reasons given for those who were and were not adopted" in filled.heading.lede[-1]


def test_figures_are_the_models(filled: FilledPage, people: Invented) -> None:
    tables = {table.name: table for table in filled.tables}
    for name, model in (
        ("equality_questions", "rpt_equality__questions"),
        ("equality_calibration", "rpt_equality__calibration"),
        ("equality_trend", "rpt_equality__trend"),
    ):
        keys = [column.key for column in tables[name].columns]
        expected = [tuple(row[key] for key in keys) for row in people.rows[model]]
        assert sorted(map(str, tables[name].rows)) == sorted(map(str, expected))
        assert expected
    asked = {row[2] for row in tables["equality_trend_asked"].rows}
    assert asked == {"Black", "Asian", "Other"}
    assert {row[0] for row in tables["equality_ethnicity"].rows} == {"ethnicity"}
    assert {chart.name for chart in filled.charts} == {
        "equality_questions_chart",
        "equality_calibration_chart",
    }


def test_a_ratio_that_is_not_there_says_why(tmp_path: Path) -> None:
    made = invent(people=3, below=0)
    for row in made.rows["rpt_equality__stages"]:
        if (row["stage"], row["characteristic"]) == ("adopted", "sex"):
            # Nobody but men went on: for men the ratio has no denominator, however many they are.
            row |= {"M": {"n": 72, "base_n": 424, "selection_ratio": None}, "F": {"n": 0, "base_n": 60}}[
                row["group"]
            ]
        if row["group"] == "65+":
            row |= {"n": 2, "base_n": row["base_n"] and 9}
    for table in (
        next(one for one in _source(made, tmp_path).tables if one.name == "equality_stages"),
        _algorithm(made, tmp_path),
    ):
        keys = [column.key for column in table.columns]
        shown = [dict(zip(keys, row, strict=True)) for row in table.rows]
        why = {(row["stage"], row["group"]): row["no_ratio"] for row in shown}
        assert why["adopted", "M"] == "nobody of the others went on"
        assert why["adopted", "65+"] == "not shown (fewer than 10)"
        assert why["scored", "M"] == "first stage"
        assert all((row["no_ratio"] is None) == (row["selection_ratio"] is not None) for row in shown)


def _algorithm(made: Invented, folder: Path) -> Table:
    """Return the same table as the page on the algorithm has it."""
    with Models(made.write(folder / "algorithm.duckdb"), AS_AT) as models:
        return next(iter(section(Source(models, make_context())).folded))


def test_without_questions_the_small_groups_are_named(tmp_path: Path) -> None:
    calm = invent(people=3, below=0)
    for row in calm.rows["rpt_equality__questions"]:
        row |= {"verdict": "chance", "look_at": None}
    page = _source(calm, tmp_path)
    assert page.heading.title.startswith("0 of 5 comparisons")
    assert "groups too small to compare" in page.heading.lede[-1]


def test_without_anything_the_page_says_so_and_stays(tmp_path: Path) -> None:
    page = _source(invent(people=3, below=0).empty(), tmp_path)
    assert page.heading.title == "No group is large enough to compare at this date"
    assert len(page.sections) == len(equality.PAGE.sections)
    assert not page.charts


def test_what_the_meetings_decided(people: Invented, tmp_path: Path) -> None:
    with Models(people.write(tmp_path / "w.duckdb"), AS_AT) as models:
        content = decisions(Source(models, make_context()))
    reasons, like = content.tables
    keys = [column.key for column in reasons.columns]
    shown = [dict(zip(keys, row, strict=True)) for row in reasons.rows]
    assert [row["recorded_again_pct"] for row in shown] == [
        50.0,
        50.0,
        None,
        None,
    ]  # under twenty: no percentage
    assert [row["recorded_again"] for row in shown] == [11, 11, 9, 9]
    assert [row[-1] for row in like.rows] == ["lower", "inconclusive", "inconclusive"]
    assert "lower than of those not adopted (22 adopted, 21 not)" in content.intro[0]
    assert "not why" in content.intro[1]


def test_no_record_of_decisions_is_said(tmp_path: Path) -> None:
    with Models(invent(people=3, below=0).empty().write(tmp_path / "w.duckdb"), AS_AT) as models:
        content = decisions(Source(models, make_context()))
    assert not content.charts
    assert "no record of its decisions" in content.tables[0].empty
