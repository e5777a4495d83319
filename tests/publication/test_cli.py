"""The command line: what it says, and with which exit code a monitor is told."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from include import cli
from include.lock import run_lock
from include.publication.release import release_in_force
from include.runs import list_runs
from include.settings import Settings, get_settings
from tests.ingest.builder import full, nominal
from tests.publication.build import publish

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data dir")


@pytest.fixture
def hhw(settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in this process; the environment that it sets is put back afterwards."""
    for name in ("HHW_DATA_DIR", "HHW_LANDING"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["hhw", *arguments, "--data-dir", str(settings.data_dir)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        get_settings.cache_clear()
        return int(ended.value.code or 0), said.out, said.err

    return call


def test_status_tells_a_monitor(settings: Settings, hhw: Run) -> None:
    code, out, _ = hhw("status")
    assert code == 1
    assert "nothing has been published" in out
    publish(settings, "r1")
    code, out, _ = hhw("status")
    assert code == 1  # no delivery was ever taken in
    assert "In force: r1" in out


def test_releases_verify_and_rollback(settings: Settings, hhw: Run) -> None:
    publish(settings, "r1")
    publish(settings, "r2", people=60)
    code, out, _ = hhw("releases")
    assert code == 0
    assert "-> r2" in out
    assert "   r1" in out
    assert hhw("verify")[0] == 0
    code, out, _ = hhw("rollback", "r1", "--reason", "wrong extract")
    assert (code, release_in_force(settings)) == (0, "r1")
    assert hhw("audit", "verify")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("rollback", "not-there"), 65),
        (("rollback", "../.."), 65),
        (("run", "--as-at", "20/09/2026"), 64),
        (("run", "--run-dates", "yesterday"), 64),
        (("run", "--landing", "/not/there"), 64),
        (("run", "--mode", "prevew"), 64),
        (("publish", "--mode", "prevew"), 64),
        (("publish",), 65),
        (("accept", "idiom", "20260920", "--by", "A", "--reason", "b"), 64),
    ],
)
def test_mistakes_are_two_lines_and_a_named_exit_code(
    hhw: Run, arguments: tuple[str, ...], code: int
) -> None:
    ended, _, err = hhw(*arguments)
    assert ended == code
    assert err.startswith("hhw: ")
    assert "What to do:" in err
    assert "Traceback" not in err


def test_a_changed_file_makes_verify_fail(settings: Settings, hhw: Run) -> None:
    publish(settings, "r1")
    page = settings.published_dir / "r1" / "reports" / "index.html"
    page.chmod(0o600)
    page.write_text("other")
    code, _, err = hhw("verify")
    assert code == 74
    assert "reports/index.html was changed" in err


def test_the_intake_says_of_a_delivery_that_it_blocks(hhw: Run, tmp_path: Path) -> None:
    people = [nominal(number, sex="?" if number > 3 else "M") for number in range(1, 20)]
    full(files={"nominals": people}).write(tmp_path / "landing")
    full("idiom").write(tmp_path / "landing")
    for word in ("applied", "repeated"):
        code, out, _ = hhw("ingest", "--landing", str(tmp_path / "landing"))
        assert code == 0
        assert f"\npolice_records 20260920: {word}, and blocks publication\n" in out
        assert f"\nidiom 20260920: {word}\n" in out


@pytest.mark.parametrize("command", [("run", "--nominals", "60"), ("publish",)], ids=["run", "publish"])
def test_a_second_run_is_refused_at_once_and_changes_nothing(
    settings: Settings, command: tuple[str, ...]
) -> None:
    with run_lock(settings.state_dir):
        done = subprocess.run(
            [sys.executable, "-m", "include.cli", *command, "--data-dir", str(settings.data_dir)],
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stdout) == (75, "")
    assert list_runs(settings) == []
    assert "nothing was changed" in done.stderr
    assert {path.name for path in settings.data_dir.iterdir()} == {"state"}


def test_a_fault_of_the_program_shows_no_traceback(
    settings: Settings, hhw: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from include import status

    def explode(_: Settings) -> None:
        raise RuntimeError("Smith, born 1980")

    monkeypatch.setattr(status, "report", explode)
    code, out, err = hhw("status")
    assert code == 70
    assert "Smith" not in out + err
    assert "Smith" in (settings.state_dir / "logs" / "hhw-errors.log").read_text()

    def refuse(_: Path) -> Path:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(cli, "private_dir", refuse)
    code, out, err = hhw("status")
    assert code == 70
    assert "fault of the program, in " in err
    assert "Smith" not in out + err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, 73), (errno.EDQUOT, 73), (errno.EROFS, 74), (errno.EACCES, 74), (errno.EPERM, 74)],
)
@pytest.mark.parametrize("path", ["/data/state/run\n.lock", None])
def test_a_disk_that_takes_nothing_is_two_lines_that_name_it(
    hhw: Run, monkeypatch: pytest.MonkeyPatch, number: int, code: int, path: str | None
) -> None:
    from include import status

    def explode(_: Settings) -> None:
        raise OSError(number, os.strerror(number), path)

    monkeypatch.setattr(status, "report", explode)
    ended, _, err = hhw("status")
    assert ended == code
    assert len(err.splitlines()) == 2
    assert os.strerror(number) in err
    assert ("/data/state/run" if path else "data directory") in err
    assert "What to do:" in err
