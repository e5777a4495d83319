"""What reading a file gives, whatever its format: good records as text columns, and the others set apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from include.contract import Entity
from include.ingest.marks import Positions


@dataclass(frozen=True)
class Malformed:
    """A record that cannot be laid against the header.

    Attributes:
        record: Its position among the records of the file, from 0.
        line: Physical line on which it starts.
        codes: What is wrong with it.
        values: Column values as far as they can be told, so that what hangs on it can be traced.
    """

    record: int
    line: int
    codes: tuple[str, ...]
    values: dict[str, str]


@dataclass(frozen=True)
class FileTable:
    """One file, read.

    Attributes:
        entity: Its entity.
        file: Its name.
        rows: Records, counted independently of the reader that makes the table.
        blank_lines: Lines skipped.
        load: Makes the table of good records: ``_record``, ``_line`` and one text column per column of the file, in
            file order. Nobody keeps it: few files of a delivery are in memory as tables, of which one is being parsed,
            one checked and one written.
        malformed: Records that are not in the table.
        raw: Gives the text of records by position, for quarantine.
        has_long: Whether any field might be longer than allowed.
    """

    entity: Entity
    file: str
    rows: int
    blank_lines: int
    load: Callable[[], pa.Table]
    malformed: tuple[Malformed, ...]
    raw: Callable[[Positions], pa.Array]
    has_long: bool


def expected_columns(entity: Entity, is_delta: bool) -> tuple[str, ...]:
    """Return the columns that a file must have, in the contract's order."""
    return (*entity.names, "change_type") if is_delta else entity.names
