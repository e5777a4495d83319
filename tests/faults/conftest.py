"""``make test-faults`` runs everything here; ``make test`` the representative part: what has no ``deep`` mark."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.faults.ground import Base, Ground

HERE = Path(__file__).parent
IS_ALL = os.environ.get("HHW_FAULTS") == "all"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the deep part out, by name of the mark, unless all of it is asked for."""
    if IS_ALL:
        return
    left_out = [item for item in items if HERE in item.path.parents and item.get_closest_marker("deep")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def base_of_faults(tmp_path_factory: pytest.TempPathFactory) -> Base:
    """Make the data directory that every fault gets a copy of."""
    return Base(tmp_path_factory.mktemp("base"))


@pytest.fixture
def ground(base_of_faults: Base, tmp_path: Path) -> Ground:
    """One copy, for one fault."""
    return Ground(base_of_faults, tmp_path / "data")
