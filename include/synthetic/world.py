"""One course of events: what happens when prison and management take their offences away.

The same candidates (``careers.py``) give a different world for every set of management windows; before
the first window of a person the worlds are the same, so that who is taken on never depends on the effect.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from include.synthetic.careers import Candidates
from include.synthetic.cases import Cases, PrisonCases
from include.synthetic.draws import NEVER, Bools, Floats, Ints, where
from include.synthetic.people import People

_SHIFT = 100_000  # days of one person's stretch of the number line
_ORIGIN = 50_000


@dataclass(frozen=True)
class Windows:
    """Times under management: person, first day, day after the last (``NEVER``: open)."""

    person: Ints
    start: Ints
    end: Ints

    def covers(self, person: Ints, day: Ints, people: int) -> Bools:
        """Whether each (person, day) lies in any window of the person."""
        result = np.zeros(len(person), dtype=np.bool_)
        order = np.lexsort((self.start, self.person))
        owner = self.person[order]
        turn = np.arange(len(owner)) - np.searchsorted(owner, owner, side="left")
        for number in range(int(turn.max()) + 1 if len(turn) else 0):
            rows = order[turn == number]
            first = np.full(people, NEVER, dtype=np.int64)
            after = np.full(people, NEVER, dtype=np.int64)
            first[self.person[rows]], after[self.person[rows]] = self.start[rows], self.end[rows]
            result |= (first[person] <= day) & (day < after[person])
        return result


NO_WINDOWS = Windows(*(np.zeros(0, dtype=np.int64) for _ in range(3)))


@dataclass(frozen=True)
class World:
    """Which links happen, and which prison cases."""

    link_happens: Bools
    prison_happens: Bools


def run_world(
    people: People, found: Candidates, cases: Cases, prison: PrisonCases, windows: Windows, effect: Floats
) -> World:
    """Play the candidates through: thin what management prevents, then send people inside, case by case."""
    managed = windows.covers(found.link_person, cases.link_day, people.size)
    happens = cases.link_day < people.death[found.link_person]
    happens &= ~(managed & (found.link_thin < effect[found.link_person]))
    accepted = _sweep(prison, happens[prison.link] & (prison.start < people.death[prison.person]))
    return World(happens & ~inside(prison, accepted, found.link_person, cases.link_day), accepted)


def _sweep(prison: PrisonCases, possible: Bools) -> Bools:
    """Accept each person's cases in order of start, unless the offence or the start falls inside an earlier one."""
    start, end = prison.start, prison.end
    accepted = np.zeros(len(start), dtype=np.bool_)
    rows = np.lexsort((prison.link, start, prison.person))
    rows = rows[possible[rows]]
    while len(rows):
        person = prison.person[rows]
        first = np.searchsorted(person, person, side="left")
        chosen = rows[first]
        accepted[chosen] = True
        keep = start[rows] >= end[chosen]
        for begin, after in ((start, prison.release), (prison.recall, prison.recall_end)):
            keep &= ~((prison.cause_day[rows] >= begin[chosen]) & (prison.cause_day[rows] < after[chosen]))
        rows = rows[keep]
    return accepted


def intervals(prison: PrisonCases, accepted: Bools) -> tuple[Ints, Ints, Ints]:
    """Return person, start and end (the day of release) of all times inside, in order; they never overlap."""
    rows = np.flatnonzero(accepted)
    again = rows[prison.recall[rows] < NEVER]
    person = np.concatenate([prison.person[rows], prison.person[again]])
    start = np.concatenate([prison.start[rows], prison.recall[again]])
    end = np.concatenate([prison.release[rows], prison.recall_end[again]])
    order = np.lexsort((start, person))
    return person[order], start[order], end[order]


def inside(prison: PrisonCases, accepted: Bools, person: Ints, day: Ints) -> Bools:
    """Whether each (person, day) is a day inside."""
    owner, start, end = intervals(prison, accepted)
    if not len(owner):
        return np.zeros(len(person), dtype=np.bool_)
    position = (
        np.searchsorted(owner * _SHIFT + start + _ORIGIN, person * _SHIFT + day + _ORIGIN, side="right") - 1
    )
    position = np.maximum(position, 0)
    result: Bools = (owner[position] == person) & (start[position] <= day) & (day < end[position])
    return result


def days_inside(prison: PrisonCases, accepted: Bools, person: Ints, start: Ints, end: Ints) -> Ints:
    """Return the days inside of each person within [start, end)."""
    owner, begin, after = intervals(prison, accepted)
    total = np.zeros(len(person), dtype=np.int64)
    low = np.searchsorted(owner, person, side="left")
    high = np.searchsorted(owner, person, side="right")
    for step in range(int((high - low).max()) if len(person) and len(owner) else 0):
        row = np.minimum(low + step, len(owner) - 1)
        overlap = np.minimum(after[row], end) - np.maximum(begin[row], start)
        total += where(low + step < high, np.maximum(overlap, 0), 0)
    return total
