"""Who is managed, who is inside, who waits for a decision, who is not ranked: on one day."""

from __future__ import annotations

import pandas as pd

from tests.independent.offences import counted_at
from tests.independent.reference import HARM_UNITS, Reference


def management_status(
    day: pd.Timestamp, cohort_spells: pd.DataFrame, registrations: pd.DataFrame, referrals: pd.DataFrame
) -> dict[str, str]:
    """Return the status of everybody who is not never_considered."""
    status: dict[str, str] = {}
    asked = referrals[referrals["referred_date"] <= day]
    status |= dict.fromkeys(asked["nominal_id"].dropna(), "considered")
    spans = pd.concat(
        [
            cohort_spells[["nominal_id", "adopted_date", "deselected_date"]].set_axis(
                ["nominal_id", "start", "end"], axis=1
            ),
            registrations[["nominal_id", "registration_start", "registration_end"]]
            .set_axis(["nominal_id", "start", "end"], axis=1)
            .assign(start=lambda rows: rows["start"].fillna(pd.Timestamp("1800-01-01"))),
        ]
    )
    begun = spans[spans["start"] <= day]
    status |= dict.fromkeys(begun.loc[begun["end"] <= day, "nominal_id"].dropna(), "previously_managed")
    status |= dict.fromkeys(
        begun.loc[begun["end"].isna() | (begun["end"] > day), "nominal_id"].dropna(), "managed"
    )
    return status


def in_custody(day: pd.Timestamp, custody: pd.DataFrame) -> set[str]:
    """Return who is inside on a day."""
    there = (custody["start_date"] <= day) & (custody["end_date"].isna() | (custody["end_date"] > day))
    return set(custody.loc[there, "nominal_id"])


def population_gaps(
    day: pd.Timestamp, nominals: pd.DataFrame, links: pd.DataFrame, ranked: pd.DataFrame
) -> pd.DataFrame:
    """Return who has a counted offence and is not ranked, with the first reason in the contract's order."""
    weighted = counted_at(links, day).groupby("nominal_id")["weighted"].sum() / HARM_UNITS
    left = nominals[nominals["nominal_id"].isin(weighted.index)]
    left = left[~left["nominal_id"].isin(ranked["nominal_id"])]
    dead = left["deceased_date"] <= day
    unknown = left["date_of_birth"].isna()
    reason = pd.Series("under_age", index=left.index).mask(unknown, "unknown_age").mask(dead, "deceased")
    return pd.DataFrame(
        {
            "reason": reason,
            "nominal_id": left["nominal_id"],
            "weighted_harm_days": left["nominal_id"].map(weighted),
        }
    )


def meeting_list(
    day: pd.Timestamp,
    ranked: pd.DataFrame,
    links: pd.DataFrame,
    referrals: pd.DataFrame,
    decisions: pd.DataFrame,
    rank_before: pd.Series | None,
    reference: Reference,
) -> pd.DataFrame:
    """Return the meeting list of one run date.

    Args:
        day: The run date.
        ranked: Ranking of the date with management_status.
        links: Offence links.
        referrals: Referrals linked to survivors.
        decisions: The unit's own decisions linked to survivors.
        rank_before: Ranks of the scheduled date before by nominal_id; None at the first.
        reference: Parameters.
    """
    said = reference.parameters
    asked = referrals[(referrals["referred_date"] <= day) & referrals["nominal_id"].notna()]
    decided_on = asked["meeting_date"].fillna(asked["referred_date"])
    decided = asked["decision"].isin(["adopted", "not_adopted"]) & (decided_on <= day)
    recent = decided & (decided_on > day - pd.Timedelta(days=said["decided_within_days"]))
    not_managed = ranked["management_status"] != "managed"
    new = not_managed & (ranked["rank"] <= said["top_n"])
    listed = set(ranked.loc[new, "nominal_id"]) - set(asked.loc[recent, "nominal_id"])
    ended = decisions[
        decisions["decision"].isin(["adopt", "not_adopt"]) & (decisions["decision_date"] <= day)
    ]
    ended = ended[ended["decision_date"] > day - pd.Timedelta(days=said["decided_within_days"])]
    listed -= set(ended["nominal_id"])
    waiting = set(asked.loc[~decided, "nominal_id"])
    counted = counted_at(links, day)
    fresh = counted["recorded_date"] > day - pd.Timedelta(days=said["urgent_days"])
    urgent = set(counted.loc[fresh & counted["is_high_harm"], "nominal_id"])
    if rank_before is not None:
        first = set(ranked.loc[ranked["rank"] <= said["urgent_top_n"], "nominal_id"])
        urgent |= first - set(rank_before[rank_before <= said["urgent_top_n"]].index)
    reasons = {(True, True): "top_n_and_referral", (True, False): "top_n", (False, True): "referral"}
    rows = [
        (day, nominal_id, reasons[nominal_id in listed, nominal_id in waiting], nominal_id in urgent)
        for nominal_id in sorted(listed | waiting)
    ]
    return pd.DataFrame(rows, columns=["run_date", "nominal_id", "reason", "is_urgent"])
