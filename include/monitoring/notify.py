"""Carry alerts out: each line of the alerts file goes on every configured way, once it has been taken there.

At least once: what a way has taken is remembered after it has, so a kill in between sends one alert again. A way
that does not answer holds up itself alone, and gets everything when it is back.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from include.alerts import FILE
from include.files import write_durably
from include.logs import get_logger
from include.monitoring.channels import Channel, NotifySettings, channels_of, told
from include.settings import Settings

_log = get_logger(__name__)
_CURSOR = "notified.json"
NO_WAY = "No way is configured on which alerts leave (HHW_NOTIFY_SMTP, HHW_NOTIFY_WEBHOOK or HHW_NOTIFY_FILE names one)"
# A way that is new, or was down for long, is not flooded with what nobody can act on any more.
_TOO_OLD = timedelta(days=7)


@dataclass(frozen=True)
class Delivered:
    """What one round did: alerts taken per way, and the ways that did not answer with the reason."""

    sent: dict[str, int]
    failed: dict[str, str]


def notify(settings: Settings, channels: Sequence[Channel], folder: Path) -> Delivered:
    """Send what has not been sent.

    Args:
        settings: Of this installation.
        channels: The ways.
        folder: Where what has been sent is remembered.
    """
    cursor = _read_cursor(folder)
    sent: dict[str, int] = {}
    failed: dict[str, str] = {}
    for channel in channels:
        for alert, end in _lines_from(settings, cursor.get(channel.name, 0)):
            try:
                if alert is not None:
                    channel.send(alert)
                    sent[channel.name] = sent.get(channel.name, 0) + 1
            except OSError as error:
                failed[channel.name] = f"{type(error).__name__}: {error}"[:200]
                _log.warning("alerts cannot be sent by %s: %s", channel.name, failed[channel.name])
                break
            cursor[channel.name] = end
            write_durably(folder / _CURSOR, json.dumps(cursor) + "\n")
    return Delivered(sent, failed)


def notify_for_ever(settings: Settings, seconds: float, show: Callable[[str], None]) -> None:
    """Send again and again.

    Raises:
        UsageError: A way cannot be used; said at the start, not at the first alert.
    """
    chosen = NotifySettings()
    channels = channels_of(chosen)
    show(f"Alerts go by: {', '.join(one.name for one in channels)}" if channels else NO_WAY)
    while True:
        done = notify(settings, channels, memory_of(settings, chosen))
        for name, count in done.sent.items():
            show(f"{count} alerts sent by {name}")
        time.sleep(seconds)


def waiting_since(settings: Settings, channels: Sequence[Channel], folder: Path) -> datetime | None:
    """Return since when the oldest alert waits that a way has not taken; ``None`` if none does."""
    cursor = _read_cursor(folder)
    waiting = [
        datetime.fromisoformat(alert["at"])
        for channel in channels
        for alert, _ in _lines_from(settings, cursor.get(channel.name, 0))
        if alert is not None
    ]
    return min(waiting, default=None)


def memory_of(settings: Settings, chosen: NotifySettings) -> Path:
    """Return the folder in which what has been sent is remembered."""
    return Path(chosen.dir) if chosen.dir else settings.state_dir / "alerts"


def _read_cursor(folder: Path) -> dict[str, int]:
    try:
        held = json.loads((folder / _CURSOR).read_text(encoding="utf-8"))
        return {str(name): int(end) for name, end in held.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def _lines_from(settings: Settings, start: int) -> list[tuple[dict[str, str] | None, int]]:
    """Return the alerts behind a position, each with where it ends; ``None`` for one that is not to be sent."""
    path = settings.state_dir / "alerts" / FILE
    if not path.is_file():
        return []
    if start > path.stat().st_size:
        start = 0  # the file was begun anew
    found: list[tuple[dict[str, str] | None, int]] = []
    with path.open("rb") as stream:
        stream.seek(start)
        for raw in stream:
            if not raw.endswith(b"\n"):
                break  # still being written
            start += len(raw)
            found.append((_sendable(raw), start))
    return found


def _sendable(raw: bytes) -> dict[str, str] | None:
    try:
        alert = told(json.loads(raw))
        is_fresh = datetime.now(UTC) - datetime.fromisoformat(alert["at"]) < _TOO_OLD
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return alert if is_fresh else None
