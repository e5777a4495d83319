"""How the tests share the machine's cores: `make test` hands whole files to several processes (pytest-xdist).

So a file's fixtures are built once. The folders that take longest begin first: begun last, they would run on alone.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
# Every test has a data directory of its own; the project that their builds parse is the same.
os.environ.setdefault("HHW_PARSED_DIR", str(TESTS.parent / "build" / "parsed"))
LONGEST_FIRST = (
    "dags", "publication", "independent", "reports", "gate", "erasure", "dbt_outcomes", "warehouse", "faults", "ingest",
    "backup", "monitoring", "statistics",
)  # fmt: skip


def _place(item: pytest.Item) -> int:
    folder = item.path.relative_to(TESTS).parts[0]
    return LONGEST_FIRST.index(folder) if folder in LONGEST_FIRST else len(LONGEST_FIRST)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests that take longest first."""
    items.sort(key=_place)
