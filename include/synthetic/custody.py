"""Times inside as the records system shows them: remands, sentences and recalls."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from include.synthetic.chunk import Chunk
from include.synthetic.draws import NEVER, NULL, Ints, counts, dates, identifiers, where, words
from include.synthetic.holding import PER_CHUNK, Holding, nominal_ids, spread
from include.synthetic.tables import Changing, Entity, from_day


@dataclass(frozen=True)
class Inside:
    """One row per custody spell; ``kind`` is remand, sentence or recall."""

    nominal: Ints
    start: Ints
    end: Ints
    kind: Ints
    sentence_days: Ints


def times_inside(chunk: Chunk) -> Inside:
    """Return the spells that had begun by the last day, on the records that show them."""
    prison, death = chunk.prison, chunk.people.death
    rows = np.flatnonzero(chunk.actual.prison_happens)
    remand = rows[prison.remand[rows] < NEVER]
    sentence = rows[prison.sentence[rows] < NEVER]
    recall = rows[prison.recall[rows] < NEVER]
    case = np.concatenate([remand, sentence, recall])
    kind = np.repeat(np.arange(3), [len(remand), len(sentence), len(recall)])
    start = np.concatenate([prison.remand[remand], prison.sentence[sentence], prison.recall[recall]])
    hearing = np.minimum(prison.sentence[remand], prison.release[remand])
    end = np.concatenate([hearing, prison.release[sentence], prison.recall_end[recall]])
    person = prison.person[case]
    keep = np.flatnonzero((start <= chunk.frame.end) & (start < death[person]))
    return Inside(
        nominal=spread(chunk, "custody", person)[keep],
        start=start[keep],
        end=np.minimum(end, death[person])[keep],
        kind=kind[keep],
        sentence_days=where(kind == 1, prison.sentence_days[case], NULL)[keep],
    )


def custody(chunk: Chunk, holding: Holding, inside: Inside) -> Entity:
    """The custody file; an end is known when it has come."""
    gone = holding.nominal_last[inside.nominal]
    number = chunk.frame.number * PER_CHUNK + 1 + np.arange(len(inside.nominal))
    return Entity(
        name="custody",
        keys="custody_id",
        columns="custody_id nominal_id start_date end_date custody_type sentence_days",
        fixed={
            "custody_id": identifiers("CU", number, 9),
            "nominal_id": nominal_ids(chunk, inside.nominal),
            "start_date": dates(inside.start),
            "custody_type": words(["remand", "sentence", "recall"], inside.kind),
            "sentence_days": counts(inside.sentence_days),
        },
        changing={"end_date": Changing(from_day(inside.end, inside.end))},
        first_day=inside.start,
        last_day=gone,
        leaves_with_parent=gone < NEVER,
    )
