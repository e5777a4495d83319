"""Build the warehouse: one ``dbt build`` into a new file. What is published is never touched."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from include.children import die_with_parent
from include.errors import BuildError
from include.files import private_dir
from include.logs import get_logger
from include.settings import REPOSITORY, Settings
from include.warehouse.bronze import present_bronze
from include.warehouse.plan import RunPlan

log = get_logger(__name__)
PROJECT = REPOSITORY / "dbt_project"
_QUIET = {
    "DO_NOT_TRACK": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DBT_VERSION_CHECK": "false",
    "PYTHONHASHSEED": "0",
}


@dataclass(frozen=True)
class BuildResult:
    """A finished build, good or bad: the gate reads ``run_results`` and decides."""

    folder: Path
    warehouse: Path
    manifest: Path
    run_results: Path


def build_result(settings: Settings, build_id: str) -> BuildResult:
    """Return where a build keeps its parts, whether they are there or not."""
    folder = settings.work_dir / build_id
    target = folder / "target"
    return BuildResult(
        folder, folder / "warehouse.duckdb", target / "manifest.json", target / "run_results.json"
    )


def build_warehouse(settings: Settings, plan: RunPlan) -> BuildResult:
    """Build all models of a plan, and run their tests.

    Whatever an earlier attempt at the same build left behind is deleted first, so a retry is harmless.

    Args:
        settings: The installation.
        plan: What to compute.

    Returns:
        Where the build is. Failed models and tests are in ``run_results``, for the gate.

    Raises:
        BuildError: dbt ended without results: nothing can be judged.
    """
    result = build_result(settings, plan.build_id)
    shutil.rmtree(result.folder, ignore_errors=True)
    private_dir(result.folder)
    plan.save(settings)
    _copy_project(settings, result.folder / "project")
    present_bronze(settings, plan, result.folder / "scratch.duckdb")
    outcome = run_dbt(settings, plan, ["build", "--exclude-resource-type", "unit_test"], result.folder)
    if not result.run_results.exists() or not result.manifest.exists():
        tail = "\n".join((outcome.stdout + outcome.stderr).strip().splitlines()[-15:])
        raise BuildError(
            f"dbt ended with {outcome.returncode} and no results:\n{tail}", f"Read {result.folder / 'logs'}."
        )
    return result


def _copy_project(settings: Settings, folder: Path) -> None:
    """Build from a copy: with the seeds of this installation, and untouched by who edits the project meanwhile."""
    ignored = shutil.ignore_patterns("seeds", "target", "logs", ".user.yml")
    shutil.copytree(PROJECT, folder, ignore=ignored)
    shutil.copytree(settings.seeds_dir, folder / "seeds")


def run_dbt(
    settings: Settings, plan: RunPlan, arguments: Sequence[str], folder: Path
) -> subprocess.CompletedProcess[str]:
    """Run one dbt command over a build folder, in a process of its own.

    In one process with other work dbt may keep locks on the files that it attached.
    """
    command = [
        sys.executable,
        "-m",
        "dbt.cli.main",
        "--no-use-colors",
        *arguments,
        "--project-dir",
        str(folder / "project"),
        "--profiles-dir",
        str(folder / "project"),
        "--target-path",
        str(folder / "target"),
        "--log-path",
        str(folder / "logs"),
        "--vars",
        json.dumps(dbt_variables(plan)),
    ]
    environment = (
        os.environ
        | _QUIET
        | {
            "PYTHONPATH": str(
                REPOSITORY
            ),  # Python models import include/: of this code, whatever is installed
            "HHW_BUILD_DIR": str(folder),
            "HHW_DBT_THREADS": "1",
            "HHW_MEMORY_LIMIT": settings.memory_limit,
        }
    )
    outcome = subprocess.run(
        command,
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        preexec_fn=die_with_parent,  # noqa: PLW1509  one call to the kernel, no lock of ours
    )
    log.info("dbt %s ended with %s", arguments[0], outcome.returncode)
    return outcome


def dbt_variables(plan: RunPlan) -> dict[str, object]:
    """Return what every model is given: date, run dates, parameters, version."""
    return {
        "as_at": plan.as_at.isoformat(),
        "run_dates": [
            {"date": day.date.isoformat(), "is_scheduled": day.is_scheduled} for day in plan.run_dates
        ],
        "parameters": plan.parameters,
        "algorithm_version": plan.algorithm_version,
        "sources_with_deltas": sorted({d.source for d in plan.deliveries if d.mode == "delta"}),
    }
