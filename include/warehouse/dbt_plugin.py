"""What dbt is given to build into encrypted stores: no key ever stands in a profile, a log or a compiled model."""

from __future__ import annotations

from pathlib import Path

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin

from include.encryption import active_keys
from include.warehouse.stores import attach, use_keys


class Plugin(BasePlugin):
    """Attaches the databases that the profile names with their keys; dbt's own ``attach if not exists`` finds them."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Make a new connection ready, before dbt attaches anything to it."""
        keys = active_keys()
        if keys is None or self.creds is None:
            return
        use_keys(conn, keys)
        for one in self.creds.attach or ():
            attach(conn, Path(one.path), str(one.alias), read_only=False)
