"""The reporting models as typed rows: the only place where pages touch the warehouse."""

from __future__ import annotations

import dataclasses
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

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


class ReportingRow(Protocol):
    """A typed row: a frozen dataclass whose fields are columns of the model that it names."""

    model: ClassVar[str]
    order: ClassVar[str]


RowType = TypeVar("RowType", bound=ReportingRow)


class Models:
    """The reporting models of one warehouse, each read when first asked for; missing, finite or text.

    Args:
        warehouse: The DuckDB file; opened read-only, closed with :meth:`close` or the ``with`` block.
        as_at: Date of the release; a model of another date is refused.
    """

    def __init__(self, warehouse: Path, as_at: date) -> None:
        self._as_at = as_at
        self._stack = ExitStack()
        self._connection = self._stack.enter_context(open_store(warehouse))
        self._typed: dict[tuple[type[Any], str], tuple[Any, ...]] = {}
        self._tables: dict[str, tuple[Mapping[str, Value], ...]] = {}
        self._watched: set[str] = set()

    def __enter__(self) -> Models:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the warehouse go."""
        self._stack.close()

    @contextmanager
    def watched(self) -> Iterator[set[str]]:
        """Give the names of the models that are asked for within the block: what a page depends on."""
        before, self._watched = self._watched, set()
        try:
            yield self._watched
        finally:
            self._watched = before

    def load(self, row_type: type[RowType], where: str = "true") -> tuple[RowType, ...]:
        """Return the rows of the model that a row type names, in the order that it names.

        Args:
            row_type: Frozen dataclass with the class variables ``model`` and ``order``.
            where: Condition in SQL, written in the code, where a page needs few rows of many.

        Raises:
            BuildError: The model or a column is not there.
            IntegrityError: The model is not as at the release.
        """
        self._watched.add(row_type.model)
        if (row_type, where) not in self._typed:
            columns = columns_of(row_type)
            records = self._rows(row_type.model, columns, row_type.order, where)
            self._typed[row_type, where] = tuple(row_type(**dict(record)) for record in records)
        return self._typed[row_type, where]

    @property
    def summary(self) -> Summary:
        """The one row of figures; all missing when nothing was ranked."""
        found = self.load(Summary)
        return found[0] if found else Summary(*[None] * 10)

    def rows(self, model: str, columns: Sequence[Column]) -> tuple[Row, ...]:
        """Return columns of a model, in its own order.

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
        """Return the rows of a model by column name, without ``as_at``."""
        self._watched.add(model)
        if model not in self._tables:
            self._tables[model] = self._rows(model, None, _ORDERS.get(model, "all"), "true")
        return self._tables[model]

    def _rows(
        self, model: str, columns: Sequence[str] | None, order: str, where: str
    ) -> tuple[Mapping[str, Value], ...]:
        """Read one model, and refuse it when it is not of this release's date."""
        listed = ", ".join(f'"{name}"' for name in columns) if columns else "columns(c -> c <> 'as_at')"
        query = f"select {listed} from reporting.{model} where {where} order by {order}"  # noqa: S608
        try:
            self._check_date(model)
            cursor = self._connection.execute(query)
            names = [column[0] for column in cursor.description or ()]
            found = cursor.fetchall()
        except duckdb.Error as error:
            raise BuildError(
                f"The pages cannot read reporting.{model}: {error}",
                "Bring the model and docs/architecture.md together, then build again.",
            ) from error
        return tuple(dict(zip(names, map(_plain, row), strict=True)) for row in found)

    def _check_date(self, model: str) -> None:
        """Refuse a stale model: not as at the release or, where it says only of which lists it is, later."""
        described = self._connection.execute(f"describe reporting.{model}").fetchall()
        names = {row[0] for row in described}
        stray = "as_at is distinct from ?" if "as_at" in names else f"{_dated(names)} > ?"
        counted = self._connection.execute(
            f"select count(*) from reporting.{model} where {stray}",  # noqa: S608
            [self._as_at],
        ).fetchone()
        if counted and counted[0]:
            raise IntegrityError(
                f"reporting.{model} holds {counted[0]} rows that are not as at {self._as_at.isoformat()}",
                "Build again: a page must not mix dates.",
            )

    @cached_property
    def terms_of(self) -> Mapping[str, list[Term]]:
        """The explanation of each person."""
        return _by_person(self.load(Term))

    @cached_property
    def offences_of(self) -> Mapping[str, list[Offence]]:
        """The weightiest offences of each person."""
        return _by_person(self.load(Offence))

    @cached_property
    def history_of(self) -> Mapping[str, list[PastRank]]:
        """The past ranks of each person."""
        return _by_person(self.load(PastRank))


_ORDERS: Mapping[str, str] = {
    "rpt_algorithm__identity": "least(rank, rank_by_model) nulls last, nominal_id",
    "rpt_quality__identity_review": "probability desc nulls last, kind, record_id, nominal_id",
    "rpt_quality__harm_basis": "harm_days desc nulls last, basis",
    "rpt_quality__unlisted_codes": "offences desc nulls last, ho_code, field",
    "rpt_quality__population_gaps": "weighted_harm_days desc nulls last, nominal_id",
    "rpt_quality__links": "source, entity, link_method",
    "rpt_quality__deliveries": "source, delivery_id desc",
    "rpt_quality__files": "source, delivery_id desc, entity",
    "rpt_quality__faults": '"rows" desc nulls last, source, delivery_id, entity, rule',
    "rpt_board__trends": "metric, month_end",
    "rpt_board__reoffending": "cohort = 'all' desc, nominals desc, cohort",
    "rpt_board__cost": "scheme = 'all', scheme",
    "rpt_board__equality": 'characteristic desc, "group" = \'all\', "group" = \'not_known\', "group"',
    "rpt_board__caseload": "census_date desc",
}


PersonRow = TypeVar("PersonRow", Term, Offence, PastRank)


def _by_person(rows: Sequence[PersonRow]) -> Mapping[str, list[PersonRow]]:
    found: dict[str, list[PersonRow]] = defaultdict(list)
    for row in rows:
        found[row.nominal_id].append(row)
    return found


def _dated(names: set[str]) -> str:
    """Return the column that says of when a row is, in a model without ``as_at``; the far future if none does."""
    return next((name for name in ("comparison_run_date", "run_date") if name in names), "date '9999-12-31'")


def columns_of(row_type: type[Any]) -> tuple[str, ...]:
    """Return the names of a typed row's columns."""
    return tuple(field.name for field in dataclasses.fields(row_type))


def _plain(value: Any) -> Value:
    """Turn what DuckDB gives into a table value; what is not finite is missing."""
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, str | int | float | date) else str(value)
