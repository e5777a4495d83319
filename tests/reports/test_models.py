"""Reporting models are read when a page asks for them, once, and refused when they are of another date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

import duckdb
import pytest

from include.errors import BuildError, IntegrityError
from reports.models import Models
from reports.tables import Column, Kind, table_of, without_small_bases
from tests.reports.invented import AS_AT, Invented


@dataclass(frozen=True)
class Visor:
    model: ClassVar[str] = "rpt_unit__visor"
    order: ClassVar[str] = "registrations desc"

    division: str
    registrations: int | None
    registrations_before: int | None
    growth_pct: float | None


@pytest.fixture
def warehouse(people: Invented, tmp_path: Path) -> Path:
    return people.write(tmp_path / "w.duckdb")


def run(warehouse: Path, statement: str) -> None:
    connection = duckdb.connect(str(warehouse))
    connection.execute(statement)
    connection.close()


def test_rows_are_typed_ordered_and_read_once(warehouse: Path) -> None:
    with Models(warehouse, AS_AT) as models:
        rows = models.load(Visor)
        assert [(row.division, row.registrations) for row in rows] == [("North", 60), ("South", 22)]
        assert models.load(Visor) is rows
        assert [row.division for row in models.load(Visor, "registrations < 30")] == ["South"]


def test_a_page_needs_only_what_it_reads(warehouse: Path) -> None:
    run(warehouse, "drop table reporting.rpt_unit__workload")
    with Models(warehouse, AS_AT) as models:
        assert models.load(Visor)
        with pytest.raises(BuildError, match="cannot read reporting.rpt_unit__workload"):
            models.records("rpt_unit__workload")


def test_what_a_block_asks_for_is_told_also_when_it_was_read_before(warehouse: Path) -> None:
    with Models(warehouse, AS_AT) as models:
        models.load(Visor)
        with models.watched() as read:
            models.load(Visor)
            models.records("rpt_unit__training")
        assert read == {"rpt_unit__visor", "rpt_unit__training"}


@pytest.mark.parametrize(
    ("model", "statement"),
    [
        ("rpt_unit__visor", "update reporting.rpt_unit__visor set as_at = date '2026-09-06'"),
        ("rpt_unit__visor", "update reporting.rpt_unit__visor set as_at = null"),
        (
            "rpt_algorithm__retention",
            "insert into reporting.rpt_algorithm__retention (baseline_run_date, comparison_run_date, top_n, "
            "baseline_members, retained, retained_pct) values ('2026-09-06', '2026-10-04', 30, 30, 28, 93.3)",
        ),
    ],
)
def test_another_date_is_refused(warehouse: Path, model: str, statement: str) -> None:
    run(warehouse, statement)
    with Models(warehouse, AS_AT) as models, pytest.raises(IntegrityError, match=f"{model} holds"):
        models.records(model)


def test_percentages_on_small_bases_go_and_counts_stay() -> None:
    rows = without_small_bases(
        [Visor("A", 21, 20, 5.0), Visor("B", 20, 19, 5.3), Visor("C", 1, None, 1.0)],
        "registrations_before",
        "growth_pct",
    )
    assert [row.growth_pct for row in rows] == [5.0, None, None]
    assert [row.registrations for row in rows] == [21, 20, 1]


def test_a_table_of_rows_takes_the_fields_that_its_columns_name() -> None:
    columns = (Column("registrations", "Registrations", Kind.COUNT), Column("division", "Division"))
    assert table_of("t", "Table", columns, [Visor("A", 3, None, None)]).rows == ((3, "A"),)


def test_dates_stay_dates(warehouse: Path) -> None:
    with Models(warehouse, AS_AT) as models:
        assert models.records("rpt_unit__training")[0]["set_up_date"] == date(2018, 4, 1)
