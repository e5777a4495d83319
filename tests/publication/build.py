"""A tiny build: a warehouse of a few rows, a manifest, pages and a verdict, for tests that need no dbt."""

from __future__ import annotations

import json
import os
import shutil
from datetime import date
from pathlib import Path

from include.files import sha256_file
from include.publication.publish import PublishResult, ReleaseFacts, publish_build
from include.publication.release import Release, release_in_force
from include.quality.verdict import Check, Kind, Status, Verdict
from include.settings import Settings
from include.warehouse.stores import open_store

AS_AT = date(2026, 9, 20)
EXPECTED = [(Kind.DBT.value, "model dim_nominals"), (Kind.GX.value, "landing nominals: id is there")]
GRAINS = {
    "dim_merged_nominals": ["nominal_id"],
    "dim_nominals": ["nominal_id"],
    "fct_rankings": ["run_date", "nominal_id", "algorithm_version"],
    "rpt_run__inputs": ["source"],
}


def write_warehouse(
    path: Path, people: int = 50, order: str = "i", inputs: str = "one", factor: float = 1.0
) -> None:
    """Write the tables; ``order`` is the order in which rows are stored, which is no content."""
    path.unlink(missing_ok=True)
    with open_store(path, read_only=False) as connection:
        connection.execute("create schema marts; create schema reporting")
        connection.execute(
            "create table marts.dim_nominals as select 'N' || lpad(i::varchar, 5, '0') as nominal_id, "
            "case when i % 7 = 0 then null else 'O''Név-' || i end as surname, "
            "date '1980-01-01' + i::integer as date_of_birth "
            f"from range({people}) as r(i) order by {order}"
        )
        connection.execute(
            "create table marts.fct_rankings as select date '2026-09-20' as run_date, "
            "'N' || lpad(i::varchar, 5, '0') as nominal_id, i + 1 as rank, "
            f"{factor} / (i + 3.0)::double as score, i < 10 as is_top_n, '1.0-aa' as algorithm_version "
            f"from range({people}) as r(i) order by {order}"
        )
        connection.execute(
            "create table marts.dim_merged_nominals as select 'N00001' as nominal_id, 'N00000' as survivor_id"
        )
        connection.execute(
            f"create table reporting.rpt_run__inputs as select 'idiom' as source, '{inputs}' as what"
        )
        connection.execute("checkpoint")


def make_build(settings: Settings, build_id: str = "b1", **contents: object) -> Path:
    """Write a whole build into the work folder and return it."""
    folder = settings.work_dir / build_id
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "target").mkdir(parents=True)
    (folder / "reports" / "assets").mkdir(parents=True)
    (folder / "reports" / "index.html").write_text("<h1>page</h1>")
    (folder / "reports" / "assets" / "pages.css").write_text("h1 {}")
    nodes = {
        f"model.x.{name}": {
            "resource_type": "model",
            "name": name,
            "schema": "reporting" if name.startswith("rpt") else "marts",
            "config": {"meta": {"grain": grain}},
        }
        for name, grain in GRAINS.items()
    }
    (folder / "target" / "manifest.json").write_text(json.dumps({"nodes": nodes}))
    write_warehouse(folder / "warehouse.duckdb", **contents)  # type: ignore[arg-type]
    return folder


def verdict_on(folder: Path, status: Status = Status.PASS) -> Verdict:
    checks = [
        Check(kind=Kind.DBT, name="model dim_nominals", status=status),
        Check(kind=Kind.GX, name="landing nominals: id is there", status=Status.PASS),
    ]
    return Verdict(
        build_id=folder.name,
        inputs_hash="i",
        warehouse_sha256=sha256_file(folder / "warehouse.duckdb"),
        expected=EXPECTED,
        checks=checks,
    )


def facts(settings: Settings, folder: Path, release_id: str, as_at: date = AS_AT) -> ReleaseFacts:
    return ReleaseFacts(
        release_id=release_id,
        as_at=as_at,
        run_dates=[as_at],
        build_id=folder.name,
        inputs_hash="i",
        code_version="0.1.0+x",
        algorithm_version="1.0-aa",
        parameters={"top_n": 100},
        extracts=[],
        warnings=[],
        run_id="run-1",
        base_release=release_in_force(settings),
        approved_by="tester",
    )


def publish(
    settings: Settings, release_id: str = "20260920-aaaa", **contents: object
) -> tuple[Release, PublishResult]:
    """Build and publish in one go."""
    folder = make_build(settings, f"b-{release_id}", **contents)
    return publish_build(settings, facts(settings, folder, release_id), folder, verdict_on(folder), EXPECTED)


if __name__ == "__main__":  # a process of its own, so that a failpoint may kill it
    publish(Settings(data_dir=Path(os.environ["HHW_DATA_DIR"])), os.environ["RELEASE"])
