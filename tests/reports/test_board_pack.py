"""The board pack says what the models say, in page, PDF, workbook and CSV alike, and nothing that nobody named."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zlib
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from include.errors import IntegrityError, ReportError, UsageError
from reports.board import months, pdf, says
from reports.board.options import Approval, BoardOptions
from reports.board.pack import BoardPack, render_board_pack
from reports.board.workbook import SHEETS
from reports.disclosure.engine import disclose
from reports.disclosure.profiles import BOARD
from tests.reports.board_force import board_models, month_ends, write_board
from tests.reports.conftest import make_context
from tests.reports.hostile import HOSTILE
from tests.reports.invented import AS_AT, Invented
from tests.reports.pageparts import parts, read_csv

pytestmark = pytest.mark.slow
APPROVAL = Approval("Dana Keeper", "2 October 2026 09:30 UTC", "Read with the unit.")
MARKING = "OFFICIAL-SENSITIVE"
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DATE = re.compile(rf"\b(\d{{1,2}} )?({MONTHS}) \d{{4}}\b")


@pytest.fixture(scope="module")
def draft(tmp_path_factory: pytest.TempPathFactory) -> BoardPack:
    folder = tmp_path_factory.mktemp("draft")
    return render_board_pack(write_board(folder / "w.duckdb"), folder, make_context())


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> BoardPack:
    folder = tmp_path_factory.mktemp("approved")
    return render_board_pack(write_board(folder / "w.duckdb"), folder, make_context(), APPROVAL)


@pytest.fixture
def no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "missing", lambda: "left out of this test")


def rows_of(pack: BoardPack, name: str) -> list[dict[str, str]]:
    return read_csv(next(path for path in pack.csvs if path.name == f"{MARKING}_{name}.csv"))


def sheet_of(pack: BoardPack, name: str) -> list[list[object]]:
    """Return the rows of a table in the workbook, below its heading."""
    sheet = load_workbook(pack.files[-1])[SHEETS[name]]
    table = next(iter(sheet.tables.values()))
    return [[cell.value for cell in row] for row in sheet[table.ref]][1:]


def as_number(text: object) -> float | None:
    try:
        return float(str(text).replace(",", "").replace("\u2212", "-"))
    except ValueError:
        return None


def test_the_models_are_in_the_csv_rounded_as_declared(draft: BoardPack) -> None:
    rows = board_models(Invented()).rows
    model = {row["cohort"]: row for row in rows["rpt_board__reoffending"] if row["outcome"] == "offences"}
    for row in rows_of(draft, "board_cohorts"):
        of = model[row["cohort"]]
        if of["nominals"] < 5:
            assert row["nominals"] == row["rate_ratio"] == row["verdict"] == "[c]"
            continue
        assert abs(int(row["nominals"]) - of["nominals"]) <= 2
        assert int(row["nominals"]) % 5 == 0
        if of["nominals"] < 20:
            assert row["rate_ratio"] == row["rate_pre"] == "[x]", "nothing on fewer than 20"
        else:
            assert float(row["rate_ratio"]) == pytest.approx(of["rate_ratio"], abs=0.00501)
            assert float(row["rate_pre"]) == pytest.approx(of["rate_pre"], abs=0.0501)
        assert row["verdict"] == of["verdict"]
    latest = {row["metric"]: row for row in rows["rpt_board__trends"] if row["is_latest"]}
    shown = {row["metric"]: row for row in rows_of(draft, "board_this_month")}
    for metric in ("managed_people", "register"):
        for column in (
            "value",
            "previous_value",
            "year_ago_value",
            "change_on_previous",
            "change_on_year_ago",
        ):
            assert float(shown[metric][column]) == latest[metric][column]
    net = {row["scheme"]: row["net_gbp"] for row in rows["rpt_board__cost"]}
    assert {row["scheme"]: round(net[row["scheme"]], -3) for row in rows_of(draft, "board_cost")} == {
        row["scheme"]: float(row["net_gbp"]) for row in rows_of(draft, "board_cost")
    }


def test_page_workbook_and_csv_say_the_same(draft: BoardPack) -> None:
    page = parts(draft.files[0])
    checked = 0
    for name in SHEETS:
        lines = [list(row.values())[:-1] for row in rows_of(draft, name)]
        for line, cells in zip(lines, sheet_of(draft, name), strict=True):
            for text, cell in zip(line, cells, strict=True):
                number = as_number(text)
                if number is not None and not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
                    assert as_number(cell) == number, (name, text, cell)
                    checked += 1
                elif text in {"[c]", "[x]"}:
                    assert cell == text
        if any(table.id == f"t-{name}" for table in page.tables):
            shown = page.table(f"t-{name}")
            assert len(shown.rows) == len(lines)
            said = {as_number(text) for row in shown.rows for cell in row for text in [cell.split("(")[0]]}
            known = [as_number(text) for line in lines for text in line]
            numbers = [number for number in said - {None} if number is not None]
            assert all(any(k is not None and abs(k - n) < 0.0051 for k in known) for n in numbers), name
    assert checked > 500


def test_every_figure_in_the_text_is_a_cell_of_a_table(draft: BoardPack) -> None:
    html = draft.files[0].read_text(encoding="utf-8")
    found = re.findall(
        r'<data value="([^"]*)" data-figure="([a-z_]+)\.([^"]+)\.([a-z_]+)">([^<]*)</data>', html
    )
    assert len(found) > 40
    for value, table, key, column, text in found:
        assert value == text
        lines = rows_of(draft, f"board_{table}")
        printed = {line[column] for line in lines}
        number = as_number(re.sub(r"[\u00a3%\s]", "", text))
        same = {abs(float(one)) for one in printed if as_number(one) is not None}
        assert number is not None or text in printed | {"none"}, (table, key, column, text)
        if number is not None:
            assert any(abs(abs(number) - one) < 0.0051 or abs(abs(number) - 100 * one) < 0.51 for one in same)


def test_charts_show_what_the_tables_say(draft: BoardPack) -> None:
    html = draft.files[0].read_text(encoding="utf-8")
    drawn = re.findall(r'<svg .*?<desc id="g-(\w+)-d">([^<]*)</desc>.*?</svg>', html, flags=re.S)
    names = {name for name, _ in drawn}
    assert {"board_managed_people", "board_slope", "board_methods_chart", "board_cost_chart"} <= names
    trends = rows_of(draft, "board_trends")
    for metric in ("managed_people", "new_high_harm_entrants"):
        alt = next(text for name, text in drawn if name == f"board_{metric}")
        last = [row["value"] for row in trends if row["metric"] == metric][-1]
        assert f"The last value is {last};" in alt
        withheld = sum(row["value"] == "[c]" for row in trends if row["metric"] == metric)
        assert (f"{withheld} months are withheld" in alt) == bool(withheld)


def bare(page: Path) -> str:
    """Return the text of a page without named figures, dates, paragraph numbers, table cells and drawings."""
    html = page.read_text(encoding="utf-8").split("<body>")[1].split("<footer>")[0]
    for tag in ("svg", "data", "time", "tbody"):
        html = re.sub(rf"<{tag}\b.*?</{tag}>", " ", html, flags=re.S)
    html = re.sub(r'<span class="pn">\d+\.</span>|<a href="#p\d+">\d+</a>', " ", html)
    return DATE.sub(" ", unescape(re.sub(r"<[^>]*>", " ", html)))


def test_no_digit_that_is_not_a_figure_a_date_or_a_paragraph_number(
    draft: BoardPack, approved: BoardPack
) -> None:
    assert not re.findall(r".{0,30}\d.{0,30}", bare(draft.files[0]))
    text = bare(approved.files[0]).replace("09:30 UTC", "")
    assert not re.findall(r".{0,30}\d.{0,30}", text)


def test_paragraphs_are_numbered_through(draft: BoardPack) -> None:
    html = draft.files[0].read_text(encoding="utf-8")
    numbers = [int(number) for number in re.findall(r'<span class="pn">(\d+)\.</span>', html)]
    assert numbers == list(range(1, len(numbers) + 1))
    asked = re.search(r'For decision: paragraphs <a href="#p(\d+)">.*?<a href="#p(\d+)">', html)
    assert asked is not None
    start = html.index('<section id="decisions"')
    section = html[start : html.index("</section>", start)]
    assert [int(n) for n in re.findall(r'id="p(\d+)"', section)] == list(
        range(int(asked[1]), int(asked[2]) + 1)
    )


@pytest.mark.usefixtures("no_pdf")
@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("We managed 12 people.", "by hand"),
        ("We managed {this_month.nobody.value} people.", "not there"),
        ("{this_month.managed_people.value:loudly}", "not there"),
    ],
)
def test_a_number_by_hand_or_one_that_is_not_there_is_refused(tmp_path: Path, text: str, error: str) -> None:
    (tmp_path / "purpose.md").write_text(text, encoding="utf-8")
    context = make_context(board=BoardOptions(text_folder=tmp_path))
    with pytest.raises(ReportError, match=error):
        render_board_pack(write_board(tmp_path / "w.duckdb"), tmp_path / "out", context)


@pytest.mark.usefixtures("no_pdf")
def test_a_force_puts_its_own_words(tmp_path: Path) -> None:
    own = (
        "Our **own** <script>alert()</script> for {this_month.managed_people.value} people:\n- note it\n  now"
    )
    (tmp_path / "purpose.md").write_text(own, encoding="utf-8")
    context = make_context(board=BoardOptions(text_folder=tmp_path, board_name="Board of the Isles"))
    pack = render_board_pack(write_board(tmp_path / "w.duckdb"), tmp_path / "out", context)
    html = pack.files[0].read_text(encoding="utf-8")
    assert "Our <strong>own</strong> &lt;script&gt;alert()&lt;/script&gt; for <data" in html
    assert "<li>note it now</li>" in html
    assert "Board of the Isles" in html
    with pytest.raises(UsageError):
        render_board_pack(
            tmp_path / "w.duckdb", tmp_path, make_context(board=BoardOptions(text_folder=tmp_path / "no"))
        )


def pages_of(path: Path) -> list[str]:
    text = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True
    )
    return text.stdout.split("\f")[:-1]


def test_a_draft_says_so_everywhere(draft: BoardPack) -> None:
    page = parts(draft.files[0])
    html = draft.files[0].read_text(encoding="utf-8")
    assert "<title>DRAFT \u2013 " in html
    assert page.text.index("DRAFT: not approved, not for the board") < page.text.index("Purpose 1.")
    found = pages_of(draft.files[1])
    assert len(found) > 3
    assert all("DRAFT" in one and one.count(MARKING) >= 2 for one in found)
    book = load_workbook(draft.files[2])
    for sheet in book.worksheets:
        if sheet.title not in {"Contents"}:
            texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
            assert any("DRAFT" in text for text in texts), sheet.title
            assert MARKING in texts, sheet.title
        assert sheet.oddHeader.center.text == sheet.oddFooter.center.text == MARKING
        assert "DRAFT" in sheet.oddFooter.left.text
    assert all(row["state"].startswith("DRAFT") for path in draft.csvs for row in read_csv(path))
    assert all(path.name.startswith(MARKING) for path in (*draft.files[1:], *draft.csvs))


def test_what_is_approved_names_who_and_when(approved: BoardPack) -> None:
    html = approved.files[0].read_text(encoding="utf-8")
    said = f"Approved by {APPROVAL.name}, {APPROVAL.decided_at}"
    assert said in html
    assert APPROVAL.note in html
    assert "DRAFT" not in html
    found = pages_of(approved.files[1])
    assert said in " ".join(found[0].split())
    assert all(f"Approved by {APPROVAL.name}" in one and "DRAFT" not in one for one in found)
    book = load_workbook(approved.files[2])
    texts = [str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not any("DRAFT" in text for text in texts)
    assert sum(said in text for text in texts) >= len(book.worksheets) - 1
    assert all(APPROVAL.name in row["state"] for path in approved.csvs for row in read_csv(path))


@pytest.mark.usefixtures("no_pdf")
@pytest.mark.parametrize("approval", [Approval("", "now"), Approval("A. Keeper", " ")])
def test_nobody_approves_nothing(tmp_path: Path, approval: Approval) -> None:
    with pytest.raises(UsageError):
        render_board_pack(write_board(tmp_path / "w.duckdb"), tmp_path, make_context(), approval)


def objects_of(path: Path) -> bytes:
    """Return everything in a PDF, taken out of its compressed streams."""
    raw = path.read_bytes()
    found = [raw]
    for stream in re.findall(rb"stream\r?\n(.*?)\nendstream", raw, flags=re.S):
        try:
            # What follows the end of the data is left: a line end of two characters, and no byte of the data before it.
            found.append(zlib.decompressobj().decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(found)


def test_the_pdf_is_tagged_and_has_title_and_language(draft: BoardPack) -> None:
    facts = subprocess.run(
        ["pdfinfo", str(draft.files[1])], capture_output=True, text=True, check=True
    ).stdout
    assert re.search(r"Tagged:\s+yes", facts)
    assert re.search(r"Title:\s+DRAFT", facts)
    assert re.search(r"JavaScript:\s+no", facts)
    inside = objects_of(draft.files[1])
    assert b"/Lang (en-GB)" in inside
    assert inside.count(b"/Alt") >= 6, "every drawing has its text alternative"
    struct = subprocess.run(
        ["pdfinfo", "-struct", str(draft.files[1])], capture_output=True, text=True, check=True
    ).stdout
    for kind in ("H1", "H2", "Table", "TH", "TD", "Figure"):
        assert re.search(rf"^\s*{kind}\b", struct, flags=re.M), kind


def test_without_pango_the_page_says_why_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    pdf.missing.cache_clear()
    try:
        pack = render_board_pack(write_board(tmp_path / "w.duckdb"), tmp_path, make_context())
    finally:
        monkeypatch.undo()
        pdf.missing.cache_clear()
    assert [path.suffix for path in pack.files] == [".html", ".xlsx"]
    assert "install the system package of Pango" in pack.no_pdf
    html = pack.files[0].read_text(encoding="utf-8")
    assert "no PDF was made (Pango is not on the machine that made it: install the system package" in html
    assert ".pdf" not in html


@pytest.mark.usefixtures("no_pdf")
def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    warehouse = write_board(tmp_path / "w.duckdb")
    packs = [render_board_pack(warehouse, tmp_path / name, make_context()) for name in ("a", "b")]
    for one, other in zip(
        (packs[0].files[0], *packs[0].csvs), (packs[1].files[0], *packs[1].csvs), strict=True
    ):
        assert one.read_bytes() == other.read_bytes()


@pytest.mark.usefixtures("no_pdf")
def test_a_stale_month_is_refused(tmp_path: Path) -> None:
    made = board_models(Invented())
    last = month_ends(AS_AT)[-1]
    trends = made.rows["rpt_board__trends"]
    made.rows["rpt_board__trends"] = [row for row in trends if row["month_end"] != last]
    with pytest.raises(IntegrityError, match="ends with 2026-07-31"):
        render_board_pack(made.write(tmp_path / "w.duckdb"), tmp_path, make_context())
    context = make_context(as_at=AS_AT + timedelta(days=1))
    with pytest.raises(IntegrityError, match="not as at"):
        render_board_pack(write_board(tmp_path / "x.duckdb"), tmp_path, context)


@pytest.mark.usefixtures("no_pdf")
def test_of_what_never_came_nothing_is_said(tmp_path: Path) -> None:
    """Police records alone: the list is known, and nobody knows who is managed."""
    made = Invented()
    trends = board_models(Invented()).rows["rpt_board__trends"]
    made.rows["rpt_board__trends"] = [row for row in trends if row["metric"] == "new_high_harm_entrants"]
    (tmp_path / "purpose.md").write_text("We manage {this_month.managed_people.value}.", encoding="utf-8")
    context = make_context(board=BoardOptions(text_folder=tmp_path))
    pack = render_board_pack(made.write(tmp_path / "w.duckdb"), tmp_path / "out", context)
    text = parts(pack.files[0]).text
    assert "How many people were managed at the end of August 2026 is not known" in text
    assert "people managed at the end" not in text
    assert "Who is managed is not known, so nothing can be said of reoffending. No before and after" in text
    assert "Too few people" not in text
    assert "Decide whether caseloads" not in text, "there is no caseload to decide about"
    assert "We manage (not known)." in text, "a force's own words stand whatever came"
    assert [row["metric"] for row in rows_of(pack, "board_this_month")] == ["new_high_harm_entrants"]


@pytest.mark.usefixtures("no_pdf")
def test_without_a_usual_range_nobody_is_within_it(tmp_path: Path) -> None:
    made = board_models(Invented())
    for row in made.rows["rpt_board__trends"]:
        if row["metric"] == "managed_people":
            row |= {"lower_limit": None, "upper_limit": None, "is_signal": None}
    pack = render_board_pack(made.write(tmp_path / "w.duckdb"), tmp_path / "out", make_context())
    text = parts(pack.files[0]).text
    assert "people managed at the end of August 2026" in text
    assert "Within the usual range" not in text


@pytest.mark.usefixtures("no_pdf")
def test_where_nothing_is_judged_nothing_is_said_of_change(tmp_path: Path) -> None:
    made = Invented()
    rows = [
        row for row in board_models(Invented()).rows["rpt_board__trends"] if row["metric"] == "managed_people"
    ]
    made.rows["rpt_board__trends"] = [row | {"events": 0, "value": 0.0, "is_signal": False} for row in rows]
    pack = render_board_pack(made.write(tmp_path / "w.duckdb"), tmp_path / "out", make_context())
    text = parts(pack.files[0]).text
    assert "No measure can be judged against a usual range." in text
    assert "nothing moved more than chance explains" not in text


@pytest.mark.usefixtures("no_pdf")
def test_an_old_figure_is_not_read_as_this_months(tmp_path: Path) -> None:
    """The cost was booked up to July: of August it is not known, whatever July's was."""
    made = board_models(Invented())
    *_, before, last = month_ends(AS_AT)
    rows = made.rows["rpt_board__trends"]
    made.rows["rpt_board__trends"] = [
        row for row in rows if row["metric"] != "unit_cost_gbp" or row["month_end"] != last
    ]
    pack = render_board_pack(made.write(tmp_path / "w.duckdb"), tmp_path / "out", make_context())
    cost = {row["metric"]: row for row in rows_of(pack, "board_this_month")}["unit_cost_gbp"]
    booked = next(
        row["value"] for row in rows if row["metric"] == "unit_cost_gbp" and row["month_end"] == before
    )
    assert cost["month_end"] == last.isoformat()
    assert cost["value"] == cost["change_on_previous"] == cost["is_signal"] == ""
    assert float(cost["previous_value"]) == booked
    shown = {row[0]: row for row in parts(pack.files[0]).table("t-board_this_month").rows}
    assert shown["Cost of the unit"][2] == "not known"


def test_what_a_unit_costs_is_withheld_for_nobody() -> None:
    """Five lines of a booking are no five people: the model counts nobody, and nothing is withheld."""
    rows = [
        row | {"n": 2, "events": None}
        for row in board_models(Invented()).rows["rpt_board__trends"]
        if row["metric"] == "unit_cost_gbp"
    ]
    for build in (months.trends, months.this_month):
        one = build({"rpt_board__trends": rows}, BOARD.threshold)
        assert one.table.rows
        assert "[c]" not in {
            cell for row in disclose([one], BOARD).tables[one.table.name].rows for cell in row
        }


def test_a_lower_limit_below_nothing_is_nothing_beside_a_withheld_month() -> None:
    values = [2.0, 30.0, 6.0] * 4
    rows = [
        {
            **{"month_end": month, "metric": "register", "value": value, "events": int(value), "n": 9},
            **{"mean_value": 12.67, "mean_moving_range": 20.0, "lower_limit": -40.5, "upper_limit": 65.9},
            **{"is_signal": False, "is_latest": False},
        }
        for month, value in zip(month_ends(AS_AT, len(values)), values, strict=True)
    ]
    for some in (rows, [row | {"events": 9} for row in rows]):  # with withheld months, and with none
        one = months.trends({"rpt_board__trends": some}, BOARD.threshold).table
        place = [column.key for column in one.columns].index("lower_limit")
        assert {row[place] for row in one.rows} == {0}


@pytest.mark.usefixtures("no_pdf")
def test_an_empty_force_is_told_so(tmp_path: Path) -> None:
    pack = render_board_pack(Invented().write(tmp_path / "w.duckdb"), tmp_path, make_context(warnings=[]))
    text = parts(pack.files[0]).text
    for sentence in (
        "Who is managed is not known, so nothing can be said of reoffending",
        "Nothing is known of the last whole month",
        "Nobody is ranked yet.",
        "No caseload is known.",
    ):
        assert sentence in text
    assert not re.search(r"\b(nan|None|null|inf)\b", text)


@pytest.mark.usefixtures("no_pdf")
@pytest.mark.parametrize(
    ("low", "high", "said", "title"),
    [
        (0.6, 0.9, "It is evidence, not proof", "offend less than was to be expected"),
        (0.8, 1.2, "we cannot tell a real reduction from chance", "We cannot yet tell"),
        (1.1, 1.5, "closer watching, which records more, may", "offend more than was to be expected"),
    ],
)
def test_the_words_follow_the_interval(
    tmp_path: Path, low: float, high: float, said: str, title: str
) -> None:
    made = board_models(Invented())
    words = "evidence of a fall" if high < 1 else "evidence of a rise" if low > 1 else "inconclusive"
    for row in made.rows["rpt_board__reoffending"]:
        if row["cohort"] == "all":
            row.update(ci_low=low, ci_high=high, verdict=words)
    pack = render_board_pack(made.write(tmp_path / "w.duckdb"), tmp_path, make_context())
    page = parts(pack.files[0])
    assert title in next(text for tag, text in page.headings if tag == "h1")
    assert said in page.text
    assert "must not be read as the effect of management" in page.text


def test_money_has_its_price_year_and_is_never_called_a_saving(draft: BoardPack) -> None:
    text = parts(draft.files[0]).text
    assert "uprated by the GDP deflator of HM Treasury to prices of 2024-25" in text
    assert "41 % have no published cost and count nothing, so every amount is a lower bound" in text
    assert "estimated economic and social cost" in text
    for found in re.finditer(r"\bsavings?\b", text):
        around = text[max(0, found.start() - 70) : found.end()]
        assert re.search(r"must not be called|outside the force as a", around), around


def _priced(folder: Path, **changes: Any) -> BoardPack:
    """Render a pack in which the cost of every scheme, and of all together, is changed."""
    made = board_models(Invented())
    for row in made.rows["rpt_board__cost"]:
        row.update(changes)
    warehouse = folder / "w.duckdb"
    warehouse.unlink(missing_ok=True)
    return render_board_pack(made.write(warehouse), folder, make_context())


def _card(pack: BoardPack) -> str:
    """Return the last card of the first page: what management costs and avoids."""
    html = pack.files[0].read_text(encoding="utf-8")
    cards = re.search(r'<ul class="keys">(.*?)</ul>', html, flags=re.S)
    assert cards is not None
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", cards[1].split("<li")[-1].split(">", 1)[1])).split())


_AMOUNTS = (
    *("offences_avoided_year", "offences_avoided_year_low", "offences_avoided_year_high"),
    *("value_of_offences_gbp", "value_of_offences_low_gbp", "value_of_offences_high_gbp"),
    *("net_gbp", "net_low_gbp", "net_high_gbp", "break_even_offences"),
)


@pytest.mark.usefixtures("no_pdf")
@pytest.mark.parametrize(
    ("matched", "mark", "verdict"), [(19, "[x]", "too few"), (5, "[x]", "too few"), (4, "[c]", "[c]")]
)
def test_an_effect_on_too_few_has_no_money(tmp_path: Path, matched: int, mark: str, verdict: str) -> None:
    pack = _priced(tmp_path, effect_n=matched, verdict="too few")
    rows = rows_of(pack, "board_cost")
    assert [row["running_cost_gbp_year"] for row in rows] == ["300000", "200000", "500000"]
    assert {row[amount] for row in rows for amount in _AMOUNTS} == {mark}
    assert {row["verdict"] for row in rows} == {verdict}
    assert "effect_n" not in rows[0]
    text = parts(pack.files[0]).text
    assert (
        "Management cost \u00a3500,000 in the last twelve months. There are too few people to say what"
        in text
    )
    assert _card(pack).startswith("too few people to say what management avoids")
    assert "\u00a3" not in _card(pack)
    assert "board_cost_chart" not in pack.files[0].read_text(encoding="utf-8")


@pytest.mark.usefixtures("no_pdf")
@pytest.mark.parametrize("count", ["comparators", "offences_pre", "offences_during"])
def test_where_the_ratio_is_withheld_so_is_the_money_that_gives_it_back(tmp_path: Path, count: str) -> None:
    made = board_models(Invented())
    for row in made.rows["rpt_board__reoffending"]:
        if row["cohort"] == "all":
            row[count] = 3
    pack = render_board_pack(made.write(tmp_path / "w.duckdb"), tmp_path, make_context())
    assert (
        next(row for row in rows_of(pack, "board_cohorts") if row["cohort"] == "all")["rate_ratio"] == "[c]"
    )
    assert {row[amount] for row in rows_of(pack, "board_cost") for amount in _AMOUNTS} == {"[c]"}
    assert "\u00a3" not in _card(pack)
    methods = {row["method"]: row["rate_ratio"] for row in rows_of(pack, "board_methods")}
    assert methods["expected_without_management"] == methods["matched_difference"] == "[c]"
    assert methods["naive"] == "0.47", "of other people, and not among the comparisons"


@pytest.mark.usefixtures("no_pdf")
@pytest.mark.parametrize(
    "gone",
    [
        {"net_low_gbp": None, "net_high_gbp": None},
        dict.fromkeys((*_AMOUNTS, "unpriced_share")),
    ],
    ids=["no interval", "no cost"],
)
def test_without_an_interval_the_card_says_not_known(tmp_path: Path, gone: dict[str, Any]) -> None:
    pack = _priced(tmp_path, verdict="not known", **gone)
    assert _card(pack).startswith("not known a year: cost of offending avoided")
    assert "missing" not in _card(pack)
    text = parts(pack.files[0]).text
    assert "What it avoids is not known, so we cannot say whether it is worth its cost." in text
    assert not re.search(r"missing( to |\u2013)missing", text)
    assert "board_cost_chart" not in pack.files[0].read_text(encoding="utf-8")


@pytest.mark.usefixtures("no_pdf")
def test_what_has_no_unit_cost_is_said_and_never_counts_against(tmp_path: Path) -> None:
    pack = _priced(tmp_path, verdict="not known", unpriced_share=0.634, net_high_gbp=-9000.0)
    text = parts(pack.files[0]).text
    said = "Of the offences behind that, 63 % have no unit cost and count nothing, so the value is a lower bound."
    assert f"{said} What has no unit cost could make the difference: we cannot say" in text
    assert _card(pack).endswith("63 % of offences have no unit cost not known")
    assert "avoids less than it costs" not in text
    assert {row["unpriced_pct"] for row in rows_of(pack, "board_cost")} == {"63"}


@pytest.mark.usefixtures("no_pdf")
@pytest.mark.parametrize(("low", "high"), [(1000.0, 90_000.0), (-90_000.0, -1000.0)])
def test_a_range_on_one_side_is_not_enough_where_the_other_comparison_differs(
    tmp_path: Path, low: float, high: float
) -> None:
    text = parts(_priced(tmp_path, net_low_gbp=low, net_high_gbp=high).files[0]).text
    assert "The other comparison does not find the same: we cannot tell whether it avoids more" in text
    assert "The cost lies within the range" not in text


@pytest.mark.usefixtures("no_pdf")
def test_a_person_in_two_schemes_is_one_in_all_and_gives_no_small_scheme_away(tmp_path: Path) -> None:
    made = board_models(Invented())
    north, south, together = made.rows["rpt_board__cost"]
    together["nominals"] = 70  # of 60 and 36
    pack = render_board_pack(made.write(tmp_path / "w.duckdb"), tmp_path, make_context())
    assert [row["nominals"] for row in rows_of(pack, "board_cost")] == ["60", "35", "70"]
    north["nominals"], south["nominals"], together["nominals"] = 57, 4, 61
    pack = render_board_pack(made.write(tmp_path / "x.duckdb"), tmp_path, make_context())
    shown = [row["nominals"] for row in rows_of(pack, "board_cost")]
    assert shown == ["[c]", "[c]", "61"], "55 stands for 57 at most: the small one would be 4 or more"


@pytest.mark.usefixtures("no_pdf")
def test_a_value_below_nothing_is_an_upper_bound_and_one_wholly_priced_is_none(tmp_path: Path) -> None:
    worse = _priced(tmp_path, value_of_offences_gbp=-5000.0)
    assert "count nothing, so the value is an upper bound." in parts(worse.files[0]).text
    text = parts(_priced(tmp_path, unpriced_share=0.0).files[0]).text
    assert "so the value is a" not in text


@pytest.mark.usefixtures("no_pdf")
def test_who_bears_a_cost_that_the_source_does_not_split_is_not_known(tmp_path: Path) -> None:
    made = board_models(Invented())
    for row in made.rows["rpt_cost__bearers"]:
        if row["bearer"] != "not_split":
            row.update(cost_pre_gbp=None, cost_during_gbp=None)
    pack = render_board_pack(made.write(tmp_path / "w.duckdb"), tmp_path, make_context())
    shown = {row[0]: row[1] for row in parts(pack.files[0]).table("t-board_bearers").rows}
    assert shown["police"] == shown["other criminal justice"] == "not known"
    assert {row[0]: row[1] for row in sheet_of(pack, "board_bearers")}["police"] == "not known"
    assert {row["bearer"]: row["cost_during_gbp"] for row in rows_of(pack, "board_bearers")}["police"] == ""


def test_the_gate_lets_every_verdict_through_that_the_pack_has_words_for() -> None:
    suite = Path(__file__).parents[2] / "expectations" / "publication" / "rpt_board__cost.json"
    lists = [
        one["kwargs"]["value_set"]
        for one in json.loads(suite.read_text(encoding="utf-8"))["expectations"]
        if one["kwargs"].get("column") == "verdict"
    ]
    assert [set(one) for one in lists] == [set(says.WORTH)]


def _poisoned() -> Invented:
    """Put hostile text wherever a source could: names of cohorts and schemes, groups, reasons, verdicts."""
    made = board_models(Invented())
    for model in (
        "rpt_board__reoffending",
        "rpt_board__parameters",
        "rpt_reoffending__attrition",
        "rpt_cost__bearers",
    ):
        rows = made.rows[model]
        texts = [key for key, value in rows[0].items() if isinstance(value, str)]
        kept = {"outcome", "scope"} | ({"cohort"} if model != "rpt_board__reoffending" else set())
        for text in HOSTILE:
            rows.append({**rows[0], **{key: text for key in texts if key not in kept}})
    for row, text in zip(
        made.rows["rpt_board__cost"], ("=1+1", "<img src=x onerror=alert(1)>"), strict=False
    ):
        row["scheme"] = text
    for row in made.rows["rpt_board__equality"]:
        row["group"] = {"Asian": HOSTILE[1], "Black": "=cmd|' /C calc'!A0"}.get(row["group"], row["group"])
        row["top_n_verdict"] = row["top_n_verdict"] and HOSTILE[8]
    return made


@pytest.mark.usefixtures("no_pdf")
def test_hostile_text_does_nothing(tmp_path: Path) -> None:
    hostile: dict[str, Any] = {"force_name": HOSTILE[1], "release_id": HOSTILE[2], "warnings": list(HOSTILE)}
    board = BoardOptions(board_name=HOSTILE[7])
    approval = Approval(HOSTILE[4], "=cmd|' /C calc'!A0", HOSTILE[16])
    warehouse = _poisoned().write(tmp_path / "w.duckdb")
    pack = render_board_pack(warehouse, tmp_path, make_context(board=board, **hostile), approval)
    page = parts(pack.files[0])
    allowed = {
        "svg",
        "g",
        "path",
        "text",
        "line",
        "rect",
        "circle",
        "polygon",
        "polyline",
        "title",
        "desc",
        "tspan",
    }
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "img", "iframe", "object", "embed", "form", "base", "plaintext", "textarea"}
    assert not page.unbalanced
    for tag, attrs in page.elements:
        assert not any(key.startswith("on") for key in attrs)
        assert tag in allowed or "style" not in attrs
    for path in pack.csvs:
        for row in read_csv(path):
            for text in row.values():
                assert not text.lstrip().startswith(("=", "+", "@", "\t")), (path.name, text)
                assert not re.match(r"\s*-[^\d]", text)
    for sheet in load_workbook(pack.files[-1]).worksheets:
        for line in sheet.iter_rows():
            for cell in line:
                assert cell.data_type != "f"
                assert cell.hyperlink is None or str(cell.hyperlink.location or "").startswith("'")


def test_the_page_is_sound(draft: BoardPack) -> None:
    html = draft.files[0].read_text(encoding="utf-8")
    page = parts(draft.files[0])
    assert html.startswith("<!doctype html>")
    assert not page.unbalanced
    assert page.all("html")[0]["lang"] == "en-GB"
    assert len(page.all("h1")) == len(page.all("main")) == len(page.all("footer")) == 1
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert all(attrs.get("scope") in {"row", "col"} for attrs in page.all("th"))
    assert all(table.caption and table.heads for table in page.tables)
    assert page.text.split("Skip to the content")[1].strip().startswith(MARKING)
    assert page.text.strip().endswith(MARKING)
    assert not re.search(r"(https?:)?//[a-z]", html.replace("http://www.w3.org/2000/svg", ""))
    policy = page.all("meta")[2]["content"] or ""
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    for link in page.all("a"):
        target = (link["href"] or "").split("#")[0]
        assert target in {"", "index.html"} or (draft.files[0].parent / target).is_file(), target
    assert not re.search(r"\bN\d{7}\b|\bM\d{3}\b", page.text), "no person, no manager"


def test_the_dates_of_the_pack_are_its_own(draft: BoardPack) -> None:
    text = parts(draft.files[0]).text
    assert "August 2026" in text
    assert f"Figures as at {AS_AT.day} September 2026; out of date after 25 October 2026" in text
    assert isinstance(replace(make_context(), as_at=date(2026, 9, 20)).as_at, date)
