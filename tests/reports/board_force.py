"""The board's models of an invented unit, as at one month or the next: small groups, nested counts, parts that add up.

Nobody here exists. A second release is the first with a month more: whoever was adopted stays adopted, and a
few came in; so a reader of both packs may subtract.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.reports.invented import AS_AT, Invented

NEXT = date(2026, 10, 20)
FACTOR = 2.66
GROUPS = {
    "sex": ("M", "F"),
    "age_band": ("18-24", "25-34", "35-44", "45-54", "55-64", "65+"),
    "ethnic_group": ("White", "Asian", "Black", "Mixed", "Other"),
}
COHORTS = (("all", 64), ("iom", 31), ("da", 22), ("hhpu", 12), ("cse", 3), ("female", 4))
MEASURES = (
    ("managed_people", 96, 4),
    ("register", 41, 1),
    ("new_high_harm_entrants", 10, 3),
    ("offences_per_managed_person_year", 1.6, 0.2),
    ("harm_days_per_managed_person_year", 22, 9),
    ("offending_cost_gbp_per_managed_person_year", 7400, 900),
    ("caseload_per_manager", 24, 1),
    ("unit_cost_gbp", 61200, 0),
)
METHODS = ("expected_without_management", "matched_difference", "exposure_adjusted", "naive")


def board_models(made: Invented, as_at: date = AS_AT, seed: int = 1) -> Invented:
    """Fill the models that the board pack reads.

    Args:
        made: Where the rows go.
        as_at: Date of the release; the month that it shows is the last whole one.
        seed: Which force.
    """
    rows = made.rows
    for model in (
        *("rpt_board__trends", "rpt_board__reoffending", "rpt_board__cost", "rpt_board__equality"),
        *("rpt_board__caseload", "rpt_board__parameters", "rpt_reoffending__effect"),
        *("rpt_reoffending__attrition", "rpt_cost__bearers", "rpt_cost__offending"),
    ):
        rows[model] = []
    later = as_at > AS_AT
    _trends(rows["rpt_board__trends"], as_at, seed)
    _reoffending(rows["rpt_board__reoffending"], later)
    _effects(rows["rpt_reoffending__effect"])
    _cost(rows["rpt_board__cost"])
    _equality(rows["rpt_board__equality"], as_at, seed)
    _others(rows, as_at, later)
    for model, found in rows.items():
        if model.startswith(("rpt_board", "rpt_reoffending", "rpt_cost", "rpt_quality__harm")):
            rows[model] = [{**row, "as_at": as_at} for row in found]
    return made


def write_board(path: Path, as_at: date = AS_AT, seed: int = 1) -> Path:
    """Write a warehouse that has what the board pack reads."""
    made = Invented()
    made.rows["rpt_quality__harm_basis"] = [
        {"basis": "published", "offences": 812, "harm_days": 4212.5, "share": 0.55, "offence_share": 0.5},
        {"basis": "placeholder", "offences": 640, "harm_days": 3400, "share": 0.45, "offence_share": 0.4},
        {"basis": "gap", "offences": 3, "harm_days": 0, "share": 0.0, "offence_share": 0.1},
    ]
    return board_models(made, as_at, seed).write(path)


def month_ends(as_at: date, months: int = 36) -> list[date]:
    """Return the last days of the whole months up to a date, the oldest first."""
    found: list[date] = []
    first = (as_at + timedelta(days=1)).replace(day=1)
    for _ in range(months):
        found.append(first - timedelta(days=1))
        first = found[-1].replace(day=1)
    return found[::-1]


def _value(metric: str, level: float, swing: float, month: date, seed: int) -> float:
    """Return the figure of a month: the same in every release, since a month is as known at its end."""
    rng = random.Random(f"{seed}{metric}{month}")  # noqa: S311
    drawn = rng.gauss(level, swing)
    return max(0, round(drawn)) if isinstance(level, int) and swing else max(0.0, drawn)


def _trends(rows: list[dict[str, Any]], as_at: date, seed: int) -> None:
    for metric, level, swing in MEASURES:
        months = month_ends(as_at)
        values = [float(_value(metric, level, swing, month, seed)) for month in months]
        is_count = metric in {"managed_people", "register", "new_high_harm_entrants"}
        mean = sum(values) / len(values)
        spread = sum(abs(b - a) for a, b in zip(values, values[1:], strict=False)) / (len(values) - 1)
        low, high = mean - FACTOR * spread, mean + FACTOR * spread
        for place, (month, value) in enumerate(zip(months, values, strict=True)):
            before = values[place - 1] if place else None
            year = values[place - 12] if place >= 12 else None
            rows.append(
                {
                    "month_end": month,
                    "metric": metric,
                    "value": value,
                    "n": 96,
                    "mean_value": mean,
                    "mean_moving_range": spread,
                    "lower_limit": low,
                    "upper_limit": high,
                    "is_signal": bool(spread) and not low <= value <= high,
                    "events": int(value) if is_count else 20,
                    "previous_value": before,
                    "year_ago_value": year,
                    "change_on_previous": None if before is None else value - before,
                    "change_on_year_ago": None if year is None else value - year,
                    "is_latest": month == months[-1],
                }
            )


def _reoffending(rows: list[dict[str, Any]], later: bool) -> None:
    for cohort, people in COHORTS:
        for outcome, scale in (("offences", 1.0), ("harm", 18.0)):
            people_now = people + (2 if later and people > 5 else 0)
            ratio = {"all": 0.84, "iom": 0.6}.get(cohort, 1.1)
            during = 2.6 * scale
            rows.append(
                {
                    "cohort": cohort,
                    "outcome": outcome,
                    "nominals": people_now,
                    "comparators": people_now * 4,
                    "offences_pre": people_now * 5,
                    "offences_during": people_now * 2,
                    "rate_pre": 5.5 * scale,
                    "rate_during": during,
                    "comparison_rate_pre": 5.4 * scale,
                    "comparison_rate_during": 2.9 * scale,
                    "expected_rate": during / ratio,
                    "expected_low": during / (ratio * 1.26),
                    "expected_high": during / (ratio * 0.78),
                    "rate_ratio": ratio,
                    "ci_low": ratio * 0.78,
                    "ci_high": ratio * 1.26,
                    "difference_ratio": ratio * 1.05,
                    "difference_low": ratio * 0.8,
                    "difference_high": ratio * 1.3,
                    "verdict": "too few"
                    if people_now < 20
                    else "evidence of a fall"
                    if ratio * 1.26 < 1
                    else "inconclusive",
                }
            )


def _effects(rows: list[dict[str, Any]]) -> None:
    for outcome in ("offences", "harm"):
        for method, ratio in zip(METHODS, (0.84, 0.9, 0.5, 0.47), strict=True):
            rows.append(
                {
                    "cohort": "all",
                    "basis": "recorded",
                    "outcome": outcome,
                    "method": method,
                    "window_months": "whole",
                    "rate_ratio": ratio,
                    "ci_low": ratio * 0.78,
                    "ci_high": ratio * 1.26,
                    "n": 64,
                    "n_comparison": 250,
                    "verdict": "evidence of a fall" if ratio * 1.26 < 1 else "inconclusive",
                }
            )


def _cost(rows: list[dict[str, Any]]) -> None:
    schemes = (("North", 60, 300_000.0), ("South", 36, 200_000.0))
    found = [
        {
            "scheme": name,
            "nominals": people,
            "running_cost_gbp_year": cost,
            "offences_avoided_year": people * 0.5,
            "offences_avoided_year_low": people * -0.2,
            "offences_avoided_year_high": people * 1.3,
            "value_of_offences_gbp": people * 4000.0,
            "value_of_offences_low_gbp": people * -1600.0,
            "value_of_offences_high_gbp": people * 10400.0,
            "net_gbp": people * 4000.0 - cost,
            "net_low_gbp": people * -1600.0 - cost,
            "net_high_gbp": people * 10400.0 - cost,
            "break_even_offences": cost / 8000,
            "effect_n": 64,
            "unpriced_share": 0.41,
        }
        for name, people, cost in schemes
    ]
    total: dict[str, Any] = {
        key: sum(float(str(row[key])) for row in found) for key in found[0] if key != "scheme"
    }
    found.append({**total, "scheme": "all", "nominals": 96, "effect_n": 64, "unpriced_share": 0.41})
    rows.extend({**row, "verdict": "inconclusive"} for row in found)


def people(seed: int, later: bool) -> list[dict[str, Any]]:
    """Draw ranked people; a month later the same people, a few more of them considered, adopted and de-selected."""
    rng = random.Random(seed)  # noqa: S311
    found = []
    for place in range(500):
        person: dict[str, Any] = {
            "sex": rng.choices(["M", "F", None], [88, 11, 1])[0],
            "age_band": rng.choices(GROUPS["age_band"], [20, 40, 24, 10, 4, 2])[0],
            "ethnic_group": rng.choices([*GROUPS["ethnic_group"], None], [70, 7, 5, 2, 1, 15])[0],
            "is_considered": rng.random() < 0.12,
        }
        person["is_adopted"] = person["is_considered"] and rng.random() < 0.6
        comes, joins, moves = rng.random() < 0.01, rng.random() < 0.05, rng.random() < 0.1
        leaves = rng.random()
        if later:
            person["is_considered"] = person["is_considered"] or comes
            person["is_adopted"] = person["is_considered"] and (person["is_adopted"] or joins)
        person["is_deselected"] = person["is_adopted"] and leaves < (0.4 if later else 0.3)
        person["is_top_n"] = (place < 60) != (later and moves and place < 60)
        found.append(person)
    for person in found[60:]:
        if sum(one["is_top_n"] for one in found) < 60:
            person["is_top_n"] = True
    return found


def _equality(rows: list[dict[str, Any]], as_at: date, seed: int) -> None:
    ranked = people(seed, as_at > AS_AT)
    for characteristic, groups in GROUPS.items():
        for group in (*groups, "not_known", "all"):
            of = [one for one in ranked if group == "all" or (one[characteristic] or "not_known") == group]
            is_group = group in groups
            rows.append(
                {
                    "run_date": as_at,
                    "characteristic": characteristic,
                    "group": group,
                    "scored": len(of),
                    **{
                        stage: sum(one[f"is_{stage}"] for one in of)
                        for stage in ("top_n", "considered", "adopted", "deselected")
                    },
                    "top_n_verdict": "inconclusive" if is_group else None,
                    "adopted_verdict": "inconclusive" if is_group else None,
                    "deselected_verdict": "inconclusive" if is_group else None,
                }
            )


def _others(rows: dict[str, list[dict[str, Any]]], as_at: date, later: bool) -> None:
    for back, (people, over) in enumerate(((99, 3), (97, 1), (95, 2))):
        rows["rpt_board__caseload"].append(
            {
                "census_date": as_at - timedelta(days=30 * back),
                "managers": 4,
                "people": people,
                "over_capacity": 0,
                "over_high_risk_share": over,
                "is_latest": back == 0,
            }
        )
    for name, value, unit in (
        ("top_n", 60.0, "ranks"),
        ("confidence_level", 0.95, "share"),
        ("minimum_nominals_for_verdict", 20.0, "nominals"),
        ("match_comparators", 5.0, "nominals"),
        ("control_limit_factor", FACTOR, "factor"),
        ("trend_months", 36.0, "months"),
        ("max_caseload", 50.0, "offenders"),
        ("high_risk_share_pct", 30.0, "percent"),
        ("bootstrap_draws", 2000.0, "draws"),
    ):
        rows["rpt_board__parameters"].append(
            {"parameter": name, "value": value, "unit": unit, "description": f"{name} said", "source": "ours"}
        )
    for reason, scope, people in (
        ("spell_not_linked", "every figure", 7 + later),
        ("registration_without_start", "every figure", 3),
        ("adopted_before_first_run_date", "matched methods", 30),
        ("no_comparator", "matched methods", 2 - later),
    ):
        rows["rpt_reoffending__attrition"].append(
            {
                "cohort": "all",
                "reason": reason,
                "left_out_of": scope,
                "nominals": people,
                "of_nominals": 101,
            }
        )
    for bearer, amount in (("police", 9800.0), ("criminal_justice", 0.0), ("not_split", 800_000.0)):
        rows["rpt_cost__bearers"].append(
            {
                "scope": "currently_managed",
                "cohort": "all",
                "bearer": bearer,
                "cost_pre_gbp": 2 * amount,
                "cost_during_gbp": amount,
            }
        )
    rows["rpt_cost__offending"].append(
        {
            "scope": "currently_managed",
            "cohort": "all",
            "estimate": "central",
            "nominals": 96,
            "price_year": "2024-25",
            "offences_without_cost_share": 0.41,
        }
    )
