"""The police_records extract: how the force's records system shows a chunk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from include.synthetic import names
from include.synthetic.chunk import Chunk
from include.synthetic.draws import (  # fmt: skip
    NEVER,
    NULL,
    Bools,
    Ints,
    counts,
    dates,
    flags,
    identifiers,
    pick,
    pnc_identifiers,
    where,
    words,
    years_of,
)
from include.synthetic.offence_codes import CODES
from include.synthetic.people import ETHNICITIES
from include.synthetic.tables import Changing, Entity, from_day, stays, steps

ROLES = ["suspect", "charged", "cautioned", "convicted", "eliminated"]
_OUTCOMES = [str(number) for number in range(1, 23)]
_PER_CHUNK = 1_000_000  # numbers of offences, custody spells and logs of a chunk
_INTELLIGENCE = ["acquisitive", "drugs", "domestic_abuse", "sexual", "violence", "weapons", "exploitation", "other"]
_INTELLIGENCE_OF = np.array([0, 4, 2, 3, 1, 0])


@dataclass(frozen=True)
class Holding:
    """Which records hold what: links with their nominal row, and the days on which records come and go."""

    link: Ints
    link_nominal: Ints
    link_first: Ints
    link_shadow: Bools
    offence_last: Ints
    nominal_first: Ints
    nominal_last: Ints
    custody: Entity


def nominal_ids(chunk: Chunk, rows: Ints) -> pa.Array:
    """Return nominal ids of record rows."""
    return identifiers("N", chunk.frame.first_nominal + 1 + rows, 8)


def offence_ids(chunk: Chunk, offences: Ints) -> pa.Array:
    """Return offence ids."""
    return identifiers("CR", chunk.frame.number * _PER_CHUNK + 1 + offences, 10)


def true_pnc(chunk: Chunk, person: Ints, present: Bools) -> pa.Array:
    """Return the PNC ids of people; the year is that of the sixteenth birthday or the first record."""
    people = chunk.people
    year = np.maximum(years_of(people.onset[person]), years_of(people.birth[person]) + 10)
    return pnc_identifiers(year, people.pnc_number[person], present)


def spread(chunk: Chunk, stream: str, person: Ints) -> Ints:
    """Choose the record of a person for each thing recorded: mostly the first, a third of it on a duplicate."""
    rng = chunk.frame.generator(stream)
    nominals = chunk.nominals
    duplicate = np.full((2, chunk.people.size), -1, dtype=np.int64)
    rows = np.flatnonzero(nominals.is_duplicate)
    duplicate[0, nominals.person[rows]] = rows
    duplicate[1, nominals.person[rows[::-1]]] = rows[::-1]
    other = duplicate[rng.integers(0, 2, len(person)), person]
    return where((other >= 0) & (rng.random(len(person)) < 0.36), other, nominals.primary[person])


def hold(chunk: Chunk) -> Holding:
    """Work out which record shows what, and from when to when."""
    frame, found = chunk.frame, chunk.found
    rng = frame.generator("holding")
    link = np.flatnonzero(chunk.actual.link_happens)
    nominal = spread(chunk, "links", found.link_person[link])
    first = chunk.cases.link_known[link]
    twin = np.flatnonzero(
        (nominal != chunk.nominals.primary[found.link_person[link]]) & (rng.random(len(link)) < 0.06)
    )
    shadow = np.concatenate([np.zeros(len(link), dtype=np.bool_), np.ones(len(twin), dtype=np.bool_)])
    nominal = np.concatenate([nominal, chunk.nominals.primary[found.link_person[link[twin]]]])
    link = np.concatenate([link, link[twin]])
    first = np.concatenate([first, first[twin]])
    offence_last = stays(len(found.offence_day))
    erased = rng.random(len(offence_last)) < 0.0004
    offence_last[erased] = frame.end - rng.integers(0, 40, int(erased.sum()))
    custody = _custody(chunk)
    nominal_first, nominal_last = _presence(chunk, nominal, first, custody[0], custody[1])
    return Holding(
        link, nominal, first, shadow, offence_last, nominal_first, nominal_last,
        _custody_entity(chunk, *custody, nominal_last),
    )  # fmt: skip


def _presence(
    chunk: Chunk, nominal: Ints, first: Ints, custody: Ints, custody_first: Ints
) -> tuple[Ints, Ints]:
    """A record exists from the first thing recorded on it; a few are weeded between the deliveries."""
    frame, size = chunk.frame, chunk.nominals.size
    rng = frame.generator("presence")
    born = np.full(size, NEVER, dtype=np.int64)
    np.minimum.at(born, nominal, first)
    np.minimum.at(born, custody, custody_first)
    born = where(
        born >= NEVER, frame.start + 100 + rng.integers(0, frame.end - frame.start - 160, size), born
    )
    into = chunk.nominals.merged_into
    np.minimum.at(born, into[into != NULL], born[into != NULL])
    lone = ~chunk.nominals.is_duplicate
    lone[into[into != NULL]] = False
    lone[chunk.nominals.primary[chunk.windows.person]] = False
    weeded = lone & (rng.random(size) < 0.0004) & (born < frame.end - 60)
    return born, where(weeded, frame.end - rng.integers(0, 40, size), NEVER)


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
        keys=("nominal_id",),
        columns=("nominal_id", "pnc_id", "surname", "forename", "date_of_birth", "sex", "ethnicity", "division",
                 "deceased_date", "merged_into"),
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
    )  # fmt: skip


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
        keys=("offence_id",),
        columns=("offence_id", "ho_code", "offence_title", "offence_date", "offence_end_date", "recorded_date",
                 "division", "domestic_abuse", "hate_crime", "child_abuse", "outcome_code", "outcome_date",
                 "cancelled_date"),
        fixed={
            "offence_id": ids,
            "ho_code": words([item.code for item in CODES], _as_coded_then(code, day, chunk)),
            "offence_title": words([item.title for item in CODES], code),
            "offence_date": dates(day),
            "offence_end_date": dates(finish),
            "recorded_date": dates(recorded),
            "division": words(names.DIVISIONS, where(rng.random(size) < 0.02, NULL, chunk.people.division[found.offence_owner[rows]])),
            "domestic_abuse": flags(cases.offence_domestic[rows]),
            "hate_crime": flags(cases.offence_hate[rows]),
            "child_abuse": flags(cases.offence_child[rows]),
        },
        changing={
            "outcome_code": Changing(from_day(outcome_day, where(outcome_day < NEVER, cases.offence_outcome[rows] - 1, NULL)), "word", _OUTCOMES),
            "outcome_date": Changing(from_day(outcome_day, outcome_day)),
            "cancelled_date": Changing(from_day(cases.offence_cancelled[rows], cases.offence_cancelled[rows])),
        },
        first_day=recorded,
        last_day=holding.offence_last[rows],
    )  # fmt: skip


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
    gone, with_parent = _going(chunk, holding, chunk.found.link_offence[link], holding.link_nominal, 0.0003)
    later = ((charged, 1), (cautioned, 2), (convicted, 3), (eliminated, 4))
    return Entity(
        name="offence_nominals",
        keys=("offence_id", "nominal_id"),
        columns=("offence_id", "nominal_id", "role", "role_date"),
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


def _going(chunk: Chunk, holding: Holding, offence: Ints, nominal: Ints, share: float) -> tuple[Ints, Bools]:
    """Rows that leave: with their offence or their person, or alone because they were entered in error."""
    rng = chunk.frame.generator(f"leaving {share} {len(offence)}")
    parent = np.minimum(holding.offence_last[offence], holding.nominal_last[nominal])
    alone = where(
        (rng.random(len(offence)) < share) & (parent == NEVER),
        chunk.frame.end - rng.integers(0, 40, len(offence)),
        NEVER,
    )
    return np.minimum(parent, alone), parent < NEVER


def _custody(chunk: Chunk) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints]:
    """Return person's record, start, end, kind, sentence and the case of each spell inside."""
    prison, people = chunk.prison, chunk.people
    rows = np.flatnonzero(chunk.actual.prison_happens)
    remand = rows[prison.remand[rows] < NEVER]
    sentence = rows[prison.sentence[rows] < NEVER]
    recall = rows[prison.recall[rows] < NEVER]
    case = np.concatenate([remand, sentence, recall])
    kind = np.repeat(np.arange(3), [len(remand), len(sentence), len(recall)])
    start = np.concatenate([prison.remand[remand], prison.sentence[sentence], prison.recall[recall]])
    hearing = np.minimum(prison.sentence[remand], prison.release[remand])
    end = np.concatenate([hearing, prison.release[sentence], prison.recall_end[recall]])
    days = where(kind == 1, prison.sentence_days[case], NULL)
    person = prison.person[case]
    keep = (start <= chunk.frame.end) & (start < people.death[person])
    end = np.minimum(end, people.death[person])
    nominal = spread(chunk, "custody", person)
    return nominal[keep], start[keep], end[keep], kind[keep], days[keep], case[keep]


def _custody_entity(chunk: Chunk, nominal: Ints, start: Ints, end: Ints, kind: Ints, days: Ints, case: Ints,
                    nominal_last: Ints) -> Entity:  # fmt: skip
    size = len(nominal)
    return Entity(
        name="custody",
        keys=("custody_id",),
        columns=("custody_id", "nominal_id", "start_date", "end_date", "custody_type", "sentence_days"),
        fixed={
            "custody_id": identifiers("CU", chunk.frame.number * _PER_CHUNK + 1 + np.arange(size), 9),
            "nominal_id": nominal_ids(chunk, nominal),
            "start_date": dates(start),
            "custody_type": words(["remand", "sentence", "recall"], kind),
            "sentence_days": counts(days),
        },
        changing={"end_date": Changing(from_day(end, end))},
        first_day=start,
        last_day=nominal_last[nominal],
        leaves_with_parent=nominal_last[nominal] < NEVER,
    )


def intelligence(chunk: Chunk, holding: Holding) -> Entity:
    """Intelligence logs: dated categories, more of them where more is happening; no text."""
    rng = chunk.frame.generator("intelligence")
    link = holding.link[~holding.link_shadow]
    about = link[rng.random(len(link)) < 0.14]
    person = chunk.found.link_person[about]
    managed = np.repeat(chunk.windows.person, 4)
    low = np.maximum(np.repeat(chunk.windows.start, 4), chunk.frame.start)
    high = np.minimum(np.repeat(chunk.windows.end, 4), chunk.frame.end)
    extra = low + (rng.random(len(managed)) * np.maximum(high - low, 1)).astype(np.int64)
    person = np.concatenate([person, managed])
    day = np.concatenate([chunk.cases.link_known[about] + rng.integers(-20, 60, len(about)), extra])
    nominal = chunk.nominals.primary[person]
    keep = (
        (day >= holding.nominal_first[nominal])
        & (day < chunk.people.death[person])
        & (day <= chunk.frame.end)
    )
    person, day, nominal = person[keep], day[keep], nominal[keep]
    category = where(
        rng.random(len(person)) < 0.7,
        _INTELLIGENCE_OF[chunk.people.kind[person]],
        pick(rng, [1.0] * 8, len(person)),
    )
    last, with_parent = holding.nominal_last[nominal], holding.nominal_last[nominal] < NEVER
    wrong = ~with_parent & (rng.random(len(person)) < 0.001)
    return Entity(
        name="intelligence",
        keys=("log_id",),
        columns=("log_id", "nominal_id", "log_date", "category"),
        fixed={
            "log_id": identifiers("IN", chunk.frame.number * _PER_CHUNK + 1 + np.arange(len(person)), 9),
            "nominal_id": nominal_ids(chunk, nominal),
            "log_date": dates(day),
            "category": words(_INTELLIGENCE, category),
        },
        changing={},
        first_day=day,
        last_day=where(wrong, chunk.frame.end - rng.integers(0, 40, len(person)), last),
        leaves_with_parent=with_parent,
    )
