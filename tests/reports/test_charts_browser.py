"""Charts in a real browser: readable without a script, explored on demand, printed as drawings."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from reports.performance import PAGE
from tests.reports.browser import NARROW, WIDE, Window, visit

pytestmark = pytest.mark.slow

_DRAWINGS = """() => Array.from(document.querySelectorAll("figure.chart")).map((figure) =>
  Array.from(figure.querySelectorAll(".plot svg")).filter((node) => node.getClientRects().length).map((node) => ({
    width: node.getBoundingClientRect().width,
    smallest: Math.min(...Array.from(node.querySelectorAll("text")).map((text) =>
      13 * node.getBoundingClientRect().width / node.viewBox.baseVal.width)),
  })))"""


@pytest.mark.parametrize(("window", "least"), [(WIDE, 12.5), (NARROW, 9.0)], ids=["wide", "narrow"])
def test_one_drawing_of_each_chart_is_seen_and_can_be_read(
    browser: Browser, release: Path, window: Window, least: float
) -> None:
    with visit(browser, release, PAGE.file, window) as seen:
        drawings = seen.page.evaluate(_DRAWINGS)
        assert len(drawings) > 10
        assert all(len(found) == 1 for found in drawings)
        assert min(found[0]["smallest"] for found in drawings) >= least, "pixels of the text as shown"
        assert not [url for url in seen.requests if "plotly" in url], (
            "nothing is fetched before a reader asks"
        )


def test_every_chart_can_be_explored_without_a_complaint(browser: Browser, release: Path) -> None:
    """The visit fails on any complaint of the console: what plotly does is within the pages' policy."""
    with visit(browser, release, PAGE.file) as seen:
        buttons = seen.page.locator("button.explore")
        count = buttons.count()
        assert count > 10
        for place in range(count):
            buttons.nth(place).click()
            figure = seen.page.locator("figure.chart").nth(place)
            expect(figure.locator(".stage .main-svg").first).to_be_visible(timeout=20_000)
            expect(buttons.nth(place)).to_have_attribute("aria-pressed", "true")
            expect(figure.locator(".plot.wide")).to_be_hidden()
        assert len([url for url in seen.requests if "plotly" in url]) == 1, "one script for all charts"
        buttons.first.click()
        expect(seen.page.locator("figure.chart .plot.wide").first).to_be_visible()


def test_an_explored_chart_shows_the_values_on_hover(browser: Browser, release: Path) -> None:
    with visit(browser, release, PAGE.file) as seen:
        figure = seen.page.locator("#f-caseload_people")
        figure.locator("button.explore").click()
        bar = figure.locator(".stage .bars .point path").first
        expect(bar).to_be_visible(timeout=20_000)
        box = bar.bounding_box()
        assert box is not None
        seen.page.mouse.move(box["x"] + box["width"] - 3, box["y"] + box["height"] / 2)
        expect(figure.locator(".stage .hovertext")).to_contain_text("M01: 52")


def test_without_its_script_a_chart_stays_a_drawing(browser: Browser, release: Path, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    shutil.copytree(release, folder)
    for script in (folder / "assets").glob("plotly*"):
        script.unlink()
    with visit(browser, folder, PAGE.file) as seen:
        button = seen.page.locator("button.explore").first
        button.click()
        expect(button).to_be_disabled()
        expect(button).to_have_text("The script for exploring is not beside the pages")
        expect(seen.page.locator("figure.chart .plot.wide").first).to_be_visible()
        assert any("plotly" in complaint or "ERR_FILE" in complaint for complaint in seen.complaints)
        seen.complaints.clear()
