"""kill -9 at every step of the protocol: counted, told by step, and none may leave anything but a whole version."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from include.settings import REPOSITORY
from tests.faults.kills import STEPS

SEED = 20_260_920
TOLD: Counter[str] = Counter()
# Where a run of the suite spends its steps; a kill that lands in none of them proves nothing about it.
MUST_BE_HIT = {"copy in", "bronze", "assemble and flush", "move in and seal", "ledger", "audit"}


def killed(folder: Path, kills: int) -> list[dict[str, object]]:
    command = [sys.executable, "-m", "tests.faults.kills", str(folder), str(kills), str(SEED)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def must_all_hold(found: list[dict[str, object]], kills: int) -> None:
    trials = found[:-1]
    assert len(trials) == kills
    TOLD.update(f"{one['step']}, {one['seen']} in force" for one in trials if one["killed"])
    assert [one for one in trials if one["faults"]] == [], f"seed {SEED}"
    assert sum(bool(one["killed"]) for one in trials) >= kills * 0.9, (
        "most of them must have hit a run at work"
    )
    assert {str(one["step"]) for one in trials} <= {step for step, _ in STEPS} | {"begin", "other"}


@pytest.mark.deep
def test_killed_at_every_step(tmp_path: Path) -> None:
    """200 kills spread over the steps of the protocol and at random moments of its work."""
    found = killed(tmp_path, int(os.environ.get("HHW_KILLS", "200")))
    must_all_hold(found, len(found) - 1)
    assert {str(one["step"]) for one in found[:-1]} >= MUST_BE_HIT
