"""The operations page: a row for every DAG and every alert, and no command that does not exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from include.settings import REPOSITORY

PAGE = (REPOSITORY / "docs" / "operations.md").read_text()
DAGS = sorted({path.stem for path in (REPOSITORY / "dags").glob("*.py")} - {"hhw_wiring"})


def _sources() -> str:
    folders = ("include", "dags", "plugins")
    return "\n".join(path.read_text() for folder in folders for path in (REPOSITORY / folder).rglob("*.py"))


@pytest.mark.parametrize("dag_id", DAGS)
def test_every_dag_has_its_row(dag_id: str) -> None:
    assert re.search(rf"^\| `{dag_id}` \|", PAGE, re.MULTILINE)


def test_every_kind_of_alert_is_explained() -> None:
    kinds = set(re.findall(r'Late\(\s*kind="(\w+)"', _sources()))
    kinds |= set(re.findall(r'raise_alert\(\s*(?:get_settings\(\)|settings),\s*"(\w+)"', _sources()))
    assert {"task_failed", "run_failed", "source_late", "dag_unparsable"} <= kinds
    explained = set(re.findall(r"`(\w+)`", "\n".join(re.findall(r"^\| alert (.*?) \|", PAGE, re.MULTILINE))))
    assert kinds - explained == set()


def test_no_target_is_named_that_make_does_not_have() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z-]+)", PAGE)) - {"up"} <= targets


def test_every_file_that_is_linked_is_there() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (Path(REPOSITORY / "docs") / link).exists(), link


@pytest.mark.parametrize(
    "name", ["HHW_HOME", "HHW_FORCE_NAME", "HHW_ADDRESS", "HHW_NOTIFY_HOSTS", "HHW_IMAGE"]
)
def test_the_page_and_the_compose_file_name_the_same_variables(name: str) -> None:
    assert name in PAGE
    assert name in (REPOSITORY / "docker-compose.yml").read_text()
