"""What a page says is what the model says: page = model = CSV."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from include.errors import BuildError, IntegrityError
from reports import words
from reports.render import render, render_run_page
from tests.reports.conftest import BLOCKED_RUN, RUN_ID, make_context
from tests.reports.invented import AS_AT, PREVIOUS, TOP_N, Invented, invent
from tests.reports.pageparts import Parts, parts, read_csv


@pytest.fixture(scope="module")
def ranking(release: Path) -> Parts:
    return parts(release / "ranking.html")


def number(text: str) -> float:
    return float(text.replace(",", "").replace("\u2212", "-"))


def test_the_list_is_the_model_row_by_row(ranking: Parts, people: Invented) -> None:
    shown = ranking.table("list-table").rows
    model = [row for row in people.rows["rpt_ranking__list"] if row["rank"] <= 300]
    assert len(shown) == len(model) == 300
    for cells, row in zip(shown, model, strict=True):
        assert int(cells[0]) == row["rank"]
        assert f"{row['surname']}, {row['forename']} {row['nominal_id']}" in cells[2]
        assert int(cells[3]) == row["age"]
        assert cells[4] == (row["division"] or "not recorded")
        assert cells[5] == words.STATUS[row["management_status"]]
        assert cells[6] == ("in custody" if row["in_custody"] else "at liberty")
        assert number(cells[7]) == pytest.approx(row["score"], abs=0.00501)
        assert number(cells[8]) == pytest.approx(row["weighted_harm_days"], abs=0.501)
        assert ("urgent" in cells[2]) == row["is_urgent"]


def test_movement_says_where_from(ranking: Parts, people: Invented) -> None:
    model = {row["rank"]: row for row in people.rows["rpt_ranking__list"]}
    for cells in ranking.table("list-table").rows:
        previous, rank = model[int(cells[0])]["previous_rank"], int(cells[0])
        if previous is None:
            assert cells[1].endswith("not ranked before")
        elif previous == rank:
            assert cells[1].endswith("no change")
        else:
            way = "up" if previous > rank else "down"
            assert cells[1].endswith(f"{way} {abs(previous - rank)} was {previous}")


def test_contributions_on_a_card_sum_to_the_score_shown(ranking: Parts) -> None:
    found = ranking.people["people"]
    assert len(found) == 300
    for person in found:
        assert round(math.fsum(term[2] for term in person["x"]), 2) == number(person["z"])
        assert [number(term[1]) for term in person["x"]] == [term[2] for term in person["x"]]
        assert [term[3] for term in person["x"]].count(1) == 1, "one reference row"


def test_a_card_has_what_is_behind_the_score(ranking: Parts, people: Invented) -> None:
    data = ranking.people
    offences: dict[str, list[dict[str, object]]] = {}
    for row in people.rows["rpt_ranking__offences"]:
        offences.setdefault(str(row["nominal_id"]), []).append(row)
    for person in data["people"]:
        model = offences[person["d"]]
        assert len(person["o"]) == len(model) <= 10
        assert person["m"] == model[0]["others"]
        assert [number(shown[8]) for shown in person["o"]] == [row["weighted_harm_days"] for row in model]
        roles = [data["texts"][shown[4]] for shown in person["o"]]
        assert all(
            "not convicted" in role
            for role, row in zip(roles, model, strict=True)
            if row["role"] == "suspect"
        )
        assert person["h"][-1] == int(person["r"])


def test_what_changed_comes_first_and_urgent_before_new(ranking: Parts, people: Invented) -> None:
    assert [table.id for table in ranking.tables[:3]] == ["t-urgent", "t-new_entrants", "list-table"]
    model = people.rows["rpt_ranking__list"]
    urgent = [row["nominal_id"] for row in model if row["is_urgent"]]
    assert [cells[2] for cells in ranking.table("t-urgent").rows] == urgent
    new = [row for row in model if row["is_new_in_top_n"] or row["is_new_in_top_30"]]
    fresh = [row["nominal_id"] for row in new if not row["is_urgent"]]
    assert [cells[2] for cells in ranking.table("t-new_entrants").rows] == fresh
    title = next(text for tag, text in ranking.headings if tag == "h1")
    summary = people.rows["rpt_ranking__summary"][0]
    assert str(summary["new_in_top_n"]) in title
    assert str(summary["urgent"]) in title
    assert str(TOP_N) in title


def test_the_score_adopts_nobody_near_the_top(ranking: Parts) -> None:
    place = ranking.text.index("It adopts nobody.")
    assert place < ranking.text.index("What changed")
    assert "suspicion, not conviction" in ranking.text[:1500]


def test_key_figures_are_the_summary(release: Path, people: Invented) -> None:
    summary = people.rows["rpt_ranking__summary"][0]
    text = parts(release / "index.html").text
    assert f"{summary['ranked']:,} people ranked" in text
    assert f"{summary['managed_in_top_n']} managed of the top 100" in text
    assert "16 days" in text
    assert "After 6 October 2026" in text
    assert "visor_summary: the extract is 2 days older than the release." in text


def test_nothing_is_said_of_a_list_before_the_first_or_of_management_that_never_came(tmp_path: Path) -> None:
    made = invent(people=3, below=0)
    unknown = ("new_in_top_n", "left_top_n", "managed_in_top_n", "previous_run_date")
    made.rows["rpt_ranking__summary"][0].update(dict.fromkeys(unknown))
    render(
        made.write(tmp_path / "w.duckdb"),
        tmp_path / "out",
        make_context(extract_dates={"police_records": AS_AT}),
    )
    for page in ("index.html", "ranking.html"):
        text = parts(tmp_path / "out" / page).text
        assert "not known new in the top 100 there is no list before" in text
        assert "not known left the top 100 there is no list before" in text
        assert "not known managed of the top 100" in text
        assert "high; who is managed is not known" in text


def test_csv_is_the_model_in_full(release: Path, people: Invented) -> None:
    for name, model in (
        ("ranking", "rpt_ranking__list"),
        ("explanations", "rpt_ranking__explanations"),
        ("offences", "rpt_ranking__offences"),
        ("rank_history", "rpt_ranking__history"),
    ):
        rows = read_csv(release / "csv" / f"OFFICIAL-SENSITIVE_{name}.csv")
        assert len(rows) == len(people.rows[model])
    ranked = read_csv(release / "csv" / "OFFICIAL-SENSITIVE_ranking.csv")
    for row, person in zip(ranked, people.rows["rpt_ranking__list"], strict=True):
        assert row["nominal_id"] == person["nominal_id"]
        assert float(row["score"]) == person["score"], "full precision, a number"
        assert float(row["copas_rate"]) == person["copas_rate"], "a negative number stays one"


def test_every_table_has_its_csv_and_every_link_a_file(release: Path) -> None:
    for page in release.rglob("*.html"):
        found = parts(page)
        for link in found.all("a"):
            target = (link["href"] or "").split("#")[0]
            if target:
                assert (page.parent / target).is_file(), f"{page.name}: {target}"
        csvs = {
            Path(link["href"] or "").stem for link in found.all("a") if (link["href"] or "").endswith(".csv")
        }
        for table in found.tables:
            if table.style == "write":
                continue  # lines to write on: nothing to take away
            name = "ranking" if table.id == "list-table" else table.id.removeprefix("t-")
            run = f"{page.stem}_" if page.parent.name == "runs" else ""
            assert f"OFFICIAL-SENSITIVE_{run}{name}" in csvs


def test_links_within_pages_lead_somewhere(release: Path) -> None:
    ids = {
        page.name: {attrs.get("id") for _, attrs in parts(page).elements} for page in release.rglob("*.html")
    }
    for page in release.rglob("*.html"):
        for link in parts(page).all("a"):
            file, _, anchor = (link["href"] or "").partition("#")
            if anchor:
                assert anchor in ids[Path(file).name or page.name], link


def test_quality_shows_what_was_refused_and_why(release: Path, people: Invented) -> None:
    page = parts(release / "quality.html")
    assert "manifest.json lists referrals.csv, which is not there." in page.text
    faults = page.table("t-faults").rows
    assert [int(row[5]) for row in faults] == [5, 4], "most rows first"
    assert "Export dates as YYYY-MM-DD." in faults[0][8]
    files = page.table("t-files").rows
    for row in files[:-1]:
        rows, loaded, aside, _, twins = (int(number(cell)) for cell in row[3:8])
        assert rows == loaded + aside + twins
    for column in range(3, 8):
        assert number(files[-1][column]) == sum(number(row[column]) for row in files[:-1])
    assert [row[0] for row in page.table("t-checks_attention").rows] == ["warning", "waived"]
    assert "7.8 % of all harm days, from 9,431 of 150,876 offences" in page.text
    assert page.table("t-population_gaps_by_reason").rows == [
        ["date of birth missing", "110"],
        ["under 18", "40"],
    ]
    assert len(page.table("t-population_gaps").rows) == 100
    assert "the first 100 are shown here, all are in the CSV" in page.text
    assert page.table("t-links").rows[0] == ["IDIOM", "cohort_spells", "2,047", "1,804", "212", "31"]
    unlinked = page.table("t-unlinked").rows
    by_entity = {row[1]: int(number(row[-1])) for row in page.table("t-links").rows}
    assert by_entity == {name: sum(row[1] == name for row in unlinked) for name in by_entity}
    assert page.table("t-ignored_sanctions").rows[1][1:] == ["date of birth missing", "1,644", "192"]
    assert page.table("t-republished").rows == [
        ["6 Sep 2026", "N0000001", "12", "15", "the source says otherwise today"],
        ["6 Sep 2026", "N0000002", "44", "not ranked", "merged, corrected or erased since"],
    ]
    assert page.table("t-waivers").rows == [
        ["relationships_visor", "A. Keeper", "ViSOR merge under way", "31 Oct 2026"]
    ]


def test_no_percentage_on_a_small_base(tmp_path: Path) -> None:
    made = invent(people=12, below=0)
    made.rows["rpt_quality__harm_basis"] = [
        {"basis": "published", "offences": 18, "harm_days": 100, "share": 0.9, "offence_share": 0.95},
        {"basis": "placeholder", "offences": 1, "harm_days": 11, "share": 0.1, "offence_share": 0.05},
    ]
    render(made.write(tmp_path / "w.duckdb"), tmp_path / "out", make_context())
    text = parts(tmp_path / "out" / "quality.html").text
    assert "not shown (base under 20)" in text
    assert "%" not in text


def test_a_model_of_another_date_is_refused(tmp_path: Path) -> None:
    path = invent(people=5, below=0).write(tmp_path / "w.duckdb")
    with pytest.raises(IntegrityError, match="not as at 2026-09-06"):
        render(path, tmp_path / "out", make_context(as_at=PREVIOUS))
    assert not (tmp_path / "out").exists()


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    import duckdb

    path = invent(people=5, below=0).write(tmp_path / "w.duckdb")
    with duckdb.connect(str(path)) as connection:
        connection.execute("drop table reporting.rpt_quality__links")
    with pytest.raises(BuildError, match="rpt_quality__links"):
        render(path, tmp_path / "out", make_context())


def test_an_explanation_that_does_not_explain_is_refused(tmp_path: Path) -> None:
    made = invent(people=5, below=0)
    made.rows["rpt_ranking__explanations"][0]["contribution"] += 0.01
    with pytest.raises(IntegrityError, match="do not sum to the score for 1 people, first at rank 1"):
        render(made.write(tmp_path / "w.duckdb"), tmp_path / "out", make_context())


@pytest.mark.slow
def test_the_same_release_gives_the_same_bytes(tmp_path: Path, release: Path, people: Invented) -> None:
    render(people.write(tmp_path / "w.duckdb"), tmp_path / "out", make_context())
    for path in release.rglob("*.*"):
        if path.is_file():
            assert (tmp_path / "out" / path.relative_to(release)).read_bytes() == path.read_bytes()


def test_sizes(release: Path) -> None:
    sizes = {path.name: path.stat().st_size for path in release.rglob("*.html")}
    assert all(size < 1_000_000 for size in sizes.values()), sizes


@pytest.mark.parametrize("outcome", ["blocked", "failed"])
def test_the_page_of_a_run_without_release(tmp_path: Path, outcome: str) -> None:
    page = parts(render_run_page({**BLOCKED_RUN, "outcome": outcome}, tmp_path))
    text = page.text
    title = next(text for tag, text in page.headings if tag == "h1")
    assert "nothing was published" in title
    assert text.index("unique_rank failed: 3 ids twice What to do: Look at merges.") < text.index("Stages")
    assert "scores did not run What to do: See the log." in text
    assert "In force: 20260906-88aa." in text
    assert page.table("t-stages").rows[0][:2] == ["build", "41.2"]
    assert page.all("nav") == [], "no links to pages that are not there"
    assert [path.name for path in (tmp_path / "assets").glob("*/pages.css")] == ["pages.css"]


def test_the_page_of_a_run_that_ended_before_anything(tmp_path: Path) -> None:
    path = render_run_page({"run_id": "run-1", "outcome": "failed"}, tmp_path)
    text = parts(path).text
    assert "The record does not say what stopped it." in text
    assert "No stage is recorded." in text
    assert "No check is recorded." in text


def test_what_a_score_is_made_of_in_words_is_what_the_parts_say(ranking: Parts) -> None:
    data = ranking.people
    for person in data["people"]:
        parts_of = {
            data["texts"][label].casefold(): value
            for label, _, value, is_start in person["x"]
            if not is_start
        }
        start = next(text for _, text, _, is_start in person["x"] if is_start)
        assert person["c"].startswith(f"A reference person has {start}; ")
        said = {
            label: number(value) * (1 if verb == "adds" else -1)
            for label, verb, value in re.findall(
                r"(?:; |, |and )(.*?) (adds|takes) ([0-9.,]*[0-9])", person["c"]
            )
        }
        best = sorted((value for value in parts_of.values() if value > 0), reverse=True)[:2]
        worst = [min(parts_of.values())] if min(parts_of.values()) < 0 else []
        assert sorted(said.values()) == pytest.approx(sorted([*best, *worst]))
        assert all(parts_of[label] == pytest.approx(value) for label, value in said.items())


def test_the_first_twenty_over_a_year(release: Path, people: Invented) -> None:
    rows = read_csv(release / "csv" / "OFFICIAL-SENSITIVE_top_20_ranks.csv")
    leaders = [row for row in people.rows["rpt_ranking__list"] if row["rank"] <= 20]
    ranks: dict[str, dict[str, int]] = {}
    for row in people.rows["rpt_ranking__history"]:
        ranks.setdefault(row["nominal_id"], {})[row["run_date"].isoformat()] = row["rank"]
    dates = sorted({day for line in ranks.values() for day in line})
    drawn: dict[str, dict[str, int]] = {}
    for row in rows:
        drawn.setdefault(row["subject"].split()[-1], {})[row["day"]] = int(row["rank"])
    assert set(drawn) == {row["nominal_id"] for row in leaders}
    for nominal_id, line in drawn.items():
        assert line == {day: ranks[nominal_id][day] for day in line}
        assert list(line) == dates[-len(line) :], "no line is drawn across a list that its person is not on"
        before = dates[-len(line) - 1 : -len(line)]
        assert all((ranks[nominal_id].get(day) or 41) > 40 for day in before), "as far back as the first 40"
    stayed = sum((ranks[row["nominal_id"]].get(dates[0]) or 21) <= 20 for row in leaders)
    assert (
        f"{stayed} of today's first 20 were in the first 20 on 21 September 2025"
        in parts(release / "ranking.html").text
    )


def test_the_page_of_a_run_counts_the_rows_of_every_model(release: Path) -> None:
    page = parts(release / "runs" / f"{RUN_ID}.html")
    assert page.table("t-model_rows").rows == [
        ["marts.fct_gaps", "0"],
        ["marts.fct_rankings", "18,342"],
        ["reporting.rpt_ranking__list", "325"],
    ]
    assert "3 models with 18,667 rows. Without a row: marts.fct_gaps." in page.text
