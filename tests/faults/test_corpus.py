"""Every class of bad content against the oracle, through the real ingest: full and delta, CSV and Parquet."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from include.ingest import DeliveryOutcome, ingest_all
from include.settings import Settings
from tests.faults import oracle
from tests.faults.corpus import (
    EXTRACT,
    SOURCES,
    drawn_files,
    good_row,
    in_parquet,
    spoilt_files,
    spoilt_rows,
    written,
)
from tests.ingest.builder import Delivery
from tests.synthetic.extracts import FILES

pytestmark = pytest.mark.slow

# one file of each source in every `make test`; the rest with `make test-faults`
SHALLOW = ("custody", "visor_summary", "unit_costs")
FAULTY = [
    pytest.param(source, entity, form, marks=() if entity in SHALLOW and form == "csv" else pytest.mark.deep)
    for source in SOURCES
    for entity in FILES[source]
    for form in ("csv", "parquet")
]
SEEDS = [pytest.param(seed, marks=() if seed < 3 else pytest.mark.deep) for seed in range(30)]


def take(settings: Settings, landing: Path, delivery: Delivery) -> DeliveryOutcome:
    """Deliver, and return what became of it."""
    delivery.write(landing)
    outcomes = [o for o in ingest_all(settings, landing).outcomes if o.delivery_id == delivery.delivery_id]
    assert len(outcomes) == 1
    return outcomes[0]


def must_agree(
    settings: Settings, outcome: DeliveryOutcome, wanted: oracle.Verdict, delivery: Delivery
) -> None:
    """Hold counts and loaded keys against the oracle, and the number of records against the csv module."""
    assert outcome.status == "applied", outcome.reasons
    expected = oracle.counts(wanted)
    for counts in outcome.files:
        if not counts.file:
            continue
        got = Counter(
            loaded=counts.loaded,
            quarantined=counts.quarantined,
            with_parent=counts.quarantined_with_parent,
            identical=counts.identical_duplicates,
        )
        rows = delivery.files[counts.entity]
        keys = FILES[outcome.source][counts.entity].keys.split()
        bronze = [
            row
            for row in pq.read_table(settings.data_dir / counts.bronze).to_pylist()
            if row["_line"] is not None
        ]
        loaded = Counter(tuple(str(row[key]) for key in keys) for row in bronze)
        fate = wanted.fates[counts.entity]
        should = Counter(tuple(rows[n][key] for key in keys) for n in fate.loaded)
        assert loaded == should, (counts.entity, loaded - should, should - loaded)
        assert got == expected[counts.entity], counts.entity
        assert counts.rows == len(rows) == sum(got.values()) - got["with_parent"]
        if counts.file.endswith(".csv"):
            text = delivery.contents()[counts.file].decode("utf-8-sig")
            assert counts.rows == sum(1 for record in csv.reader(io.StringIO(text, newline="")) if record) - 1


def full(source: str, files: dict[str, Any]) -> Delivery:
    return Delivery(source, extract_date=f"{EXTRACT}", files=files)


def delta(source: str, files: dict[str, Any], number: int = 1) -> Delivery:
    return Delivery(source, f"20260920T00000{number}", f"{EXTRACT}", "delta", files)


@pytest.mark.parametrize(("source", "entity", "form"), FAULTY)
def test_every_value_in_every_column(tmp_path: Path, source: str, entity: str, form: str) -> None:
    settings = Settings(data_dir=tmp_path / "data", landing=None, threads=1)
    delivery = full(source, spoilt_files(source, entity))
    delivery = in_parquet(delivery, source) if form == "parquet" else delivery
    wanted = oracle.judge(source, delivery.files, EXTRACT)
    outcome = take(settings, tmp_path / "landing", delivery)
    must_agree(settings, outcome, wanted, delivery)

    changes = {entity: [row | {"change_type": "U"} for row in spoilt_rows(source, entity)]}
    later = delta(source, changes)
    later = in_parquet(later, source) if form == "parquet" else later
    must_agree(
        settings,
        take(settings, tmp_path / "landing", later),
        oracle.judge(source, later.files, EXTRACT, wanted),
        later,
    )


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("seed", SEEDS)
def test_drawn_at_random(tmp_path: Path, source: str, seed: int) -> None:
    """A full delivery and two deltas with colliding keys, dangling references and faults of every kind."""
    rng = random.Random(f"{source}-{seed}")  # noqa: S311
    settings = Settings(data_dir=tmp_path / "data", landing=None, threads=1)
    delivery = written(rng, full(source, drawn_files(rng, source, 0.15, is_delta=False)))
    wanted = oracle.judge(source, delivery.files, EXTRACT)
    must_agree(settings, take(settings, tmp_path / "landing", delivery), wanted, delivery)
    for number in (1, 2):
        later = written(rng, delta(source, drawn_files(rng, source, 0.1, is_delta=True), number))
        wanted = oracle.judge(source, later.files, EXTRACT, wanted)
        must_agree(settings, take(settings, tmp_path / "landing", later), wanted, later)


@pytest.mark.deep
@pytest.mark.parametrize("place", range(50))
def test_a_quote_opened_anywhere(tmp_path: Path, place: int) -> None:
    """One quote too many at any of 50 places: refused, or every record is loaded or put aside, none swallowed."""
    settings = Settings(data_dir=tmp_path / "data", landing=None, threads=1)
    delivery = Delivery(
        "visor_summary", files={"visor_summary": [good_row("visor_summary", n) for n in range(1, 13)]}
    )
    content = delivery.csv("visor_summary")
    at = 1 + place * (len(content) - 2) // 49
    delivery.raw["visor_summary.csv"] = content[:at] + b'"' + content[at:]
    outcome = take(settings, tmp_path / "landing", delivery)
    if outcome.status == "refused":
        codes = {fault.code for fault in outcome.faults}
        assert codes <= {
            "unterminated_quote",
            "row_count",
            "column_missing",
            "column_unknown",
            "text_after_quote",
        }
        return
    (counts,) = outcome.files
    assert counts.rows == 12 == counts.loaded + counts.quarantined
    bronze = pq.read_table(settings.data_dir / counts.bronze).column("visor_id").to_pylist()
    assert len(set(bronze)) == counts.loaded >= 11
