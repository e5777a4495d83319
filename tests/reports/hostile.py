"""What somebody may have typed, or meant to do harm with; put into every text field of a release."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from reports.context import CheckRow, PageContext, Stage, WaiverRow
from reports.render import render, render_run_page
from tests.reports.conftest import make_context
from tests.reports.invented import SCHEMA, Invented, invent

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


def _texts(model: str) -> list[str]:
    return [column for column, kind in SCHEMA[model].items() if kind == "varchar"]


def _poison(made: Invented) -> Invented:
    """Put every hostile string into every text field of every model."""
    people = made.rows["rpt_ranking__list"]
    for text, person in zip(HOSTILE, people, strict=True):
        old = person["nominal_id"]
        for model in (f"rpt_ranking__{part}" for part in ("facts", "explanations", "offences", "history")):
            for row in made.rows[model]:
                if row["nominal_id"] == old:
                    row.update(
                        {name: text for name in _texts(model) if name != "term"}, nominal_id=text + old
                    )
        person.update({name: text for name in _texts("rpt_ranking__list")}, nominal_id=text + old)
        person["is_urgent"] = True
    made.rows["rpt_ranking__summary"][0]["algorithm_version"] = HOSTILE[1]
    for model, rows in made.rows.items():
        if rows and not model.startswith("rpt_ranking"):
            rows += [{**rows[0], **dict.fromkeys(_texts(model), text)} for text in HOSTILE]
    return made


def _poisoned_context(text: str) -> PageContext:
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
        model_rows=dict.fromkeys(HOSTILE, 1),
        extract_dates=dict.fromkeys(HOSTILE, date(2026, 9, 20)),
    )


def render_poisoned(folder: Path) -> Path:
    """Render a release and a blocked run whose every text is hostile."""
    path = _poison(invent(people=len(HOSTILE), below=0)).write(folder / "w.duckdb")
    render(path, folder / "out", _poisoned_context(HOSTILE[1]))
    record = {
        "run_id": "run-1",
        "outcome": HOSTILE[0],
        "force_name": HOSTILE[2],
        "blocked_by": [{"what": one, "remedy": one} for one in HOSTILE],
        "inputs": [{one: one for one in HOSTILE}],
        "warnings": list(HOSTILE),
        "model_rows": dict.fromkeys(HOSTILE, 1),
    }
    render_run_page(record, folder / "out")
    return folder / "out"
