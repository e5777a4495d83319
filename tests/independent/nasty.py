"""Small forces that keep the extract contract and are nasty in every way that it allows.

``write_force`` writes a landing folder: a world is drawn in which dates pile up on a few hot days, and each delivery
shows what its source knew by then, as a whole or as changes, with parents deleted and sent again in between.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.independent.deliveries import COLUMNS, PARENTS, keys_of
from tests.independent.nasty_people import Dice, draw_police
from tests.independent.nasty_registers import draw_idiom, draw_visor
from tests.independent.nasty_unit import draw_decisions
from tests.independent.nasty_write import write_delivery

Row = dict[str, Any]
Key = tuple[Any, ...]
World = dict[str, list[Row]]
OPTIONAL = {"intelligence", "caseload_history", "performance_summary"}
# What a source does not know before that date; a role reads suspect, everything else is empty.
LATER = {
    "cancelled_date": ["cancelled_date"],
    "deceased_date": ["deceased_date"],
    "end_date": ["end_date"],
    "deselected_date": ["deselected_date", "deselection_reason"],
    "outcome_date": ["outcome_date", "outcome_code"],
    "completed_date": ["completed_date"],
    "arms_date": ["arms_date"],
    "last_visit_date": ["last_visit_date"],
    "offence_end_date": ["offence_end_date"],
}
FIRST_KNOWN = (
    "recorded_date",
    "adopted_date",
    "sanction_date",
    "referred_date",
    "intervention_date",
    "log_date",
    "start_date",
    "cost_date",
    "registration_start",
)


@dataclass
class Force:
    """What to draw.

    Attributes:
        seed: Seed of everything.
        people: Nominals.
        hot: Days on which dates pile up: the run dates and their neighbours.
        plan: Source -> (extract date, mode) in order; a source left out is never delivered.
        parquet: Whether files are Parquet.
    """

    seed: int
    people: int
    hot: list[date]
    plan: dict[str, list[tuple[date, str]]]
    parquet: bool = False
    hidden: dict[str, dict[Key, int]] = field(default_factory=dict)
    lost: dict[str, set[Key]] = field(default_factory=dict)


def known_by(row: Row, until: date) -> Row | None:
    """Return a row as its source knew it at the end of a day, or None."""
    if row.get("_known", until) > until:
        return None
    if any(row.get(name) is not None and row[name] > until for name in FIRST_KNOWN):
        return None
    seen = {name: value for name, value in row.items() if not name.startswith("_")}
    for column, emptied in LATER.items():
        if column == "end_date" and "max_caseload" in seen:
            continue  # of managers it is known ahead
        if column in seen and seen[column] is not None and seen[column] > until:
            seen |= dict.fromkeys(emptied)
    if seen.get("role_date") is not None and seen["role_date"] > until:
        seen |= {"role": "suspect", "role_date": row["_recorded"]}
    if row.get("_merged_known", until) > until:
        seen["merged_into"] = None
    decided = seen.get("decision") in {"adopted", "not_adopted"}
    if decided and (seen["meeting_date"] or seen["referred_date"]) > until:
        seen["decision"] = "pending"
    return seen


def _orphans(state: dict[str, dict[Key, Row]]) -> None:
    gone = True
    while gone:
        gone = False
        for child in state:
            for column, parent in PARENTS.get(child, []):
                for key in [
                    k
                    for k, row in state[child].items()
                    if row[column] is not None and (row[column],) not in state[parent]
                ]:
                    del state[child][key]
                    gone = True


def _view(force: Force, source: str, world: World, step: int, until: date) -> dict[str, dict[Key, Row]]:
    view: dict[str, dict[Key, Row]] = {}
    for entity, rows in world.items():
        keys = keys_of(source, entity)
        view[entity] = {}
        for row in rows:
            seen = known_by(row, until)
            key = tuple(row[name] for name in keys)
            if seen is None or key in force.lost.get(entity, set()):
                continue
            if force.hidden.get(entity, {}).get(key) != step:
                view[entity][key] = seen
    _orphans(view)
    return view


def _hide(force: Force, rng: random.Random, source: str, steps: int, world: World) -> None:
    """Choose parents that a delta deletes; the next delivery brings them back, with half of their children."""
    survivors = {row.get("merged_into") for row in world.get("nominals", [])} - {None}
    for entity, share in (("nominals", 0.02), ("offences", 0.03), ("managers", 0.4), ("cohort_spells", 0.05)):
        if entity in world:
            keys = keys_of(source, entity)
            force.hidden[entity] = {
                tuple(row[name] for name in keys): rng.randrange(1, steps + 1)
                for row in world[entity]
                if steps > 1 and rng.random() < (0.3 if row.get("nominal_id") in survivors else share)
            }


def _lose(force: Force, rng: random.Random, source: str, before: dict[str, dict[Key, Row]],
          after: dict[str, dict[Key, Row]]) -> None:  # fmt: skip
    for entity in before:
        hidden = force.hidden.get(entity, {})
        gone = sorted(set(before[entity]) - set(after[entity]) - set(hidden), key=str)
        force.lost.setdefault(entity, set()).update(key for key in gone if rng.random() < 0.5)


def _changes(rng: random.Random, source: str, entity: str, before: dict[Key, Row], after: dict[Key, Row],
             view: dict[str, dict[Key, Row]]) -> list[Row]:  # fmt: skip
    """Return the rows of a delta: what came, what changed, what went, and a few that need not be there."""
    rows = []
    for key, row in after.items():
        if key not in before:
            rows.append(row | {"change_type": "I" if rng.random() < 0.8 else "U"})
        elif row != before[key]:
            rows.append(row | {"change_type": "U" if rng.random() < 0.8 else "I"})
        elif rng.random() < 0.02:
            rows.append(row | {"change_type": rng.choice("IU")})
    for key in before.keys() - after.keys():
        row = before[key]
        goes_with_parent = any(
            row[column] is not None and (row[column],) not in view[parent]
            for column, parent in PARENTS.get(entity, [])
        )
        if not goes_with_parent or rng.random() < 0.3:
            names = keys_of(source, entity)
            rows.append({name: row[name] for name in names} | {"change_type": "D"})
    rng.shuffle(rows)
    return rows


def write_force(force: Force, landing: Path) -> None:
    """Write the landing folder of a force."""
    rng = random.Random(force.seed)  # noqa: S311
    police = draw_police(rng, force.people, force.hot)
    worlds = {
        "police_records": police,
        "visor_summary": draw_visor(rng, police, force.hot),
        "idiom": draw_idiom(rng, police, force.hot),
        "unit_decisions": {"unit_decisions": draw_decisions(Dice(rng, force.hot), police["nominals"])},
    }
    for source, plan in force.plan.items():
        world = {entity: worlds[source].get(entity, []) for entity in COLUMNS[source]}
        _hide(force, rng, source, len(plan) - 1, world)
        before: dict[str, dict[Key, Row]] = {entity: {} for entity in world}
        for step, (until, mode) in enumerate(plan):
            view = _view(force, source, world, step, until)
            if mode == "full":
                content = {
                    name: list(rows.values())
                    for name, rows in view.items()
                    if rows or name not in OPTIONAL or rng.random() < 0.5
                }
                for rows in content.values():
                    rows += [row for row in rows if rng.random() < 0.003]  # identical duplicates
                    rng.shuffle(rows)
            else:
                _lose(force, rng, source, before, view)
                view = _view(force, source, world, step, until)
                content = {
                    name: _changes(rng, source, name, before[name], view[name], view) for name in world
                }
                content = {name: rows for name, rows in content.items() if rows or rng.random() < 0.3}
            write_delivery(landing, source, until, mode, content, rng, force.parquet)
            before = view


def hot_days(run_dates: list[date]) -> list[date]:
    """Return the run dates (often), their neighbours, and days that windows begin and end on."""
    shifts = (-1, 0, 0, 0, 0, 1, -14, -365, -365, -366, -548, -548)
    return sorted(day + timedelta(days=shift) for day in run_dates for shift in shifts)
