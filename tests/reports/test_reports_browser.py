"""Every page of a release in a real browser: wide, narrow, at a zoom of 400 %, printed, and by axe-core."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.reports.browser import NARROW, WIDE, ZOOMED, Window, visit
from tests.reports.conftest import BLOCKED_PAGE, RELEASE_PAGES
from tests.reports.invented import AS_AT

pytestmark = pytest.mark.slow

OPEN_ALL = """() => {
  document.querySelectorAll("details").forEach((node) => { node.open = true; });
  Array.from(document.querySelectorAll("button.person")).slice(0, 3).forEach((node) => node.click());
}"""
EVERY_PAGE = [("release", file) for file in RELEASE_PAGES]
EVERY_PAGE += [("empty", "ranking.html"), ("blocked", BLOCKED_PAGE)]


@pytest.fixture
def folder(request: pytest.FixtureRequest) -> Path:
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("window", [WIDE, NARROW, ZOOMED], ids=lambda window: window.name)
@pytest.mark.parametrize(("folder", "file"), EVERY_PAGE, indirect=["folder"])
def test_page(browser: Browser, folder: Path, file: str, window: Window) -> None:
    """Silent, offline, inside its window, and without a breach of WCAG 2.2 AA."""
    with visit(browser, folder, file, window) as seen:
        seen.shoot(f"{folder.parent.name}-{file}-{window.name}")
        seen.page.evaluate(OPEN_ALL)
        found = seen.sticks_out()
        assert found["width"] == window.width
        assert found["scrolls"] <= 0, found
        assert not found["wide"]
        assert window is WIDE or not found["boxes"], "on narrow screens tables stand as blocks"
        if window is not ZOOMED:  # the layout is that of the narrow window
            assert not seen.axe()
        assert len(seen.requests) >= 3, "page, style and script were seen to be asked for"


@pytest.mark.parametrize(("folder", "file"), EVERY_PAGE, indirect=["folder"])
def test_page_prints(browser: Browser, folder: Path, file: str) -> None:
    """Every sheet is marked at top and bottom and numbered; nothing of the screen's furniture is on it."""
    with visit(browser, folder, file) as seen:
        title = seen.page.locator("h1").inner_text()
        sheets = seen.print(f"{folder.parent.name}-{file}")
    assert " ".join(title.split()) in " ".join(sheets[0].split())
    for number, sheet in enumerate(sheets, start=1):
        assert sheet.count("OFFICIAL-SENSITIVE") == 2, f"sheet {number} of {len(sheets)}"
        assert f"{number} of {len(sheets)}" in sheet
        assert "Skip to the content" not in sheet
        assert "CSV:" not in sheet


@pytest.mark.parametrize("file", RELEASE_PAGES)
def test_a_hostile_release_does_nothing(browser: Browser, poisoned: Path, file: str) -> None:
    with visit(browser, poisoned, file) as seen:
        found = seen.page.evaluate(
            """() => {
              document.querySelectorAll("button.person").forEach((node) => node.click());
              const acts = (node) => Array.from(node.attributes).some((given) => given.name.startsWith("on"));
              const all = (chosen) => document.querySelectorAll(chosen).length;
              return {
                cards: all(".card"), people: all("button.person"), heads: all("h1"),
                foreign: all("img, iframe, object, embed, base, form[action]"),
                scripts: Array.from(document.scripts).filter((one) => one.src).map((one) => one.src),
                handlers: Array.from(document.querySelectorAll("*")).filter(acts).length,
                links: Array.from(document.links).filter((one) => one.protocol !== "file:").length,
              };
            }"""
        )
    assert found["cards"] == found["people"]
    assert (found["heads"], found["foreign"], found["handlers"], found["links"]) == (1, 0, 0, 0)
    assert all("/assets/" in source for source in found["scripts"])


@pytest.mark.parametrize(("age", "is_shown"), [(16, False), (17, True)])
def test_the_banner_of_age_by_the_reader_s_clock(
    browser: Browser, release: Path, age: int, is_shown: bool
) -> None:
    with visit(browser, release, "index.html", today=AS_AT + timedelta(days=age)) as seen:
        banner = seen.page.locator("#stale")
        assert banner.is_visible() is is_shown
        assert not is_shown or f"{age} days ago" in banner.inner_text()


BROKEN = """<!doctype html><html><head><title>Broken</title>
<style>.dots { display: flex } .dots button { width: 9px; height: 9px; padding: 0; border: 0 }</style>
</head><body><main>
<div style="width:2000px">wide</div><p style="color:#999;background:#fff">faint</p>
<button></button><div class="dots"><button>a</button><button>b</button></div><img src="http://127.0.0.1:9/x.png">
<script>nope()</script></main></body></html>"""


def test_the_harness_hears_what_is_wrong(browser: Browser, tmp_path: Path) -> None:
    """A page that is wrong in every way that the tests above look for; each is found."""
    (tmp_path / "broken.html").write_text(BROKEN, encoding="utf-8")
    with visit(browser, tmp_path, "broken.html", NARROW) as seen:
        assert seen.sticks_out()["scrolls"] > 0
        assert len(seen.sticks_out()["wide"]) == 1
        assert seen.strays == ["http://127.0.0.1:9/x.png"]
        assert any("nope is not defined" in complaint for complaint in seen.complaints)
        rules = {breach.split(":")[0] for breach in seen.axe()}
        assert {"color-contrast", "html-has-lang", "image-alt", "button-name", "target-size"} <= rules
        seen.complaints.clear()
        seen.requests.clear()
