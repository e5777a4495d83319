"""Where a test may pull the plug: ``HHW_FAIL_AT=<point>`` kills the process there, as a power cut would."""

from __future__ import annotations

import os
import signal

VARIABLE = "HHW_FAIL_AT"


def failpoint(name: str) -> None:
    """Die here with SIGKILL if this point is the one named in the environment."""
    if os.environ.get(VARIABLE) == name:
        os.kill(os.getpid(), signal.SIGKILL)
