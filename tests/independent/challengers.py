"""Would another order rank better: the challengers, each judged as the ranking is."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

from tests.independent.algorithm import POPULATIONS, capture_of, members, validity_of
from tests.independent.facts import Facts
from tests.independent.offences import counted_at
from tests.independent.reference import HARM_UNITS

POINT_COLUMNS = ("spearman_harm", "spearman_offences", "share_100", "share_200", "n_harmful", "n")


def points_of(values: pd.Series, component: str, table: list[dict[str, str]]) -> pd.Series:
    """Return the points of a component: those of the band that holds the value."""
    points = pd.Series(0.0, index=values.index)
    for row in table:
        if row["component"] == component:
            inside = values >= float(row["at_least"])
            if row["below"]:
                inside &= values < float(row["below"])
            points[inside] = float(row["points"])
    return points


def values_at(facts: Facts, ranked: pd.DataFrame, table: list[dict[str, str]]) -> dict[str, pd.Series]:
    """Return what each challenger orders by, highest first."""
    day = ranked["run_date"].iloc[0]
    counted = counted_at(facts.ready.links, day)
    since = day - pd.Timedelta(days=facts.said["challenger_frequency_days"])
    recent = counted[counted["offence_date"] > since].groupby("nominal_id").size()
    gravest = counted.groupby("nominal_id")["harm"].max() / HARM_UNITS
    frequency = ranked["nominal_id"].map(recent).fillna(0)
    recency = (day - ranked["latest_offence_date"]).dt.days
    return {
        "harm_only": ranked["weighted_harm_days"],
        "ogrs3": ranked["risk_probability"],
        "copas": ranked["copas_rate"],
        "frequency": frequency,
        "recency_frequency_gravity": points_of(recency, "recency", table)
        + points_of(frequency, "frequency", table)
        + points_of(ranked["nominal_id"].map(gravest), "gravity", table),
    }


def ordered(ranked: pd.DataFrame, values: pd.Series, decimals: int) -> pd.Series:
    """Return the rank by a value; ties are told apart as in the ranking."""
    keys = pd.DataFrame(
        {
            "value": values.round(decimals),
            "copas": ranked["copas_rate"].round(decimals),
            "harm": ranked["weighted_harm_days"],
            "latest": ranked["latest_offence_date"],
            "in_bytes": ranked["nominal_id"].map(lambda text: text.encode()),
        }
    ).sort_values(
        list(["value", "copas", "harm", "latest", "in_bytes"]),
        ascending=[False] * 4 + [True],
        na_position="last",
    )
    return pd.Series(range(1, len(keys) + 1), index=keys.index)


def challengers(facts: Facts, seeds: Path) -> pd.DataFrame:
    """Return the points of every algorithm, and their differences to the ranking's."""
    with (seeds / "recency_frequency_gravity.csv").open(encoding="utf-8", newline="") as stream:
        table = list(csv.DictReader(stream))
    said, rows = facts.said, []
    cuts = [int(one) for one in said["capture_top_ns"].split(",")]
    for day, ranked in facts.at_scheduled.items():
        own: dict[str, dict[str, float | None]] = {}
        orders = {"hhpu": ranked["rank"]}
        for name, values in values_at(facts, ranked, table).items():
            orders[name] = ordered(ranked, values, said["score_decimals"])
        for algorithm, order in orders.items():
            top = ranked.assign(place=order)
            top = top[top["place"] <= said["validity_top_n"]]
            for population in POPULATIONS:
                row = validity_of(members(top, population), "place")
                if population == "all":
                    row |= capture_of(top, said["capture_most_harmful"], cuts, "place")
                if algorithm == "hhpu":
                    own[population] = row
                rows.append(
                    {"run_date": day, "algorithm": algorithm, "population": population}
                    | dict.fromkeys(["n_harmful", *(f"share_{cut}" for cut in cuts)])
                    | row
                    | _differences(row, own[population])
                    | {"is_mature": facts.is_mature(day)}
                )
    return pd.DataFrame(rows)


def _differences(row: dict[str, float | None], own: dict[str, float | None]) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for column in POINT_COLUMNS:
        here, there = row.get(column), own.get(column)
        found[f"{column}_difference"] = None if here is None or there is None else here - there
    return found
