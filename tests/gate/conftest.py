"""One real build of a small synthetic force, for every test that breaks it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from include import pipeline
from include.ingest import ingest_all
from include.quality.gate import EXPECTATIONS, subject_of
from include.quality.subject import Subject
from include.runs import RunRequest, load_run
from include.settings import Settings
from include.synthetic import generate_force
from include.warehouse.build import build_result
from include.warehouse.plan import RunPlan


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    """Return a build that the gate lets through."""
    folder = tmp_path_factory.mktemp("gate")
    generate_force(folder / "force", nominals=300)
    settings = Settings(data_dir=folder / "data", landing=folder / "force" / "landing")
    ingest_all(settings)
    run_id = pipeline.open_run(settings, RunRequest(run_dates="2026-08-23,2026-09-06,2026-09-20"), key="gate")
    build_id = pipeline.plan_run(settings, run_id)
    pipeline.build_run(settings, run_id)
    assert load_run(settings, run_id).model_rows
    plan = RunPlan.load(settings, build_id)
    return subject_of(
        settings, plan, build_result(settings, build_id), datetime.now(UTC).date(), EXPECTATIONS
    )


@pytest.fixture
def broken(built: Subject, tmp_path: Path) -> Callable[[], Subject]:
    """Return a function that copies the build, for a test to break."""

    def copy() -> Subject:
        folder = tmp_path / "build"
        shutil.copytree(built.build.folder, folder)
        parts = {
            name: folder / path.relative_to(built.build.folder)
            for name in ("warehouse", "manifest", "run_results")
            for path in [getattr(built.build, name)]
        }
        return replace(built, build=replace(built.build, folder=folder, **parts))

    return copy
