"""The comparison of two engines sees every kind of difference, and calls nothing equal that it has not looked at."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from benchmarks.parity import is_equal, lines
from include.spark.compare import Compared, compare_builds
from include.warehouse.build import BuildResult

ROWS = """
    select 'A' as nominal_id, date '2026-09-20' as run_date, 1::bigint as rank, 0.25::double as score, 'new' as reason
    union all select 'B', date '2026-09-20', 2, 0.0, null
    union all select null, date '2026-09-20', 3, null, null
"""
ROW_B = "nominal_id is not distinct from 'B'"


def _builds(folder: Path, on_spark: str | None) -> tuple[BuildResult, BuildResult]:
    """Make DuckDB's build of one model, and the files that Spark would have written of `on_spark`."""
    node = {
        "resource_type": "model",
        "name": "fct_x",
        "schema": "marts",
        "config": {"meta": {"grain": ["nominal_id", "run_date"]}},
    }
    manifest = folder / "manifest.json"
    manifest.write_text(json.dumps({"nodes": {"model.fct_x": node}}))
    tables = folder / "tables" / "marts.db" / "fct_x"
    tables.mkdir(parents=True)
    with duckdb.connect(str(folder / "warehouse.duckdb")) as store:
        store.execute("create schema marts")
        store.execute(f"create table marts.fct_x as {ROWS}")
        if on_spark is not None:
            store.execute(f"copy (with rows as ({ROWS}) {on_spark}) to '{tables}/part-0.parquet'")
    none = folder / "none"
    return (
        BuildResult(folder, folder / "warehouse.duckdb", manifest, none),
        BuildResult(folder, folder / "tables", none, none),
    )


@pytest.mark.parametrize(
    "on_spark",
    [
        "from rows",
        "from rows order by rank desc",
        "select nominal_id, run_date, rank, score * (1 + 1e-12) as score, reason from rows",
    ],
)
def test_the_same_rows_are_equal(tmp_path: Path, on_spark: str) -> None:
    found = compare_builds(*_builds(tmp_path, on_spark))
    assert found == [Compared("fct_x", 3, 5, [])]
    assert is_equal(found)


@pytest.mark.parametrize(
    ("on_spark", "difference"),
    [
        ("select * replace (score * (1 + 1e-8) as score) from rows", "score: 1"),
        (f"select * replace (case when {ROW_B} then 1e-15 else score end as score) from rows", "score: 1"),
        (f"select * replace (case when {ROW_B} then null else score end as score) from rows", "score: 1"),
        ("select * replace (coalesce(score, 'nan'::double) as score) from rows", "score: 1"),
        (f"select * replace (case when {ROW_B} then 1 else rank end as rank) from rows", "rank: 1"),
        ("select * replace (coalesce(reason, '') as reason) from rows", "reason: 2"),
        ("select * replace (rank::integer as rank) from rows", "rank: BIGINT on DuckDB, INTEGER on Spark"),
        ("select * exclude (reason) from rows", "reason: VARCHAR on DuckDB, None on Spark"),
        (f"from rows where not ({ROW_B})", "keys on DuckDB alone: 1"),
        ("from rows union all select 'C', date '2026-09-20', 4, 0.1, null", "keys on Spark alone: 1"),
        (f"from rows union all from rows where {ROW_B}", "rows of a key that stands twice: 1"),
        ("from rows where false", "keys on DuckDB alone: 3"),
        (None, "no rows on Spark"),
    ],
)
def test_every_difference_is_seen(tmp_path: Path, on_spark: str | None, difference: str) -> None:
    found = compare_builds(*_builds(tmp_path, on_spark))
    assert found[0].differences == [difference]
    assert not is_equal(found)
    assert difference in "\n".join(lines(found))


@pytest.mark.parametrize("found", [[], [Compared("fct_x", 0, 5, [])]])
def test_a_comparison_on_nothing_is_a_failure(found: list[Compared]) -> None:
    assert not is_equal(found)
