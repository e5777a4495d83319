"""Where a build on Spark lies; known without Spark."""

from __future__ import annotations

from include.settings import Settings
from include.warehouse.build import BuildResult


def spark_build(settings: Settings, build_id: str) -> BuildResult:
    """Return where a build on Spark keeps its parts, beside DuckDB's build of the same plan.

    Its warehouse is a folder: ``<schema>.db/<model>/*.parquet``.
    """
    folder = settings.work_dir / f"{build_id}-spark"
    target = folder / "target"
    return BuildResult(folder, folder / "tables", target / "manifest.json", target / "run_results.json")
