"""The sex offender register and the other MAPPA nominals: who is on it, since when, at which level.

Mix of levels: about 2 % very high, 18 % high, 30 % medium, 50 % low (England and Wales, March 2016);
growth about 8 % a year (West Midlands Police, 2018: 8.29 %).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from include.synthetic.careers import Candidates
from include.synthetic.cases import Cases, PrisonCases
from include.synthetic.draws import NEVER, NULL, YEAR, Bools, Ints, ages, generator, pick, share, where, whole
from include.synthetic.offence_codes import IS_SEXUAL
from include.synthetic.people import People
from include.synthetic.world import World

REGISTER_SIZE = 150.0  # open registrations at the end, in a force of 20,000 nominals
GROWTH = 1.08
LEVELS = ["low", "medium", "high", "very_high"]
LEVEL_WEIGHTS = [0.50, 0.30, 0.18, 0.02]
VISIT_INTERVALS = np.array([365, 182, 91, 30], dtype=np.int64)  # the intervals in use until June 2017
STATUSES = ["community", "custody", "hospital", "abroad", "missing"]


@dataclass(frozen=True)
class Registrations:
    """One row per registration; ``start`` is ``NULL`` where nobody knows it, ``end`` ``NEVER`` where open."""

    person: Ints
    start: Ints
    end: Ints
    category: Ints
    mappa_level: Ints
    rm2000: Ints
    arms: Ints
    planned_end: Ints
    reactive: Bools
    elsewhere: Ints


def stock(day: float, end: int, scale: float) -> float:
    """Return the number of open registrations that the growth gives for a day."""
    return float(REGISTER_SIZE * scale * GROWTH ** ((day - end) / YEAR))


def register(
    seed: int,
    chunk: int,
    people: People,
    found: Candidates,
    cases: Cases,
    prison: PrisonCases,
    world: World,
    scale: float,
    start: int,
    end: int,
) -> Registrations:
    """Choose who is registered: long-standing ones first, then each year those convicted in it."""
    rng = generator(seed, chunk, "register")
    convicted = _first_conviction(people, found, cases, world)
    person, begins = _long_standing(rng, people, scale, start, end)
    on_it = np.zeros(people.size, dtype=np.bool_)
    on_it[person] = True
    parts = [(person, begins, np.zeros(len(person), dtype=np.int64))]
    for year in range(8):
        low, high = start + int(year * YEAR), min(start + int((year + 1) * YEAR), end)
        wanted = share(rng, stock(high, end, scale) - stock(low, end, scale) * (1 - 0.022))
        person, begins = _newly_registered(rng, people, convicted, on_it, low, high, wanted)
        on_it[person] = True
        parts.append((person, begins, np.zeros(len(person), dtype=np.int64)))
    parts.append(_others(rng, people, prison, world, on_it, scale, end))
    person, begins, category = (np.concatenate([part[column] for part in parts]) for column in range(3))
    return _details(rng, people, person, begins, category, start, end)


def _first_conviction(people: People, found: Candidates, cases: Cases, world: World) -> Ints:
    """Return the day of each person's first conviction of a sexual offence (``NEVER``: none)."""
    rows = (
        world.link_happens
        & IS_SEXUAL[found.offence_code[found.link_offence]]
        & (cases.link_convicted < NEVER)
    )
    first = np.full(people.size, NEVER, dtype=np.int64)
    np.minimum.at(first, found.link_person[rows], cases.link_convicted[rows])
    return first


def _long_standing(
    rng: np.random.Generator, people: People, scale: float, start: int, end: int
) -> tuple[Ints, Ints]:
    """Registered before the window; one in fifteen without a known start."""
    pool = np.flatnonzero(
        (people.kind == 3) & (ages(people.birth, start) > 22) & (people.death > start + 200)
    )
    wanted = min(share(rng, stock(start, end, scale)), len(pool))
    person = np.sort(rng.choice(pool, wanted, replace=False)).astype(np.int64)
    years = np.minimum(12.0, ages(people.birth[person], start) - 18.5) * rng.random(wanted) ** 1.3
    return person, where(rng.random(wanted) < 0.065, NULL, start - 5 - whole(years * YEAR))


def _newly_registered(
    rng: np.random.Generator, people: People, convicted: Ints, on_it: Bools, low: int, high: int, wanted: int
) -> tuple[Ints, Ints]:
    """Those convicted in the year first; then people who move in or are registered for earlier convictions."""
    free = ~on_it & (ages(people.birth, low) >= 18.1)
    fresh = np.flatnonzero(free & (convicted >= low) & (convicted < high) & (people.death > convicted + 30))
    fresh = rng.permutation(fresh)[: max(wanted, 0)]
    pool = np.flatnonzero(free & (people.kind == 3) & (convicted == NEVER) & (people.death > high))
    moved = rng.permutation(pool)[: max(wanted - len(fresh), 0)]
    begins = np.concatenate([convicted[fresh], low + whole(rng.random(len(moved)) * (high - low))])
    return np.concatenate([fresh, moved]).astype(np.int64), begins


def _others(
    rng: np.random.Generator,
    people: People,
    prison: PrisonCases,
    world: World,
    on_it: Bools,
    scale: float,
    end: int,
) -> tuple[Ints, Ints, Ints]:
    """MAPPA categories 2 to 4: violent offenders managed after release."""
    rows = np.flatnonzero(
        world.prison_happens
        & (prison.sentence < NEVER)
        & (prison.sentence_days >= 365)
        & (prison.release <= end)
        & ~on_it[prison.person]
        & (people.kind[prison.person] != 3)
        & (people.death[prison.person] > prison.release)
        & (ages(people.birth[prison.person], 0) * YEAR + prison.release >= 18.1 * YEAR)
    )
    first = np.unique(prison.person[rows], return_index=True)[1]
    rows = rng.permutation(rows[first])[: share(rng, REGISTER_SIZE * scale * 0.08)]
    category = 1 + pick(rng, [0.8, 0.16, 0.04], len(rows))
    return prison.person[rows], prison.release[rows], category


def _details(
    rng: np.random.Generator, people: People, person: Ints, begins: Ints, category: Ints, start: int, end: int
) -> Registrations:
    size = len(person)
    since = np.maximum(begins, start)
    leaves = since + 30 + whole(rng.exponential(50.0, size) * YEAR)
    leaves = np.minimum(where(leaves <= end, leaves, NEVER), people.death[person])
    rm2000 = pick(rng, LEVEL_WEIGHTS, size)
    arms = np.clip(rm2000 + pick(rng, [0.16, 0.77, 0.07], size) - 1, 0, 3)
    arms = where((arms == 3) & (rm2000 < 2), 2, arms)
    return Registrations(
        person=person,
        start=begins,
        end=leaves,
        category=category,
        mappa_level=pick(rng, [0.93, 0.06, 0.01], size),
        rm2000=where(rng.random(size) < 0.05, NULL, rm2000),
        arms=arms,
        planned_end=where(rng.random(size) < 0.4, end + rng.integers(30, 3500, size), NULL),
        reactive=(arms == 0) & (rng.random(size) < 0.25),
        elsewhere=where(rng.random(size) < 0.035, 2 + pick(rng, [0.4, 0.35, 0.25], size), 0),
    )
