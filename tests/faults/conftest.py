"""``make test-faults`` runs everything here; ``make test`` the representative part: what has no ``deep`` mark."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

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
