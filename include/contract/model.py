"""The words in which the extract contract is written down: columns, parents, orders of dates, sources."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

ColumnType = Literal["text", "date", "flag", "money", "count", "enum", "pnc_id", "ho_code"]

CONTRACT_VERSION = "1.0"
DELIVERY_ID = re.compile(r"[0-9]{8}(T[0-9]{6})?", re.ASCII)
MANIFEST_NAME = "manifest.json"
CHANGE_TYPE = "change_type"
CHANGE_TYPES = ("I", "U", "D")
FLAGS = ("Y", "N")

# Patterns are matched whole (Python fullmatch, DuckDB regexp_full_match) and are plain ASCII in both.
DATE_PATTERN = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
MONEY_PATTERN = r"-?[0-9]{1,12}(\.[0-9]{1,2})?"
COUNT_PATTERN = r"[0-9]{1,18}"  # eighteen digits always fit a BIGINT
MAX_COUNT = 10**18 - 1
PNC_PATTERN = r"[0-9]{4}/[0-9]{7}[A-Z]"
PNC_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"
HO_CODE_PATTERN = r"[1-9][0-9]{0,2}(\.[0-9]{1,2})?[A-Z]?"
EARLIEST_DATE = "1900-01-01"
FUTURE_YEARS = 10
MAX_FIELD_CHARACTERS = 4_000
MAX_LINE_BYTES = 1_000_000

BRONZE_TYPES: dict[ColumnType, str] = {
    "text": "VARCHAR",
    "enum": "VARCHAR",
    "flag": "VARCHAR",
    "pnc_id": "VARCHAR",
    "ho_code": "VARCHAR",
    "date": "DATE",
    "money": "DECIMAL(14,2)",
    "count": "BIGINT",
}


@dataclass(frozen=True)
class FutureAllowed:
    """A date that may lie up to ten years after the extract; with ``column``, only while that has a value."""

    column: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """One column of an extract.

    Attributes:
        name: Exact lower-case name.
        type: What the text must look like, and what it becomes in bronze.
        key: Part of the primary key.
        nullable: May be empty.
        allowed: The list of values, compared exactly (``enum``, and ``flag`` by its type).
        minimum: Smallest number allowed (``count``, ``money``).
        maximum: Largest number allowed.
        future: The exception from "no date is later than the extract date".
        parquet_types: Accepted Parquet types.
    """

    name: str
    type: ColumnType = "text"
    key: bool = False
    nullable: bool = False
    allowed: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    future: FutureAllowed | None = None
    parquet_types: tuple[str, ...] = ()

    @property
    def bronze_type(self) -> str:
        """SQL type in bronze."""
        return BRONZE_TYPES[self.type]

    @property
    def accepted_parquet_types(self) -> tuple[str, ...]:
        """Parquet types that the column may come in; any other refuses the delivery."""
        return self.parquet_types or (self.bronze_type,)


@dataclass(frozen=True)
class Parent:
    """A reference within the source: ``column`` must be a ``key`` of ``entity`` wherever it is not null."""

    column: str
    entity: str
    key: str


@dataclass(frozen=True)
class DateOrder:
    """``later`` must not be before ``earlier``, where both are given."""

    later: str
    earlier: str


@dataclass(frozen=True)
class ParentDate:
    """A date of a parent: ``via`` is the reference that leads to it (empty = a date of the row itself)."""

    column: str
    via: str = ""


@dataclass(frozen=True)
class BirthOrder:
    """``event`` must not be before ``birth``; the row that ties them goes, not the person or the event."""

    event: ParentDate
    birth: ParentDate
    blamed: str


@dataclass(frozen=True)
class Entity:
    """One file of a source.

    Attributes:
        name: Entity and stem of the file name.
        columns: In the order in which bronze has them.
        parents: References within the source.
        orders: Orders of dates within the row.
        birth_orders: Orders against a date of birth held by a parent.
        optional: A full delivery may leave the file out.
    """

    name: str
    columns: tuple[Column, ...]
    parents: tuple[Parent, ...] = ()
    orders: tuple[DateOrder, ...] = ()
    birth_orders: tuple[BirthOrder, ...] = ()
    optional: bool = False

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Column names in the contract's order."""
        return tuple(column.name for column in self.columns)

    @cached_property
    def key(self) -> tuple[str, ...]:
        """Names of the primary key."""
        return tuple(column.name for column in self.columns if column.key)

    @cached_property
    def file_names(self) -> tuple[str, str]:
        """The two names under which the file may come."""
        return f"{self.name}.csv", f"{self.name}.parquet"

    def column(self, name: str) -> Column:
        """Return a column by name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def outer_parents(self) -> tuple[Parent, ...]:
        """References to other entities."""
        return tuple(parent for parent in self.parents if parent.entity != self.name)

    @property
    def self_parent(self) -> Parent | None:
        """The reference to the entity itself (merges), if there is one."""
        return next((parent for parent in self.parents if parent.entity == self.name), None)


@dataclass(frozen=True)
class Source:
    """A source system.

    Attributes:
        name: Folder of its deliveries.
        entities: Parents first, so that one pass decides every reference.
        optional: A force may do without it: nobody waits for it, and its absence is no warning.
    """

    name: str
    entities: tuple[Entity, ...]
    optional: bool = False

    def __iter__(self) -> Iterator[Entity]:
        return iter(self.entities)

    def entity(self, name: str) -> Entity:
        """Return an entity by name."""
        return next(entity for entity in self.entities if entity.name == name)

    def by_file_name(self, file_name: str) -> Entity | None:
        """Return the entity that a file name stands for; None if it is not one of the contract's."""
        return next((entity for entity in self.entities if file_name in entity.file_names), None)


def words(text: str) -> tuple[str, ...]:
    """Split a list of values that stands on one line."""
    return tuple(text.split())


def key(name: str, type_: ColumnType = "text", allowed: tuple[str, ...] = ()) -> Column:
    """Declare a column of the primary key."""
    return Column(name, type_, key=True, allowed=allowed)


def text(name: str, nullable: bool = False) -> Column:
    """Declare a text, kept byte for byte."""
    return Column(name, "text", nullable=nullable)


def enum(name: str, *allowed: str, nullable: bool = False) -> Column:
    """Declare a text that is one of a list, compared exactly."""
    return Column(name, "enum", nullable=nullable, allowed=allowed)


def date(name: str, nullable: bool = False, future: FutureAllowed | None = None) -> Column:
    """Declare an ISO date."""
    return Column(name, "date", nullable=nullable, future=future)


def flag(name: str) -> Column:
    """Declare a ``Y``/``N`` flag."""
    return Column(name, "flag", allowed=FLAGS)


def count(name: str, nullable: bool = False, maximum: int | None = None) -> Column:
    """Declare a whole number of digits, not negative."""
    return Column(name, "count", nullable=nullable, minimum=0, maximum=maximum)


def money(name: str, signed: bool = False, whole: bool = False) -> Column:
    """Declare an amount; ``signed`` may be negative, ``whole`` may come as BIGINT in Parquet."""
    types = ("DECIMAL(14,2)", "BIGINT") if whole else ()
    return Column(name, "money", minimum=None if signed else 0, parquet_types=types)


def pnc_id(nullable: bool = False) -> Column:
    """Declare the PNC identifier, with its check letter."""
    return Column("pnc_id", "pnc_id", nullable=nullable)


def ho_code() -> Column:
    """Declare the Home Office offence code, always text."""
    return Column("ho_code", "ho_code")
