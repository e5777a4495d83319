"""Which record holds what: a person's links and times inside lie on the first record or on a duplicate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from include.synthetic.chunk import Chunk
from include.synthetic.draws import NEVER, NULL, Bools, Ints, identifiers, pnc_identifiers, where, years_of
from include.synthetic.tables import stays

PER_CHUNK = 1_000_000  # numbers of offences, custody spells and logs of a chunk


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


def nominal_ids(chunk: Chunk, rows: Ints) -> pa.Array:
    """Return nominal ids of record rows."""
    return identifiers("N", chunk.frame.first_nominal + 1 + rows, 8)


def offence_ids(chunk: Chunk, offences: Ints) -> pa.Array:
    """Return offence ids."""
    return identifiers("CR", chunk.frame.number * PER_CHUNK + 1 + offences, 10)


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


def hold(chunk: Chunk, inside_nominal: Ints, inside_first: Ints) -> Holding:
    """Work out which record shows what, and from when to when.

    Args:
        chunk: The chunk.
        inside_nominal: Record of each time inside.
        inside_first: First day of each time inside.
    """
    frame, found, primary = chunk.frame, chunk.found, chunk.nominals.primary
    rng = frame.generator("holding")
    link = np.flatnonzero(chunk.actual.link_happens)
    nominal = spread(chunk, "links", found.link_person[link])
    first = chunk.cases.link_known[link]
    twin = np.flatnonzero((nominal != primary[found.link_person[link]]) & (rng.random(len(link)) < 0.06))
    shadow = np.repeat([False, True], [len(link), len(twin)])
    nominal = np.concatenate([nominal, primary[found.link_person[link[twin]]]])
    first = np.concatenate([first, first[twin]])
    offence_last = stays(len(found.offence_day))
    erased = rng.random(len(offence_last)) < 0.0004
    offence_last[erased] = frame.end - rng.integers(0, 40, int(erased.sum()))
    begins, ends = _presence(chunk, nominal, first, inside_nominal, inside_first)
    return Holding(np.concatenate([link, link[twin]]), nominal, first, shadow, offence_last, begins, ends)


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
    for _ in range(2):  # a chain has two steps
        np.minimum.at(born, into[into != NULL], born[into != NULL])
    lone = ~chunk.nominals.is_duplicate
    lone[into[into != NULL]] = False
    lone[chunk.nominals.primary[chunk.windows.person]] = False
    weeded = lone & (rng.random(size) < 0.0004) & (born < frame.end - 60)
    return born, where(weeded, frame.end - rng.integers(0, 40, size), NEVER)


def going(chunk: Chunk, holding: Holding, offence: Ints, nominal: Ints, share: float) -> tuple[Ints, Bools]:
    """Rows that leave: with their offence or their person, or alone because they were entered in error."""
    rng = chunk.frame.generator(f"leaving {share} {len(offence)}")
    parent = np.minimum(holding.offence_last[offence], holding.nominal_last[nominal])
    alone = where(
        (rng.random(len(offence)) < share) & (parent == NEVER),
        chunk.frame.end - rng.integers(0, 40, len(offence)),
        NEVER,
    )
    return np.minimum(parent, alone), parent < NEVER
