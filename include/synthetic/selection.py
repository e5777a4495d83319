"""Who is taken on by the offender management units, when, and how: the four ways in and their biases.

IOM meetings and referrals look at the last six months: people are taken on after a burst, which is
followed by less whatever anyone does (regression to the mean). The algorithm looks at its score.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from include.synthetic.careers import Candidates
from include.synthetic.cases import Cases, PrisonCases
from include.synthetic.draws import (
    NEVER,
    YEAR,
    Bools,
    Floats,
    Ints,
    ages,
    generator,
    lognormal_days,
    share,
    where,
)
from include.synthetic.offence_codes import HARM_DAYS, IS_GRAVE
from include.synthetic.people import People
from include.synthetic.world import World, inside

COHORTS = [
    "ppo",
    "hcco",
    "iom",
    "iom_fixed",
    "iom_flex",
    "iom_free",
    "visor",
    "hhpu",
    "da",
    "pdp",
    "violent_mappa",
    "cse",
    "ocg",
    "youth",
    "female",
]
PATHWAYS = ["mappa", "iom_meeting", "algorithm", "referral"]
QUARTER = 91
# What a meeting looks at (tuned so that the naive before and during agrees with what IDIOM printed in 2018):
CLEARLY_BUSY = 3.0  # offences in half a year beyond which more make no difference
USUALLY_INSIDE = 5.0  # beyond these, people are before the courts already: taken on less and less
LONG_PATTERN = 3.0  # offences in the year and a half before that make a pattern, which counts for more
PATTERN_WEIGHT = 0.9
LONG_KNOWN = 12.0  # beyond these, people are known to others: taken on less and less
CLEARLY_HARMFUL = 365.0  # harm days in a year beyond which more make no difference


@dataclass(frozen=True)
class Programme:
    """A cohort with a way in: how many a year (20,000 nominals), chosen by what, in which part of the window."""

    cohort: str
    pathway: str
    a_year: float
    feature: str  # recent, domestic, harm, score
    who: str = "adult"
    begins: float = 0.0
    ends: float = 1.0


PROGRAMMES = [
    Programme("ppo", "iom_meeting", 9, "recent", "adult", 0.0, 0.45),
    Programme("hcco", "iom_meeting", 9, "recent", "adult", 0.0, 0.45),
    Programme("iom", "iom_meeting", 9, "recent", "adult"),
    Programme("iom_fixed", "iom_meeting", 10, "recent", "adult", 0.4),
    Programme("iom_flex", "iom_meeting", 9, "recent", "adult", 0.4),
    Programme("iom_free", "iom_meeting", 4, "recent", "adult", 0.4),
    Programme("da", "referral", 9, "domestic", "domestic"),
    Programme("da", "algorithm", 0.8, "score", "domestic", 0.4),
    Programme("pdp", "referral", 3, "harm", "adult"),
    Programme("violent_mappa", "mappa", 4, "harm", "violent"),
    Programme("ocg", "referral", 3, "recent", "drugs"),
    Programme("cse", "mappa", 1.5, "harm", "sexual"),
    Programme("youth", "iom_meeting", 3, "recent", "youth"),
    Programme("female", "referral", 3, "recent", "female"),
    Programme("hhpu", "algorithm", 2, "score", "adult", 0.4),
    Programme("hhpu", "referral", 4, "harm", "adult", 0.4),
]


@dataclass(frozen=True)
class Spells:
    """Cohort spells as decided: who, by which programme, from when to when (``NEVER``: still open)."""

    person: Ints
    cohort: Ints
    pathway: Ints
    adopted: Ints
    planned_end: Ints


@dataclass
class _Features:
    """What the meetings see of each person on one day."""

    recent: Floats
    domestic: Floats
    harm: Floats
    score: Floats


class Looker:
    """Walks through the quarters and keeps the running counts."""

    def __init__(self, people: People, found: Candidates, cases: Cases, world: World) -> None:
        rows = np.flatnonzero(world.link_happens & (cases.link_eliminated == NEVER))
        rows = rows[np.argsort(cases.link_known[rows], kind="stable")]
        self.people = people
        self.person = found.link_person[rows]
        self.known = cases.link_known[rows]
        offence = found.link_offence[rows]
        self.domestic = cases.offence_domestic[offence].astype(np.float64)
        self.harm = HARM_DAYS[found.offence_code[offence]]
        self.total = np.zeros(people.size)
        self.total_harm = np.zeros(people.size)
        self.done = 0

    def _sum(self, low: int, high: int, weights: Floats | None = None) -> Floats:
        chosen = None if weights is None else weights[low:high]
        return np.bincount(self.person[low:high], chosen, self.people.size).astype(np.float64)

    def at(self, day: int) -> _Features:
        """Return the features as known at the end of a day (days must come in order)."""
        now = int(np.searchsorted(self.known, day, side="right"))
        half = int(np.searchsorted(self.known, day - 182, side="right"))
        year = int(np.searchsorted(self.known, day - 365, side="right"))
        before = int(np.searchsorted(self.known, day - 730, side="right"))
        earlier = self._sum(before, half)
        pattern = (0.3 + np.minimum(earlier, LONG_PATTERN)) ** PATTERN_WEIGHT
        pattern = pattern / (1.0 + np.maximum(earlier - LONG_KNOWN, 0.0))
        self.total += self._sum(self.done, now)
        self.total_harm += self._sum(self.done, now, self.harm)
        self.done = now
        age = ages(self.people.birth, day)
        career = np.maximum(day - np.maximum(self.people.onset, self.known[0] if now else day), 0) / YEAR
        copas = np.log((1 + np.minimum(self.total, 50)) / (10 + career))
        logit = 2.5848 + 1.2511 * copas - np.clip(0.9 + 0.03 * (age - 20), 0.6, 2.1)
        recent, domestic = self._sum(half, now), self._sum(half, now, self.domestic)
        pattern = pattern / (1.0 + np.maximum(recent - USUALLY_INSIDE, 0.0))
        return _Features(
            recent=np.minimum(recent, CLEARLY_BUSY) * pattern,
            domestic=np.minimum(domestic, CLEARLY_BUSY) * pattern,
            harm=np.log1p(np.minimum(self._sum(year, now, self.harm), CLEARLY_HARMFUL)) * pattern,
            score=np.log1p(self.total_harm) / (1 + np.exp(-logit)),
        )


def choose(
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
) -> Spells:
    """Run the quarterly meetings of all programmes over the years and return their spells."""
    rng = generator(seed, chunk, "selection")
    looker = Looker(people, found, cases, world)
    managed_until = np.zeros(people.size, dtype=np.int64)
    grave = _has_grave(people, found, world)
    taken: list[tuple[Ints, int, Ints, Ints]] = []
    first, years = start + 330, (end - start) / YEAR
    for day in range(first, end - 6, QUARTER):
        features = looker.at(day)
        free = ~inside(prison, world.prison_happens, np.arange(people.size), np.full(people.size, day))
        for number, programme in enumerate(PROGRAMMES):
            elapsed = (day - start) / (years * YEAR)
            if not programme.begins <= elapsed < programme.ends:
                continue
            open_to = (
                _eligible(people, programme.who, day, grave)
                & free
                & (managed_until <= day)
                & (people.death > day)
            )
            wanted = share(rng, programme.a_year * scale / 4 * (0.8 + 0.4 * elapsed))
            person = _best(rng, getattr(features, programme.feature), open_to, wanted, programme.feature)
            adopted = day + rng.integers(4, 50, len(person))
            until = adopted + np.clip(lognormal_days(rng, 620.0, 0.75, len(person)), 60, 4000)
            keep = (adopted <= end) & (adopted < people.death[person])
            managed_until[person[keep]] = until[keep] + 30
            taken.append((person[keep], number, adopted[keep], until[keep]))
    return _spells(rng, people, taken, end)


def _has_grave(people: People, found: Candidates, world: World) -> Bools:
    grave = world.link_happens & IS_GRAVE[found.offence_code[found.link_offence]]
    return np.asarray(np.bincount(found.link_person[grave], minlength=people.size) > 0, dtype=np.bool_)


def _eligible(people: People, who: str, day: int, grave: Bools) -> Bools:
    age = ages(people.birth, day)
    adult: Bools = age >= 18
    groups = {
        "adult": adult,
        "domestic": adult & (people.kind == 2),
        "violent": adult & grave & (people.kind == 1),
        "sexual": adult & (people.kind == 3),
        "drugs": adult & np.isin(people.kind, [4, 1]),
        "youth": (age >= 12) & (age < 17.5),
        "female": adult & people.female,
    }
    return np.asarray(groups[who], dtype=np.bool_)


def _best(rng: np.random.Generator, feature: Floats, open_to: Bools, wanted: int, kind: str) -> Ints:
    """Take the highest by a noisy look at the feature: a meeting is not a calculator."""
    if not wanted:
        return np.zeros(0, dtype=np.int64)
    noise = rng.gumbel(size=len(feature))
    temperature = {"recent": 0.42, "domestic": 0.35, "harm": 0.25, "score": 0.15}[kind]
    ready = open_to & (feature > 0)
    value = np.where(ready, np.log(np.maximum(feature, 1e-9)) + temperature * noise, -np.inf)
    top = np.argsort(-value, kind="stable")[:wanted]
    return top[ready[top]].astype(np.int64)


def _spells(
    rng: np.random.Generator, people: People, taken: list[tuple[Ints, int, Ints, Ints]], end: int
) -> Spells:
    """Put the programmes' choices together, and give some people a second cohort beside the first."""
    person = np.concatenate([np.zeros(0, dtype=np.int64), *(item[0] for item in taken)])
    programme = np.concatenate(
        [np.zeros(0, dtype=np.int64), *(np.full(len(item[0]), item[1]) for item in taken)]
    )
    adopted = np.concatenate([np.zeros(0, dtype=np.int64), *(item[2] for item in taken)])
    until = np.concatenate([np.zeros(0, dtype=np.int64), *(item[3] for item in taken)])
    cohort = np.array([COHORTS.index(item.cohort) for item in PROGRAMMES], dtype=np.int64)[programme]
    pathway = np.array([PATHWAYS.index(item.pathway) for item in PROGRAMMES], dtype=np.int64)[programme]
    second = np.flatnonzero(rng.random(len(person)) < 0.10)
    begins = adopted[second] + rng.integers(40, 400, len(second))
    ok = (begins < until[second] - 30) & (begins <= end) & (begins < people.death[person[second]])
    second, begins = second[ok], begins[ok]
    other = where(people.kind[person[second]] == 2, COHORTS.index("da"), COHORTS.index("hhpu"))
    other = where(other == cohort[second], COHORTS.index("pdp"), other)
    return Spells(
        person=np.concatenate([person, person[second]]),
        cohort=np.concatenate([cohort, other]),
        pathway=np.concatenate([pathway, np.full(len(second), PATHWAYS.index("referral"))]),
        adopted=np.concatenate([adopted, begins]),
        planned_end=np.concatenate([until, until[second]]),
    )


def cohort_number(name: str) -> int:
    """Return the position of a cohort in ``COHORTS``."""
    return COHORTS.index(name)
