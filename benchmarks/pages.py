"""How fast the pages of a release open, and how heavy they are. Not a test: nothing fails on a time.

    .venv/bin/python -m benchmarks.pages data/published/current/reports

Prints for every page its size, the milliseconds until it is parsed and until it is loaded (the best and the worst of
some openings in a new window each), and for the ranking how long a search and a sort take. Needs Debian's chromium.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.reports.browser import chromium

_TIMES = """() => {
  const [seen] = performance.getEntriesByType("navigation");
  return [seen.domContentLoadedEventEnd, seen.loadEventEnd];
}"""
_SEARCH = """() => {
  const field = document.getElementById("f-q"), start = performance.now();
  field.value = "a";
  field.dispatchEvent(new Event("input", { bubbles: true }));
  document.body.getBoundingClientRect();
  return performance.now() - start;
}"""
_SORT = """() => {
  const start = performance.now();
  document.querySelectorAll("#list-table button.sort")[8].click();
  document.body.getBoundingClientRect();
  return performance.now() - start;
}"""


@contextmanager
def opened(browser: Browser, page: Path) -> Iterator[Page]:
    """Open a page in a new window, by the real clock."""
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    window = context.new_page()
    window.goto(page.resolve().as_uri(), wait_until="load")
    yield window
    context.close()


def openings(browser: Browser, page: Path, times: int) -> list[tuple[float, float]]:
    """Open a page some times; return milliseconds until parsed and until loaded."""
    found = []
    for _ in range(times):
        with opened(browser, page) as window:
            parsed, loaded = window.evaluate(_TIMES)
            found.append((float(parsed), float(loaded)))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the reports folder of a release")
    parser.add_argument("--times", type=int, default=5)
    given = parser.parse_args()
    pages = sorted(given.folder.rglob("*.html"))
    if not pages:
        parser.error(f"no page in {given.folder}")
    print(f"{'page':40}{'kB':>8}{'parsed ms':>18}{'loaded ms':>18}")
    with chromium() as browser:
        for page in pages:
            file = page.relative_to(given.folder).as_posix()
            found = openings(browser, page, given.times)
            parsed, loaded = ([one[i] for one in found] for i in (0, 1))
            print(
                f"{file:40}{page.stat().st_size / 1000:8.0f}"
                f"{f'{min(parsed):.0f} to {max(parsed):.0f}':>18}{f'{min(loaded):.0f} to {max(loaded):.0f}':>18}"
            )
        if (given.folder / "ranking.html").is_file():
            with opened(browser, given.folder / "ranking.html") as window:
                search, sort = window.evaluate(_SEARCH), window.evaluate(_SORT)
                print(f"ranking: a search {search:.0f} ms, a sort {sort:.0f} ms")


if __name__ == "__main__":
    main()
