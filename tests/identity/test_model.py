"""The linkage model on pairs by hand: which level, and the weight that the formula gives."""

from __future__ import annotations

import csv
import math
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from include.errors import UsageError
from include.identity.comparisons import COMPARISONS
from include.identity.model import compare
from include.identity.probabilities import Chances, read_probabilities
from include.settings import REPOSITORY

SEEDS = REPOSITORY / "dbt_project" / "seeds"
PEOPLE = pa.schema(
    [(name, pa.date32() if name == "date_of_birth" else pa.string()) for name in (
        "record_id", "kind", "nominal_id", "pnc_id", "surname", "forename", "date_of_birth", "sex"
    )]
)  # fmt: skip
BORN = date(1985, 3, 12)


def seed(name: str) -> list[dict[str, Any]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


NICKNAMES = pa.Table.from_pylist(seed("nicknames"))
PROBABILITIES = read_probabilities(seed("identity_model"))


def person(
    record_id: str, surname: str, forename: str, born: date | None = BORN, sex: str | None = "M"
) -> dict[str, Any]:
    values = (record_id, "nominal", None, None, surname, forename, born, sex)
    return dict(zip(PEOPLE.names, values, strict=True))


def compared(*people: dict[str, Any]) -> list[dict[str, Any]]:
    return compare(pa.Table.from_pylist(list(people), schema=PEOPLE), NICKNAMES, PROBABILITIES).to_pylist()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("O'Hare", "Zoë"), ("OHARE", "Zoe"), ("same", "same", "same", "same")),
        (("Okafor", "Robert"), ("Okfaor", "Bob"), ("slip", "nickname", "same", "same")),
        (("Dixon", "Robert"), ("Dixon", "Rob"), ("same", "nickname", "same", "same")),
        (("Dixon", "Robert"), ("Dixson", "Robret"), ("slip", "slip", "same", "same")),
        (("Dixon", "Samuel"), ("Dixon", "Samantha"), ("same", "other", "same", "same")),
        (("Dixon", "Sam"), ("Dixon", "Samantha"), ("same", "nickname", "same", "same")),
        (("Wolstenholme", "Ian"), ("Wolstenholmes-", "Ian"), ("slip", "same", "same", "same")),
        (("Wolstenholme", "Ian"), ("Wolstenhome Jr", "Ian"), ("alike", "same", "same", "same")),
    ],
)
def test_names_fall_into_their_levels(
    one: tuple[str, str], other: tuple[str, str], expected: tuple[str, str, str, str]
) -> None:
    (pair,) = compared(person("A", *one), person("B", *other))
    assert tuple(pair[f"{comparison.name}_level"] for comparison in COMPARISONS) == expected


@pytest.mark.parametrize(
    ("born", "level"),
    [
        (BORN, "same"),
        (date(1985, 12, 3), "swapped"),
        (date(1986, 3, 12), "year_off"),
        (date(1984, 3, 12), "year_off"),
        (date(1985, 3, 13), "digit"),
        (date(1995, 3, 12), "digit"),
        (date(1985, 3, 28), "month"),
        (date(1985, 9, 28), "other"),
        (None, None),
    ],
)
def test_dates_of_birth_fall_into_their_levels(born: date | None, level: str | None) -> None:
    (pair,) = compared(person("A", "Dixon", "Ian"), person("B", "Dixon", "Ian", born))
    assert pair["date_of_birth_level"] == level


def test_weights_are_those_of_the_formula() -> None:
    """log2(m / u) of each level; a name that a share f of the records bears weighs log2(m / f) instead."""
    crowd = [person(f"C{n}", "Smith", "Ian", date(1950 + n, 1, 1)) for n in range(6)]
    found = compared(person("A", "Quigley", "Bob"), person("B", "Quigley", "Robert", sex="U"), *crowd)
    (pair,) = (one for one in found if (one["left_id"], one["right_id"]) == ("A", "B"))
    chances = {name: PROBABILITIES[key] for name, key in (
        ("surname", ("surname", "same")),
        ("forename", ("forename", "nickname")),
        ("birth", ("date_of_birth", "same")),
    )}  # fmt: skip
    surname = math.log2(chances["surname"].m / (2 / 8))  # two of eight records are of a Quigley
    assert pair["surname_weight"] == pytest.approx(surname, abs=1e-9)
    assert pair["forename_weight"] == pytest.approx(
        math.log2(chances["forename"].m / chances["forename"].u), abs=1e-9
    )
    assert pair["date_of_birth_weight"] == pytest.approx(
        math.log2(chances["birth"].m / chances["birth"].u), abs=1e-9
    )
    assert pair["sex_level"] is None
    assert pair["sex_weight"] == 0
    parts = sum(pair[f"{comparison.name}_weight"] for comparison in COMPARISONS)
    assert pair["weight"] == pytest.approx(parts, abs=1e-9)


def test_people_with_nothing_in_common_are_not_even_compared() -> None:
    assert compared(person("A", "Dixon", "Ian"), person("B", "Quigley", "Robert", date(1960, 6, 6))) == []


def test_a_shared_pnc_id_is_looked_at_whatever_the_names() -> None:
    people = [person("A", "Dixon", "Ian"), person("B", "Quigley", "Robert", date(1960, 6, 6))]
    (pair,) = compared(*({**one, "pnc_id": "2001/0000001B"} for one in people))
    assert [pair[f"{name}_level"] for name in ("surname", "forename", "date_of_birth")] == ["other"] * 3


def test_agreement_speaks_for_one_person_and_difference_against_more_than_anything_else() -> None:
    for comparison in COMPARISONS:
        ratios = [
            chances.m / chances.u
            for chances in (PROBABILITIES[comparison.name, level.name] for level in comparison.levels)
        ]
        assert ratios[0] > 1
        assert ratios[-1] == min(ratios) < 1


def test_a_seed_without_a_level_is_named() -> None:
    rows = seed("identity_model")
    with pytest.raises(UsageError, match="surname.*same"):
        read_probabilities(rows[1:])
    with pytest.raises(UsageError, match="not between 0 and 1"):
        read_probabilities([{**rows[0], "m_probability": "1.0"}, *rows[1:]])


def test_names_of_one_group_are_those_that_short_forms_join() -> None:
    """Blocking by group must not separate what the comparison would join."""
    groups: dict[str, set[str]] = {}
    for row in seed("nicknames"):
        for name in (row["short_name"], row["full_name"]):
            assert name.isalpha()
            assert name.islower()
            groups.setdefault(name, set()).add(row["name_group"])
    assert all(len(found) == 1 for found in groups.values())


def test_chances_are_a_plain_pair() -> None:
    assert Chances(0.9, 0.1) == Chances(m=0.9, u=0.1)
