from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from include.quality import dbt_checks
from include.quality.subject import Subject
from include.quality.verdict import Status
from include.settings import Settings
from include.warehouse.build import BuildResult

NODES = {
    "model.hhw.dim_nominals": {
        "resource_type": "model",
        "name": "dim_nominals",
        "config": {"materialized": "table"},
    },
    "model.hhw.inlined": {
        "resource_type": "model",
        "name": "inlined",
        "config": {"materialized": "ephemeral"},
    },
    "test.hhw.unique_x.1": {
        "resource_type": "test",
        "name": "unique_x",
        "original_file_path": "models/marts/_marts__models.yml",
        "config": {"severity": "error", "meta": {"remedy": "Look at the join."}},
    },
    "seed.hhw.harm_index": {"resource_type": "seed", "name": "harm_index", "config": {}},
}


def _subject(tmp_path: Path, results: list[dict[str, Any]], invocation: str = "one") -> Subject:
    (tmp_path / "manifest.json").write_text(
        json.dumps({"metadata": {"invocation_id": "one"}, "nodes": NODES})
    )
    content = {"metadata": {"invocation_id": invocation}, "results": results}
    (tmp_path / "run_results.json").write_text(json.dumps(content))
    build = BuildResult(tmp_path, tmp_path / "w", tmp_path / "manifest.json", tmp_path / "run_results.json")
    return Subject(Settings(data_dir=tmp_path), None, build, date(2026, 11, 22), tmp_path)  # type: ignore[arg-type]


def _results(**statuses: str) -> list[dict[str, Any]]:
    default = {
        "model.hhw.dim_nominals": "success",
        "test.hhw.unique_x.1": "pass",
        "seed.hhw.harm_index": "success",
    }
    named = {
        {"model": "model.hhw.dim_nominals", "test": "test.hhw.unique_x.1", "seed": "seed.hhw.harm_index"}[
            k
        ]: v
        for k, v in statuses.items()
    }
    return [
        {"unique_id": key, "status": status, "failures": 3, "message": "Conversion Error: x\nvalue 'Smith'"}
        for key, status in {**default, **named}.items()
        if status != "absent"
    ]


def _statuses(subject: Subject) -> dict[str, Status]:
    return {check.name: check.status for check in dbt_checks.run(subject)}


def test_all_passed(tmp_path: Path) -> None:
    subject = _subject(tmp_path, _results())
    assert set(_statuses(subject)) == set(dbt_checks.expected(subject))
    assert set(_statuses(subject).values()) == {Status.PASS}


@pytest.mark.parametrize(
    ("node", "ended", "status"),
    [
        ("test", "fail", Status.FAIL),
        ("test", "warn", Status.WARN),
        ("test", "error", Status.ERROR),
        ("test", "skipped", Status.MISSING),
        ("model", "error", Status.ERROR),
        ("model", "skipped", Status.MISSING),
        ("model", "partial success", Status.MISSING),
        ("seed", "no-op", Status.MISSING),
    ],
)
def test_each_way_a_node_can_end(tmp_path: Path, node: str, ended: str, status: Status) -> None:
    found = dbt_checks.run(_subject(tmp_path, _results(**{node: ended})))
    bad = [check for check in found if check.status is not Status.PASS]
    assert [check.status for check in bad] == [status]
    assert bad[0].remedy


def test_a_node_without_a_result_is_left_to_be_missed(tmp_path: Path) -> None:
    subject = _subject(tmp_path, _results(test="absent"))
    assert set(dbt_checks.expected(subject)) - set(_statuses(subject)) == {"test unique_x"}


def test_results_of_another_invocation_fail(tmp_path: Path) -> None:
    assert _statuses(_subject(tmp_path, _results(), "another"))[dbt_checks.INVOCATION] is Status.FAIL


def test_values_in_an_error_message_are_not_repeated(tmp_path: Path) -> None:
    found = dbt_checks.run(_subject(tmp_path, _results(model="error")))
    assert not any("Smith" in check.detail for check in found)


def test_the_remedy_of_a_test_is_told(tmp_path: Path) -> None:
    found = dbt_checks.run(_subject(tmp_path, _results(test="fail")))
    assert [check.remedy for check in found if check.status is Status.FAIL] == ["Look at the join."]
