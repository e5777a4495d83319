"""When people offend: monthly intensities, offences as a Poisson process, and whom they offend with.

Everything here is "as if nobody were managed and nobody were inside"; ``custody.py`` removes the time
inside and ``force.py`` thins the time under management.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from include.synthetic.draws import YEAR, Bools, Floats, Ints, ages, generator, whole
from include.synthetic.offence_codes import draw_codes
from include.synthetic.people import People

MONTHS = 96
_TYPE_RATE = np.array([7.4, 6.2, 5.8, 1.8, 6.2, 7.0])  # offences a year at the peak age, at liberty
_SLOW_AGEING = np.array([24.0, 26.0, 42.0, 90.0, 24.0, 24.0])
_CO_OFFENDING = np.array([0.13, 0.08, 0.02, 0.02, 0.12, 0.11])


@dataclass(frozen=True)
class Candidates:
    """Offences and links before custody and management; an offence's links stand together, its owner first.

    ``offence_*`` arrays are per offence, ``link_*`` per link.
    """

    offence_day: Ints
    offence_code: Ints
    offence_owner: Ints
    link_offence: Ints
    link_person: Ints
    link_day: Ints
    link_thin: Floats


def month_edges(start: int, end: int) -> Floats:
    """Return the 97 edges of the 96 equal months of the window, in days."""
    return np.linspace(start, end + 1, MONTHS + 1)


def intensities(seed: int, chunk: int, people: People, start: int, end: int) -> Floats:
    """Return expected offences per person and month (people x 96) while at liberty and unmanaged."""
    rng = generator(seed, chunk, "intensities")
    edges = month_edges(start, end)
    middle = (edges[:-1] + edges[1:]) / 2
    age = (middle[None, :] - people.birth[:, None]) / YEAR
    youth = np.clip((age - 9.5) / 8.0, 0.0, 1.0) ** 1.5
    curve = youth * np.exp(-np.maximum(age - 21.0, 0.0) / _SLOW_AGEING[people.kind][:, None])
    month = edges[1] - edges[0]
    active = np.clip((edges[None, 1:] - people.onset[:, None]) / month, 0.0, 1.0)
    active = np.minimum(active, np.clip((people.desist[:, None] - edges[None, :-1]) / month, 0.0, 1.0))
    base = people.rate * _TYPE_RATE[people.kind] / 12.0
    result: Floats = base[:, None] * curve * active * _bursts(rng, people.size)
    return result


def _bursts(rng: np.random.Generator, size: int) -> Floats:
    """Return the multiplier of each month: 1 or below in quiet times, several times that in a burst."""
    factor = np.full((size, MONTHS), 0.62)
    months = np.arange(MONTHS)[None, :]
    for _ in range(3):
        begins = rng.integers(-6, 2 * MONTHS, size)[:, None]
        lasts = rng.integers(3, 10, size)[:, None]
        height = (2.5 + rng.gamma(2.0, 1.1, size))[:, None]
        inside = (months >= begins) & (months < begins + lasts)
        factor = np.where(inside, np.maximum(factor, height), factor)
    return factor


def draw_offences(
    seed: int, chunk: int, people: People, expected: Floats, start: int, end: int
) -> Candidates:
    """Draw offences from the intensities, and co-offenders among those active in the same place and week."""
    rng = generator(seed, chunk, "offences")
    number = rng.poisson(expected)
    number = _at_least_one(rng, people, number, expected)
    cell = np.repeat(np.arange(number.size), number.ravel())
    owner = (cell // MONTHS).astype(np.int64)
    edges = month_edges(start, end)
    day = whole(edges[cell % MONTHS] + rng.random(len(cell)) * (edges[1] - edges[0]))
    day = np.minimum(np.maximum(day, np.maximum(people.onset[owner], start)), end)
    grave = rng.random(len(day)) < people.grave_share[owner]
    code = draw_codes(rng, people.kind[owner], grave)
    partner, third = _partners(rng, people, owner, day)
    return _links(rng, owner, day, code, partner, third)


def _at_least_one(rng: np.random.Generator, people: People, number: Ints, expected: Floats) -> Ints:
    """Give most of those with nothing one offence in a month in which they were active: a reason to be on file."""
    none = (number.sum(axis=1) == 0) & (expected.sum(axis=1) > 0) & (rng.random(people.size) < 0.93)
    rows = np.flatnonzero(none)
    cumulative = np.cumsum(expected[rows], axis=1)
    target = rng.random(len(rows)) * cumulative[:, -1]
    month = np.minimum((cumulative < target[:, None]).sum(axis=1), MONTHS - 1)
    number[rows, month] = 1
    return number


def _partners(rng: np.random.Generator, people: People, owner: Ints, day: Ints) -> tuple[Ints, Ints]:
    """Choose co-offenders: the owner of a neighbouring offence by division and date (-1: alone)."""
    order = np.lexsort((owner, day, people.division[owner]))
    near = owner[order]
    second = np.empty(len(owner), dtype=np.int64)
    third = np.empty(len(owner), dtype=np.int64)
    second[order] = np.roll(near, -1)
    third[order] = np.roll(near, -3)
    together = rng.random(len(owner)) < _CO_OFFENDING[people.kind[owner]]
    second[~(together & _fits(people, owner, second, day))] = -1
    more = rng.random(len(owner)) < 0.18
    third[~(more & (second >= 0) & (third != second) & _fits(people, owner, third, day))] = -1
    return second, third


def _fits(people: People, owner: Ints, other: Ints, day: Ints) -> Bools:
    """Whether ``other`` is somebody else, old enough, active then, and not of a type that acts alone."""
    result: Bools = (
        (other != owner)
        & (ages(people.birth[other], day) >= 10.2)
        & (people.onset[other] <= day)
        & (people.desist[other] > day)
        & (people.kind[other] != 3)
    )
    return result


def _links(
    rng: np.random.Generator, owner: Ints, day: Ints, code: Ints, partner: Ints, third: Ints
) -> Candidates:
    offence = np.arange(len(owner), dtype=np.int64)
    stacked = np.stack([owner, partner, third], axis=1)
    keep = stacked >= 0
    person = stacked[keep]
    link_offence = np.repeat(offence, keep.sum(axis=1))
    return Candidates(
        offence_day=day,
        offence_code=code,
        offence_owner=owner,
        link_offence=link_offence,
        link_person=person,
        link_day=day[link_offence],
        link_thin=rng.random(len(person)),
    )
