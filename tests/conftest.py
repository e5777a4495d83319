"""How the tests share the machine's cores: `make test` runs them in several processes (pytest-xdist).

What stands in one folder with a conftest of its own stays in one process, so that what its session fixtures build is
built once; elsewhere a file stays together, for its module fixtures. The folders that build most begin first: one that
began last would run on alone.
"""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).parent
LONGEST_FIRST = (
    "reports", "dags", "independent", "gate", "faults", "dbt_outcomes", "erasure", "warehouse", "publication", "ingest",
    "backup", "monitoring", "statistics",
)  # fmt: skip


def _group(path: Path) -> str:
    folder = path.relative_to(TESTS).parts[0]
    return folder if (TESTS / folder / "conftest.py").exists() else f"{folder}/{path.name}"


def _place(item: pytest.Item) -> int:
    folder = item.path.relative_to(TESTS).parts[0]
    return LONGEST_FIRST.index(folder) if folder in LONGEST_FIRST else len(LONGEST_FIRST)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Name each test's group, and put the groups that take longest first."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item.path)))
    items.sort(key=_place)
