"""Simulated careers: counting by search against counting by hand, and the effect that is planted."""

from __future__ import annotations

import numpy as np
import pytest

from include.statistics.effect_careers import Careers, World, draw_candidates, live
from include.statistics.effect_matching import Covariates, MatchRule, match
from include.statistics.effect_study import measure, select

SMALL = World(people=1_500, adopted=40)
NEVER = 1_000_000


@pytest.fixture(scope="module")
def careers() -> Careers:
    generator = np.random.Generator(np.random.PCG64(1))
    return live(draw_candidates(SMALL, generator), np.full(SMALL.people, NEVER), 0.0, SMALL.days - 1)


def test_counts_and_days_inside_by_hand(careers: Careers) -> None:
    generator = np.random.default_rng(2)
    person = np.concatenate([generator.integers(0, SMALL.people, 300), careers.custody_person[:100]])
    first = generator.integers(-50, SMALL.days, 400)
    last = first + generator.integers(-2, 500, 400)
    offences, harm = careers.counts(person, first, last)
    inside = careers.days_inside(person, first, last)
    for who, begin, end, found, days_of_harm, days in zip(
        person, first, last, offences, harm, inside, strict=True
    ):
        mine = (careers.person == who) & (careers.day >= begin) & (careers.day <= end)
        assert (found, days_of_harm) == (mine.sum(), careers.harm[mine].sum())
        held = careers.custody_person == who
        covered = np.minimum(careers.custody_end[held], end + 1) - np.maximum(
            careers.custody_start[held], begin
        )
        assert days == np.maximum(covered, 0).sum()


def test_nobody_offends_in_custody(careers: Careers) -> None:
    inside = careers.days_inside(careers.person, careers.day, careers.day)
    assert inside.sum() == 0
    assert len(careers.custody_person) > 50


def test_the_planted_effect_is_there() -> None:
    generator = np.random.Generator(np.random.PCG64(3))
    candidates = draw_candidates(World(people=3_000, custody_share=0.0), generator)
    everybody = np.zeros(3_000, dtype=np.int64)
    without, thinned = (live(candidates, everybody, effect, SMALL.days - 1) for effect in (0.0, 0.3))
    assert len(thinned.day) / len(without.day) == pytest.approx(0.7, abs=0.02)


def test_measured_columns_by_hand(careers: Careers) -> None:
    generator = np.random.Generator(np.random.PCG64(1))
    candidates = draw_candidates(SMALL, generator)
    found = select(SMALL, candidates, careers, generator)
    columns = measure(SMALL, careers, found)
    assert len(found.person) == SMALL.adopted == len(set(found.person))
    adopted_by = found.first_day(SMALL.people)
    for row in range(0, SMALL.adopted, 5):
        start = found.adopted_day[row]
        others = found.pair_person[found.pair_row == row]
        assert columns["comparators"][row] == len(others)
        expected = 0.0
        for who in others:
            mine = careers.day[careers.person == who]
            expected += ((mine >= start) & (mine < adopted_by[who])).sum() * (60 // len(others))
        assert columns["c_offences_during"][row] == expected
        mine = careers.day[careers.person == found.person[row]]
        assert columns["a_offences_pre"][row] == ((mine >= start - 365) & (mine < start)).sum()


def test_matching_by_hand() -> None:
    generator = np.random.default_rng(4)

    def people(first: int, size: int) -> Covariates:
        return Covariates(
            np.arange(first, first + size),
            generator.integers(0, 40, size) / 20,
            generator.integers(0, 2, size),
            generator.integers(18, 40, size),
            generator.integers(0, 12, size),
        )

    adopted, pool, rule = people(0, 30), people(20, 300), MatchRule()
    row, candidate = match(adopted, pool, 1.0)
    for place in range(30):
        near = sorted(
            (round(abs(pool.score[c] - adopted.score[place]), 12), pool.person[c], c)
            for c in range(300)
            if round(abs(pool.score[c] - adopted.score[place]), 12) <= 0.2
            and pool.sex[c] == adopted.sex[place]
            and abs(pool.age[c] - adopted.age[place]) <= 5
            and abs(pool.recent_offences[c] - adopted.recent_offences[place])
            <= max(1, 0.25 * adopted.recent_offences[place])
            and pool.person[c] != adopted.person[place]
        )
        assert list(candidate[row == place]) == [c for _, _, c in near[: rule.comparators]]
