from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from include.settings import REPOSITORY, Settings
from tests.dags.drive import TWELVE


@dataclass(frozen=True)
class Driven:
    """What a process that drove all DAGs said, and the data directory it left."""

    said: dict[str, Any]
    settings: Settings
    output: str


@pytest.fixture(scope="session")
def driven(tmp_path_factory: pytest.TempPathFactory) -> Driven:
    folder = tmp_path_factory.mktemp("dags") / "a folder with spaces"
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.dags.drive", str(folder / "said.json")],
        cwd=REPOSITORY,
        env={**os.environ, "HHW_DATA_DIR": str(folder / "data"), "HHW_LANDING": str(TWELVE)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    said = json.loads(Path(folder / "said.json").read_text())
    return Driven(said, Settings(data_dir=folder / "data"), done.stdout + done.stderr)
