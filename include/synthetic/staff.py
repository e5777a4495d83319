"""The units' managers, and who manages whom.

The time line follows Surrey's unit scaled into the window: two teams (register and IOM) until a
merger, fully working half a year later; trained 4 of 7 before and everybody after.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from include.synthetic import names
from include.synthetic.chunk import Chunk, Frame
from include.synthetic.draws import NEVER, NULL, YEAR, Ints, counts, dates, identifiers, where, words
from include.synthetic.selection import cohort_number
from include.synthetic.tables import Changing, Entity, from_day, stays

ORIGINS = ["iom", "visor", "hhpu"]
ROLES = ["offender_manager", "sergeant", "coordinator", "inspector"]
CAPACITY = 50
_PER_CHUNK = 100
_WEST_AND_SOUTH = (2, 3)  # divisions of the second unit


def merged_day(frame: Frame) -> int:
    """Day on which the two teams became one (September 2017 in Surrey, scaled: three years into the window)."""
    return frame.start + int(3.0 * YEAR)


def working_day(frame: Frame) -> int:
    """Day from which the merged unit was fully working (April 2018 in Surrey)."""
    return merged_day(frame) + 212


@dataclass(frozen=True)
class Staff:
    """The people of the units; offender managers come first in each scheme."""

    origin: Ints
    role: Ints
    scheme: Ints
    start: Ints
    end: Ints
    trained: Ints

    def managers_of(self, scheme: int, origin: int | None = None) -> Ints:
        """Return the offender managers of a scheme, of one origin where given and present."""
        rows = np.flatnonzero((self.role == 0) & (self.scheme == scheme) & (self.end > 30_000))
        of_origin = rows if origin is None else rows[self.origin[rows] == origin]
        return of_origin if len(of_origin) else rows


def make_staff(frame: Frame) -> Staff:
    """Draw the staff in proportion to the chunk: per 20,000 nominals two units with 6 and 3 managers."""
    rng = frame.generator("staff")
    origin, role, scheme = (np.array(column, dtype=np.int64) for column in zip(*_posts(frame), strict=True))
    size, merged = len(origin), merged_day(frame)
    since = frame.start - rng.integers(200, 2500, size)
    start = where(
        origin == 2, np.minimum(working_day(frame) + rng.integers(0, 500, size), frame.end - 60), since
    )
    trained = np.maximum(start + 90, frame.start - 900)  # the register team
    later = (origin == 0) & (np.cumsum(origin == 0) > 1)  # four of seven were trained before the merger
    trained = where(later, merged - 60 + rng.integers(0, 240, size), trained)
    trained = where(origin == 2, start + rng.integers(30, 300, size), trained)
    trained = where((role > 1) | ((role == 1) & (origin == 0)), NULL, trained)
    trained = where((origin == 2) & (role == 0) & (scheme == 1), frame.end + 45, trained)  # booked
    end = stays(size)
    end[(role == 1) & (origin == 0)] = merged + 100  # one sergeant was enough after the merger
    end[(role == 2) & (scheme == 1)] = frame.end + 80  # leaving is announced
    return Staff(origin, role, scheme, start, end, trained)


def _posts(frame: Frame) -> list[tuple[int, int, int]]:
    """Return origin, role and scheme of every post, offender managers first in each scheme."""
    posts: list[tuple[int, int, int]] = []
    for scheme, (register, others) in enumerate(((2, 3), (1, 1))):
        for origin, number in ((1, register), (0, others)):
            posts += [(origin, 0, scheme)] * max(1, round(number * frame.scale))
        if frame.scale > 0.6:
            posts += [(2, 0, scheme)]
        posts += [(1, 1, scheme), (0, 1, scheme)][: 2 if frame.scale > 0.6 else 1]
        posts += [(2, 2, scheme), (2, 3, scheme)] if frame.number == 0 else []
    return posts


def manager_ids(frame: Frame, size: int) -> pa.Array:
    """Return the ids of a chunk's staff."""
    return identifiers("M", frame.number * _PER_CHUNK + 1 + np.arange(size), 4)


def managers(chunk: Chunk, staff: Staff) -> Entity:
    """The managers file; a planned leaving and a booked course lie ahead."""
    size = len(staff.origin)
    end = where(staff.end == NEVER, NULL, staff.end)
    announced = np.full(size, chunk.frame.end - 10, dtype=np.int64)
    return Entity(
        name="managers",
        keys="manager_id",
        columns="manager_id unit_origin role division start_date end_date mosovo_date max_caseload",
        fixed={
            "manager_id": manager_ids(chunk.frame, size),
            "unit_origin": words(ORIGINS, staff.origin),
            "role": words(ROLES, staff.role),
            "division": words(names.DIVISIONS, np.arange(size) % 2 + 2 * staff.scheme),
            "start_date": dates(staff.start),
            "max_caseload": counts(np.full(size, CAPACITY, dtype=np.int64)),
        },
        changing={
            "end_date": Changing(from_day(np.minimum(end, announced), end)),
            "mosovo_date": Changing(from_day(np.minimum(staff.trained, announced), staff.trained)),
        },
        first_day=staff.start,
    )


def scheme_of(chunk: Chunk, person: Ints) -> Ints:
    """Return the unit that looks after each person, by division."""
    return np.isin(chunk.people.division[person], _WEST_AND_SOUTH).astype(np.int64)


def allocate(
    chunk: Chunk, staff: Staff, person: Ints, cohort: Ints, begins: Ints, ends: Ints
) -> tuple[Ints, Ints]:
    """Return each case's manager before the merger (by team) and since (whoever has room), as staff rows."""
    scheme = scheme_of(chunk, person)
    before, since = np.zeros(len(person), dtype=np.int64), np.zeros(len(person), dtype=np.int64)
    order = np.argsort(begins, kind="stable")
    for unit in (0, 1):
        for origin in (0, 1):
            team = staff.managers_of(unit, origin)
            rows = order[
                (scheme[order] == unit) & ((cohort[order] == cohort_number("visor")) == bool(origin))
            ]
            before[rows] = team[np.arange(len(rows)) % len(team)]
        everybody = staff.managers_of(unit)
        rows = order[scheme[order] == unit]
        still = rows[ends[rows] > merged_day(chunk.frame)]
        since[rows] = everybody[0]
        since[still] = everybody[np.arange(len(still)) % len(everybody)]
        for new in everybody[staff.start[everybody] > merged_day(chunk.frame)]:
            ended = rows[(since[rows] == new) & (ends[rows] <= staff.start[new])]
            since[ended] = everybody[0]
    return before, since
