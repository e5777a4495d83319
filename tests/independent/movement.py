"""Why somebody moved: the first reason of the contract's list that can apply within one release."""

from __future__ import annotations

import pandas as pd

from tests.independent.offences import counted_at
from tests.independent.reference import Reference


def _pairs(links: pd.DataFrame, day: pd.Timestamp) -> set[tuple[str, str]]:
    counted = counted_at(links, day)
    return set(zip(counted["nominal_id"], counted["offence_id"], strict=True))


def add_movement(
    rankings: pd.DataFrame,
    links: pd.DataFrame,
    events: pd.DataFrame,
    scheduled: list[pd.Timestamp],
    reference: Reference,
) -> pd.DataFrame:
    """Add movement_reason. Parameters and identities are the same at all dates of one release."""
    said = reference.parameters
    counted = {day: _pairs(links, day) for day in rankings["run_date"].unique()}
    terms = rankings.set_index(["run_date", "nominal_id"])["age_sex"]
    reasons: list[str | None] = []
    for row in rankings.to_dict("records"):
        day, before = row["run_date"], max((one for one in scheduled if one < row["run_date"]), default=None)
        rank, previous = row["rank"], row["previous_rank"]
        if (
            pd.isna(previous)
            or abs(rank - previous) <= said["movement_min_places"]
            or min(rank, previous) > said["movement_within_rank"]
        ):
            reasons.append(None)
            continue
        own = row["nominal_id"]
        now = {offence for who, offence in counted[day] if who == own}
        then = {offence for who, offence in counted[before] if who == own}
        dates = events.loc[events["nominal_id"] == own, "sanction_date"]
        if then - now:
            reasons.append("offence_cancelled")
        elif now - then:
            reasons.append("new_offence")
        elif said["risk_basis"] == "formal" and ((dates > before) & (dates <= day)).any():
            reasons.append("new_sanction")
        elif terms[day, own] != terms[before, own]:
            reasons.append("ageing")
        else:
            reasons.append("others_moved")
    return rankings.assign(movement_reason=pd.Series(reasons, index=rankings.index, dtype=object))
