"""A build that needs more memory than it may have: DuckDB spills, and the build goes on to its end."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import duckdb
import pytest

from include.settings import Settings
from include.synthetic import generate_force
from include.warehouse.stores import memory_store, open_store
from tests.warehouse.sample import build_from

pytestmark = pytest.mark.slow


def test_a_build_spills_and_ends(tmp_path: Path) -> None:
    """Connections that dbt opens after DuckDB has spilled find its temporary directory in use.

    With this force and so much memory DuckDB does spill: a profile that names the directory at each connection fails.
    """
    generate_force(tmp_path, nominals=3_000, seed=5)
    settings = Settings(data_dir=tmp_path / "data", memory_limit="120MB", threads=2)
    dates = [date(2024, 3, 10), date(2025, 3, 9), date(2026, 9, 6)]
    _, build = build_from(settings, tmp_path / "landing", None, dates)
    results = json.loads(build.run_results.read_text())["results"]
    assert [one["unique_id"] for one in results if one["status"] in {"error", "skipped"}] == []


def test_every_store_keeps_to_the_limit(tmp_path: Path) -> None:
    """By itself DuckDB takes four fifths of the machine: hashing a release of a million people took 20 GiB."""
    with memory_store() as memory, open_store(tmp_path / "w.duckdb", read_only=False) as file:
        limits = {
            store.execute("select current_setting('memory_limit')").fetchone() for store in (memory, file)
        }
    with duckdb.connect(config={"memory_limit": Settings().memory_limit}) as plain:
        assert limits == {plain.execute("select current_setting('memory_limit')").fetchone()}
