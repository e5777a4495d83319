"""``make test-faults`` runs everything here; ``make test`` the representative part: what has no ``deep`` mark."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import test_kills, test_whole_runs
from tests.faults.ground import Base, Ground
from tests.faults.matrix import MATRIX, Case

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


@pytest.fixture(scope="session", autouse=True)
def _private_files() -> Iterator[None]:
    """Make new files private, as every command does: whichever test comes first, and whatever umask it was given."""
    before = os.umask(0o077)
    yield
    os.umask(before)


@pytest.fixture(scope="session")
def base_of_faults(tmp_path_factory: pytest.TempPathFactory) -> Base:
    """Make the data directory that every fault gets a copy of."""
    return Base(tmp_path_factory.mktemp("base"))


@pytest.fixture
def ground(base_of_faults: Base, tmp_path: Path) -> Ground:
    """One copy, for one fault."""
    return Ground(base_of_faults, tmp_path / "data")


class Told:
    """How each test of the matrix ended, and the table of it.

    A plugin and no hooks of this file, which would hear of the tests below this folder alone: half of the matrix
    stands elsewhere.
    """

    def __init__(self) -> None:
        self.seen: dict[str, list[str]] = defaultdict(list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember how a test ended, by file and name without its parameters."""
        if report.when == "call" or report.outcome != "passed":
            name = report.nodeid.split("tests/", 1)[-1].split("[")[0]
            self.seen[name].append("held" if report.outcome == "passed" else report.outcome)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the matrix: case, expected, seen, invariants; and in which step the kills landed."""
        tell = terminalreporter.write_line
        terminalreporter.section("fault matrix")
        tell(f"{'case':4} {'fault':40} {'expected':50} {'seen':22} invariants")
        for case in MATRIX:
            seen = self.of(case)
            tell(
                f"{case.number:4} {case.fault:40.40} {case.expected:50.50} {seen:22} {_invariants(case, seen)}"
            )
        for title, told in (("protocol", test_kills.TOLD), ("whole runs", test_whole_runs.TOLD)):
            tell(f"kills on the {title}: {sum(told.values())}")
            for step, number in sorted(told.items()):
                tell(f"  {number:4} {step}")

    def of(self, case: Case) -> str:
        """Return the worst end of the tests of a case, and how many they are."""
        ends = [end for proof in case.proofs for end in self.seen.get(proof, ["not run"])]
        if not ends:
            return f"NOT TRIED: {case.notice}"
        worst = next((end for end in ("failed", "error", "not run", "skipped") if end in ends), "held")
        return f"{worst} ({len(ends)})"


def pytest_configure(config: pytest.Config) -> None:
    """Listen to every test where all of the matrix is asked for."""
    if IS_ALL:
        config.pluginmanager.register(Told(), "fault-matrix")


def _invariants(case: Case, seen: str) -> str:
    """I1 to I8 are asked where a data directory is left behind; the others prove a part by itself."""
    asks = ("test_machine", "test_stores", "test_kills", "test_whole_runs", "test_corpus")
    is_asked = any(ask in proof for proof in case.proofs for ask in asks)
    return "I1-I8 hold" if is_asked and seen.startswith("held") else "-"
