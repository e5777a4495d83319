"""What the environment may say, and what is refused before any work."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from include.errors import UsageError
from include.settings import REPOSITORY, Settings, get_settings, known_names


@pytest.fixture(autouse=True)
def _read_anew() -> Iterator[None]:
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.mark.parametrize(
    ("name", "value", "rule", "remedy"),
    [
        ("HHW_THREADS", "abc", "valid integer", "then it is 2"),
        ("HHW_THREADS", "0", "greater than or equal to 1", "Threads of dbt"),
        ("HHW_PROFILE", "prod", "'development' or 'production'", "then it is development"),
        ("HHW_ABSENT_SOURCES", "visor", "visor: must be of police_records, visor_summary", "does not have"),
        ("HHW_MAX_BAD_SHARE", "2", "less than or equal to 1", "Share of bad rows"),
        *(
            ("HHW_MEMORY_LIMIT", value, "MB, GB or TB", "then it is 8GB")
            for value in ("8QB", "8", "0GB", "80%", "GB", "-1", "8GB; x")
        ),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_its_rule(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, rule: str, remedy: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(UsageError) as raised:
        get_settings()
    assert raised.value.exit_code == 64
    assert raised.value.message.startswith(f"{name} {value!r} cannot be used: ")
    assert rule in raised.value.message
    assert remedy in raised.value.remedy


@pytest.mark.parametrize("value", ["8GB", "8G", "512MB", "1.5 GiB", "1tb"])
def test_what_duckdb_takes_as_memory_is_taken(value: str) -> None:
    assert Settings(memory_limit=value).memory_limit == value


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("HHW_ENCRYPTION_KEYFILE", "HHW_ENCRYPTION_KEY_FILE"),
        ("hhw_thread", "HHW_THREADS"),
        ("HHW_NOTIFY_SMPT", "HHW_NOTIFY_SMTP"),
    ],
)
def test_a_name_that_nobody_reads_is_refused_with_the_one_that_was_meant(
    monkeypatch: pytest.MonkeyPatch, typed: str, meant: str
) -> None:
    monkeypatch.setenv(typed, "x")
    with pytest.raises(UsageError, match=typed) as raised:
        get_settings()
    assert f"Was {meant} meant?" in raised.value.remedy


def test_every_name_that_the_repository_uses_is_known() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    files = [
        REPOSITORY / name
        for name in listed.stdout.splitlines()
        if name != "tests/production/test_settings.py"
    ]
    texts = [path.read_text(errors="replace") for path in files if Path(path).is_file()]
    used = {name for text in texts for name in re.findall(r"\bHHW_[A-Z_]*[A-Z]\b(?!_)", text)}
    assert used - known_names() == set()
