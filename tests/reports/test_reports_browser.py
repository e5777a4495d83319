"""The pages in a real browser (Debian's chromium, headless): the script works, and the console is silent.

A page is driven from inside: a script is put beside the page's own, acts as a reader would, and leaves
what it saw in the document, which the browser then prints. The page's security policy stays in force.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.reports.invented import Invented

pytestmark = pytest.mark.slow

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--enable-logging=stderr", "--virtual-time-budget=3000", "--dump-dom"),
)
TOOLS = """
const $ = (s) => document.querySelector(s), $$ = (s) => Array.from(document.querySelectorAll(s));
const shown = () => $$("#list-table > tbody > tr:not(.card-row)").filter((row) => !row.hidden);
const set = (id, value) => {
  const field = $("#" + id);
  if (field.type === "checkbox") field.checked = value; else field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
};
const press = (node, key) =>
  node.dispatchEvent(new KeyboardEvent("keydown", { key: key, bubbles: true, cancelable: true }));
const cells = (n) => shown().map((row) => row.cells[n].textContent.trim());
const sortBy = (n) => $$("#list-table button.sort")[n].click();
addEventListener("load", () => setTimeout(() => {
  let seen;
  try { seen = (() => { BODY })(); } catch (error) { seen = { error: String(error.stack) }; }
  parent.postMessage(JSON.stringify(seen), "*");
}, 50));
"""
# The page stands in a frame: a headless window is never narrower than 500 pixels, a frame is.
FRAME = """<!doctype html><title>frame</title><pre id="driven"></pre>
<iframe src="PAGE" style="width:WIDTHpx;height:900px;border:0"></iframe>
<script>
addEventListener("message", (event) => { document.getElementById("driven").textContent = event.data; });
</script>
"""


def browse(address: str, profile: Path) -> str:
    """Open a page, and return what it left; fail on the first complaint of the console."""
    if not shutil.which("chromium"):
        pytest.fail("chromium is not installed: apt-get install chromium")
    command = ["chromium", *FLAGS, f"--user-data-dir={profile}", "--window-size=1400,1000", address]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    complaints = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    assert not complaints
    found = re.search(r'<pre id="driven">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found, done.stderr[-2000:]
    return html.unescape(found[1])


@pytest.fixture
def drive(tmp_path: Path, release: Path) -> Any:
    """Act on a page and return what was seen."""

    def run(
        page: str, body: str, width: int = 1280, suffix: str = "", edit: Any = None, folder: Path = release
    ) -> Any:
        copy = tmp_path / "copy"
        shutil.copytree(folder, copy)
        text = (copy / page).read_text(encoding="utf-8")
        root = "../" * page.count("/")
        text = text.replace("</head>", f'<script src="{root}assets/drive.js" defer></script></head>')
        (copy / page).write_text(edit(text) if edit else text, encoding="utf-8")
        (copy / "assets" / "drive.js").write_text(TOOLS.replace("BODY", body), encoding="utf-8")
        frame = FRAME.replace("PAGE", page + suffix).replace("WIDTH", str(width))
        (copy / "frame.html").write_text(frame, encoding="utf-8")
        seen = json.loads(browse(f"file://{copy / 'frame.html'}", tmp_path / "profile"))
        assert "error" not in seen, seen
        return seen

    return run


def test_a_complaint_of_the_console_is_heard(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<pre id=driven></pre><script>nope()</script>", encoding="utf-8")
    with pytest.raises(AssertionError, match="nope is not defined"):
        browse(f"file://{page}", tmp_path / "profile")


def listed(people: Invented) -> list[dict[str, Any]]:
    return [row for row in people.rows["rpt_ranking__list"] if row["rank"] <= 300]


def test_filters_and_search_agree_with_the_model(drive: Any, people: Invented) -> None:
    seen = drive(
        "ranking.html",
        """
        const out = { all: shown().length };
        set("f-status", "managed"); out.managed = shown().length; out.said = $("#count").textContent;
        set("f-division", "North"); out.north = shown().length;
        set("f-status", ""); set("f-division", ""); set("f-urgent", true); out.urgent = cells(0);
        set("f-urgent", false); set("f-meeting", true); out.meeting = shown().length;
        set("f-meeting", false); set("f-new", true); out.fresh = shown().length;
        set("f-new", false); set("f-custody", "in custody"); out.custody = shown().length;
        set("f-custody", ""); set("f-q", "MALLEY-stone ivo"); out.found = cells(2);
        set("f-q", "nobody is called this"); out.none = shown().length; out.nobody = !$("#none-found").hidden;
        return out;
        """,
    )
    model = listed(people)
    assert seen["all"] == len(model)
    managed = [row for row in model if row["management_status"] == "managed"]
    assert seen["managed"] == len(managed)
    assert seen["said"] == f"Showing {len(managed)} of 300 people: managed."
    assert seen["north"] == sum(row["division"] == "North" for row in managed)
    assert seen["urgent"] == [str(row["rank"]) for row in model if row["is_urgent"]]
    assert seen["meeting"] == sum(row["is_on_meeting_list"] for row in model)
    assert seen["fresh"] == sum(row["is_new_in_top_n"] or row["is_new_in_top_30"] for row in model)
    assert seen["custody"] == sum(row["in_custody"] for row in model)
    assert len(seen["found"]) == sum(
        (row["surname"], row["forename"]) == ("O'Malley-Stone", "Ivo") for row in model
    )
    assert (seen["none"], seen["nobody"]) == (0, True)


def test_sorting(drive: Any, people: Invented) -> None:
    seen = drive(
        "ranking.html",
        """
        const head = (n) => $$("#list-table > thead th")[n].getAttribute("aria-sort");
        const out = { first: head(0) };
        sortBy(8); out.harm = cells(0); out.down = head(8); out.rank = head(0);
        sortBy(8); out.harmUp = cells(0); out.up = head(8);
        sortBy(1); out.moved = cells(0); sortBy(0); out.back = cells(0);
        return out;
        """,
    )
    model = listed(people)
    by_harm = sorted(model, key=lambda row: (-row["weighted_harm_days"], row["rank"]))
    assert seen["harm"] == [str(row["rank"]) for row in by_harm]
    by_harm = sorted(model, key=lambda row: (row["weighted_harm_days"], row["rank"]))
    assert seen["harmUp"] == [str(row["rank"]) for row in by_harm]
    assert (seen["first"], seen["rank"], seen["down"], seen["up"]) == (
        "ascending",
        None,
        "descending",
        "ascending",
    )
    by_move = sorted(
        model, key=lambda row: (row["rank_change"] is None, -(row["rank_change"] or 0), row["rank"])
    )
    assert seen["moved"] == [str(row["rank"]) for row in by_move], "who has no movement comes last"
    assert seen["back"] == [str(rank) for rank in range(1, 301)]


def test_a_card_by_keyboard(drive: Any, people: Invented) -> None:
    seen = drive(
        "ranking.html",
        """
        const buttons = $$("button.person"), out = {};
        buttons[0].focus(); press(buttons[0], "ArrowDown");
        out.second = document.activeElement === buttons[1];
        out.lazily = $$(".card").length;
        buttons[1].click();
        out.expanded = buttons[1].getAttribute("aria-expanded");
        out.title = $(".card h3").textContent;
        out.adds = $$(".card .terms tbody tr").map((row) => row.cells[2].textContent);
        out.sum = $(".card .terms tfoot td.num").textContent;
        out.offences = $$(".card .scroll tbody tr").length;
        out.line = $(".card svg.history path").getAttribute("d").length > 20;
        out.words = $(".card svg.history").getAttribute("aria-label");
        out.note = $(".card .note").textContent;
        const text = $(".card").textContent;
        out.clean = !/\\b(NaN|undefined|null)\\b/.test(text);
        press($(".card .close"), "Escape");
        out.closed = !$(".card"); out.returned = document.activeElement === buttons[1];
        set("f-urgent", true); const first = shown()[0].querySelector("button");
        first.focus(); press(first, "ArrowDown");
        out.skips = document.activeElement === shown()[1].querySelector("button");
        return out;
        """,
    )
    person = listed(people)[1]
    assert seen["second"]
    assert seen["lazily"] == 0, "cards are built when they are opened"
    assert seen["expanded"] == "true"
    assert (
        seen["title"] == f"2 \u00b7 {person['surname']}, {person['forename']} \u00b7 {person['nominal_id']}"
    )
    total = sum(round(float(text.replace("\u2212", "-")) * 100) for text in seen["adds"])
    assert total == round(float(seen["sum"]) * 100)
    offences = [
        row for row in people.rows["rpt_ranking__offences"] if row["nominal_id"] == person["nominal_id"]
    ]
    assert seen["offences"] == len(offences)
    assert seen["line"]
    assert "last 2 on 20 Sep 2026" in seen["words"]
    assert "It adopts nobody." in seen["note"]
    assert seen["clean"]
    assert seen["closed"]
    assert seen["returned"]
    assert seen["skips"]


def test_a_link_opens_the_card_even_of_somebody_filtered_out(drive: Any, people: Invented) -> None:
    person = next(row for row in listed(people) if row["management_status"] == "managed")
    seen = drive(
        "ranking.html",
        'return { card: $(".card h3").textContent, shown: shown().length };',
        suffix=f"?status=considered#p-{person['nominal_id']}",
    )
    assert person["nominal_id"] in seen["card"]
    assert seen["shown"] == 300


@pytest.mark.parametrize(("age", "hidden"), [(16, True), (17, False)])
def test_the_banner_of_age_by_the_reader_s_clock(drive: Any, age: int, hidden: bool) -> None:
    as_at = (datetime.now(UTC).astimezone() - timedelta(days=age)).date().isoformat()
    seen = drive(
        "index.html",
        'return { hidden: $("#stale").hidden, days: $("#stale-age").textContent };',
        edit=lambda text: text.replace('data-as-at="2026-09-20"', f'data-as-at="{as_at}"'),
    )
    assert seen["hidden"] is hidden
    assert hidden or seen["days"] == str(age)


@pytest.mark.parametrize(
    "page", ["index.html", "ranking.html", "quality.html", "runs/20260921T050000-publish.html"]
)
@pytest.mark.parametrize("width", [1280, 400, 320])
def test_nothing_sticks_out(drive: Any, page: str, width: int) -> None:
    """At 400 pixels, and at 320, which is 1280 at a zoom of 400 %."""
    seen = drive(
        page,
        """
        $$("details").forEach((node) => { node.open = true; });
        $$("button.person").slice(0, 3).forEach((node) => node.click());
        const wide = $$("main *").filter((node) => !node.closest(".scroll, svg, thead") &&
          node.getBoundingClientRect().right > innerWidth + 1);
        return {
          width: innerWidth,
          scrolls: document.documentElement.scrollWidth - innerWidth,
          wide: wide.slice(0, 5).map((node) => node.outerHTML.slice(0, 120)),
          boxes: $$(".scroll").filter((node) => node.scrollWidth > node.clientWidth + 1).length,
        };
        """,
        width=width,
    )
    assert seen["width"] == width
    assert seen["scrolls"] <= 0, seen
    assert not seen["wide"]
    assert width > 400 or seen["boxes"] == 0, "on narrow screens tables stand as blocks"


def test_hostile_cards_are_only_text(drive: Any, poisoned: Path) -> None:
    seen = drive(
        "ranking.html",
        """
        $$("button.person").forEach((node) => node.click());
        const acts = (node) => Array.from(node.attributes).some((given) => given.name.startsWith("on"));
        return {
          cards: $$(".card").length, scripts: $$("script").length, heads: $$("h1").length,
          images: $$("img, iframe, object, embed, base").length, handlers: $$("*").filter(acts).length,
          links: $$("a").filter((node) => /^(javascript|data|vbscript):/i.test(node.href)).length,
        };
        """,
        folder=poisoned,
    )
    assert seen["cards"] > 60
    assert {**seen, "cards": 0} == {
        "cards": 0,
        "scripts": 3,
        "images": 0,
        "handlers": 0,
        "links": 0,
        "heads": 1,
    }
