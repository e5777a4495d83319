"""Deliveries read and folded without the project's ingest: full replaces, delta upserts and deletes, children leave.

Only for deliveries that keep the extract contract: nothing is checked here but what folding needs.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

Row = dict[str, Any]
State = dict[str, pd.DataFrame]

# Entity -> columns, `*` for the key; copied from the words of the extract contract.
COLUMNS: dict[str, dict[str, str]] = {
    "police_records": {
        "nominals": "nominal_id* pnc_id surname forename date_of_birth sex ethnicity division deceased_date "
        "merged_into",
        "offences": "offence_id* ho_code offence_title offence_date offence_end_date recorded_date division "
        "domestic_abuse hate_crime child_abuse outcome_code outcome_date cancelled_date",
        "offence_nominals": "offence_id* nominal_id* role role_date",
        "offence_victims": "offence_id* victim_id* nominal_id* relationship victim_age vulnerable",
        "custody": "custody_id* nominal_id start_date end_date custody_type sentence_days",
        "intelligence": "log_id* nominal_id log_date category",
    },
    "visor_summary": {
        "visor_summary": "visor_id* nominal_id pnc_id surname forename date_of_birth mappa_category mappa_level "
        "registration_start registration_end rm2000_level arms_level arms_date release_date last_visit_date "
        "next_visit_due manager_id division status",
    },
    "idiom": {
        "cohort_spells": "spell_id* nominal_id pnc_id surname forename date_of_birth scheme cohort pathway "
        "statutory adopted_date deselected_date deselection_reason rag_status risk_level manager_id",
        "pnc_events": "event_id* pnc_id offence_date ho_code sanction sanction_date force_code",
        "managers": "manager_id* unit_origin role division start_date end_date mosovo_date max_caseload",
        "caseload_history": "manager_id* census_date* offenders_managed high_risk_managed",
        "referrals": "referral_id* nominal_id referred_date agency reason meeting_date decision decision_reason "
        "triage",
        "interventions": "intervention_id* nominal_id spell_id intervention_date intervention manager_id "
        "completed_date",
        "intervention_catalogue": "intervention* title type reoffending_pathway",
        "unit_costs": "cost_id* scheme cost_date cost_type category amount_gbp",
        "performance_summary": "period_end* scope* total male female offences_pre offences_during "
        "offences_difference offences_difference_pct cost_pre cost_during cost_difference cost_difference_pct",
    },
    "unit_decisions": {
        "unit_decisions": "run_date* nominal_id* rank decision reason decided_by decision_date",
    },
}
# Child -> (its column, parent): a reference within the source.
PARENTS: dict[str, list[tuple[str, str]]] = {
    "nominals": [("merged_into", "nominals")],
    "offence_nominals": [("offence_id", "offences"), ("nominal_id", "nominals")],
    "offence_victims": [("offence_id", "offences"), ("nominal_id", "nominals")],
    "custody": [("nominal_id", "nominals")],
    "intelligence": [("nominal_id", "nominals")],
    "cohort_spells": [("manager_id", "managers")],
    "caseload_history": [("manager_id", "managers")],
    "interventions": [
        ("manager_id", "managers"),
        ("spell_id", "cohort_spells"),
        ("intervention", "intervention_catalogue"),
    ],
}
DATES = {
    "date_of_birth",
    "deceased_date",
    "registration_start",
    "registration_end",
    "next_visit_due",
    "period_end",
}


def is_date(column: str) -> bool:
    """Tell whether a column holds dates."""
    return column.endswith("_date") or column in DATES


def columns_of(source: str, entity: str) -> list[str]:
    """Return the columns of an entity."""
    return COLUMNS[source][entity].replace("*", "").split()


def keys_of(source: str, entity: str) -> list[str]:
    """Return the columns of an entity's primary key."""
    return [name[:-1] for name in COLUMNS[source][entity].split() if name.endswith("*")]


@dataclass
class Delivery:
    """One delivery as it lies in a landing folder."""

    folder: Path
    delivery_id: str
    mode: str
    extract_date: date
    files: list[str] = field(default_factory=list)


def deliveries(landing: Path, source: str) -> list[Delivery]:
    """Return the complete deliveries of a source, in the order in which they apply."""
    found = []
    for manifest in sorted((landing / source).glob("*/manifest.json")):
        said = json.loads(manifest.read_text(encoding="utf-8"))
        found.append(
            Delivery(
                manifest.parent,
                said["delivery_id"],
                said["mode"],
                date.fromisoformat(said["extract_date"]),
                [file["name"] for file in said["files"]],
            )
        )
    return sorted(found, key=lambda one: one.delivery_id)


def seen_by(found: list[Delivery], as_at: date) -> list[Delivery]:
    """Return what a run sees: deliveries up to ``as_at``, or the first full one where there are none yet."""
    seen = [one for one in found if one.extract_date <= as_at]
    return seen or [one for one in found if one.mode == "full"][:1]


def _rows(path: Path) -> Iterator[Row]:
    if path.suffix == ".parquet":
        for row in pq.read_table(path).to_pylist():
            yield {name: None if value is None else str(value) for name, value in row.items()}
        return
    with path.open(encoding="utf-8-sig", newline="") as stream:
        lines = csv.reader(stream)
        header = next(lines)
        for line in lines:
            if line:
                yield {name: value or None for name, value in zip(header, line, strict=True)}


def fold(found: list[Delivery], source: str) -> dict[str, dict[tuple[Any, ...], Row]]:
    """Apply deliveries in order; return entity -> key -> row as text."""
    state: dict[str, dict[tuple[Any, ...], Row]] = {entity: {} for entity in COLUMNS[source]}
    for one in found:
        if one.mode == "full":
            state = {entity: {} for entity in COLUMNS[source]}
        for name in one.files:
            entity = Path(name).stem
            keys = keys_of(source, entity)
            for row in _rows(one.folder / name):
                key = tuple(row[column] for column in keys)
                if row.pop("change_type", None) == "D":
                    state[entity].pop(key, None)
                else:
                    state[entity][key] = row
        if one.mode == "delta":
            _let_children_leave(state)
    return state


def _let_children_leave(state: dict[str, dict[tuple[Any, ...], Row]]) -> None:
    gone = True
    while gone:
        gone = False
        for child, references in PARENTS.items():
            for column, parent in references:
                if child not in state:
                    continue
                orphans = [
                    key
                    for key, row in state[child].items()
                    if row[column] is not None and (row[column],) not in state[parent]
                ]
                for key in orphans:
                    del state[child][key]
                    gone = True


def as_frame(source: str, entity: str, rows: list[Row]) -> pd.DataFrame:
    """Type the rows of an entity: dates, whole numbers, and everything else as text with None for null."""
    columns = columns_of(source, entity)
    frame = pd.DataFrame(
        {name: pd.Series([row.get(name) for row in rows], dtype=object) for name in columns}, columns=columns
    )
    for name in columns:
        if is_date(name):
            frame[name] = pd.to_datetime(frame[name], format="%Y-%m-%d").astype("datetime64[s]")
    for name in {"victim_age", "sentence_days"} & set(columns):
        frame[name] = pd.to_numeric(frame[name])
    return frame


def read_landing(landing: Path, as_at: date) -> State:
    """Return the current state of every entity as a run with this ``as_at`` sees it, not yet cut by dates."""
    state: State = {}
    for source, entities in COLUMNS.items():
        seen = seen_by(deliveries(landing, source), as_at)
        folded = fold(seen, source)
        came = _files_since_full(seen)
        for entity in entities:
            state[entity] = as_frame(source, entity, list(folded[entity].values()))
            state[entity].attrs["came"] = entity in came
    return state


def came(state: State, *sources: str) -> bool:
    """Tell whether anything came from one of the sources; what rests on none is not known."""
    return any(state[entity].attrs["came"] for source in sources for entity in COLUMNS[source])


def _files_since_full(seen: list[Delivery]) -> set[str]:
    """Return the entities that the last full delivery or a delta after it held."""
    came: set[str] = set()
    for one in seen:
        files = {Path(name).stem for name in one.files}
        came = files if one.mode == "full" else came | files
    return came


def default_as_at(landing: Path) -> date:
    """Return the earliest of the latest extract dates of the sources that a force must have."""
    needed = [source for source in COLUMNS if source != "unit_decisions"]
    latest = [[one.extract_date for one in deliveries(landing, source)] for source in needed]
    return min(max(dates) for dates in latest if dates)
