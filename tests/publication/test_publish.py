"""Publishing: one rename, one switch, and whatever happens in between, a whole version in force."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path

import pytest

from include import audit
from include.errors import BlockedError, InputError, IntegrityError, LockedError
from include.files import sha256_file
from include.publication.publish import PublishResult, publish_build
from include.publication.release import (
    ledger,
    list_releases,
    read_release,
    release_folder,
    release_in_force,
    switch_current,
)
from include.publication.retention import pin
from include.publication.rollback import rollback
from include.publication.verify import verify_all, verify_release
from include.quality.verdict import Status
from include.settings import REPOSITORY, Settings
from include.warehouse.stores import memory_store, open_store
from tests.publication.build import EXPECTED, facts, make_build, publish, verdict_on

A, B = "20260906-aaaa", "20260920-bbbb"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data dir", keep_releases=2)


def _tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256_file(path) for path in folder.rglob("*") if path.is_file()
    }


def test_a_release_is_what_the_contract_says(settings: Settings) -> None:
    release, result = publish(settings, A)
    folder = settings.published_dir / "current"
    assert result is PublishResult.PUBLISHED
    assert release_in_force(settings) == A
    assert folder.readlink() == Path(A)
    assert {path.name for path in folder.iterdir()} == {
        "warehouse.duckdb",
        "parquet",
        "reports",
        "quality",
        "release.json",
    }
    assert {path.name for path in (folder / "parquet").iterdir()} == {
        "marts.dim_merged_nominals.parquet",
        "marts.dim_nominals.parquet",
        "marts.fct_rankings.parquet",
        "reporting.rpt_run__inputs.parquet",
    }
    assert {model.model: model.rows for model in release.models}["marts.dim_nominals"] == 50
    assert read_release(release_folder(settings, A)) == release
    assert not list(folder.rglob("*.wal"))
    with open_store(folder / "warehouse.duckdb") as connection:
        assert connection.execute("select count(*) from marts.dim_nominals").fetchone() == (50,)


def test_everything_is_private_and_read_only(settings: Settings) -> None:
    publish(settings, A)
    for path in [release_folder(settings, A), *release_folder(settings, A).rglob("*")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o500 if path.is_dir() else 0o400), path


def test_ledger_and_audit_log_tell_of_it(settings: Settings) -> None:
    publish(settings, A)
    assert [entry.event for entry in ledger(settings)] == ["published"]
    assert [entry.event for entry in audit.journal(settings)] == ["publication"]
    assert verify_all(settings).releases == [A]


def test_the_list_of_its_date_is_written_once(settings: Settings) -> None:
    publish(settings, A)
    publish(settings, B, people=60)
    files = list((settings.history_dir / "rankings").iterdir())
    assert [path.name for path in files] == ["2026-09-20--1.0-aa.parquet"]
    with memory_store() as connection:
        rows = connection.execute(
            "select count(*), min(release_id), min(published_as_at), min(rank) from read_parquet(?)",
            [str(files[0])],
        ).fetchone()
    assert rows == (50, A, date(2026, 9, 20), 1)


def test_who_was_one_person_in_it_is_written_once_with_it(settings: Settings) -> None:
    publish(settings, A)
    publish(settings, B, people=60)
    (path,) = (settings.history_dir / "identity").iterdir()
    assert path.name == "2026-09-20--1.0-aa.parquet"
    with memory_store() as connection:
        query = (
            "select nominal_id, merged_into, release_id from read_parquet(?) order by nominal_id nulls first"
        )
        rows = connection.execute(query, [str(path)]).fetchall()
    assert rows == [(None, None, A), ("N00001", "N00000", A)]


def test_the_same_again_changes_nothing(settings: Settings) -> None:
    publish(settings, A)
    before, lines = _tree(settings.published_dir), len(ledger(settings).read())
    release, result = publish(settings, A, order="hash(i)", inputs="another run")
    assert result is PublishResult.UNCHANGED
    assert _tree(settings.published_dir) == before
    assert len(ledger(settings).read()) == lines


def test_the_same_id_with_other_content_is_named(settings: Settings) -> None:
    publish(settings, A)
    before = _tree(settings.published_dir)
    with pytest.raises(IntegrityError, match=r"marts\.fct_rankings") as caught:
        publish(settings, A, factor=2.0)
    assert "dim_nominals" not in caught.value.message
    assert _tree(settings.published_dir) == before


@pytest.mark.parametrize("status", [Status.FAIL, Status.ERROR, Status.MISSING])
def test_a_closed_gate_publishes_nothing(settings: Settings, status: Status) -> None:
    publish(settings, A)
    folder = make_build(settings, "b2")
    with pytest.raises(BlockedError):
        publish_build(settings, facts(settings, folder, B), folder, verdict_on(folder, status), EXPECTED)
    assert release_in_force(settings) == A
    assert [release.release_id for release in list_releases(settings)] == [A]


def test_a_verdict_on_another_file_publishes_nothing(settings: Settings) -> None:
    folder = make_build(settings, "b2")
    verdict = verdict_on(folder)
    make_build(settings, "b2", people=51)
    with pytest.raises(BlockedError, match="not the one that was checked"):
        publish_build(settings, facts(settings, folder, B), folder, verdict, EXPECTED)
    assert release_in_force(settings) is None


def test_a_check_that_was_due_and_is_not_in_the_verdict_publishes_nothing(settings: Settings) -> None:
    folder = make_build(settings, "b2")
    expected = [*EXPECTED, ("dbt", "test added since")]
    with pytest.raises(BlockedError, match="test added since"):
        publish_build(settings, facts(settings, folder, B), folder, verdict_on(folder), expected)


def test_a_run_planned_on_another_release_does_not_publish(settings: Settings) -> None:
    publish(settings, A)
    folder = make_build(settings, "b2")
    planned = facts(settings, folder, B)
    publish(settings, "20260920-cccc", people=40)
    with pytest.raises(BlockedError, match="planned on"):
        publish_build(settings, planned, folder, verdict_on(folder), EXPECTED)


def test_a_second_start_is_refused_at_once(settings: Settings, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from include.lock import run_lock\n"
        "with run_lock(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    settings.state_dir.mkdir(parents=True)
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(settings.state_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=REPOSITORY,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(LockedError):
        publish(settings, A)
    holder.communicate("")
    assert publish(settings, A)[1] is PublishResult.PUBLISHED


def test_rollback_restores_every_byte(settings: Settings) -> None:
    publish(settings, A)
    before = _tree(settings.published_dir / A)
    publish(settings, B, people=60)
    start = time.monotonic()
    rollback(settings, A, "wrong extract")
    assert time.monotonic() - start < 1
    assert release_in_force(settings) == A
    assert _tree(settings.published_dir / "current") == before
    assert [entry.event for entry in audit.journal(settings)] == ["publication", "publication", "rollback"]
    assert verify_all(settings).release_in_force == A


def test_a_release_taken_out_of_force_does_not_come_back_by_itself(settings: Settings) -> None:
    publish(settings, A)
    publish(settings, B, people=60)
    rollback(settings, A, "wrong extract")
    with pytest.raises(BlockedError, match="rollback"):
        publish(settings, B, people=60)
    rollback(settings, B, "it was right")
    assert publish(settings, B, people=60)[1] is PublishResult.UNCHANGED


def test_an_older_release_asked_for_again_comes_into_force(settings: Settings) -> None:
    publish(settings, A)
    publish(settings, B, people=60)
    assert publish(settings, A)[1] is PublishResult.PUBLISHED
    assert release_in_force(settings) == A


@pytest.mark.parametrize("release_id", ["", "..", "../x", "a/b", ".hidden", "not-there"])
def test_rollback_to_nothing_is_refused(settings: Settings, release_id: str) -> None:
    publish(settings, A)
    with pytest.raises(InputError):
        rollback(settings, release_id)
    assert release_in_force(settings) == A


def _spoil(path: Path, how: str) -> None:
    path.parent.chmod(0o700)
    path.chmod(0o600)
    content = bytearray(path.read_bytes())
    if how == "flip":
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    elif how == "append":
        path.write_bytes(content + b"\n")
    elif how == "remove":
        path.unlink()
    else:
        (path.parent / "extra.txt").write_text("x")


@pytest.mark.parametrize("how", ["flip", "append", "remove", "add"])
@pytest.mark.parametrize(
    "file", ["warehouse.duckdb", "parquet/marts.fct_rankings.parquet", "reports/index.html"]
)
def test_verify_finds_it_and_rollback_refuses_it(settings: Settings, file: str, how: str) -> None:
    publish(settings, A)
    publish(settings, B, people=60)
    _spoil(settings.published_dir / A / file, how)
    with pytest.raises(IntegrityError, match=A):
        verify_release(settings.published_dir / A)
    with pytest.raises(IntegrityError):
        verify_all(settings)
    with pytest.raises(IntegrityError):
        rollback(settings, A)
    assert release_in_force(settings) == B


def test_a_release_json_that_was_rewritten_is_found(settings: Settings) -> None:
    publish(settings, A)
    path = settings.published_dir / A / "release.json"
    path.parent.chmod(0o700)
    path.chmod(0o600)
    path.write_text(path.read_text().replace('"tester"', '"somebody"'))
    with pytest.raises(IntegrityError, match="audit log"):
        verify_all(settings)


def test_a_ledger_that_was_cut_is_found(settings: Settings) -> None:
    publish(settings, A)
    publish(settings, B, people=60)
    path = settings.state_dir / "ledger.jsonl"
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[1])
    with pytest.raises(IntegrityError):
        verify_all(settings)


def test_a_dangling_link_is_named_and_rollback_mends_it(settings: Settings) -> None:
    publish(settings, A)
    switch_current(settings, "gone")
    with pytest.raises(IntegrityError, match="gone"):
        release_in_force(settings)
    rollback(settings, A)
    assert release_in_force(settings) == A


@pytest.mark.slow
def test_retention_keeps_the_newest_the_one_in_force_and_pinned_ones(settings: Settings) -> None:
    publish(settings, "r1", people=41)
    pin(settings, "r1", "for the inspection")
    for number in range(2, 6):
        publish(settings, f"r{number}", people=40 + number)
        time.sleep(1.01)  # releases are ordered by the second of their publication
    kept = {release.release_id for release in list_releases(settings)}
    assert kept == {"r1", "r4", "r5"}
    assert verify_all(settings).release_in_force == "r5"
    assert not list(settings.work_dir.glob(".retired-*"))


def test_readers_see_one_whole_version(settings: Settings) -> None:
    """A reader that resolves the link once and walks the release finds every file as published."""
    publish(settings, A)
    publish(settings, B, people=60)
    faults: list[str] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            folder = (settings.published_dir / "current").resolve(strict=True)
            try:
                verify_release(folder)
            except (IntegrityError, InputError, OSError) as error:
                faults.append(str(error))

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(200):
        switch_current(settings, A if turn % 2 else B)
    stop.set()
    reader.join()
    assert faults == []


FAILPOINTS = [
    "before:assemble", "after:assemble", "after:sync", "after:rename",
    "before:switch", "after:switch", "after:history", "after:ledger", "after:audit",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("point", FAILPOINTS)
def test_killed_anywhere_a_whole_version_is_in_force_and_the_next_run_completes_it(
    settings: Settings, point: str
) -> None:
    publish(settings, A, people=40)
    done = subprocess.run(
        [sys.executable, "-m", "tests.publication.build"],
        cwd=REPOSITORY,
        env={**os.environ, "HHW_DATA_DIR": str(settings.data_dir), "RELEASE": B, "HHW_FAIL_AT": point},
        check=False,
    )
    assert done.returncode == -9
    in_force = release_in_force(settings)
    is_switched = FAILPOINTS.index(point) >= FAILPOINTS.index("after:switch")
    assert in_force == (B if is_switched else A)
    verify_release(settings.published_dir / in_force)
    publish(settings, B)
    assert release_in_force(settings) == B
    assert [entry.data["release_id"] for entry in ledger(settings) if entry.event == "published"] == [A, B]
    assert [e.data["release_id"] for e in audit.journal(settings) if e.event == "publication"] == [A, B]
    assert (settings.history_dir / "rankings" / "2026-09-20--1.0-aa.parquet").exists()
    assert set(verify_all(settings).releases) == {A, B}


def test_files_are_flushed_before_the_rename_and_the_folder_after_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order that a power cut needs: write, fsync of files, rename, fsync of the folder, switch."""
    told: list[str] = []
    real_fsync, real_rename = os.fsync, Path.rename

    def fsync(handle: int) -> None:
        told.append(f"fsync {Path(f'/proc/self/fd/{handle}').readlink()}")
        real_fsync(handle)

    def rename(self: Path, target: Path) -> Path:
        told.append(f"rename {self.name} -> {target.name}")
        return real_rename(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "rename", rename)
    publish(settings, A)
    moved = told.index(f"rename release -> {A}")
    flushed = {Path(line.removeprefix("fsync ")).name for line in told[:moved]}
    assert {
        "warehouse.duckdb",
        "release.json",
        "index.html",
        "marts.fct_rankings.parquet",
        "parquet",
    } <= flushed
    assert any(line.endswith("/published") for line in told[moved:])
