"""One chunk of the force: its people, what they do, who manages them. Chunks are independent of one another."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from include.synthetic import careers, cases, people, registers, selection, world
from include.synthetic.careers import Candidates
from include.synthetic.cases import Cases, PrisonCases
from include.synthetic.draws import NEVER, NULL, Bools, Floats, Ints, generator, where
from include.synthetic.people import Nominals, People
from include.synthetic.registers import Registrations
from include.synthetic.selection import Spells
from include.synthetic.world import Windows, World

FULL_CHUNK = 20_000
REASONS = [
    "no_offending_6_months",
    "no_offending_3_months",
    "sentenced_2_years",
    "risk_reduced",
    "order_completed",
    "moved_area",
    "refused",
    "transferred",
    "deceased",
]


@dataclass(frozen=True)
class Frame:
    """Where a chunk stands in the force and in time; days are inclusive."""

    seed: int
    number: int
    nominals: int
    first_nominal: int
    start: int
    end: int
    effect: float

    @property
    def scale(self) -> float:
        """Size relative to a force of 20,000 nominals."""
        return self.nominals / FULL_CHUNK

    def generator(self, stream: str) -> np.random.Generator:
        """Return the generator of a stream of this chunk."""
        return generator(self.seed, self.number, stream)


@dataclass(frozen=True)
class Chunk:
    """Everything true about a chunk, before it is looked at through any extract."""

    frame: Frame
    people: People
    nominals: Nominals
    intensity: Floats
    found: Candidates
    cases: Cases
    prison: PrisonCases
    unmanaged: World
    actual: World
    spells: Spells
    spell_end: Ints
    spell_reason: Ints
    registrations: Registrations
    windows: Windows
    effect: Floats


def make_chunk(frame: Frame) -> Chunk:
    """Generate a chunk: people, careers, an unmanaged world, who is taken on, and the world as it then went."""
    seed, number, start, end = frame.seed, frame.number, frame.start, frame.end
    doubled = int(round(frame.nominals * people.DUPLICATE_SHARE))
    who = people.make_people(seed, number, frame.nominals - doubled, frame.first_nominal, start, end)
    nominals = people.make_nominals(seed, number, who, frame.nominals, frame.first_nominal, start, end)
    intensity = careers.intensities(seed, number, who, start, end)
    found = careers.draw_offences(seed, number, who, intensity, start, end)
    course = cases.make_cases(seed, number, who, found)
    prison = cases.make_prison_cases(seed, number, found, course)
    effect = _effects(frame, who.size)
    plain = world.run_world(who, found, course, prison, world.NO_WINDOWS, effect)
    arguments = (seed, number, who, found, course, prison, plain, frame.scale, start, end)
    spells, listed = selection.choose(*arguments), registers.register(*arguments)
    planned = replace(spells, planned_end=np.minimum(spells.planned_end, who.death[spells.person]))
    first = world.run_world(
        who, found, course, prison, _windows(planned, planned.planned_end, listed), effect
    )
    spell_end, reason = _deselections(frame, who, found, course, prison, first, planned)
    windows = _windows(spells, spell_end, listed)
    actual = world.run_world(who, found, course, prison, windows, effect)
    return Chunk(
        frame,
        who,
        nominals,
        intensity,
        found,
        course,
        prison,
        plain,
        actual,
        spells,
        spell_end,
        reason,
        listed,
        windows,
        effect,
    )


def _effects(frame: Frame, size: int) -> Floats:
    """Each person's true effect, should they be managed: beta distributed around the mean, 0 where the mean is 0."""
    if frame.effect <= 0.0:
        return np.zeros(size)
    strength = 6.0
    return frame.generator("effects").beta(strength * frame.effect, strength * (1 - frame.effect), size)


def _windows(spells: Spells, spell_end: Ints, listed: Registrations) -> Windows:
    """Managed: a spell or a registration is open; a registration without a start is open since ever."""
    return Windows(
        np.concatenate([spells.person, listed.person]),
        np.concatenate([spells.adopted, where(listed.start == NULL, -40_000, listed.start)]),
        np.concatenate([spell_end, listed.end]),
    )


def _deselections(
    frame: Frame,
    who: People,
    found: Candidates,
    course: Cases,
    prison: PrisonCases,
    first: World,
    spells: Spells,
) -> tuple[Ints, Ints]:
    """Decide when and why each spell ends: long sentences, deaths, and else a reason that fits what happened."""
    rng = frame.generator("deselections")
    size = len(spells.person)
    until = spells.planned_end.copy()
    long = np.flatnonzero(first.prison_happens & (prison.sentence < NEVER) & (prison.sentence_days >= 730))
    sentenced = np.full(size, NEVER, dtype=np.int64)
    for row in long:  # a few dozen in a chunk
        hit = (spells.person == prison.person[row]) & (spells.adopted < prison.sentence[row])
        sentenced[hit] = np.minimum(sentenced[hit], prison.sentence[row])
    sentenced = where(sentenced < NEVER, sentenced + rng.integers(7, 50, size), NEVER)
    by_sentence = (sentenced < until) & (rng.random(size) < 0.7)
    until = where(by_sentence, sentenced, until)
    quiet_half, quiet_quarter = (
        _quiet(found, course, first, spells.person, until, days) for days in (182, 91)
    )
    other = 3 + rng.choice(5, size, p=[0.42, 0.2, 0.16, 0.08, 0.14])
    reason = where(quiet_half, 0, where(quiet_quarter & (rng.random(size) < 0.6), 1, other))
    reason = where(by_sentence, 2, reason)
    died = until >= who.death[spells.person]
    reason = where(died, REASONS.index("deceased"), reason)
    until = np.minimum(where(died, who.death[spells.person], until), NEVER)
    return where(until <= frame.end, until, NEVER), reason


def _quiet(found: Candidates, course: Cases, first: World, person: Ints, day: Ints, days: int) -> Bools:
    """Whether nothing was recorded against each person in the days before."""
    rows = np.flatnonzero(first.link_happens)
    key = np.sort(found.link_person[rows] * 100_000 + course.link_known[rows])
    low = np.searchsorted(key, person * 100_000 + day - days, side="right")
    high = np.searchsorted(key, person * 100_000 + np.minimum(day, 90_000), side="right")
    return np.asarray(low == high, dtype=np.bool_)
