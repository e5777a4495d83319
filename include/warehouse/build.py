"""Build the warehouse: one ``dbt build`` into a new file. What is published is never touched."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from include.children import die_with_parent
from include.encryption import VARIABLE, active_keys
from include.errors import BuildError
from include.files import PRIVATE_DIR, PRIVATE_FILE, private_dir
from include.logs import get_logger
from include.settings import REPOSITORY, Settings
from include.warehouse.bronze import present_bronze
from include.warehouse.plan import RunPlan

log = get_logger(__name__)
PROJECT = REPOSITORY / "dbt_project"
_PARSED = "partial_parse.msgpack"
_KEEP_PARSED = 4
QUIET = {
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
    result = prepare_build(settings, plan)
    outcome = run_dbt(settings, plan, ["build", "--exclude-resource-type", "unit_test"], result.folder)
    if not result.run_results.exists() or not result.manifest.exists():
        raise BuildError(
            f"dbt ended with {outcome.returncode} and no results:\n{last_lines(outcome)}",
            f"Read {result.folder / 'logs'}.",
        )
    return result


def last_lines(outcome: subprocess.CompletedProcess[str]) -> str:
    """Return the last of what dbt said, in whole lines."""
    return "\n".join((outcome.stdout + outcome.stderr).strip().splitlines()[-15:])


def prepare_build(settings: Settings, plan: RunPlan) -> BuildResult:
    """Lay out the folder of a build, with everything that dbt reads; nothing is computed yet."""
    result = build_result(settings, plan.build_id)
    shutil.rmtree(result.folder, ignore_errors=True)
    private_dir(result.folder)
    plan.save(settings)
    copy_project(settings, result.folder / "project")
    present_bronze(settings, plan, result.folder / "scratch.duckdb")
    return result


def copy_project(settings: Settings, folder: Path) -> None:
    """Build from a copy: with the seeds of this installation, and untouched by who edits the project meanwhile."""
    ignored = shutil.ignore_patterns("seeds", "target", "logs", ".user.yml")
    shutil.copytree(PROJECT, folder, ignore=ignored)
    shutil.copytree(settings.seeds_dir, folder / "seeds")
    for path in (folder, *folder.rglob("*")):  # the copy is as open as the project, which everybody may read
        path.chmod(PRIVATE_DIR if path.is_dir() else PRIVATE_FILE)


def run_dbt(
    settings: Settings, plan: RunPlan, arguments: Sequence[str], folder: Path
) -> subprocess.CompletedProcess[str]:
    """Run one dbt command over a build folder, in a process of its own.

    In one process with other work dbt may keep locks on the files that it attached. What the run is asked goes in
    by the environment and not as ``--vars``, so that a project parsed once serves every run of the same content.
    """
    kept, parsed = parsed_project(settings, folder / "project"), folder / "target" / _PARSED
    _copy_parsed(kept, parsed)
    outcome = subprocess.run(
        _dbt_command(settings, arguments, folder),
        capture_output=True,
        text=True,
        cwd=folder / "project",  # the profile names its files from here
        env=_dbt_environment(settings) | {"HHW_RUN": json.dumps(run_values(plan))},
        check=False,
        preexec_fn=die_with_parent,  # noqa: PLW1509  one call to the kernel, no lock of ours
    )
    _copy_parsed(parsed, kept)
    log.info("dbt %s ended with %s", arguments[0], outcome.returncode)
    return outcome


def _dbt_command(settings: Settings, arguments: Sequence[str], folder: Path) -> list[str]:
    return [
        *(sys.executable, "-m", "dbt.cli.main", "--no-use-colors", *arguments),
        *("--project-dir", str(folder / "project"), "--profiles-dir", str(folder / "project")),
        *("--target", "duckdb" if active_keys(settings) is None else "encrypted"),
        # A log at level debug takes a tenth of the build; the SQL as it ran lies in target/run anyway.
        *("--target-path", str(folder / "target"), "--log-path", str(folder / "logs")),
        *("--log-level-file", "info"),
    ]


def _dbt_environment(settings: Settings) -> dict[str, str]:
    environment = {
        "PYTHONPATH": str(REPOSITORY),  # Python models import include/: of this code, whatever is installed
        "HHW_DBT_THREADS": str(settings.threads),
        "HHW_MEMORY_LIMIT": settings.memory_limit,
        "HHW_DATA_DIR": str(settings.data_dir.resolve()),  # dbt asks for the keys of this data directory
    }
    if settings.encryption_key_file is not None:
        environment[VARIABLE] = str(settings.encryption_key_file.resolve())
    return os.environ | QUIET | environment


@contextmanager
def parsed_ahead(settings: Settings) -> Iterator[None]:
    """Let dbt parse the project beside other work, where this content of it was never parsed before.

    It takes one core for a dozen seconds. A project that cannot be parsed is told of by the build, not here.
    """
    folder = settings.work_dir / ".parsing"
    shutil.rmtree(folder, ignore_errors=True)
    private_dir(folder)
    copy_project(settings, folder / "project")
    kept = parsed_project(settings, folder / "project")
    child = None
    if not kept.exists():
        child = subprocess.Popen(
            _dbt_command(settings, ["parse"], folder),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder / "project",
            env=_dbt_environment(settings),
            preexec_fn=die_with_parent,  # noqa: PLW1509  one call to the kernel, no lock of ours
        )
    try:
        yield
        if child is not None and child.wait() == 0:
            _copy_parsed(folder / "target" / _PARSED, kept)
    finally:
        if child is not None and child.poll() is None:
            child.kill()
            child.wait()
        shutil.rmtree(folder, ignore_errors=True)


def parsed_project(settings: Settings, project: Path) -> Path:
    """Return where dbt's parse of this very project is kept, whether it is there or not.

    The name holds the content of every file, so an edited model, seed or profile is parsed anew; dbt itself looks
    at its own version, the target and the connection.
    """
    content = hashlib.sha256()
    for path in sorted(path for path in project.rglob("*") if path.is_file()):
        data = path.read_bytes()
        content.update(f"{path.relative_to(project).as_posix()}\0{len(data)}\0".encode())
        content.update(data)
    folder = settings.parsed_dir or settings.work_dir / ".parsed"
    return folder / f"{content.hexdigest()[:16]}.msgpack"


def _copy_parsed(source: Path, target: Path) -> None:
    """Bring dbt's parse of the project to a build, or keep it for the next one; never worth failing for."""
    if target.exists() or not source.exists():
        return
    try:
        private_dir(target.parent)
        partial = target.with_name(f"{target.name}.{os.getpid()}")
        shutil.copyfile(source, partial)
        partial.replace(target)
        kept = sorted(target.parent.glob("*.msgpack"), key=lambda path: path.stat().st_mtime)
        for old in kept[:-_KEEP_PARSED]:
            old.unlink(missing_ok=True)
    except OSError as error:
        log.warning("dbt's parse of the project was not copied to %s: %s", target, error)


def run_values(plan: RunPlan) -> dict[str, object]:
    """Return what every model is given: date, run dates, parameters, version; see macros/run.sql."""
    return {
        "as_at": plan.as_at.isoformat(),
        "run_dates": [
            {"date": day.date.isoformat(), "is_scheduled": day.is_scheduled} for day in plan.run_dates
        ],
        "parameters": plan.parameters,
        "algorithm_version": plan.algorithm_version,
        "sources_with_deltas": sorted({d.source for d in plan.deliveries if d.mode == "delta"}),
    }
