"""Intelligence logs: dated categories without any text."""

from __future__ import annotations

import numpy as np

from include.synthetic.chunk import Chunk
from include.synthetic.draws import NEVER, dates, identifiers, pick, where, words
from include.synthetic.holding import PER_CHUNK, Holding, nominal_ids
from include.synthetic.tables import Entity

_INTELLIGENCE = [
    "acquisitive",
    "drugs",
    "domestic_abuse",
    "sexual",
    "violence",
    "weapons",
    "exploitation",
    "other",
]
_INTELLIGENCE_OF = np.array([0, 4, 2, 3, 1, 0])


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
        keys="log_id",
        columns="log_id nominal_id log_date category",
        fixed={
            "log_id": identifiers("IN", chunk.frame.number * PER_CHUNK + 1 + np.arange(len(person)), 9),
            "nominal_id": nominal_ids(chunk, nominal),
            "log_date": dates(day),
            "category": words(_INTELLIGENCE, category),
        },
        changing={},
        first_day=day,
        last_day=where(wrong, chunk.frame.end - rng.integers(0, 40, len(person)), last),
        leaves_with_parent=with_parent,
    )
