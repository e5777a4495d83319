"""The governance records are the release's: a changed parameter changes them, and what only people know stays open."""

from __future__ import annotations

import csv
import json
import uuid
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from include.errors import ReportError, UsageError
from include.settings import REPOSITORY
from reports import governance
from reports.governance.lineage import write_bundle
from reports.governance.records import Field, filled, records
from reports.models import Models
from reports.sections import FilledPage, Source, fill
from tests.reports.conftest import make_context
from tests.reports.invented import AS_AT, Invented, invent

MOVES = ("risk_basis", "high_harm_weight")


def _parameters(values: dict[str, str]) -> list[dict[str, Any]]:
    """Return every parameter that the records name; the invented ones hold only some."""
    with (REPOSITORY / "dbt_project" / "seeds" / "algorithm_parameters.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    kept = ("parameter", "value", "unit", "description", "source")
    return [
        {name: row[name] for name in kept}
        | {"affects_ranking": row["affects_ranking"] == "true"}
        | ({"value": values[row["parameter"]]} if row["parameter"] in values else {})
        for row in rows
    ]


def _page(folder: Path, people: Invented, **values: str) -> FilledPage:
    told = replace(people, rows={**people.rows, "rpt_methodology__parameters": _parameters(values)})
    with Models(told.write(folder / "w.duckdb"), AS_AT) as models:
        return fill(governance.PAGE, Source(models, make_context()))


def _records(page: FilledPage) -> dict[tuple[str, str], str]:
    return {
        (table.name, str(row[0])): str(row[1])
        for table in page.tables
        if table.name not in {"governance_open", "governance_assumptions"}
        for row in table.rows
    }


def test_a_changed_weight_changes_the_record(tmp_path: Path) -> None:
    pages = []
    for name, weight in (("one", "1.5"), ("two", "1.75")):
        (tmp_path / name).mkdir()
        pages.append(_records(_page(tmp_path / name, invent(people=3, below=0), high_harm_weight=weight)))
    before, after = pages
    changed = {key for key in before if before[key] != after[key]}
    assert changed == {("governance_atrs_tier_2", "2.1 Detailed description")}
    assert "weighted 1.5 for high harm" in before[changed.pop()]
    assert "weighted 1.75 for high harm" in after["governance_atrs_tier_2", "2.1 Detailed description"]


def test_another_result_changes_the_record(tmp_path: Path) -> None:
    calm = invent(people=3, below=0)
    for row in calm.rows["rpt_equality__questions"]:
        row |= {"verdict": "chance", "look_at": None}
    said = _records(_page(tmp_path, calm))["governance_algo_care", "Responsible"]
    assert said.startswith("Equality: 0 of 5 comparisons by sex, age and ethnic group are more than chance")


def test_what_only_people_know_is_listed_and_left_open(tmp_path: Path, people: Invented) -> None:
    page = _page(tmp_path, people)
    wanted = [
        (one.title, field.field, field.person) for one in records() for field in one.fields if field.person
    ]
    table = next(table for table in page.tables if table.name == "governance_open")
    assert list(table.rows) == wanted
    assert len(wanted) > 15
    told = _records(page)
    for one in records():
        for field in one.fields:
            said = told[f"governance_{one.key}", field.field]
            assert said.startswith(governance.OPEN) is bool(field.person)
            assert "{" not in said
    assert page.heading.title.startswith(f"{len(wanted)} of {len(told)} fields wait for a person")


def test_the_register_holds_every_assumption(tmp_path: Path, people: Invented) -> None:
    page = _page(tmp_path, people)
    register = next(table for table in page.tables if table.name == "governance_assumptions")
    ours = {row["parameter"] for row in _parameters({}) if str(row["source"]).startswith("Our ")}
    assert {row[0] for row in register.rows} == ours
    assert "vulnerability_weight" in ours


def test_without_data_nothing_is_made_up(tmp_path: Path) -> None:
    bare = invent(people=3, below=0).empty()
    told = _records(_page(tmp_path, bare))
    assert "no list is old enough" in told["governance_atrs_tier_2", "4.2 Model: performance"]
    assert "no group is large enough" in told["governance_algo_care", "Responsible"]


def test_every_piece_of_evidence_is_there() -> None:
    named = {path for one in records() for field in one.fields for path in field.evidence}
    assert len(named) > 15
    assert [path for path in sorted(named) if not (REPOSITORY / path).is_file()] == []


def test_a_name_that_nobody_measures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="shoe_size"):
        filled(Field(field="A", text="{m[shoe_size]}"), {"m": {}})
    path = tmp_path / "governance.yml"
    path.write_text("documents: [{key: a, title: A, source: S, fields: [{field: F, text: t, person: p}]}]")
    with pytest.raises(UsageError, match="and not both"):
        records(path)


def _manifest(folder: Path) -> Path:
    column = {
        "name": "id",
        "data_type": "varchar",
        "description": "Who\n it is.",
        "constraints": [{"type": "not_null"}],
    }
    shared = {"resource_type": "model", "config": {"meta": {"grain": ["id"]}}}
    fct = shared | {
        "unique_id": "model.p.fct_a",
        "name": "fct_a",
        "schema": "marts",
        "columns": {"id": column},
    }
    stg = shared | {"unique_id": "model.p.stg_a", "name": "stg_a", "schema": "staging", "columns": {}}
    source = {
        "unique_id": "source.p.s.a",
        "name": "a",
        "identifier": "s__a",
        "schema": "bronze",
        "columns": {},
    }
    fct |= {"depends_on": {"nodes": ["model.p.stg_a"]}}
    stg |= {"depends_on": {"nodes": ["source.p.s.a"]}}
    path = folder / "manifest.json"
    path.write_text(
        json.dumps(
            {"nodes": {"model.p.fct_a": fct, "model.p.stg_a": stg}, "sources": {"source.p.s.a": source}}
        )
    )
    return path


def test_dictionary_and_lineage(tmp_path: Path) -> None:
    dictionary, lineage = write_bundle(tmp_path, _manifest(tmp_path), "0.1.0+abc", date(2026, 9, 20))
    rows = list(csv.DictReader(dictionary.read_text(encoding="utf-8-sig").splitlines()))
    assert [row["model"] for row in rows] == ["fct_a"]  # published models only
    assert rows[0]["description"] == "Who it is."
    events = [json.loads(line) for line in lineage.read_text().splitlines()]
    assert [(event["job"]["name"], event["eventType"]) for event in events] == [
        (name, kind) for name in ("model.p.fct_a", "model.p.stg_a") for kind in ("START", "COMPLETE")
    ]
    by_name = {event["job"]["name"]: event for event in events}
    assert [one["name"] for one in by_name["model.p.fct_a"]["inputs"]] == ["staging.stg_a"]
    assert [one["name"] for one in by_name["model.p.stg_a"]["inputs"]] == ["bronze.s__a"]
    assert by_name["model.p.fct_a"]["outputs"][0]["facets"]["schema"]["fields"][0]["name"] == "id"
    for event in events:
        assert {"eventTime", "producer", "schemaURL", "run", "job"} <= set(event)
        assert uuid.UUID(event["run"]["runId"])
        assert event["eventTime"] == "2026-09-20T00:00:00Z"
