"""One build of the twelve people for all tests of a session."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from include.settings import Settings
from include.warehouse.build import BuildResult
from include.warehouse.plan import RunPlan
from tests.warehouse.sample import TWELVE, build_from, seeds_with, twelve_people_types

Built = tuple[Settings, RunPlan, BuildResult]


@pytest.fixture(scope="session")
def twelve_people(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder: Path = tmp_path_factory.mktemp("twelve")
    settings = Settings(
        data_dir=folder / "data", seeds_dir=seeds_with(folder / "seeds", twelve_people_types())
    )
    dates = [date(2026, 9, 6), date(2026, 9, 20)]
    return settings, *build_from(settings, TWELVE / "landing", date(2026, 9, 20), dates)
