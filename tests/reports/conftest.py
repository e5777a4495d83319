from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from reports.context import CheckRow, PageContext, Stage, WaiverRow
from reports.render import render
from tests.reports.invented import AS_AT, Invented, invent


def make_context(**changes: object) -> PageContext:
    values: dict[str, object] = {
        "marking": "OFFICIAL-SENSITIVE",
        "force_name": "Invented Constabulary",
        "as_at": AS_AT,
        "extract_dates": {"police_records": AS_AT, "visor_summary": date(2026, 9, 18), "idiom": AS_AT},
        "release_id": "20260920-4f1c",
        "code_version": "a1b2c3d",
        "algorithm_version": "1.0",
        "run_id": "20260921T050000-publish",
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
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release whose every text is hostile."""
    from tests.reports.hostile import render_poisoned

    return render_poisoned(tmp_path_factory.mktemp("poisoned"))
