"""What managers did with the people they manage, drawn from the catalogue."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from include.synthetic.catalogue import CATALOGUE
from include.synthetic.chunk import Chunk
from include.synthetic.draws import NEVER, NULL, YEAR, Ints, dates, identifiers, pick, where, words
from include.synthetic.holding import nominal_ids
from include.synthetic.management import Caseload, spell_ids
from include.synthetic.selection import cohort_number
from include.synthetic.staff import Staff, manager_ids, merged_day
from include.synthetic.tables import Changing, Entity, from_day

_PER_CHUNK = 100_000
_YEARLY = 5.2  # a managed person


def interventions(chunk: Chunk, load: Caseload, staff: Staff) -> Entity:
    """The interventions file; four in five are completed, which later deliveries tell."""
    rng, end = chunk.frame.generator("interventions"), chunk.frame.end
    spell, day = _when(rng, chunk, load)
    size = len(spell)
    which = _what(rng, load.cohort[spell])
    finished = where(rng.random(size) < 0.8, day + rng.integers(0, 120, size), NEVER)
    manager = where(day < merged_day(chunk.frame), load.before[spell], load.since[spell])
    manager = where(rng.random(size) < 0.02, NULL, manager)
    spells = spell_ids(chunk, len(load.person)).take(pa.array(spell))
    return Entity(
        name="interventions",
        keys="intervention_id",
        columns="intervention_id nominal_id spell_id intervention_date intervention manager_id completed_date",
        fixed={
            "intervention_id": identifiers("IV", chunk.frame.number * _PER_CHUNK + 1 + np.arange(size), 8),
            "nominal_id": nominal_ids(chunk, load.identity.nominal_row[spell]),
            "spell_id": pc.if_else(pa.array(rng.random(size) < 0.88), spells, None),
            "intervention_date": dates(day),
            "intervention": words([item.code for item in CATALOGUE], which),
            "manager_id": words(manager_ids(chunk.frame, len(staff.origin)), manager),
        },
        changing={"completed_date": Changing(from_day(finished, finished))},
        first_day=day,
        last_day=where(rng.random(size) < 0.001, end - rng.integers(0, 40, size), NEVER),
    )


def _when(rng: np.random.Generator, chunk: Chunk, load: Caseload) -> tuple[Ints, Ints]:
    """Return the spell and day of each intervention, of people whom IDIOM knows by nominal id."""
    stop = np.minimum(load.end, chunk.frame.end + 1)
    begin = np.maximum(load.adopted, chunk.frame.start)
    expected = np.where(load.identity.gives_nominal, _YEARLY * np.maximum(stop - begin, 0) / YEAR, 0.0)
    spell = np.repeat(np.arange(len(load.person)), rng.poisson(expected))
    return spell, begin[spell] + (rng.random(len(spell)) * (stop - begin)[spell]).astype(np.int64)


def _what(rng: np.random.Generator, cohort: Ints) -> Ints:
    """Draw entries of the catalogue by kind of cohort: IOM and others, register, high harm."""
    kind = where(cohort == cohort_number("visor"), 1, where(cohort == cohort_number("hhpu"), 2, 0))
    which = np.zeros(len(cohort), dtype=np.int64)
    for column in range(3):
        rows = np.flatnonzero(kind == column)
        which[rows] = pick(rng, [item.weights[column] + 0.02 for item in CATALOGUE], len(rows))
    return which
