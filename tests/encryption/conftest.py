"""An installation with encryption at rest, as its processes see it: by the environment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from include.encryption import VARIABLE, make_key_file
from include.settings import Settings, get_settings


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "keys" / "first.key"
    path.parent.mkdir()
    make_key_file(path)
    return path


@pytest.fixture
def settings(tmp_path: Path, key_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """The settings of this process: the stores ask for those."""
    monkeypatch.setenv("HHW_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv(VARIABLE, str(key_file))
    get_settings.cache_clear()
    yield get_settings()
    get_settings.cache_clear()


def under(monkeypatch: pytest.MonkeyPatch, key_file: Path | None) -> Settings:
    """Start again with another key file, or none."""
    if key_file is None:
        monkeypatch.delenv(VARIABLE)
    else:
        monkeypatch.setenv(VARIABLE, str(key_file))
    get_settings.cache_clear()
    return get_settings()
