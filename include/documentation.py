"""The documentation of the models as dbt makes it, in one file that needs no server and no network."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from include.errors import BuildError, UsageError
from include.files import private_dir
from include.publication.release import release_in_force
from include.settings import Settings
from include.warehouse.build import BuildResult, build_result, last_lines, run_dbt
from include.warehouse.plan import RunPlan


def write_model_docs(settings: Settings) -> Path:
    """Write models, columns, tests and lineage of the release in force as ``docs/<release>/models.html``.

    It lies beside the release and is no part of it: nobody who reads a ranking waits for it.

    Raises:
        UsageError: Nothing is published, or the build of the release in force is no longer kept.
        BuildError: dbt gave no file.
    """
    release = release_in_force(settings)
    if release is None:
        raise UsageError("Nothing is published yet", "Run `make run` first.")
    build = build_result(settings, release)
    if not all((build.folder / name).exists() for name in ("project", "plan.json")):
        raise UsageError(
            f"The build of {release} is no longer kept in {settings.work_dir}",
            "Run again; then write the docs.",
        )
    # a later run on the same inputs may have begun this build anew, and not got so far
    if not build.manifest.is_file():
        _dbt(settings, build, ["parse"], build.manifest)
    made = build.folder / "target" / "static_index.html"
    _dbt(settings, build, ["docs", "generate", "--static", "--no-compile", "--empty-catalog"], made)
    target = private_dir(settings.data_dir / "docs" / release) / "models.html"
    shutil.move(made, target)
    return target


def _dbt(settings: Settings, build: BuildResult, arguments: Sequence[str], wanted: Path) -> None:
    outcome = run_dbt(settings, RunPlan.load(settings, build.folder.name), arguments, build.folder)
    if outcome.returncode or not wanted.is_file():
        raise BuildError(
            f"dbt {arguments[0]} ended with {outcome.returncode} and no {wanted.name}:\n{last_lines(outcome)}",
            "Run again; then write the docs.",
        )
