"""Training on planted pairs: what is measured is what was planted; and how many matches a record has."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from include.errors import InputError
from include.identity.train import expected_matches, train
from tests.identity.test_model import NICKNAMES, PEOPLE

SIZE = 400


def planted() -> tuple[pa.Table, pa.Table]:
    """400 people with two records each: every fourth second record has a slip in its surname."""
    rng = np.random.default_rng(1)
    rows, known = [], []
    for number in range(SIZE):
        surname = "".join(rng.choice(list("abcdefghijklmnoprstuvwxyz"), 9))
        born = date(1950, 1, 1) + timedelta(days=int(rng.integers(0, 18_000)))
        slipped = surname[1] + surname[0] + surname[2:] if number % 4 == 0 else surname
        for side, name in (("A", surname), ("B", slipped)):
            values = (f"{side}{number}", "nominal", None, None, name, "Ian", born, "M")
            rows.append(dict(zip(PEOPLE.names, values, strict=True)))
        known.append({"left_id": f"A{number}", "right_id": f"B{number}"})
    return pa.Table.from_pylist(rows, schema=PEOPLE), pa.Table.from_pylist(known)


def test_m_is_the_share_that_was_planted_and_no_level_is_impossible() -> None:
    people, known = planted()
    trained = train(people, NICKNAMES, known, random_pairs=1e5)
    moved = trained.counted["surname", "slip"]
    assert moved == pytest.approx(SIZE / 4, abs=8)  # two equal neighbours change places unseen
    assert trained.counted["surname", "same"] == SIZE - moved
    assert trained.probabilities["surname", "slip"].m == pytest.approx((moved + 0.5) / (SIZE + 2), abs=1e-9)
    assert trained.probabilities["surname", "other"].m == pytest.approx(0.5 / (SIZE + 2), abs=1e-9)
    assert trained.probabilities["forename", "same"].u > 0.99  # everybody is called Ian
    assert 0 < trained.probabilities["date_of_birth", "same"].u < 0.01


def test_too_few_known_pairs_train_nothing() -> None:
    people, known = planted()
    with pytest.raises(InputError, match="99 pairs .* 100 are needed"):
        train(people, NICKNAMES, known.slice(0, 99))


def test_expected_matches_finds_the_planted_share() -> None:
    """1,000 records of which 50 have a match among 20 others each, with weights drawn as the model supposes them."""
    rng = np.random.default_rng(7)
    spread, shift = (
        4.0,
        14.0,
    )  # normal weights w with log-odds linear in w: exact for two normals of one variance
    matches = rng.normal(shift, spread, 50)
    others = rng.normal(-shift, spread, 20_000)
    scale = 2 * shift / spread**2 / np.log(2)  # log2 of the ratio of the two densities
    found = expected_matches(np.concatenate([matches, others]) * scale, 1_000, 20)
    assert found == pytest.approx(0.05, rel=0.02)
