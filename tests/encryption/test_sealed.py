"""Pages and tables under a key: sealed on disk, open for a reader, and never open on disk in between."""

from __future__ import annotations

import tempfile
import threading
import urllib.request
from pathlib import Path

import pytest
from typer.testing import CliRunner

from include import audit, sealed
from include.cli import app
from include.encryption import active_keys
from include.erasure.tombstones import pseudonym
from include.errors import EncryptionError, UsageError
from include.opened import Opened, keep_open, open_copy
from include.sealed import is_sealed, open_folder, read_private, unseal, write_private
from include.serve import _report_server
from include.settings import Settings
from include.warehouse.stores import write_table
from tests.encryption.conftest import under

CANARY = "Quetzalcanary"
PAGE = f"<h1>{CANARY}</h1>"


def test_a_sealed_file_says_what_to_do_and_nothing_else(settings: Settings, tmp_path: Path) -> None:
    first, second = (write_private(tmp_path / name, PAGE).read_bytes() for name in ("a.html", "b.html"))
    assert first.startswith(b"HHW-SEALED-1 ")
    assert b"hhw open" in first.split(b"\n")[0]
    assert CANARY.encode() not in first
    assert first != second, "the same page twice must not be told from its bytes"
    assert read_private(tmp_path / "a.html").decode() == PAGE


def test_without_the_profile_a_file_is_as_it_was(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    under(monkeypatch, None)
    assert write_private(tmp_path / "a.html", PAGE).read_bytes() == PAGE.encode()
    with open_folder(tmp_path) as folder:
        assert folder == tmp_path


def test_any_changed_byte_is_noticed(settings: Settings, tmp_path: Path) -> None:
    whole = write_private(tmp_path / "a.html", PAGE).read_bytes()
    for place in range(len(b"HHW-SEALED-1 "), len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1
        with pytest.raises(EncryptionError):
            unseal(bytes(changed))
    for end in range(len(b"HHW-SEALED-1 "), len(whole)):
        with pytest.raises(EncryptionError):
            unseal(whole[:end])


def test_pages_under_way_lie_in_memory_and_are_sealed_on_disk(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory, reports = tmp_path / "memory", tmp_path / "reports"
    memory.mkdir()
    monkeypatch.setattr(sealed, "MEMORY", memory)
    carried = write_private(reports / "carried.html", "carried").read_bytes()
    with open_folder(reports) as pages:
        assert memory in pages.parents
        (pages / "csv").mkdir()
        (pages / "csv" / "new.csv").write_text(PAGE)
        assert memory in Path(tempfile.gettempdir()).parents, "libraries would write open files to disk"
        assert not (reports / "csv").exists()
    assert list(memory.iterdir()) == []
    assert is_sealed((reports / "csv" / "new.csv").read_bytes())
    assert (reports / "carried.html").read_bytes() == carried, "what is carried over stays byte for byte"


def test_what_a_killed_process_left_in_memory_goes(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed, "MEMORY", tmp_path)
    with sealed.memory_folder() as folder:
        mine = folder.name
        dead = tmp_path / mine.replace(f"-{mine.split('-')[2]}-", "-4194399-")
        foreign = tmp_path / "hhw-000000000000-4194399-x"
        dead.mkdir()
        foreign.mkdir()
        with sealed.memory_folder():
            assert sorted(tmp_path.glob("hhw-*")) != []
            assert not dead.exists()
            assert folder.exists(), "a process at work keeps its own"
            assert foreign.exists(), "another data directory's is its own affair"


def test_a_block_that_raises_publishes_nothing(settings: Settings, tmp_path: Path) -> None:
    def break_down() -> None:
        with open_folder(tmp_path / "reports") as pages:
            (pages / "a.html").write_text(PAGE)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_down()
    assert not (tmp_path / "reports").exists()


def _published(settings: Settings, release_id: str = "20260920-aaaaaaaa") -> Path:
    folder = settings.published_dir / release_id
    write_private(folder / "reports" / "index.html", PAGE)
    write_private(folder / "reports" / "csv" / "x.csv", f"name\n{CANARY}\n")
    (folder / "release.json").write_text("{}")
    link = settings.published_dir / "current"
    link.unlink(missing_ok=True)
    link.symlink_to(release_id)
    return folder


def test_the_server_of_one_machine_opens_pages_and_tells_the_audit_log(settings: Settings) -> None:
    _published(settings)
    server = _report_server(settings, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_address[1]}/current/reports/index.html"
        with urllib.request.urlopen(address) as answer:
            assert answer.read().decode() == PAGE
            assert answer.headers["Content-Type"] == "text/html"
    finally:
        server.shutdown()
    assert [entry.event for entry in audit.journal(settings)] == ["consultation"]


def test_an_open_copy_is_private_outside_the_data_and_on_record(settings: Settings, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder = _published(settings)
    assert open_copy(settings, Path("published/current/reports"), tmp_path / "copy") == Opened(2, encrypted=2)
    assert (tmp_path / "copy" / "index.html").read_text() == PAGE
    assert (tmp_path / "copy").stat().st_mode & 0o077 == 0
    (folder / "parquet").mkdir()
    write_table(pa.table({"name": [CANARY]}), folder / "parquet" / "x.parquet")
    table = Path("published/current/parquet/x.parquet")
    assert open_copy(settings, table, tmp_path / "table") == Opened(1, encrypted=1)
    assert pq.read_table(tmp_path / "table" / "x.parquet").to_pylist() == [{"name": CANARY}]
    with pytest.raises(UsageError, match="is not empty"):
        open_copy(settings, Path("published/current/reports"), tmp_path / "copy")
    with pytest.raises(UsageError, match="lies in the data directory"):
        open_copy(settings, Path("published/current/reports"), settings.data_dir / "copy")
    with pytest.raises(UsageError, match="does not lie in"):
        open_copy(settings, tmp_path / "copy", tmp_path / "again")
    assert [entry.event for entry in audit.journal(settings)] == ["disclosure", "disclosure"]


def test_what_was_never_encrypted_is_not_said_to_be_so_no_longer(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _published(under(monkeypatch, None))
    told = CliRunner().invoke(app, ["open", str(tmp_path / "plain")]).stdout
    assert "2 files, open; none of them is encrypted in the data directory either" in told
    _published(under(monkeypatch, settings.encryption_key_file), "20261004-bbbbbbbb")
    told = CliRunner().invoke(app, ["open", str(tmp_path / "opened")]).stdout
    assert "2 files, open; 2 of them are encrypted in the data directory" in told


def test_the_web_servers_copy_follows_what_is_in_force(settings: Settings, tmp_path: Path) -> None:
    served = tmp_path / "served"
    served.mkdir()
    _published(settings, "20260920-aaaaaaaa")
    assert keep_open(settings, served) == "20260920-aaaaaaaa"
    assert keep_open(settings, served) is None
    _published(settings, "20261004-bbbbbbbb")
    assert keep_open(settings, served) == "20261004-bbbbbbbb"
    assert (served / "current" / "reports" / "index.html").read_text() == PAGE
    assert sorted(path.name for path in served.iterdir()) == ["20261004-bbbbbbbb", "current"]


def test_the_key_of_pseudonyms_is_sealed_where_it_lies_among_the_data(
    settings: Settings, tmp_path: Path, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = under(monkeypatch, None)
    before = pseudonym(plain, "audit", "N0001")
    path = settings.state_dir / "pseudonyms.key"
    assert not is_sealed(path.read_bytes())
    now = under(monkeypatch, key_file)
    assert pseudonym(now, "audit", "N0001") == before
    assert is_sealed(path.read_bytes()), "made before the profile was on, it is sealed when it is next used"
    assert pseudonym(now, "audit", "N0001") == before
    assert active_keys() is not None
