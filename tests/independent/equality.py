"""Who comes through each stage of selection, by sex, age and ethnicity."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pandas as pd

from tests.independent.facts import Facts, Rows
from tests.independent.ranking import completed_years

BEFORE = {
    "scored": None,
    "top_n": "scored",
    "considered": "scored",
    "adopted": "considered",
    "deselected": "adopted",
}


def _seed(seeds: Path, name: str) -> list[dict[str, str]]:
    with (seeds / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def stages_at(facts: Facts, day: pd.Timestamp) -> dict[str, set[str]]:
    """Return stage -> the ranked people who have reached it by a day."""
    ranked = facts.at_date[day]
    scored = set(ranked["nominal_id"])
    spells = facts.ready.spells
    registrations = facts.ready.registrations
    begun = spells[spells["adopted_date"] <= day]
    on_register = registrations[
        registrations["registration_start"].isna() | (registrations["registration_start"] <= day)
    ]
    left = begun[begun["deselected_date"] <= day]
    off_register = on_register[on_register["registration_end"] <= day]
    adopted = {*begun["nominal_id"], *on_register["nominal_id"]}
    referrals = facts.ready.referrals
    asked = set(referrals.loc[referrals["referred_date"] <= day, "nominal_id"])
    of_list = {
        "scored": scored,
        "top_n": set(ranked.loc[ranked["rank"] <= facts.said["top_n"], "nominal_id"]),
    }
    return (
        of_list
        if not facts.is_management_known
        else of_list
        | {
            "considered": scored & (adopted | asked),
            "adopted": scored & adopted,
            "deselected": scored & {*left["nominal_id"], *off_register["nominal_id"]},
        }
    )


def groups_at(facts: Facts, seeds: Path, day: pd.Timestamp) -> dict[str, dict[str, str | None]]:
    """Return characteristic -> nominal -> group (nothing: not known or not stated)."""
    people = facts.ready.people.nominals
    stated = {
        row["ethnicity"]: row["ethnic_group"]
        for row in _seed(seeds, "ethnicities")
        if row["is_stated"] == "true"
    }
    bands = [(int(row["age_from"]), int(row["age_to"]), row["age_band"]) for row in _seed(seeds, "age_bands")]
    ages = completed_years(day, people["date_of_birth"])
    names = [
        next((band for low, high, band in bands if low <= age <= high), None) if pd.notna(age) else None
        for age in ages
    ]
    ids = people["nominal_id"]
    return {
        "sex": dict(zip(ids, people["sex"].where(people["sex"] != "U", None), strict=True)),
        "age_band": dict(zip(ids, names, strict=True)),
        "ethnicity": {
            who: code if code in stated else None for who, code in zip(ids, people["ethnicity"], strict=True)
        },
        "ethnic_group": {who: stated.get(code) for who, code in zip(ids, people["ethnicity"], strict=True)},
    }


def selection(own: tuple[int, int], rest: tuple[int, int], z: float, least: int) -> dict[str, float | None]:
    """Return the ratio of two rates of selection with its interval on the log scale (Katz)."""
    (a, n), (b, m) = own, rest
    empty: dict[str, float | None] = {"selection_ratio": None, "ci_low": None, "ci_high": None}
    if min(n, m) < least or not b:
        return empty
    found = (a / n) / (b / m)
    if not a:
        return empty | {"selection_ratio": found}
    error = math.sqrt(1 / a - 1 / n + 1 / b - 1 / m)
    return {
        "selection_ratio": found,
        "ci_low": found * math.exp(-z * error),
        "ci_high": found * math.exp(z * error),
    }


def stages(facts: Facts, seeds: Path) -> pd.DataFrame:
    """Return every stage of every run date by characteristic and group."""
    said = facts.said
    all_groups = {
        "sex": ["F", "M"],
        "age_band": [row["age_band"] for row in _seed(seeds, "age_bands")],
        "ethnicity": [row["ethnicity"] for row in _seed(seeds, "ethnicities") if row["is_stated"] == "true"],
        "ethnic_group": sorted(
            {row["ethnic_group"] for row in _seed(seeds, "ethnicities") if row["is_stated"] == "true"}
        ),
    }
    rows: Rows = []
    for day in facts.at_date:
        reached = stages_at(facts, day)
        for characteristic, of in groups_at(facts, seeds, day).items():
            counts = {
                stage: pd.Series([of[who] for who in people], dtype=object).value_counts().to_dict()
                for stage, people in reached.items()
            }
            for stage, people in reached.items():
                before = BEFORE[stage]
                for group in (one for one in all_groups[characteristic] if one in counts["scored"]):
                    n = counts[stage].get(group, 0)
                    row = {
                        "run_date": day,
                        "stage": stage,
                        "characteristic": characteristic,
                        "group": group,
                        "n": n,
                        "base_n": None if before is None else counts[before].get(group, 0),
                        "share": n / len(people) if people else None,
                        "missing_share": 1 - sum(counts[stage].values()) / len(people) if people else None,
                    }
                    if before is None:
                        row |= {"selection_ratio": None, "ci_low": None, "ci_high": None}
                    else:
                        known, base = sum(counts[stage].values()), sum(counts[before].values())
                        row |= selection(
                            (n, row["base_n"]),
                            (known - n, base - row["base_n"]),
                            said["interval_z"],
                            said["equality_minimum_n"],
                        )
                    rows.append(row)
    return pd.DataFrame(rows)
