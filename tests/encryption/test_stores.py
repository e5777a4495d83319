"""Stores under a key: written so that a stranger reads nothing, opened by the right key, closed to any other."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from include.encryption import KEYRING, VARIABLE, active_keys, make_key_file
from include.errors import EncryptionError, IntegrityError
from include.settings import Settings
from include.warehouse.stores import (
    attach,
    cursor_of,
    is_encrypted_parquet,
    memory_store,
    open_store,
    parquet_options,
    parquet_rows,
    parquet_scan,
    read_table,
    text_literal,
    write_table,
)
from tests.encryption.conftest import under

CANARY = "Quetzalcanary"
ROWS = 5_000


def _warehouse(path: Path) -> Path:
    with open_store(path, read_only=False) as store:
        store.execute("create schema marts")
        store.execute(
            f"create table marts.people as select range as n, '{CANARY}' || range as name from range({ROWS})"
        )
        store.execute(f"create table marts.one as select '{CANARY}' as name")  # alone, it is not compressed
    return path


def _names(content: bytes) -> bool:
    """Whether a stranger finds the canary; a bool, so that no megabytes are printed where it fails."""
    return CANARY.encode() in content


def _parquet(path: Path, rows: int = ROWS) -> Path:
    with memory_store() as store:
        store.execute(
            f"copy (select range as n, '{CANARY}' || range as name from range({rows})) "
            f"to {text_literal(str(path))} {parquet_options()}"
        )
    return path


def test_a_warehouse_is_unreadable_without_the_key_and_whole_with_it(
    settings: Settings, tmp_path: Path
) -> None:
    path = _warehouse(tmp_path / "warehouse.duckdb")
    assert not _names(path.read_bytes())
    with pytest.raises(duckdb.CatalogException, match="without a key"):
        duckdb.connect(str(path))
    with open_store(path) as store:
        assert store.execute("select count(*), max(name) from marts.people").fetchall() == [
            (ROWS, f"{CANARY}999")
        ]
        with pytest.raises(duckdb.Error, match="read-only"):
            store.execute("create table marts.more as select 1")


def test_a_second_connection_is_at_the_same_store(settings: Settings, tmp_path: Path) -> None:
    with open_store(_warehouse(tmp_path / "warehouse.duckdb")) as store:
        assert cursor_of(store).execute("select count(*) from marts.people").fetchall() == [(ROWS,)]


def test_the_same_writing_without_the_profile_is_found_by_the_same_search(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or the search above would find nothing whatever was written."""
    under(monkeypatch, None)
    path = _warehouse(tmp_path / "plain.duckdb")
    assert _names(path.read_bytes())
    assert not (settings.state_dir / KEYRING).exists(), "without the profile nothing is made"


def test_parquet_is_unreadable_without_the_key_and_unites_by_name_with_it(
    settings: Settings, tmp_path: Path
) -> None:
    first, second = _parquet(tmp_path / "1.parquet"), tmp_path / "2.parquet"
    write_table(pa.table({"name": ["x"], "more": [1], "n": [-1]}), second)
    for path in (first, second):
        assert is_encrypted_parquet(path)
        assert not _names(path.read_bytes())
        with pytest.raises(duckdb.Error, match="encrypted"):
            duckdb.execute("select * from read_parquet(?)", [str(path)])
    assert (parquet_rows(first), parquet_rows(second)) == (ROWS, 1)
    with memory_store() as store:
        united = f"select count(*), count(more), min(n), max(name) from {parquet_scan([first, second])}"
        assert store.execute(united).fetchall() == [(ROWS + 1, 1, -1, "x")]
    assert read_table(second).to_pylist() == [{"name": "x", "more": 1, "n": -1}]


@pytest.mark.parametrize("kind", ["duckdb", "parquet"])
def test_one_changed_byte_anywhere_is_noticed(settings: Settings, tmp_path: Path, kind: str) -> None:
    """AES-GCM authenticates what it encrypts. In a DuckDB file, blocks that hold nothing are not read by anybody."""
    path = tmp_path / f"warehouse.{kind}"
    whole = (_warehouse if kind == "duckdb" else _parquet)(path).read_bytes()

    def sums() -> object:
        query = "select count(*), sum(n), sum(hash(name)) from "
        if kind == "parquet":
            with memory_store() as store:
                return store.execute(query + parquet_scan([path])).fetchall()
        with open_store(path) as store:
            return store.execute(f"{query} marts.people").fetchall()

    truth = sums()
    noticed = 0
    places = range(4, len(whole), max(1, len(whole) // 40))
    for place in places:
        changed = bytearray(whole)
        changed[place] ^= 1
        path.write_bytes(changed)
        try:
            assert sums() == truth, f"byte {place} was changed and another answer came"
        except (duckdb.Error, EncryptionError):
            noticed += 1
    assert noticed > len(places) // 2, f"{noticed} of {len(places)} noticed"


def test_another_key_opens_nothing_and_says_which_does(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _warehouse(tmp_path / "warehouse.duckdb")
    make_key_file(tmp_path / "other.key")
    under(monkeypatch, tmp_path / "other.key")
    said = r"other\.key \(fingerprint [0-9a-f]{12}\) does not open"
    with pytest.raises(EncryptionError, match=said) as error, open_store(path):
        pass
    assert (tmp_path / "other.key").read_text().strip() not in str(error.value)
    with pytest.raises(EncryptionError), memory_store():
        pass


def test_without_the_key_nothing_is_read_and_nothing_is_written(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    active_keys()
    under(monkeypatch, None)
    with pytest.raises(EncryptionError, match=f"{VARIABLE} is not set"), memory_store():
        pass
    with pytest.raises(EncryptionError), open_store(tmp_path / "new.duckdb", read_only=False):
        pass
    assert not (tmp_path / "new.duckdb").exists()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: path.unlink(), "is not there"),
        (lambda path: path.chmod(0o444), "read by others"),
        (lambda path: (path.chmod(0o600), path.write_text("too short")), "64 hexadecimal digits"),
    ],
)
def test_a_key_file_that_cannot_be_used_is_named_with_its_rule(
    settings: Settings, key_file: Path, spoil: object, said: str
) -> None:
    spoil(key_file)  # type: ignore[operator]
    with pytest.raises(EncryptionError, match=said) as error:
        active_keys()
    assert str(key_file) in str(error.value)
    assert error.value.remedy


def test_a_key_among_the_data_is_refused(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.data_dir.mkdir()
    make_key_file(settings.data_dir / "hidden.key")
    with pytest.raises(EncryptionError, match="lies in the data directory"):
        active_keys(under(monkeypatch, settings.data_dir / "hidden.key"))


def test_a_lost_keyring_is_not_made_anew_over_encrypted_files(settings: Settings) -> None:
    settings.bronze_dir.mkdir(parents=True)
    _parquet(settings.bronze_dir / "x.parquet")
    (settings.state_dir / KEYRING).unlink()
    with pytest.raises(IntegrityError, match="is gone"):
        active_keys()


def test_two_that_begin_at_once_have_one_keyring(settings: Settings) -> None:
    children = []
    for _ in range(8):
        child = os.fork()
        if child == 0:
            active_keys()
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 8
    first = active_keys()
    assert first is not None
    assert active_keys() == first
    assert list(settings.state_dir.iterdir()) == [settings.state_dir / KEYRING]


def test_what_was_written_before_the_profile_is_read_as_it_is(
    settings: Settings, tmp_path: Path, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    under(monkeypatch, None)
    plain, table = _warehouse(tmp_path / "warehouse.duckdb"), _parquet(tmp_path / "old.parquet", 3)
    under(monkeypatch, key_file)
    new = _parquet(tmp_path / "new.parquet", 4)
    with open_store(plain) as store:
        assert store.execute("select count(*) from marts.people").fetchall() == [(ROWS,)]
        assert store.execute(f"select count(*) from {parquet_scan([table, new])}").fetchall() == [(7,)]
        attach(store, _warehouse(tmp_path / "scratch.duckdb"), "scratch")
        assert store.execute("select count(*) from scratch.marts.people").fetchall() == [(ROWS,)]


def test_what_duckdb_spills_is_encrypted(settings: Settings, tmp_path: Path) -> None:
    spilled = tmp_path / "spill"
    with memory_store(threads=1) as store:
        store.execute(f"set temp_directory = {text_literal(str(spilled))}")
        store.execute("set memory_limit = '60MB'")
        rows = store.execute(
            f"select '{CANARY}' || (range * 7919 % 3000000) as name from range(3000000) order by name"
        )
        rows.fetchmany(1)
        content = b"".join(path.read_bytes() for path in spilled.iterdir())
    assert len(content) > 1_000_000, "nothing was spilled: nothing was tested"
    assert not _names(content)
