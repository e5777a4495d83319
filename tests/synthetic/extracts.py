"""Reads what the generator wrote with nothing of the product: an independent look at the contract's rules.

``load`` checks every delivery row by row and folds the deliveries into the state that they leave behind.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

PNC = r"[0-9]{4}/[0-9]{7}[A-Z]"
HO_CODE = r"[1-9][0-9]{0,2}(\.[0-9]{1,2})?[A-Z]?"
FLAG = "Y N"
LEVELS = "low medium high very_high"


@dataclass(frozen=True)
class File:
    keys: str
    columns: str  # name:rule, ? for nullable; rules: id, text, date, future, flag, count, money, or words
    optional: bool = False
    lists: dict[str, str] = field(default_factory=dict)
    order: tuple[tuple[str, str], ...] = ()


FILES: dict[str, dict[str, File]] = {
    "police_records": {
        "nominals": File(
            "nominal_id",
            "nominal_id:text pnc_id?:pnc surname:text forename:text date_of_birth?:date sex:list ethnicity?:list"
            " division?:text deceased_date?:date merged_into?:text",
            lists={
                "sex": "M F U",
                "ethnicity": "W1 W2 W3 W4 W9 M1 M2 M3 M9 A1 A2 A3 A4 A9 B1 B2 B9 O2 O9 NS",
            },
            order=(("date_of_birth", "deceased_date"),),
        ),
        "offences": File(
            "offence_id",
            "offence_id:text ho_code:code offence_title:text offence_date:date offence_end_date?:date"
            " recorded_date:date"
            " division?:text domestic_abuse:list hate_crime:list child_abuse:list outcome_code?:list outcome_date?:date"
            " cancelled_date?:date",
            lists={
                **dict.fromkeys(("domestic_abuse", "hate_crime", "child_abuse"), FLAG),
                "outcome_code": " ".join(str(number) for number in range(1, 23)),
            },
            order=(
                ("offence_date", "offence_end_date"),
                ("offence_date", "recorded_date"),
                ("recorded_date", "outcome_date"),
                ("recorded_date", "cancelled_date"),
            ),
        ),
        "offence_nominals": File(
            "offence_id nominal_id",
            "offence_id:text nominal_id:text role:list role_date:date",
            lists={"role": "suspect charged cautioned convicted eliminated"},
        ),
        "offence_victims": File(
            "offence_id victim_id nominal_id",
            "offence_id:text victim_id:text nominal_id:text relationship:list victim_age?:age vulnerable:list",
            lists={
                "relationship": "intimate_partner former_partner family acquaintance stranger other unknown",
                "vulnerable": FLAG,
            },
        ),
        "custody": File(
            "custody_id",
            "custody_id:text nominal_id:text start_date:date end_date?:date custody_type:list sentence_days?:count",
            lists={"custody_type": "remand sentence recall"},
            order=(("start_date", "end_date"),),
        ),
        "intelligence": File(
            "log_id",
            "log_id:text nominal_id:text log_date:date category:list",
            optional=True,
            lists={"category": "acquisitive drugs domestic_abuse sexual violence weapons exploitation other"},
        ),
    },
    "visor_summary": {
        "visor_summary": File(
            "visor_id",
            "visor_id:text nominal_id?:text pnc_id?:pnc surname?:text forename?:text date_of_birth?:date"
            " mappa_category:list"
            " mappa_level:list registration_start?:date registration_end?:future rm2000_level?:list arms_level?:list"
            " arms_date?:date release_date?:future last_visit_date?:date next_visit_due?:future manager_id?:text"
            " division:text status:list",
            lists={
                "mappa_category": "1 2 3 4",
                "mappa_level": "1 2 3",
                "rm2000_level": LEVELS,
                "arms_level": LEVELS,
                "status": "community custody hospital abroad missing",
            },
            order=(("registration_start", "registration_end"),),
        ),
    },
    "idiom": {
        "cohort_spells": File(
            "spell_id",
            "spell_id:text nominal_id?:text pnc_id?:pnc surname?:text forename?:text date_of_birth?:date scheme:text"
            " cohort:list pathway:list statutory:list adopted_date:date deselected_date?:date deselection_reason?:text"
            " rag_status?:list risk_level?:list manager_id?:text",
            lists={
                "cohort": "ppo hcco iom iom_fixed iom_flex iom_free visor hhpu da pdp violent_mappa cse ocg youth"
                " female",
                "pathway": "mappa iom_meeting algorithm referral",
                "statutory": FLAG,
                "rag_status": "red amber green",
                "risk_level": LEVELS,
            },
            order=(("adopted_date", "deselected_date"),),
        ),
        "pnc_events": File(
            "event_id",
            "event_id:text pnc_id:pnc offence_date:date ho_code:code sanction:list sanction_date:date force_code?:text",
            lists={"sanction": "conviction caution youth_caution"},
            order=(("offence_date", "sanction_date"),),
        ),
        "managers": File(
            "manager_id",
            "manager_id:text unit_origin:list role:list division:text start_date:date end_date?:future"
            " mosovo_date?:future max_caseload:count",
            lists={
                "unit_origin": "iom visor hhpu",
                "role": "offender_manager sergeant coordinator inspector",
            },
            order=(("start_date", "end_date"),),
        ),
        "caseload_history": File(
            "manager_id census_date",
            "manager_id:text census_date:date offenders_managed:count high_risk_managed?:count",
            optional=True,
        ),
        "referrals": File(
            "referral_id",
            "referral_id:text nominal_id:text referred_date:date agency:list reason?:text meeting_date?:meeting"
            " decision:list decision_reason?:text triage:list",
            lists={
                "agency": "probation marac children_services neighbourhood safeguarding asb drug_alcohol"
                " domestic_abuse_service health other_force algorithm other",
                "decision": "pending adopted not_adopted deferred",
                "triage": "not_triaged to_panel no_further_action",
            },
        ),
        "interventions": File(
            "intervention_id",
            "intervention_id:text nominal_id:text spell_id?:text intervention_date:date intervention:text"
            " manager_id?:text completed_date?:date",
            order=(("intervention_date", "completed_date"),),
        ),
        "intervention_catalogue": File(
            "intervention",
            "intervention:text title:text type:list reoffending_pathway?:list",
            lists={
                "type": "disruption rehabilitation both",
                "reoffending_pathway": "accommodation education_training_employment attitudes_thinking_behaviour"
                " mental_health physical_health drugs alcohol finance_benefit_debt children_families",
            },
        ),
        "unit_costs": File(
            "cost_id",
            "cost_id:text scheme:text cost_date:date cost_type:list category:text amount_gbp:amount",
            lists={"cost_type": "setup running"},
        ),
        "performance_summary": File(
            "period_end scope",
            "period_end:date scope:list total:count male:count female:count offences_pre:count offences_during:count"
            " offences_difference:money offences_difference_pct:money cost_pre:amount cost_during:amount"
            " cost_difference:money cost_difference_pct:money",
            optional=True,
            lists={"scope": "all_managed currently_managed"},
        ),
    },
    "unit_decisions": {
        "unit_decisions": File(
            "run_date nominal_id",
            "run_date:date nominal_id:text rank?:ordinal decision:list reason:list decided_by:text decision_date:date",
            lists={
                "decision": "adopt not_adopt defer deselect retain",
                "reason": "meets_criteria rising_harm repeat_victims release_from_custody managed_elsewhere"
                " below_threshold in_custody no_capacity more_information moved_away reduced_risk deceased data_error"
                " other",
            },
            order=(("run_date", "decision_date"),),
        ),
    },
}

PARENTS = {
    "police_records": [
        ("offence_nominals", "offence_id", "offences", "offence_id"),
        ("offence_nominals", "nominal_id", "nominals", "nominal_id"),
        ("offence_victims", "offence_id", "offences", "offence_id"),
        ("offence_victims", "nominal_id", "nominals", "nominal_id"),
        ("custody", "nominal_id", "nominals", "nominal_id"),
        ("intelligence", "nominal_id", "nominals", "nominal_id"),
        ("nominals", "merged_into", "nominals", "nominal_id"),
    ],
    "visor_summary": [],
    "unit_decisions": [],
    "idiom": [
        ("cohort_spells", "manager_id", "managers", "manager_id"),
        ("interventions", "manager_id", "managers", "manager_id"),
        ("caseload_history", "manager_id", "managers", "manager_id"),
        ("interventions", "spell_id", "cohort_spells", "spell_id"),
        ("interventions", "intervention", "intervention_catalogue", "intervention"),
    ],
}

_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_PATTERNS = {
    "pnc": PNC,
    "code": HO_CODE,
    "date": _DATE,
    "future": _DATE,
    "meeting": _DATE,
    "count": "[0-9]+",
    "ordinal": "0*[1-9][0-9]*",
    "age": "[0-9]{1,2}|1[01][0-9]|120",
    "money": r"-?[0-9]{1,12}(\.[0-9]{1,2})?",
    "amount": r"[0-9]{1,12}(\.[0-9]{1,2})?",
}


def conditions(spec: File, extract_date: str) -> dict[str, str]:
    """Return, by name of the fault, the SQL that finds its rows."""
    found: dict[str, str] = {}
    for item in spec.columns.split():
        name, rule = item.split(":")
        column = name.rstrip("?")
        if not name.endswith("?"):
            found[f"{column} empty"] = f"{column} is null"
        if rule == "list":
            listed = ", ".join(f"'{word}'" for word in spec.lists[column].split())
            found[f"{column} not of the list"] = f"{column} not in ({listed})"
        elif rule in _PATTERNS:
            found[f"{column} shape"] = f"not regexp_full_match({column}, '{_PATTERNS[rule]}')"
        found |= _value_conditions(column, rule, extract_date)
        found[f"{column} too long"] = f"length({column}) > 4000"
    return found | {f"{second} before {first}": f"{second} < {first}" for first, second in spec.order}


def _value_conditions(column: str, rule: str, extract_date: str) -> dict[str, str]:
    if rule == "pnc":
        number = f"(substr({column}, 3, 2) || substr({column}, 6, 7))::bigint % 23"
        letter = f"substr('ZABCDEFGHJKLMNPQRTUVWXY', ({number} + 1)::int, 1)"
        return {f"{column} letter": f"{letter} <> right({column}, 1)"}
    if rule not in ("date", "future", "meeting"):
        return {}
    late = {
        "date": f"{column} > '{extract_date}'",
        "future": f"{column}::date > date '{extract_date}' + interval 10 year",
        "meeting": f"{column} > '{extract_date}' and decision not in ('pending', 'deferred')",
    }
    return {
        f"{column} no date": f"{column} is not null and try_cast({column} as date) is null",
        f"{column} before 1900": f"{column} < '1900-01-01'",
        f"{column} too late": late[rule],
    }


def load(store: duckdb.DuckDBPyConnection, landing: Path) -> list[str]:
    """Check and fold every delivery below ``landing``; tables ``<source>_<file>`` hold the state. Return the faults."""
    faults: list[str] = []
    for source, files in FILES.items():
        known = False
        for folder in sorted((landing / source).iterdir()):
            faults += _delivery(store, source, files, folder, known)
            known = True
            faults += _orphans(store, source, folder.name)
    return faults


def _delivery(
    store: duckdb.DuckDBPyConnection, source: str, files: dict[str, File], folder: Path, known: bool
) -> list[str]:
    manifest = json.loads((folder / "manifest.json").read_text())
    assert set(manifest) == {"contract_version", "source", "delivery_id", "extract_date", "mode", "files"}
    assert (manifest["source"], manifest["delivery_id"]) == (source, folder.name)
    names = {entry["name"] for entry in manifest["files"]}
    assert names | {"manifest.json"} == {path.name for path in folder.iterdir()}
    full = manifest["mode"] == "full"
    assert known or full
    faults = []
    gone: dict[str, str] = {}
    if full:
        missing = {name for name, spec in files.items() if not spec.optional} - {
            name.split(".")[0] for name in names
        }
        faults += [f"{source}/{folder.name}: {name} missing" for name in missing]
    for entry in sorted(manifest["files"], key=lambda item: _rank(files, item["name"])):
        name = entry["name"].split(".")[0]
        where = f"{source}/{folder.name}/{entry['name']}"
        assert hashlib.sha256((folder / entry["name"]).read_bytes()).hexdigest() == entry["sha256"]
        _read(store, folder / entry["name"])
        faults += [
            f"{where}: {fault}" for fault in _rows(store, files[name], entry, manifest["extract_date"], full)
        ]
        faults += [f"{where}: {fault}" for fault in _fold(store, f"{source}_{name}", files[name], full)]
        if not full:
            gone[name] = f"gone_{name}"
            deleted = "select * from incoming where change_type = 'D'"
            store.execute(f"create or replace temp table gone_{name} as {deleted}")
    _children_leave(store, source, gone)
    return faults


def _rank(files: dict[str, File], name: str) -> int:
    return list(files).index(name.split(".")[0])


def _read(store: duckdb.DuckDBPyConnection, path: Path) -> None:
    if path.suffix == ".parquet":
        scan = f"select columns(*)::varchar from read_parquet('{path}')"
    else:
        scan = (
            f"select * from read_csv('{path}', all_varchar = true, header = true, delim = ',', quote = '\"')"
        )
    store.execute(f"create or replace temp table incoming as {scan}")


def _rows(
    store: duckdb.DuckDBPyConnection, spec: File, entry: dict[str, object], extract: str, full: bool
) -> list[str]:
    names = [row[0] for row in store.execute("describe incoming").fetchall()]
    expected = [item.split(":")[0].rstrip("?") for item in spec.columns.split()] + (
        [] if full else ["change_type"]
    )
    if names != expected:
        return [f"columns {names}"]
    faults = []
    rows = store.execute("select count(*) from incoming").fetchone()
    if rows is None or rows[0] != entry["rows"]:
        faults.append(f"{rows} rows, manifest says {entry['rows']}")
    keys = ", ".join(spec.keys.split())
    twice = store.execute(
        f"select count(*) from (select {keys} from incoming group by all having count(*) > 1)"
    ).fetchone()
    if twice != (0,):
        faults.append(f"{twice} keys twice")
    whole = "true" if full else "change_type <> 'D'"
    for name, condition in conditions(spec, extract).items():
        bad = store.execute(f"select count(*) from incoming where {whole} and ({condition})").fetchone()
        if bad != (0,):
            faults.append(f"{name}: {bad}")
    return faults


def _fold(store: duckdb.DuckDBPyConnection, table: str, spec: File, full: bool) -> list[str]:
    if full:
        store.execute(f"create or replace table {table} as select * from incoming")
        return []
    keys = ", ".join(spec.keys.split())
    faults = []
    for change, held in (("I", "in"), ("U", "not in"), ("D", "not in")):
        wrong = store.execute(
            f"select count(*) from incoming where change_type = '{change}'"
            f" and ({keys}) {held} (select ({keys}) from {table})"
        ).fetchone()
        if wrong != (0,):
            faults.append(f"{change} of wrong keys: {wrong}")
    store.execute(f"delete from {table} where ({keys}) in (select ({keys}) from incoming)")
    store.execute(
        f"insert into {table} select * exclude (change_type) from incoming where change_type <> 'D'"
    )
    return faults


def _children_leave(store: duckdb.DuckDBPyConnection, source: str, gone: dict[str, str]) -> None:
    """Take away the children of the parents that a delta has deleted (tables of keys by parent)."""
    for child, column, parent, key in PARENTS[source]:
        if parent in gone and column != "merged_into":
            store.execute(
                f"delete from {source}_{child} where {column} in (select {key} from {gone[parent]})"
            )


def _orphans(store: duckdb.DuckDBPyConnection, source: str, delivery: str) -> list[str]:
    faults = []
    for child, column, parent, key in PARENTS[source]:
        lost = store.execute(
            f"select count(*) from {source}_{child} where {column} is not null"
            f" and {column} not in (select {key} from {source}_{parent})"
        ).fetchone()
        if lost != (0,):
            faults.append(f"{source}/{delivery}: {lost} rows of {child} without {parent}")
    if source == "police_records":
        births = {
            "offence_nominals": "offence_nominals x join police_records_nominals n using (nominal_id)"
            " join police_records_offences o using (offence_id) where o.offence_date < n.date_of_birth",
            "custody": "custody x join police_records_nominals n using (nominal_id)"
            " where x.start_date < n.date_of_birth",
        }
        for child, query in births.items():
            early = store.execute(f"select count(*) from police_records_{query}").fetchone()
            if early != (0,):
                faults.append(f"{source}/{delivery}: {early} rows of {child} before birth")
    return faults
