"""Where a fault is tried: a data directory with a release in force, and deliveries that wait for the next run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from include.publication.release import release_in_force
from include.settings import REPOSITORY, Settings
from tests.faults import invariants, protocol


@dataclass
class Base:
    """Made once: the data directory before the fault, and what an undisturbed run leaves of it."""

    folder: Path

    def __post_init__(self) -> None:
        self.build = protocol.prebuilt(self.folder / "build")
        self.landing, self.start = self.folder / "landing", self.folder / "start"
        protocol.first_landing(self.landing)
        self.old = protocol.run(protocol.settings_of(self.start), self.landing, self.build)
        protocol.second_landing(self.landing)
        undisturbed = self.folder / "undisturbed"
        shutil.copytree(self.start, undisturbed, symlinks=True)
        self.new = protocol.run(protocol.settings_of(undisturbed), self.landing, self.build)
        self.wanted = protocol.lasting(protocol.settings_of(undisturbed))


@dataclass
class Ground:
    """One copy of the base, for one fault."""

    base: Base
    data: Path

    def __post_init__(self) -> None:
        shutil.copytree(self.base.start, self.data, symlinks=True, dirs_exist_ok=True)

    @cached_property
    def settings(self) -> Settings:
        return protocol.settings_of(self.data)

    @property
    def in_force(self) -> str | None:
        return release_in_force(self.settings)

    def drive(
        self,
        before: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
        starts: int = 0,
        **more: object,
    ) -> subprocess.CompletedProcess[str]:
        """Start one run as a process, under a command that injects the fault."""
        paths = [str(path) for path in (self.data, self.base.landing, self.base.build)]
        command = [
            *before,
            sys.executable,
            "-m",
            "tests.faults.drive",
            *paths,
            *([str(starts)] if starts else []),
        ]
        return subprocess.run(
            command,
            cwd=REPOSITORY,
            env={**os.environ, **(env or {})},
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
            **more,  # type: ignore[call-overload]
        )

    def must_hold(self, versions: Sequence[str | None] = (), *, has_run_since: bool = False) -> None:
        """After the fault: one whole version in force, every invariant."""
        assert invariants.broken(self.settings, has_run_since=has_run_since) == {}
        assert self.in_force in (versions or (self.base.old, self.base.new))

    def must_recover(self) -> None:
        """I5: the next plain run goes through, and leaves what an undisturbed one would have."""
        protocol.run(self.settings, self.base.landing, self.base.build)
        assert protocol.lasting(self.settings) == self.base.wanted
        self.must_hold((self.base.new,), has_run_since=True)


@contextmanager
def tmpfs(place: Path, *options: str) -> Iterator[Callable[[str], None]]:
    """Mount a small file system; what is given mounts it again with another option."""
    place.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(place)], check=True)

    def again(option: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{option}", str(place)], check=True)

    try:
        yield again
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)
