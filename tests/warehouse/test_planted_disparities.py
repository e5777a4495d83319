"""Equality monitoring on made-up forces, by the SQL of a real build: what is planted is found, chance mostly not."""

from __future__ import annotations

import pytest

from benchmarks.planted_disparities import Planted, compiled, study
from tests.warehouse.conftest import Built

FORCES = 20


@pytest.fixture(scope="module")
def sql(twelve_people: Built) -> dict[str, str]:
    return compiled(twelve_people[2].manifest, "fct_equality_stages", "fct_equality_questions")


@pytest.mark.slow
def test_chance_alone_is_mostly_no_question(sql: dict[str, str]) -> None:
    found = study(sql, Planted(), FORCES, seed=1)
    assert found.forces_with_others <= 2
    assert found.others <= 0.2


@pytest.mark.slow
@pytest.mark.parametrize("planted", [Planted("Black", "considered", 2.0), Planted("F", "considered", 2.0)])
def test_a_planted_disparity_is_found(sql: dict[str, str], planted: Planted) -> None:
    found = study(sql, planted, FORCES, seed=2)
    assert found.asked >= 0.9 * FORCES
