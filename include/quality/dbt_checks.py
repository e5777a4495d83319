"""What dbt did, read from its own artefacts: every node that was selected must have run.

dbt can end with exit code 0 and nodes skipped, and a results file of another day lies where today's
would: so the artefacts are held against each other, node by node.
"""

from __future__ import annotations

import json
from typing import Any

from include.quality.subject import Subject
from include.quality.verdict import Check, Kind, Status

INVOCATION = "manifest and results are of one invocation"
# Unit tests judge the code and not the data: `make test` runs them, a build does not.
_EXECUTED = ("model", "seed", "snapshot", "test")
_MODEL_STATUS = {"success": Status.PASS, "pass": Status.PASS, "error": Status.ERROR, "fail": Status.FAIL}
_TEST_STATUS = {"pass": Status.PASS, "warn": Status.WARN, "fail": Status.FAIL, "error": Status.ERROR}
_DETAIL_CHARACTERS = 300


def expected(subject: Subject) -> list[str]:
    """Return the names of all dbt checks that are due: one per node that a build executes."""
    return [INVOCATION, *sorted(_name(node) for node in _selected(subject.manifest))]


def run(subject: Subject) -> list[Check]:
    """Judge every executed node; what is selected and has no result is for the gate to miss."""
    results = json.loads(subject.build.run_results.read_bytes())
    nodes = subject.manifest["nodes"]
    checks = [_invocation(subject.manifest, results)]
    for result in results["results"]:
        node = nodes.get(result["unique_id"])
        if node is not None and node["resource_type"] in _EXECUTED:
            checks.append(_judge(node, result))
    return checks


def _selected(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] in _EXECUTED and node.get("config", {}).get("materialized") != "ephemeral"
    ]


def _name(node: dict[str, Any]) -> str:
    return f"{node['resource_type']} {node['name']}"


def _invocation(manifest: dict[str, Any], results: dict[str, Any]) -> Check:
    stated = manifest["metadata"].get("invocation_id")
    is_one = bool(stated) and stated == results["metadata"].get("invocation_id")
    return Check(
        kind=Kind.DBT,
        name=INVOCATION,
        status=Status.PASS if is_one else Status.FAIL,
        detail="" if is_one else "The results are those of another run of dbt.",
        remedy="" if is_one else "Start the run again.",
    )


def _judge(node: dict[str, Any], result: dict[str, Any]) -> Check:
    is_test = node["resource_type"] == "test"
    found = str(result.get("status"))
    status = (_TEST_STATUS if is_test else _MODEL_STATUS).get(found, Status.MISSING)
    if status is Status.PASS:
        return Check(kind=Kind.DBT, name=_name(node), status=status)
    if status is Status.MISSING:
        detail, remedy = (
            f"dbt ended it as {found!r}.",
            "Something it needs failed: look at the other checks first.",
        )
    elif is_test and status is not Status.ERROR:
        detail = f"{result.get('failures')} rows break the rule."
        remedy = _remedy(node) or f"The rule: {node.get('original_file_path', '')}."
    else:
        # Only the first line: what follows may quote values.
        message = str(result.get("message") or "no message").strip().splitlines()[0]
        detail, remedy = (
            message[:_DETAIL_CHARACTERS],
            "The log of dbt is in the folder of the build, under logs/.",
        )
    return Check(kind=Kind.DBT, name=_name(node), status=status, detail=detail, remedy=remedy)


def _remedy(node: dict[str, Any]) -> str:
    meta = {**node.get("meta", {}), **node.get("config", {}).get("meta", {})}
    return str(meta.get("remedy", ""))
