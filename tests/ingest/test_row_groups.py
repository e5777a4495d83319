"""A sound full delivery is checked and written from where it lies: the same bytes, dates and refusals."""

from __future__ import annotations

import hashlib
import itertools
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from include.contract import SOURCES, Entity
from include.ingest import check, ingest_all, store
from include.ingest.faults import refuse
from include.ingest.rows_sql import typed, value, with_values
from include.settings import Settings
from include.warehouse.stores import ROW_GROUP

from .builder import full, log
from .conftest import Place

OFFENCES = SOURCES["police_records"].entity("offences")
ROWS = 2 * ROW_GROUP + 7


def bronze_of(landing: Path, data: Path, threads: int) -> dict[str, str]:
    settings = Settings(data_dir=data, landing=None, threads=threads)
    assert len(ingest_all(settings, landing).applied) == 1
    return {
        str(path.relative_to(data)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(settings.bronze_dir.rglob("*.parquet"))
    }


def test_bronze_is_what_sorting_gives_with_any_number_of_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery = full()
    delivery.files["intelligence"] = [log(number, 1) for number in reversed(range(ROWS))]
    delivery.write(tmp_path / "landing")
    as_it_lies = [bronze_of(tmp_path / "landing", tmp_path / f"data{threads}", threads) for threads in (1, 4)]
    monkeypatch.setattr(store, "_as_stored", lambda *_: None)
    by_sorting = [bronze_of(tmp_path / "landing", tmp_path / f"sorted{n}", n) for n in (1, 4)]
    assert as_it_lies[0] == as_it_lies[1]
    assert by_sorting[0] == by_sorting[1]
    for name in by_sorting[0]:
        lies, sorted_ = (tmp_path / folder / name for folder in ("data4", "sorted4"))
        assert rows_of(lies) == rows_of(sorted_), name
    path = tmp_path / "data4/bronze/police_records/intelligence/20260920.parquet"
    assert pq.read_table(path).column("_line").to_pylist() == list(range(2, ROWS + 2))
    sizes = [pq.read_metadata(path).row_group(place).num_rows for place in range(3)]
    assert sizes == [ROW_GROUP, ROW_GROUP, 7]


def rows_of(bronze: Path) -> tuple[list[Any], list[Any]]:
    """Return columns with their types, and every row in order, as DuckDB reads them."""
    with duckdb.connect() as connection:
        scan = f"FROM read_parquet('{bronze}', file_row_number = true)"
        found = connection.execute(f"DESCRIBE {scan}").fetchall()
        return found, connection.execute(f"{scan} ORDER BY file_row_number").fetchall()


def offences_of(dates: list[str | None]) -> pa.Table:
    empty = pa.nulls(len(dates), pa.string())
    columns = {name: empty for name in OFFENCES.names}
    return pa.table(columns | {"offence_date": pa.array(dates, pa.string())})


def by_sql(table: pa.Table) -> list[Any]:
    with duckdb.connect() as connection:
        connection.register("delivered", table)
        column = OFFENCES.column("offence_date")
        rows = connection.execute(f"SELECT epoch({typed(column)}) // 86400 FROM delivered").fetchall()  # noqa: S608
        return [row[0] for row in rows]


def test_a_column_of_dates_is_cast_to_the_dates_that_sql_finds() -> None:
    years = (0, 1, 4, 100, 1583, 1899, 1900, 1970, 2000, 2024, 2026, 9999)
    texts = [f"{y:04d}-{m:02d}-{d:02d}" for y, m, d in itertools.product(years, range(14), range(33))]
    days = by_sql(offences_of(list(texts)))
    real: list[str | None] = [text for text, day in zip(texts, days, strict=True) if day is not None]
    found = with_values(OFFENCES, offences_of([*real, None])).column(value(OFFENCES.column("offence_date")))
    assert found.cast(pa.int32()).to_pylist() == [*(day for day in days if day is not None), None]
    assert 365 * len(years) <= len(real) <= 366 * len(years)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30", "2026-13-01", "2026-00-10", "2025-02-29", "2026-9-20", " 2026-9-20", "2026/09/20", "20260920",
        "2026-09-20 ", "+026-09-20", "-026-09-20", "02026-9-20", "2026-09-2O", "2026-09-2\u0660", "2026-09-20T00:00",
        "infinity", "-infinity", "epoch", "today",
    ],
)  # fmt: skip
def test_a_text_that_is_no_date_leaves_its_column_to_sql(text: str) -> None:
    table = offences_of(["2026-09-20", text])
    assert by_sql(table)[1] is None
    assert value(OFFENCES.column("offence_date")) not in with_values(OFFENCES, table).column_names


VICTIMS = SOURCES["police_records"].entity("offence_victims")


def victims_of(ages: list[str | None]) -> pa.Table:
    empty = pa.nulls(len(ages), pa.string())
    return pa.table(dict.fromkeys(VICTIMS.names, empty) | {"victim_age": pa.array(ages, pa.string())})


@pytest.mark.parametrize("texts", [[], [None], ["0", "7", None, "120"], ["9" * 18]])
def test_a_column_of_counts_is_cast(texts: list[str | None]) -> None:
    found = with_values(VICTIMS, victims_of(texts)).column("v_victim_age")
    assert found.type == pa.int64()
    assert found.to_pylist() == [None if text is None else int(text) for text in texts]


@pytest.mark.parametrize(
    "text",
    [
        "-1",
        "-0",
        "+7",
        "007",
        "7 ",
        " 7",
        "7.0",
        "1e3",
        "0x1F",
        "1_000",
        "\u0667",
        "1" + "0" * 18,
        "9" * 19,
        "nan",
    ],
)
def test_a_text_that_does_not_print_as_its_count_leaves_its_column_to_sql(text: str) -> None:
    assert "v_victim_age" not in with_values(VICTIMS, victims_of(["7", text])).column_names


def test_of_a_delivery_refused_while_it_is_stored_nothing_stays(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = check._delivered

    def changed(checking: Any, entity: Entity) -> pa.Table:
        if entity.name == "intelligence":
            raise refuse("changed_while_read", "intelligence.csv")
        return real(checking, entity)

    monkeypatch.setattr(check, "_delivered", changed)
    assert place.take(full()).status == "refused"
    assert not list(place.settings.bronze_dir.rglob("*.parquet*"))
    assert not place.ledger.applied()


def test_keys_with_one_hash_are_looked_at_themselves(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "_may_share", lambda *_: True)
    outcome = place.take(full())
    assert outcome.status == "applied"
    assert outcome.delivery is not None
    assert not any(counts.faults or counts.identical_duplicates for counts in outcome.delivery.files)
