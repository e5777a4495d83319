"""Full deliveries of every source, written from the rows that a test names."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from include.contract import SOURCES

Row = dict[str, Any]
_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"


def days(count: int) -> timedelta:
    """Return so many days."""
    return timedelta(days=count)


def pnc_id(number: int) -> str:
    """Return a valid PNC id."""
    return f"1990/{number:07d}{_LETTERS[int(f'90{number:07d}') % 23]}"


def write_full(landing: Path, extract_date: date, rows: Mapping[str, Sequence[Row]]) -> Path:
    """Write one full delivery of each source; what a row does not name is empty."""
    for source in SOURCES.values():
        folder = landing / source.name / f"{extract_date:%Y%m%d}"
        folder.mkdir(parents=True)
        files = []
        for entity in source:
            path = folder / f"{entity.name}.csv"
            content = rows.get(entity.name, [])
            with path.open("w", encoding="utf-8", newline="") as stream:
                writer = csv.DictWriter(stream, entity.names, restval="", extrasaction="raise")
                writer.writeheader()
                writer.writerows(content)
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            files.append({"name": path.name, "rows": len(content), "sha256": digest})
        facts = {"contract_version": "1.0", "source": source.name, "delivery_id": folder.name, "mode": "full"}
        manifest = facts | {"extract_date": extract_date.isoformat(), "files": files}
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return landing
