"""The reporting models as typed rows: the only place where pages touch the warehouse."""

from __future__ import annotations

import dataclasses
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import duckdb

from include.errors import BuildError, IntegrityError
from include.warehouse.stores import open_store
from reports.tables import Column, Row, Value


@dataclass(frozen=True)
class Person:
    """A row of ``rpt_ranking__list``."""

    model: ClassVar[str] = "rpt_ranking__list"
    order: ClassVar[str] = "rank nulls last, nominal_id"

    nominal_id: str
    rank: int | None
    previous_rank: int | None
    rank_change: int | None
    score: float | None
    surname: str | None
    forename: str | None
    date_of_birth: date | None
    age: int | None
    sex: str | None
    division: str | None
    management_status: str | None
    cohorts: str | None
    manager_ids: str | None
    in_custody: bool | None
    is_top_n: bool | None
    is_new_in_top_n: bool | None
    is_new_in_top_30: bool | None
    is_on_meeting_list: bool | None
    meeting_reason: str | None
    is_urgent: bool | None
    urgent_reason: str | None
    movement_reason: str | None
    movement_sentence: str | None
    risk_probability: float | None
    ogrs3_formal_p2: float | None
    copas_rate: float | None
    harm_days: float | None
    weighted_harm_days: float | None
    offence_count: int | None
    high_harm_count: int | None
    latest_offence_date: date | None
    merged_count: int | None


@dataclass(frozen=True)
class Term:
    """A row of ``rpt_ranking__explanations``: what one term adds to a score."""

    model: ClassVar[str] = "rpt_ranking__explanations"
    order: ClassVar[str] = "nominal_id, position, term"

    nominal_id: str
    term: str
    term_label: str | None
    contribution: float | None
    value: float | None
    position: int | None


@dataclass(frozen=True)
class Offence:
    """A row of ``rpt_ranking__offences``: one of a person's ten weightiest."""

    model: ClassVar[str] = "rpt_ranking__offences"
    order: ClassVar[str] = "nominal_id, position, offence_id"

    nominal_id: str
    position: int | None
    offence_id: str
    ho_code: str | None
    title: str | None
    offence_date: date | None
    recorded_date: date | None
    role: str | None
    outcome_code: str | None
    harm_days: float | None
    weighted_harm_days: float | None
    harm_basis: str | None
    contribution: float | None
    is_high_harm: bool | None
    domestic_abuse: bool | None
    hate_crime: bool | None
    child_abuse: bool | None
    has_vulnerable_victim: bool | None
    others: int | None


@dataclass(frozen=True)
class PastRank:
    """A row of ``rpt_ranking__history``."""

    model: ClassVar[str] = "rpt_ranking__history"
    order: ClassVar[str] = "nominal_id, run_date"

    nominal_id: str
    run_date: date
    rank: int | None


@dataclass(frozen=True)
class Summary:
    """The row of ``rpt_ranking__summary``."""

    model: ClassVar[str] = "rpt_ranking__summary"
    order: ClassVar[str] = "ranked"

    ranked: int | None
    top_n: int | None
    new_in_top_n: int | None
    left_top_n: int | None
    managed_in_top_n: int | None
    in_custody_in_top_n: int | None
    on_meeting_list: int | None
    urgent: int | None
    previous_run_date: date | None
    algorithm_version: str | None


RowType = TypeVar("RowType", Person, Term, Offence, PastRank, Summary)


class Models:
    """The reporting models of one warehouse, read at once; every value missing, finite or text."""

    def __init__(self, warehouse: Path, as_at: date) -> None:
        self._as_at = as_at
        with open_store(warehouse) as connection:
            self.people = _load(connection, Person, as_at)
            self.terms = _load(connection, Term, as_at)
            self.offences = _load(connection, Offence, as_at)
            self.history = _load(connection, PastRank, as_at)
            self._summaries = _load(connection, Summary, as_at)
            self._tables = {
                name: _rows(connection, name, None, order, as_at) for name, order in _TABLES.items()
            }

    @property
    def summary(self) -> Summary:
        """The one row of figures; all missing when nothing was ranked."""
        return self._summaries[0] if self._summaries else Summary(*[None] * 10)

    def rows(self, model: str, columns: Sequence[Column]) -> tuple[Row, ...]:
        """Return the columns of a quality model, in its own order.

        Args:
            model: Name of the model.
            columns: What the table shows.
        """
        records = self.records(model)
        try:
            return tuple(tuple(record[column.key] for column in columns) for record in records)
        except KeyError as error:
            raise BuildError(
                f"reporting.{model} has no column {error}",
                "Bring the model and docs/architecture.md together.",
            ) from error

    def records(self, model: str) -> tuple[Mapping[str, Value], ...]:
        """Return the rows of a quality or run model by column name, without ``as_at``."""
        return self._tables[model]

    @cached_property
    def terms_of(self) -> Mapping[str, list[Term]]:
        """The explanation of each person."""
        return _by_person(self.terms)

    @cached_property
    def offences_of(self) -> Mapping[str, list[Offence]]:
        """The weightiest offences of each person."""
        return _by_person(self.offences)

    @cached_property
    def history_of(self) -> Mapping[str, list[PastRank]]:
        """The past ranks of each person."""
        return _by_person(self.history)


_TABLES: Mapping[str, str] = {
    "rpt_quality__harm_basis": "harm_days desc nulls last, basis",
    "rpt_quality__unlisted_codes": "offences desc nulls last, ho_code, field",
    "rpt_quality__population_gaps": "weighted_harm_days desc nulls last, nominal_id",
    "rpt_quality__links": "source, entity, link_method",
    "rpt_quality__deliveries": "source, delivery_id desc",
    "rpt_quality__files": "source, delivery_id desc, entity",
    "rpt_quality__faults": '"rows" desc nulls last, source, delivery_id, entity, rule',
    "rpt_run__inputs": "all",
}

PersonRow = TypeVar("PersonRow", Term, Offence, PastRank)


def _by_person(rows: Sequence[PersonRow]) -> Mapping[str, list[PersonRow]]:
    found: dict[str, list[PersonRow]] = defaultdict(list)
    for row in rows:
        found[row.nominal_id].append(row)
    return found


def columns_of(row_type: type[Any]) -> tuple[str, ...]:
    """Return the names of a typed row's columns."""
    return tuple(field.name for field in dataclasses.fields(row_type))


def _load(connection: duckdb.DuckDBPyConnection, row_type: type[RowType], as_at: date) -> tuple[RowType, ...]:
    records = _rows(connection, row_type.model, columns_of(row_type), row_type.order, as_at)
    return tuple(row_type(**dict(record)) for record in records)  # type: ignore[arg-type]


def _rows(
    connection: duckdb.DuckDBPyConnection, model: str, columns: Sequence[str] | None, order: str, as_at: date
) -> tuple[Mapping[str, Value], ...]:
    """Read one model, and refuse it when it is not of this release's date."""
    listed = ", ".join(f'"{name}"' for name in columns) if columns else "* exclude (as_at)"
    try:
        strays = connection.execute(
            f"select count(*) from reporting.{model} where as_at is distinct from ?",  # noqa: S608
            [as_at],
        ).fetchone()
        cursor = connection.execute(f"select {listed} from reporting.{model} order by {order}")  # noqa: S608
        names = [column[0] for column in cursor.description or ()]
        found = cursor.fetchall()
    except duckdb.Error as error:
        raise BuildError(
            f"The pages cannot read reporting.{model}: {error}",
            "Bring the model and docs/architecture.md together, then build again.",
        ) from error
    if strays and strays[0]:
        raise IntegrityError(
            f"reporting.{model} holds {strays[0]} rows that are not as at {as_at.isoformat()}",
            "Build again: a page must not mix dates.",
        )
    return tuple(dict(zip(names, map(_plain, row), strict=True)) for row in found)


def _plain(value: Any) -> Value:
    """Turn what DuckDB gives into a table value; what is not finite is missing."""
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, str | int | float | date) else str(value)
