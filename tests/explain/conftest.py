"""A release made of the twelve people's warehouse, as publication leaves it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from include.publication.release import FILE, Release, switch_current
from include.settings import Settings
from tests.warehouse.conftest import Built, twelve_people

__all__ = ["twelve_people"]


@pytest.fixture(scope="session")
def published(twelve_people: Built, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    _, plan, build = twelve_people
    folder: Path = tmp_path_factory.mktemp("explained")
    settings = Settings(data_dir=folder, force_name="Invented force")
    release = settings.published_dir / plan.release_id
    release.mkdir(parents=True)
    shutil.copyfile(build.warehouse, release / "warehouse.duckdb")
    facts = Release(
        release_id=plan.release_id,
        as_at=plan.as_at,
        run_dates=[day.date for day in plan.run_dates],
        build_id=plan.build_id,
        inputs_hash=plan.inputs_hash,
        code_version=plan.code_version,
        algorithm_version=plan.algorithm_version,
        extracts=[],
        models=[],
        gate={},
        warnings=[],
        approved_by="a test",
        run_id="test",
        base_release=None,
        published_at="2026-09-21T00:00:00Z",
        ledger_head="",
        audit_head="",
        files=[],
    )
    (release / FILE).write_text(facts.model_dump_json(), encoding="utf-8")
    switch_current(settings, plan.release_id)
    return settings
