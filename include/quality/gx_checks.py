"""The GX suites of ``expectations/``: native JSON, one file per relation, every expectation with a name.

A GX pass alone proves little: an empty suite passes, so does any suite on an empty frame, and a
configuration that GX does not understand is logged and dropped. So the names that are due come from the
files, a result counts only if that very expectation ran without an exception, and only on rows where
rows are due.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import duckdb
from pydantic import BaseModel, ConfigDict, Field

from include.errors import UsageError
from include.quality.gx_engine import Finding, GxEngine
from include.quality.subject import Subject
from include.quality.verdict import Check, Kind, Status
from include.warehouse.stores import attach, open_store

FOLDERS = ("landing", "publication")
_REMEDY = "Look at the rows: the suite file says which relation and rule; correct the source or the model."


class SuiteMeta(BaseModel):
    """Our part of a suite file.

    Attributes:
        relation: ``schema.name`` in the warehouse or the scratch database of the build.
        rows: ``due``: an empty relation fails, for nothing was checked on it;
            ``optional``: an empty relation passes.
        where: Restricts the rows.
        fixes: Who puts a failure right.
    """

    model_config = ConfigDict(extra="ignore")

    relation: str
    rows: Literal["due", "optional"]
    where: str = ""
    fixes: str = ""


class Suite(BaseModel):
    """One suite file."""

    model_config = ConfigDict(extra="ignore")

    name: str
    meta: SuiteMeta
    expectations: list[dict[str, Any]] = Field(min_length=1)

    def check_names(self) -> list[str]:
        """Return the names of the checks of this suite."""
        return [f"{self.name}: {one['meta']['check']}" for one in self.expectations]


def load_suites(folder: Path) -> list[Suite]:
    """Read all suites.

    Raises:
        UsageError: A folder has none, or a file is empty, unnamed or names a check twice.
    """
    suites = [_load(path) for kind in FOLDERS for path in _files(folder / kind)]
    doubles = [name for name, times in Counter(_names(suites)).items() if times > 1]
    if doubles:
        raise UsageError(
            f"Two checks are called {doubles[0]!r}.", "Give each expectation its own meta.check."
        )
    return suites


def _files(folder: Path) -> list[Path]:
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise UsageError(f"{folder.name}/ holds no suite.", "Restore expectations/ from the repository.")
    return paths


def _load(path: Path) -> Suite:
    try:
        suite = Suite.model_validate_json(path.read_bytes())
        suite.check_names()
    except (ValueError, KeyError) as error:
        raise UsageError(
            f"{path.parent.name}/{path.name} is not a suite with named expectations.",
            "Each needs `type`, `kwargs` and `meta.check`; a suite without expectations checks nothing.",
        ) from error
    return suite


def _names(suites: list[Suite]) -> Iterator[str]:
    for suite in suites:
        yield from suite.check_names()


def expected(subject: Subject) -> list[str]:
    """Return the names of all GX checks that are due."""
    return list(_names(load_suites(subject.suites_dir)))


def run(subject: Subject) -> list[Check]:
    """Run every suite on the build, over one read-only connection."""
    suites = load_suites(subject.suites_dir)
    with open_store(subject.build.warehouse, threads=subject.settings.threads) as connection:
        attach(connection, subject.scratch, "scratch")
        parameters = _parameters(subject)
        with GxEngine(connection) as engine:
            return [check for suite in suites for check in _run_suite(connection, engine, suite, parameters)]


def _parameters(subject: Subject) -> dict[str, Any]:
    return {
        "as_at": subject.plan.as_at.isoformat(),
        "algorithm_versions": [subject.plan.algorithm_version],
        **{f"parameter_{name}": value for name, value in subject.plan.parameters.items()},
    }


def _run_suite(
    connection: duckdb.DuckDBPyConnection, engine: GxEngine, suite: Suite, parameters: Mapping[str, Any]
) -> list[Check]:
    query = f"select * from {_relation(suite)}"  # noqa: S608  names from our own suite files
    if suite.meta.where:
        query += f" where {suite.meta.where}"
    row = connection.execute(f"select count(*) from ({query})").fetchone()  # noqa: S608  as above
    rows = int(row[0]) if row else 0
    if rows == 0:
        status, detail = _on_no_rows(suite)
        return [_check(name, status, detail, suite) for name in suite.check_names()]
    findings = engine.validate(suite.name, query, suite.expectations, parameters)
    return [
        _judge(name, one, finding, suite)
        for name, one, finding in zip(suite.check_names(), suite.expectations, findings, strict=True)
    ]


def _relation(suite: Suite) -> str:
    schema, name = suite.meta.relation.split(".", 1)
    catalog = "" if schema in {"marts", "reporting"} else "scratch."
    return f'{catalog}"{schema}"."{name}"'


def _on_no_rows(suite: Suite) -> tuple[Status, str]:
    if suite.meta.rows == "due":
        return Status.FAIL, f"{suite.meta.relation} is empty: nothing was checked."
    return Status.PASS, f"{suite.meta.relation} is empty: there was nothing to check."


def _judge(name: str, expectation: Mapping[str, Any], finding: Finding, suite: Suite) -> Check:
    if finding.raised:
        return _check(name, Status.ERROR, f"The check raised: {finding.raised.splitlines()[0][:200]}", suite)
    if finding.success:
        return _check(name, Status.PASS, "", suite)
    is_warning = expectation.get("severity") == "warning"
    meta = expectation["meta"]
    return Check(
        kind=Kind.GX,
        name=name,
        status=Status.WARN if is_warning else Status.FAIL,
        detail=" ".join(part for part in (str(meta.get("says", "")), finding.detail) if part),
        remedy=str(meta.get("remedy", "")) or suite.meta.fixes or _REMEDY,
    )


def _check(name: str, status: Status, detail: str, suite: Suite) -> Check:
    remedy = "" if status is Status.PASS else suite.meta.fixes or _REMEDY
    return Check(kind=Kind.GX, name=name, status=status, detail=detail, remedy=remedy)
