"""The oracle's tables against a built warehouse: keys equal, every column, numbers to 1e-9."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from include.warehouse.stores import open_store

TOLERANCE = 1e-9
_SPELL = (
    "adopted_date end_date is_open is_cut_pre spells first_reoffence_date days_to_reoffence matured_12m "
    "reoffended_12m"
)
_WINDOWS = [
    f"{figure}_{window}"
    for figure in ("days", "at_risk_days", "offences", "harm_days", "cost_gbp", "offences_without_cost")
    for window in ("pre", "during", "post")
]


@dataclass(frozen=True)
class Table:
    """A compared table: schema, key, further columns."""

    schema: str
    keys: list[str]
    columns: list[str]

    @property
    def all_columns(self) -> list[str]:
        """Key and further columns."""
        return [*self.keys, *self.columns]


def _table(schema: str, keys: str, columns: str) -> Table:
    return Table(schema, keys.split(), columns.split())


TABLES = {
    "dim_nominals": _table(
        "marts",
        "nominal_id",
        "pnc_id surname forename date_of_birth sex ethnicity division deceased_date merged_count",
    ),
    "fct_offences": _table(
        "marts",
        "offence_id nominal_id",
        "ho_code offence_date recorded_date cancelled_date role role_date outcome_code harm_days "
        "weighted_harm_days severity_score is_high_harm has_vulnerable_victim domestic_abuse hate_crime "
        "child_abuse unit_cost_gbp",
    ),
    "fct_sanctions": _table(
        "marts",
        "event_id",
        "pnc_id nominal_id offence_date sanction_date sanction ho_code harm_days unit_cost_gbp",
    ),
    "fct_cohort_spells": _table(
        "marts", "spell_id", "nominal_id link_method cohort scheme adopted_date deselected_date manager_id"
    ),
    "fct_visor_registrations": _table(
        "marts", "visor_id", "nominal_id link_method registration_start registration_end status"
    ),
    "fct_referrals": _table("marts", "referral_id", "nominal_id referred_date meeting_date decision triage"),
    "fct_custody_spells": _table("marts", "custody_id", "nominal_id start_date end_date"),
    "fct_interventions": _table("marts", "intervention_id", "nominal_id spell_id completed_date"),
    "fct_intelligence": _table("marts", "log_id", "nominal_id log_date"),
    "dim_offence_types": _table(
        "marts",
        "ho_code",
        "title subgroup harm_days severity_score ogrs3_group cost_category unit_cost_gbp price_year "
        "is_serious_violence is_serious_sexual",
    ),
    "fct_rankings": _table(
        "marts",
        "run_date nominal_id",
        "rank score risk_probability ogrs3_formal_p1 ogrs3_formal_p2 ogrs3_recorded_p1 ogrs3_recorded_p2 "
        "copas_rate copas_formal copas_recorded harm_days weighted_harm_days offence_count high_harm_count "
        "latest_offence_date management_status in_custody previous_rank is_top_n is_new_in_top_n "
        "movement_reason is_scheduled",
    ),
    "fct_ranking_explanations": _table("marts", "run_date nominal_id term offence_id", "contribution value"),
    "fct_reoffending": Table(
        "marts",
        ["as_at", "nominal_id", "cohort", "basis"],
        [*_SPELL.split(), *_WINDOWS],
    ),
    "rpt_quality__population_gaps": _table("reporting", "nominal_id", "reason weighted_harm_days"),
    "rpt_unit__meeting_list": _table("reporting", "run_date nominal_id", "reason is_urgent"),
}


def _plain(value: object) -> object:
    """Return a value as something that compares: days as ISO text, numbers as float, null as None."""
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()[:10]
    return value if isinstance(value, str) else float(value)  # type: ignore[arg-type]


def _equal(found: object, expected: object) -> bool:
    if isinstance(found, float) and isinstance(expected, float):
        return abs(found - expected) <= TOLERANCE * max(1.0, abs(expected))
    return found == expected


def _by_key(frame: pd.DataFrame, table: Table) -> dict[tuple[object, ...], tuple[object, ...]]:
    n = len(table.keys)
    whole = frame[table.all_columns].astype(object).itertuples(index=False, name=None)
    plain = (tuple(_plain(value) for value in row) for row in whole)
    rows = {row[:n]: row[n:] for row in plain}
    if len(rows) != len(frame):
        raise AssertionError(f"{len(frame) - len(rows)} keys stand more than once")
    return rows


def differences(
    name: str, found: pd.DataFrame, expected: pd.DataFrame, table: Table | None = None
) -> list[str]:
    """Return every difference as a line; by default over all columns of the table of that name."""
    table = table or TABLES[name]
    ours, theirs = _by_key(expected, table), _by_key(found, table)
    lines = [f"{name} {key}: not in the warehouse" for key in ours.keys() - theirs.keys()]
    lines += [f"{name} {key}: only in the warehouse" for key in theirs.keys() - ours.keys()]
    for key in ours.keys() & theirs.keys():
        lines += [
            f"{name} {key}: {column} is {there!r}, the oracle says {here!r}"
            for column, here, there in zip(table.columns, ours[key], theirs[key], strict=True)
            if not _equal(there, here)
        ]
    return sorted(lines, key=str)


def read_warehouse(path: Path) -> dict[str, pd.DataFrame]:
    """Read the compared tables of a built warehouse."""
    tables = {}
    with open_store(path) as store:
        for name, table in TABLES.items():
            columns = ", ".join(table.all_columns)
            tables[name] = store.execute(f"select {columns} from {table.schema}.{name}").df()
    return tables


def compare(warehouse: Path, expected: dict[str, pd.DataFrame]) -> tuple[int, list[str]]:
    """Compare every table; return the number of values compared and the differences."""
    values, lines = 0, []
    for name, found in read_warehouse(warehouse).items():
        values += found.size
        lines += differences(name, found, expected[name])
    return values, lines
