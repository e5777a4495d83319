"""What Spark builds of the twelve people is what DuckDB has built of them: the ranking, and what it rests on."""

from __future__ import annotations

import pytest

from benchmarks.parity import run_spark
from include.spark.compare import compare_builds
from include.spark.layout import spark_build
from tests.warehouse.conftest import Built

MODELS = (
    "dim_nominals",
    "dim_offence_types",
    "dim_parameters",
    "fct_cohort_spells",
    "fct_custody_spells",
    "fct_offences",
    "fct_ranking_explanations",
    "fct_rankings",
    "fct_referrals",
    "fct_sanctions",
    "fct_visor_registrations",
    "rpt_ranking__explanations",
)


@pytest.mark.slow
def test_spark_builds_what_duckdb_builds(twelve_people: Built) -> None:
    settings, plan, on_duckdb = twelve_people
    run_spark(settings, plan.build_id, [f"+{model}" for model in MODELS])
    found = compare_builds(on_duckdb, spark_build(settings, plan.build_id), MODELS)
    assert {one.model: one.differences for one in found if one.differences} == {}
    assert [one.model for one in found if one.rows] == list(MODELS)
