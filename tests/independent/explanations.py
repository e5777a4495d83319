"""Exact Shapley values by the book: every coalition of the five terms, against the person of medians."""

from __future__ import annotations

import math
from itertools import combinations

import pandas as pd

from tests.independent.offences import counted_at
from tests.independent.ranking import TERMS
from tests.independent.reference import HARM_UNITS, Reference

PLAYERS = [*TERMS, "harm"]


def _score(terms: dict[str, float], reference: Reference) -> float:
    said = reference.parameters
    logit = terms["age_sex"] + terms["sanction_history"] + terms["offence_group"]
    logit += said["ogrs3_copas_coefficient"] * terms["copas"] + said["ogrs3_constant_two_year"]
    return terms["harm"] / (1 + math.exp(-logit))


def shapley(own: dict[str, float], medians: dict[str, float], reference: Reference) -> dict[str, float]:
    """Return each term's share of the difference between a nominal's score and the reference person's."""
    n = len(PLAYERS)
    shares = {}
    for player in PLAYERS:
        others = [name for name in PLAYERS if name != player]
        total = 0.0
        for size in range(n):
            weight = math.factorial(size) * math.factorial(n - size - 1) / math.factorial(n)
            for coalition in combinations(others, size):
                without = {name: own[name] if name in coalition else medians[name] for name in PLAYERS}
                total += weight * (
                    _score(without | {player: own[player]}, reference) - _score(without, reference)
                )
        shares[player] = total
    return shares


def explain(ranked: pd.DataFrame, links: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Explain the first ranks of one run date: nominal_id, term, offence_id, contribution, value."""
    day = ranked["run_date"].iloc[0]
    ranked = ranked.assign(harm=ranked["weighted_harm_days"].map(math.log1p))
    medians = {name: float(ranked[name].median()) for name in PLAYERS}
    offences = {name: part for name, part in counted_at(links, day).groupby("nominal_id")}
    rows = []
    for person in ranked[ranked["rank"] <= reference.parameters["explained_n"]].to_dict("records"):
        if pd.isna(person["score"]):
            continue
        shares = shapley({name: person[name] for name in PLAYERS}, medians, reference)
        base = _score(medians, reference)
        found: list[tuple[str, str | None, float, float]] = [("reference", None, base, base)]
        found += [(name, None, shares[name], person[name]) for name in TERMS]
        total = person["weighted_harm_days"] * HARM_UNITS
        if total == 0:
            found.append(("harm", None, shares["harm"], 0.0))
        else:
            own = offences[person["nominal_id"]]
            found += [
                ("harm", offence, shares["harm"] * weighted / total, weighted / HARM_UNITS)
                for offence, weighted in zip(own["offence_id"], own["weighted"], strict=True)
            ]
        rows += [(day, person["nominal_id"], *row) for row in found]
    return pd.DataFrame(
        rows, columns=["run_date", "nominal_id", "term", "offence_id", "contribution", "value"]
    )
