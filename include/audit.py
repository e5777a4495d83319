"""The audit log: who published, read, accepted, rolled back or erased what, and when. Hash-chained.

No personal data stands in it: ids of releases, deliveries and runs do, people do not.
"""

from __future__ import annotations

import getpass
from typing import Any

from include.errors import IntegrityError
from include.journal import GENESIS, Entry, Journal
from include.publication.release import ledger, list_releases
from include.settings import Settings

FILE = "audit.jsonl"


def journal(settings: Settings) -> Journal:
    """Return the audit log of this data directory."""
    return Journal(settings.state_dir / FILE)


def record(settings: Settings, event: str, **data: Any) -> Entry:
    """Append one event and return it once it is on disk; ``by`` is the system account if not given."""
    return journal(settings).append(event, **{"by": account(), **data})


def verify(settings: Settings) -> int:
    """Check the chain, and that no line is gone on which a kept release rests.

    A chain whose end was cut off is whole in itself: each release holds the hash of the line that was last then.

    Returns:
        The number of lines.

    Raises:
        IntegrityError: Names the first line that was changed, dropped, added or moved, or the release.
    """
    lines = journal(settings).verify()
    hashes = {GENESIS, *(entry.hash for entry in journal(settings))}
    for release in list_releases(settings):
        if release.audit_head not in hashes:
            raise IntegrityError(
                f"{FILE} was cut after line {lines}: the line on which release {release.release_id} rests is gone.",
                "Restore the file from the last backup, and find out who wrote to it.",
            )
    return lines


def require_unbroken(settings: Settings) -> None:
    """Begin no work without a ledger and an audit log that can be relied on.

    Raises:
        IntegrityError: Names the file and the first line that was changed, dropped, added or moved.
    """
    for chained in (ledger(settings), journal(settings)):
        chained.verify()


def account() -> str:
    """Return the system account that runs this, or ``unknown`` where it has no name (some containers)."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
