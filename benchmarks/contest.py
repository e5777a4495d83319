"""One ranking of all run dates, four ways: each in a process of its own, so that its peak memory is its own.

    .venv/bin/python -m benchmarks.contest ENGINE DATA_DIR BUILD_ID RESULT.parquet

Times the work from the bronze files to the ranked list in memory, without start and imports.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bare import RANKED, bare_sql, bare_store, read_by
from benchmarks.inputs import RESULT, Inputs
from include.settings import REPOSITORY, Settings
from include.warehouse.build import build_result
from include.warehouse.plan import RunPlan
from include.warehouse.stores import open_store, text_literal

ENGINES = ("the models' SQL bare", "polars", "pandas")
# Doubles of another library may differ by a few units in the last place, and no rank for it.
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Ranked:
    """What one contestant took.

    Attributes:
        peak_mib: Peak memory of its whole process.
    """

    engine: str
    seconds: float
    peak_mib: float


def run_contestant(engine: str, settings: Settings, build_id: str, folder: Path) -> Ranked:
    """Let one contestant rank in a process of its own, and hold its list against the warehouse's.

    Raises:
        SystemExit: It failed, or its list is another one.
    """
    result = folder / "ranked.parquet"
    command = [
        sys.executable,
        "-m",
        "benchmarks.contest",
        engine,
        str(settings.data_dir),
        build_id,
        str(result),
    ]
    reading, writing = os.pipe()
    actions = [(os.POSIX_SPAWN_DUP2, writing, 1), (os.POSIX_SPAWN_CLOSE, reading)]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY), "HHW_SEEDS_DIR": str(settings.seeds_dir)}
    child = os.posix_spawn(sys.executable, command, environment, file_actions=actions)
    os.close(writing)
    with os.fdopen(reading) as said:
        answer = said.read()
    _, status = os.waitpid(child, 0)
    if status:
        raise SystemExit(f"{engine} ended with {os.waitstatus_to_exitcode(status)}")
    _require_same(engine, build_result(settings, build_id).warehouse, result)
    found = json.loads(answer)
    return Ranked(engine, found["seconds"], found["peak_mib"])


def _require_same(engine: str, warehouse: Path, result: Path) -> None:
    numbers = [name for name in RESULT if name not in ("run_date", "nominal_id", "rank")]
    far = " or ".join(
        f"(a.{n} is null) <> (b.{n} is null) or "
        f"abs(a.{n} - b.{n}) > {TOLERANCE} * greatest(abs(a.{n}), abs(b.{n}))"
        for n in numbers
    )
    with open_store(warehouse) as store:
        rows, differing = store.execute(
            f"select count(*), count(*) filter (where a.rank is distinct from b.rank or {far}) "
            f"from marts.fct_rankings as a full join {text_literal(str(result))} as b "
            "on a.run_date = cast(b.run_date as date) and a.nominal_id = b.nominal_id"
        ).fetchall()[0]
    if differing or not rows:
        raise SystemExit(f"{engine}: {differing:,} of {rows:,} ranked rows differ from the warehouse's")


def _duckdb(settings: Settings, plan: RunPlan, result: Path) -> float:
    build = build_result(settings, plan.build_id)
    manifest = json.loads(build.manifest.read_text())
    built = json.loads(build.run_results.read_text())["results"]
    wanted = read_by(manifest, build, RANKED)
    order = [
        item["unique_id"]
        for item in built
        if item["unique_id"] in wanted and item["unique_id"].split(".")[0] in {"model", "seed"}
    ]
    with (
        tempfile.TemporaryDirectory(dir=result.parent) as place,
        bare_store(settings, plan, Path(place) / "bare", in_memory=True) as store,
    ):
        seconds = bare_sql(store, settings, plan, manifest, order)
        start = time.perf_counter()
        store.execute(
            f"create table ranked as select {', '.join(RESULT)} from scratch.intermediate.int_nominals_ranked"
        )
        seconds += time.perf_counter() - start
        store.execute(f"copy ranked to {text_literal(str(result))} (format parquet)")
    return seconds


def _frames(engine: str, settings: Settings, plan: RunPlan, result: Path) -> float:
    contestant = importlib.import_module(f"benchmarks.ranking_{engine}")
    inputs = Inputs.of_plan(settings, plan)
    start = time.perf_counter()
    ranked = contestant.rank(inputs)
    seconds = time.perf_counter() - start
    if engine == "pandas":
        ranked.to_parquet(result)
    else:
        ranked.write_parquet(result)
    return seconds


def _peak_mib() -> float:
    """Return the peak of this process alone: what wait4 tells starts from the peak of the process that spawned it."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main() -> None:
    """Rank, write the list, say how long it took."""
    engine, data_dir, build_id, result = sys.argv[1:]
    settings = Settings(data_dir=Path(data_dir))
    plan = RunPlan.load(settings, build_id)
    if engine == ENGINES[0]:
        seconds = _duckdb(settings, plan, Path(result))
    else:
        seconds = _frames(engine, settings, plan, Path(result))
    print(json.dumps({"seconds": seconds, "peak_mib": _peak_mib()}))


if __name__ == "__main__":
    main()
