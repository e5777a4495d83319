"""The board pack in a real browser: wide, narrow, at a zoom of 400 %, printed, and by axe-core."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from reports.board import pdf
from reports.board.pack import render_board_pack
from tests.reports.board_force import write_board
from tests.reports.browser import NARROW, WIDE, ZOOMED, Window, visit
from tests.reports.conftest import make_context

pytestmark = pytest.mark.slow
FILE = "board_pack.html"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("board")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "missing", lambda: "left out of this test")
        render_board_pack(write_board(folder / "w.duckdb"), folder, make_context())
    return folder


@pytest.mark.parametrize("window", [WIDE, NARROW, ZOOMED], ids=lambda window: window.name)
def test_pack(browser: Browser, folder: Path, window: Window) -> None:
    """Silent, offline, inside its window, and without a breach of WCAG 2.2 AA."""
    with visit(browser, folder, FILE, window) as seen:
        seen.shoot(f"board-{FILE}-{window.name}")
        found = seen.sticks_out()
        assert found["scrolls"] <= 0, found
        assert not found["wide"]
        assert window is WIDE or not found["boxes"], "on narrow screens tables stand as blocks"
        if window is not ZOOMED:
            assert not seen.axe()


def test_pack_prints(browser: Browser, folder: Path) -> None:
    with visit(browser, folder, FILE) as seen:
        sheets = seen.print(f"board-{FILE}")
    for number, sheet in enumerate(sheets, start=1):
        assert sheet.count("OFFICIAL-SENSITIVE") == 2, f"sheet {number} of {len(sheets)}"
        assert "DRAFT" in sheet
        assert "CSV:" not in sheet
