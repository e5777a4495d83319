"""The audit log: who published, read, accepted, rolled back or erased what, and when. Hash-chained.

No personal data stands in it: ids of releases, deliveries and runs do, people do not.
"""

from __future__ import annotations

import getpass
from typing import Any

from include.journal import Entry, Journal
from include.settings import Settings

FILE = "audit.jsonl"


def journal(settings: Settings) -> Journal:
    """Return the audit log of this data directory."""
    return Journal(settings.state_dir / FILE)


def record(settings: Settings, event: str, **data: Any) -> Entry:
    """Append one event and return it once it is on disk; ``by`` is the system account if not given."""
    return journal(settings).append(event, **{"by": account(), **data})


def verify(settings: Settings) -> int:
    """Check the chain.

    Returns:
        The number of lines.

    Raises:
        IntegrityError: Names the first line that was changed, dropped, added or moved.
    """
    return journal(settings).verify()


def account() -> str:
    """Return the system account that runs this, or ``unknown`` where it has no name (some containers)."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
