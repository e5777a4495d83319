"""What is left out unscored is what nobody would consider, and nothing else."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from include.errors import UsageError
from include.identity.blocking import Considered, read_considered
from include.identity.comparisons import BLOCKING
from include.identity.model import compare
from tests.identity.test_model import NICKNAMES, PEOPLE, PROBABILITIES

SURNAMES = (
    "Dixon",
    "Dixson",
    "Dixno",
    "Okafor",
    "Okafr",
    "Ng",
    "Gn",
    "Li",
    "Wolstenholme",
    "Wolstenhome Jr",
    "",
)
FORENAMES = ("Robert", "Bob", "Robret", "Samuel", "Sam", "Samantha", "Ian", "Iain", "Jo", "Oj", "")
PARAMETERS = {
    "identity_considered_probability": "0.01",
    "identity_matches_per_nominal": "0.027",
    "identity_matches_per_record": "0.9",
}


@pytest.fixture(scope="module")
def people() -> list[dict[str, Any]]:
    """A crowd of few names and few birthdays, so that each level is met with each other, and each rule finds some."""
    rng = np.random.default_rng(3)
    rows = []
    for number in range(700):
        born = date(1985, 1, 1) + timedelta(days=int(rng.integers(0, 3)) * 31 + int(rng.integers(0, 4)) * 365)
        kind = rng.choice(["nominal", "cohort_spell"], p=[0.8, 0.2])
        known = [f"{letter}{number % 200}" if rng.random() < 0.2 else None for letter in "NP"]
        names = (rng.choice(SURNAMES), rng.choice(FORENAMES))
        rest = (born if rng.random() < 0.9 else None, rng.choice(["M", "F", "U"]))
        rows.append(dict(zip(PEOPLE.names, (f"{number:03}", kind, *known, *names, *rest), strict=True)))
    return rows


@pytest.mark.parametrize(
    "considered", [Considered(-20.0, -25.0), Considered(3.0, 0.5), Considered(14.0, 9.0)]
)
def test_left_out_is_what_weighs_too_little_and_nothing_else(
    people: list[dict[str, Any]], considered: Considered
) -> None:
    table = pa.Table.from_pylist(people, schema=PEOPLE)
    records = {row["record_id"]: row for row in people}

    def is_kept(pair: dict[str, Any]) -> bool:
        one, other = records[pair["left_id"]], records[pair["right_id"]]
        kinds = {one["kind"], other["kind"]}
        known = any(one[name] is not None and one[name] == other[name] for name in ("nominal_id", "pnc_id"))
        least = considered.nominals if kinds == {"nominal"} else considered.others
        return "nominal" in kinds and (known or pair["weight"] >= least)

    every = compare(table, NICKNAMES, PROBABILITIES).to_pylist()
    kept = [pair for pair in every if is_kept(pair)]
    assert compare(table, NICKNAMES, PROBABILITIES, considered=considered).to_pylist() == kept
    assert {pair["blocking_rule"] for pair in every} == set(range(len(BLOCKING)))
    assert 0 < len(kept) < len(every)


def test_at_the_weight_considered_a_pair_has_the_probability_considered() -> None:
    considered = read_considered(PARAMETERS, 200_001)
    for weight, matches in ((considered.nominals, 0.027), (considered.others, 0.9)):
        assert 1 / (1 + 200_000 / matches * 2**-weight) == pytest.approx(0.01, abs=1e-12)
    assert read_considered(PARAMETERS, 1_000_001).nominals - considered.nominals == pytest.approx(
        math.log2(5)
    )
    assert read_considered(PARAMETERS, 1) == read_considered(PARAMETERS, 2)


@pytest.mark.parametrize("probability", ["0", "1"])
def test_a_probability_that_leaves_nothing_or_everything_is_named(probability: str) -> None:
    with pytest.raises(UsageError, match="identity_considered_probability"):
        read_considered({**PARAMETERS, "identity_considered_probability": probability}, 100)
