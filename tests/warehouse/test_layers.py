"""The rules of the project's structure, read from dbt's own manifest and the SQL."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from include.settings import REPOSITORY
from tests.warehouse.conftest import Built

MODELS = REPOSITORY / "dbt_project" / "models"
# What each layer may refer to. Reporting reads marts only, so that no page rests on an unpublished number.
MAY_READ = {
    "staging": {"source"},
    "intermediate": {"staging", "intermediate", "seed"},
    "marts": {"staging", "intermediate", "marts", "seed"},
    "reporting": {"marts"},
}
# Words that one of DuckDB and Spark does not know; they belong into dispatched macros.
NOT_PORTABLE = re.compile(
    r"\bqualify\b|\bdate_diff\s*\(|\bdatediff\s*\(|\blist_\w+\s*\(|\bstruct_\w+\s*\(|\bunnest\s*\(|\bgenerate_series\s*\(|\barg_max\s*\("
    r"|\bmedian\s*\(|\bquantile_\w+\s*\(|\bstring_agg\s*\(|\bfilter\s*\(\s*where|::|\bexclude\s*\(|\basof\b|\bregexp_matches\s*\("
    r"|\bgroup by all\b|\border by all\b|\bcurrent_date\b|\bnow\s*\(|\btoday\s*\(|\bcurrent_timestamp\b|\bisinf\s*\("
    r"|\bas varchar\b|\bover \w+ -"  # as_text; a name of a window and a minus are one wrong name to Spark
)


@pytest.fixture(scope="session")
def manifest(twelve_people: Built) -> dict[str, Any]:
    return json.loads(twelve_people[2].manifest.read_text())


@pytest.mark.slow
def test_layers_read_only_what_they_may(manifest: dict[str, Any]) -> None:
    layers = {
        key: node["fqn"][1] if node["resource_type"] == "model" else node["resource_type"]
        for key, node in (manifest["nodes"] | manifest["sources"]).items()
    }
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    broken = [
        f"{node['name']} ({layers[node['unique_id']]}) reads {parent}"
        for node in models
        for parent in node["depends_on"]["nodes"]
        if layers[parent] not in MAY_READ[layers[node["unique_id"]]]
    ]
    assert len(models) > 60
    assert not broken, "\n".join(broken)


@pytest.mark.slow
def test_every_published_model_has_contract_grain_and_descriptions(manifest: dict[str, Any]) -> None:
    published = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["fqn"][1] in {"marts", "reporting"}
    ]
    assert len(published) > 30
    for node in published:
        assert node["config"]["contract"]["enforced"], node["name"]
        assert node["config"]["meta"].get("grain"), node["name"]
        assert node["description"], node["name"]
        bare = [column for column, facts in node["columns"].items() if not facts["description"]]
        assert not bare, f"{node['name']}: {bare}"


def _sql_alone(text: str) -> str:
    """Leave out comments and the names of our own macros (which may be called like what they stand for)."""
    return re.sub(r"\{\{\s*\w+\s*\(", "{{ (", re.sub(r"--.*", "", text))


def test_models_speak_words_that_duckdb_and_spark_know() -> None:
    files = sorted(MODELS.rglob("*.sql"))
    assert len(files) > 60
    found = [
        f"{path.relative_to(MODELS)}: {match.group()}"
        for path in files
        for match in NOT_PORTABLE.finditer(_sql_alone(path.read_text().lower()))
    ]
    assert not found, "\n".join(found)


def test_no_model_reads_the_clock() -> None:
    clock = re.compile(r"current_date|current_timestamp|now\s*\(|today\s*\(|run_started_at|modules\.datetime")
    read = [
        path.name
        for path in (REPOSITORY / "dbt_project").rglob("*.sql")
        if clock.search(path.read_text().lower())
    ]
    assert not read
