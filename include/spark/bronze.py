"""Put bronze, history and the ledger before dbt on Spark: views over the very files that DuckDB reads."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
from pyspark.sql import SparkSession

from include.warehouse.bronze import Relation


def present_on_spark(session: SparkSession, relations: list[Relation]) -> None:
    """Create the relations that the dbt sources name, in schema ``bronze`` of a new catalogue."""
    session.sql("create schema bronze")
    for relation in relations:
        if relation.files:
            scans = " union all ".join(_scan(relation.columns, path) for path in relation.files)
            session.sql(f"create view bronze.{relation.name} as {scans}")
        else:
            columns = ", ".join(
                f"`{column}` {_spark_type(kind)}" for column, kind in relation.columns.items()
            )
            session.createDataFrame(relation.rows, columns).write.saveAsTable(f"bronze.{relation.name}")


def _scan(columns: dict[str, str], path: Path) -> str:
    """Select the columns of one delivery's file; one that it does not have is null, as on DuckDB."""
    there = set(pq.read_schema(path).names)
    listed = ", ".join(
        f"cast({f'`{column}`' if column in there else 'null'} as {_spark_type(kind)}) as `{column}`"
        for column, kind in columns.items()
    )
    return f"select {listed} from parquet.`{path.resolve()}`"  # noqa: S608  our own names


def _spark_type(kind: str) -> str:
    """Spark calls text otherwise, and nothing else (macro ``spark_type`` says the same to dbt)."""
    return "string" if kind.upper() == "VARCHAR" else kind
