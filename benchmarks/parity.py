"""The same numbers on two engines: one force, one bronze, one plan, built on DuckDB and on Spark, and compared.

    make parity                                    # the synthetic force of 2,000 people
    make parity NOMINALS=20000 RUN_DATES=2026-09-20
    make parity LANDING=/path/to/deliveries

Every published model: keys equal, ranks, counts, dates and text equal, numbers to 1e-9 relative. Ends with 1 at any
difference, and where there was nothing to compare.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from include.ingest import ingest_all
from include.settings import REPOSITORY, Settings
from include.spark.compare import Compared, compare_builds
from include.spark.layout import spark_build
from include.synthetic import generate_force
from include.warehouse.build import build_warehouse
from include.warehouse.plan import make_plan
from include.warehouse.run_dates import parse_run_dates

SPARK_PYTHON = REPOSITORY / ".venv-spark" / "bin" / "python"
HALF_YEARLY = "2023-09-24:2026-09-20:182"
"""Three years of lists, half a year apart: follow-ups, adoptions and both evaluations have something to say."""


def run_spark(settings: Settings, build_id: str, select: Sequence[str] = ()) -> None:
    """Build a plan on Spark, in the environment that has it.

    Raises:
        SystemExit: It failed, and why.
    """
    where = {"HHW_DATA_DIR": str(settings.data_dir), "HHW_SEEDS_DIR": str(settings.seeds_dir)}
    outcome = subprocess.run(
        [str(SPARK_PYTHON), "-m", "include.spark", build_id, *select],
        env=os.environ | where | {"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )
    if outcome.returncode:
        raise SystemExit(f"{outcome.stdout[-4000:]}\n{outcome.stderr[-4000:]}")


def lines(found: Sequence[Compared]) -> list[str]:
    """Return the table that is printed, with its verdict."""
    table = [f"{'model':<44}{'rows':>9}{'columns':>9}{'differences':>13}  verdict"]
    for one in found:
        verdict = "; ".join(one.differences) or ("equal" if one.rows else "equal (no rows)")
        table.append(f"{one.model:<44}{one.rows:>9,}{one.columns:>9}{len(one.differences):>13}  {verdict}")
    unequal = sum(1 for one in found if one.differences)
    table.append(
        f"\n{len(found)} models, {sum(one.rows for one in found):,} rows, "
        f"{sum(1 for one in found if not one.rows)} models without rows, {unequal} with differences"
    )
    return table


def is_equal(found: Sequence[Compared]) -> bool:
    """Whether everything compared is equal, and anything was."""
    return any(one.rows for one in found) and not any(one.differences for one in found)


def parity(folder: Path, landing: Path | None, nominals: int, run_dates: str) -> list[Compared]:
    """Take in a force, build it on both engines and compare."""
    settings = Settings(data_dir=folder / "data")
    if landing is None:
        generate_force(folder / "force", nominals=nominals)
        landing = folder / "force" / "landing"
    ingest_all(settings, landing)
    plan = make_plan(settings, None, parse_run_dates(run_dates))
    seconds = {}
    for engine in ("DuckDB", "Spark"):
        start = time.perf_counter()
        if engine == "DuckDB":
            on_duckdb = build_warehouse(settings, plan)
        else:
            run_spark(settings, plan.build_id)
        seconds[engine] = time.perf_counter() - start
    print(
        f"{len(plan.run_dates)} run dates; " + ", ".join(f"{k}: {v:.0f} s" for k, v in seconds.items()) + "\n"
    )
    return compare_builds(on_duckdb, spark_build(settings, plan.build_id))


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--nominals", type=int, default=2_000)
    parser.add_argument("--landing", type=Path)
    parser.add_argument("--run-dates", default=HALF_YEARLY)
    parser.add_argument("--keep", type=Path, help="work here and keep it")
    asked = parser.parse_args()
    home = asked.keep or Path(tempfile.mkdtemp(prefix="hhw-parity-"))
    try:
        found = parity(home, asked.landing, asked.nominals, asked.run_dates)
    finally:
        if not asked.keep:
            shutil.rmtree(home)
    print("\n".join(lines(found)))
    sys.exit(0 if is_equal(found) else 1)


if __name__ == "__main__":
    main()
