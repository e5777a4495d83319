"""The documentation of the models as dbt makes it, in one file that needs no server and no network."""

from __future__ import annotations

import shutil
from pathlib import Path

from include.errors import BuildError, UsageError
from include.files import private_dir
from include.publication.release import release_in_force
from include.settings import Settings
from include.warehouse.build import build_result, run_dbt
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
    if not (build.folder / "project").is_dir():
        raise UsageError(
            f"The build of {release} is no longer kept in {settings.work_dir}",
            "Run again; then write the docs.",
        )
    plan = RunPlan.load(settings, release)
    outcome = run_dbt(
        settings, plan, ["docs", "generate", "--static", "--no-compile", "--empty-catalog"], build.folder
    )
    made = build.folder / "target" / "static_index.html"
    if outcome.returncode or not made.is_file():
        raise BuildError(
            f"dbt ended with {outcome.returncode}: {outcome.stdout[-400:]}", f"Read {build.folder / 'logs'}."
        )
    target = private_dir(settings.data_dir / "docs" / release) / "models.html"
    shutil.move(made, target)
    return target
