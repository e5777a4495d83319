"""Whoever was erased stays out, whatever shape the delivery has that still holds them."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable

import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq
import pytest

from include.erasure.tombstones import Tombstones

from .builder import Delivery, custody, full, nominal, police_files, to_csv
from .conftest import Place

pytestmark = pytest.mark.slow

CANARY = "Quetzalcanary"
NOMINALS = full().header("nominals")


def erase(place: Place, nominal_id: str) -> None:
    stones = Tombstones(place.settings)
    stones.begin({("nominal", nominal_id)}, "DPA-2026-17")
    stones.done()


def canaries(place: Place) -> list[str]:
    """Return the files of the data directory in which the erased person's name or its UTF-16 stands."""
    marks = (CANARY.encode(), CANARY.encode("utf-16-le"))
    found = []
    for path in sorted(one for one in place.data.rglob("*") if one.is_file()):
        data = path.read_bytes()
        if data[:4] == b"PAR1":
            data = str(pq.read_table(io.BytesIO(data)).to_pylist()).encode()
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
        found += [str(path.relative_to(place.data))] if any(mark in data for mark in marks) else []
    return found


def with_canary(nominal_id: str = "N1", **changes: str) -> Delivery:
    """A delivery whose first person is the one to be erased; nothing else refers to it."""
    files = police_files()
    own = [row for row in files["nominals"] if row["nominal_id"] not in ("N1", nominal_id)]
    for entity in ("offence_nominals", "offence_victims", "custody", "intelligence"):
        files[entity] = [row for row in files[entity] if row["nominal_id"] != "N1"]
    files["nominals"] = [nominal(1, nominal_id=nominal_id, surname=CANARY), *own]
    return full(files=files, **changes)


def test_a_superseded_delivery_is_kept_without_them(place: Place) -> None:
    place.take(full())
    erase(place, "N1")
    delivery = with_canary(delivery_id="20260901", extract_date="2026-09-01")
    assert place.take(delivery).status == "superseded"
    assert (place.settings.landing_dir / "police_records" / "20260901" / "nominals.csv").exists()
    assert canaries(place) == []
    lines = len(place.ledger.deliveries())
    assert place.outcome(delivery_id="20260901").status == "superseded"
    assert len(place.ledger.deliveries()) == lines, "told of again"


@pytest.mark.parametrize("nominal_id", ["N1", "7654321", "N 1", "\u00c91"])
def test_a_malformed_row_is_known_by_its_columns(place: Place, nominal_id: str) -> None:
    erase(place, nominal_id)
    delivery = with_canary(nominal_id)
    delivery.raw["nominals.csv"] = delivery.csv("nominals").replace(CANARY.encode(), f"{CANARY},x".encode())
    assert place.take(delivery).status == "applied"
    assert canaries(place) == []
    assert len(place.bronze("nominals")) == len(delivery.files["nominals"]) - 1


def _parquet(kind: pa.DataType) -> Callable[[bytes], bytes]:
    def made(data: bytes) -> bytes:
        schema = dict.fromkeys(NOMINALS, pa.string())
        options = arrow_csv.ConvertOptions(column_types=schema, strings_can_be_null=True)
        table = arrow_csv.read_csv(io.BytesIO(data), convert_options=options)
        for place, name in enumerate(table.column_names):
            wanted = pa.date32() if name.endswith(("_birth", "_date")) else kind
            column = table.column(place)
            values = column.dictionary_encode() if pa.types.is_dictionary(wanted) else column.cast(wanted)
            table = table.set_column(place, name, values)
        sink = io.BytesIO()
        pq.write_table(table, sink)
        return sink.getvalue()

    return made


REFUSED: dict[str, Callable[[bytes], bytes]] = {
    "wrong count": lambda data: data,
    "UTF-16 with mark": lambda data: data.decode().encode("utf-16"),
    "UTF-16 without mark": lambda data: data.decode().encode("utf-16-le"),
    "Latin-1": lambda data: data.replace(b"Person", b"P\xe9rson"),
    "packed": lambda data: gzip.compress(data),
    "row of two lines": lambda data: data.replace(CANARY.encode(), f'"a\n{CANARY}"'.encode()),
    "open quote": lambda data: data.replace(CANARY.encode(), f'"a\n{CANARY}'.encode()),
}


@pytest.mark.parametrize("nominal_id", ["N1", "7654321"])
@pytest.mark.parametrize("shape", REFUSED)
def test_a_refused_delivery_keeps_nothing_of_them(place: Place, shape: str, nominal_id: str) -> None:
    erase(place, nominal_id)
    delivery = with_canary(nominal_id)
    delivery.raw["nominals.csv"] = REFUSED[shape](delivery.csv("nominals"))
    delivery.counts["nominals.csv"] = 99
    assert place.take(delivery).status == "refused"
    assert canaries(place) == []


@pytest.mark.parametrize("kind", [pa.string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())])
@pytest.mark.parametrize("count", [3, 99])
def test_parquet_of_texts_of_whatever_type(place: Place, kind: pa.DataType, count: int) -> None:
    erase(place, "N1")
    delivery = with_canary()
    content = _parquet(kind)(delivery.csv("nominals"))
    del delivery.files["nominals"]
    delivery.raw["nominals.parquet"] = content
    delivery.counts["nominals.parquet"] = count
    outcome = place.take(delivery)
    assert outcome.status == ("refused" if count == 99 else "applied")
    assert canaries(place) == []


def test_what_names_nobody_stays(place: Place) -> None:
    """A refused delivery loses the rows of whoever was erased and nothing else."""
    erase(place, "N1")
    delivery = with_canary()
    delivery.counts["nominals.csv"] = 99
    folder = place.take(delivery).quarantine
    assert folder is not None
    kept = (folder / "delivery" / "nominals.csv").read_bytes()
    assert kept == to_csv(delivery.files["nominals"][1:], NOMINALS, "\n")
    rows = [custody(9, 2)]
    loose = full(files={"custody": rows}, raw={"custody.csv": b'custody_id,"x'}, delivery_id="20260921")
    other = place.take(loose).quarantine
    assert other is not None
    assert (other / "delivery" / "custody.csv").read_bytes() == b'custody_id,"x'
