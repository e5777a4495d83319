"""Offences: harm, weights, flags, and which links count when."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.independent.reference import HARM_UNITS, Reference, harm_of, severity_of

ROLES = ["convicted", "charged", "cautioned", "suspect", "eliminated"]


def weigh(offences: pd.DataFrame, victims: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Add to each offence what its type, its flags and its victims make of it.

    ``harm`` and ``weighted`` are whole ten-thousandths of a day, 0 where the index has no days.
    """
    said = reference.parameters
    frame = offences.copy()
    codes = {code: reference.listed(code) for code in frame["ho_code"].unique()}

    def of_type(column: str) -> pd.Series:
        return frame["ho_code"].map({code: row.get(column) for code, row in codes.items()})

    for flag in ("domestic_abuse", "hate_crime", "child_abuse"):
        frame[flag] = frame[flag] == "Y"
    serious = (of_type("is_serious_violence") == "true") | (of_type("is_serious_sexual") == "true")
    frame["is_high_harm"] = serious | frame["domestic_abuse"] | frame["hate_crime"] | frame["child_abuse"]
    exposed = (victims["victim_age"] < said["vulnerable_age_under"]) | (victims["vulnerable"] == "Y")
    frame["has_vulnerable_victim"] = frame["offence_id"].isin(victims.loc[exposed, "offence_id"])
    frame["harm_days"] = harm_of(frame["ho_code"], frame["offence_date"], reference)
    weight = np.where(frame["is_high_harm"], said["high_harm_weight"], 1.0) * np.where(
        frame["has_vulnerable_victim"], said["vulnerability_weight"], 1.0
    )
    frame["harm"] = (frame["harm_days"].fillna(0) * HARM_UNITS).round().astype("int64")
    frame["weighted"] = (frame["harm"] * weight).round().astype("int64")
    frame["severity_score"] = frame["ho_code"].map({code: severity_of(code, reference) for code in codes})
    frame["unit_cost_gbp"] = (
        of_type("cost_category").map(lambda name: reference.costs.get(name, np.nan)).astype(float)
    )
    frame["ogrs3_group"] = frame["ho_code"].map({code: reference.group_of(code) for code in codes})
    return frame


def link_offences(links: pd.DataFrame, survivor: dict[str, str], offences: pd.DataFrame) -> pd.DataFrame:
    """Return links as delivered (twins still apart) under the survivor's id, with their offences beside them."""
    return links.assign(nominal_id=links["nominal_id"].map(survivor)).merge(offences, on="offence_id")


def counted_at(links: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Return one row per offence and survivor that counts on a day."""
    known = (links["recorded_date"] <= day) & (links["offence_date"] <= day)
    cancelled = links["cancelled_date"] <= day
    cleared = (links["role"] == "eliminated") & (links["role_date"] <= day)
    return links[known & ~cancelled & ~cleared].drop_duplicates(["offence_id", "nominal_id"])


def role_at(links: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    """Return the role of each link as known on a day: before role_date it reads suspect."""
    return links["role"].where(links["role_date"] <= day, "suspect")


def fct_offences(links: pd.DataFrame, as_at: pd.Timestamp) -> pd.DataFrame:
    """Return the mart: offence x survivor as known at ``as_at``, with the strongest role of the twins' links."""
    known = links[(links["recorded_date"] <= as_at) & (links["offence_date"] <= as_at)].copy()
    known["role"] = role_at(known, as_at)
    known["role_date"] = known["role_date"].where(known["role_date"] <= as_at)
    known["strength"] = known["role"].map({role: place for place, role in enumerate(ROLES)})
    # Of equal roles the one known first; of clearances the last, since until then the other link counted.
    cleared = known["role"] == "eliminated"
    since = (known["role_date"] - pd.Timestamp("1900-01-01")).dt.days
    known["order"] = since.where(~cleared, -since)  # a role not known yet comes last
    best = known.sort_values(["strength", "order"], kind="stable").drop_duplicates(
        ["offence_id", "nominal_id"]
    )
    cut = best["cancelled_date"].where(best["cancelled_date"] <= as_at)
    decided = best["outcome_date"].isna() | (best["outcome_date"] <= as_at)
    return best.assign(
        cancelled_date=cut,
        outcome_code=best["outcome_code"].where(decided, None),
        weighted_harm_days=best["weighted"] / HARM_UNITS,  # harm that is not known counts 0
    ).drop(columns=["strength", "order"])
