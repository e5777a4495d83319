"""Alerts: one line per thing that somebody should look at, for a monitor to read.

``state/alerts/alerts.jsonl`` is a plain append-only file. A monitor may follow it, and ``hhw notify`` carries it
further; whoever raises an alert neither waits for that nor knows of it.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from include.files import PRIVATE_FILE, private_dir
from include.logs import get_logger
from include.settings import Settings

FILE = "alerts.jsonl"
_LATEST_BYTES = 1 << 16
_log = get_logger(__name__)


def alerts_dir(settings: Settings) -> Path:
    """Return the folder of the alerts; apart from all else, so that it can be shown to who may see nothing else."""
    return private_dir(settings.state_dir / "alerts")


def raise_alert(settings: Settings, kind: str, message: str, **context: str) -> None:
    """Append an alert. Never raises: an alert that cannot be written must not hide its cause.

    Args:
        settings: Of this installation.
        kind: ``task_failed``, ``run_failed``, or a kind of ``include.freshness.Late``.
        message: A sentence without personal data.
        context: Ids that help to find the place.
    """
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "kind": kind,
        "message": message,
        **context,
    }
    _log.warning("alert %s: %s", kind, message)
    try:
        path = alerts_dir(settings) / FILE
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE_FILE)
        try:
            os.write(handle, (json.dumps(line, ensure_ascii=False) + "\n").encode())
        finally:
            os.close(handle)
    except OSError:
        _log.exception("the alert could not be written")


def was_raised(settings: Settings, **context: str) -> bool:
    """Tell whether an alert with these ids is among the latest."""
    path = alerts_dir(settings) / FILE
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - _LATEST_BYTES))
        latest = stream.read().decode(errors="replace").splitlines()
    for line in latest:
        try:
            alert = json.loads(line)
        except ValueError:
            continue  # the first may be cut
        if all(alert.get(name) == value for name, value in context.items()):
            return True
    return False
