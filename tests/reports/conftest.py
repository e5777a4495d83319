from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reports.context import CheckRow, PageContext, Stage, WaiverRow
from reports.render import PAGES, render, render_run_page
from tests.reports.invented import AS_AT, Invented, invent

if TYPE_CHECKING:
    from playwright.sync_api import Browser

RUN_ID = "20260921T050000-publish"
RELEASE_PAGES = (*(page.file for page in PAGES), f"runs/{RUN_ID}.html")
"""Every page of a release: one that is added to ``PAGES`` is tried by every test that goes over them."""

BLOCKED_RUN = {
    "run_id": "run-0123456789ab",
    "outcome": "blocked",
    "marking": "OFFICIAL-SENSITIVE",
    "force_name": "Invented Constabulary",
    "as_at": AS_AT,
    "release_in_force": "20260906-88aa",
    "checks": [
        {
            "kind": "dbt",
            "name": "unique_rank",
            "status": "fail",
            "detail": "3 ids twice",
            "remedy": "Look at merges.",
        },
        {"kind": "gx", "name": "scores", "status": "missing", "remedy": "See the log."},
        {"kind": "dbt", "name": "fine", "status": "pass"},
    ],
    "stages": [{"name": "build", "seconds": 41.25}],
    "model_rows": {"marts.fct_rankings": 18342},
}
BLOCKED_PAGE = f"runs/{BLOCKED_RUN['run_id']}.html"


def make_context(**changes: object) -> PageContext:
    values: dict[str, object] = {
        "marking": "OFFICIAL-SENSITIVE",
        "force_name": "Invented Constabulary",
        "as_at": AS_AT,
        "extract_dates": {"police_records": AS_AT, "visor_summary": date(2026, 9, 18), "idiom": AS_AT},
        "release_id": "20260920-4f1c",
        "code_version": "a1b2c3d",
        "algorithm_version": "1.0",
        "run_id": RUN_ID,
        "gate_result": "All 6 checks ran; none failed, 1 warns and 1 is waived.",
        "warnings": ["visor_summary: the extract is 2 days older than the release."],
        "checks": [
            CheckRow("dbt", "unique_fct_rankings", "pass", "0 rows failed"),
            CheckRow(
                "gx",
                "publication.top_n_churn",
                "warn",
                "12 of 100 changed; expected up to 10",
                "Look at who is new.",
            ),
            CheckRow("gx", "publication.score_range", "pass", "all within 0 to 12"),
            CheckRow("reconciliation", "rows_add_up", "pass"),
            CheckRow("delivery", "police_records_volume", "pass"),
            CheckRow("dbt", "relationships_visor", "waived", "17 rows", "Waived until 31 October 2026."),
        ],
        "stages": [Stage("ingest", 4.2), Stage("build", 41.75), Stage("gate", 8.1)],
        "model_rows": {"marts.fct_rankings": 18342, "reporting.rpt_ranking__list": 325, "marts.fct_gaps": 0},
        "generated_at": "21 September 2026 05:04 UTC",
        "waivers": [
            WaiverRow("relationships_visor", "A. Keeper", "ViSOR merge under way", date(2026, 10, 31))
        ],
    }
    return PageContext(**{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def people() -> Invented:
    return invent()


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory, people: Invented) -> Path:
    """All pages of a release of invented people."""
    folder = tmp_path_factory.mktemp("release")
    render(people.write(folder / "warehouse.duckdb"), folder / "reports", make_context())
    return folder / "reports"


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release without a single row."""
    folder = tmp_path_factory.mktemp("empty")
    nothing = make_context(warnings=[], checks=[], stages=[], waivers=[], extract_dates={})
    render(Invented().write(folder / "empty.duckdb"), folder / "reports", nothing)
    return folder / "reports"


@pytest.fixture(scope="session")
def blocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that published nothing."""
    folder = tmp_path_factory.mktemp("blocked")
    render_run_page(BLOCKED_RUN, folder)
    return folder


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser for all tests of the pages; it ends with them, since it holds the event loop."""
    from tests.reports.browser import chromium

    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release whose every text is hostile."""
    from tests.reports.hostile import render_poisoned

    return render_poisoned(tmp_path_factory.mktemp("poisoned"))
