"""Build the same warehouse on Spark: the same project over the same bronze, by dbt-spark in this process."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from dbt.cli.main import dbtRunner

from include.encryption import active_keys
from include.errors import BuildError, UsageError
from include.files import private_dir
from include.settings import Settings
from include.spark.bronze import present_on_spark
from include.spark.layout import spark_build
from include.spark.python_models import run_python_models_here
from include.spark.session import spark_session
from include.warehouse.bronze import bronze_relations
from include.warehouse.build import QUIET, copy_project, run_values
from include.warehouse.plan import RunPlan


def build_on_spark(settings: Settings, plan: RunPlan, select: Sequence[str] = ()) -> None:
    """Build the models of a plan on Spark, without their tests. The process is dbt's from here on.

    Args:
        settings: The installation.
        plan: What to compute.
        select: Models in dbt's words, with what they need (``+fct_rankings``); all if none.

    Raises:
        UsageError: Bronze is encrypted.
        BuildError: Not everything was built.
    """
    if active_keys(settings) is not None:
        raise UsageError(
            "Spark has no keys to bronze that we encrypt",
            "Let the storage of the cluster encrypt (docs/scale.md), and give Spark bronze without ours.",
        )
    result = spark_build(settings, plan.build_id)
    shutil.rmtree(result.folder, ignore_errors=True)
    private_dir(result.folder)
    copy_project(settings, result.folder / "project")
    relations = bronze_relations(settings, plan)
    # Spark has one level of names above a table, so what DuckDB keeps in a second database is named by its schema.
    os.environ.update(QUIET | {"HHW_RUN": json.dumps(run_values(plan)), "HHW_SCRATCH_DATABASE": "bronze"})
    os.chdir(result.folder / "project")  # seeds are named from here
    run_python_models_here()
    with spark_session(result.folder, settings) as session:
        present_on_spark(session, relations)
        _run_dbt(result.folder, select)


def _run_dbt(folder: Path, select: Sequence[str]) -> None:
    outcome = dbtRunner().invoke(
        [
            *("--no-use-colors", "--log-level", "error", "--log-level-file", "info"),
            *("build", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"),
            *("--target", "spark", "--project-dir", ".", "--profiles-dir", "."),
            *("--target-path", str(folder / "target"), "--log-path", str(folder / "logs")),
            *(("--select", *select) if select else ()),
        ]
    )
    if not outcome.success:
        raise BuildError(
            f"dbt on Spark has not built everything{f': {outcome.exception}' if outcome.exception else ''}",
            f"Read {folder / 'logs' / 'dbt.log'}.",
        )
