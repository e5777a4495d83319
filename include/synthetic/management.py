"""The cohort spells and interventions as IDIOM shows them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from include.synthetic import names
from include.synthetic.chunk import REASONS, Chunk
from include.synthetic.draws import (
    NEVER,
    NULL,
    Bools,
    Ints,
    dates,
    flags,
    identifiers,
    pick,
    where,
    words,
)
from include.synthetic.holding import nominal_ids, spread, true_pnc
from include.synthetic.registers import LEVELS, Registrations
from include.synthetic.selection import COHORTS, PATHWAYS, cohort_number
from include.synthetic.staff import Staff, allocate, manager_ids, merged_day, scheme_of
from include.synthetic.tables import Changing, Entity, from_day, steps

_PER_CHUNK = 100_000
_COURT_ORDERED = [cohort_number(name) for name in ("visor", "violent_mappa", "iom_fixed")]


@dataclass(frozen=True)
class Identity:
    """How another source names a person: by nominal, by PNC id, by both, or by name and birth only."""

    nominal_row: Ints
    gives_nominal: Bools
    fields: dict[str, pa.Array]


def identify(chunk: Chunk, stream: str, person: Ints, first_sanction: Ints, weights: list[float]) -> Identity:
    """Name people as another system does. Weights: nominal id, both ids, PNC id only, name and birth only."""
    rng = chunk.frame.generator(stream)
    size, people = len(person), chunk.people
    mode = pick(rng, weights, size)
    on_pnc = first_sanction[person] < NEVER
    mode = where(~on_pnc & (mode > 0) & (mode < 3), 0, mode)
    row = spread(chunk, stream + " record", person)
    shown = (mode == 3) | (rng.random(size) < 0.6)
    slip = (mode == 3) & (rng.random(size) < 0.35)
    variant = where((mode == 3) & ~slip & (rng.random(size) < 0.3), 1, 0)
    birth = people.birth[person] + where((mode == 3) & (rng.random(size) < 0.12), 1, 0)
    gives = mode <= 1
    hidden = pa.array(~shown)
    nothing = pa.scalar(None, pa.string())
    return Identity(
        row,
        gives,
        {
            "nominal_id": pc.if_else(pa.array(gives), nominal_ids(chunk, row), nothing),
            "pnc_id": true_pnc(chunk, person, (mode == 1) | (mode == 2)),
            "surname": pc.if_else(hidden, nothing, names.surnames(people.surname[person], slip)),
            "forename": pc.if_else(hidden, nothing, names.forenames(people.forename[person], variant)),
            "date_of_birth": dates(where(shown, birth, NULL)),
        },
    )


@dataclass(frozen=True)
class Caseload:
    """All spells as listed (with those of the register that IDIOM also lists), and who manages them."""

    person: Ints
    cohort: Ints
    pathway: Ints
    adopted: Ints
    end: Ints
    reason: Ints
    level: Ints
    before: Ints
    since: Ints
    identity: Identity


def make_caseload(chunk: Chunk, staff: Staff, first_sanction: Ints) -> Caseload:
    """Join the spells with the third of registrations that have a spell of cohort ``visor`` in IDIOM."""
    rng = chunk.frame.generator("caseload")
    spells, listed = chunk.spells, chunk.registrations
    both = np.flatnonzero(
        (rng.random(len(listed.person)) < 0.2) & (listed.category == 0) & (listed.start != NULL)
    )
    adopted = np.concatenate([spells.adopted, listed.start[both]])
    person = np.concatenate([spells.person, listed.person[both]])
    cohort = np.concatenate([spells.cohort, np.full(len(both), cohort_number("visor"))])
    end = np.concatenate([chunk.spell_end, listed.end[both]])
    level = np.concatenate([pick(rng, [0.2, 0.46, 0.28, 0.06], len(spells.person)), listed.arms[both]])
    before, since = allocate(chunk, staff, person, cohort, adopted, end)
    return Caseload(
        person=person,
        cohort=cohort,
        pathway=np.concatenate([spells.pathway, np.full(len(both), PATHWAYS.index("mappa"))]),
        adopted=adopted,
        end=end,
        reason=np.concatenate(
            [chunk.spell_reason, where(listed.end[both] >= chunk.people.death[listed.person[both]], 8, 4)]
        ),
        level=level,
        before=before,
        since=since,
        identity=identify(chunk, "spell identities", person, first_sanction, [0.6, 0.2, 0.13, 0.07]),
    )


def cohort_spells(chunk: Chunk, load: Caseload, staff: Staff) -> Entity:
    """The spells: managers follow the merger of the teams, RAG the last quarter, levels are reviewed."""
    rng, size = chunk.frame.generator("spell rows"), len(load.person)
    merged = np.full(size, merged_day(chunk.frame), dtype=np.int64)
    none = rng.random(size) < 0.03
    before, since = where(none, NULL, load.before), where(none, NULL, load.since)
    reviewed = where(rng.random(size) < 0.25, load.adopted + rng.integers(60, 900, size), NEVER)
    reviewed = where(rng.random(size) < 0.04, chunk.frame.end - rng.integers(0, 40, size), reviewed)
    reviewed = where(reviewed >= load.end, NEVER, reviewed)
    level = where(rng.random(size) < 0.04, NULL, load.level)
    changed = where(level == NULL, NULL, np.clip(load.level + pick(rng, [0.65, 0.0, 0.35], size) - 1, 0, 3))
    return Entity(
        name="cohort_spells",
        keys="spell_id",
        columns="spell_id nominal_id pnc_id surname forename date_of_birth scheme cohort pathway statutory "
        "adopted_date deselected_date deselection_reason rag_status risk_level manager_id",
        fixed={
            "spell_id": spell_ids(chunk, size),
            **load.identity.fields,
            "scheme": words(names.SCHEMES, scheme_of(chunk, load.person)),
            "cohort": words(COHORTS, load.cohort),
            "pathway": words(PATHWAYS, load.pathway),
            "statutory": flags(np.isin(load.cohort, _COURT_ORDERED) | (rng.random(size) < 0.28)),
            "adopted_date": dates(load.adopted),
        },
        changing={
            "deselected_date": Changing(from_day(load.end, load.end)),
            "deselection_reason": Changing(from_day(load.end, load.reason), "word", REASONS),
            "rag_status": Changing(lambda at: _rag(chunk, load, at), "word", ["red", "amber", "green"]),
            "risk_level": Changing(steps(level, (reviewed, changed)), "word", LEVELS),
            "manager_id": Changing(
                steps(before, (where(load.end > merged, merged, NEVER), since)),
                "word",
                manager_ids(chunk.frame, len(staff.origin)),
            ),
        },
        first_day=load.adopted,
    )


def spell_ids(chunk: Chunk, size: int) -> pa.Array:
    """Return the ids of a chunk's spells."""
    return identifiers("SP", chunk.frame.number * _PER_CHUNK + 1 + np.arange(size), 7)


def _rag(chunk: Chunk, load: Caseload, at: int) -> Ints:
    """Red: recorded twice in the last quarter; amber: at all; green: not. Frozen when the spell ends."""
    rows = np.flatnonzero(chunk.actual.link_happens)
    key = np.sort(chunk.found.link_person[rows] * 100_000 + chunk.cases.link_known[rows])
    day = np.minimum(at, np.minimum(load.end, 90_000))
    low = np.searchsorted(key, load.person * 100_000 + day - 91, side="right")
    recent = np.searchsorted(key, load.person * 100_000 + day, side="right") - low
    status = where(recent >= 2, 0, where(recent == 1, 1, 2))
    return where(load.cohort == cohort_number("visor"), NULL, status)


def open_registrations(listed: Registrations, day: int) -> Bools:
    """Whether each registration is open on a day."""
    return np.asarray(((listed.start == NULL) | (listed.start <= day)) & (listed.end > day), dtype=np.bool_)
