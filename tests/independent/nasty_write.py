"""Deliveries written to a landing folder, in every dress that the extract contract allows."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.independent.deliveries import columns_of, is_date, keys_of

Row = dict[str, Any]
WHOLE = {
    "victim_age",
    "sentence_days",
    "rank",
    "max_caseload",
    "offenders_managed",
    "high_risk_managed",
    "total",
    "male",
    "female",
}
MONEY = {
    "amount_gbp",
    *(
        f"{what}_{part}"
        for what in ("offences", "cost")
        for part in ("pre", "during", "difference", "difference_pct")
    ),
}


def _text(value: Any) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def _csv(columns: list[str], rows: list[Row], rng: random.Random) -> bytes:
    stream = io.StringIO()
    end, quoting = rng.choice(["\n", "\r\n"]), rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    writer = csv.writer(stream, lineterminator=end, quoting=quoting)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_text(row.get(name)) for name in columns])
    return (b"\xef\xbb\xbf" if rng.random() < 0.3 else b"") + stream.getvalue().encode()


def _kind(column: str) -> pa.DataType:
    if is_date(column):
        return pa.date32()
    if column in MONEY:
        return pa.decimal128(14, 2)
    return pa.int64() if column in WHOLE else pa.string()


def _parquet(path: Path, columns: list[str], rows: list[Row]) -> None:
    schema = pa.schema([(name, _kind(name)) for name in columns])
    plain = [{name: row.get(name) for name in columns} for row in rows]
    for row in plain:
        for name in MONEY & set(columns):
            row[name] = None if row[name] is None else Decimal(str(row[name]))
    pq.write_table(pa.Table.from_pylist(plain, schema=schema), path)


def write_delivery(
    landing: Path,
    source: str,
    extract_date: date,
    mode: str,
    content: dict[str, list[Row]],
    rng: random.Random,
    parquet: bool,
) -> None:
    """Write one delivery, manifest last."""
    delivery_id = f"{extract_date:%Y%m%d}" + rng.choice(["", "T060000"])
    folder = landing / source / delivery_id
    folder.mkdir(parents=True)
    files = []
    for entity, rows in content.items():
        columns = columns_of(source, entity) + (["change_type"] if mode == "delta" else [])
        rng.shuffle(columns)
        path = folder / f"{entity}.{'parquet' if parquet else 'csv'}"
        if parquet:
            _parquet(path, columns, rows)
        else:
            path.write_bytes(_csv(columns, rows, rng))
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        files.append({"name": path.name, "rows": len(rows), "sha256": digest})
    assert all(set(keys_of(source, entity)) <= set(columns_of(source, entity)) for entity in content)
    manifest = {
        "contract_version": "1.0",
        "source": source,
        "delivery_id": delivery_id,
        "extract_date": extract_date.isoformat(),
        "mode": mode,
        "files": files,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
