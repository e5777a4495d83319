"""Writing deliveries: files that grow chunk by chunk, and the manifest last."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from include.files import PRIVATE_FILE, private_dir, sha256_file, write_durably
from include.synthetic.draws import day_of
from include.synthetic.tables import Entity, Snapshot

CONTRACT_VERSION = "1.0"
_QUOTED = {
    "nominals",
    "offences",
    "intervention_catalogue",
    "cohort_spells",
    "visor_summary",
}  # text with commas or apostrophes
_AS_PARQUET = {"pnc_events"}  # in full deliveries: the contract allows either


@dataclass(frozen=True)
class Plan:
    """A delivery to be made: of which source, as at which day, full or delta."""

    source: str
    delivery_id: str
    mode: str
    extract_date: date


def plans(extract_date: date) -> list[Plan]:
    """Return the deliveries of all sources, ending on the extract date."""

    def of(source: str, back: int, mode: str, time: str = "") -> Plan:
        day = extract_date - timedelta(days=back)
        return Plan(source, f"{day:%Y%m%d}{time}", mode, day)

    return [
        *(
            of("police_records", back, mode)
            for back, mode in ((42, "full"), (28, "delta"), (14, "delta"), (0, "delta"))
        ),
        *(
            of("visor_summary", back, mode, "T063000")
            for back, mode in ((42, "full"), (28, "delta"), (14, "full"), (0, "delta"))
        ),
        *(
            of("idiom", back, mode)
            for back, mode in ((42, "full"), (28, "delta"), (14, "full"), (0, "delta"))
        ),
        *(
            of("unit_decisions", back, mode)
            for back, mode in ((42, "full"), (28, "delta"), (14, "delta"), (0, "delta"))
        ),
    ]


class _GrowingFile:
    """One file of a delivery to which tables are added."""

    def __init__(self, path: Path, schema: pa.Schema, quoted: bool) -> None:
        self.path = path
        self.rows = 0
        self._writer: Any
        self._stream: IO[bytes] | None = None
        if path.suffix == ".parquet":
            self._writer = pq.ParquetWriter(path, schema, compression="zstd")
        else:
            self._stream = path.open("wb")
            self._stream.write(",".join(schema.names).encode() + b"\n")
            style = "needed" if quoted else "none"
            options = pcsv.WriteOptions(include_header=False, quoting_style=style, batch_size=65_536)
            self._writer = pcsv.CSVWriter(self._stream, schema, write_options=options)
        path.chmod(PRIVATE_FILE)

    def add(self, table: pa.Table) -> None:
        """Append rows."""
        self.rows += table.num_rows
        if table.num_rows:
            self._writer.write_table(table)

    def close(self) -> dict[str, str | int]:
        """Close the file and return its line of the manifest."""
        self._writer.close()
        if self._stream is not None:
            self._stream.close()
        return {"name": self.path.name, "rows": self.rows, "sha256": sha256_file(self.path)}


@dataclass
class Delivery:
    """A delivery under way."""

    plan: Plan
    folder: Path
    files: dict[str, _GrowingFile] = field(default_factory=dict)

    def add(self, name: str, table: pa.Table) -> None:
        """Append an entity's rows; a delta leaves out files without rows."""
        if name not in self.files:
            if self.plan.mode == "delta" and not table.num_rows:
                return
            ending = "parquet" if name in _AS_PARQUET and self.plan.mode == "full" else "csv"
            self.files[name] = _GrowingFile(self.folder / f"{name}.{ending}", table.schema, name in _QUOTED)
        self.files[name].add(table)

    def finish(self) -> None:
        """Close the files and write the manifest."""
        manifest = {
            "contract_version": CONTRACT_VERSION,
            "source": self.plan.source,
            "delivery_id": self.plan.delivery_id,
            "extract_date": self.plan.extract_date.isoformat(),
            "mode": self.plan.mode,
            "files": [self.files[name].close() for name in sorted(self.files)],
        }
        write_durably(self.folder / "manifest.json", json.dumps(manifest, indent=1) + "\n")


class Landing:
    """All deliveries of a force, open at once, so that chunks can be added and forgotten."""

    def __init__(self, folder: Path, extract_date: date) -> None:
        self.deliveries = [
            Delivery(plan, folder / plan.source / plan.delivery_id) for plan in plans(extract_date)
        ]
        for delivery in self.deliveries:
            private_dir(delivery.folder)

    def add(self, source: str, entity: Entity) -> None:
        """Add a chunk's rows of an entity to every delivery of its source."""
        before: Snapshot | None = None
        for delivery in self.deliveries:
            if delivery.plan.source != source:
                continue
            after = entity.snapshot(day_of(delivery.plan.extract_date))
            if delivery.plan.mode == "full" or before is None:
                table = entity.full(after)
            else:
                table = entity.delta(before, after)
            delivery.add(entity.name, table)
            before = after

    def finish(self) -> int:
        """Write the manifests; return the number of deliveries."""
        for delivery in self.deliveries:
            delivery.finish()
        return len(self.deliveries)
