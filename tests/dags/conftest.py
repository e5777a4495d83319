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
    """What a process that drove all DAGs said, and the data directory it left.

    ``connections`` are the connections that it or a child of it tried to make, as strace saw them; ``None`` where
    the machine gives no namespace without a network.
    """

    said: dict[str, Any]
    settings: Settings
    output: str
    connections: list[str] | None


def without_network(trace: Path) -> list[str]:
    """Return what to put before a command so that it has no network at all, and every attempt is on record."""
    alone = ["unshare", "--net", "--map-root-user"]
    if subprocess.run([*alone, "true"], check=False, capture_output=True).returncode:
        return []
    return [
        *alone,
        "strace",
        "-f",
        "--seccomp-bpf",
        "-qq",
        "-e",
        "trace=connect,sendto,sendmsg",
        "-o",
        str(trace),
    ]


@pytest.fixture(scope="session")
def driven(tmp_path_factory: pytest.TempPathFactory) -> Driven:
    folder = tmp_path_factory.mktemp("dags") / "a folder with spaces"
    folder.mkdir()
    trace = folder / "trace.txt"
    before = without_network(trace)
    done = subprocess.run(
        [*before, sys.executable, "-m", "tests.dags.drive", str(folder / "said.json")],
        cwd=REPOSITORY,
        env={
            **os.environ,
            "HHW_DATA_DIR": str(folder / "data"),
            "HHW_LANDING": str(TWELVE),
            "HHW_APPROVERS": "okoye, adeyemi",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    said = json.loads(Path(folder / "said.json").read_text())
    tried = [line for line in trace.read_text().splitlines() if "AF_INET" in line] if before else None
    settings = Settings(data_dir=folder / "data", approvers="okoye, adeyemi")
    return Driven(said, settings, done.stdout + done.stderr, tried)
