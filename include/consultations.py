"""Who read which page: the web server's access log, taken over into the audit log line by line.

The web server writes who, when and what (``deploy/nginx.conf``), but anybody who can write that file can change it.
Once a line is taken over it stands in the chain. Each entry names the line that it came from, so that a line is taken
over once however often this is done, and whatever killed it.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path, PurePosixPath
from typing import Any

from include import audit
from include.errors import InputError
from include.settings import Settings

EVENT_OF = {
    ".html": "consultation",
    ".csv": "disclosure",
    ".xlsx": "disclosure",
    ".pdf": "disclosure",
    ".parquet": "disclosure",
    ".duckdb": "disclosure",
}
"""What it is to be served a file: a page is read, a table is taken away. Styles and scripts are nothing."""
_SERVED = frozenset({200, 206, 304})


def take_over(settings: Settings, log: Path) -> int:
    """Write what the web server has served since last time into the audit log.

    Args:
        settings: Of this installation.
        log: The access log: one JSON object a line, as ``deploy/nginx.conf`` has it written.

    Returns:
        The number of consultations and disclosures.

    Raises:
        InputError: There is no such log.
    """
    if not log.is_file():
        raise InputError(
            f"There is no access log {log}.", "HHW_CONSULTATIONS_LOG names it; see docs/operations.md."
        )
    text = log.read_bytes()
    lines = text[: text.rfind(b"\n") + 1].splitlines()  # the last may be half written
    taken = 0
    for number in range(_first_new(settings, lines), len(lines)):
        served = _served(lines[number])
        if served is not None:
            event, data = served
            audit.record(settings, event, **data, line=number + 1, line_sha256=_hash(lines[number]))
            taken += 1
    return taken


def _first_new(settings: Settings, lines: list[bytes]) -> int:
    """Return where to go on: after the line that was taken over last, or at the top of a log begun anew."""
    for entry in reversed(audit.journal(settings).read()):
        if "line_sha256" in entry.data:
            number = int(entry.data["line"])
            is_here = number <= len(lines) and _hash(lines[number - 1]) == entry.data["line_sha256"]
            return number if is_here else 0
    return 0


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def _served(line: bytes) -> tuple[str, dict[str, Any]] | None:
    """Return the event of a line; ``None`` if nothing was read by it."""
    try:
        said = json.loads(line)
        page, status = str(said["page"]), int(said["status"])
    except (ValueError, TypeError, KeyError):
        return "unreadable_access", {"by": "web server"}  # a gap in the log must show in the chain
    event = EVENT_OF.get(PurePosixPath(page).suffix)
    if event is None or status not in _SERVED:
        return None
    return event, {
        "by": str(said.get("by", "")),
        "what": page,
        "served_at": str(said.get("at", "")),
        "via": "web",
    }
