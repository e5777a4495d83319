"""What the checks of one delivery work on, and how they run their SQL."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa

from include.contract import Entity, Source
from include.contract.model import CHANGE_TYPE
from include.ingest.rows_sql import value
from include.ingest.sql import comma, fill
from include.ingest.state import state_columns
from include.ingest.table import FileTable

# Rules are told in this order: the record, the row by itself, its key, its parents, dates of its parents.
MALFORMED_POSITION = -1
KEY_POSITION, PARENT_POSITION, BIRTH_POSITION = 10_000, 20_000, 30_000


@dataclass(frozen=True)
class Checking:
    """What a check works on.

    Attributes:
        connection: DuckDB in memory, with ``state_`` and ``lost_`` of every entity.
        source: The source.
        is_delta: Whether rows carry ``change_type``.
        extract_date: What the source knew at the end of that day.
        files: The files that came, by entity.
    """

    connection: duckdb.DuckDBPyConnection
    source: Source
    is_delta: bool
    extract_date: date
    files: Mapping[str, FileTable]

    def run(self, template: str, **parts: str) -> duckdb.DuckDBPyConnection:
        """Fill a template and run it."""
        return self.connection.execute(fill(template, **parts))

    @contextlib.contextmanager
    def lent(self, name: str, table: pa.Table | None) -> Iterator[None]:
        """Let SQL of this connection read a table where it lies, under a name; without one, do nothing."""
        if table is None:
            yield
            return
        self.connection.register(name, table)
        try:
            yield
        finally:
            self.connection.unregister(name)

    def have_rows(self, *tables: str) -> tuple[bool, ...]:
        """Tell of each of these tables or queries of the check whether it has any row."""
        looked = comma(fill("EXISTS (SELECT 1 FROM {table})", table=table) for table in tables)
        found = self.run("SELECT {looked}", looked=looked).fetchone()
        return tuple(map(bool, found or ()))


def aside_columns(entity: Entity) -> list[str]:
    """Return the columns whose values are kept of a record that does not fit the header."""
    return [name for name in entity.names if name in entity.key or name == "nominal_id"]


def kept_columns(checking: Checking, entity: Entity) -> list[str]:
    """Return the columns of ``rows_`` beside those of every table: what is asked about after a row was read."""
    events = {
        date.column for order in entity.birth_orders for date in (order.event, order.birth) if not date.via
    }
    wanted = {*aside_columns(entity), *state_columns(checking.source, entity), *events}
    kept = [CHANGE_TYPE] if checking.is_delta else []
    for column in entity.columns:
        if column.name in wanted:
            kept += [column.name, value(column)] if column.key else [value(column)]
    return list(dict.fromkeys(kept))


def same_key(entity: Entity, stored: str, read: str) -> str:
    """Return the condition that a stored record and a row just read have one key."""
    return " AND ".join(f"{stored}.{name} = {read}.{value(entity.column(name))}" for name in entity.key)
