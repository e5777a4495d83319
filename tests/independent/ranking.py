"""The ranking in pandas: OGRS3 on both bases, score, order. Needs the frames of ``offences`` and nothing else."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.independent.offences import counted_at
from tests.independent.reference import HARM_UNITS, Reference

TERMS = ["age_sex", "sanction_history", "copas", "offence_group"]


def completed_years(on: pd.Series | pd.Timestamp, born: pd.Series) -> pd.Series:
    """Return ages in completed years; somebody born on 29 February has a birthday on 1 March of other years."""
    if isinstance(on, pd.Timestamp):
        year, month, day = on.year, on.month, on.day
    else:
        year, month, day = on.dt.year, on.dt.month, on.dt.day
    before = (month < born.dt.month) | ((month == born.dt.month) & (day < born.dt.day))
    return year - born.dt.year - before


def age_sex_terms(people: pd.DataFrame, reference: Reference) -> pd.Series:
    """Return the coefficient of age (column ``age``) and sex; NaN below the first band."""
    by_age = {sex: np.full(1000, np.nan) for sex in reference.age_sex["sex"].unique()}
    for band in reference.age_sex.itertuples():
        by_age[band.sex][band.age_from : band.age_to + 1] = band.coefficient
    ages = people["age"].to_numpy(dtype="int64")
    sex = people["sex"].where(people["sex"] != "U", reference.parameters["sex_unknown_as"]).to_numpy()
    return pd.Series(np.where(sex == "F", by_age["F"][ages], by_age["M"][ages]), index=people.index)


def sanction_terms(events: pd.DataFrame, born: pd.Series, reference: Reference) -> pd.DataFrame:
    """Return sanction history, Copas rate and offence group by nominal.

    Args:
        events: nominal_id, day, is_conviction, ho_code, harm (null harm as 0), ogrs3_group; all known by now.
        born: Date of birth by nominal_id.
        reference: Coefficients.
    """
    said = reference.parameters
    events = events.assign(age=completed_years(events["day"], events["nominal_id"].map(born)))
    events = events[events["age"] >= said["minimum_sanction_age"]]
    by_day = ["nominal_id", "day"]
    top = events.sort_values(["nominal_id", "day", "harm", "ho_code"], ascending=[True, True, False, True])
    days = top.drop_duplicates(by_day)[[*by_day, "age", "ogrs3_group"]].set_index(by_day)
    days["is_conviction"] = events.groupby(by_day)["is_conviction"].any()
    days = days.reset_index().set_index("nominal_id").groupby(level=0)
    first, last, n_prev = (
        days.first(),
        days.last(),
        (days.size() - 1).clip(upper=said["previous_sanctions_cap"]),
    )
    history = np.select(
        [
            last["is_conviction"] & (n_prev == 0),
            last["is_conviction"],
            n_prev == 0,
            (n_prev == 1) & ~first["is_conviction"],
        ],
        [
            reference.history["first_sanction_is_conviction"],
            reference.history["conviction_with_previous_sanction"],
            reference.history["first_sanction_is_caution"],
            reference.history["second_caution_no_conviction"],
        ],
        reference.history["multiple_cautions_or_caution_after_conviction"],
    )
    copas = np.log((1 + n_prev) / (said["copas_offset_years"] + last["age"] - first["age"]))
    return pd.DataFrame(
        {
            "sanction_history": history,
            "copas": copas,
            "offence_group": last["ogrs3_group"].map(reference.groups).astype(float),
        },
        index=last.index,
    )


def probability(terms: pd.DataFrame, reference: Reference, years: str = "two") -> pd.Series:
    """Return p1 (``one``) or p2 (``two``) of the terms of OGRS3."""
    said = reference.parameters
    logit = (
        terms["age_sex"]
        + terms["sanction_history"]
        + said["ogrs3_copas_coefficient"] * terms["copas"]
        + terms["offence_group"]
        + said[f"ogrs3_constant_{years}_year"]
    )
    return 1 / (1 + np.exp(-logit))


def ogrs3(people: pd.DataFrame, events: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Return terms, p1 and p2 by nominal_id for people (index nominal_id; age, sex, date_of_birth)."""
    terms = sanction_terms(events, people["date_of_birth"].dropna(), reference).reindex(people.index)
    terms.insert(0, "age_sex", age_sex_terms(people, reference))
    return terms.assign(p1=probability(terms, reference, "one"), p2=probability(terms, reference))


def rank_at(
    day: pd.Timestamp, nominals: pd.DataFrame, links: pd.DataFrame, events: pd.DataFrame, reference: Reference
) -> pd.DataFrame:
    """Rank everybody on a day.

    Args:
        day: The run date.
        nominals: Survivors: nominal_id, date_of_birth, sex, deceased_date.
        links: Offence links with the columns of ``offences.weigh``.
        events: PNC events linked: nominal_id, sanction_date, sanction, ho_code, harm, ogrs3_group.
        reference: Parameters and coefficients.

    Returns:
        One row per ranked nominal in order of rank, with the terms of the ranking's basis.
    """
    said = reference.parameters
    counted = counted_at(links, day)
    people = nominals.set_index("nominal_id")[["date_of_birth", "sex", "deceased_date"]]
    people = people[people.index.isin(counted["nominal_id"]) & ~(people["deceased_date"] <= day)]
    people = people.assign(age=completed_years(day, people["date_of_birth"]))
    people = people[people["age"] >= said["minimum_age"]]
    counted = counted[counted["nominal_id"].isin(people.index)]
    known = events[(events["sanction_date"] <= day) & events["nominal_id"].isin(people.index)]
    sanctions = known.assign(day=known["sanction_date"], is_conviction=known["sanction"] == "conviction")
    formal = ogrs3(people, sanctions, reference)
    recorded = ogrs3(people, counted.assign(day=counted["recorded_date"], is_conviction=True), reference)
    basis = recorded if said["risk_basis"] == "recorded" else formal
    per_person = counted.groupby("nominal_id")
    result = pd.DataFrame(
        {
            "risk_probability": basis["p2"],
            "ogrs3_formal_p1": formal["p1"],
            "ogrs3_formal_p2": formal["p2"],
            "ogrs3_recorded_p1": recorded["p1"],
            "ogrs3_recorded_p2": recorded["p2"],
            "copas_rate": basis["copas"],
            "copas_formal": formal["copas"],
            "copas_recorded": recorded["copas"],
            "harm_days": per_person["harm"].sum() / HARM_UNITS,
            "weighted_harm_days": per_person["weighted"].sum() / HARM_UNITS,
            "offence_count": per_person.size(),
            "high_harm_count": per_person["is_high_harm"].sum(),
            "latest_offence_date": per_person["offence_date"].max(),
        },
        index=people.index,
    )
    result[TERMS] = basis[TERMS]
    result["score"] = result["risk_probability"] * np.log1p(result["weighted_harm_days"])
    return _in_order(result.reset_index(), said["score_decimals"]).assign(run_date=day)


def _in_order(rows: pd.DataFrame, decimals: int) -> pd.DataFrame:
    keys = rows.assign(
        score=rows["score"].round(decimals),
        copas_rate=rows["copas_rate"].round(decimals),
        in_bytes=rows["nominal_id"].map(lambda text: text.encode()),
    ).sort_values(
        ["score", "copas_rate", "weighted_harm_days", "latest_offence_date", "in_bytes"],
        ascending=[False, False, False, False, True],
        na_position="last",
    )
    return rows.loc[keys.index].reset_index(drop=True).assign(rank=np.arange(1, len(rows) + 1))


def add_previous(rankings: pd.DataFrame, scheduled: list[pd.Timestamp], top_n: int) -> pd.DataFrame:
    """Add previous_rank, is_top_n and is_new_in_top_n; the date before is the scheduled one before."""
    parts = []
    ranks = {day: part.set_index("nominal_id")["rank"] for day, part in rankings.groupby("run_date")}
    for day, part in rankings.groupby("run_date"):
        before = [one for one in scheduled if one < day]
        rank_before = ranks.get(before[-1], pd.Series(dtype=float)) if before else pd.Series(dtype=float)
        previous = part["nominal_id"].map(rank_before).astype(float)
        in_top = part["rank"] <= top_n
        new = (in_top & ~(previous <= top_n)).astype(object) if before else None
        parts.append(
            part.assign(
                previous_rank=previous, is_top_n=in_top, is_new_in_top_n=new, is_scheduled=day in scheduled
            )
        )
    return pd.concat(parts, ignore_index=True)
