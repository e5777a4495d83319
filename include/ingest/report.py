"""Reports beside what was put aside: report.json for machines, report.txt for who has to mend it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from include.contract import rule
from include.files import write_durably
from include.ingest.faults import Fault
from include.ledger import AppliedDelivery, FaultCount, FileCounts


def write_refusal(folder: Path, source: str, delivery_id: str, faults: Sequence[Fault]) -> None:
    """Write why a delivery was refused.

    Args:
        folder: The quarantine folder of the delivery.
        source: Source folder, safe to print.
        delivery_id: Delivery folder, safe to print.
        faults: Everything that was found.
    """
    body = {
        "source": source,
        "delivery_id": delivery_id,
        "status": "refused",
        "faults": [
            {
                "rule": fault.code,
                "file": fault.file,
                "line": fault.line,
                "column": fault.column,
                "sentence": fault.rule.sentence,
                "detail": fault.detail,
                "remedy": fault.rule.remedy,
            }
            for fault in faults
        ],
    }
    lines = [f"Delivery {source} {delivery_id} was refused. Nothing of it was loaded.", ""]
    for fault in faults:
        lines += [f"- {fault.sentence}", f"  What to do: {fault.rule.remedy}"]
    _write(folder, body, lines)


def write_rows(folder: Path, delivery: AppliedDelivery) -> None:
    """Write which rows of an accepted delivery were put aside or only told of; lines and rules, no values."""
    told = [counts for counts in delivery.files if counts.faults or counts.warnings]
    if not told and not delivery.blocks and not delivery.warnings:
        return
    body = {
        "source": delivery.source,
        "delivery_id": delivery.delivery_id,
        "status": "applied",
        "blocks": list(delivery.blocks),
        "warnings": list(delivery.warnings),
        "files": [_file_body(counts) for counts in told],
    }
    lines = [f"Delivery {delivery.source} {delivery.delivery_id} was loaded.", ""]
    lines += [f"Publication is blocked: {block}" for block in delivery.blocks]
    lines += [f"Note: {warning}" for warning in delivery.warnings]
    for counts in told:
        lines += _file_lines(counts)
    _write(folder, body, lines)


def _file_body(counts: FileCounts) -> dict[str, Any]:
    return {
        "file": counts.file,
        "entity": counts.entity,
        "rows": counts.rows,
        "loaded": counts.loaded,
        "quarantined": counts.quarantined,
        "quarantined_with_parent": counts.quarantined_with_parent,
        "identical_duplicates": counts.identical_duplicates,
        "rules": [_fault_body(fault) for fault in (*counts.faults, *counts.warnings)],
    }


def _fault_body(fault: FaultCount) -> dict[str, Any]:
    known = rule(fault.rule)
    return {
        "rule": fault.rule,
        "column": fault.column,
        "rows": fault.rows,
        "lines": list(fault.lines),
        "sentence": known.sentence,
        "remedy": known.remedy,
    }


def _file_lines(counts: FileCounts) -> list[str]:
    lines = [
        "",
        f"{counts.file or counts.entity}: {counts.rows} rows = {counts.loaded} loaded"
        f" + {counts.quarantined} put aside (of these {counts.quarantined_with_parent} with their parent)"
        f" + {counts.identical_duplicates} identical duplicates",
    ]
    for fault in (*counts.faults, *counts.warnings):
        known = rule(fault.rule)
        where = f", column {fault.column}" if fault.column else ""
        at = f", line {', '.join(map(str, fault.lines))}" if fault.lines else ""
        more = " and more" if fault.rows > len(fault.lines) > 0 else ""
        lines.append(
            f"- {fault.rows} {'row' if fault.rows == 1 else 'rows'}{where}{at}{more}: {known.sentence} [{fault.rule}]"
        )
        if known.remedy:
            lines.append(f"  What to do: {known.remedy}")
    return lines


def _write(folder: Path, body: dict[str, Any], lines: Sequence[str]) -> None:
    if folder.is_dir():
        for stale in folder.glob(".report.*.tmp"):  # of a run that was killed while it wrote one
            stale.unlink()
    write_durably(folder / "report.json", json.dumps(body, indent=1, ensure_ascii=False) + "\n")
    write_durably(folder / "report.txt", "\n".join(lines) + "\n")
