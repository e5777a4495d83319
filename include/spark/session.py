"""The one module that starts Spark: what its SQL means, and where it keeps things."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyspark.sql import SparkSession

from include.settings import Settings

# What makes a number mean the same as on DuckDB. They hold on one machine and on a cluster.
MEANING = {
    "spark.sql.ansi.enabled": "true",  # an overflow or a text that is no number is an error, not a null
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",  # what a decimal cannot hold is an error too
    "spark.sql.sources.default": "parquet",
}

# On this machine nobody looks in from outside; and compiling a query takes longer than running it.
_ALONE = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


@contextmanager
def spark_session(folder: Path, settings: Settings) -> Iterator[SparkSession]:
    """Start Spark with its tables and its catalogue in a folder of the build, as DuckDB's are.

    Args:
        folder: Where the tables lie (``tables/<schema>.db/<table>/*.parquet``); on a cluster all its machines see it.
        settings: Which cluster, if any, and the memory of this process.
    """
    here = {
        "spark.master": settings.spark_master or f"local[{settings.threads}]",
        "spark.driver.memory": settings.spark_memory,
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.warehouse.dir": str(folder / "tables"),
    }
    if not settings.spark_master:
        here |= _ALONE | {
            "spark.local.dir": str(folder / "temp"),
            "spark.sql.shuffle.partitions": str(settings.threads),
            "spark.default.parallelism": str(settings.threads),
        }
    builder = SparkSession.builder.appName("high-harm-warehouse")
    for name, value in (MEANING | here).items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    try:
        yield session
    finally:
        session.stop()
