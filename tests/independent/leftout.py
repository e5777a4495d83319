"""Balance of the matching, and who was left out of what."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from tests.independent.effect import Matching, followed, window
from tests.independent.facts import Facts, Rows
from tests.independent.managed import time_at_liberty
from tests.independent.reoffending import Spell

COVARIATES = (
    "score",
    "risk_probability",
    "weighted_harm_days",
    "offences_all_time",
    "offences_365_days",
    "age",
    "is_female",
)


def _covariates(matching: Matching, day: pd.Timestamp) -> pd.DataFrame:
    ranked = matching.at_run_date(day)
    return pd.DataFrame(
        {
            "score": ranked["score"],
            "risk_probability": ranked["risk_probability"],
            "weighted_harm_days": ranked["weighted_harm_days"],
            "offences_all_time": ranked["offence_count"],
            "offences_365_days": ranked["recent"],
            "age": ranked["age"],
            "is_female": (ranked["sex"] == "F").astype(float),
        }
    )


def _reasons(facts: Facts, matching: Matching, who: str, spell: Spell) -> list[str]:
    """Return out of what somebody is left, from the first spell in a cohort."""
    said = facts.said
    whole = followed(facts, spell, "recorded", "whole")
    assert whole is not None
    at_risk = [window(facts, who, *days, []).at_risk for days in (whole.pre, whole.during)]
    months = [one for one in said["effect_windows_months"].split(",") if one != "whole"]
    left = {
        "few_days_at_risk": min(at_risk) < said["minimum_at_risk_days"],
        "not_matured_12_months": spell.adopted + said["reoffending_days"] > facts.as_at,
        "not_matured_proven": spell.adopted + said["proven_matured_days"] > facts.as_at,
        "never_at_liberty": time_at_liberty(facts, who, spell.adopted) is None,
    } | {f"followed_under_{one}_months": followed(facts, spell, "recorded", one) is None for one in months}
    found = [reason for reason, is_left in left.items() if is_left]
    match = matching.match(who, spell.adopted)
    return found if match.reason is None else [*found, match.reason]


def attrition(facts: Facts, matching: Matching) -> pd.DataFrame:
    """Return how many nominals (or records of nobody known) of each cohort were left out, by reason; 0 too."""
    counts = {
        cohort: dict.fromkeys(
            [
                "spell_not_linked", "registration_not_linked", "registration_without_start", "few_days_at_risk",
                "adopted_before_first_run_date", "not_ranked_before_adoption", "no_comparator", "never_at_liberty",
                "not_matured_12_months", "not_matured_proven",
                *(f"followed_under_{one}_months" for one in facts.said["effect_windows_months"].split(",")[:-1]),
            ],
            0,
        )
        for cohort in ("all", *(one for one, _ in facts.by_cohort))
    }  # fmt: skip
    left = [
        (cohort, reason)
        for (cohort, who), spells in facts.by_cohort.items()
        for reason in _reasons(facts, matching, who, spells[0])
    ]
    spells, registrations = facts.ready.spells, facts.ready.registrations
    unlinked = registrations["nominal_id"].isna()
    records = [(cohort, "spell_not_linked") for cohort in spells.loc[spells["nominal_id"].isna(), "cohort"]]
    records += [("visor", "registration_not_linked")] * int(unlinked.sum())
    records += [("all", reason) for _, reason in records]
    without = set(registrations.loc[registrations["registration_start"].isna() & ~unlinked, "nominal_id"])
    records += [
        (cohort, "registration_without_start")
        for cohort in ("visor", "all")
        for who in without
        if (cohort, who) not in facts.by_cohort
    ]
    for cohort, reason in [*left, *records]:
        if cohort in counts:
            counts[cohort][reason] += 1
    return pd.DataFrame(
        [
            {"cohort": cohort, "reason": reason, "nominals": n}
            for cohort, reasons in counts.items()
            for reason, n in reasons.items()
        ]
    )


@dataclass(frozen=True)
class Matched:
    """An adopted person's covariates, those of everybody who could be a comparator, and those of the comparators."""

    own: pd.Series
    pool_mean: pd.Series
    pool_square: pd.Series
    comparators: pd.DataFrame


def matched_people(facts: Facts, matching: Matching) -> dict[str, list[Matched]]:
    """Return cohort -> its ranked adopted people with the covariates of all who come into question."""
    frames = {day: _covariates(matching, day) for day in facts.scheduled}
    people: dict[str, list[Matched]] = {}
    for (cohort, who), spells in facts.by_cohort.items():
        match = matching.match(who, spells[0].adopted)
        if match.run_date is None or match.reason == "not_ranked_before_adoption":
            continue
        frame = frames[match.run_date]
        pool = frame.loc[matching.pool(match.run_date).index.difference([who])]
        people.setdefault(cohort, []).append(
            Matched(frame.loc[who], pool.mean(), (pool**2).mean(), frame.loc[list(match.comparators)])
        )
    return people


def balance(facts: Facts, matching: Matching) -> pd.DataFrame:
    """Return means and standardised differences before and after matching.

    Before: the ranked adopted people against everybody who could be a comparator at their dates, each adopted
    person's as one. After: the matched against their comparators, likewise. Both differences are over the spread
    before matching, so that only the means move.
    """
    rows: Rows = []
    for cohort, people in matched_people(facts, matching).items():
        adopted = pd.DataFrame([one.own for one in people])
        pool = pd.DataFrame([one.pool_mean for one in people]).mean()
        pool_var = pd.DataFrame([one.pool_square for one in people]).mean() - pool**2
        spread = ((adopted.var(ddof=1) + pool_var.clip(lower=0)) / 2) ** 0.5
        spread = spread.where(spread > 1e-6 * adopted.mean().abs().combine(pool.abs(), max))
        after = [one for one in people if len(one.comparators)]
        own = pd.DataFrame([one.own for one in after], columns=list(COVARIATES)).mean()
        theirs = pd.DataFrame([one.comparators.mean() for one in after], columns=list(COVARIATES)).mean()
        rows += [
            {
                "cohort": cohort,
                "covariate": one,
                "n_before": len(people),
                "n_after": len(after),
                "n_comparison": len({who for one in after for who in one.comparators.index}),
                "mean_adopted_before": adopted[one].mean(),
                "mean_comparison_before": pool[one],
                "standardised_difference_before": (adopted[one].mean() - pool[one]) / spread[one],
                "mean_adopted_after": own[one],
                "mean_comparison_after": theirs[one],
                "standardised_difference_after": (own[one] - theirs[one]) / spread[one],
            }
            for one in COVARIATES
        ]
    return pd.DataFrame(rows)
