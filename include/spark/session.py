"""The one module that starts Spark: what its SQL means, and where it keeps things."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyspark.sql import SparkSession

# What makes a number mean the same as on DuckDB. They hold on one machine and on a cluster.
MEANING = {
    "spark.sql.ansi.enabled": "true",  # an overflow or a text that is no number is an error, not a null
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",  # what a decimal cannot hold is an error too
    "spark.sql.sources.default": "parquet",
}


@contextmanager
def spark_session(folder: Path, threads: int, memory: str) -> Iterator[SparkSession]:
    """Start Spark on this machine alone, with its tables, catalogue and scratch files in a folder of its own.

    Args:
        folder: Where the tables lie (``<schema>.db/<table>/*.parquet``) and what is spilled.
        threads: Tasks at a time.
        memory: Heap of the one process, as Java writes it (``4g``).
    """
    here = {
        "spark.master": f"local[{threads}]",
        "spark.driver.memory": memory,
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.warehouse.dir": str(folder / "tables"),
        "spark.local.dir": str(folder / "temp"),
        "spark.sql.shuffle.partitions": str(threads),
        "spark.default.parallelism": str(threads),
        # Compiling a query takes longer than running it on what one machine is given here: 0.3 s a model, not 2.
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
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
