"""Writing one chunk: every entity into every delivery of its source, its truth, and the sums over chunks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from include.synthetic import (
    custody,
    decisions,
    interventions,
    management,
    records,
    referrals,
    sanctions,
    staff,
    units,
    visor,
)
from include.synthetic.chunk import Chunk
from include.synthetic.deliveries import Landing
from include.synthetic.draws import Floats, Ints
from include.synthetic.holding import Holding, hold
from include.synthetic.intelligence import intelligence
from include.synthetic.tables import Entity
from include.synthetic.truth import TruthWriter, write_truth
from include.synthetic.victims import victims


@dataclass
class Totals:
    """Sums over the chunks, as at the last delivery."""

    people: int = 0
    nominals: int = 0
    offences: int = 0
    offence_links: int = 0
    cohort_spells: int = 0
    registrations: int = 0
    managed_people: int = 0
    currently_managed: int = 0


def write_chunk(
    chunk: Chunk, landing: Landing, truth: TruthWriter, totals: Totals, teams: list[int]
) -> Floats:
    """Write a chunk's rows and truth, add to the totals and to the managers of each unit.

    Returns:
        The chunk's part of the sums behind IDIOM's printed table.
    """
    events = sanctions.make_events(chunk)
    first_sanction = events.first(chunk.people.size)
    team = staff.make_staff(chunk.frame)
    load = management.make_caseload(chunk, team, first_sanction)
    inside = custody.times_inside(chunk)
    holding = hold(chunk, inside.nominal, inside.start)
    police = _police(chunk, holding, inside, first_sanction)
    register = [visor.visor_summary(chunk, team, first_sanction)]
    course = referrals.make_course(chunk, load, holding.nominal_first)
    idiom = _idiom(chunk, load, team, events, course)
    unit = [decisions.unit_decisions(chunk, load, course)]
    made = {"police_records": police, "visor_summary": register, "idiom": idiom, "unit_decisions": unit}
    for source, entities in made.items():
        for entity in entities:
            landing.add(source, entity)
    write_truth(chunk, load, truth)
    for scheme in (0, 1):
        teams[scheme] += len(team.managers_of(scheme))
    _count(
        chunk,
        totals,
        {entity.name: _rows(entity, chunk.frame.end) for entity in (*police, *register, *idiom)},
    )
    return units.performance_sums(chunk, load)


def _police(chunk: Chunk, holding: Holding, inside: custody.Inside, first_sanction: Ints) -> list[Entity]:
    return [
        records.nominals(chunk, holding, first_sanction),
        records.offences(chunk, holding),
        records.links(chunk, holding),
        victims(chunk, holding),
        custody.custody(chunk, holding, inside),
        intelligence(chunk, holding),
    ]


def _idiom(
    chunk: Chunk,
    load: management.Caseload,
    team: staff.Staff,
    events: sanctions.Events,
    course: referrals.Course,
) -> list[Entity]:
    managers = visor.register_managers(chunk, team)
    return [
        management.cohort_spells(chunk, load, team),
        sanctions.pnc_events(chunk, events),
        staff.managers(chunk, team),
        units.caseload_history(chunk, load, team, chunk.registrations, managers),
        referrals.referrals(chunk, course),
        interventions.interventions(chunk, load, team),
    ]


def _rows(entity: Entity, day: int) -> int:
    return int(np.count_nonzero(entity.snapshot(day).exists))


def _count(chunk: Chunk, totals: Totals, rows: dict[str, int]) -> None:
    windows, end = chunk.windows, chunk.frame.end
    open_now = (windows.start <= end) & (windows.end > end)
    totals.people += chunk.people.size
    totals.nominals += rows["nominals"]
    totals.offences += rows["offences"]
    totals.offence_links += rows["offence_nominals"]
    totals.cohort_spells += rows["cohort_spells"]
    totals.registrations += rows["visor_summary"]
    totals.managed_people += len(np.unique(windows.person))
    totals.currently_managed += len(np.unique(windows.person[open_now]))
