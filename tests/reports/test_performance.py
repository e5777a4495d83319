"""performance.html: its numbers are the models', table = chart = text = CSV, and what is not there is said."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from include.errors import IntegrityError
from reports.charts.chart import MEASURED, arrays
from reports.models import Models
from reports.performance import PAGE, compared, money
from reports.render import render
from reports.sections import Content, Source
from tests.reports.conftest import make_context
from tests.reports.invented import AS_AT, Invented, invent
from tests.reports.invented_performance import MANAGERS, RATIOS
from tests.reports.pageparts import Parts, parts, read_csv

FILE = PAGE.file
MARK = "OFFICIAL-SENSITIVE_"


@pytest.fixture(scope="module")
def page(release: Path) -> Parts:
    return parts(release / FILE)


@pytest.fixture(scope="module")
def html(release: Path) -> str:
    return (release / FILE).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def figures(html: str) -> dict[str, Any]:
    """The embedded figures by name of the chart."""
    found = re.findall(
        r'<figure class="chart" id="f-(\w+)">.*?<script type="application/json" class="figure">(.*?)</script>',
        html,
        re.DOTALL,
    )
    return {name: json.loads(data) for name, data in found}


def section(page: Parts, key: str) -> str:
    """Return the text of a section, up to the next heading."""
    titles = [one.title for one in PAGE.sections]
    place = [one.key for one in PAGE.sections].index(key)
    rest = page.text.split(titles[place], 1)[1]
    return rest.split(titles[place + 1], 1)[0] if place + 1 < len(titles) else rest


def model(people: Invented, name: str) -> list[dict[str, Any]]:
    return people.rows[name]


def test_every_table_is_its_csv(release: Path, page: Parts) -> None:
    names = {table.id.removeprefix("t-") for table in page.tables if table.id}
    assert len(names) > 30
    for name in names:
        rows = read_csv(release / "csv" / f"{MARK}{name}.csv")
        shown = page.table(f"t-{name}").rows
        total = len(shown) - len(rows)
        assert total <= 1, "as many rows as the CSV, and at most a total"
        for cells, row in zip(shown, rows, strict=False):
            _same(name, cells, list(row.values()))


def _same(name: str, cells: list[str], values: list[str]) -> None:
    for cell, value in zip(cells, values, strict=True):
        number = _number(cell)
        if number is not None and re.fullmatch(r"-?[0-9.]+(e-?[0-9]+)?", value):
            places = len(cell.partition(".")[2])
            assert abs(number - float(value)) <= 0.5 * 10**-places + 1e-9, (name, cell, value)
        elif not value:
            assert _number(cell) is None, (name, cell, "the CSV has no value")


def _number(cell: str) -> float | None:
    text = cell.replace(",", "").replace("\u2212", "-")
    return float(text) if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) else None


def test_every_chart_is_its_table(release: Path, figures: dict[str, Any]) -> None:
    assert {
        "caseload_people",
        "caseload_risk",
        "referral_flows",
        "effect_by_method",
        "survival",
        "net",
    } <= set(figures)
    for name, figure in figures.items():
        rows = read_csv(release / "csv" / f"{MARK}{name}.csv")
        cells = {
            round(float(c), 9)
            for row in rows
            for c in row.values()
            if re.fullmatch(r"-?[0-9.]+(e-?[0-9]+)?", c)
        }
        drawn = set()
        for trace in figure["data"]:
            if str(trace.get("meta", "")).startswith(MEASURED):
                wanted = trace["meta"].removeprefix(MEASURED).split(",")
                drawn |= {
                    round(float(v), 9)
                    for path, vs in arrays(trace)
                    if path in wanted
                    for v in vs or ()
                    if v is not None
                }
        assert drawn, name
        assert drawn <= cells, (name, drawn - cells)


def test_every_chart_has_its_words_and_a_drawing(html: str, figures: dict[str, Any]) -> None:
    for name in figures:
        figure = html.split(f'id="f-{name}"', 1)[1].split("</figure>", 1)[0]
        drawing = re.search(r'<svg [^>]*role="img"[^>]*>.*?<desc[^>]*>([^<]{40,})</desc>', figure, re.DOTALL)
        assert drawing, name
        for part in ("finding", "scope"):
            assert re.search(f'class="{part}">[^<]+<', figure), (name, part)
        assert re.search(r'class="source">Source: [^<]+ as known on 20 September 2026\.', figure), name


def test_caseload(page: Parts) -> None:
    shown = page.table("t-caseload").rows
    assert [(row[0], row[1], row[4]) for row in shown] == [(m, str(n), str(high)) for m, n, high in MANAGERS]
    assert [row[3] for row in shown] == ["yes", "no", "no", "no"]
    assert [row[6] for row in shown] == ["no", "yes", "no", "yes"]
    assert shown[1][5] == "51.2"
    assert shown[3][5] == "base under 20", "17 people are no base for a percentage"
    text = section(page, "caseload")
    assert "4 managers hold 148 cases" in text
    assert "Over what the post may hold: M01. Over 30 % at high or very high risk: M02 and M04." in text
    assert "1 manager is over what the post may hold" in text


def test_the_funnel_holds_nobody_on_a_small_base(figures: dict[str, Any]) -> None:
    points = figures["caseload_risk"]["data"][-1]
    assert points["x"] == [52, 41, 38]
    assert points["y"] == pytest.approx([100 * 15 / 52, 100 * 21 / 41, 100 * 8 / 38])


def test_the_title_and_the_keys_say_what_the_models_say(page: Parts) -> None:
    title = page.headings[0][1]
    assert title == (
        "2 of 4 managers carry over 30 % high risk, 1 by more than chance; "
        "we cannot tell whether management changes offending"
    )
    text = section(page, "attention")
    for figure, label in (
        ("1 of 4", "managers over what the post may hold"),
        ("2 of 4", "managers over 30 % high risk"),
        ("6", "visits overdue"),
        ("2", "assessments overdue"),
        ("3", "referrals not decided"),
        ("2", "people up for de-selection"),
        ("0.94", "times the offences to be expected"),
    ):
        assert f"{figure} {label}" in text


def test_the_register_adds_up(page: Parts) -> None:
    rows = page.table("t-visor").rows
    assert rows[-1] == ["All divisions", "82", "73", "not summed", "2", "6", "3", "not summed"]
    assert rows[1][3] == "base under 20", "growth on 18 registrations is not printed"
    assert rows[0][3] == "9.1"
    assert "82 people are registered, 73 a year before." in section(page, "register")


def test_referrals_of_twelve_months_and_no_more(page: Parts, figures: dict[str, Any]) -> None:
    assert page.table("t-referrals").rows == [
        ["probation", "5", "2", "1", "1", "0", "3"],
        ["MARAC", "4", "3", "1", "2", "1", "0"],
    ]
    assert page.table("t-adoptions").rows == [["IOM meeting", "6"], ["referral by a unit or agency", "2"]]
    text = section(page, "pathways")
    assert "from 1 October 2025 to 20 September 2026; the last month is not over" in text
    assert "2 of 9 referrals led to adoption" in text
    flows = figures["referral_flows"]["data"][0]["link"]
    assert flows["value"] == [5, 4, 2, 3, 1, 3]


def test_deselection_counts_rules_and_people(page: Parts) -> None:
    assert page.table("t-deselection_by_rule").rows == [
        ["Nothing for six months", "2"],
        ["Two years or more", "1"],
    ]
    assert "A rule puts 2 people up for discussion. It decides nothing" in section(page, "deselection")
    assert page.table("t-deselection").rows[0][6] == "Since 20 March 2026: nothing"


def test_before_and_after_never_stand_bare(page: Parts) -> None:
    text = section(page, "effect")
    assert "Before against during is no evidence of an effect." in text
    assert "0.94 (95 % interval 0.83 to 1.06) times what was to be expected" in text
    assert "from 120 people and 480 comparable people. Announced: inconclusive." in text
    assert "first 6 months: inconclusive, first 12 months: inconclusive" in text
    assert "Offences a year: managed people from 5.0 to 2.4, people like them from 4.8 to 2.4" in text
    rows = {(row[0], row[1]): row for row in page.table("t-effect_methods").rows}
    naive = rows["offences", "Before against during, as it stands"]
    assert naive[2] == f"{RATIOS['naive'] + 0.03:.2f}"
    assert naive[6:] == ["nobody", "no comparison, no verdict"], "no verdict without a comparison"
    led = rows["offences", "Against what was to be expected without management"]
    assert led[2:] == ["0.94", "0.83", "1.06", "120", "480", "inconclusive"]
    assert {row[7] for row in rows.values()} == {"no comparison, no verdict", "inconclusive"}


def test_naive_is_grey_and_marked(figures: dict[str, Any]) -> None:
    grey, blue = figures["effect_by_method"]["data"][:2]
    assert grey["x"] == [0.47, 0.5]
    assert blue["x"] == [0.94, 1.0]
    assert grey["marker"]["color"] != blue["marker"]["color"]
    assert grey["marker"]["symbol"] != blue["marker"]["symbol"]
    said = figures["effect_by_method"]["data"][2]["text"]
    assert ["no comparison, no verdict" in text.replace("<br>", " ") for text in said] == [
        True,
        True,
        False,
        False,
    ]


def test_too_few_have_no_number(figures: dict[str, Any], page: Parts) -> None:
    said = figures["effect_by_cohort"]["data"][-1]["text"]
    assert said[-1] == "too few"
    assert page.table("t-effect_by_cohort").rows[-1][:3] == ["female", "7", "missing"]


FALL, RISE, OPEN, FEW = "evidence of a fall", "evidence of a rise", "inconclusive", "too few"


@pytest.mark.parametrize(
    ("verdicts", "carried"),
    [
        ([FALL, FALL], FALL),
        ([FALL, OPEN], OPEN),
        ([FALL, RISE], OPEN),
        ([RISE, RISE], RISE),
        ([OPEN, FEW], FEW),
        ([FALL, None], FEW),
        ([], FEW),
    ],
)
def test_a_finding_is_carried_only_by_both(verdicts: list[str | None], carried: str) -> None:
    assert compared.together(verdicts) == carried


@pytest.mark.parametrize(
    ("verdict", "windows", "said"),
    [
        (FALL, [FALL] * 4, "there is evidence that offending falls under management"),
        (
            FALL,
            [OPEN, FALL, OPEN, FALL],
            "there is evidence that offending falls under management, though not in every window",
        ),
        (OPEN, [FALL, OPEN], "we cannot tell whether management changes offending"),
        (RISE, [RISE] * 4, "there is evidence that recorded offending rises under management"),
        (FEW, [], "too few people can be compared to say whether management changes offending"),
        (None, [], "too few people can be compared to say whether management changes offending"),
        ("unheard of", [], "we cannot tell whether management changes offending"),
    ],
)
def test_the_judgement_is_no_bolder_than_its_verdicts(
    verdict: str | None, windows: list[str], said: str
) -> None:
    assert compared.judgement(verdict, windows) == said


def test_announced_and_windows_agree(people: Invented, page: Parts) -> None:
    announced = {row["cohort"]: row["verdict"] for row in model(people, "rpt_board__reoffending")}
    shown = {row[0]: row[-1] for row in page.table("t-compared").rows}
    assert shown == {
        "everybody managed": announced["all"],
        "integrated offender management (IOM)": announced["iom"],
        "female": FEW,
    }


@pytest.mark.slow
def test_everybody_together_is_no_cohort_that_shows_a_fall(tmp_path: Path) -> None:
    made = invent(people=3, below=0)
    for row in made.rows["rpt_board__reoffending"]:
        if row["verdict"] != FEW:
            row["verdict"] = FALL if row["cohort"] == "all" else OPEN
    render(made.write(tmp_path / "w.duckdb"), tmp_path / "out", make_context())
    assert "No cohort by itself shows evidence of a fall" in parts(tmp_path / "out" / FILE).text


def test_what_is_not_complete_never_leads(page: Parts, figures: dict[str, Any]) -> None:
    line = figures["proven_rate"]["data"][0]
    assert line["x"] == ["2024-04-01", "2024-07-01", "2024-10-01"]
    assert line["y"] == [0.5, 0.6, 0.64]
    assert "0.64 proven reoffences a person in the latest complete quarter" in section(page, "proven")
    rows = page.table("t-proven").rows
    assert [row[-1] for row in rows] == ["no", "yes", "yes", "yes"]
    assert [row[3] for row in rows] == ["8.3", "32.0", "base under 20", "27.3"]
    views = [trace for trace in figures["two_views"]["data"] if trace.get("meta")]
    assert all(trace["x"] == ["2026-01-01", "2026-04-01"] for trace in views), (
        "the quarter under way is left out"
    )


def test_survival_has_the_numbers_at_risk(figures: dict[str, Any], people: Invented) -> None:
    notes = [note["text"] for note in figures["survival"]["layout"]["annotations"]]
    assert notes[:2] == ["At risk", "everybody managed"]
    of = {
        row["day"]: row["at_risk"]
        for row in model(people, "rpt_reoffending__survival")
        if row["cohort"] == "all"
    }
    assert notes[2] == str(of[0])
    names = {trace["name"] for trace in figures["survival"]["data"] if trace.get("meta")}
    assert names == {"everybody managed", "IOM"}, "seven people are no curve"


def test_balance_names_what_is_not_alike(page: Parts) -> None:
    text = section(page, "trust")
    assert "differ by a tenth of a standard deviation or more in weighted harm" in text
    assert "After matching, 2 of 3 circumstances are alike" in text


def test_known_counts_by_status(page: Parts) -> None:
    assert page.table("t-serial_perpetrators").rows == [
        ["managed", "1", "1"],
        ["considered", "1", "0"],
        ["never referred", "1", "1"],
        ["All", "3", "2"],
    ]
    assert "1 of them is in the top 100 and not managed" in section(page, "known")
    assert "N0000011" not in page.text, "aggregates only; the ranking names people"


def test_outcomes_of_twelve_months(page: Parts) -> None:
    assert page.table("t-outcomes_by_management_status").rows == [
        ["managed", "15", "3", "1", "6", "2", "3"],
        ["never referred", "3", "0", "0", "3", "0", "0"],
    ]


def test_cost_is_never_called_a_saving(page: Parts) -> None:
    text = section(page, "cost")
    assert "saving" not in text.lower()
    assert "prices of 2024-25" in text
    assert "35 % of the offences have no unit cost and are left out" in text
    assert "from \u2212\u00a3438,000 to \u00a327,500: we cannot tell whether it pays" in text
    assert "It breaks even at 84 offences avoided a year; the estimate is 30, from \u22128 to 90." in text


def _cost(folder: Path, *changes: dict[str, Any]) -> Content:
    """Return the section on cost, with the benefit by expectation and by matched difference changed."""
    made = invent(people=3, below=0)
    _, *compared_rows = made.rows["rpt_cost__benefit"]
    for row, change in zip(compared_rows, changes, strict=False):
        row |= change
    with Models(made.write(folder / "w.duckdb"), AS_AT) as models:
        return money.cost(Source(models, make_context()))


def _net(low: float, high: float, **more: Any) -> dict[str, Any]:
    return {"net_low_gbp": low, "net_gbp": (low + high) / 2, "net_high_gbp": high, **more}


def test_an_effect_on_too_few_has_no_money(tmp_path: Path) -> None:
    too_few = {"effect_n": 19, "verdict": "too few"}
    content = _cost(tmp_path, too_few, too_few)
    said = "Northfold unit costs \u00a3400,000 a year; there are too few people to say whether it pays."
    assert content.intro[-1] == said
    table = next(one for one in content.all_tables if one.name == "benefit")
    keys = [column.key for column in table.columns]
    rows = {row[1]: dict(zip(keys, row, strict=True)) for row in table.rows}
    few = rows["expected_without_management"]
    assert {key for key, value in few.items() if value is None} == {*keys} & {
        *money.FROM_THE_EFFECT,
        "setup_cost_gbp",
    }
    assert few["running_cost_gbp_year"] == 400_000
    assert rows["naive"]["net_gbp"] is not None
    (chart,) = content.charts
    assert "expected" not in chart.about.alt
    assert (
        chart.about.title
        == "By the methods with a comparison, there are too few people to say whether it pays"
    )


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ("more than it costs", "the estimated cost avoided is more than the scheme costs"),
        ("less than it costs", "the estimated cost avoided is less than the scheme costs"),
        ("inconclusive", "we cannot tell whether it pays"),
        ("not known", "it is not known whether it pays"),
    ],
)
def test_whether_it_pays_is_what_the_warehouse_says(tmp_path: Path, verdict: str, said: str) -> None:
    """The rule is the model's (fct_benefit_verdicts), whatever the amounts that stand beside it."""
    content = _cost(tmp_path, _net(1e3, 9e5, verdict=verdict))
    assert f": {said}. " in content.intro[-1]
    title = content.charts[0].about.title
    if said.startswith("the"):
        assert title == f"By the methods with a comparison, {said}"
    else:
        assert title == "We cannot tell whether the schemes pay for themselves"


def test_without_an_interval_it_is_not_known_whether_it_pays(tmp_path: Path) -> None:
    gone = {"net_low_gbp": None, "net_high_gbp": None, "verdict": "not known"}
    said = _cost(tmp_path, gone, gone).intro[-1]
    assert said == "Northfold unit costs \u00a3400,000 a year; it is not known whether it pays."


def test_what_has_no_unit_cost_is_said(tmp_path: Path) -> None:
    said = "Of the offences behind the value 35 % have no unit cost and count nothing: it is a lower bound."
    assert said in _cost(tmp_path).intro[-1]
    (tmp_path / "w.duckdb").unlink()
    assert "bound" not in _cost(tmp_path, {"unpriced_share": 0.0}).intro[-1]
    (tmp_path / "w.duckdb").unlink()
    assert "%" not in _cost(tmp_path, {"nominals": 19}).intro[-1], "no percentage on a base under twenty"


def test_empty_sections_say_so_and_stay(tmp_path: Path) -> None:
    path = Invented().write(tmp_path / "w.duckdb")
    render(path, tmp_path / "out", make_context())
    page = parts(tmp_path / "out" / FILE)
    assert [text for tag, text in page.headings if tag == "h2"][: len(PAGE.sections)] == [
        one.title for one in PAGE.sections
    ]
    for one in PAGE.sections[1:]:
        text = section(page, one.key)
        assert re.search(r"\b(No|Nobody|nobody)\b", text), (one.key, text)
    assert not page.all("figure")
    assert not [attrs for attrs in page.all("script") if "charts" in (attrs.get("src") or "")]
    assert not list((tmp_path / "out" / "assets").glob("plotly*")), "nothing to explore, no script"
    assert page.headings[0][1].startswith("Too few people can be compared")


RESTS_ON_MANAGEMENT = {
    **dict.fromkeys(
        ("caseload", "deselection", "pathways", "proven", "after", "interventions", "workload"), "IDIOM"
    ),
    **dict.fromkeys(("effect", "trust", "time", "views", "cost"), "IDIOM or ViSOR"),
    "register": "ViSOR",
}


def test_what_was_never_delivered_is_no_nought_and_no_statement(tmp_path: Path) -> None:
    made = Invented()
    whole = invent(people=3, below=0)
    for name in ("rpt_unit__serial_da", "rpt_ranking__summary"):
        made.rows[name] = [
            {**row, "management_status": "never_considered"} if "management_status" in row else row
            for row in whole.rows[name]
        ]
    context = make_context(extract_dates={"police_records": AS_AT})
    render(made.write(tmp_path / "w.duckdb"), tmp_path / "out", context)
    page = parts(tmp_path / "out" / FILE)
    for key, sources in RESTS_ON_MANAGEMENT.items():
        text = section(page, key)
        assert f"Not known: nothing has come from {sources}." in text, (key, text)
        assert not re.search(r"\b(Nobody|No manager|No scheme|No intervention)\b", text), (key, text)
    attention = section(page, "attention")
    assert not re.search(r"\b0 ", attention), attention
    assert "not known referrals not decided" in attention
    assert "not known visits overdue" in attention
    assert page.headings[0][1] == "Who is managed is not known: nothing has come from IDIOM or ViSOR"
    known = section(page, "known")
    assert "2 of them are in the top 100; whether they are managed is not known." in known
    assert "and not managed" not in known.removeprefix(", and not managed")
    assert page.table("t-serial_perpetrators").rows[0] == ["not known", "3", "2"]


def test_a_register_that_came_with_nobody_in_it_is_nought(tmp_path: Path) -> None:
    render(Invented().write(tmp_path / "w.duckdb"), tmp_path / "out", make_context())
    page = parts(tmp_path / "out" / FILE)
    assert "0 visits overdue" in section(page, "attention")
    assert "0 referrals not decided" in section(page, "attention")
    assert "Nobody is registered at this date." in section(page, "register")


def test_a_register_without_managers_has_no_noughts_of_them(tmp_path: Path) -> None:
    made = Invented()
    keys = ("division", "registrations", "registrations_before", "arms_overdue", "visits_overdue")
    made.rows["rpt_unit__visor"] = [dict(zip(keys, ("North", 60, 55, 2, 5), strict=True))]
    context = make_context(extract_dates={"police_records": AS_AT, "visor_summary": AS_AT})
    render(made.write(tmp_path / "w.duckdb"), tmp_path / "out", context)
    rows = parts(tmp_path / "out" / FILE).table("t-visor").rows
    assert rows[0][-2:] == ["missing", "missing"]
    assert rows[-1][-2:] == ["missing", "not summed"]


@pytest.mark.parametrize("name", ["rpt_unit__caseload", "rpt_reoffending__effect", "rpt_cost__benefit"])
def test_a_stale_model_is_refused(tmp_path: Path, name: str) -> None:
    made = invent(people=3, below=0)
    made.rows[name][0]["as_at"] = date(2026, 9, 6)
    with pytest.raises(IntegrityError, match=f"{name} holds 1 rows that are not as at 2026-09-20"):
        render(made.write(tmp_path / "w.duckdb"), tmp_path / "out", make_context())
    assert not (tmp_path / "out").exists()


def test_the_page_is_light(release: Path) -> None:
    assert (release / FILE).stat().st_size < 1_000_000
