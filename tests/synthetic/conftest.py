"""Forces that several tests look at, generated once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pytest

from include.synthetic import ForceSummary, generate_force
from include.warehouse.stores import memory_store
from tests.synthetic import extracts

AS_AT = date(2026, 9, 20)


@dataclass(frozen=True)
class Made:
    """A generated force, folded into a store."""

    summary: ForceSummary
    folder: Path
    store: duckdb.DuckDBPyConnection
    faults: list[str]

    def one(self, query: str) -> tuple[object, ...]:
        row = self.store.execute(query).fetchone()
        assert row is not None
        return row

    def number(self, query: str) -> float:
        return float(str(self.one(query)[0]))


def make(folder: Path, store: duckdb.DuckDBPyConnection, nominals: int, effect: float = 0.30) -> Made:
    summary = generate_force(folder, nominals, effect=effect)
    return Made(summary, folder, store, extracts.load(store, folder / "landing"))


@pytest.fixture(scope="session")
def force(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """The default force: 20,000 nominals."""
    with memory_store() as store:
        yield make(tmp_path_factory.mktemp("force"), store, 20_000)


@pytest.fixture(scope="session")
def force_without_effect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """The same force, were management to do nothing."""
    with memory_store() as store:
        yield make(tmp_path_factory.mktemp("no_effect"), store, 20_000, effect=0.0)


@pytest.fixture(scope="session")
def two_chunks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """A force that needs two chunks."""
    with memory_store() as store:
        yield make(tmp_path_factory.mktemp("two_chunks"), store, 23_000)
