"""20 kills on whole runs: the real DAGs in the real Airflow, the real dbt build, the real pages."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from include.airflow_home import home_folder
from include.publication.release import Release, read_release, release_in_force
from include.runs import list_runs
from include.settings import REPOSITORY, Settings
from tests.faults import invariants

pytestmark = [pytest.mark.deep, pytest.mark.slow]
TWELVE = REPOSITORY / "tests" / "fixtures" / "twelve_people" / "landing"
STAGES = ("plan", "build", "gate", "render", "publish")
POINTS = [f"{when}:{stage}" for stage in STAGES for when in ("before", "after")]
TOLD: Counter[str] = Counter()


def run(data: Path, fail_at: str = "", seconds: float = 0.0) -> int:
    """Start ``hhw run``; kill its whole group after some seconds, or let it die at a failpoint."""
    command = [sys.executable, "-m", "include.cli", "run", "--data-dir", str(data), "--landing", str(TWELVE)]
    command += ["--run-dates", "2026-09-06,2026-09-20"]
    process = subprocess.Popen(
        command,
        cwd=REPOSITORY,
        env={**os.environ, "HHW_FAIL_AT": fail_at},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    if seconds:
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait(900)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("undisturbed")
    assert run(data) == 0
    return data


def in_force(data: Path) -> Release:
    return read_release((data / "published" / "current").resolve())


def torn(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5_000])


def flipped(path: Path) -> None:
    path.write_bytes(b"x" * 200 + path.read_bytes()[200:])


@pytest.mark.parametrize("spoil", [Path.unlink, torn, flipped])
def test_the_orchestrators_database_lost_or_broken(
    undisturbed: Path, spoil: Callable[[Path], object]
) -> None:
    wanted = in_force(undisturbed)
    spoil(home_folder(Settings(data_dir=undisturbed)) / "airflow.db")
    assert run(undisturbed) == 0
    assert in_force(undisturbed).content == wanted.content
    assert invariants.broken(Settings(data_dir=undisturbed)) == {}


def test_killed_and_started_again(undisturbed: Path, tmp_path: Path) -> None:
    wanted = in_force(undisturbed)
    settings = Settings(data_dir=tmp_path / "data")
    rng = random.Random(20_260_920)  # noqa: S311
    plans = [(point, 0.0) for point in POINTS] + [("", rng.uniform(1, 40)) for _ in range(10)]
    for point, seconds in plans:
        code = run(settings.data_dir, point, seconds)
        stages = [stage.name for stage in list_runs(settings)[0].stages] if list_runs(settings) else []
        TOLD[point or f"a moment after {stages[-1] if stages else 'the start'}"] += code == -signal.SIGKILL
        assert invariants.broken(settings) == {}, (point, seconds)
        assert release_in_force(settings) in (None, wanted.release_id)
    assert run(settings.data_dir) == 0
    assert in_force(settings.data_dir).content == wanted.content
