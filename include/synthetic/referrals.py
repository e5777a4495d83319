"""Referrals to the units: those that led to a spell, those that did not, those that wait."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from include.synthetic.chunk import Chunk
from include.synthetic.draws import NEVER, NULL, Ints, dates, identifiers, pick, share, where, words
from include.synthetic.holding import nominal_ids
from include.synthetic.management import Caseload
from include.synthetic.selection import PATHWAYS
from include.synthetic.tables import Changing, Entity, from_day, steps

AGENCIES = [
    "probation",
    "marac",
    "children_services",
    "neighbourhood",
    "safeguarding",
    "asb",
    "drug_alcohol",
    "domestic_abuse_service",
    "health",
    "other_force",
    "algorithm",
    "other",
]
_WEIGHTS = [18, 16, 8, 16, 8, 7, 4, 7, 2, 3, 0, 3]
_REASONS = [
    "burst",
    "domestic_abuse",
    "serial_partner",
    "release",
    "intelligence",
    "exploitation",
    "new_to_area",
    "top_of_list",
]
_DECISIONS = ["pending", "adopted", "not_adopted", "deferred"]
_DECISION_REASONS = [
    "meets_criteria",
    "managed_elsewhere",
    "below_threshold",
    "in_custody",
    "more_information",
    "no_capacity",
]
_TRIAGE = ["not_triaged", "to_panel", "no_further_action"]
_YEARLY = 62.0  # beside those that led to a spell, in a force of 20,000 nominals
_PER_CHUNK = 100_000


@dataclass(frozen=True)
class Course:
    """What becomes of each referral: days may lie after the last delivery."""

    nominal: Ints
    referred: Ints
    agency: Ints
    triaged: Ints
    to_panel: Ints
    heard: Ints
    deferred_to: Ints
    decision: Ints
    because: Ints


def make_course(chunk: Chunk, load: Caseload, nominal_first: Ints) -> Course:
    """Return what becomes of every referral: those that led to a spell, and the others."""
    parts = [_led_to_spell(chunk, load), _others(chunk, nominal_first)]
    return Course(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in Course.__dataclass_fields__)
    )


def referrals(chunk: Chunk, course: Course) -> Entity:
    """The referrals; a few that were entered twice are taken back."""
    rng, end = chunk.frame.generator("referral rows"), chunk.frame.end
    size = len(course.nominal)
    drawn = pick(rng, [5, 5, 2, 2, 4, 2, 1, 0], size)
    reason = where(course.agency == AGENCIES.index("algorithm"), 7, drawn)
    settled = where(course.to_panel == 1, course.heard, course.triaged) < end
    gone = where((rng.random(size) < 0.004) & settled, end - rng.integers(0, 40, size), NEVER)
    return Entity(
        name="referrals",
        keys="referral_id",
        columns="referral_id nominal_id referred_date agency reason meeting_date decision decision_reason triage",
        fixed={
            "referral_id": identifiers("RF", chunk.frame.number * _PER_CHUNK + 1 + np.arange(size), 7),
            "nominal_id": nominal_ids(chunk, course.nominal),
            "referred_date": dates(course.referred),
            "agency": words(AGENCIES, course.agency),
            "reason": words(_REASONS, where(rng.random(size) < 0.08, NULL, reason)),
        },
        changing=_as_known(course),
        first_day=course.referred,
        last_day=np.maximum(gone, course.referred + 1),
    )


def _as_known(course: Course) -> dict[str, Changing]:
    """A meeting is known from the triage on, a decision from its meeting on; some are deferred once."""
    nothing = np.full(len(course.nominal), NULL, dtype=np.int64)
    panel = course.to_panel == 1
    twice = panel & (course.deferred_to < NEVER)
    closed = where(panel, NEVER, course.triaged)
    deferred = where(twice, course.heard, NEVER)
    final = where(panel, where(twice, course.deferred_to, course.heard), NEVER)
    called = where(panel, course.triaged, NEVER)
    decision = steps(nothing * 0, (closed, 2), (deferred, 3), (final, course.decision))
    because = from_day(np.minimum(final, closed), course.because)
    return {
        "meeting_date": Changing(steps(nothing, (called, course.heard), (deferred, course.deferred_to))),
        "decision": Changing(decision, "word", _DECISIONS),
        "decision_reason": Changing(because, "word", _DECISION_REASONS),
        "triage": Changing(from_day(course.triaged, where(panel, 1, 2), 0), "word", _TRIAGE),
    }


def _led_to_spell(chunk: Chunk, load: Caseload) -> Course:
    """Referrals and algorithm names that were adopted: heard in the fortnight before the adoption."""
    rng = chunk.frame.generator("adopted referrals")
    rows = np.flatnonzero(np.isin(load.pathway, [PATHWAYS.index("algorithm"), PATHWAYS.index("referral")]))
    rows = rows[load.identity.gives_nominal[rows]]
    size = len(rows)
    by_list = load.pathway[rows] == PATHWAYS.index("algorithm")
    heard = load.adopted[rows] - rng.integers(0, 4, size)
    triaged = heard - rng.integers(6, 24, size)
    return Course(
        nominal=load.identity.nominal_row[rows],
        referred=triaged - rng.integers(0, 12, size),
        agency=where(by_list, AGENCIES.index("algorithm"), pick(rng, _WEIGHTS, size)),
        triaged=triaged,
        to_panel=np.ones(size, dtype=np.int64),
        heard=heard,
        deferred_to=np.full(size, NEVER, dtype=np.int64),
        decision=np.ones(size, dtype=np.int64),
        because=np.zeros(size, dtype=np.int64),
    )


def _others(chunk: Chunk, nominal_first: Ints) -> Course:
    """Referrals that were not adopted, or not yet: of people with something recorded in the quarter before."""
    rng, frame = chunk.frame.generator("other referrals"), chunk.frame
    years = (frame.end - frame.start) / 365.25 - 1.0
    link = np.flatnonzero(chunk.actual.link_happens & (chunk.cases.link_known < frame.end - 5))
    link = link[chunk.cases.link_known[link] > frame.start + 365]
    wanted = min(share(rng, _YEARLY * frame.scale * years), len(link))
    link = rng.choice(link, wanted, replace=False)
    waiting = share(rng, 14 * frame.scale + 2)
    new = np.flatnonzero(chunk.actual.link_happens & (np.abs(chunk.cases.link_known - frame.end + 40) < 36))
    link = np.concatenate([link, rng.choice(new, min(waiting, len(new)), replace=False)])
    size, nominal = len(link), chunk.nominals.primary[chunk.found.link_person[link]]
    referred = np.minimum(
        chunk.cases.link_known[link] + rng.integers(0, 60, size), frame.end - rng.integers(0, 30, size)
    )
    referred = np.maximum(referred, nominal_first[nominal])
    triaged = referred + rng.integers(1, 14, size)
    heard = triaged + rng.integers(8, 40, size)
    panel = rng.random(size) < 0.62
    deferred = rng.random(size) < 0.14
    because = 1 + pick(rng, [0.2, 0.45, 0.13, 0.1, 0.12], size)
    return Course(
        nominal=nominal,
        referred=referred,
        agency=where(rng.random(size) < 0.25, AGENCIES.index("algorithm"), pick(rng, _WEIGHTS, size)),
        triaged=triaged,
        to_panel=panel.astype(np.int64),
        heard=heard,
        deferred_to=where(deferred, heard + 28, NEVER),
        decision=np.full(size, 2, dtype=np.int64),
        because=because,
    )
