"""The honest effect: comparators, rate ratios, balance, and who was left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import pandas as pd

from tests.independent.facts import Facts, Rows, ordinal, ratio
from tests.independent.offences import counted_at
from tests.independent.ranking import completed_years
from tests.independent.reference import HARM_UNITS
from tests.independent.reoffending import OPEN, Offence, Spell, inside_days

NAIVE, ADJUSTED = "naive", "exposure_adjusted"
EXPECTED, MATCHED = "expected_without_management", "matched_difference"


@dataclass(frozen=True)
class Window:
    """What somebody did in a window: days, days at risk, offences, harm."""

    days: int
    at_risk: int
    offences: int
    harm: float


def window(facts: Facts, nominal_id: str, first: int, last: int, done: list[Offence]) -> Window:
    """Return the figures of a window, both ends in."""
    if last < first:
        return Window(0, 0, 0, 0.0)
    within = [one for one in done if first <= one.day <= last]
    days = last - first + 1
    free = days - inside_days(facts.custody.get(nominal_id, []), first, last)
    return Window(days, free, len(within), sum(one.harm for one in within) / HARM_UNITS)


@dataclass(frozen=True)
class Followed:
    """The days over which an adopted person is followed.

    Attributes:
        pre: First and last day before.
        during: First and last day of the window of management.
    """

    pre: tuple[int, int]
    during: tuple[int, int]


def followed(facts: Facts, spell: Spell, basis: str, months: str) -> Followed | None:
    """Return the windows of a spell; nothing where the first months are not over by as_at."""
    source = {"recorded": "police_records", "proven": "idiom"}[basis]
    coverage = date.fromisoformat(facts.said[f"coverage_start_{source}"]).toordinal()
    last = facts.last_day[spell.nominal_id]
    end = facts.as_at if spell.deselected is None else min(spell.deselected, facts.as_at)
    if months != "whole":
        over = ordinal(date.fromordinal(spell.adopted), int(months))
        if over > facts.as_at:
            return None
        end = min(end, over - 1)
    before = (max(spell.adopted - facts.said["pre_days"], coverage), min(spell.adopted - 1, last))
    return Followed(before, (max(spell.adopted, coverage), min(end, last)))


def at_run_date(facts: Facts, day: pd.Timestamp) -> pd.DataFrame:
    """Return those ranked with a score on a date by nominal, with age, sex and offences of the last year."""
    since = day - pd.Timedelta(days=facts.said["match_offences_days"])
    counted = counted_at(facts.ready.links, day)
    recent = counted[counted["offence_date"] > since].groupby("nominal_id").size()
    people = facts.ready.people.nominals.set_index("nominal_id")
    ranked = facts.ranked[(facts.ranked["run_date"] == day) & facts.ranked["score"].notna()].set_index(
        "nominal_id"
    )
    born = people["date_of_birth"].reindex(ranked.index)
    return ranked.assign(
        age=completed_years(day, born),
        sex=people["sex"].reindex(ranked.index),
        recent=recent.reindex(ranked.index).fillna(0).astype(int),
    )


@dataclass(frozen=True)
class Match:
    """Why somebody has no comparators, or who they are."""

    reason: str | None
    run_date: pd.Timestamp | None
    comparators: tuple[str, ...] = ()


class Matching:
    """Comparators of adopted people, looked up once for each run date."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.at_run_date = cache(lambda day: at_run_date(facts, day))
        self.match = cache(self._match)

    def pool(self, day: pd.Timestamp) -> pd.DataFrame:
        """Return who can be a comparator at all."""
        ranked = self.at_run_date(day)
        return ranked[(ranked["management_status"] == "never_considered") & ~ranked["in_custody"]]

    def _match(self, nominal_id: str, adopted: int) -> Match:
        said = self.facts.said
        before = [day for day in self.facts.scheduled if day.date().toordinal() < adopted]
        if not before:
            return Match("adopted_before_first_run_date", None)
        ranked = self.at_run_date(before[-1])
        if nominal_id not in ranked.index:
            return Match("not_ranked_before_adoption", before[-1])
        own, others = ranked.loc[nominal_id], self.pool(before[-1])
        others = others[others.index != nominal_id]
        distance = (others["score"] - own["score"]).abs()
        allowed = max(said["match_offences_minimum"], said["match_offences_share"] * own["recent"])
        near = others[
            (distance <= said["match_score_sd"] * ranked["score"].std(ddof=1))
            & (others["sex"] == own["sex"])
            & ((others["age"] - own["age"]).abs() <= said["match_age_years"])
            & ((others["recent"] - own["recent"]).abs() <= allowed)
        ].index
        nearest = sorted(near, key=lambda who: (round(distance[who], said["score_decimals"]), who.encode()))
        chosen = nearest[: said["match_comparators"]]
        return Match(None if len(chosen) else "no_comparator", before[-1], tuple(chosen))


def comparator_window(facts: Facts, nominal_id: str, days: tuple[int, int], done: list[Offence]) -> Window:
    """Return the comparator's figures over the same days, up to its death or its own adoption."""
    own = facts.by_cohort.get(("all", nominal_id))
    last = min(facts.last_day[nominal_id], own[0].adopted - 1 if own else OPEN)
    return window(facts, nominal_id, days[0], min(days[1], last), done)


def _rate(windows: list[tuple[Window, float]], outcome: str, days: str) -> float | None:
    above = sum(getattr(one, outcome) * weight for one, weight in windows)
    return ratio(above, sum(getattr(one, days) * weight for one, weight in windows))


def _over(above: float | None, below: float | None) -> float | None:
    return None if above is None or not below else above / below


def effect(facts: Facts, matching: Matching) -> pd.DataFrame:
    """Return the point estimates with their numbers."""
    rows: Rows = []
    cohorts = sorted({cohort for cohort, _ in facts.by_cohort})
    for cohort in cohorts:
        spells = [one[0] for (name, _), one in facts.by_cohort.items() if name == cohort]
        for basis in facts.bases:
            for months in facts.said["effect_windows_months"].split(","):
                rows += [
                    {"cohort": cohort, "basis": basis, "window_months": months} | row
                    for row in _methods(facts, matching, spells, basis, months)
                ]
    return pd.DataFrame(rows)


def _methods(facts: Facts, matching: Matching, spells: list[Spell], basis: str, months: str) -> Rows:
    done, least = facts.offences[basis], facts.said["minimum_at_risk_days"]
    pairs, adopted, others, people = [], [], [], set()
    for spell in spells:
        days = followed(facts, spell, basis, months)
        if days is None:
            continue
        own = done.get(spell.nominal_id, [])
        pair = tuple(window(facts, spell.nominal_id, *part, own) for part in (days.pre, days.during))
        pairs.append(pair)
        match = matching.match(spell.nominal_id, spell.adopted)
        if match.comparators:
            adopted.append(pair)
            for who in match.comparators:
                people.add(who)
                weight = 1 / len(match.comparators)
                theirs = done.get(who, [])
                others.append(
                    (
                        comparator_window(facts, who, days.pre, theirs),
                        comparator_window(facts, who, days.during, theirs),
                        weight,
                    )
                )
    at_risk = [one for one in pairs if min(one[0].at_risk, one[1].at_risk) >= least]
    rows: Rows = []
    for outcome in ("offences", "harm"):
        for method, group, days_of in ((NAIVE, pairs, "days"), (ADJUSTED, at_risk, "at_risk")):
            if not group:
                continue
            before, during = ([(one[part], 1.0) for one in group] for part in (0, 1))
            found = _over(_rate(during, outcome, days_of), _rate(before, outcome, days_of))
            rows.append(
                {
                    "outcome": outcome,
                    "method": method,
                    "rate_ratio": found,
                    "n": len(group),
                    "n_comparison": None,
                }
            )
        before_a, during_a = (
            _rate([(one[part], 1.0) for one in adopted], outcome, "at_risk") for part in (0, 1)
        )
        before_c, during_c = (
            _rate([(one[part], one[2]) for one in others], outcome, "at_risk") for part in (0, 1)
        )
        for method, found in (
            (EXPECTED, _over(_over(during_a, before_a), _over(during_c, before_c))),
            (MATCHED, _over(during_a, during_c)),
        ):
            if not adopted:
                continue
            rows.append(
                {
                    "outcome": outcome,
                    "method": method,
                    "rate_ratio": found,
                    "n": len(adopted),
                    "n_comparison": len(people),
                }
            )
    return rows
