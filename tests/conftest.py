"""How the tests share the machine's cores: `make test` runs them in several processes (pytest-xdist).

A folder whose session fixtures build a force or a warehouse stays in one process, so that it is built once; elsewhere
a file stays together, for its module fixtures. What takes longest begins first: begun last, it would run on alone.
"""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).parent
BUILT_ONCE = {"dags", "explain", "faults", "gate", "synthetic", "warehouse"}
LONGEST_FIRST = (
    "dags", "independent", "reports", "gate", "faults", "dbt_outcomes", "erasure", "warehouse", "publication", "ingest",
    "backup", "monitoring", "statistics",
)  # fmt: skip


def _group(path: Path) -> str:
    folder = path.relative_to(TESTS).parts[0]
    return folder if folder in BUILT_ONCE else f"{folder}/{path.name}"


def _place(item: pytest.Item) -> int:
    folder = item.path.relative_to(TESTS).parts[0]
    return LONGEST_FIRST.index(folder) if folder in LONGEST_FIRST else len(LONGEST_FIRST)


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist writes the groups down
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Name each test's group, and put the groups that take longest first."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item.path)))
    items.sort(key=_place)
