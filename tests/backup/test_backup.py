"""Backup and restore: what comes back is what was there, and what came since is taken in again, once (fault 65)."""

from __future__ import annotations

import hashlib
import shutil
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from include import audit
from include.backup import ERASURES, MANIFEST, check_backup, make_backup, restore_backup
from include.erasure.erase import erase, resume
from include.erasure.tombstones import Tombstones, key_file, pseudonym
from include.errors import IntegrityError, LockedError, UsageError
from include.ingest import ingest_all
from include.journal import Journal
from include.ledger import Ledger
from include.lock import run_lock
from include.publication.release import release_in_force
from include.publication.verify import verify_all
from include.settings import REPOSITORY, Settings
from tests.ingest.builder import change, custody, delta, full, nominal
from tests.publication.build import publish

pytestmark = pytest.mark.slow
TWELVE = REPOSITORY / "tests" / "fixtures" / "twelve_people" / "landing"


@dataclass(frozen=True)
class Force:
    """An installation with deliveries, releases, and a place for backups."""

    settings: Settings
    landing: Path
    backups: Path

    def take_in(self) -> None:
        ingest_all(self.settings, self.landing)

    def back_up(self) -> Path:
        return make_backup(self.settings, self.backups).folder


@pytest.fixture
def force(tmp_path: Path) -> Force:
    made = Force(Settings(data_dir=tmp_path / "data", threads=1), tmp_path / "landing", tmp_path / "backups")
    first = full()
    first.files["nominals"].append(nominal(9, sex="x"))  # one row goes into quarantine
    first.write(made.landing)
    made.take_in()
    publish(made.settings, "r1")
    return made


@contextmanager
def _held_elsewhere(state_dir: Path) -> Iterator[None]:
    """Let another process hold the run lock."""
    code = (
        "import sys; from pathlib import Path; from include.lock import run_lock\n"
        "with run_lock(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(state_dir)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        yield
        other.communicate()


def _next_week(force: Force) -> None:
    delta({"nominals": change("D", [nominal(1)]), "custody": change("I", [custody(10, 2)])}).write(
        force.landing
    )
    force.take_in()
    publish(force.settings, "r2", people=60)


def _tree(folder: Path) -> dict[str, str]:
    """Every file and link below the folders that matter, with its content or target."""
    return {
        path.relative_to(folder).as_posix(): str(path.readlink())
        if path.is_symlink()
        else hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if (path.is_symlink() or path.is_file()) and path.name not in {"run.lock", MANIFEST}
        and "work" not in path.relative_to(folder).parts
    }  # fmt: skip


def test_what_comes_back_is_what_was_there(force: Force, tmp_path: Path) -> None:
    before = _tree(force.settings.data_dir)
    backup = force.back_up()
    restored = Settings(data_dir=tmp_path / "elsewhere")
    restore_backup(restored, backup)
    after = _tree(restored.data_dir)
    log = "state/audit.jsonl"  # grows by the line that says that it was restored, and is the same up to it
    assert {name for name in before if before[name] != after.get(name)} == {log}
    assert (restored.data_dir / log).read_bytes().startswith((backup / log).read_bytes())
    assert set(after) == set(before)
    assert {one.event for one in audit.journal(restored).read()} >= {"restore", "publication"}
    assert "backup" in {one.event for one in audit.journal(force.settings).read()}
    assert verify_all(restored).release_in_force == release_in_force(force.settings) == "r1"


def test_nobody_else_can_read_a_backup_or_write_to_a_restored_release(force: Force, tmp_path: Path) -> None:
    backup = force.back_up()
    for path in [backup, *backup.rglob("*")]:
        assert path.is_symlink() or not stat.S_IMODE(path.stat().st_mode) & 0o077
    restored = Settings(data_dir=tmp_path / "elsewhere")
    restore_backup(restored, backup)
    for path in (restored.published_dir / "r1").rglob("*"):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o222, path


def test_last_weeks_backup_and_what_came_since_make_this_week(force: Force, tmp_path: Path) -> None:
    """The data directory is lost but for its ledger and landing folder; both name a delivery of this week."""
    backup = force.back_up()
    _next_week(force)
    lost = force.settings.data_dir
    bronze = _tree(force.settings.bronze_dir)
    counts = Counter((one.source, one.delivery_id) for one in Ledger(force.settings.state_dir).applied())
    restored = Settings(data_dir=tmp_path / "elsewhere", threads=1)
    told = restore_backup(restored, backup, left_over=lost)
    assert [line for line in told if "came after the backup" in line] == [
        "police_records 20260927 came after the backup: put into landing, to be taken in again."
    ]
    ingest_all(restored, restored.landing_dir)
    ingest_all(restored, restored.landing_dir)
    ingest_all(restored, force.landing)  # the source's own folder still holds both
    assert _tree(restored.bronze_dir) == bronze
    assert Counter((one.source, one.delivery_id) for one in Ledger(restored.state_dir).applied()) == counts
    assert set(counts.values()) == {1}
    publish(restored, "r2", people=60)
    verify_all(restored)


def test_who_was_erased_since_the_backup_stays_erased(force: Force, tmp_path: Path) -> None:
    """The tombstones come along, and the erasure is open again: what was restored still holds the person."""
    journal = Journal(force.settings.state_dir / ERASURES)
    journal.append("begun", authority="one", marks=["a"])
    journal.append("done")
    backup = force.back_up()
    journal.append("begun", authority="two", marks=["b"])
    restored = Settings(data_dir=tmp_path / "elsewhere")
    told = restore_backup(restored, backup, left_over=force.settings.data_dir)
    assert any("hhw erase --resume" in line for line in told)
    assert any(
        "First: The key of pseudonyms is gone" in line and str(key_file(restored)) in line for line in told
    )
    entries = Journal(restored.state_dir / ERASURES).read()
    assert [mark for one in entries for mark in one.data.get("marks", [])] == ["a", "b"]
    assert entries[-1].event == "begun"
    Journal(restored.state_dir / ERASURES).verify()


def test_an_erasure_since_the_backup_is_carried_out_in_what_was_restored(
    force: Force, tmp_path: Path
) -> None:
    """The first erasure makes the key of pseudonyms: the backup of before has none."""
    settings = Settings(data_dir=tmp_path / "twelve", threads=1)
    ingest_all(settings, TWELVE)
    backup = make_backup(settings, force.backups).folder
    assert not (backup / "state" / "pseudonyms.key").exists()
    erase(settings, "N0001", "DPA-2026-17")
    restored = Settings(data_dir=tmp_path / "elsewhere", threads=1)
    told = restore_backup(restored, backup, left_over=settings.data_dir)
    assert any("key of pseudonyms came along" in line for line in told)
    assert key_file(restored).stat().st_mode & 0o077 == 0
    done = resume(restored)
    assert done is not None
    assert done.taken_out["landing"] > 10


@pytest.mark.parametrize("is_in_backup", [True, False])
def test_a_key_that_is_not_that_of_the_tombstones_is_named(
    force: Force, tmp_path: Path, is_in_backup: bool
) -> None:
    if is_in_backup:
        pseudonym(force.settings, "audit", "N1")
    backup = force.back_up()
    key_file(force.settings).unlink(missing_ok=True)
    Tombstones(force.settings).begin({("nominal", "N1")}, "DPA-2026-17")
    if not is_in_backup:
        key_file(force.settings).write_text("ab" * 32)
    restored = Settings(data_dir=tmp_path / "elsewhere")
    told = restore_backup(restored, backup, left_over=force.settings.data_dir)
    assert any("First: The key of pseudonyms is not that under which" in line for line in told)
    assert key_file(restored).exists() is is_in_backup
    with pytest.raises(IntegrityError, match="key of pseudonyms"):
        ingest_all(restored, force.landing)


def test_where_nobody_was_erased_nothing_is_asked_for(force: Force, tmp_path: Path) -> None:
    backup, lost = force.back_up(), force.settings.data_dir
    told = restore_backup(Settings(data_dir=tmp_path / "one"), backup, left_over=lost)
    assert "Nobody was erased since the backup." in told
    assert not any("must be done again" in line for line in told)
    audit.record(force.settings, "erasure_begun", authority="one")  # and its tombstones are lost
    told = restore_backup(Settings(data_dir=tmp_path / "two"), backup, left_over=lost)
    assert any("Erasures since the backup must be done again" in line for line in told)


def test_without_what_is_left_somebody_must_do_the_erasures_again(force: Force, tmp_path: Path) -> None:
    told = restore_backup(Settings(data_dir=tmp_path / "elsewhere"), force.back_up())
    assert any("Erasures since the backup must be done again" in line for line in told)


def test_a_list_of_erasures_that_was_changed_is_not_taken_over(force: Force, tmp_path: Path) -> None:
    backup = force.back_up()
    path = force.settings.state_dir / ERASURES
    Journal(path).append("begun", authority="two", marks=["b"])
    path.write_bytes(path.read_bytes().replace(b"two", b"TWO"))
    restored = Settings(data_dir=tmp_path / "elsewhere")
    told = restore_backup(restored, backup, left_over=force.settings.data_dir)
    assert any("cannot be read" in line and "do them again" in line for line in told)
    assert not (restored.state_dir / ERASURES).exists()


def test_a_delivery_that_is_gone_is_named(force: Force, tmp_path: Path) -> None:
    backup = force.back_up()
    _next_week(force)
    shutil.rmtree(force.settings.landing_dir)
    told = restore_backup(
        Settings(data_dir=tmp_path / "elsewhere"), backup, left_over=force.settings.data_dir
    )
    assert any("police_records 20260927" in line and "ask the source" in line for line in told)


def test_what_has_not_changed_is_linked_and_what_has_is_copied(force: Force) -> None:
    first = force.back_up()
    _next_week(force)
    made = make_backup(force.settings, force.backups)
    warehouse = Path("published") / "r1" / "warehouse.duckdb"
    assert (made.folder / warehouse).samefile(first / warehouse)
    ledger = Path("state") / "ledger.jsonl"
    assert not (made.folder / ledger).samefile(first / ledger)
    assert 0 < made.copied < made.files
    check_backup(first)
    check_backup(made.folder)


@pytest.mark.parametrize("name", ["published/r1/warehouse.duckdb", "state/ledger.jsonl"])
@pytest.mark.parametrize("fault", ["flip", "missing", "short"])
def test_a_damaged_backup_restores_nothing(force: Force, tmp_path: Path, name: str, fault: str) -> None:
    backup = force.back_up()
    path = backup / name
    path.parent.chmod(0o700)
    path.chmod(0o600)
    content = path.read_bytes()
    if fault == "missing":
        path.unlink()
    else:
        path.write_bytes(content[:-1] + (b"" if fault == "short" else bytes([content[-1] ^ 1])))
    target = tmp_path / "elsewhere"
    with pytest.raises(IntegrityError, match=name):
        restore_backup(Settings(data_dir=target), backup)
    assert not target.exists()


def test_nothing_is_restored_over_what_is_there(force: Force) -> None:
    backup = force.back_up()
    before = _tree(force.settings.data_dir)
    with pytest.raises(UsageError, match="not empty"):
        restore_backup(force.settings, backup)
    assert _tree(force.settings.data_dir) == before


def test_a_backup_does_not_lie_in_what_it_backs_up(force: Force) -> None:
    with pytest.raises(UsageError):
        make_backup(force.settings, force.settings.data_dir / "backups")


def test_no_backup_is_made_while_a_run_is_at_work(force: Force) -> None:
    with _held_elsewhere(force.settings.state_dir), pytest.raises(LockedError):
        force.back_up()
    with run_lock(force.settings.state_dir):
        force.back_up()  # the same process holds it


def test_a_release_that_was_changed_is_not_backed_up_over_a_good_one(force: Force) -> None:
    force.back_up()
    path = force.settings.published_dir / "r1" / "warehouse.duckdb"
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(IntegrityError, match="r1"):
        force.back_up()
    assert len(list(force.backups.iterdir())) == 1


def test_half_a_backup_is_none(force: Force) -> None:
    backup = force.back_up()
    shutil.copytree(backup, force.backups / ".20990101T000000.incomplete")
    assert make_backup(force.settings, force.backups).copied < 20
    (backup / MANIFEST).unlink()
    with pytest.raises(Exception, match="no backup"):
        check_backup(backup)
