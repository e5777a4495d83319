"""Python models on Spark: Python on collected inputs, by the same conversions as on DuckDB.

dbt-spark sends Python models to a service of Databricks or nowhere. Ours read little (what is resampled, what is
compared), so that is collected and the model is run where dbt runs. DuckDB stands between: a model is handed the
relations that it is written for, and what it returns gets the types that it gets there.
"""

from __future__ import annotations

from typing import Any

import duckdb
from dbt.adapters.base.impl import PythonJobHelper
from dbt.adapters.spark import SparkCredentials
from dbt.adapters.spark.impl import SparkAdapter
from pyspark.sql import SparkSession

from include.warehouse.stores import memory_store

_HERE = "session"


class SessionPythonJob(PythonJobHelper):
    """One Python model."""

    def __init__(self, parsed_model: dict[str, Any], credentials: SparkCredentials) -> None:
        """Note whose table is to be made."""
        self._relation = f"{parsed_model['schema']}.{parsed_model['alias']}"

    def submit(self, compiled_code: str) -> None:
        """Run the model and save what it returns as its table."""
        session = SparkSession.builder.getOrCreate()  # the one that dbt builds in
        module: dict[str, Any] = {}
        exec(compile(compiled_code, self._relation, "exec"), module)  # noqa: S102  a model of this project
        with memory_store() as store:

            def collected(name: str) -> duckdb.DuckDBPyRelation:
                return store.from_arrow(session.table(name).toArrow())

            made = module["model"](module["dbtObj"](collected), session)  # noqa: F841  found by its name below
            table = store.execute("select * from made").to_arrow_table()
        session.createDataFrame(table).write.saveAsTable(self._relation)


def run_python_models_here() -> None:
    """Tell dbt-spark of this way: it has no setting for one."""
    SparkAdapter.default_python_submission_method = property(lambda _: _HERE)
    SparkAdapter.python_submission_helpers = property(lambda _: {_HERE: SessionPythonJob})
