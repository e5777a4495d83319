"""The visor_summary extract: the register as a summary, with visits and assessments as they stood that day."""

from __future__ import annotations

import numpy as np

from include.synthetic import names
from include.synthetic.chunk import Chunk
from include.synthetic.draws import NEVER, NULL, Ints, dates, identifiers, where, words
from include.synthetic.management import identify, open_registrations
from include.synthetic.registers import LEVELS, STATUSES, VISIT_INTERVALS
from include.synthetic.selection import cohort_number
from include.synthetic.staff import Staff, allocate, manager_ids, merged_day
from include.synthetic.tables import At, Changing, Entity, steps
from include.synthetic.world import intervals

_PER_CHUNK = 10_000


def visor_summary(chunk: Chunk, staff: Staff, first_sanction: Ints) -> Entity:
    """One row per registration. A few that ended long ago leave the register between the deliveries."""
    frame, listed = chunk.frame, chunk.registrations
    rng, size, person = frame.generator("visor rows"), len(listed.person), listed.person
    identity = identify(chunk, "visor identities", person, first_sanction, [0.55, 0.15, 0.22, 0.08])
    ended = (listed.end < frame.end - 300) & (rng.random(size) < 0.2)
    return Entity(
        name="visor_summary",
        keys="visor_id",
        columns="visor_id nominal_id pnc_id surname forename date_of_birth mappa_category mappa_level "
        "registration_start registration_end rm2000_level arms_level arms_date release_date "
        "last_visit_date next_visit_due manager_id division status",
        fixed={
            "visor_id": identifiers("VS", frame.number * _PER_CHUNK + 1 + np.arange(size), 6),
            **identity.fields,
            "mappa_category": words(["1", "2", "3", "4"], listed.category),
            "mappa_level": words(["1", "2", "3"], listed.mappa_level),
            "registration_start": dates(listed.start),
            "rm2000_level": words(LEVELS, where(listed.category > 0, NULL, listed.rm2000)),
            "division": words(names.DIVISIONS, chunk.people.division[person]),
        },
        changing=_as_it_stood(chunk, staff, rng),
        first_day=where(
            listed.start == NULL, frame.start - 1000, np.maximum(listed.start, frame.start - 1000)
        ),
        last_day=where(ended, frame.end - rng.integers(0, 40, size), NEVER),
    )


def register_managers(chunk: Chunk, staff: Staff) -> tuple[Ints, Ints]:
    """Return each registration's manager before the merger of the teams, and since."""
    listed = chunk.registrations
    begins = where(listed.start == NULL, chunk.frame.start - 1000, listed.start)
    cohort = np.full(len(listed.person), cohort_number("visor"))
    return allocate(chunk, staff, listed.person, cohort, begins, listed.end)


def _as_it_stood(chunk: Chunk, staff: Staff, rng: np.random.Generator) -> dict[str, Changing]:
    """The fields that change: levels once assessed, dates, managers, where the person is."""
    listed, size = chunk.registrations, len(chunk.registrations.person)
    before, since = register_managers(chunk, staff)
    moved = where(listed.end > merged_day(chunk.frame), merged_day(chunk.frame), NEVER)
    visit, due = _visits(chunk, rng)
    assessed = _assessments(chunk, rng)
    no_level = rng.random(size) < 0.05
    manager = manager_ids(chunk.frame, len(staff.origin))
    return {
        "registration_end": Changing(lambda at: where(listed.end <= at, listed.end, listed.planned_end)),
        "arms_level": Changing(
            lambda at: where(no_level | (assessed(at) == NULL), NULL, listed.arms), "word", LEVELS
        ),
        "arms_date": Changing(assessed),
        "release_date": Changing(lambda at: _releases(chunk, at)),
        "last_visit_date": Changing(visit),
        "next_visit_due": Changing(due),
        "manager_id": Changing(steps(before, (moved, since)), "word", manager),
        "status": Changing(lambda at: _status(chunk, at), "word", STATUSES),
    }


def _times_inside(chunk: Chunk, at: int) -> tuple[Ints, Ints]:
    """Return start and end of each registered person's last time inside that began by the day (``NULL``: none)."""
    person, start, end = intervals(chunk.prison, chunk.actual.prison_happens)
    begun = start <= at
    last_start = np.full(chunk.people.size, NULL, dtype=np.int64)
    last_end = np.full(chunk.people.size, NULL, dtype=np.int64)
    last_start[person[begun]], last_end[person[begun]] = start[begun], end[begun]
    rows = chunk.registrations.person
    return last_start[rows], last_end[rows]


def _releases(chunk: Chunk, at: int) -> Ints:
    """Return the last or the planned release, at most ten years ahead."""
    _, end = _times_inside(chunk, at)
    died = end >= chunk.people.death[chunk.registrations.person]
    return where(died | (end > at + 3600), NULL, end)


def _status(chunk: Chunk, at: int) -> Ints:
    start, end = _times_inside(chunk, at)
    return where((start != NULL) & (end > at), 1, chunk.registrations.elsewhere)


def _visits(chunk: Chunk, rng: np.random.Generator) -> tuple[At, At]:
    """Visits at the interval of the level; about one person in ten has not been seen for some time (overdue)."""
    listed = chunk.registrations
    size = len(listed.person)
    interval = VISIT_INTERVALS[listed.arms]
    first = where(listed.start == NULL, chunk.frame.start - 900, listed.start) + rng.integers(5, 40, size)
    stopped = where(rng.random(size) < 0.11, chunk.frame.end - rng.integers(40, 500, size), NEVER)

    def last(at: int) -> Ints:
        until = np.minimum(np.minimum(stopped, listed.end - 1), at)
        return where(until >= first, first + (until - first) // interval * interval, NULL)

    def due(at: int) -> Ints:
        seen = last(at)
        open_now = open_registrations(listed, at) & ~listed.reactive
        return where(open_now & (seen != NULL), seen + interval, NULL)

    return last, due


def _assessments(chunk: Chunk, rng: np.random.Generator) -> At:
    """ARMS once a year from the later of registration and release; one in eight late or not done."""
    listed = chunk.registrations
    size = len(listed.person)
    start = where(listed.start == NULL, chunk.frame.start - 900, listed.start)
    delay = where(rng.random(size) < 0.13, rng.integers(43, 400, size), rng.integers(4, 42, size))
    after_release = where(rng.random(size) < 0.15, 3000, delay)

    def when(at: int) -> Ints:
        until = np.minimum(listed.end - 1, at)
        regular = where(until >= start + delay, start + delay + (until - start - delay) // 365 * 365, NULL)
        _, released = _times_inside(chunk, at)
        fresh = where(
            (released != NULL) & (released > start) & (released + after_release <= until),
            released + after_release,
            NULL,
        )
        return np.maximum(regular, fresh)

    return when
