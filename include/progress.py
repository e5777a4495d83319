"""What a person sees while a run works. Silent until a command line asks for it."""

from __future__ import annotations

import resource
from collections.abc import Callable

from include.logs import get_logger

_log = get_logger(__name__)
_sink: Callable[[str], None] | None = None


def show_on(sink: Callable[[str], None] | None) -> None:
    """Send progress lines to ``sink`` from now on; ``None`` switches them off."""
    global _sink  # noqa: PLW0603  one process has one console
    _sink = sink


def say(line: str) -> None:
    """Tell the person who started the run where it is. Ids and counts only."""
    _log.info("%s", line)
    if _sink is not None:
        _sink(line)


def peak_memory_mb() -> float:
    """Return the most memory that this process or one of its children has held."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return round(max(own, children) / 1024, 1)
