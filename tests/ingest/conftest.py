"""A data directory of its own for every test, and short ways to ingest and look."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from include.ingest import DeliveryOutcome, IngestSummary, ingest_all
from include.ledger import FileCounts, Ledger
from include.settings import Settings

from .builder import Delivery


@dataclass
class Place:
    """A landing folder from outside and a data directory."""

    landing: Path
    settings: Settings

    @property
    def data(self) -> Path:
        return self.settings.data_dir

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.settings.state_dir)

    def run(self) -> IngestSummary:
        return ingest_all(self.settings, self.landing)

    def take(self, delivery: Delivery) -> DeliveryOutcome:
        """Write a delivery, ingest all, and return what became of it."""
        delivery.write(self.landing)
        return self.outcome(delivery.source, delivery.delivery_id)

    def outcome(self, source: str = "police_records", delivery_id: str = "20260920") -> DeliveryOutcome:
        found = [one for one in self.run().outcomes if (one.source, one.delivery_id) == (source, delivery_id)]
        assert len(found) == 1
        return found[0]

    def bronze(
        self, entity: str, delivery_id: str = "20260920", source: str = "police_records"
    ) -> list[dict[str, Any]]:
        path = self.settings.bronze_dir / source / entity / f"{delivery_id}.parquet"
        return pq.read_table(path).to_pylist() if path.exists() else []

    def aside(
        self, entity: str, delivery_id: str = "20260920", source: str = "police_records"
    ) -> list[dict[str, Any]]:
        path = self.settings.quarantine_dir / source / delivery_id / f"{entity}.parquet"
        return pq.read_table(path).to_pylist() if path.exists() else []

    def rules(
        self, entity: str, delivery_id: str = "20260920", source: str = "police_records"
    ) -> dict[int, list[str]]:
        """Rules broken by line."""
        return {row["line"]: row["rules"] for row in self.aside(entity, delivery_id, source)}

    def report(self, outcome: DeliveryOutcome) -> dict[str, Any]:
        assert outcome.quarantine is not None
        assert (outcome.quarantine / "report.txt").stat().st_size > 0
        return json.loads((outcome.quarantine / "report.json").read_text())

    def report_of(self, source: str, delivery_id: str) -> dict[str, Any]:
        return json.loads((self.settings.quarantine_dir / source / delivery_id / "report.json").read_text())

    def tree(self, folder: Path) -> dict[str, Any]:
        """Everything below a folder: kind, mode, and content or target."""
        found: dict[str, Any] = {}
        for path in sorted(folder.rglob("*")):
            name, info = str(path.relative_to(folder)), path.lstat()
            if path.is_symlink():
                found[name] = ("link", str(path.readlink()))
            elif stat.S_ISREG(info.st_mode):
                found[name] = ("file", stat.S_IMODE(info.st_mode), path.read_bytes())
            else:
                found[name] = ("other", stat.S_IMODE(info.st_mode))
        return found


def counts_of(outcome: DeliveryOutcome, entity: str) -> FileCounts:
    assert outcome.delivery is not None, outcome.reasons
    found = outcome.delivery.file(entity)
    assert found is not None
    return found


def must_add_up(place: Place) -> None:
    """Rows = loaded + quarantined + duplicates, counted from the written files."""
    for delivery in place.ledger.applied():
        for counts in delivery.files:
            assert counts.adds_up
            bronze = place.bronze(counts.entity, delivery.delivery_id, delivery.source)
            aside = place.aside(counts.entity, delivery.delivery_id, delivery.source)
            assert len(bronze) == counts.loaded + counts.deleted_with_parent
            assert len(aside) == counts.quarantined
            assert sum(row["with_parent"] for row in aside) == counts.quarantined_with_parent
            for row in bronze:
                assert row["_delivery_id"] == delivery.delivery_id


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    landing = tmp_path / "landing"
    landing.mkdir()
    made = Place(landing, Settings(data_dir=tmp_path / "data", landing=None, threads=1))
    yield made
    must_add_up(made)
    # everything is private, whatever the umask
    for path in made.data.rglob("*"):
        if not path.is_symlink():
            assert stat.S_IMODE(path.lstat().st_mode) & 0o077 == 0, path
