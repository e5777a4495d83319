"""The one patch of Great Expectations, and everything that makes its passes worth something."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from include.errors import UsageError
from include.quality import gx_checks
from include.quality.gate import EXPECTATIONS
from include.quality.gx_engine import GxEngine
from include.quality.subject import Subject
from include.quality.verdict import Check, Status
from include.settings import Settings
from include.warehouse.build import BuildResult
from include.warehouse.stores import memory_store, open_store


def _one(kind: str, check: str = "it", **kwargs: Any) -> dict[str, Any]:
    return {"type": kind, "kwargs": kwargs, "meta": {"check": check}}


NOT_NULL = _one("expect_column_values_to_not_be_null", "k is there", column="k")


def test_gx_needs_the_patch_and_the_patch_is_in_place() -> None:
    from great_expectations.execution_engine import sqlalchemy_execution_engine as module

    with memory_store() as connection, GxEngine(connection):
        pass
    assert "duckdb" in module._PERSISTED_CONNECTION_DIALECTS


def test_expectations_run_on_duckdb() -> None:
    with memory_store() as connection, GxEngine(connection) as engine:
        connection.execute("create table t as select i as k, i % 3 as g from range(1000) as r(i)")
        findings = engine.validate(
            "s",
            "select * from t",
            [NOT_NULL, _one("expect_column_values_to_be_in_set", "g", column="g", value_set=[0, 1])],
            {},
        )
    assert [finding.success for finding in findings] == [True, False]
    assert [finding.raised for finding in findings] == ["", ""]
    assert findings[1].detail.startswith("333 of 1000")


def test_an_expectation_that_raises_says_so() -> None:
    with memory_store() as connection, GxEngine(connection) as engine:
        connection.execute("create table t as select 1 as k")
        broken = _one("expect_column_values_to_not_be_null", column="not_there")
        assert engine.validate("s", "select * from t", [broken], {})[0].raised


def _subject(tmp_path: Path, suites: dict[str, Any], rows: int = 3, schema: str = "marts") -> Subject:
    for kind in gx_checks.FOLDERS:
        (tmp_path / "suites" / kind).mkdir(parents=True)
        (tmp_path / "suites" / kind / "keep.json").write_text(json.dumps(_suite(f"{kind} keep", [NOT_NULL])))
    for name, suite in suites.items():
        (tmp_path / "suites" / "publication" / f"{name}.json").write_text(json.dumps(suite))
    for name in ("warehouse", "scratch"):
        with open_store(tmp_path / f"{name}.duckdb", read_only=False) as connection:
            connection.execute("create schema marts; create schema bronze")
            connection.execute(f"create table marts.t as select i as k from range({rows}) as r(i)")
            connection.execute("create table marts.keep as select 1 as k")
    build = BuildResult(tmp_path, tmp_path / "warehouse.duckdb", tmp_path / "m", tmp_path / "r")
    plan = SimpleNamespace(as_at=date(2026, 9, 20), algorithm_version="1", parameters={})
    return Subject(Settings(data_dir=tmp_path), plan, build, date(2026, 11, 22), tmp_path / "suites")  # type: ignore[arg-type]


def _suite(
    name: str, expectations: list[dict[str, Any]], relation: str = "marts.keep", rows: str = "due"
) -> dict[str, Any]:
    return {"name": name, "meta": {"relation": relation, "rows": rows}, "expectations": expectations}


def _found(subject: Subject, suite: str) -> list[Check]:
    return [check for check in gx_checks.run(subject) if check.name.startswith(f"{suite}:")]


def test_a_suite_that_passes(tmp_path: Path) -> None:
    subject = _subject(tmp_path, {"t": _suite("t", [NOT_NULL], "marts.t")})
    assert [check.status for check in _found(subject, "t")] == [Status.PASS]
    assert {check.name for check in gx_checks.run(subject)} == set(gx_checks.expected(subject))


def test_a_failing_expectation_blocks_and_a_warning_warns(tmp_path: Path) -> None:
    hard = _one("expect_column_values_to_be_between", "hard", column="k", max_value=1)
    soft = {
        **_one("expect_column_values_to_be_between", "soft", column="k", max_value=1),
        "severity": "warning",
    }
    subject = _subject(tmp_path, {"t": _suite("t", [hard, soft], "marts.t")})
    assert [check.status for check in _found(subject, "t")] == [Status.FAIL, Status.WARN]


@pytest.mark.parametrize(("rows", "status"), [("due", Status.FAIL), ("optional", Status.PASS)])
def test_an_empty_relation_is_decided_by_us_and_not_by_gx(tmp_path: Path, rows: str, status: Status) -> None:
    subject = _subject(tmp_path, {"t": _suite("t", [NOT_NULL], "marts.t", rows)}, rows=0)
    assert [check.status for check in _found(subject, "t")] == [status]


def test_an_exception_is_an_error_and_not_a_failure(tmp_path: Path) -> None:
    regex = _one("expect_column_values_to_match_regex", "regex", column="k", regex="^[0-9]$")
    subject = _subject(tmp_path, {"t": _suite("t", [regex], "marts.t")})
    assert [check.status for check in _found(subject, "t")] == [Status.ERROR]


def test_a_configuration_that_gx_drops_silently_does_not_pass(tmp_path: Path) -> None:
    unknown = _one("expect_the_impossible", "unknown", column="k")
    subject = _subject(tmp_path, {"t": _suite("t", [NOT_NULL, unknown], "marts.t")})
    with pytest.raises(Exception):  # noqa: B017  whatever GX or we say of it, the gate turns it into an error
        gx_checks.run(subject)


@pytest.mark.parametrize(
    "suite",
    [
        _suite("t", []),
        {
            "name": "t",
            "meta": {"relation": "marts.t", "rows": "due"},
            "expectations": [{"type": "x", "kwargs": {}}],
        },
        {"name": "t", "expectations": [NOT_NULL]},
    ],
    ids=["no expectations", "unnamed", "no relation"],
)
def test_a_suite_that_checks_nothing_is_refused(tmp_path: Path, suite: dict[str, Any]) -> None:
    subject = _subject(tmp_path, {"t": suite})
    with pytest.raises(UsageError):
        gx_checks.expected(subject)


def test_two_checks_of_one_name_are_refused(tmp_path: Path) -> None:
    subject = _subject(tmp_path, {"t": _suite("t", [NOT_NULL, NOT_NULL], "marts.t")})
    with pytest.raises(UsageError, match="Two checks"):
        gx_checks.expected(subject)


def test_a_folder_without_suites_is_refused(tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    with pytest.raises(UsageError, match="no suite"):
        gx_checks.load_suites(tmp_path)


def test_the_repository_has_a_suite_for_every_extract() -> None:
    from include.contract import SOURCES

    relations = {suite.meta.relation for suite in gx_checks.load_suites(EXPECTATIONS)}
    assert {
        f"bronze.{source}__{entity.name}" for source, spec in SOURCES.items() for entity in spec
    } <= relations
