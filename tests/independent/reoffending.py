"""Before, during and after management, person by person in plain Python over day numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from tests.independent.identity import People
from tests.independent.offences import counted_at
from tests.independent.reference import HARM_UNITS, Reference

OPEN = date(9999, 12, 31).toordinal()


@dataclass(frozen=True)
class Spell:
    """A spell of management in day numbers."""

    spell_id: str
    nominal_id: str
    cohort: str
    adopted: int
    deselected: int | None


@dataclass(frozen=True)
class Offence:
    """Something that somebody did, in day numbers; ``sanctioned`` only on the proven basis."""

    day: int
    harm: int
    cost: float | None
    sanctioned: int | None


def number(value: Any) -> int | None:
    return None if pd.isna(value) else value.date().toordinal()


def spells_of(cohort_spells: pd.DataFrame, registrations: pd.DataFrame, as_at: int) -> list[Spell]:
    """Return the spells known at as_at: cohort spells, and registrations of those without a spell in `visor`."""
    spells = [
        Spell(row.spell_id, row.nominal_id, row.cohort, number(row.adopted_date), number(row.deselected_date))
        for row in cohort_spells.itertuples()
        if row.nominal_id is not None
    ]
    spells = [spell for spell in spells if spell.adopted <= as_at]
    there = {spell.nominal_id for spell in spells if spell.cohort == "visor"}
    for row in registrations.itertuples():
        start = number(row.registration_start)
        if (
            row.nominal_id is not None
            and row.nominal_id not in there
            and start is not None
            and start <= as_at
        ):
            spells.append(Spell(row.visor_id, row.nominal_id, "visor", start, number(row.registration_end)))
    return spells


def inside_days(custody: list[tuple[int, int]], first: int, last: int) -> int:
    """Count the days of a window that are covered by custody; a day once."""
    covered, upto = 0, first - 1
    for start, end in sorted(custody):
        begin, finish = max(start, upto + 1), min(end - 1, last)
        if finish >= begin:
            covered += finish - begin + 1
            upto = finish
    return covered


def _window(
    name: str, first: int, last: int, custody: list[tuple[int, int]], done: list[Offence]
) -> dict[str, Any]:
    days = max(0, last - first + 1)
    within = [one for one in done if first <= one.day <= last]
    return {
        f"days_{name}": days,
        f"at_risk_days_{name}": days - inside_days(custody, first, last) if days else 0,
        f"offences_{name}": len(within),
        f"harm_days_{name}": sum(one.harm for one in within) / HARM_UNITS,
        f"cost_gbp_{name}": sum(one.cost for one in within if one.cost is not None),
        f"offences_without_cost_{name}": sum(one.cost is None for one in within),
    }


def follow(
    spells: list[Spell],
    as_at: int,
    death: int | None,
    coverage: int,
    custody: list[tuple[int, int]],
    done: list[Offence],
    basis: str,
    said: dict[str, Any],
) -> dict[str, Any]:
    """Return one row of fct_reoffending for the spells of one nominal in one cohort."""
    spell = min(spells, key=lambda one: (one.adopted, one.spell_id.encode()))
    adopted = spell.adopted
    is_open = spell.deselected is None or spell.deselected > as_at
    end = as_at if is_open else spell.deselected
    assert end is not None
    last = OPEN if death is None else death - 1
    row: dict[str, Any] = {
        "nominal_id": spell.nominal_id,
        "basis": basis,
        "spells": len(spells),
        "is_open": is_open,
        "adopted_date": date.fromordinal(adopted),
        "end_date": None if is_open else date.fromordinal(end),
        "is_cut_pre": adopted - said["pre_days"] < coverage,
    }
    row |= _window("pre", max(adopted - said["pre_days"], coverage), min(adopted - 1, last), custody, done)
    row |= _window("during", max(adopted, coverage), min(end, as_at, last), custody, done)
    row |= _window("post", max(end + 1, coverage), min(as_at, last), custody, done)
    after = [one for one in done if one.day >= adopted]
    first = min((one.day for one in after), default=None)
    proven = basis == "proven"
    soon = [
        one
        for one in after
        if one.day <= adopted + said["reoffending_days"]
        and (not proven or (one.sanctioned or OPEN) <= adopted + said["proven_matured_days"])
    ]
    wait = said["proven_matured_days"] if proven else said["reoffending_days"]
    matured = adopted + wait <= as_at
    return row | {
        "first_reoffence_date": None if first is None else date.fromordinal(first),
        "days_to_reoffence": None if first is None else first - adopted,
        "matured_12m": matured,
        "reoffended_12m": bool(soon) if matured else None,
    }


def by_person(rows: pd.DataFrame, day: str, sanctioned: str | None) -> dict[str, list[Offence]]:
    result: dict[str, list[Offence]] = {}
    for row in rows.to_dict("records"):
        cost = None if pd.isna(row["unit_cost_gbp"]) else row["unit_cost_gbp"]
        one = Offence(
            number(row[day]) or 0, row["harm"], cost, number(row[sanctioned]) if sanctioned else None
        )
        result.setdefault(row["nominal_id"], []).append(one)
    return result


def fct_reoffending(
    people: People,
    links: pd.DataFrame,
    events: pd.DataFrame,
    custody: pd.DataFrame,
    cohort_spells: pd.DataFrame,
    registrations: pd.DataFrame,
    reference: Reference,
    as_at: pd.Timestamp,
) -> pd.DataFrame:
    """Return before, during and after for every nominal, cohort and basis."""
    until, said = as_at.date().toordinal(), reference.parameters
    groups: dict[tuple[str, str], list[Spell]] = {}
    for spell in spells_of(cohort_spells, registrations, until):
        for cohort in (spell.cohort, "all"):
            groups.setdefault((spell.nominal_id, cohort), []).append(spell)
    inside: dict[str, list[tuple[int, int]]] = {}
    for row in custody.itertuples():
        inside.setdefault(row.nominal_id, []).append((number(row.start_date), number(row.end_date) or OPEN))
    dead = {row.nominal_id: number(row.deceased_date) for row in people.nominals.itertuples()}
    known = events[(events["sanction_date"] <= as_at) & events["nominal_id"].notna()]
    bases = {
        "recorded": ("police_records", by_person(counted_at(links, as_at), "offence_date", None)),
        "proven": ("idiom", by_person(known, "offence_date", "sanction_date")),
    }
    rows = []
    for (nominal_id, cohort), spells in groups.items():
        for basis, (source, done) in bases.items():
            coverage = (date.fromisoformat(said[f"coverage_start_{source}"])).toordinal()
            found = follow(
                spells,
                until,
                dead[nominal_id],
                coverage,
                inside.get(nominal_id, []),
                done.get(nominal_id, []),
                basis,
                said,
            )
            rows.append({"as_at": as_at.date(), "cohort": cohort} | found)
    return pd.DataFrame(rows)
