"""What this machine lets a test do: looked at once, and told where it does not."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import tempfile

import pytest


@functools.cache
def can(what: str) -> bool:
    """Try it: ``strace``, ``tmpfs``, ``unshare``, ``root``, ``faketime``."""
    if what == "root":
        return os.geteuid() == 0
    if what == "tmpfs":
        with tempfile.TemporaryDirectory() as place:
            is_mounted = _does("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place)
            return is_mounted and _does("umount", place)
    tries = {
        "strace": (
            "strace",
            "-f",
            "-qq",
            "-e",
            "trace=fsync",
            "-e",
            "inject=fsync:error=EIO:when=99",
            "true",
        ),
        "unshare": ("unshare", "-n", "true"),
        "faketime": ("faketime", "-f", "-1d", "true"),
    }
    return shutil.which(what) is not None and _does(*tries[what])


def _does(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def needs(*what: str) -> pytest.MarkDecorator:
    """Skip, with a notice, where the machine does not allow it."""
    missing = [one for one in what if not can(one)]
    return pytest.mark.skipif(bool(missing), reason=f"NOT TRIED HERE: needs {', '.join(missing)}")
