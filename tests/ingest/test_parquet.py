"""Parquet: exact types, the same rules as CSV, and files that are made to hurt."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from include.contract import SOURCES, Entity
from include.ingest.faults import DeliveryFaultError
from include.ingest.parquet_child import describe, is_wanted
from include.ingest.read_parquet import read_parquet

from .builder import Delivery, Rows, change, custody, delta, full, performance
from .conftest import Place, counts_of

TYPES = {
    "VARCHAR": pa.string(),
    "DATE": pa.date32(),
    "BIGINT": pa.int64(),
    "DECIMAL(14,2)": pa.decimal128(14, 2),
}
CUSTODY = SOURCES["police_records"].entity("custody")


def typed(value: str, kind: str) -> Any:
    if value == "" and kind != "VARCHAR":
        return None
    makers: dict[str, Any] = {
        "DATE": date.fromisoformat,
        "BIGINT": int,
        "DECIMAL(14,2)": Decimal,
        "VARCHAR": str,
    }
    return makers[kind](value)


def arrow(entity: Entity, rows: Rows, is_delta: bool = False, **types: pa.DataType) -> pa.Table:
    columns = {
        column.name: pa.array(
            [typed(row[column.name], column.bronze_type) for row in rows], TYPES[column.bronze_type]
        )
        for column in entity.columns
    }
    if is_delta:
        columns["change_type"] = pa.array([row["change_type"] for row in rows])
    for name, kind in types.items():
        columns[name] = columns[name].cast(kind)
    return pa.table(columns)


def content(table: pa.Table, **options: Any) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, **options)
    return sink.getvalue().to_pybytes()


def as_parquet(delivery: Delivery, entity: str, raw: bytes | None = None) -> Delivery:
    """Send one file of a delivery as Parquet."""
    made = SOURCES[delivery.source].entity(entity)
    rows = delivery.files.pop(entity)
    name = f"{entity}.parquet"
    delivery.raw[name] = raw if raw is not None else content(arrow(made, rows, delivery.mode == "delta"))
    delivery.counts.setdefault(name, len(rows))
    return delivery


@pytest.mark.slow
@pytest.mark.parametrize("source", ["police_records", "idiom"])
def test_parquet_gives_the_same_bronze_as_csv(place: Place, source: str) -> None:
    place.take(full(source))
    delivery = full(source, delivery_id="20260927")
    for entity in list(delivery.files)[:4]:
        as_parquet(delivery, entity)
    if source == "idiom":
        as_parquet(delivery, "performance_summary")
        as_parquet(delivery, "unit_costs")
    outcome = place.take(delivery)
    assert outcome.status == "applied", outcome.reasons
    for counts in outcome.files:
        assert counts.loaded == counts.rows

        def bare(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
            return [{name: value for name, value in row.items() if name[0] != "_"} for row in rows]

        second = place.bronze(counts.entity, "20260927", source)
        assert bare(second) == bare(place.bronze(counts.entity, source=source))
        if counts.file.endswith(".parquet"):
            assert [row["_line"] for row in second] == list(range(1, counts.rows + 1))


def test_rules_hold_for_parquet(place: Place) -> None:
    table = pa.table(
        {
            "custody_id": ["C1", "", "C3", "C4", "C5", "C6", "C7", "C7", "C8"],
            "nominal_id": ["N1"] * 8 + ["N9"],
            "start_date": pa.array(
                [20_000, 20_000, 0, -40_000, 4_000_000, 20_000, 1, 1, 20_000], pa.int32()
            ).cast(pa.date32()),
            "end_date": pa.array([None, None, None, None, None, 19_999, None, None, None], pa.int32()).cast(
                pa.date32()
            ),
            "custody_type": [
                "remand",
                "remand",
                "bail",
                "remand",
                "remand",
                "remand",
                "remand",
                "remand",
                "remand",
            ],
            "sentence_days": pa.array([0, None, -1, None, None, 5, 1, 1, None], pa.int64()),
        }
    )
    delivery = full(counts={"custody.parquet": 9})
    outcome = place.take(as_parquet(delivery, "custody", content(table)))
    counts = counts_of(outcome, "custody")
    assert {line: sorted(rules) for line, rules in place.rules("custody").items()} == {
        2: ["value_missing:custody_id"],
        3: sorted(
            [
                "before_birth:start_date",
                "not_in_list:custody_type",
                "count_form:sentence_days",
                "out_of_range:sentence_days",
            ]
        ),
        4: ["before_birth:start_date", "date_too_early:start_date"],
        5: ["date_form:start_date"],
        6: ["date_order:end_date"],
        7: ["before_birth:start_date"],
        8: ["before_birth:start_date"],
        9: ["parent_missing:nominal_id"],
    }
    assert (counts.rows, counts.loaded) == (9, 1)
    assert '"custody_type": "bail"' in next(row["raw"] for row in place.aside("custody") if row["line"] == 3)


def test_delta_in_parquet(place: Place) -> None:
    place.take(full())
    rows = change("U", [custody(1, 2)]) + change("D", [custody(2, 2)])
    outcome = place.take(as_parquet(delta({"custody": rows}), "custody"))
    assert counts_of(outcome, "custody").loaded == 2
    assert [row["_change_type"] for row in place.bronze("custody", "20260927")] == ["U", "D"]


def test_performance_summary_as_bigint(place: Place) -> None:
    entity = SOURCES["idiom"].entity("performance_summary")
    whole = {name: pa.int64() for name in ("offences_pre", "offences_during", "offences_difference")}
    raw = content(arrow(entity, [performance()], **whole))
    outcome = place.take(as_parquet(full("idiom"), "performance_summary", raw))
    assert counts_of(outcome, "performance_summary").loaded == 1


BAD_TYPES: dict[str, tuple[str, pa.DataType]] = {
    "timestamp": ("start_date", pa.timestamp("us")),
    "date as text": ("start_date", pa.string()),
    "date64 is a timestamp in Parquet": ("start_date", pa.timestamp("ms")),
    "integer": ("sentence_days", pa.int32()),
    "unsigned": ("sentence_days", pa.uint64()),
    "double": ("sentence_days", pa.float64()),
    "count as text": ("sentence_days", pa.string()),
    "decimal for a count": ("sentence_days", pa.decimal128(21, 2)),
    "blob": ("custody_type", pa.binary()),
}


@pytest.mark.parametrize(("name", "kind"), BAD_TYPES.values(), ids=BAD_TYPES.keys())
def test_other_types_refuse(tmp_path: Path, name: str, kind: pa.DataType) -> None:
    table = arrow(CUSTODY, [custody(1, 1)], **{name: kind})
    assert type_of(tmp_path, table, name) not in CUSTODY.column(name).accepted_parquet_types


@pytest.mark.parametrize(
    "kind",
    [pa.decimal128(15, 2), pa.decimal128(14, 3), pa.decimal256(14, 2), pa.int64(), pa.float64(), pa.string()],
)
def test_money_is_decimal_14_2(tmp_path: Path, kind: pa.DataType) -> None:
    entity = SOURCES["idiom"].entity("unit_costs")
    table = arrow(entity, [full("idiom").files["unit_costs"][0] | {"amount_gbp": "12"}], amount_gbp=kind)
    found = type_of(tmp_path, table, "amount_gbp")
    # the width in which a decimal is stored is not its type
    assert (found == "DECIMAL(14,2)") == (kind == pa.decimal256(14, 2))


def type_of(tmp_path: Path, table: pa.Table, name: str) -> str:
    path = tmp_path / "some.parquet"
    path.write_bytes(content(table))
    return dict(describe(str(path))["columns"])[name]


def test_a_wrong_type_is_told(tmp_path: Path) -> None:
    fault = refusal(tmp_path, content(arrow(CUSTODY, [custody(1, 1)], sentence_days=pa.int32())))
    assert (fault.code, fault.column, fault.detail) == (
        "parquet_type",
        "sentence_days",
        "INT32 instead of BIGINT",
    )


def refusal(tmp_path: Path, raw: bytes, rows: int = 1) -> Any:
    path = tmp_path / "custody.parquet"
    path.write_bytes(raw)
    with pytest.raises(DeliveryFaultError) as caught:
        read_parquet(path, CUSTODY, False, rows, tmp_path / "scratch", 4 << 30)
    return caught.value.faults[0]


GOOD = content(arrow(CUSTODY, [custody(1, 1)]))
FILES: dict[str, tuple[bytes, str]] = {
    "no bytes": (b"", "zero_bytes"),
    "not Parquet": (b"custody_id,nominal_id\n", "parquet_unreadable"),
    "magic only": (b"PAR1PAR1", "parquet_unreadable"),
    "cut": (GOOD[: len(GOOD) // 2], "parquet_unreadable"),
    "without its footer": (GOOD[:-8], "parquet_unreadable"),
    "footer length beyond the file": (GOOD[:-8] + b"\xff\xff\xff\x7fPAR1", "parquet_unreadable"),
    "footer of rubbish": (GOOD[:-200] + b"\x00" * 192 + GOOD[-8:], "parquet_unreadable"),
    "column missing": (content(arrow(CUSTODY, [custody(1, 1)]).drop(["end_date"])), "column_missing"),
    "column unknown": (
        content(arrow(CUSTODY, [custody(1, 1)]).append_column("free_text", pa.array(["x"]))),
        "column_unknown",
    ),
    "nested": (
        content(arrow(CUSTODY, [custody(1, 1)]).set_column(0, "custody_id", pa.array([["C1"]]))),
        "column_missing",
    ),
    "NUL byte": (content(arrow(CUSTODY, [custody(1, 1, nominal_id="N\x001")])), "nul_byte"),
    "rows": (content(arrow(CUSTODY, [custody(1, 1), custody(2, 1)])), "row_count"),
}


@pytest.mark.parametrize(("raw", "code"), FILES.values(), ids=FILES.keys())
def test_files_that_refuse(tmp_path: Path, raw: bytes, code: str) -> None:
    assert refusal(tmp_path, raw).code == code


def test_text_that_is_not_utf8(tmp_path: Path) -> None:
    table = arrow(CUSTODY, [custody(1, 1, nominal_id="ABCD")])
    raw = content(table, compression="none", use_dictionary=False, write_statistics=False).replace(
        b"ABCD", b"AB\xff\xfe"
    )
    assert refusal(tmp_path, raw).code in ("encoding", "parquet_unreadable")


def test_more_memory_than_allowed(tmp_path: Path) -> None:
    """A small file that unpacks to a big one takes only the child with it."""
    one = arrow(CUSTODY, [custody(1, 1, nominal_id="N" * 1_000)])
    path = tmp_path / "custody.parquet"
    with pq.ParquetWriter(path, one.schema, compression="zstd") as writer:
        writer.write_table(one.take(pa.array([0] * 300_000)))
    assert path.stat().st_size < 100_000
    with pytest.raises(DeliveryFaultError) as caught:
        read_parquet(path, CUSTODY, False, 300_000, tmp_path / "scratch", 800 << 20)
    assert caught.value.faults[0].code == "parquet_unreadable"
    path.write_bytes(GOOD)
    assert read_parquet(path, CUSTODY, False, 1, tmp_path / "scratch", 800 << 20).rows == 1


def test_flipped_bytes_never_crash_the_run(tmp_path: Path) -> None:
    """Every byte of a small file in turn, in this process: the child would only make it slower."""
    raw = content(arrow(CUSTODY, [custody(1, 1)]), compression="none")
    path = tmp_path / "custody.parquet"
    types = {column.name: list(column.accepted_parquet_types) for column in CUSTODY.columns}
    for position in range(0, len(raw), 7):
        path.write_bytes(raw[:position] + bytes([raw[position] ^ 0x55]) + raw[position + 1 :])
        try:
            found = describe(str(path))
        except (pa.ArrowException, OSError, ValueError):
            continue
        is_wanted(found, {"rows": 1, "types": types})


def test_what_duckdb_writes_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "custody.parquet"
    duckdb.sql(
        "SELECT 'C1' AS custody_id, 'N1' AS nominal_id, DATE '2025-01-01' AS start_date, NULL::DATE AS end_date, "
        "'remand' AS custody_type, 5::BIGINT AS sentence_days"
    ).write_parquet(str(path))
    table = read_parquet(path, CUSTODY, False, 1, tmp_path / "scratch", 4 << 30)
    assert table.load().column("start_date").to_pylist() == ["2025-01-01"]
    assert table.load().column("sentence_days").to_pylist() == ["5"]


def test_dictionary_columns_are_taken(tmp_path: Path) -> None:
    one = arrow(CUSTODY, [custody(1, 1), custody(2, 1)])
    one = one.set_column(4, "custody_type", one.column("custody_type").dictionary_encode())
    path = tmp_path / "custody.parquet"
    path.write_bytes(content(one))
    table = read_parquet(path, CUSTODY, False, 2, tmp_path / "scratch", 4 << 30)
    assert table.load().column("custody_type").to_pylist() == ["sentence", "sentence"]


def test_parquet_and_csv_of_one_file(place: Place) -> None:
    delivery = full()
    raw = content(arrow(CUSTODY, delivery.files["custody"]))
    delivery.raw["custody.parquet"] = raw
    delivery.counts["custody.parquet"] = 3
    assert [fault.code for fault in place.take(delivery).faults] == ["file_listed_twice"]
    assert hashlib.sha256(raw).hexdigest()
