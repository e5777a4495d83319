"""kill -9 at every step of the protocol: a server that forks one run after the other, kills it, and looks.

``python -m tests.faults.kills FOLDER KILLS SEED`` prints one JSON line per kill and one at the end. It is a process
of its own because it forks: imports are paid once, and no thread of a test runner is in the way.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from include.files import private_dir
from include.settings import Settings
from tests.faults import invariants, protocol

# What makes something durable or visible; a kill lands just before one of these, or just after it.
CALLS = ("fsync", "rename", "replace", "mkdir", "rmdir", "unlink", "link", "symlink", "chmod", "ftruncate")
# A step of the protocol by where in the data directory it works; the first that fits.
STEPS = (
    ("read", "work/.ingest"),
    ("retention", "work/.retired"),
    ("copy in", "landing/.incoming"),
    ("refuse", "/delivery"),
    ("refuse", "report"),
    ("put rows aside", "quarantine/"),
    ("bronze", "bronze/"),
    ("keep in landing", "landing/"),
    ("assemble and flush", "work/"),
    ("switch", ".current"),
    ("move in and seal", "published"),
    ("history", "history"),
    ("ledger", "ledger.jsonl"),
    ("audit", "audit.jsonl"),
    ("state folder", "state"),
)


def step_of(path: str) -> str:
    return next((step for step, part in STEPS if part in path), "other")


class Counted:
    """The calls of ``os`` that matter, counted; at the one that is asked for, the process dies."""

    def __init__(self, data: Path, log: Path, kill_at: int) -> None:
        self.data, self.count, self.kill_at = f"{data}/", 0, kill_at
        self.log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        for name in CALLS:
            setattr(os, name, self.wrapped(getattr(os, name)))

    def wrapped(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(target: Any, *rest: Any, **named: Any) -> Any:
            path = os.readlink(f"/proc/self/fd/{target}") if isinstance(target, int) else str(target)  # noqa: PTH115
            path = f"{path} {rest[0] if rest and not isinstance(rest[0], int) else ''}"
            if self.data in f"{path}/":
                self.count += 1
                os.pwrite(self.log, f"{step_of(path.replace(self.data, ''))}\0".encode().ljust(40), 0)
                if self.count == self.kill_at and self.kill_at % 2:
                    os.kill(os.getpid(), signal.SIGKILL)
            done = real(target, *rest, **named)
            if self.count == self.kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        return call


def in_child(work: Callable[[], object], cpu_seconds: float = 0.0) -> tuple[int, str]:
    """Do something in a fork; return its exit status and what it says.

    With ``cpu_seconds`` the kernel ends it after so much work, wherever it is: SIGPROF has no handler, and unlike
    a clock it does not mind what else the machine does.
    """
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(out)
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
        try:
            said, code = json.dumps(work(), default=str), 0
        except BaseException as error:  # noqa: BLE001  whatever it is, the parent is to hear of it
            said, code = f"{type(error).__name__}: {error}", 1
        os.write(into, said.encode()[:60_000])
        os._exit(code)
    os.close(into)
    with os.fdopen(out, "rb") as stream:
        said = stream.read().decode()
    return os.waitpid(child, 0)[1], said


class Trial:
    """A folder with a data directory in which a release is in force, and a second landing to come."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.build = folder, protocol.prebuilt(folder / "build")
        self.landing, self.data, self.log = folder / "landing", folder / "data", folder / "step"
        protocol.first_landing(self.landing)
        self.old = self.must(lambda: protocol.run(self.settings, self.landing, self.build))
        private_dir(folder / "start")
        shutil.copytree(self.data, folder / "start", symlinks=True, dirs_exist_ok=True)
        protocol.second_landing(self.landing)
        start = sum(os.times()[2:4])
        self.steps = int(self.must(lambda: self.counted(0)))
        self.seconds = sum(os.times()[2:4]) - start
        self.wanted = self.must(lambda: protocol.lasting(self.settings))
        self.new = json.loads(self.wanted)["in force"]

    @property
    def settings(self) -> Settings:
        return protocol.settings_of(self.data)

    def must(self, work: Callable[[], object]) -> str:
        status, said = in_child(work)
        if status:
            raise RuntimeError(said)
        return said.strip('"') if said.startswith('"') else said

    def counted(self, kill_at: int) -> int:
        counted = Counted(self.data, self.log, kill_at)
        protocol.run(self.settings, self.landing, self.build)
        return counted.count

    def reset(self) -> None:
        shutil.rmtree(self.data)
        shutil.copytree(self.folder / "start", self.data, symlinks=True)

    def kill(self, at: int, after: float) -> dict[str, object]:
        """Kill one run, look, start again, look."""
        self.reset()
        status, _ = in_child(lambda: self.counted(at), after)
        step = self.log.read_bytes().split(b"\0")[0].decode() if self.log.exists() else "begin"
        faults: list[str] = []
        seen = self.must(lambda: self.look(has_run_since=False))
        before = json.loads(seen)
        faults += [f"{name} after the kill: {text}" for name, text in before["broken"].items()]
        if before["in force"] not in (self.old, self.new):
            faults.append(f"in force after the kill: {before['in force']}")
        again, said = in_child(lambda: protocol.run(self.settings, self.landing, self.build))
        if again:
            faults.append(f"I5: the next run did not go through: {said}")
        else:
            after_it = json.loads(self.must(lambda: self.look(has_run_since=True)))
            faults += [f"{name} after the next run: {text}" for name, text in after_it["broken"].items()]
            if self.must(lambda: protocol.lasting(self.settings)) != self.wanted:
                faults.append("what lasts is not what an undisturbed run leaves")
        version = "new" if before["in force"] == self.new else "old"
        is_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGKILL, signal.SIGPROF)
        return {
            "at": at,
            "after": after,
            "step": step,
            "killed": is_killed,
            "seen": version,
            "faults": faults,
        }

    def look(self, *, has_run_since: bool) -> dict[str, object]:
        wrong = invariants.broken(self.settings, has_run_since=has_run_since)
        return {"broken": wrong, "in force": protocol.release_in_force(self.settings)}


def main() -> None:
    """Half of the kills at counted steps, evenly spread; half at random times."""
    folder, kills, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    trial, rng = Trial(folder), random.Random(seed)  # noqa: S311
    counted = kills * 2 // 3
    for number in range(kills):
        at = 1 + number * trial.steps // counted if number < counted else 0
        after = 0.0 if at else rng.uniform(0.0, trial.seconds)
        sys.stdout.write(json.dumps(trial.kill(at, after)) + "\n")
        sys.stdout.flush()
    sys.stdout.write(json.dumps({"steps": trial.steps, "seconds": trial.seconds, "seed": seed}) + "\n")


if __name__ == "__main__":
    main()
