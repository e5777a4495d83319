"""The process environment of every run: nothing phones home, and nothing depends on who started it.

Must be called before dbt, Great Expectations or Airflow are imported: each of them decides on
telemetry at import.
"""

from __future__ import annotations

import os

# Each with the switch that its own documentation names; DO_NOT_TRACK is honoured by several more.
QUIET = {
    "DO_NOT_TRACK": "1",
    "SCARF_NO_ANALYTICS": "true",
    "SCARF_ANALYTICS": "false",
    "GX_ANALYTICS_ENABLED": "False",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    # Python's hash seed orders nothing that is published; fixing it keeps it so.
    "PYTHONHASHSEED": "0",
}


def quiet_environment() -> None:
    """Switch telemetry off for this process and everything it starts, and make new files private."""
    os.environ.update(QUIET)
    os.umask(0o077)
