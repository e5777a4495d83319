"""Makes tiny deliveries: valid ones, and ones that are broken on purpose."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from include.contract import SOURCES

Rows = list[dict[str, str]]
LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"


def pnc(year: int, number: int) -> str:
    return f"{year}/{number:07d}{LETTERS[int(f'{year % 100:02d}{number:07d}') % 23]}"


def nominal(number: int, **changes: str) -> dict[str, str]:
    row = {
        "nominal_id": f"N{number}",
        "pnc_id": pnc(1990 + number % 20, number),
        "surname": f"Sample{number}",
        "forename": "Person",
        "date_of_birth": "1988-04-12",
        "sex": "M",
        "ethnicity": "W1",
        "division": "North",
        "deceased_date": "",
        "merged_into": "",
    }
    return row | changes


def offence(number: int, **changes: str) -> dict[str, str]:
    row = {
        "offence_id": f"O{number}",
        "ho_code": "8N",
        "offence_title": "Assault with injury",
        "offence_date": "2024-06-10",
        "offence_end_date": "",
        "recorded_date": "2024-06-11",
        "division": "North",
        "domestic_abuse": "Y",
        "hate_crime": "N",
        "child_abuse": "N",
        "outcome_code": "1",
        "outcome_date": "2024-07-01",
        "cancelled_date": "",
    }
    return row | changes


def link(offence_number: int, nominal_number: int, **changes: str) -> dict[str, str]:
    row = {
        "offence_id": f"O{offence_number}",
        "nominal_id": f"N{nominal_number}",
        "role": "suspect",
        "role_date": "2024-06-12",
    }
    return row | changes


def victim(offence_number: int, nominal_number: int, **changes: str) -> dict[str, str]:
    row = {
        "offence_id": f"O{offence_number}",
        "victim_id": "V1",
        "nominal_id": f"N{nominal_number}",
        "relationship": "stranger",
        "victim_age": "34",
        "vulnerable": "N",
    }
    return row | changes


def custody(number: int, nominal_number: int, **changes: str) -> dict[str, str]:
    row = {
        "custody_id": f"C{number}",
        "nominal_id": f"N{nominal_number}",
        "start_date": "2025-01-01",
        "end_date": "2025-03-01",
        "custody_type": "sentence",
        "sentence_days": "120",
    }
    return row | changes


def log(number: int, nominal_number: int, **changes: str) -> dict[str, str]:
    row = {
        "log_id": f"L{number}",
        "nominal_id": f"N{nominal_number}",
        "log_date": "2025-02-02",
        "category": "drugs",
    }
    return row | changes


def visor(number: int, **changes: str) -> dict[str, str]:
    row = dict.fromkeys(SOURCES["visor_summary"].entity("visor_summary").names, "")
    row |= {
        "visor_id": f"Z{number}",
        "mappa_category": "1",
        "mappa_level": "2",
        "division": "East",
        "status": "community",
        "registration_start": "2024-03-01",
    }
    return row | changes


def manager(number: int, **changes: str) -> dict[str, str]:
    row = {
        "manager_id": f"M{number}",
        "unit_origin": "iom",
        "role": "offender_manager",
        "division": "North",
        "start_date": "2020-01-01",
        "end_date": "",
        "mosovo_date": "2021-01-01",
        "max_caseload": "50",
    }
    return row | changes


def spell(number: int, **changes: str) -> dict[str, str]:
    row = dict.fromkeys(SOURCES["idiom"].entity("cohort_spells").names, "")
    row |= {
        "spell_id": f"S{number}",
        "nominal_id": f"N{number}",
        "scheme": "North unit",
        "cohort": "iom",
        "pathway": "referral",
        "statutory": "N",
        "adopted_date": "2025-01-15",
        "manager_id": "M1",
    }
    return row | changes


def event(number: int, **changes: str) -> dict[str, str]:
    row = {
        "event_id": f"P{number}",
        "pnc_id": pnc(1991, number),
        "offence_date": "2021-03-01",
        "ho_code": "34B",
        "sanction": "conviction",
        "sanction_date": "2021-09-09",
        "force_code": "99",
    }
    return row | changes


def caseload(number: int, **changes: str) -> dict[str, str]:
    row = {
        "manager_id": "M1",
        "census_date": f"2026-01-{number:02d}",
        "offenders_managed": "30",
        "high_risk_managed": "3",
    }
    return row | changes


def referral(number: int, **changes: str) -> dict[str, str]:
    row = {
        "referral_id": f"R{number}",
        "nominal_id": f"N{number}",
        "referred_date": "2026-09-02",
        "agency": "probation",
        "reason": "",
        "meeting_date": "2026-10-05",
        "decision": "pending",
        "decision_reason": "",
        "triage": "to_panel",
    }
    return row | changes


def intervention(number: int, **changes: str) -> dict[str, str]:
    row = {
        "intervention_id": f"I{number}",
        "nominal_id": "N1",
        "spell_id": "S1",
        "intervention_date": "2025-05-01",
        "intervention": "visit",
        "manager_id": "M1",
        "completed_date": "",
    }
    return row | changes


def catalogue(**changes: str) -> dict[str, str]:
    row = {"intervention": "visit", "title": "Home visit", "type": "both", "reoffending_pathway": "drugs"}
    return row | changes


def cost(number: int, **changes: str) -> dict[str, str]:
    row = {
        "cost_id": f"K{number}",
        "scheme": "North unit",
        "cost_date": "2025-04-01",
        "cost_type": "running",
        "category": "staff",
        "amount_gbp": "1200.50",
    }
    return row | changes


def performance(**changes: str) -> dict[str, str]:
    row = dict.fromkeys(SOURCES["idiom"].entity("performance_summary").names, "10")
    row |= {
        "period_end": "2026-06-30",
        "scope": "all_managed",
        "offences_difference": "-5",
        "cost_difference": "-1.50",
    }
    return row | changes


def decision(number: int, **changes: str) -> dict[str, str]:
    row = {
        "nominal_id": f"N{number}",
        "run_date": "2026-09-06",
        "rank": "12",
        "decision": "not_adopt",
        "reason": "no_capacity",
        "decided_by": "Chair (detective inspector)",
        "decision_date": "2026-09-08",
    }
    return row | changes


def police_files(people: int = 3) -> dict[str, Rows]:
    numbers = range(1, people + 1)
    return {
        "nominals": [nominal(n) for n in numbers],
        "offences": [offence(n) for n in numbers],
        "offence_nominals": [link(n, n) for n in numbers],
        "offence_victims": [victim(n, n) for n in numbers],
        "custody": [custody(n, n) for n in numbers],
        "intelligence": [log(n, n) for n in numbers],
    }


def idiom_files() -> dict[str, Rows]:
    return {
        "managers": [manager(1), manager(2)],
        "cohort_spells": [spell(1), spell(2, manager_id="")],
        "pnc_events": [event(1), event(2)],
        "caseload_history": [caseload(1), caseload(2)],
        "referrals": [referral(1), referral(2)],
        "intervention_catalogue": [catalogue()],
        "interventions": [intervention(1), intervention(2, spell_id="", manager_id="")],
        "unit_costs": [cost(1), cost(2)],
        "performance_summary": [performance()],
    }


def visor_files() -> dict[str, Rows]:
    return {"visor_summary": [visor(1), visor(2)]}


FILES: dict[str, Callable[[], dict[str, Rows]]] = {
    "police_records": police_files,
    "visor_summary": visor_files,
    "idiom": idiom_files,
    "unit_decisions": lambda: {"unit_decisions": [decision(1), decision(2, rank="")]},
}


def quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if any(char in value for char in ',"\r\n') else value


def to_csv(rows: Sequence[dict[str, str]], header: Sequence[str], end: str = "\n") -> bytes:
    lines = [",".join(header), *(",".join(quoted(row.get(name, "")) for name in header) for row in rows)]
    return "".join(line + end for line in lines).encode()


@dataclass
class Delivery:
    """A delivery in the making. ``files`` are rows; ``raw`` replaces the bytes of a file, ``rows`` its count."""

    source: str = "police_records"
    delivery_id: str = "20260920"
    extract_date: str = "2026-09-20"
    mode: str = "full"
    files: dict[str, Rows] = field(default_factory=dict)
    raw: dict[str, bytes] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    manifest: dict[str, Any] = field(default_factory=dict)

    def header(self, entity: str) -> tuple[str, ...]:
        names = SOURCES[self.source].entity(entity).names
        return (*names, "change_type") if self.mode == "delta" else names

    def csv(self, entity: str, end: str = "\n") -> bytes:
        return to_csv(self.files[entity], self.header(entity), end)

    def contents(self) -> dict[str, bytes]:
        return {f"{entity}.csv": self.csv(entity) for entity in self.files} | self.raw

    def body(self) -> dict[str, Any]:
        files = []
        for name, content in self.contents().items():
            rows = self.counts.get(name, len(self.files.get(name.removesuffix(".csv"), [])))
            files.append({"name": name, "rows": rows, "sha256": hashlib.sha256(content).hexdigest()})
        return {
            "contract_version": "1.0",
            "source": self.source,
            "delivery_id": self.delivery_id,
            "extract_date": self.extract_date,
            "mode": self.mode,
            "files": files,
        } | self.manifest

    def folder(self, landing: Path) -> Path:
        return landing / self.source / self.delivery_id

    def write(self, landing: Path) -> Path:
        folder = self.folder(landing)
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self.contents().items():
            (folder / name).write_bytes(content)
        (folder / "manifest.json").write_text(json.dumps(self.body()))
        return folder


def full(source: str = "police_records", **changes: Any) -> Delivery:
    """A valid full delivery; ``files`` given replace those of the same name."""
    files = FILES[source]() | changes.pop("files", {})
    return Delivery(source, files=files, **changes)


def delta(files: dict[str, Rows], **changes: Any) -> Delivery:
    """A delta, a week after :func:`full`."""
    changes = {"delivery_id": "20260927", "extract_date": "2026-09-27"} | changes
    return Delivery(mode="delta", files=files, **changes)


def change(kind: str, rows: Iterable[dict[str, str]]) -> Rows:
    return [row | {"change_type": kind} for row in rows]
