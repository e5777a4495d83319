"""The compiled SQL of a build run bare on DuckDB: the floor, without dbt."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from include.settings import Settings
from include.warehouse.bronze import present_bronze
from include.warehouse.build import BuildResult, build_result
from include.warehouse.plan import RunPlan
from include.warehouse.stores import memory_store, open_store, text_literal

RANKED = "model.high_harm_warehouse.int_nominals_ranked"


def is_python(node: dict[str, Any]) -> bool:
    """Whether a node is a Python model: it has no SQL to run bare."""
    return bool(node.get("language") == "python")


def read_by(manifest: dict[str, Any], build: BuildResult, root: str) -> set[str]:
    """Return a model and what it reads, and so on down: what its SQL names, not what dbt's graph orders before it."""
    found, waiting = {root}, [root]
    while waiting:
        node = manifest["nodes"][waiting.pop()]
        parents = [key for key in node.get("depends_on", {}).get("nodes", []) if key in manifest["nodes"]]
        if not is_python(node) and node["resource_type"] == "model":
            said = re.sub(r"--.*", "", _sql(build, node))
            parents = [key for key in parents if manifest["nodes"][key]["relation_name"] in said]
        waiting += [key for key in parents if key not in found]
        found.update(parents)
    return found


@contextmanager
def bare_store(
    settings: Settings, plan: RunPlan, folder: Path, *, in_memory: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a warehouse and a scratch database with bronze in it, new and otherwise empty.

    Args:
        settings: The installation, which holds the finished build of the plan.
        plan: Of that build.
        folder: Where the databases are made; what is there is deleted.
        in_memory: Keep tables in memory, as data frames are, instead of in files, as a build does.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    present_bronze(settings, plan, folder / "scratch.duckdb")
    opened = memory_store() if in_memory else open_store(folder / "warehouse.duckdb", read_only=False)
    with opened as store:
        scratch = text_literal(str(folder / "scratch.duckdb"))
        if in_memory:
            store.execute("attach ':memory:' as warehouse")
            store.execute("attach ':memory:' as scratch")
            store.execute(f"attach {scratch} as delivered (read_only)")
            store.execute("copy from database delivered to scratch")
            store.execute("use warehouse")
        else:
            store.execute(f"attach {scratch} as scratch")
        build = build_result(settings, plan.build_id)
        store.execute(f"attach {text_literal(str(build.folder / 'scratch.duckdb'))} as built (read_only)")
        for schema in ("scratch.reference", "scratch.staging", "scratch.intermediate", "marts", "reporting"):
            store.execute(f"create schema {schema}")
        yield store


def bare_sql(
    store: duckdb.DuckDBPyConnection,
    settings: Settings,
    plan: RunPlan,
    manifest: dict[str, Any],
    order: Sequence[str],
) -> float:
    """Run the compiled models in the order given on DuckDB alone; seconds without the start of any process.

    What Python models made is copied from the finished build, and its time not counted.

    Args:
        store: Of :func:`bare_store`.
        settings: The installation.
        plan: Of the finished build.
        manifest: Of that build.
        order: Seeds and models by their unique ids.
    """
    build = build_result(settings, plan.build_id)
    seconds = 0.0
    for key in order:
        node = manifest["nodes"][key]
        start = time.perf_counter()
        _run(store, settings, build, node)
        seconds += 0.0 if is_python(node) else time.perf_counter() - start
    return seconds


def _run(
    store: duckdb.DuckDBPyConnection, settings: Settings, build: BuildResult, node: dict[str, Any]
) -> None:
    relation = node["relation_name"]
    if node["resource_type"] == "seed":
        types = node["config"]["column_types"]
        columns = ", ".join(f"{text_literal(name)}: {text_literal(kind)}" for name, kind in types.items())
        path = settings.seeds_dir / Path(node["original_file_path"]).name
        store.execute(
            f"create table {relation} as select * from read_csv({text_literal(str(path))}, header = true, "
            f"types = {{{columns}}})"
        )
    elif is_python(node):
        store.execute(f'create table {relation} as from built."{node["schema"]}"."{node["name"]}"')
    else:
        kind = "view" if node["config"]["materialized"] == "view" else "table"
        store.execute(f"create {kind} {relation} as {_sql(build, node)}")


def _sql(build: BuildResult, node: dict[str, Any]) -> str:
    """Return the SQL of a model as it ran."""
    folder = build.manifest.parent / "compiled" / node["package_name"]
    return (folder / node["original_file_path"]).read_text(encoding="utf-8")
