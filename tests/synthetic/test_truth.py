"""The planted truth: the effect is there as stated, and it is not there when it is none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from include.synthetic.chunk import Frame, make_chunk
from include.synthetic.draws import day_of
from tests.synthetic import calibration, ranking
from tests.synthetic.conftest import AS_AT, Made


def managed(force: Made) -> pd.DataFrame:
    return pd.read_csv(force.folder / "planted_truth" / "managed.csv")


def test_effects_have_the_mean_asked_for(force: Made) -> None:
    effect = managed(force)["effect"]
    assert effect.mean() == pytest.approx(0.30, abs=0.03)
    assert effect.std() > 0.1
    assert effect.between(0, 1).all()


def test_what_was_prevented_is_the_effect(force: Made) -> None:
    people = managed(force)
    share = people["prevented_links"].sum() / people["candidate_links_while_managed"].sum()
    assert share == pytest.approx(0.30, abs=0.05)
    assert (
        people["links_while_managed"] == people["candidate_links_while_managed"] - people["prevented_links"]
    ).all()
    ratio = people["links_while_managed"].sum() / people["links_without_management"].sum()
    assert ratio == pytest.approx(0.70, abs=0.07)


@pytest.mark.slow
def test_without_effect_nothing_is_prevented(force_without_effect: Made) -> None:
    people = managed(force_without_effect)
    assert (people["effect"] == 0).all()
    assert people["prevented_links"].sum() == 0
    assert (people["links_while_managed"] == people["links_without_management"]).all()


def test_who_is_taken_on_does_not_depend_on_the_effect(force: Made, force_without_effect: Made) -> None:
    columns = ["person_id", "nominal_id", "first_managed"]
    pd.testing.assert_frame_equal(managed(force)[columns], managed(force_without_effect)[columns])


def test_worlds_are_one_until_the_first_day_of_management() -> None:
    end = day_of(AS_AT)
    chunk = make_chunk(Frame(5, 0, 4_000, 0, end - 2921, end, 0.5))
    first = np.full(chunk.people.size, 10**6)
    np.minimum.at(first, chunk.windows.person, chunk.windows.start)
    before = chunk.cases.link_day < first[chunk.found.link_person]
    assert (chunk.actual.link_happens[before] == chunk.unmanaged.link_happens[before]).all()
    assert (chunk.actual.link_happens != chunk.unmanaged.link_happens).any()


def test_the_naive_comparison_announces_a_fall_where_there_is_none(force_without_effect: Made) -> None:
    ranking.prepare(force_without_effect.store)
    found = calibration.naive(
        force_without_effect.store, force_without_effect.folder / "planted_truth", AS_AT
    )
    assert found["fall_pct"] > 25


def test_people_are_taken_on_at_a_burst(force_without_effect: Made) -> None:
    """Offences a head in half years around the adoption: up before, down after, though nothing is done."""
    store = force_without_effect.store
    ranking.prepare(store)
    calibration.naive(store, force_without_effect.folder / "planted_truth", AS_AT)
    halves = dict(
        store.execute("""
            select (offence_date - adopted + 7280) // 182 - 40 as half, count(*) as offences
            from first_window join links using (survivor)
            where adopted between date '2021-01-01' and date '2025-09-01' group by 1""").fetchall()
    )
    assert halves[-1] > 1.25 * halves[-4]
    assert halves[-1] > 1.15 * halves[0]
    assert halves[-1] > 1.25 * halves[1]


def test_windows_say_who_is_really_meant(force: Made) -> None:
    truth = pd.read_csv(force.folder / "planted_truth" / "windows.csv")
    told = force.store.execute(
        "select spell_id as record_id, nominal_id as told from idiom_cohort_spells"
    ).df()
    both = truth[truth["source"] == "idiom"].merge(told, on="record_id")
    assert len(both) == force.summary.cohort_spells
    named = both.dropna(subset=["told"])
    assert (named["told"] == named["nominal_id"]).mean() > 0.97  # the others are named by a duplicate record
    assert both["told"].isna().mean() > 0.1


def test_rates_of_people_are_true(force: Made) -> None:
    people = pd.read_parquet(force.folder / "planted_truth" / "people.parquet")
    free = people[~people["person_id"].isin(managed(force)["person_id"])]
    assert len(people) == force.summary.people
    ratio = free["offence_links"].sum() / free["expected_offences_at_liberty"].sum()
    assert 0.85 < ratio < 1.25  # co-offending adds, prison takes away
    assert np.corrcoef(free["offence_links"], free["expected_offences_at_liberty"])[0, 1] > 0.9
