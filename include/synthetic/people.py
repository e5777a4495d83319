"""The people of a chunk and the records that the force holds of them: duplicates, merges, slips.

A person is one human being (the truth); a nominal is a record. About 1.5 % of the nominals are second
or third records of somebody who already has one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from include.synthetic import names
from include.synthetic.draws import (
    NEVER,
    NULL,
    YEAR,
    Bools,
    Floats,
    Ints,
    ages,
    generator,
    pick,
    where,
    whole,
)
from include.synthetic.offence_codes import PERSON_TYPES

ETHNICITIES = [
    "W1",
    "W2",
    "W3",
    "W4",
    "W9",
    "M1",
    "M2",
    "M3",
    "M9",
    "A1",
    "A2",
    "A3",
    "A4",
    "A9",
    "B1",
    "B2",
    "B9",
    "O2",
    "O9",
    "NS",
]
_ETHNICITY_WEIGHTS = [
    62,
    1.2,
    0.4,
    0.5,
    6,
    1.3,
    0.4,
    0.4,
    0.7,
    1.4,
    3,
    1.2,
    0.3,
    1.4,
    1.7,
    2.4,
    1.1,
    0.4,
    1.0,
    3.2,
]
TYPE_WEIGHTS = [0.27, 0.16, 0.18, 0.045, 0.12, 0.225]
_FEMALE_SHARE = np.array([0.22, 0.14, 0.12, 0.02, 0.12, 0.20])
_LATE_ONSET_YEARS = np.array([0.0, 0.0, 6.0, 11.0, 0.0, 0.0])
_GRAVE_BETA = np.array([[1.2, 204.0], [1.2, 156.0], [1.2, 204.0], [1.35, 36.0], [1.2, 204.0], [1.2, 192.0]])
DUPLICATE_SHARE = 0.015
RATE_SHAPE = 0.75
RATE_TAIL = 1.9  # index of the tail of the rates: the smaller, the heavier
MOST_RATE = 30.0
CHRONIC_SLOPE = 0.028  # share of those who persist, per unit of relative rate
TRANSIENT_YEARS = 3.2  # mean active years of the others
PNC_MODULUS = 9_999_991  # a prime: numbers of distinct persons stay distinct


@dataclass(frozen=True)
class People:
    """One row per real person; all arrays have the same length."""

    kind: Ints
    female: Bools
    birth: Ints
    onset: Ints
    desist: Ints
    death: Ints
    rate: Floats
    grave_share: Floats
    division: Ints
    ethnicity: Ints
    surname: Ints
    forename: Ints
    pnc_number: Ints
    first_number: int

    @property
    def size(self) -> int:
        """Number of people."""
        return len(self.kind)


@dataclass(frozen=True)
class Nominals:
    """One row per record that the force holds; the first record of person ``i`` is row ``primary[i]``."""

    person: Ints
    primary: Ints
    is_duplicate: Bools
    merged_into: Ints
    merge_day: Ints
    sex: Ints
    birth: Ints
    birth_known_day: Ints
    forename_variant: Ints
    surname_slipped: Bools
    has_pnc: Bools
    first_number: int

    @property
    def size(self) -> int:
        """Number of records."""
        return len(self.person)


def make_people(seed: int, chunk: int, size: int, first_number: int, start: int, end: int) -> People:
    """Draw the people of a chunk: who they are, when they begin and when they stop.

    Rates are gamma distributed within a type (shape below 1: most do little, a few do a great deal).
    """
    rng = generator(seed, chunk, "people")
    kind = pick(rng, TYPE_WEIGHTS, size)
    female = rng.random(size) < _FEMALE_SHARE[kind]
    established = rng.random(size) < 0.62
    age_then = np.clip(13.0 + rng.gamma(2.1, 7.0, size) + _LATE_ONSET_YEARS[kind], 13.5, 72.0)
    onset_age = np.clip(11.5 + rng.gamma(1.6, 5.0, size) + _LATE_ONSET_YEARS[kind], 10.5, 68.0)
    entered = start + whole(rng.random(size) * (end - start))
    onset = where(established, start - whole(rng.random(size) * (age_then - 11.0) * 0.6 * YEAR), entered)
    birth = where(established, start - whole(age_then * YEAR), entered - whole(onset_age * YEAR))
    rate = rng.gamma(RATE_SHAPE, 1.0, size) / RATE_SHAPE * (RATE_TAIL - 1.0) / rng.gamma(RATE_TAIL, 1.0, size)
    rate = np.minimum(np.where(kind == 3, rate**0.6, rate), MOST_RATE)
    persists = rng.random(size) < np.minimum(0.85, CHRONIC_SLOPE * rate)
    years_left = rng.exponential(np.where(persists, 40.0, TRANSIENT_YEARS), size)
    desist = np.maximum(onset, start) + whole(years_left * YEAR) + 20
    hazard = 0.0025 + 0.00006 * np.maximum(ages(birth, end) - 25.0, 0.0) ** 1.6
    dies_after = whole(rng.exponential(1.0, size) / hazard * YEAR)
    death = where(np.maximum(onset, start) + dies_after < end, np.maximum(onset, start) + dies_after, NEVER)
    beta = _GRAVE_BETA[kind]
    grave = rng.beta(beta[:, 0], beta[:, 1])
    number = first_number + np.arange(size, dtype=np.int64)
    return People(
        kind=kind,
        female=female,
        birth=birth,
        onset=onset,
        desist=np.minimum(desist, death),
        death=death,
        rate=rate,
        grave_share=grave,
        division=pick(rng, [0.26, 0.21, 0.2, 0.15, 0.18], size),
        ethnicity=where(rng.random(size) < 0.12, NULL, pick(rng, _ETHNICITY_WEIGHTS, size)),
        surname=rng.integers(0, len(names.SURNAMES), size),
        forename=names.draw_forenames(rng, female),
        pnc_number=((number + 17) * 7_368_787 + seed % 1_000_003) % PNC_MODULUS,
        first_number=first_number,
    )


def make_nominals(
    seed: int, chunk: int, people: People, size: int, first_number: int, start: int, end: int
) -> Nominals:
    """Draw the records: each person's first one, and the duplicates with their slips and later merges."""
    rng = generator(seed, chunk, "nominals")
    extra = size - people.size
    order = rng.permutation(size)
    primary, second = order[: people.size], order[people.size :]
    person = np.empty(size, dtype=np.int64)
    person[primary] = np.arange(people.size)
    doubled = _who_is_doubled(rng, people, extra)
    person[second] = doubled
    is_duplicate = np.zeros(size, dtype=np.bool_)
    is_duplicate[second] = True
    merged_into, merge_day = _merges(rng, person, primary, second, start, end)
    flaw = np.full(size, -1, dtype=np.int64)
    flaw[second] = pick(
        rng, [0.3, 0.22, 0.16, 0.16, 0.16], extra
    )  # slip, nickname, birth swapped, year off, none
    birth = people.birth[person].copy()
    birth[flaw == 2] = _swapped(birth[flaw == 2])
    birth[flaw == 3] += where(rng.random(int((flaw == 3).sum())) < 0.5, 365, -365)
    missing = rng.random(size) < where(is_duplicate, 60, 14) / 1000
    found_later = rng.random(size) < 0.25
    known = where(missing, where(found_later, end - rng.integers(0, 200, size), NEVER), NULL)
    sex = where(rng.random(size) < 0.005, 2, people.female[person])
    variant = where(flaw == 1, 1, where((flaw == 0) & (rng.random(size) < 0.4), 2, 0))
    return Nominals(
        person=person,
        primary=primary.astype(np.int64),
        is_duplicate=is_duplicate,
        merged_into=merged_into,
        merge_day=merge_day,
        sex=sex,
        birth=birth,
        birth_known_day=known,
        forename_variant=variant,
        surname_slipped=(flaw == 0) & (variant == 0),
        has_pnc=rng.random(size) < np.where(is_duplicate, 0.30, 0.94),
        first_number=first_number,
    )


def _who_is_doubled(rng: np.random.Generator, people: People, extra: int) -> Ints:
    """Choose who has further records; about one in twelve of them has two."""
    twice = extra // 12
    chosen = rng.choice(people.size, extra - twice, replace=False).astype(np.int64)
    return np.concatenate([chosen, chosen[:twice]])


def _merges(
    rng: np.random.Generator, person: Ints, primary: Ints, second: Ints, start: int, end: int
) -> tuple[Ints, Ints]:
    """Decide which duplicates are found: a third before the first delivery, some during, half never.

    Where somebody has two duplicates, the third record was merged into the second: a chain.
    """
    size = len(person)
    into = np.full(size, NULL, dtype=np.int64)
    day = np.full(size, NEVER, dtype=np.int64)
    fate = pick(rng, [0.34, 0.16, 0.5], len(second))
    into[second] = primary[person[second]]
    day[second] = where(
        fate == 0,
        start + 400 + whole(rng.random(len(second)) * (end - start - 500)),
        where(fate == 1, end - rng.integers(0, 40, len(second)), NEVER),
    )
    chains, doubled_twice = (
        len(second) // 13,
        len(second) // 12,
    )  # as in _who_is_doubled: nearly all become chains
    if chains:
        third, chain_head = second[-chains:], second[doubled_twice - chains : doubled_twice]
        into[third] = chain_head
        day[third] = end - 60 - rng.integers(0, 600, chains)
        day[chain_head] = end - rng.integers(0, 40, chains)
    return into, day


def _swapped(birth: Ints) -> Ints:
    """Swap day and month of birth where that gives a date; else set the day to the 1st."""
    when = birth.astype("datetime64[D]")
    month = when.astype("datetime64[M]")
    day_of_month = (when - month).astype(np.int64) + 1
    year = when.astype("datetime64[Y]")
    month_of_year = (month - year).astype(np.int64) + 1
    swapped = (year.astype("datetime64[M]") + (day_of_month - 1)).astype("datetime64[D]") + (
        month_of_year - 1
    )
    result = np.where(
        day_of_month <= 12, swapped.astype(np.int64), month.astype("datetime64[D]").astype(np.int64)
    )
    return np.asarray(result, dtype=np.int64)


def type_name(kind: int) -> str:
    """Return the name of a person type."""
    return PERSON_TYPES[kind]
