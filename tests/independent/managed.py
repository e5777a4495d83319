"""Before, during and after management, summed: IDIOM's table, cohorts by quarter, people followed, survival."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from tests.independent.facts import Facts, Rows, months_later, ordinal, percent, ratio
from tests.independent.reference import HARM_UNITS
from tests.independent.reoffending import Spell, inside_days, number


def is_open(spell: Spell, as_at: int) -> bool:
    """Tell whether a spell is open at as_at."""
    return spell.adopted <= as_at and (spell.deselected is None or spell.deselected > as_at)


def scopes(facts: Facts) -> dict[str, set[tuple[str, str]]]:
    """Return scope -> (cohort, nominal)."""
    groups = facts.by_cohort
    return {
        "all_managed": set(groups),
        "currently_managed": {
            key for key, spells in groups.items() if any(is_open(one, facts.as_at) for one in spells)
        },
    }


def in_scope(facts: Facts, scope: str) -> pd.DataFrame:
    """Return fct_reoffending of a scope, with ``_now`` columns: the period that the scope compares with before."""
    rows = facts.reoffending
    keys = scopes(facts)[scope]
    rows = rows[[key in keys for key in zip(rows["cohort"], rows["nominal_id"], strict=True)]].copy()
    for figure in ("days", "at_risk_days", "offences", "harm_days", "cost_gbp", "offences_without_cost"):
        rows[f"{figure}_now"] = rows[f"{figure}_during"]
        if scope == "all_managed":
            rows[f"{figure}_now"] += rows[f"{figure}_post"]
    return rows


def projected(rows: pd.DataFrame, figure: str, window: str, year: float) -> float | None:
    """Return the projected annual figure of a window by the naive rate."""
    rate = ratio(rows[f"{figure}_{window}"].sum(min_count=1), rows[f"days_{window}"].sum())
    return None if rate is None else year * rate * len(rows)


def priced(part: pd.DataFrame, window: str) -> pd.Series:
    """Return the costs of a window; nothing where there are offences of which none has a unit cost: that is not 0."""
    known = part[f"offences_{window}"].sum() - part[f"offences_without_cost_{window}"].sum()
    is_known = known > 0 or part[f"offences_{window}"].sum() == 0
    return part[f"cost_gbp_{window}"] * (1.0 if is_known else float("nan"))


def before_and_now(rows: pd.DataFrame, figure: str, name: str, year: float) -> dict[str, float | None]:
    """Return projected annual figures before and now, their difference, and each per nominal."""
    before, now = projected(rows, figure, "pre", year), projected(rows, figure, "now", year)
    change = None if before is None or now is None else now - before
    row = {
        f"{name}_pre": before,
        f"{name}_during": now,
        f"{name}_difference": change,
        f"{name}_difference_pct": None if change is None or not before else 100 * change / before,
    }
    for part in ("pre", "during", "difference"):
        value = row[f"{name}_{part}"]
        row[f"{name}_{part}_per_nominal"] = None if value is None else value / len(rows)
    return row


def idiom_table(facts: Facts) -> pd.DataFrame:
    """Return the table that IDIOM prints."""
    result: Rows = []
    for scope in ("all_managed", "currently_managed"):
        for (cohort, basis), rows in in_scope(facts, scope).groupby(["cohort", "basis"]):
            sexes = rows["nominal_id"].map(facts.sex)
            row = {"scope": scope, "cohort": cohort, "basis": basis, "nominals": len(rows)}
            row |= {
                "male": (sexes == "M").sum(),
                "female": (sexes == "F").sum(),
                "unknown_sex": (sexes == "U").sum(),
            }
            row |= before_and_now(rows, "offences", "offences", facts.said["rate_year_days"])
            worth = rows.assign(**{f"cost_gbp_{one}": priced(rows, one) for one in ("pre", "now")})
            row |= before_and_now(worth, "cost_gbp", "cost", facts.said["rate_year_days"])
            result.append(row)
    return pd.DataFrame(result)


def tracked(facts: Facts) -> pd.DataFrame:
    """Return the people adopted in the last 24 months one by one (the summary row is left out)."""
    since = months_later(facts.at.date(), -facts.said["tracked_months"])
    rows = facts.reoffending
    rows = rows[(rows["cohort"] == "all") & (rows["basis"] == "recorded") & (rows["adopted_date"] > since)]
    result = []
    for row in rows.to_dict("records"):
        days_now = row["at_risk_days_during"] + row["at_risk_days_post"]
        offences_now = row["offences_during"] + row["offences_post"]
        before, now = ratio(row["offences_pre"], row["at_risk_days_pre"]), ratio(offences_now, days_now)
        if before is None or now is None:
            direction = "no days at risk"
        else:
            direction = "fell" if now < before else "rose" if now > before else "unchanged"
        known = {
            f"cost_gbp_{one}": row[f"cost_gbp_{one}"]
            for one in ("pre", "during", "post")
            if not row[f"offences_{one}"] or row[f"offences_{one}"] > row[f"offences_without_cost_{one}"]
        }
        unknown = dict.fromkeys((f"cost_gbp_{one}" for one in ("pre", "during", "post")), None)
        said = {"direction": direction, "has_none_further": offences_now == 0}
        result.append(row | unknown | known | said)
    return pd.DataFrame(result)


def proven(facts: Facts) -> pd.DataFrame:
    """Return proven reoffending in the shape of the Ministry of Justice, by quarter of adoption."""
    said, groups = facts.said, {}
    for (cohort, nominal_id), spells in facts.by_cohort.items() if "proven" in facts.bases else ():
        adopted = spells[0].adopted
        done = [
            one
            for one in facts.offences["proven"].get(nominal_id, [])
            if adopted <= one.day <= adopted + said["reoffending_days"]
            and one.sanctioned is not None
            and one.sanctioned <= adopted + said["proven_matured_days"]
        ]
        day = date.fromordinal(adopted)
        groups.setdefault((day.year, (day.month + 2) // 3, cohort), []).append(len(done))
    rows = []
    for (year, quarter, cohort), counts in groups.items():
        ends = date(year + quarter // 4, quarter % 4 * 3 + 1, 1).toordinal() - 1
        reoffenders, reoffences = sum(one > 0 for one in counts), sum(counts)
        rows.append(
            {
                "cohort_quarter": f"{year}-Q{quarter}",
                "cohort": cohort,
                "cohort_size": len(counts),
                "reoffenders": reoffenders,
                "reoffences": reoffences,
                "binary_rate_pct": percent(reoffenders, len(counts)),
                "reoffences_per_reoffender": ratio(reoffences, reoffenders),
                "reoffences_per_offender": ratio(reoffences, len(counts)),
                "is_mature": ends + said["proven_matured_days"] <= facts.as_at,
            }
        )
    return pd.DataFrame(rows)


def time_at_liberty(facts: Facts, nominal_id: str, adopted: int) -> tuple[int, bool] | None:
    """Return the day of the first reoffence or of censoring, counted from the first day at liberty, and which."""
    inside = facts.custody.get(nominal_id, [])
    first = adopted
    while any(start <= first < end for start, end in inside):
        first = min(end for start, end in inside if start <= first < end)
    death = facts.last_day[nominal_id] + 1
    if first > facts.as_at or first >= death:
        return None
    # What happens on the day on which custody or death ends the observation came before it.
    taken = [start for start, end in inside if start > first and end > start]
    last = min([facts.as_at, death, *taken, first + facts.said["survival_days"]])
    days = [one.day for one in facts.offences["recorded"].get(nominal_id, []) if first <= one.day <= last]
    return (min(days) - first, True) if days else (last - first, False)


def kaplan_meier(times: list[tuple[int, bool]], last_day: int) -> Rows:
    """Return estimate, log-log interval and number at risk for each day that somebody was seen."""
    rows: Rows = []
    z = stats.norm.ppf(0.975)
    survival, variance = 1.0, 0.0
    for day in range(last_day + 1):
        at_risk = sum(time >= day for time, _ in times)
        if not at_risk:
            break
        events = sum(time == day and happened for time, happened in times)
        survival *= 1 - events / at_risk
        variance += math.inf if events == at_risk else events / (at_risk * (at_risk - events))
        low, high = (1.0, 1.0) if survival == 1 else (None, None)
        if 0 < survival < 1:
            spread = z * math.sqrt(variance) / abs(math.log(survival))
            low, high = survival ** math.exp(spread), survival ** math.exp(-spread)
        rows.append({"day": day, "estimate": survival, "ci_low": low, "ci_high": high, "at_risk": at_risk})
    return rows


def survival(facts: Facts) -> pd.DataFrame:
    """Return the curve of each cohort."""
    groups: dict[str, list[tuple[int, bool]]] = {}
    for (cohort, nominal_id), spells in facts.by_cohort.items():
        time = time_at_liberty(facts, nominal_id, spells[0].adopted)
        if time is not None:
            groups.setdefault(cohort, []).append(time)
    return pd.DataFrame(
        [
            {"cohort": cohort} | row
            for cohort, times in groups.items()
            for row in kaplan_meier(times, facts.said["survival_days"])
        ]
    )


def after_intervention(facts: Facts) -> pd.DataFrame:
    """Return who reoffended after a completed intervention, of those followed for long enough."""
    rows: Rows = []
    done = facts.interventions[facts.interventions["completed_date"].notna()]
    done = done[done["nominal_id"].notna()]
    for months in (int(one) for one in facts.said["intervention_follow_up_months"].split(",")):
        for intervention, part in done.groupby("intervention"):
            n = reoffended = 0
            for row in part.itertuples():
                start, end = number(row.completed_date), ordinal(row.completed_date.date(), months)
                if end <= facts.as_at:
                    offences = facts.offences["recorded"].get(row.nominal_id, [])
                    n += 1
                    reoffended += any(start <= one.day <= end for one in offences)
            if n:
                low, high = proportion_confint(reoffended, n, method="wilson")
                rows.append(
                    {"intervention": intervention, "months": months, "n": n, "reoffended": reoffended,
                     "rate_pct": percent(reoffended, n), "ci_low_pct": 100 * low, "ci_high_pct": 100 * high}
                )  # fmt: skip
    return pd.DataFrame(rows)


def _disjoint(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans of days, both ends in, without what an earlier one covers."""
    result, upto = [], 0
    for first, last in sorted(spans):
        if last > upto:
            result.append((max(first, upto + 1), last))
            upto = last
    return result


def _quarters(first: int, last: int) -> list[tuple[str, int, int]]:
    quarters, day = [], date.fromordinal(first)
    day = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    while day.toordinal() <= last:
        after = months_later(day, 3)
        quarters.append(
            (f"{day.year}-Q{(day.month + 2) // 3}", day.toordinal(), min(after.toordinal() - 1, last))
        )
        day = after
    return quarters


def _in_quarter(
    facts: Facts, who: str, spells: list[Spell], view: str, first: int, last: int
) -> list[tuple[int, int]]:
    """Return the days of a quarter on which somebody belongs to the cohort in a view."""
    until = min(last, facts.last_day[who])
    covered = date.fromisoformat(facts.said["coverage_start_police_records"]).toordinal()
    if view == "fixed":
        new_year = date(date.fromordinal(first).year, 1, 1).toordinal()
        # A year that began before the records has no start to look at.
        there = any(is_open(one, new_year) for one in spells) and covered <= new_year <= facts.last_day[who]
        spans = [(first, until)] if there else []
    else:
        spans = [
            (max(first, one.adopted), min(until, until if one.deselected is None else one.deselected - 1))
            for one in spells
        ]
    # What was done before the records begin is not known, so these days are none.
    spans = [(max(start, covered), end) for start, end in spans]
    return _disjoint([(start, end) for start, end in spans if start <= end])


def fixed_and_dynamic(facts: Facts) -> pd.DataFrame:
    """Return each quarter of those in the cohort at the start of the year, and of those in it day by day."""
    rows: Rows = []
    for cohort in sorted({one for one, _ in facts.by_cohort}):
        people = {who: spells for (one, who), spells in facts.by_cohort.items() if one == cohort}
        begun = min(spells[0].adopted for spells in people.values())
        for quarter, first, last in _quarters(begun, facts.as_at):
            for view in ("fixed", "dynamic"):
                sums = np.zeros(4, dtype="int64")
                for who, spells in people.items():
                    for place, (start, end) in enumerate(_in_quarter(facts, who, spells, view, first, last)):
                        free = end - start + 1 - inside_days(facts.custody.get(who, []), start, end)
                        done = [
                            one for one in facts.offences["recorded"].get(who, []) if start <= one.day <= end
                        ]
                        sums += [place == 0, free, len(done), sum(one.harm for one in done)]
                if sums[0]:
                    rows.append(
                        {"cohort": cohort, "quarter": quarter, "view": view, "nominals": sums[0],
                         "at_risk_days": sums[1], "offences": sums[2], "harm_days": sums[3] / HARM_UNITS}
                    )  # fmt: skip
    return pd.DataFrame(rows)
