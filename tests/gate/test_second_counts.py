"""Parts of the gate on tables made for them: rows counted a second time, people who were lost, a file that changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from include.ledger import AppliedDelivery, FileCounts
from include.quality import delivery_checks, gate, reconcile
from include.quality.reconcile import Flow
from include.quality.verdict import Check, Kind, Status
from include.warehouse.stores import write_table

AS_AT = date(2026, 9, 20)
CUSTODY = Flow(
    "police_records", "custody", "stg_police_records__custody_spells", ("start_date",), "fct_custody_spells"
)


@pytest.fixture
def store() -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a build of one entity: three records stand, of five that a full delivery and a delta spoke of."""
    with duckdb.connect() as connection:
        connection.execute("""
            attach ':memory:' as scratch; create schema scratch.bronze; create schema scratch.staging;
            create schema marts;
            create table scratch.bronze.police_records__custody as from (values
                ('C1', '20260906', null, date '2026-01-01'),
                ('C2', '20260906', null, date '2026-01-01'),
                ('C2', '20260920', 'U', date '2026-02-01'),
                ('C3', '20260906', null, date '2026-01-01'),
                ('C3', '20260920', 'D', null),
                ('C4', '20260920', 'I', date '2026-09-20'),
                ('C5', '20260920', 'I', date '2026-09-21')
            ) as t (custody_id, _delivery_id, _change_type, start_date);
            create table scratch.staging.stg_police_records__custody_spells as
                select unnest(['C1', 'C2', 'C4']) as custody_id;
            create table marts.fct_custody_spells as from scratch.staging.stg_police_records__custody_spells;
            create table marts.fct_rankings as
                select unnest([date '2026-09-06', date '2026-09-20']) as run_date;
        """)
        yield connection


def planned(*days: str) -> Any:
    return SimpleNamespace(
        plan=SimpleNamespace(
            as_at=AS_AT, run_dates=[SimpleNamespace(date=date.fromisoformat(day)) for day in days]
        )
    )


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("select 1", ""),
        ("insert into scratch.staging.stg_police_records__custody_spells values ('C5')", "has 4 rows"),
        ("delete from scratch.staging.stg_police_records__custody_spells where custody_id = 'C4'", "has 2 rows"),
        ("insert into marts.fct_custody_spells values ('C1')", "fct_custody_spells has 4 rows; 3 were delivered"),
        ("delete from marts.fct_custody_spells where custody_id = 'C1'", "fct_custody_spells has 2 rows"),
    ],
)  # fmt: skip
def test_the_last_word_of_each_record_arrives(
    store: duckdb.DuckDBPyConnection, statement: str, said: str
) -> None:
    store.execute(statement)
    check = reconcile._flow(planned(), store, CUSTODY)
    assert check.status is (Status.FAIL if said else Status.PASS)
    assert said in check.detail


@pytest.mark.parametrize(
    ("days", "status", "said"),
    [
        (("2026-09-06", "2026-09-20"), Status.PASS, ""),
        (("2026-09-20",), Status.FAIL, "2026-09-06 is ranked and was not planned."),
        (("2026-08-23", "2026-09-06", "2026-09-20"), Status.WARN, "Nobody is ranked on 1 run dates, 2026-08-23"),
    ],
)  # fmt: skip
def test_the_dates_that_were_planned_are_ranked(
    store: duckdb.DuckDBPyConnection, days: tuple[str, ...], status: Status, said: str
) -> None:
    check = reconcile._run_dates(planned(*days), store)
    assert check.status is status
    assert said in check.detail


def delivery(accepted_by: str) -> AppliedDelivery:
    counts = FileCounts(
        "nominals", "nominals.csv", rows=2, loaded=1, quarantined=1, quarantine="aside.parquet"
    )
    return AppliedDelivery(
        source="police_records",
        delivery_id="20260920",
        mode="full",
        extract_date=AS_AT,
        seq=1,
        at="",
        files=(counts,),
        accepted_by=accepted_by,
    )


@pytest.mark.parametrize(
    ("before", "aside", "now", "accepted_by", "lost"),
    [
        (["N1", "N2"], ["N2"], ["N1"], "", "N2"),
        (["N1", "N2"], ["N2"], ["N1", "N2"], "", ""),  # ranked by other records
        (["N1"], ["N2"], ["N1"], "", ""),  # was not in the list
        (["N1", "N2"], [], ["N1"], "", ""),  # left by its own score
        (["N1", "N2"], ["N2"], ["N1"], "A. Person", ""),
    ],
)
def test_somebody_of_the_list_who_is_in_quarantine_is_missed(
    tmp_path: Path, before: list[str], aside: list[str], now: list[str], accepted_by: str, lost: str
) -> None:
    for name, people in (("base", before), ("build", now)):
        with duckdb.connect(str(tmp_path / f"{name}.duckdb")) as connection:
            connection.execute("create schema marts")
            connection.execute(
                "create table marts.fct_rankings as "
                "select unnest(?::varchar[]) as nominal_id, true as is_top_n, date '2026-09-20' as run_date",
                [people],
            )
    write_table(pa.table({"nominal_id": pa.array(aside, pa.string())}), tmp_path / "aside.parquet")
    subject: Any = SimpleNamespace(
        settings=SimpleNamespace(data_dir=tmp_path),
        base_warehouse=tmp_path / "base.duckdb",
        build=SimpleNamespace(warehouse=tmp_path / "build.duckdb"),
        plan=SimpleNamespace(as_at=AS_AT),
    )
    check = delivery_checks._lost(subject, [delivery(accepted_by)])
    assert check.status is (Status.FAIL if lost else Status.PASS)
    assert lost in check.detail


@pytest.mark.parametrize("is_touched", [False, True])
def test_a_warehouse_that_changes_while_it_is_looked_at_stays_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_touched: bool
) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    duckdb.connect(str(warehouse)).close()
    waived = Check(kind=Kind.GATE, name=gate.waivers.CHECK, status=Status.PASS)

    def look(_: Any) -> list[Check]:
        if is_touched:
            warehouse.write_bytes(warehouse.read_bytes() + b"\0")
        return [Check(kind=Kind.RELEASE, name="looked at", status=Status.PASS)]

    monkeypatch.setattr(gate, "PARTS", (gate.Part(Kind.RELEASE, lambda _: ["looked at"], look),))
    monkeypatch.setattr(gate, "_with_waivers", lambda _, checks: [*checks, waived])
    settings: Any = SimpleNamespace()
    plan: Any = SimpleNamespace(build_id="b", inputs_hash="h")
    build: Any = SimpleNamespace(warehouse=warehouse, folder=tmp_path)
    assert gate.run_gate(settings, plan, build).is_open is not is_touched
