"""A new key: at every moment the old or the new one opens everything, whatever kills the rotation."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from include import audit
from include.encryption import KEYRING, VARIABLE, active_keys, fingerprint, make_key_file, read_key_file
from include.errors import EncryptionError
from include.failpoints import VARIABLE as FAIL_AT
from include.rotation import retire_keys, rotate_key
from include.sealed import read_private, write_private
from include.settings import REPOSITORY, Settings
from include.warehouse.stores import memory_store, open_store, parquet_scan, read_table, write_table
from tests.encryption.conftest import under

pytestmark = pytest.mark.slow


@pytest.fixture
def new_key(key_file: Path) -> Path:
    path = key_file.with_name("second.key")
    make_key_file(path)
    return path


def _write(folder: Path, mark: str) -> None:
    with open_store(folder / f"{mark}.duckdb", read_only=False) as store:
        store.execute(f"create table said as select '{mark}' as mark")
    write_table(pa.table({"mark": [mark]}), folder / f"{mark}.parquet")
    write_private(folder / f"{mark}.html", mark)


def _all_opens(folder: Path, *marks: str) -> None:
    for mark in marks:
        with open_store(folder / f"{mark}.duckdb") as store:
            assert store.execute("from said").fetchall() == [(mark,)]
        assert read_table(folder / f"{mark}.parquet").to_pylist() == [{"mark": mark}]
        assert read_private(folder / f"{mark}.html").decode() == mark
    with memory_store() as store:
        scan = parquet_scan([folder / f"{mark}.parquet" for mark in marks])
        assert store.execute(f"select mark from {scan}").fetchall() == [(mark,) for mark in marks]


def test_from_one_key_to_the_next(
    settings: Settings, tmp_path: Path, key_file: Path, new_key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(tmp_path, "old")
    first = active_keys()
    marks = rotate_key(settings, new_key)
    assert marks == (fingerprint(read_key_file(key_file)), fingerprint(read_key_file(new_key)))
    second = active_keys()
    assert first is not None
    assert second is not None
    assert second.current != first.current
    _write(tmp_path, "new")
    _all_opens(tmp_path, "old", "new")
    settings = under(monkeypatch, new_key)
    _all_opens(tmp_path, "old", "new")
    assert retire_keys(settings) == [marks[0]]
    _all_opens(tmp_path, "old", "new")
    under(monkeypatch, key_file)
    with pytest.raises(EncryptionError, match="does not open this data directory"):
        active_keys()
    assert [entry.event for entry in audit.journal(settings)] == ["key_rotation", "key_retirement"]
    text = (settings.state_dir / KEYRING).read_text() + (settings.state_dir / audit.FILE).read_text()
    for key in (key_file, new_key):
        assert key.read_text().strip() not in text
    for data_key in second.by_id.values():
        assert data_key.secret.hex() not in text


@pytest.mark.parametrize(
    ("point", "step"), [("before:rotate", "rotate"), ("after:rotate", "rotate"), ("after:retire", "retire")]
)
def test_killed_it_opens_and_started_again_it_ends_the_same(
    settings: Settings,
    tmp_path: Path,
    key_file: Path,
    new_key: Path,
    monkeypatch: pytest.MonkeyPatch,
    point: str,
    step: str,
) -> None:
    _write(tmp_path, "old")
    if step == "retire":
        rotate_key(settings, new_key)
        settings = under(monkeypatch, new_key)
    call = (
        "retire_keys(s)"
        if step == "retire"
        else f"rotate_key(s, __import__('pathlib').Path({str(new_key)!r}))"
    )
    code = f"from include.rotation import *; from include.settings import get_settings; s = get_settings(); {call}"
    environment = {**os.environ, FAIL_AT: point}
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, env=environment, check=False)
    assert done.returncode == -9
    _all_opens(tmp_path, "old")
    if step == "rotate":
        rotate_key(settings, new_key)
        settings = under(monkeypatch, new_key)
        _all_opens(tmp_path, "old")
    retire_keys(settings)
    _all_opens(tmp_path, "old")
    ring = (settings.state_dir / KEYRING).read_text()
    assert fingerprint(read_key_file(new_key)) in ring
    assert fingerprint(read_key_file(key_file)) not in ring


def test_without_the_profile_there_is_nothing_to_rotate(
    settings: Settings, new_key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(EncryptionError, match="is off"):
        rotate_key(under(monkeypatch, None), new_key)
    assert VARIABLE not in os.environ
