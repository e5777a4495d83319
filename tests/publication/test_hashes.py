"""The same rows, the same hash: whatever the order of work, the threads, the time zone or the locale."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from include.publication.hashes import grains_of, hash_warehouse
from include.settings import REPOSITORY
from include.warehouse.stores import open_store
from tests.publication.build import GRAINS, write_warehouse

FULL = {
    ("reporting." if name.startswith("rpt") else "marts.") + name: grain for name, grain in GRAINS.items()
}


def _hashes(path: Path, threads: int | None = None) -> dict[str, str]:
    return {one.model: one.content_sha256 for one in hash_warehouse(path, FULL, threads)}


def _of(tmp_path: Path, select: str, grain: list[str] | None = None) -> str:
    path = tmp_path / "one.duckdb"
    path.unlink(missing_ok=True)
    with open_store(path, read_only=False) as connection:
        connection.execute(f"create schema marts; create table marts.t as {select}")
    return hash_warehouse(path, {"marts.t": grain or []})[0].content_sha256


def test_the_order_of_storage_is_no_content(tmp_path: Path) -> None:
    write_warehouse(tmp_path / "a.duckdb")
    write_warehouse(tmp_path / "b.duckdb", order="hash(i)")
    assert _hashes(tmp_path / "a.duckdb") == _hashes(tmp_path / "b.duckdb")


def test_threads_are_no_content(tmp_path: Path) -> None:
    write_warehouse(tmp_path / "a.duckdb", people=60_000)
    assert _hashes(tmp_path / "a.duckdb", 1) == _hashes(tmp_path / "a.duckdb", 2)


@pytest.mark.parametrize(
    "environment",
    [
        {"TZ": "Asia/Tokyo"},
        {"TZ": "Europe/London", "LC_ALL": "tr_TR.UTF-8"},
        {"LC_ALL": "C", "PYTHONHASHSEED": "42"},
    ],
    ids=["time zone", "locale", "hash seed"],
)
def test_environment_is_no_content(tmp_path: Path, environment: dict[str, str]) -> None:
    write_warehouse(tmp_path / "a.duckdb")
    code = (
        "import json, sys; from pathlib import Path; from include.publication.hashes import hash_warehouse\n"
        "models = hash_warehouse(Path(sys.argv[1]), json.loads(sys.argv[2]))\n"
        "print(json.dumps({m.model: m.content_sha256 for m in models}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a.duckdb"), json.dumps(FULL)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == _hashes(tmp_path / "a.duckdb")


def test_the_run_itself_is_no_content(tmp_path: Path) -> None:
    write_warehouse(tmp_path / "a.duckdb", inputs="one")
    write_warehouse(tmp_path / "b.duckdb", inputs="another")
    assert _hashes(tmp_path / "a.duckdb") == _hashes(tmp_path / "b.duckdb")
    assert _hashes(tmp_path / "a.duckdb")["reporting.rpt_run__inputs"] == ""


def test_one_more_row_is_another_hash(tmp_path: Path) -> None:
    write_warehouse(tmp_path / "a.duckdb", people=50)
    write_warehouse(tmp_path / "b.duckdb", people=51)
    assert _hashes(tmp_path / "a.duckdb") != _hashes(tmp_path / "b.duckdb")


def test_doubles_count_to_nine_digits(tmp_path: Path) -> None:
    assert _of(tmp_path, "select 0.1::double + 0.2::double as x") == _of(tmp_path, "select 0.3::double as x")
    assert _of(tmp_path, "select 0.123456789::double as x") != _of(
        tmp_path, "select 0.123456788::double as x"
    )
    assert _of(tmp_path, "select 0.0::double as x") == _of(tmp_path, "select (-0.0)::double as x")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("null::varchar", "''"),
        ("null::varchar", "'~'"),
        ("'a|1:b'", "'a'"),
        ("1::bigint", "'1'"),
        ("true", "1::bigint"),
    ],
)
def test_different_values_never_look_alike(tmp_path: Path, one: str, other: str) -> None:
    assert _of(tmp_path, f"select {one} as x") != _of(tmp_path, f"select {other} as x")


def test_a_value_does_not_slip_into_the_next_column(tmp_path: Path) -> None:
    assert _of(tmp_path, "select 'ab' as x, 'c' as y") != _of(tmp_path, "select 'a' as x, 'bc' as y")


def test_a_grain_that_is_not_unique_still_gives_one_order(tmp_path: Path) -> None:
    forward = _of(tmp_path, "select 1 as k, i as v from range(5000) as r(i) order by i", ["k"])
    backward = _of(tmp_path, "select 1 as k, i as v from range(5000) as r(i) order by i desc", ["k"])
    assert forward == backward


@pytest.mark.parametrize("grain", [["day", "k"], ["k", "day"], ["day"]])
def test_a_large_model_has_the_hash_that_sorting_it_in_one_go_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, grain: list[str]
) -> None:
    select = (
        "select if(i % 7 = 0, null, date '2026-09-20' - (i % 5)::integer) as day, i % 31 as k, i as v "
        "from range(5000) as r(i) order by hash(i)"
    )
    in_one_go = _of(tmp_path, select, grain)
    monkeypatch.setattr("include.publication.hashes._SORTED_WHOLE", 100)
    assert _of(tmp_path, select, grain) == in_one_go


def test_an_empty_model_has_a_hash(tmp_path: Path) -> None:
    assert len(_of(tmp_path, "select 1 as k where false")) == 64


def test_the_grain_comes_from_the_manifest() -> None:
    node = {
        "resource_type": "model",
        "name": "t",
        "schema": "marts",
        "config": {"meta": {"grain": ["a", "b"]}},
    }
    seed = {"resource_type": "seed", "name": "s", "schema": "reference", "config": {}}
    assert grains_of({"nodes": {"model.x.t": node, "seed.x.s": seed}}) == {"marts.t": ["a", "b"]}


def test_only_what_tells_of_the_run_has_no_hash(tmp_path: Path) -> None:
    with open_store(tmp_path / "a.duckdb", read_only=False) as connection:
        connection.execute("create schema reporting")
        for name in ("rpt_ranking__list", "rpt_reoffending__effect", "rpt_run__inputs"):
            connection.execute(f"create table reporting.{name} as select 1 as n")
    without = [one.model for one in hash_warehouse(tmp_path / "a.duckdb", {}) if not one.content_sha256]
    assert without == ["reporting.rpt_run__inputs"]
