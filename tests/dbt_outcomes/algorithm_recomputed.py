"""The evaluation once more, in pandas and scipy, one date at a time, from nothing but rankings and offence links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.diagnostic import lilliefors

TIES = ["copas", "weighted_harm_days", "latest_offence_date"]
POPULATIONS = ("all", "managed", "unmanaged", "at_liberty")


@dataclass(frozen=True)
class Inputs:
    """What the evaluation rests on, as the warehouse publishes it."""

    rankings: pd.DataFrame
    links: pd.DataFrame
    points: pd.DataFrame
    nominals: pd.DataFrame
    custody: pd.DataFrame
    ogrs4: pd.DataFrame
    ogrs4_categories: pd.DataFrame
    as_at: date


def followed(inputs: Inputs, day: date) -> pd.DataFrame:
    """Everybody ranked on a day, by rank, with harm and offences of the days (day, day + 365]."""
    known = inputs.links[
        (inputs.links["recorded_date"] <= inputs.as_at)
        & (inputs.links["counted_until"].isna() | (inputs.links["counted_until"] > inputs.as_at))
        & (inputs.links["offence_date"] > day)
        & (inputs.links["offence_date"] <= day + timedelta(days=365))
    ]
    sums = known.groupby("nominal_id").agg(harm=("harm_days", "sum"), offences=("offence_id", "size"))
    people = inputs.rankings[inputs.rankings["run_date"] == day].sort_values("rank").set_index("nominal_id")
    people = people.join(sums)
    people[["harm", "offences"]] = people[["harm", "offences"]].fillna(0.0)
    return people


def members(people: pd.DataFrame, population: str) -> pd.DataFrame:
    """Cut to a population."""
    managed = people["management_status"] == "managed"
    return people[
        {
            "all": pd.Series(True, index=people.index),
            "managed": managed,
            "unmanaged": ~managed,
            "at_liberty": ~people["in_custody"].astype(bool),
        }[population]
    ]


def correlation(people: pd.DataFrame, outcome: str) -> tuple[float, float]:
    """scipy's Spearman of place and outcome; NaN below three or for a constant."""
    if len(people) < 3 or people[outcome].nunique() < 2:
        return float("nan"), float("nan")
    rho, p = stats.spearmanr(np.arange(len(people)), people[outcome])
    return float(rho), float(p)


def captured(top: pd.DataFrame, top_n: int, most: int = 100) -> tuple[float, int]:
    """Hand out the places one group of equals after the other."""
    harmful = top[top["harm"] > 0]
    places = min(most, len(harmful))
    if places == 0:
        return float("nan"), 0
    left, found = float(places), 0.0
    for _, group in sorted(harmful.groupby("harm"), key=lambda item: -item[0]):
        share = min(1.0, left / len(group))
        found += share * int((group["place"] <= top_n).sum())
        left -= share * len(group)
    return found / places, len(harmful)


def challengers(inputs: Inputs, day: date, people: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The top 300 of each ordering."""
    known = inputs.links[
        (inputs.links["recorded_date"] <= day)
        & (inputs.links["offence_date"] <= day)
        & (inputs.links["counted_until"].isna() | (inputs.links["counted_until"] > day))
    ]
    recent = known[known["offence_date"] > day - timedelta(days=730)].groupby("nominal_id").size()
    gravest = known.assign(harm_days=known["harm_days"].fillna(0)).groupby("nominal_id")["harm_days"].max()
    table = people.assign(
        copas=people["copas_rate"].round(12),
        frequency=recent.reindex(people.index).fillna(0),
        gravity=gravest.reindex(people.index).fillna(0),
        recency=[(day - latest).days for latest in people["latest_offence_date"]],
        nominal=people.index,
    )
    table["rfg"] = sum(
        points_of(inputs.points, component, table[column])
        for component, column in (("recency", "recency"), ("frequency", "frequency"), ("gravity", "gravity"))
    )
    table["ogrs3"] = table["risk_probability"].round(12)
    table["ogrs4"] = ogrs4(inputs, day, known, people).round(12)
    tops = {"hhpu": table.sort_values("rank")}
    for name, value in (
        ("harm_only", "weighted_harm_days"),
        ("ogrs3", "ogrs3"),
        ("copas", "copas"),
        ("frequency", "frequency"),
        ("recency_frequency_gravity", "rfg"),
        ("ogrs4", "ogrs4"),
    ):
        keys = [value, *[tie for tie in TIES if tie != value]]
        tops[name] = table.sort_values([*keys, "nominal"], ascending=[False] * len(keys) + [True])
    return {
        name: top.head(300).assign(place=np.arange(1, len(top.head(300)) + 1)) for name, top in tops.items()
    }


def _age(day: date, born: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _months_free(inputs: Inputs, day: date, person: str, sanction: date) -> int:
    """Whole months at liberty since the last sanction, at most 36."""
    spells = inputs.custody[(inputs.custody["nominal_id"] == person) & (inputs.custody["start_date"] <= day)]
    ends = [end if end is not None and end <= day else day for end in spells["end_date"]]
    since = max([sanction, *ends])
    return min(36, (day.year - since.year) * 12 + day.month - since.month - (day.day < since.day))


def ogrs4(inputs: Inputs, day: date, known: pd.DataFrame, people: pd.DataFrame) -> pd.Series:
    """The static all-reoffending predictor of each person, recorded basis, person by person."""
    factor = {
        (row.term, row.sex if isinstance(row.sex, str) else ""): row.coefficient
        for row in inputs.ogrs4.itertuples()
    }
    category = dict(
        zip(inputs.ogrs4_categories["ogrs3_group"], inputs.ogrs4_categories["offence_category"], strict=True)
    )
    facts = inputs.nominals.set_index("nominal_id").loc[people.index]
    groups = dict(iter(known[known["nominal_id"].isin(people.index)].groupby("nominal_id")))
    result = pd.Series(np.nan, index=people.index)
    for person, born, sex in zip(people.index, facts["date_of_birth"], facts["sex"], strict=True):
        own = groups[person]
        own = own[[_age(recorded, born) >= 10 for recorded in own["recorded_date"]]]
        if own.empty:
            continue
        days = sorted(set(own["recorded_date"]))
        last = own[own["recorded_date"] == days[-1]].fillna({"harm_days": 0.0})
        current = last.sort_values(["harm_days", "ho_code"], ascending=[False, True]).iloc[0]
        logit = (
            _ogrs4_logit(
                factor,
                "F" if sex == "F" else "M",
                _age(day, born),
                [_age(sanction, born) for sanction in days],
                _months_free(inputs, day, person, days[-1]),
            )
            + factor[category[current["ogrs3_group"]], ""]
        )
        result[person] = 1 / (1 + np.exp(-logit))
    return result


def _ogrs4_logit(
    factor: dict[tuple[str, str], float], sex: str, age: int, ages: list[int], months: int
) -> float:
    count, career = len(ages), ages[-1] - ages[0]
    powers = ("", "_quadratic", "_cubic", "_quartic")
    logit = factor["two_year_constant", ""] + count * factor["sanction_occasions", ""]
    logit += factor["female", "F"] if sex == "F" else 0.0
    for power, suffix in enumerate(powers, start=1):
        logit += factor[f"aai{suffix}", sex] * age**power
        logit += factor[f"offence_free_months{suffix}", ""] * months**power
    if count == 1:
        return logit + factor["first_sanction", ""]
    if count == 2:
        return (
            logit
            + factor["second_sanction", ""]
            + career * factor["yrs_between_first_and_second_sanction", sex]
        )
    rate = np.log(count / (26 + career))
    linear, squared = (
        factor["three_plus_sanctions_copas_g", sex],
        factor["three_plus_sanctions_copas_squared", sex],
    )
    return float(logit + linear * rate + squared * rate**2)


def points_of(points: pd.DataFrame, component: str, values: pd.Series) -> pd.Series:
    """Look values up in the bands of a component."""
    bands = points[points["component"] == component]
    result = pd.Series(np.nan, index=values.index)
    for band in bands.itertuples():
        upper = np.inf if pd.isna(band.below) else band.below
        result[(values >= band.at_least) & (values < upper)] = band.points
    return result


def wilcoxon(differences: np.ndarray) -> tuple[float, float]:
    """scipy's signed-rank test; the sign of z put back, which scipy reports by the smaller rank sum."""
    left = differences[differences != 0]
    if len(left) == 0:
        return float("nan"), float("nan")
    test = stats.wilcoxon(
        left, zero_method="wilcox", correction=False, method="asymptotic", alternative="two-sided"
    )
    greater = stats.wilcoxon(left, correction=False, method="asymptotic", alternative="greater")
    return float(greater.zstatistic), float(test.pvalue)


def normality(differences: np.ndarray) -> tuple[float, float]:
    """statsmodels' Lilliefors; and scipy's distance, which must be the same."""
    if len(differences) < 4 or np.ptp(differences) == 0:
        return float("nan"), float("nan")
    statistic, p = lilliefors(differences, dist="norm", pvalmethod="table")
    plain = stats.kstest(differences, "norm", args=(differences.mean(), differences.std(ddof=1))).statistic
    assert abs(statistic - plain) < 1e-12
    return float(statistic), float(p)


def nearest(days: list[date], target: date) -> date:
    """The nearest of some days, the earlier on a tie."""
    return min(days, key=lambda day: (abs((day - target).days), day))


def months_after(day: date, months: int) -> date:
    """pandas' month arithmetic: a day that the month lacks becomes its last."""
    return (pd.Timestamp(day) + pd.DateOffset(months=months)).date()


def assert_sorted(days: list[date]) -> None:
    """The dates are in order, each once."""
    assert all(first < second for first, second in pairwise(days))
