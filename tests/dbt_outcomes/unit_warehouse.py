"""One build of the unit's force for all tests of a session, and how to read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from include.settings import Settings
from include.warehouse.stores import open_store
from tests.dbt_outcomes.unit_force import AS_AT, RUN_DATES, UnitForce
from tests.warehouse.sample import build_from

Rows = list[dict[str, Any]]
Ask = Callable[[str], Rows]


@pytest.fixture(scope="session")
def force() -> UnitForce:
    return UnitForce()


@pytest.fixture(scope="session")
def ask(force: UnitForce, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    folder = tmp_path_factory.mktemp("unit")
    settings = Settings(data_dir=folder / "data")
    _, build = build_from(settings, force.write(folder / "landing"), AS_AT, RUN_DATES)

    def query(text: str) -> Rows:
        with open_store(build.warehouse) as store:
            cursor = store.execute(text)
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    return query
