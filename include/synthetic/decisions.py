"""What the meetings decided on the people of each list: the unit's own record, beside what IDIOM shows of it.

Adoptions, refusals and deferrals are those of the referrals; de-selections those of the spells. On top of these each
meeting looks at people high on its list whom nobody referred. Ranks are left out: no list exists when a force is made.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from include.contract.unit_decisions import DECISIONS, REASONS
from include.synthetic.chunk import Chunk
from include.synthetic.draws import NEVER, Ints, dates, pick, share, where, words
from include.synthetic.holding import nominal_ids
from include.synthetic.management import Caseload
from include.synthetic.referrals import Course
from include.synthetic.selection import Looker
from include.synthetic.tables import Entity

INTERVAL_DAYS = 14
LISTS = 78  # three years of fortnights, as the default run dates
_LOOKED_AT = 80.0  # people of the list that a meeting may reach, in a force of 20,000 nominals
_A_MEETING = 2.5  # of them decided on, beside referrals
_DECIDERS = ["Chair (detective inspector)", "Chair (detective chief inspector)", "Deputy chair (sergeant)"]
_ADOPT, _NOT_ADOPT, _DEFER, _DESELECT, _RETAIN = range(len(DECISIONS))
_MORE_INFORMATION = REASONS.index("more_information")
_AGAINST = [
    REASONS.index(name) for name in ("managed_elsewhere", "below_threshold", "in_custody", "no_capacity")
]
_FOR = [
    REASONS.index(name)
    for name in ("meets_criteria", "rising_harm", "repeat_victims", "release_from_custody")
]
_OFF = [REASONS.index(name) for name in ("reduced_risk", "in_custody", "moved_away")]
_Part = tuple[Ints, Ints, Ints, Ints]


def unit_decisions(chunk: Chunk, load: Caseload, course: Course) -> Entity:
    """Return the decisions of the meetings of the last three years, one a person a list."""
    rng = chunk.frame.generator("unit decisions")
    parts = [_on_referrals(rng, course), _off_the_caseload(rng, load), _on_the_list(rng, chunk)]
    nominal, day, decision, reason = (np.concatenate([part[place] for part in parts]) for place in range(4))
    end = chunk.frame.end
    listed = end - INTERVAL_DAYS * -(-(end - day) // INTERVAL_DAYS)
    seen = np.flatnonzero((day <= end) & (listed >= end - LISTS * INTERVAL_DAYS))
    first = np.unique(listed[seen] * 10_000_000 + nominal[seen], return_index=True)[1]
    rows = seen[first]
    return Entity(
        name="unit_decisions",
        keys="run_date nominal_id",
        columns="run_date nominal_id rank decision reason decided_by decision_date",
        fixed={
            "run_date": dates(listed[rows]),
            "nominal_id": nominal_ids(chunk, nominal[rows]),
            "rank": pa.nulls(len(rows), pa.int64()),
            "decision": words(list(DECISIONS), decision[rows]),
            "reason": words(list(REASONS), reason[rows]),
            "decided_by": words(_DECIDERS, pick(rng, [0.7, 0.2, 0.1], len(rows))),
            "decision_date": dates(day[rows]),
        },
        changing={},
        first_day=day[rows],
    )


def _on_referrals(rng: np.random.Generator, course: Course) -> _Part:
    """What was heard at a meeting: deferred where it was, then decided."""
    panel = course.to_panel == 1
    later = np.flatnonzero(panel & (course.deferred_to < NEVER))
    final = np.flatnonzero(panel)
    decided = where(course.deferred_to < NEVER, course.deferred_to, course.heard)[final]
    adopted = course.decision[final] == 1
    reason = where(adopted, _drawn(rng, _FOR, len(final)), _drawn(rng, _AGAINST, len(final)))
    return (
        np.concatenate([course.nominal[final], course.nominal[later]]),
        np.concatenate([decided, course.heard[later]]),
        np.concatenate([where(adopted, _ADOPT, _NOT_ADOPT), np.full(len(later), _DEFER)]),
        np.concatenate([reason, np.full(len(later), _MORE_INFORMATION)]),
    )


def _off_the_caseload(rng: np.random.Generator, load: Caseload) -> _Part:
    """Spells that ended for people whom the unit knows by nominal id."""
    rows = np.flatnonzero(load.identity.gives_nominal & (load.end < NEVER))
    size = len(rows)
    return load.identity.nominal_row[rows], load.end[rows], np.full(size, _DESELECT), _drawn(rng, _OFF, size)


def _on_the_list(rng: np.random.Generator, chunk: Chunk) -> _Part:
    """People high on each list whom nobody referred: refused, deferred, or kept on where managed; none twice a year."""
    frame, windows, people = chunk.frame, chunk.windows, chunk.people
    looker = Looker(people, chunk.found, chunk.cases, chunk.actual)
    decided_until = np.zeros(people.size, dtype=np.int64)
    found: list[_Part] = []
    for day in range(frame.end - LISTS * INTERVAL_DAYS, frame.end - 4, INTERVAL_DAYS):
        top = np.argsort(-looker.at(day).score, kind="stable")[: share(rng, _LOOKED_AT * frame.scale)]
        top = top[(decided_until[top] <= day) & (people.death[top] > day + INTERVAL_DAYS)]
        person = top[: share(rng, _A_MEETING * frame.scale)]
        is_open = (windows.start <= day) & (windows.end > day)
        managed = np.isin(person, windows.person[is_open])
        deferred = ~managed & (rng.random(len(person)) < 0.2)
        decided_until[person] = where(deferred, day, day + 365)
        decision = where(managed, _RETAIN, where(deferred, _DEFER, _NOT_ADOPT))
        reason = where(
            managed, _FOR[0], where(deferred, _MORE_INFORMATION, _drawn(rng, _AGAINST, len(person)))
        )
        when = day + rng.integers(2, 5, len(person))
        found.append((chunk.nominals.primary[person], when, decision, reason))
    nominal, when, decision, reason = (np.concatenate([part[place] for part in found]) for place in range(4))
    return nominal, when, decision, reason


def _drawn(rng: np.random.Generator, codes: list[int], size: int) -> Ints:
    return np.asarray(codes, dtype=np.int64)[rng.integers(0, len(codes), size)]
