"""The national record (pnc_events): convictions and cautions here, before the window, and in other forces."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from include.synthetic.careers import MONTHS, month_edges
from include.synthetic.chunk import Chunk
from include.synthetic.draws import (
    NEVER,
    NULL,
    YEAR,
    Ints,
    dates,
    identifiers,
    lognormal_days,
    pick,
    where,
    whole,
    words,
)
from include.synthetic.holding import true_pnc
from include.synthetic.offence_codes import CODES, draw_codes
from include.synthetic.tables import Entity
from include.synthetic.world import inside

SANCTIONS = ["conviction", "caution", "youth_caution"]
FORCES = ["99", "91", "92", "93", "94", "95"]  # invented; 99 is this force
_PER_CHUNK = 1_000_000


@dataclass(frozen=True)
class Events:
    """PNC events of a chunk: person, offence, sanction and its day, force."""

    person: Ints
    offence_day: Ints
    code: Ints
    sanction: Ints
    sanction_day: Ints
    force: Ints

    def first(self, people: int) -> Ints:
        """Return the day of each person's first sanction (``NEVER``: none)."""
        first = np.full(people, NEVER, dtype=np.int64)
        np.minimum.at(first, self.person, self.sanction_day)
        return first


def make_events(chunk: Chunk) -> Events:
    """Put together what this force proved, what was proved before the window, and elsewhere."""
    parts = [_ours(chunk), _earlier(chunk), _elsewhere(chunk)]
    person, offence_day, code, sanction, sanction_day, force = (
        np.concatenate([part[column] for part in parts]) for column in range(6)
    )
    order = np.lexsort((code, offence_day, sanction_day, person))
    keep = order[sanction_day[order] <= chunk.frame.end]
    return Events(
        person[keep], offence_day[keep], code[keep], sanction[keep], sanction_day[keep], force[keep]
    )


def _ours(chunk: Chunk) -> tuple[Ints, ...]:
    """Convictions and cautions of the links that happened, with few charges lost on the way to the PNC."""
    rng = chunk.frame.generator("own sanctions")
    cases, found = chunk.cases, chunk.found
    proved = chunk.actual.link_happens & ((cases.link_convicted < NEVER) | (cases.link_cautioned < NEVER))
    rows = np.flatnonzero(proved & (rng.random(len(proved)) < 0.985))
    convicted = cases.link_convicted[rows] < NEVER
    young = cases.offence_outcome[found.link_offence[rows]] == 2
    return (
        found.link_person[rows],
        cases.link_day[rows],
        found.offence_code[found.link_offence[rows]],
        where(convicted, 0, where(young, 2, 1)),
        where(convicted, cases.link_convicted[rows], cases.link_cautioned[rows]),
        np.zeros(len(rows), dtype=np.int64),
    )


def _earlier(chunk: Chunk) -> tuple[Ints, ...]:
    """Sanctions from before the window: more for those who have offended for long and much."""
    rng, people, start = chunk.frame.generator("earlier sanctions"), chunk.people, chunk.frame.start
    begins = np.maximum(people.onset, people.birth + whole(np.full(people.size, 10.3 * YEAR)))
    years = np.maximum(start - begins, 0) / YEAR
    number = rng.poisson(np.minimum(0.42 * people.rate * years + np.where(years > 1, 0.35, 0.0), 45.0))
    number = np.where(years > 0.3, number, 0)
    person = np.repeat(np.arange(people.size), number)
    day = begins[person] + whole(rng.random(len(person)) * (start - begins[person]))
    return _drawn(chunk, rng, person, day)


def _elsewhere(chunk: Chunk) -> tuple[Ints, ...]:
    """Sanctions of other forces within the window, thinned by management and prison like everything else."""
    rng, people, frame = chunk.frame.generator("other forces"), chunk.people, chunk.frame
    number = rng.poisson(chunk.intensity * 0.018)
    cell = np.repeat(np.arange(number.size), number.ravel())
    edges = month_edges(frame.start, frame.end)
    person = cell // MONTHS
    day = whole(edges[cell % MONTHS] + rng.random(len(cell)) * (edges[1] - edges[0]))
    managed = chunk.windows.covers(person, day, people.size)
    keep = ~(managed & (rng.random(len(person)) < chunk.effect[person]))
    keep &= ~inside(chunk.prison, chunk.actual.prison_happens, person, day)
    keep &= (day < people.death[person]) & (day >= people.birth[person] + 10 * 366)
    return _drawn(chunk, rng, person[keep], day[keep], elsewhere=1.0)


def _drawn(
    chunk: Chunk, rng: np.random.Generator, person: Ints, day: Ints, elsewhere: float = 0.12
) -> tuple[Ints, ...]:
    """Give events of which only person and day are known a class, a sanction and a force."""
    people, size = chunk.people, len(person)
    code = draw_codes(rng, people.kind[person], rng.random(size) < 0.5 * people.grave_share[person])
    young = day - people.birth[person] < 18 * YEAR
    caution = rng.random(size) < np.where(young, 0.55, 0.14)
    sanction_day = day + lognormal_days(rng, np.where(caution, 25.0, 95.0), 0.7, size)
    other = rng.random(size) < elsewhere
    force = where(other, 1 + pick(rng, [5, 3, 2, 1, 1], size), 0)
    return person, day, code, where(caution, where(young, 2, 1), 0), sanction_day, force


def pnc_events(chunk: Chunk, events: Events) -> Entity:
    """The events as IDIOM delivers them; some come a few days late, very few are taken back."""
    rng, size = chunk.frame.generator("pnc rows"), len(events.person)
    late = where(rng.random(size) < 0.3, rng.integers(0, 9, size), 0)
    gone = where(rng.random(size) < 0.0005, chunk.frame.end - rng.integers(0, 40, size), NEVER)
    return Entity(
        name="pnc_events",
        keys="event_id",
        columns="event_id pnc_id offence_date ho_code sanction sanction_date force_code",
        fixed={
            "event_id": identifiers("PE", chunk.frame.number * _PER_CHUNK + 1 + np.arange(size), 9),
            "pnc_id": true_pnc(chunk, events.person, np.ones(size, dtype=np.bool_)),
            "offence_date": dates(events.offence_day),
            "ho_code": words([item.code for item in CODES], events.code),
            "sanction": words(SANCTIONS, events.sanction),
            "sanction_date": dates(events.sanction_day),
            "force_code": words(FORCES, where(rng.random(size) < 0.02, NULL, events.force)),
        },
        changing={},
        first_day=np.minimum(events.sanction_day + late, np.maximum(events.sanction_day, chunk.frame.end)),
        last_day=gone,
    )
