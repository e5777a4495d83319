"""A real browser (Debian's chromium, driven by playwright): what it complains of, asks for, and shows.

The browser is offline and its clock stands still, so that a page of a release looks the same in any year.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, sync_playwright

from tests.reports.invented import AS_AT

ARTEFACTS = Path(__file__).resolve().parents[2] / "artefacts" / "pages"
"""Screenshots and printed pages of the last test run, for whoever reviews a change."""

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
ROWS_LOOKED_AT = 12
SHOT_HEIGHT = 2600
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")

_KINDS = ("passes", "violations", "incomplete")
_SHORTEN = """(rows) => document.querySelectorAll(`tbody > tr:nth-child(n + ${rows + 1})`)
  .forEach((row) => row.remove())"""
# What reaches beyond the window, but for what scrolls by itself on purpose.
_STICKS_OUT = """() => ({
  width: innerWidth,
  scrolls: document.documentElement.scrollWidth - innerWidth,
  wide: Array.from(document.querySelectorAll("body *")).filter((node) =>
      !node.closest(".scroll > *, svg, .skip, thead") && node.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 5).map((node) => node.outerHTML.slice(0, 160)),
  boxes: Array.from(document.querySelectorAll(".scroll"))
    .filter((node) => node.scrollWidth > node.clientWidth + 1).map((node) => node.outerHTML.slice(0, 160)),
})"""


@dataclass(frozen=True)
class Window:
    """A window of a reader.

    Args:
        name: Goes into the names of screenshots.
        width: CSS pixels.
        height: CSS pixels.
        zoom: Device pixels per CSS pixel: 1280 pixels at 400 % are 320 CSS pixels.
    """

    name: str
    width: int
    height: int = 900
    zoom: int = 1


WIDE = Window("1280", 1280)
NARROW = Window("400", 400)
ZOOMED = Window("zoom-400", 320, 256, zoom=4)


@dataclass
class Visit:
    """An open page, and what the browser had to say about it.

    Args:
        page: The page.
        folder: The release it belongs to.
        complaints: Errors and warnings of the console, and what the page's script threw.
        requests: Every address that was asked for.
    """

    page: Page
    folder: Path
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    @property
    def strays(self) -> list[str]:
        """Requests for anything but a file of the release."""
        return [url for url in self.requests if not url.startswith(self.folder.resolve().as_uri() + "/")]

    def sticks_out(self) -> dict[str, Any]:
        """Say what reaches beyond the window: nothing may."""
        found: dict[str, Any] = self.page.evaluate(_STICKS_OUT)
        return found

    def axe(self) -> list[str]:
        """Let axe-core look for breaches of WCAG 2.2 level A and AA; none may be found.

        Of long tables it sees the first rows (the rest are alike, and it takes a minute for a thousand).
        """
        self.page.evaluate(_SHORTEN, ROWS_LOOKED_AT)
        self.page.evaluate(AXE_SCRIPT)
        options = {
            "runOnly": {"type": "tag", "values": WCAG},
            "resultTypes": ["violations"],
            "preload": False,
        }
        found = self.page.evaluate(f"axe.run({json.dumps(options)})")
        looked = {rule["id"] for kind in _KINDS for rule in found[kind]}
        assert {"document-title", "html-has-lang", "color-contrast"} <= looked, looked
        return [
            f"{rule['id']}: {rule['help']}: {[node['html'][:160] for node in rule['nodes'][:3]]}"
            for rule in found["violations"]
        ]

    def shoot(self, name: str) -> None:
        """Keep a screenshot, of long pages the first few windows, of a magnified one the window.

        A whole long page in four times as many pixels each way is more than the browser draws in a minute.
        """
        sizes = (
            "[document.documentElement.clientWidth, document.documentElement.scrollHeight, devicePixelRatio]"
        )
        width, height, zoom = self.page.evaluate(sizes)
        if zoom > 1:
            self.page.screenshot(path=artefact(f"{name}.png"))
            return
        clip = {"x": 0, "y": 0, "width": width, "height": min(height, SHOT_HEIGHT)}
        self.page.screenshot(path=artefact(f"{name}.png"), full_page=True, clip=clip)

    def print(self, name: str) -> list[str]:
        """Print to PDF; return the text of each sheet."""
        path = artefact(f"{name}.pdf")
        self.page.pdf(path=path, prefer_css_page_size=True, print_background=True, tagged=True)
        text = subprocess.run(
            ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, timeout=60, check=True
        ).stdout
        return text.split("\f")[:-1]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser."""
    path = shutil.which("chromium")
    if not path or not shutil.which("pdftotext"):
        pytest.fail("The pages cannot be tried in a browser: apt-get install chromium poppler-utils")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def visit(
    browser: Browser,
    folder: Path,
    file: str,
    window: Window = WIDE,
    *,
    suffix: str = "",
    today: date = AS_AT + timedelta(days=1),
) -> Iterator[Visit]:
    """Open a page of a release on a given day; whatever the browser complains of fails the test.

    Args:
        browser: The browser.
        folder: The release.
        file: The page.
        window: The reader's window.
        suffix: Query and anchor.
        today: What the reader's computer takes for today.
    """
    context = browser.new_context(
        viewport={"width": window.width, "height": window.height},
        device_scale_factor=window.zoom,
        offline=True,
        timezone_id="Europe/London",
        locale="en-GB",
    )
    context.set_default_timeout(60_000)
    page = context.new_page()
    seen = Visit(page, folder)
    page.on("console", lambda said: seen.complaints.append(said.text) if said.type in _BAD else None)
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    context.on("request", lambda request: seen.requests.append(request.url))
    page.clock.set_fixed_time(f"{today.isoformat()}T09:00:00")
    try:
        page.goto(f"{(folder / file).resolve().as_uri()}{suffix}")
        yield seen
        assert not seen.complaints, seen.complaints
        assert not seen.strays, seen.strays
    finally:
        context.close()


_BAD = {"error", "warning", "assert"}


def artefact(name: str) -> Path:
    """Return where to keep something for a reviewer to look at."""
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    return ARTEFACTS / re.sub(r"[^A-Za-z0-9.-]+", "-", name)
