"""The front door: variables reach the command line as they were given, whatever they hold."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from include.settings import REPOSITORY

MAKEFILE = (REPOSITORY / "Makefile").read_text()


def _would_run(target: str, **variables: str) -> list[str]:
    done = subprocess.run(
        ["make", "-n", target, *(f"{name}={value}" for name, value in variables.items())],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    line = next(line for line in done.stdout.replace("\\\n", " ").splitlines() if "bin/hhw" in line)
    return shlex.split(line)


@pytest.mark.parametrize("value", ["a folder", "it's", 'say "x"', "$(reboot)", "a;b", "`id`", "*"])
def test_a_value_is_one_word_whatever_it_holds(value: str) -> None:
    escaped = value.replace("$", "$$")  # make's own sign
    words = _would_run("run", LANDING=escaped, DATA_DIR=escaped)
    assert words[words.index("--landing") + 1] == value
    assert words[words.index("--data-dir") + 1] == value


def test_what_is_not_given_is_left_to_the_defaults() -> None:
    words = _would_run("run")
    assert "--landing" not in words
    assert "--as-at" not in words
    assert words[words.index("--nominals") + 1] == "20000"


def test_run_dates_and_as_at() -> None:
    words = _would_run("run", AS_AT="2026-09-20", RUN_DATES="2026-09-06,2026-09-20")
    assert words[words.index("--as-at") + 1] == "2026-09-20"
    assert words[words.index("--run-dates") + 1] == "2026-09-06,2026-09-20"


def test_help_names_every_target() -> None:
    told = subprocess.run(["make", "help"], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    targets = re.findall(r"^\.PHONY: (\S+)$", MAKEFILE, re.MULTILINE)
    assert [target for target in targets if f"make {target}" not in told] == []


def test_rollback_without_a_release_is_a_mistake() -> None:
    assert "needs RELEASE" in MAKEFILE


@pytest.mark.parametrize("name", ["run", "missing-packages"])
def test_ci_scripts_can_be_executed(name: str) -> None:
    path = REPOSITORY / ".ci" / name
    assert path.stat().st_mode & 0o111
    assert path.read_text().startswith("#!/usr/bin/env bash")
    subprocess.run(["bash", "-n", str(path)], check=True)


def test_nothing_names_a_registry_or_a_machine() -> None:
    held = [MAKEFILE, *(path.read_text() for path in Path(REPOSITORY / ".ci").glob("*") if path.is_file())]
    assert not any(re.search(r"https?://|/(work|home|root|tmp)/", text) for text in held)
