"""kill -9 at every step that makes something durable; started again, the end is the same."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from include.ingest import ingest_all
from include.ledger import Ledger
from include.settings import Settings

from .builder import change, custody, delta, full, nominal

pytestmark = pytest.mark.slow

# counts what matters to a crash (fsync, rename, mkdir, unlink), and dies just before the one that is asked for
RUN = """
import os, signal, sys
from pathlib import Path
from include.ingest import ingest_all
from include.settings import Settings

left = int(sys.argv[3])

def counted(real):
    def call(*args, **kwargs):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)
    return call

for name in ("fsync", "rename", "replace", "mkdir", "unlink"):
    setattr(os, name, counted(getattr(os, name)))
ingest_all(Settings(data_dir=Path(sys.argv[2]), landing=None, threads=1), Path(sys.argv[1]))
print(1_000_000 - left)
"""


def landing_of(folder: Path) -> Path:
    landing = folder / "landing"
    first = full()
    first.files["nominals"].append(nominal(9, sex="x"))
    first.files["custody"].append(custody(9, 9))
    first.write(landing)
    gone = change("D", [nominal(1)])
    delta({"nominals": gone, "custody": change("I", [custody(10, 2)])}).write(landing)
    full(delivery_id="20261004", extract_date="2026-10-04", raw={"custody.csv": b"\xff"}).write(landing)
    return landing


def state(data: Path) -> dict[str, object]:
    """All that lasts: every file but ledger, audit log and lock, and what the ledger says."""
    files = {
        str(path.relative_to(data)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(data.rglob("*"))
        if path.is_file() and "state" not in path.relative_to(data).parts[:1]
    }
    ledger = Ledger(data / "state")
    ledger.journal.verify()
    said = [(delivery.delivery_id, delivery.files, delivery.blocks) for delivery in ledger.applied()]
    others = [(record.delivery_id, record.status, record.reasons) for record in ledger.deliveries()]
    return {"files": files, "applied": said, "all": others}


def kill_at(landing: Path, data: Path, step: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", RUN, str(landing), str(data), str(step)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object], int]:
    """The landing folder, the state of a run that nothing disturbs, and its number of steps."""
    folder = tmp_path_factory.mktemp("undisturbed")
    landing = landing_of(folder)
    done = kill_at(landing, folder / "data", 1_000_000)
    assert done.returncode == 0, done.stderr
    return landing, state(folder / "data"), int(done.stdout)


@pytest.mark.parametrize("part", range(5))
def test_killed_and_started_again(
    wanted: tuple[Path, dict[str, object], int], tmp_path: Path, part: int
) -> None:
    landing, expected, steps = wanted
    step = 1 + part * steps // 5 + part % 3
    killed = kill_at(landing, tmp_path / "data", step)
    assert killed.returncode == -signal.SIGKILL
    settings = Settings(data_dir=tmp_path / "data", landing=None, threads=1)
    ingest_all(settings, landing)
    assert state(tmp_path / "data") == expected
    ingest_all(settings, landing)
    assert state(tmp_path / "data") == expected


@pytest.mark.slow
def test_killed_at_every_step(wanted: tuple[Path, dict[str, object], int], tmp_path: Path) -> None:
    """Each of them with ``HHW_FAULTS=all``, as `make test-faults` has it; else every seventh, and the last."""
    landing, expected, steps = wanted
    stride = 1 if os.environ.get("HHW_FAULTS") == "all" else 7
    for step in sorted({*range(1, steps + 1, stride), steps}):
        data = tmp_path / f"data-{step}"
        assert kill_at(landing, data, step).returncode == -signal.SIGKILL
        ingest_all(Settings(data_dir=data, landing=None, threads=1), landing)
        assert state(data) == expected, step


@pytest.mark.slow
def test_killed_again_and_again(wanted: tuple[Path, dict[str, object], int], tmp_path: Path) -> None:
    """Each start gets a little further than the one before."""
    landing, expected, steps = wanted
    data = tmp_path / "data"
    for step in range(5, steps, 9):
        kill_at(landing, data, step)
    ingest_all(Settings(data_dir=data, landing=None, threads=1), landing)
    assert state(data) == expected
