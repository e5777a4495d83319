"""Faults of what is stored (section B of the matrix): `hhw doctor` finds them, repairs or instructs; a run goes on."""

from __future__ import annotations

import shutil
import struct
from collections.abc import Callable
from functools import reduce
from pathlib import Path

import pytest
from typer.testing import CliRunner

from include.cli import app
from include.doctor import Finding, examine
from include.errors import FullDiskError, IntegrityError
from include.files import PRIVATE_DIR
from include.publication.publish import publish_build
from include.publication.release import ledger, switch_current
from include.publication.retention import pin, pinned, unpin
from include.settings import Settings
from include.space import require_space
from include.warehouse.stores import open_store
from tests.faults import invariants, protocol
from tests.faults.ground import Ground
from tests.publication.build import EXPECTED, facts, verdict_on

pytestmark = pytest.mark.slow


def test_a_store_of_a_newer_duckdb_is_named_and_left(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    with open_store(path, read_only=False) as store:
        store.execute("create table people as select 1 as n")
    content = bytearray(path.read_bytes())
    assert content[8:12] == b"DUCK"
    content[12:20] = (9_999).to_bytes(8, "little")
    words = struct.iter_unpack("<Q", content[8:4096])  # the first header, which begins with its checksum
    checksum = reduce(lambda found, word: found ^ (word[0] * 0xBF58476D1CE4E5B9 % 2**64), words, 5381)
    content[:8] = checksum.to_bytes(8, "little")
    path.write_bytes(content)
    with pytest.raises(IntegrityError, match="newer DuckDB"), open_store(path):
        pass
    assert path.read_bytes() == content


def cut(path: Path, end: int) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:end] if end < 0 else content + b"x" * end)


def opened(path: Path) -> Path:
    """Make a sealed file writable, as a hand would."""
    path.parent.chmod(0o700)
    path.chmod(0o600)
    return path


def remove(path: Path) -> None:
    for one in [path, *path.rglob("*")] if path.is_dir() else []:
        if one.is_dir():
            one.chmod(0o700)
    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def link(path: Path, target: str) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to(target)


Spoil = Callable[[Ground], object]
REPAIRED: dict[str, tuple[str, Spoil]] = {
    "torn ledger": ("ledger.jsonl", lambda g: cut(g.data / "state" / "ledger.jsonl", 40)),
    "torn audit log": ("audit.jsonl", lambda g: cut(g.data / "state" / "audit.jsonl", 40)),
    "current missing": ("led nowhere", lambda g: (g.data / "published" / "current").unlink()),
    "current dangling": ("led nowhere", lambda g: link(g.data / "published" / "current", "gone")),
    "leftover link": (".current.77", lambda g: link(g.data / "published" / ".current.77", g.base.old)),
    "leftover link that leads nowhere": (
        ".current.78",
        lambda g: link(g.data / "published" / ".current.78", "gone"),
    ),
    "leftover of bronze": (
        ".x.parquet.tmp",
        lambda g: (g.data / "bronze" / "idiom" / "managers" / ".x.parquet.tmp").write_text("x"),
    ),
    "half a copy": (
        "incoming",
        lambda g: (g.data / "landing" / ".incoming" / "20260927").mkdir(parents=True),
    ),
    "half removed release": (".retired-x", lambda g: (g.data / "work" / ".retired-x").mkdir()),
    "unclosed build": ("was not closed", lambda g: unclosed_build(g)),
    "bronze lost": ("made again", lambda g: remove(g.data / "bronze" / "police_records")),
    "bronze changed": (
        "made again",
        lambda g: cut(next((g.data / "bronze" / "idiom" / "managers").glob("*.parquet")), 1),
    ),
    "readable by others": ("could be read", lambda g: (g.data / "state" / "audit.jsonl").chmod(0o644)),
}


def unclosed_build(ground: Ground) -> None:
    folder = ground.data / "work" / "killed"
    folder.mkdir(mode=PRIVATE_DIR)
    (folder / "warehouse.duckdb").write_bytes(b"x")
    (folder / "warehouse.duckdb.wal").write_bytes(b"x")


@pytest.mark.parametrize(("told", "spoil"), REPAIRED.values(), ids=REPAIRED)
def test_repaired(ground: Ground, told: str, spoil: Spoil) -> None:
    examine(ground.settings)
    spoil(ground)
    found = examine(ground.settings)
    assert [one.state for one in found if told in one.sentence], found
    assert {one.state for one in found} == {"repaired"}, found
    assert examine(ground.settings) == []
    ground.must_hold((ground.base.old,))
    ground.must_recover()


TOLD: dict[str, tuple[str, Spoil]] = {
    "edited warehouse": ("was changed", lambda g: cut(opened(current(g) / "warehouse.duckdb"), 1)),
    "edited page": ("was changed", lambda g: cut(opened(current(g) / "reports" / "index.html"), 1)),
    "edited release.json": ("cannot be read", lambda g: opened(current(g) / "release.json").write_text("{}")),
    "write-ahead log beside it": (
        "does not belong",
        lambda g: (opened(current(g) / "warehouse.duckdb").parent / "warehouse.duckdb.wal").write_text("x"),
    ),
    "current is a folder": (
        "not a symbolic link",
        lambda g: ((g.data / "published" / "current").unlink(), (g.data / "published" / "current").mkdir()),
    ),
    "every release gone": (
        "No release is in force",
        lambda g: [remove(one) for one in (g.data / "published").iterdir() if not one.is_symlink()],
    ),
    "line of the ledger changed": (
        "the chain breaks",
        lambda g: swap(g.data / "state" / "ledger.jsonl", b'"mode": "full"', b'"mode": "fool"'),
    ),
    "line of the audit log dropped": (
        "the chain breaks",
        lambda g: drop_line(g.data / "state" / "audit.jsonl"),
    ),
    "landing and bronze lost": (
        "landing no longer gives it",
        lambda g: (remove(g.data / "bronze" / "idiom"), remove(g.data / "landing" / "idiom")),
    ),
}


def current(ground: Ground) -> Path:
    return (ground.data / "published" / "current").resolve()


def swap(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))


def drop_line(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[1:]))


@pytest.mark.deep
@pytest.mark.parametrize(("told", "spoil"), TOLD.values(), ids=TOLD)
def test_told_and_left(ground: Ground, told: str, spoil: Spoil) -> None:
    """What only a person may decide is named with one instruction, and nothing published is touched."""
    examine(ground.settings)
    spoil(ground)
    before = {path: path.lstat().st_mtime_ns for path in (ground.data / "published").rglob("*")}
    found: list[Finding] = [one for one in examine(ground.settings) if one.state == "needs you"]
    assert any(told in one.sentence for one in found), found
    assert all(one.remedy for one in found)
    assert {path: path.lstat().st_mtime_ns for path in (ground.data / "published").rglob("*")} == before
    done = CliRunner().invoke(app, ["doctor", "--data-dir", str(ground.data)])
    assert done.exit_code == 74
    assert "What to do:" in done.output


@pytest.mark.deep
def test_the_way_out_of_an_edited_release(ground: Ground) -> None:
    """The instruction names the release to go back to, and following it mends the matter."""
    protocol.run(ground.settings, ground.base.landing, ground.base.build)
    cut(opened(current(ground) / "warehouse.duckdb"), 1)
    (told,) = [one for one in examine(ground.settings) if one.state == "needs you"]
    assert f"hhw rollback {ground.base.old}" in told.remedy
    done = CliRunner().invoke(app, ["rollback", ground.base.old, "--data-dir", str(ground.data)])
    assert done.exit_code == 0
    assert ground.in_force == ground.base.old
    assert invariants.broken(ground.settings) == {}


@pytest.mark.deep
def test_a_publication_that_was_cut_off_is_written_down(ground: Ground) -> None:
    """Killed between the switch and the ledger: readers see the new release, and the books do not know of it."""
    protocol.run(ground.settings, ground.base.landing, ground.base.build)
    for name, lines in (("ledger.jsonl", 1), ("audit.jsonl", 1)):
        path = ground.data / "state" / name
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-lines]))
    found = examine(ground.settings)
    assert any("not written down" in one.sentence for one in found), found
    assert ledger(ground.settings).read()[-1].data["release_id"] == ground.base.new
    ground.must_hold((ground.base.new,))
    assert [one for one in examine(ground.settings) if one.state != "note"] == []


@pytest.mark.deep
def test_a_release_that_was_moved_in_and_never_put_in_force(ground: Ground) -> None:
    protocol.run(ground.settings, ground.base.landing, ground.base.build)
    state = Path(ground.data / "state")
    shutil.rmtree(state)
    shutil.copytree(ground.base.start / "state", state)
    switch_current(ground.settings, ground.base.old)
    assert [one.state for one in examine(ground.settings)] == ["note"]
    ground.must_hold((ground.base.old,))
    ground.must_recover()


@pytest.mark.deep
def test_a_write_ahead_log_beside_a_build_publishes_nothing(ground: Ground) -> None:
    folder = ground.data / "work" / "b-x"
    shutil.copytree(ground.base.build, folder)
    (folder / "warehouse.duckdb.wal").write_bytes(b"")
    with pytest.raises(IntegrityError, match="write-ahead log"):
        publish_build(
            ground.settings,
            facts(ground.settings, folder, "20260920-x"),
            folder,
            verdict_on(folder),
            EXPECTED,
        )
    ground.must_hold((ground.base.old,))


@pytest.mark.deep
def test_the_ledger_lost(ground: Ground) -> None:
    """Everything is taken in again from LANDING, and the release is the same to the content."""
    (ground.data / "state" / "ledger.jsonl").unlink()
    protocol.run(ground.settings, ground.base.landing, ground.base.build)
    assert protocol.lasting(ground.settings)["content"] == ground.base.wanted["content"]
    assert invariants.broken(ground.settings) == {}


@pytest.mark.deep
def test_a_backup_of_last_week_restored(ground: Ground) -> None:
    protocol.run(ground.settings, ground.base.landing, ground.base.build)
    shutil.move(ground.data, ground.data.with_name("lost"))
    shutil.copytree(ground.base.start, ground.data, symlinks=True)
    ground.must_recover()


@pytest.mark.deep
def test_pinned_and_no_longer(ground: Ground) -> None:
    pin(ground.settings, ground.base.old, "for the inspection")
    assert pinned(ground.settings) == {ground.base.old: "for the inspection"}
    done = CliRunner().invoke(
        app, ["unpin", ground.base.old, "--reason", "over", "--data-dir", str(ground.data)]
    )
    assert done.exit_code == 0
    assert pinned(ground.settings) == {}
    with pytest.raises(Exception, match="not pinned"):
        unpin(ground.settings, ground.base.old, "again")


@pytest.mark.deep
@pytest.mark.parametrize("needed", [0, 10**18])
def test_no_room_to_begin(tmp_path: Path, needed: int) -> None:
    lots = Settings(data_dir=tmp_path, min_free_mb=10**12 if not needed else 0)
    with pytest.raises(FullDiskError, match="MB free; a build may need") as caught:
        require_space(lots, needed, "a build")
    assert caught.value.exit_code == 73
    assert list(tmp_path.iterdir()) == []


@pytest.mark.deep
def test_too_little_room_for_a_delivery(ground: Ground) -> None:
    full = ground.settings.model_copy(update={"min_free_mb": 10**9})
    with pytest.raises(FullDiskError, match=r"taking in \w+ 2026\d{4} may need"):
        protocol.run(full, ground.base.landing, ground.base.build)
    ground.must_hold((ground.base.old,))
    ground.must_recover()
