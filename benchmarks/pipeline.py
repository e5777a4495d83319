"""Where the time of a run goes, what dbt costs over the same SQL run bare, and who ranks fastest.

    .venv/bin/python -m benchmarks.pipeline --nominals 20000 200000 --run

Per size: seconds per stage, rows per second, peak memory, every model (slowest first), the ratio of the dbt build
(models only) to its own compiled SQL executed bare on DuckDB in the same minute, and one ranking of all run dates by
the models' SQL, by polars and by pandas, each held against the warehouse's list row by row. Then every target, and
whether it is met. Not a test: nothing fails on a time, but everything does on a wrong rank.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from benchmarks.bare import bare_sql, bare_store, is_python
from benchmarks.contest import ENGINES, Ranked, run_contestant
from benchmarks.fortnight import build_backfill, build_fortnight
from benchmarks.targets import NATIONAL, Beside, Measured, judge, lines
from include.ingest import ingest_all
from include.ledger import Ledger
from include.publication.assemble import WAREHOUSE
from include.publication.release import CURRENT
from include.runs import list_runs
from include.settings import Settings
from include.synthetic import ForceSummary, generate_force
from include.warehouse.build import BuildResult, build_result, build_warehouse, parsed_ahead
from include.warehouse.plan import RunPlan, make_plan
from include.warehouse.stores import memory_store, text_literal

GIB = 2**30
_STAMPED = re.compile(r"^\[ *([0-9.]+)s\] (airflow|ingest|run) ", re.M)


@dataclass(frozen=True)
class Built:
    """A build and what dbt says of it, in its order."""

    plan: RunPlan
    manifest: dict[str, Any]
    all_results: list[dict[str, Any]]

    @classmethod
    def read(cls, plan: RunPlan, result: BuildResult) -> Built:
        """Read dbt's own account."""
        results = json.loads(result.run_results.read_text())["results"]
        return cls(plan, json.loads(result.manifest.read_text()), results)

    @property
    def results(self) -> list[dict[str, Any]]:
        """The seeds and the models."""
        return [item for item in self.all_results if item["unique_id"].split(".")[0] in {"model", "seed"}]

    @property
    def in_sql(self) -> list[dict[str, Any]]:
        """The seeds and the models of SQL."""
        nodes = self.manifest["nodes"]
        return [item for item in self.results if not is_python(nodes[item["unique_id"]])]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return seconds and result."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def copy_deliveries(landing: Path, folder: Path) -> float:
    """Copy the delivered files to Parquet by DuckDB alone, CSV as text, nothing checked; seconds."""
    folder.mkdir()
    os.sync()  # what was written before is not to be waited for
    start = time.perf_counter()
    with memory_store() as store:
        for place, path in enumerate(sorted([*landing.rglob("*.csv"), *landing.rglob("*.parquet")])):
            name = text_literal(str(path))
            scan = f"read_csv({name}, header = true, all_varchar = true)" if path.suffix == ".csv" else name
            target = text_literal(str(folder / f"{place}.parquet"))
            store.execute(f"copy (from {scan}) to {target} (format parquet)")
    return time.perf_counter() - start


def measure(nominals: int, folder: Path) -> Measured:
    """Take one force through ingest and build, do the same work otherwise, and print what it took.

    Args:
        nominals: Size of the force.
        folder: Where everything is made.
    """
    settings = Settings(data_dir=folder / "data")
    seconds: dict[str, float] = {}
    seconds["generate"], force = timed(lambda: _generate(folder, nominals))
    landing = folder / "force" / "landing"
    with DiskWatch(folder) as disk:
        seconds["ingest"], _ = timed(lambda: ingest_all(settings, landing))
        plan = make_plan(settings)
        with parsed_ahead(settings):  # as a run does; else the first build alone would pay for dbt's parse
            pass
        seconds["build with tests"], result = timed(lambda: build_warehouse(settings, plan))
    built = Built.read(plan, result)
    seconds["  of it in SQL models and seeds"] = models = under_way(built.in_sql)
    seconds["  the same files copied"] = copied = copy_deliveries(landing, folder / "copied")
    peak = _peak_gib()
    seconds["build of the last fortnight alone"] = fortnight = build_fortnight(
        settings, plan, result.warehouse
    )
    backfill, ever = build_backfill(settings, plan, result.warehouse)
    seconds[f"build of all {ever} scheduled dates"] = backfill
    beside = compare(settings, built, folder, seconds)

    rows = _rows_delivered(settings)
    _print_force(force.nominals, rows, built, seconds, peak, disk.gib)
    print(f"SQL models in dbt / the same SQL bare: {models / beside.bare:.2f}\n")
    _print_models(built.results)
    ingest, build = seconds["ingest"], seconds["build with tests"]
    dates = len(plan.run_dates)
    return Measured(
        nominals, rows, ingest, copied, build, models, dates, fortnight, backfill, peak, disk.gib, beside
    )


def measure_end_to_end(nominals: int, folder: Path) -> Measured:
    """Take one force from its deliveries to a release in force, then a fortnight on top, and print what it took."""
    seconds: dict[str, float] = {}
    seconds["generate"], force = timed(lambda: _generate(folder, nominals))
    with DiskWatch(folder) as disk:
        run = whole_run(folder / "force" / "landing", folder / "data")
    peak = _peak_gib()
    seconds |= {"all of a run": run.seconds, **{f"  {name}": taken for name, taken in run.parts.items()}}
    seconds["  of build, in SQL models and seeds"] = models = under_way(run.built.in_sql)
    seconds["the same files copied"] = copied = copy_deliveries(
        folder / "force" / "landing", folder / "copied"
    )
    release = run.settings.published_dir / CURRENT / WAREHOUSE
    fortnight = build_fortnight(run.settings, run.built.plan, release)
    seconds["build of the last fortnight alone"] = fortnight
    rows = _rows_delivered(run.settings)
    _print_force(force.nominals, rows, run.built, seconds, peak, disk.gib)
    _print_models(run.built.results)
    ingest, build = run.parts["ingest"], run.parts["build"]
    dates = len(run.built.plan.run_dates)
    return Measured(
        nominals, rows, ingest, copied, build, models, dates, fortnight, None, peak, disk.gib, None
    )


def _generate(folder: Path, nominals: int) -> ForceSummary:
    """Make a force, and wait until the disk has it: else the next stage waits for that when it flushes its own."""
    force = generate_force(folder / "force", nominals=nominals)
    os.sync()
    return force


def _rows_delivered(settings: Settings) -> int:
    return sum(file.rows for delivery in Ledger(settings.state_dir).applied() for file in delivery.files)


def _peak_gib() -> float:
    """Return the most that this process or one that it started and waited for has had in memory so far."""
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(one).ru_maxrss for one in who) * 1024 / GIB


class DiskWatch:
    """Looks every second how much lies in a folder; a file of several names counts once."""

    def __init__(self, folder: Path) -> None:
        """Watch a folder, from entering on."""
        self.gib = 0.0
        self._folder = folder
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Look a last time, and end."""
        self._is_over.set()
        self._thread.join()
        self._look()

    def _watch(self) -> None:
        while not self._is_over.wait(1):
            self._look()

    def _look(self) -> None:
        sizes: dict[int, int] = {}
        for place, _, names in os.walk(self._folder):
            for name in names:
                with contextlib.suppress(FileNotFoundError):  # gone since the folder was listed
                    found = os.lstat(os.path.join(place, name))  # noqa: PTH118  many files, often
                    sizes[found.st_ino] = found.st_blocks * 512
        self.gib = max(self.gib, sum(sizes.values()) / GIB)


def compare(settings: Settings, built: Built, folder: Path, seconds: dict[str, float]) -> Beside:
    """Do the same work otherwise: the SQL bare, the ranking by every contestant."""
    seconds["the same SQL bare"] = bare = run_bare(settings, built, folder / "bare")
    ranked = [run_contestant(engine, settings, built.plan.build_id, folder) for engine in ENGINES]
    _print_ranking(ranked, len(built.plan.run_dates))
    return Beside(bare, {one.engine: one.seconds for one in ranked})


def run_bare(settings: Settings, built: Built, folder: Path) -> float:
    """Return seconds of all seeds and SQL models on DuckDB alone."""
    order = [item["unique_id"] for item in built.results]
    with bare_store(settings, built.plan, folder) as store:
        bare = bare_sql(store, settings, built.plan, built.manifest, order)
    shutil.rmtree(folder)
    return bare


def under_way(results: list[dict[str, Any]]) -> float:
    """Return the seconds in which any of these nodes was executed: two at a time count once."""
    spans = sorted(
        (datetime.fromisoformat(timing["started_at"]), datetime.fromisoformat(timing["completed_at"]))
        for item in results
        for timing in item["timing"]
        if timing["name"] == "execute"
    )
    seconds, until = 0.0, spans[0][0]
    for start, end in spans:
        seconds += max((end - max(start, until)).total_seconds(), 0.0)
        until = max(until, end)
    return seconds


@dataclass(frozen=True)
class WholeRun:
    """One run from deliveries to a release, in a process of its own.

    Attributes:
        seconds: Of the process.
        parts: Seconds of intake and of each stage.
        starts: Seconds in which something starts: inside the parts, or before them.
        built: What dbt built, as far as its own account goes.
    """

    settings: Settings
    seconds: float
    parts: dict[str, float]
    starts: dict[str, float]
    built: Built

    @property
    def start_up(self) -> float:
        """Seconds in which Python, Airflow, dbt and Great Expectations start."""
        return sum(self.starts.values())


def whole_run(landing: Path, data_dir: Path) -> WholeRun:
    """Do what `make run` does with deliveries that are already made, in a data directory that is not there yet.

    Raises:
        subprocess.CalledProcessError: Nothing was published.
    """
    hhw = Path(sys.executable).parent / "hhw"
    settings = Settings(data_dir=data_dir)
    command = [str(hhw), "run", "--data-dir", str(data_dir), "--landing", str(landing)]
    seconds, done = timed(lambda: subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True))
    record = list_runs(settings)[0]
    stages = {stage.name: stage.seconds for stage in record.stages}
    build_id = str(record.build_id)
    built = Built.read(RunPlan.load(settings, build_id), build_result(settings, build_id))
    began = {what: float(at) for at, what in _STAMPED.findall(done.stdout)}
    own, _ = timed(lambda: subprocess.run([hhw, "--help"], check=True, stdout=subprocess.DEVNULL))
    great, _ = timed(lambda: subprocess.run([sys.executable, "-c", "import great_expectations"], check=True))
    starts = {
        "Python and the command": own,
        "Airflow and its DAGs": began["ingest"] - began["airflow"],
        "  of build: dbt": stages["build"] - _worked(built.all_results),
        "  of gate: Great Expectations": great,
    }
    return WholeRun(settings, seconds, {"ingest": began["run"] - began["ingest"], **stages}, starts, built)


def _print_run(run: WholeRun) -> None:
    print(f"\nmake run, deliveries already made: {run.seconds:.1f} s\n")
    for name, taken in {**run.parts, **run.starts}.items():
        print(f"{name:<48}{taken:>9.2f}{100 * taken / run.seconds:>6.0f} %")


def _worked(results: list[dict[str, Any]]) -> float:
    """Return the seconds from the first node's begin to the last node's end."""
    times = [
        datetime.fromisoformat(timing[end])
        for item in results
        for timing in item["timing"]
        for end in ("started_at", "completed_at")
    ]
    return (max(times) - min(times)).total_seconds()


def _print_force(
    nominals: int, rows: int, built: Built, seconds: dict[str, float], peak: float, disk: float
) -> None:
    print(f"\n{nominals:,} nominals, {rows:,} rows delivered, {len(built.plan.run_dates)} run dates\n")
    _print_stages(seconds, rows)
    print(
        f"\npeak memory of one process: {peak:.1f} GiB; most on disk at a time, all counted: {disk:.1f} GiB\n"
    )


def _print_stages(seconds: dict[str, float], rows: int) -> None:
    print(f"{'stage':<36}{'seconds':>9}{'rows/s':>12}")
    for stage, taken in seconds.items():
        print(f"{stage:<36}{taken:>9.2f}{rows / taken:>12,.0f}")


def _print_ranking(ranked: list[Ranked], models_of_plan: int) -> None:
    print(
        f"ranking of {models_of_plan} run dates, equal in every row{'seconds':>14}{'times':>8}{'peak MiB':>10}"
    )
    for one in ranked:
        print(
            f"{one.engine:<46}{one.seconds:>14.2f}{one.seconds / ranked[0].seconds:>8.2f}{one.peak_mib:>10,.0f}"
        )
    print()


def _print_models(results: list[dict[str, Any]]) -> None:
    """Print every model and seed of the build, slowest first, with the running total."""
    print(f"{'model, slowest first':<56}{'seconds':>9}{'together':>10}")
    together = 0.0
    for item in sorted(results, key=lambda item: -item["execution_time"]):
        together += item["execution_time"]
        print(f"{item['unique_id'].split('.')[2]:<56.56}{item['execution_time']:>9.2f}{together:>10.2f}")


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--nominals", type=int, nargs="+", default=[20_000])
    parser.add_argument("--run", action="store_true", help="also time `make run` at the first size")
    parser.add_argument(
        "--alone-from", type=int, default=NATIONAL, metavar="SIZE",
        help="from this size on, run to a release, and beside it nothing: pandas takes an hour (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument("--keep", type=Path, help="work here and keep it")
    asked = parser.parse_args()
    home = asked.keep or Path(tempfile.mkdtemp(prefix="hhw-bench-"))
    found: list[Measured] = []
    run = None
    for nominals in sorted(asked.nominals):
        folder = home / str(nominals)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        found.append((measure if nominals < asked.alone_from else measure_end_to_end)(nominals, folder))
        if asked.run and run is None:
            run = whole_run(folder / "force" / "landing", folder / "run")
            _print_run(run)
        if not asked.keep:
            shutil.rmtree(folder)
    print("\n" + "\n".join(lines(judge(found, (run.seconds, run.start_up) if run else None))))
    if not asked.keep:
        shutil.rmtree(home)


if __name__ == "__main__":
    main()
