"""algorithm.html: page = model = chart = CSV, and nothing immature leads."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from reports import algorithm, formats
from reports.algorithm.rows import ALGORITHM, POPULATION
from reports.models import Models
from reports.render import render
from reports.sections import FilledPage, Source, fill
from tests.reports.conftest import make_context
from tests.reports.invented import AS_AT, Invented, invent
from tests.reports.invented_evaluation import LISTS, MATURE
from tests.reports.pageparts import Parts, parts, read_csv


def _filled(people: Invented, folder: Path, **context: object) -> FilledPage:
    with Models(people.write(folder / "w.duckdb"), AS_AT) as models:
        return fill(algorithm.PAGE, Source(models, make_context(**context)))


@pytest.fixture(scope="module")
def filled(people: Invented, tmp_path_factory: pytest.TempPathFactory) -> FilledPage:
    return _filled(people, tmp_path_factory.mktemp("algorithm"))


@pytest.fixture(scope="module")
def page(release: Path) -> Parts:
    return parts(release / "algorithm.html")


def _csv(release: Path, name: str) -> list[dict[str, str]]:
    return read_csv(release / "csv" / f"OFFICIAL-SENSITIVE_{name}.csv")


def _drawn(filled: FilledPage, name: str) -> list[list[Any]]:
    """Return the values of each measured trace of a chart."""
    (chart,) = [chart for chart in filled.charts if chart.name == name]
    return [
        [value for value in trace["x" if trace["meta"] != "values:y" else "y"] if value is not None]
        for trace in chart.data["data"]
        if str(trace.get("meta") or "").startswith("values:")
    ]


def _floats(texts: list[str]) -> list[float]:
    return [float(text) for text in texts]


def test_the_answer_is_the_model_s(page: Parts, people: Invented) -> None:
    shown = page.table("t-algorithm_answers").rows
    model = people.rows["rpt_algorithm__answers"]
    assert len(shown) == len(model) == 8
    for cells in shown:
        outcome = "harm" if cells[0] == "harm" else "offences"
        row = next(r for r in model if r["outcome"] == outcome and POPULATION[r["population"]] == cells[1])
        assert cells[2] == row["verdict"]
        assert cells[3] == formats.short_day(row["run_date"])
        assert cells[5] == formats.number(row["spearman"], 2)
        assert cells[6] == ("<0.001" if outcome == "harm" else "0.041")
        assert [cells[4], cells[7], cells[8]] == [
            str(row[k]) for k in ("n", "agreeing_dates", "mature_dates")
        ]


def test_nobody_is_not_managed_where_nothing_says_who_is(
    filled: FilledPage, people: Invented, tmp_path: Path
) -> None:
    alone = _filled(people, tmp_path, extract_dates={"police_records": AS_AT})
    (said,) = set(alone.heading.lede) - set(filled.heading.lede)
    assert said.startswith("Who is managed is not known, nothing has come from IDIOM or ViSOR")


def test_the_title_follows_from_the_verdicts(page: Parts) -> None:
    title = next(text for tag, text in page.headings if tag == "h1")
    assert (
        title
        == "People ranked higher did more harm in the year after; no other order is shown to rank better"
    )
    assert "Shown to rank worse in all four: rate of sanctions (Copas)." in page.text


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ("cannot tell", "We cannot tell whether people ranked higher do more harm in the year after"),
        ("higher ranks did less", "The ranking fails: people ranked higher did less harm in the year after"),
        ("too few", "We cannot tell whether people ranked higher do more harm in the year after"),
        ("not mature", "No list is old enough yet to say whether the ranking works"),
    ],
)
def test_a_verdict_that_is_not_good_is_the_title(tmp_path: Path, verdict: str, said: str) -> None:
    changed = invent(people=3, below=0)
    for row in changed.rows["rpt_algorithm__answers"]:
        row["verdict"] = verdict
    assert _filled(changed, tmp_path).heading.title == said


@pytest.mark.parametrize(
    ("latest", "said"),
    [
        (
            {"verdict": "cannot tell", "spearman": None, "p": None, "mature_dates": 25, "agreeing_dates": 25},
            "cannot tell. No rank correlation can be worked out among 291 people of the list of 7 September 2025; "
            "higher ranks did more at 25 of 25 mature lists that have one.",
        ),
        (
            {"verdict": "cannot tell", "spearman": -0.01, "p": 0.8, "mature_dates": 26, "agreeing_dates": 20},
            "cannot tell. Rank correlation \u22120.01 (p 0.800) among 291 people of the list of 7 September 2025; "
            "higher ranks did more at 20 of 26 mature lists.",
        ),
        (
            {"verdict": "cannot tell", "spearman": None, "p": None, "mature_dates": 0, "agreeing_dates": 0},
            "No rank correlation can be worked out among 291 people of the list of 7 September 2025; nor on any "
            "other mature list.",
        ),
        (
            {"spearman": -0.3, "p": 0.0001, "mature_dates": 26, "agreeing_dates": 24},
            "higher ranks did more. Rank correlation \u22120.30 (p <0.001) among 291 people of the list of "
            "7 September 2025; so it is at 24 of 26 mature lists.",
        ),
    ],
)
def test_what_the_other_lists_say_is_no_echo_of_the_verdict(
    tmp_path: Path, latest: dict[str, Any], said: str
) -> None:
    changed = invent(people=3, below=0)
    for row in changed.rows["rpt_algorithm__answers"]:
        if (row["population"], row["outcome"]) == ("unmanaged", "harm"):
            row |= {"run_date": date(2025, 9, 7), **latest}
    assert any(said in text for text in _filled(changed, tmp_path).sections[0].content.intro)


def test_works_for_everybody_alone_is_not_enough(tmp_path: Path) -> None:
    changed = invent(people=3, below=0)
    for row in changed.rows["rpt_algorithm__answers"]:
        if row["population"] == "unmanaged":
            row["verdict"] = "cannot tell"
    assert _filled(changed, tmp_path).heading.title.startswith("We cannot tell")


def test_a_better_order_is_named_in_the_title(tmp_path: Path) -> None:
    changed = invent(people=3, below=0)
    for row in changed.rows["rpt_algorithm__challenger_verdicts"]:
        if row["algorithm"] == "ogrs4":
            row |= {"verdict": "ranks better", "dates_better": 3, "dates_worse": 0, "is_worth_a_trial": True}
    filled = _filled(changed, tmp_path)
    assert f"{ALGORITHM['ogrs4']} may rank better: worth a trial" in filled.heading.title
    assert "most harmful in the first 100: ranks better" in " ".join(filled.sections[0].content.intro)


def test_no_chart_holds_a_list_that_is_not_mature(filled: FilledPage) -> None:
    last = MATURE[-1].isoformat()
    found = 0
    for chart in filled.charts:
        if chart.name.startswith(("algorithm_validity", "algorithm_capture")):
            for trace in chart.data["data"]:
                assert all(day <= last for day in trace["x"])
                found += 1
    assert found > 4
    assert LISTS[-1] not in MATURE


def test_chart_page_and_csv_of_validity_are_the_model(
    filled: FilledPage, release: Path, people: Invented
) -> None:
    model = [
        row for row in people.rows["rpt_algorithm__validity"] if row["top_n"] == 300 and row["is_mature"]
    ]
    series = [
        [row[f"spearman_{outcome}"] for row in model if row["population"] == population]
        for outcome in ("harm", "offences")
        for population in ("all", "unmanaged")
    ]
    assert _drawn(filled, "algorithm_validity_chart") == series
    listed = _csv(release, "algorithm_validity_chart")
    assert [row["run_date"] for row in listed] == [day.isoformat() for day in MATURE]
    assert _floats([row["harm_everybody"] for row in listed]) == series[0]
    every = _csv(release, "algorithm_validity")
    assert len(every) == len(people.rows["rpt_algorithm__validity"])


def test_bands_capture_and_gains_are_of_the_latest_mature_list(
    filled: FilledPage, page: Parts, people: Invented
) -> None:
    bands = [r["mean_harm"] for r in people.rows["rpt_algorithm__bands"] if r["run_date"] == MATURE[-1]]
    assert _drawn(filled, "algorithm_bands_chart")[0] == bands
    for value in bands:
        assert formats.number(value, 1) in page.text
    assert "48.5 of the 100 most harmful were in the first 100 (48.5 %)" in page.text
    gains = [r for r in people.rows["rpt_algorithm__gains"] if r["run_date"] == MATURE[-1]]
    harm, offences = _drawn(filled, "algorithm_gains_chart")
    assert harm == pytest.approx([100 * row["harm_share"] for row in gains])
    assert offences == pytest.approx([100 * row["offence_share"] for row in gains])


def test_no_percentage_of_a_base_under_twenty(filled: FilledPage, release: Path) -> None:
    listed = [row for row in _csv(release, "algorithm_retention") if row["top_n"] == "10"]
    assert len(listed) == len(LISTS)
    assert {row["retained_pct"] for row in listed} == {""}
    assert min(map(len, _drawn(filled, "algorithm_retention_chart"))) == 0
    assert {row["baseline_members"] for row in listed} == {"10"}


def test_retention_and_ranks_are_the_model(filled: FilledPage, people: Invented) -> None:
    model = people.rows["rpt_algorithm__retention"]
    drawn = _drawn(filled, "algorithm_retention_chart")
    assert drawn[-1] == [row["retained_pct"] for row in model if row["top_n"] == 300]
    ranks = sorted(row["rank"] for row in people.rows["rpt_algorithm__trajectories"])
    assert sorted(v for line in _drawn(filled, "algorithm_trajectories_1") for v in line) == ranks


def test_harm_of_the_lists_leads_with_what_is_mature(filled: FilledPage, page: Parts, release: Path) -> None:
    (chart,) = [chart for chart in filled.charts if chart.name == "algorithm_harm_chart"]
    assert formats.short_day(LISTS[25]) in str(chart.svg)
    assert formats.short_day(LISTS[39]) not in str(chart.svg)
    assert {row[0] for row in chart.table.rows} == {
        "each list's own top",
        "on both lists",
        "on both, not managed",
    }
    assert "z \u22120.51, p 0.610: no significant difference" in page.text
    assert len(_csv(release, "algorithm_harm_change")) == 8


def test_differences_of_other_orders_are_the_model(
    filled: FilledPage, release: Path, people: Invented
) -> None:
    model = {
        ALGORITHM[row["algorithm"]]: row
        for row in people.rows["rpt_algorithm__challengers"]
        if row["run_date"] == MATURE[-1] and row["population"] == "all" and row["algorithm"] != "hhpu"
    }
    for figure in ("spearman_harm", "spearman_offences", "share_100"):
        (chart,) = [chart for chart in filled.charts if chart.name == f"algorithm_{figure}_all"]
        rows = {row[0]: row for row in chart.table.rows}
        assert set(rows) == set(model)
        for name, row in model.items():
            wanted = [row[f"{figure}_difference{end}"] for end in ("", "_low", "_high")]
            assert list(rows[name][2:5]) == pytest.approx(wanted)
    listed = _csv(release, "algorithm_challengers")
    assert {date.fromisoformat(row["run_date"]) for row in listed} == {MATURE[0], MATURE[13], MATURE[-1]}


def test_the_title_of_a_comparison_counts_what_is_beyond_chance(filled: FilledPage, people: Invented) -> None:
    rows = [
        row
        for row in people.rows["rpt_algorithm__challengers"]
        if row["run_date"] == MATURE[-1] and row["population"] == "all" and row["algorithm"] != "hhpu"
    ]
    better = sum(row["share_100_difference_low"] > 0 for row in rows)
    worse = sum(row["share_100_difference_high"] < 0 for row in rows)
    (chart,) = [chart for chart in filled.charts if chart.name == "algorithm_share_100_all"]
    assert f"{better} of 6 orders better, {worse} worse" in chart.about.title
    better = sum(row["spearman_harm_difference_high"] < 0 for row in rows)
    (chart,) = [chart for chart in filled.charts if chart.name == "algorithm_spearman_harm_all"]
    assert f"{better} of 6 orders better" in chart.about.title


def test_equality_is_the_model(filled: FilledPage, page: Parts, people: Invented) -> None:
    model = [r for r in people.rows["rpt_equality__stages"] if r["characteristic"] != "ethnicity"]
    assert len(page.table("t-algorithm_equality").rows) == len(model)
    assert "not shown (fewer than 10)" in page.text
    ratios = {r["selection_ratio"] for r in model if r["stage"] in {"top_n", "adopted"}} - {None}
    shown = {
        row[2]
        for chart in filled.charts
        if chart.name.startswith("algorithm_equality")
        for row in chart.table.rows
    }
    assert shown == ratios


def test_sections_without_data_say_so_and_stay(empty: Path, page: Parts) -> None:
    bare = parts(empty / "algorithm.html")
    assert [text for tag, text in bare.headings if tag == "h2"] == [
        text for tag, text in page.headings if tag == "h2"
    ]
    assert "No list is old enough yet to say whether the ranking works" in bare.text
    assert "No list is mature" in bare.text


def test_without_a_mature_list_nothing_is_drawn(tmp_path: Path) -> None:
    young = invent(people=3, below=0)
    for name, rows in young.rows.items():
        if name.startswith("rpt_algorithm"):
            for row in rows:
                row |= {key: False for key in row if key == "is_mature"}
                row |= {key: None for key in row if key.endswith(("_low", "_high"))}
    names = {chart.name for chart in _filled(young, tmp_path).charts}
    assert names == {
        "algorithm_retention_chart", "algorithm_trajectories_1", "algorithm_equality_sex",
        "algorithm_equality_age_band", "algorithm_equality_ethnic_group",
    }  # fmt: skip


@pytest.mark.slow
def test_the_same_release_gives_the_same_page(tmp_path: Path, people: Invented) -> None:
    warehouse = people.write(tmp_path / "w.duckdb")
    for name in ("one", "two"):
        render(warehouse, tmp_path / name, make_context())
    first, second = ((tmp_path / name / "algorithm.html").read_bytes() for name in ("one", "two"))
    assert first == second


def test_one_failure_of_two_is_the_title(tmp_path: Path) -> None:
    changed = invent(people=3, below=0)
    for row in changed.rows["rpt_algorithm__answers"]:
        row["verdict"] = "higher ranks did less" if row["population"] == "unmanaged" else "cannot tell"
    assert _filled(changed, tmp_path).heading.title.startswith("The ranking fails")


def test_worse_in_all_four_is_said_of_nobody_who_is_worse_in_one(tmp_path: Path) -> None:
    changed = invent(people=3, below=0)
    for row in changed.rows["rpt_algorithm__challenger_verdicts"]:
        is_one = (row["population"], row["figure"]) == ("all", "spearman_harm")
        row |= {"verdict": "ranks worse" if is_one else "cannot tell", "is_worth_a_trial": False}
    assert "Shown to rank worse" not in " ".join(_filled(changed, tmp_path).sections[0].content.intro)
