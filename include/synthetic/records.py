"""The police_records extract: people, offences, and who is recorded against which."""

from __future__ import annotations

import numpy as np

from include.synthetic import names
from include.synthetic.chunk import Chunk
from include.synthetic.draws import NEVER, NULL, Ints, dates, flags, where, words
from include.synthetic.holding import Holding, going, nominal_ids, offence_ids, true_pnc
from include.synthetic.offence_codes import CODES
from include.synthetic.people import ETHNICITIES
from include.synthetic.tables import Changing, Entity, from_day, steps

ROLES = ["suspect", "charged", "cautioned", "convicted", "eliminated"]
_OUTCOMES = [str(number) for number in range(1, 23)]


def nominals(chunk: Chunk, holding: Holding, sanctioned: Ints) -> Entity:
    """The records of people. ``sanctioned``: each person's first sanction, from which a PNC id is known."""
    held, people = chunk.nominals, chunk.people
    person, size = held.person, held.size
    pnc = true_pnc(chunk, person, held.has_pnc)
    known = where(held.has_pnc & (sanctioned[person] < NEVER), sanctioned[person], NEVER)
    merge_day = where(held.merged_into != NULL, np.maximum(held.merge_day, holding.nominal_first), NEVER)
    rows = np.arange(size, dtype=np.int64)
    return Entity(
        name="nominals",
        keys="nominal_id",
        columns="nominal_id pnc_id surname forename date_of_birth sex ethnicity division deceased_date "
        "merged_into",
        fixed={
            "nominal_id": nominal_ids(chunk, rows),
            "surname": names.surnames(people.surname[person], held.surname_slipped),
            "forename": names.forenames(people.forename[person], held.forename_variant),
            "sex": words(["M", "F", "U"], held.sex),
            "ethnicity": words(ETHNICITIES, people.ethnicity[person]),
            "division": words(names.DIVISIONS, where(rows % 67 == 5, NULL, people.division[person])),
        },
        changing={
            "pnc_id": Changing(from_day(known, rows), "word", pnc),
            "date_of_birth": Changing(from_day(held.birth_known_day, held.birth)),
            "deceased_date": Changing(from_day(people.death[person] + 3, people.death[person])),
            "merged_into": Changing(from_day(merge_day, held.merged_into), "word", nominal_ids(chunk, rows)),
        },
        first_day=holding.nominal_first,
        last_day=holding.nominal_last,
    )


def offences(chunk: Chunk, holding: Holding) -> Entity:
    """The offences against which somebody of the chunk is or was recorded."""
    found, cases = chunk.found, chunk.cases
    rng = chunk.frame.generator("offence rows")
    rows = np.unique(found.link_offence[holding.link])
    size, code = len(rows), found.offence_code[rows]
    day, recorded = cases.offence_day[rows], cases.offence_recorded[rows]
    span = np.minimum(recorded - day, 90)
    finish = where(
        (rng.random(size) < 0.12) & (span > 0), day + (rng.random(size) * (span + 1)).astype(np.int64), NULL
    )
    outcome_day = cases.offence_outcome_day[rows]
    ids = offence_ids(chunk, rows)
    return Entity(
        name="offences",
        keys="offence_id",
        columns="offence_id ho_code offence_title offence_date offence_end_date recorded_date division "
        "domestic_abuse hate_crime child_abuse outcome_code outcome_date cancelled_date",
        fixed={
            "offence_id": ids,
            "ho_code": words([item.code for item in CODES], _as_coded_then(code, day, chunk)),
            "offence_title": words([item.title for item in CODES], code),
            "offence_date": dates(day),
            "offence_end_date": dates(finish),
            "recorded_date": dates(recorded),
            "division": words(
                names.DIVISIONS,
                where(rng.random(size) < 0.02, NULL, chunk.people.division[found.offence_owner[rows]]),
            ),
            "domestic_abuse": flags(cases.offence_domestic[rows]),
            "hate_crime": flags(cases.offence_hate[rows]),
            "child_abuse": flags(cases.offence_child[rows]),
        },
        changing={
            "outcome_code": Changing(
                from_day(outcome_day, where(outcome_day < NEVER, cases.offence_outcome[rows] - 1, NULL)),
                "word",
                _OUTCOMES,
            ),
            "outcome_date": Changing(from_day(outcome_day, outcome_day)),
            "cancelled_date": Changing(
                from_day(cases.offence_cancelled[rows], cases.offence_cancelled[rows])
            ),
        },
        first_day=recorded,
        last_day=holding.offence_last[rows],
    )


def _as_coded_then(code: Ints, day: Ints, chunk: Chunk) -> Ints:
    """Burglary carried the older classes 28A and 30A in the oldest records (here: the first nine months)."""
    number = {item.code: position for position, item in enumerate(CODES)}
    old = day < chunk.frame.start + 270
    code = where(old & (code == number["28E"]), number["28A"], code)
    return where(old & (code == number["30C"]) & (day % 4 == 0), number["30A"], code)


def links(chunk: Chunk, holding: Holding) -> Entity:
    """Who is recorded against which offence, in which role."""
    cases, link = chunk.cases, holding.link
    charged, cautioned, convicted, eliminated = (
        where(holding.link_shadow, NEVER, days[link])
        for days in (cases.link_charged, cases.link_cautioned, cases.link_convicted, cases.link_eliminated)
    )
    gone, with_parent = going(chunk, holding, chunk.found.link_offence[link], holding.link_nominal, 0.0003)
    later = ((charged, 1), (cautioned, 2), (convicted, 3), (eliminated, 4))
    return Entity(
        name="offence_nominals",
        keys="offence_id nominal_id",
        columns="offence_id nominal_id role role_date",
        fixed={
            "offence_id": offence_ids(chunk, chunk.found.link_offence[link]),
            "nominal_id": nominal_ids(chunk, holding.link_nominal),
        },
        changing={
            "role": Changing(steps(np.zeros(len(link), dtype=np.int64), *later), "word", ROLES),
            "role_date": Changing(steps(holding.link_first, *((day, day) for day, _ in later))),
        },
        first_day=holding.link_first,
        last_day=gone,
        leaves_with_parent=with_parent,
    )
