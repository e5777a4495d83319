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
    "dags", "independent", "reports", "gate", "faults", "dbt_outcomes", "erasure", "warehouse", "publication", "ingest",
    "backup", "monitoring", "statistics",
)  # fmt: skip

# Written on 25 November 2026 and not yet seen to pass as a whole: `make test-unproven` runs them, `make test` does not.
# A line goes as soon as its file has been green from end to end; none may be added for a test that fails.
UNPROVEN = (
    "backup/", "faults/", "production/test_operations_page.py", "publication/test_supply_chain.py",
)  # fmt: skip


def _place(item: pytest.Item) -> int:
    folder = item.path.relative_to(TESTS).parts[0]
    return LONGEST_FIRST.index(folder) if folder in LONGEST_FIRST else len(LONGEST_FIRST)


@pytest.hookimpl(tryfirst=True)  # before marks are selected by
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests that take longest first, and mark those that have still to prove themselves."""
    for item in items:
        if item.path.relative_to(TESTS).as_posix().startswith(UNPROVEN):
            item.add_marker(pytest.mark.unproven)
    items.sort(key=_place)
