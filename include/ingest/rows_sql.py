"""The rules of a single row as SQL, made from the contract's declarations and from nothing else.

Every identifier and literal in here comes from :mod:`include.contract`; values of a delivery are only ever
columns of a table.
"""

from __future__ import annotations

import contextlib
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from include.contract import Column, Entity
from include.contract.model import (
    CHANGE_TYPE,
    CHANGE_TYPES,
    COUNT_PATTERN,
    DATE_PATTERN,
    EARLIEST_DATE,
    FUTURE_YEARS,
    HO_CODE_PATTERN,
    MAX_COUNT,
    MAX_FIELD_CHARACTERS,
    MONEY_PATTERN,
    PNC_LETTERS,
    PNC_PATTERN,
)

_PATTERNS = {"date": DATE_PATTERN, "money": MONEY_PATTERN, "count": COUNT_PATTERN}
_TYPED = ("date", "money", "count")
_OF_FORM = ("date_form", "date_not_real", "money_form", "count_form")
DATE_LENGTH = len("2026-09-20")


@dataclass(frozen=True)
class Check:
    """One rule on one column.

    Attributes:
        broken: SQL that is true where the row breaks it (null = not broken).
        on_key: Whether it is asked of a row that takes a record away, too.
        of_form: Whether only a text that is no value can break it.
    """

    code: str
    column: str
    broken: str
    on_key: bool = False
    of_form: bool = False


def listed(values: tuple[str, ...]) -> str:
    """Return a list of the contract's own values as SQL."""
    return "(" + ", ".join(f"'{value}'" for value in values) + ")"


def typed(column: Column) -> str:
    """Return the SQL that turns the text of a column into its bronze type; null where it does not fit."""
    if column.type not in _TYPED:
        return column.name
    fits = f"regexp_full_match({column.name}, '{_PATTERNS[column.type]}')"
    cast = f"TRY_CAST({column.name} AS {column.bronze_type})"
    if column.type != "date":
        return f"CASE WHEN {fits} THEN {cast} END"
    # a date that prints as what was read fits the pattern, at a third of its cost; what is left is looked at by it
    prints_so = f"length({column.name}) = {DATE_LENGTH} AND {cast}::VARCHAR = {column.name}"
    return f"CASE WHEN {prints_so} THEN {cast} WHEN {fits} THEN {cast} END"


def value(column: Column) -> str:
    """Name the typed value of a column in a table of rows."""
    return f"v_{column.name}" if column.type in _TYPED else column.name


def typed_columns(entity: Entity, has: Container[str] = ()) -> list[str]:
    """Return the select items that add typed values to a table of texts, beside those that it has already."""
    return [
        f"{typed(column)} AS {value(column)}"
        for column in entity.columns
        if column.type in _TYPED and value(column) not in has
    ]


def with_values(entity: Entity, table: pa.Table) -> pa.Table:
    """Add the typed values of every column of dates or counts in which each text is one, which is quickly told.

    What the casts take is less than the patterns and the calendar together, and the same values. Of a column with any
    other text nothing is added: there SQL decides row by row.
    """
    for column in entity.columns:
        with contextlib.suppress(pa.ArrowInvalid):
            if column.type == "date":
                table = table.append_column(value(column), table.column(column.name).cast(pa.date32()))
            elif column.type == "count":
                table = table.append_column(value(column), _counts(table.column(column.name)))
    return table


def _counts(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Cast texts that are what their number prints as.

    Raises:
        pa.ArrowInvalid: One is not, is negative or has too many digits.
    """
    numbers = texts.cast(pa.int64())
    low, high = pc.min_max(numbers).values()
    printed = pc.all(pc.equal(numbers.cast(pa.string()), texts), min_count=0)
    if (
        not printed.as_py()
        or (low.is_valid and low.as_py() < 0)
        or (high.is_valid and high.as_py() > MAX_COUNT)
    ):
        raise pa.ArrowInvalid("not counts")
    return numbers


def upsert(is_delta: bool) -> str:
    """Return the condition that a row brings a record, and does not take it away."""
    return f"({CHANGE_TYPE} IS DISTINCT FROM 'D')" if is_delta else "true"


def row_checks(entity: Entity, is_delta: bool, has_long: bool, has: Container[str] = ()) -> list[Check]:
    """Return every rule that a row can break by itself.

    A ``D`` row needs only its key, so all other columns of it are left alone. Of a column whose values ``has`` names
    every text is a value already.
    """
    checks = [
        check
        for column in entity.columns
        for check in _column_checks(column)
        if not (check.of_form and value(column) in has)
    ]
    if has_long:
        checks += [
            Check(
                "field_too_long", column.name, f"length({column.name}) > {MAX_FIELD_CHARACTERS}", column.key
            )
            for column in entity.columns
        ]
    checks += [
        Check("date_order", order.later, f"v_{order.later} < v_{order.earlier}") for order in entity.orders
    ]
    if not is_delta:
        return checks
    checks = [
        check if check.on_key else replace(check, broken=f"{upsert(is_delta)} AND ({check.broken})")
        for check in checks
    ]
    known = f"coalesce({CHANGE_TYPE}, '') IN {listed(CHANGE_TYPES)}"
    return [Check("change_type_unknown", CHANGE_TYPE, f"NOT ({known})", True), *checks]


def _column_checks(column: Column) -> Iterator[Check]:
    name, found = column.name, value(column)
    if not column.nullable:
        yield Check("value_missing", name, f"{name} IS NULL", column.key)
    for code, broken in _form_checks(column, name, found):
        yield Check(code, name, broken, column.key, of_form=code in _OF_FORM)
    if column.minimum is not None and column.type == "count":
        negative = f"{found} IS NULL AND regexp_full_match({name}, '-[0-9]+')"
        yield Check("out_of_range", name, negative, column.key, of_form=True)
    if column.minimum is not None:
        yield Check("out_of_range", name, f"{found} < {column.minimum}", column.key)
    if column.maximum is not None:
        yield Check("out_of_range", name, f"{found} > {column.maximum}", column.key)


def _form_checks(column: Column, name: str, found: str) -> Iterator[tuple[str, str]]:
    if column.type == "date":
        yield from _date_checks(column, name, found)
    elif column.type == "flag":
        yield "flag_form", f"{name} NOT IN {listed(column.allowed)}"
    elif column.type == "enum":
        yield "not_in_list", f"{name} NOT IN {listed(column.allowed)}"
    elif column.type in ("money", "count"):
        yield (
            f"{column.type}_form",
            f"{found} IS NULL AND NOT regexp_full_match({name}, '{_PATTERNS[column.type]}')",
        )
    elif column.type == "pnc_id":
        yield from _pnc_checks(name)
    elif column.type == "ho_code":
        yield "ho_code_form", f"NOT regexp_full_match({name}, '{HO_CODE_PATTERN}')"


def _date_checks(column: Column, name: str, found: str) -> Iterator[tuple[str, str]]:
    form = f"regexp_full_match({name}, '{DATE_PATTERN}')"
    yield "date_form", f"{found} IS NULL AND NOT {form}"
    yield "date_not_real", f"{found} IS NULL AND {form}"
    yield "date_too_early", f"{found} < DATE '{EARLIEST_DATE}'"
    late, too_late = f"{found} > extract_date", f"{found} > extract_date + INTERVAL {FUTURE_YEARS} YEAR"
    if column.future is None:
        yield "date_in_future", late
        return
    if not column.future.column:
        yield "date_too_late", too_late
        return
    allowed = f"coalesce({column.future.column}, '') IN {listed(column.future.values)}"
    yield "date_in_future", f"NOT ({allowed}) AND {late}"
    yield "date_too_late", f"{allowed} AND {too_late}"


def _pnc_checks(name: str) -> Iterator[tuple[str, str]]:
    form = f"regexp_full_match({name}, '{PNC_PATTERN}')"
    number = f"TRY_CAST(substr({name}, 3, 2) || substr({name}, 6, 7) AS BIGINT)"
    letter = f"substr('{PNC_LETTERS}', 1 + ({number} % {len(PNC_LETTERS)})::BIGINT, 1)"
    yield "pnc_id_form", f"NOT {form}"
    yield "pnc_id_letter", f"{letter} <> substr({name}, 13, 1) AND {form}"  # the pattern costs most
