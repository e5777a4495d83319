"""Text of the sources is somebody's typing, or somebody's attack: on a page and in a CSV it does nothing."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import make_context
from hypothesis import given
from hypothesis import strategies as st
from invented import SCHEMA, Invented, invent
from pageparts import parts, read_csv

from reports import formats
from reports.cards import embed
from reports.context import CheckRow, Stage, WaiverRow
from reports.render import render, render_run_page
from reports.tables import csv_cell

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</ScRiPt ><img src=x onerror=alert(1)>",
    "<!--<script>",
    "-->",
    "<![CDATA[x]]>",
    "]]>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<iframe src=javascript:alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    '" onmouseover="alert(1)',
    "' onmouseover='alert(1)",
    "` onmouseover=`alert(1)",
    '"><script>alert(1)</script>',
    "'><b>",
    "</td></tr></table><h1>gone</h1>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</textarea>",
    "<base href=//evil>",
    "<meta http-equiv=refresh content=0>",
    "<plaintext>",
    "&lt;script&gt;",
    "&#60;script&#62;",
    "&amp;",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "{{ config.items() }}",
    "${7*7}",
    "#{7*7}",
    "%(x)s %s %n",
    "{0} {x}",
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("x","y")',
    "+1+1",
    "-1+1",
    "@SUM(1)",
    " =1+1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\u00a0=1+1",
    "\uff1d1+1",
    "\u200b=1+1",
    "'=1+1",
    '"=1+1"',
    "a\r\n=1+1",
    "a\n+1,b\n",
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x9b31m",
    "\u202egnirts",
    "\u2066x\u2069",
    "\u2028=1+1",
    "a\u2029b",
    "\x00",
    "\x7f\x08",
    'O\'Brien "Bob"; drop table x; --',
    "../../etc/passwd",
    "None",
    "x" * 4000,
    "\u0627\u0644\u0639\u0631\u0628\u064a\u0629",
    "\U0001f600\U0001f468\u200d\U0001f469",
    "A\u0300\u0301\u0302\u0303\u0304",
)
FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def _texts(model: str) -> list[str]:
    return [part.split()[0].strip('"') for part in SCHEMA[model].split(", ") if part.split()[1] == "varchar"]


def _poison(made: Invented) -> Invented:
    """Put every hostile string into every text field of every model."""
    people = made.rows["rpt_ranking__list"]
    for text, person in zip(HOSTILE, people, strict=True):
        old = person["nominal_id"]
        for model in ("rpt_ranking__explanations", "rpt_ranking__offences", "rpt_ranking__history"):
            for row in made.rows[model]:
                if row["nominal_id"] == old:
                    row.update(
                        {name: text for name in _texts(model) if name != "term"}, nominal_id=text + old
                    )
        person.update({name: text for name in _texts("rpt_ranking__list")}, nominal_id=text + old)
        person["is_urgent"] = True
    made.rows["rpt_ranking__summary"][0]["algorithm_version"] = HOSTILE[1]
    for model in SCHEMA:
        if model.startswith(("rpt_quality", "rpt_run")):
            template = made.rows[model][0]
            made.rows[model] = [{**template, **dict.fromkeys(_texts(model), text)} for text in HOSTILE]
    return made


def _poisoned_context(text: str) -> Any:
    return replace(
        make_context(),
        force_name=text,
        release_id=text,
        code_version=text,
        algorithm_version=text,
        gate_result=text,
        generated_at=text,
        warnings=list(HOSTILE),
        checks=[CheckRow(one, one, status, one, one) for one in HOSTILE for status in ("fail", "pass", one)],
        stages=[Stage(one, 1.0, one) for one in HOSTILE],
        waivers=[WaiverRow(one, one, one, date(2026, 10, 1)) for one in HOSTILE],
        extract_dates=dict.fromkeys(HOSTILE, date(2026, 9, 20)),
    )


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("poisoned")
    path = _poison(invent(people=len(HOSTILE), below=0)).write(folder / "w.duckdb")
    render(path, folder / "out", _poisoned_context(HOSTILE[1]))
    record = {
        "run_id": "run-1",
        "outcome": HOSTILE[0],
        "force_name": HOSTILE[2],
        "blocked_by": [{"what": one, "remedy": one} for one in HOSTILE],
        "inputs": [{one: one for one in HOSTILE}],
        "warnings": list(HOSTILE),
    }
    render_run_page(record, folder / "out")
    return folder / "out"


@pytest.mark.parametrize(
    "name",
    ["index.html", "ranking.html", "quality.html", "runs/20260921T050000-publish.html", "runs/run-1.html"],
)
def test_pages_hold_no_element_of_an_attacker(poisoned: Path, name: str) -> None:
    page = parts(poisoned / name)
    assert not page.unbalanced
    assert not page.stack
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"img", "svg", "iframe", "base", "plaintext", "style", "textarea", "object", "embed"}
    kinds = sorted(str(attrs.get("type", attrs.get("src", "inline"))) for attrs in page.all("script"))
    assert [kind for kind in kinds if not kind.endswith("assets/pages.js")] == (
        ["application/json"] if name == "ranking.html" else []
    )
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


@pytest.mark.parametrize("name", ["index.html", "ranking.html", "quality.html", "runs/run-1.html"])
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


@given(st.text())
def test_no_text_becomes_a_formula(text: str) -> None:
    cell = csv_cell(text)
    assert not cell.lstrip().startswith(FORMULA)
    assert "\n" not in cell
    assert "\r" not in cell


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_stay_numbers(value: float) -> None:
    assert float(csv_cell(value)) == value


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
