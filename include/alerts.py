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
_log = get_logger(__name__)


def alerts_dir(settings: Settings) -> Path:
    """Return the folder of the alerts; apart from all else, so that it can be shown to who may see nothing else."""
    return private_dir(settings.state_dir / "alerts")


def raise_alert(settings: Settings, kind: str, message: str, **context: str) -> None:
    """Append an alert. Never raises: an alert that cannot be written must not hide its cause.

    Args:
        settings: Of this installation.
        kind: ``task_failed``, or a kind of ``include.freshness.Late``.
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
