"""Where the time of a run goes, and what dbt costs over the same SQL run bare. Not a test: nothing fails on a time.

    .venv/bin/python -m benchmarks.pipeline --nominals 20000

Prints seconds per stage, rows per second, peak memory, every model (slowest first), and the ratio of the dbt build
(models only) to its own compiled SQL executed one after the other on DuckDB in the same minute.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from include.ingest import ingest_all
from include.settings import Settings
from include.synthetic import generate_force
from include.warehouse.bronze import present_bronze
from include.warehouse.build import build_warehouse
from include.warehouse.plan import RunPlan, make_plan
from include.warehouse.stores import open_store, text_literal


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return seconds and result."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def bare_sql(
    settings: Settings, plan: RunPlan, manifest: dict[str, Any], order: list[str], folder: Path
) -> float:
    """Run the compiled models in dbt's order on DuckDB alone; seconds without the start of any process."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    present_bronze(settings, plan, folder / "scratch.duckdb")
    with open_store(folder / "warehouse.duckdb", read_only=False) as store:
        store.execute(f"attach {text_literal(str(folder / 'scratch.duckdb'))} as scratch")
        for schema in ("scratch.reference", "scratch.staging", "scratch.intermediate", "marts", "reporting"):
            store.execute(f"create schema {schema}")
        start = time.perf_counter()
        for key in order:
            node = manifest["nodes"][key]
            relation = node["relation_name"]
            if node["resource_type"] == "seed":
                types = node["config"]["column_types"]
                columns = ", ".join(
                    f"{text_literal(name)}: {text_literal(kind)}" for name, kind in types.items()
                )
                path = settings.seeds_dir / Path(node["original_file_path"]).name
                store.execute(
                    f"create table {relation} as select * from read_csv({text_literal(str(path))}, header = true, "
                    f"types = {{{columns}}})"
                )
            elif node["language"] == "sql":
                store.execute(f"create table {relation} as {node['compiled_code']}")
            else:
                raise SystemExit(f"{key} is a Python model: it has no SQL to run bare; select it out")
        return time.perf_counter() - start


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nominals", type=int, default=20_000)
    parser.add_argument("--keep", type=Path, help="work here and keep it")
    arguments = parser.parse_args()
    folder = arguments.keep or Path(tempfile.mkdtemp(prefix="hhw-bench-"))
    settings = Settings(data_dir=folder / "data")

    seconds: dict[str, float] = {}
    seconds["generate"], force = timed(lambda: generate_force(folder / "force", nominals=arguments.nominals))
    seconds["ingest"], summary = timed(lambda: ingest_all(settings, folder / "force" / "landing"))
    plan = make_plan(settings)
    seconds["build with tests"], result = timed(lambda: build_warehouse(settings, plan))
    tests = json.loads(result.run_results.read_text())["results"]
    results = [item for item in tests if item["unique_id"].split(".")[0] in {"model", "seed"}]
    seconds["  of it models and seeds"] = sum(item["execution_time"] for item in results)
    manifest = json.loads(result.manifest.read_text())
    order = [item["unique_id"] for item in results]
    python_models = {key for key in order if manifest["nodes"][key].get("language") == "python"}
    below = _below(manifest, python_models)
    bare = bare_sql(settings, plan, manifest, [key for key in order if key not in below], folder / "bare")
    same = sum(item["execution_time"] for item in results if item["unique_id"] not in below)
    seconds["  the same SQL bare"] = bare

    rows = sum(
        file.rows for outcome in summary.outcomes if outcome.delivery for file in outcome.delivery.files
    )
    print(f"\n{force.nominals:,} nominals, {rows:,} rows delivered, {len(plan.run_dates)} run dates\n")
    print(f"{'stage':<24}{'seconds':>9}{'rows/s':>12}")
    for stage, taken in seconds.items():
        print(f"{stage:<24}{taken:>9.2f}{rows / taken:>12,.0f}")
    print(
        f"\nmodels in dbt / the same SQL bare: {same / bare:.2f} "
        f"({len(below)} models that rest on Python left out of both)"
    )
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"peak memory of one process: {peak / 1024:,.0f} MiB\n")
    _print_models(results)
    if not arguments.keep:
        shutil.rmtree(folder)


def _print_models(results: list[dict[str, Any]]) -> None:
    """Print every model and seed of the build, slowest first, with the running total."""
    print(f"{'model, slowest first':<56}{'seconds':>9}{'together':>10}")
    together = 0.0
    for item in sorted(results, key=lambda item: -item["execution_time"]):
        together += item["execution_time"]
        print(f"{item['unique_id'].split('.')[2]:<56.56}{item['execution_time']:>9.2f}{together:>10.2f}")


def _below(manifest: dict[str, Any], roots: set[str]) -> set[str]:
    """Return the roots and everything that rests on them."""
    found, waiting = set(roots), list(roots)
    while waiting:
        for child in manifest["child_map"].get(waiting.pop(), []):
            if child not in found:
                found.add(child)
                waiting.append(child)
    return found


if __name__ == "__main__":
    main()
