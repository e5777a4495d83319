"""Who is harmed: victims of offences against people and property, with the relationship to each suspect."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from include.synthetic.chunk import Chunk
from include.synthetic.draws import (
    NULL,
    Bools,
    Floats,
    Ints,
    counts,
    flags,
    generator,
    identifiers,
    pick,
    where,
    words,
)
from include.synthetic.holding import Holding, going, nominal_ids, offence_ids
from include.synthetic.offence_codes import CODES, HAS_VICTIM, IS_PERSON
from include.synthetic.tables import Entity

RELATIONSHIPS = [
    "intimate_partner",
    "former_partner",
    "family",
    "acquaintance",
    "stranger",
    "other",
    "unknown",
]
_STRANGERS, _ACQUAINTANCES, _PARTNERS = 0, 8_000_000_000, 9_000_000_000
_UNDER_13 = np.array([item.code in ("19E", "20B") for item in CODES])
_UNDER_16 = np.array([item.code in ("19D", "22B", "88A", "71", "11A") for item in CODES])


def victims(chunk: Chunk, holding: Holding) -> Entity:
    """The victims, one row per offence, victim and suspect; a second victim for some offences."""
    rng = chunk.frame.generator("victims")
    link = np.flatnonzero(~holding.link_shadow)
    offence = chunk.found.link_offence[holding.link[link]]
    per_offence = generator(chunk.frame.seed, chunk.frame.number, "victims of offences").random(
        (6, len(chunk.found.offence_day))
    )
    has = HAS_VICTIM[chunk.found.offence_code[offence]] & (per_offence[0, offence] < 0.9)
    first = link[has]
    second = link[has & (per_offence[1, offence] < 0.06) & ~chunk.cases.offence_domestic[offence]]
    row = np.concatenate([first, second])
    place = np.repeat([0, 1], [len(first), len(second)])
    offence = chunk.found.link_offence[holding.link[row]]
    person = chunk.found.link_person[holding.link[row]]
    number, relationship = _who(chunk, rng, offence, person, place, per_offence)
    age = _victim_age(chunk, offence, number, per_offence, place)
    nominal = holding.link_nominal[row]
    gone, with_parent = going(chunk, holding, offence, nominal, 0.0)
    vulnerable = per_offence[4, offence] < np.where(IS_PERSON[chunk.found.offence_code[offence]], 0.11, 0.05)
    return Entity(
        name="offence_victims",
        keys="offence_id victim_id nominal_id",
        columns="offence_id victim_id nominal_id relationship victim_age vulnerable",
        fixed={
            "offence_id": offence_ids(chunk, offence),
            "victim_id": identifiers("V", number, 10),
            "nominal_id": nominal_ids(chunk, nominal),
            "relationship": words(RELATIONSHIPS, relationship),
            "victim_age": counts(age),
            "vulnerable": flags(vulnerable),
        },
        changing={},
        first_day=holding.link_first[row],
        last_day=gone,
        leaves_with_parent=with_parent,
    )


def _who(
    chunk: Chunk, rng: np.random.Generator, offence: Ints, person: Ints, place: Ints, per_offence: Floats
) -> tuple[Ints, Ints]:
    """Return victim numbers and relationships: partners of the suspect, people known, strangers."""
    cases, found = chunk.cases, chunk.found
    owner = found.offence_owner[offence]
    domestic: Bools = cases.offence_domestic[offence] & (place == 0)
    partner, former = _partner(chunk, owner, cases.offence_day[offence], per_offence[2, offence])
    family = domestic & (per_offence[3, offence] < 0.17)
    known = ~domestic & IS_PERSON[found.offence_code[offence]] & (per_offence[3, offence] < 0.28)
    everyone = chunk.people.first_number + owner
    number = _STRANGERS + (chunk.frame.number * 1_000_000 + offence) * 2 + place
    number = where(
        known, _ACQUAINTANCES + everyone * 8 + whole_share(per_offence[2, offence], 4) + 4 * place, number
    )
    number = where(family, _PARTNERS + everyone * 8 + 7, number)
    number = where(domestic & ~family, _PARTNERS + everyone * 8 + partner, number)
    other = 3 + pick(rng, [0.3, 0.42, 0.1, 0.18], len(offence))
    relationship = where(known, 3, other)
    relationship = where(family, 2, relationship)
    relationship = where(domestic & ~family, where(former, 1, 0), relationship)
    own = person == owner
    return number, where(own, relationship, where(domestic, 3, relationship))


def whole_share(uniform: NDArray[np.float64], parts: int) -> Ints:
    """Return which of equal parts of [0, 1) each number lies in."""
    return np.floor(uniform * parts).astype(np.int64)


def _partner(chunk: Chunk, owner: Ints, day: Ints, uniform: Floats) -> tuple[Ints, Bools]:
    """Return the number of the suspect's partner (0 to 6) on the day, and whether it is a former one.

    Most have one or two partners over the years; one in eight changes every year or so and turns on the
    last one too: the serial ones.
    """
    rng = chunk.frame.generator("partners")
    size = chunk.people.size
    era = np.where(rng.random(size) < 0.12, rng.integers(260, 700, size), rng.integers(2000, 6000, size))
    turn = (day - chunk.frame.start + rng.integers(0, 3000, size)[owner]) // era[owner]
    former = uniform < 0.33
    return np.mod(turn - former, 7).astype(np.int64), np.asarray(former, dtype=np.bool_)


def _victim_age(chunk: Chunk, offence: Ints, number: Ints, per_offence: Floats, place: Ints) -> Ints:
    """Ages that fit the offence; a partner's or acquaintance's follows from a year of birth of their own."""
    code = chunk.found.offence_code[offence]
    uniform = (
        per_offence[5, offence] if not len(place) else np.mod(per_offence[5, offence] + 0.37 * place, 1.0)
    )
    adult = np.floor(12 + 70 * uniform**1.6)
    child = np.floor(4 + 13.9 * uniform)
    age = np.where(chunk.cases.offence_child[offence], child, adult)
    age = np.where(_UNDER_16[code], np.floor(11 + 4.99 * uniform), age)
    age = np.where(_UNDER_13[code], np.floor(4 + 8.99 * uniform), age)
    years = (chunk.cases.offence_day[offence] - chunk.frame.start) / 365.25
    own = (number * 2_654_435_761 % 1009) / 1009
    lasting = (number >= _ACQUAINTANCES) & ~chunk.cases.offence_child[offence]
    age = np.where(lasting, np.floor(19 + 34 * own + np.maximum(years, 0)), age)
    missing = np.mod(per_offence[5, offence] * 7919, 1.0) < 0.14
    return where(missing, NULL, np.clip(age, 0, 99))
