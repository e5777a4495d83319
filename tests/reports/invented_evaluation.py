"""Invented rows of the models that judge the ranking and tell the method; they hang together as the real ones do."""

from __future__ import annotations

import math
import random
from datetime import date, timedelta
from typing import Any

Rows = dict[str, list[dict[str, Any]]]

_FIRST, _LAST = date(2024, 9, 22), date(2026, 9, 20)
LISTS = [_FIRST + timedelta(days=14 * step) for step in range((_LAST - _FIRST).days // 14 + 1)]
MATURE = [day for day in LISTS if day + timedelta(days=365) <= _LAST]
POPULATIONS = {"all": 300, "managed": 9, "unmanaged": 291, "at_liberty": 270}
ORDERS = ("hhpu", "harm_only", "ogrs3", "copas", "frequency", "recency_frequency_gravity", "ogrs4")


def invent_evaluation(rows: Rows) -> None:
    """Add an evaluation of a year of mature lists, and of a year of lists that are not."""
    rng = random.Random(9)  # noqa: S311
    _validity(rows, rng)
    _order(rows, rng)
    _challengers(rows, rng)
    _equality(rows, rng)
    _asked(rows)
    _methodology(rows)


def _validity(rows: Rows, rng: random.Random) -> None:
    for day in LISTS:
        for population, n in POPULATIONS.items():
            for top_n, people in ((300, n), (None, n * 50)):
                rows["rpt_algorithm__validity"].append(
                    {
                        "run_date": day, "population": population, "top_n": top_n, "n": people,
                        "spearman_harm": rng.uniform(-0.34, -0.22), "spearman_harm_p": 0.0000123,
                        "spearman_offences": rng.uniform(-0.38, -0.26), "spearman_offences_p": 0.0412,
                        "is_mature": day in MATURE,
                    }
                )  # fmt: skip
    for outcome in ("harm", "offences"):
        for population, n in POPULATIONS.items():
            last = next(
                row
                for row in reversed(rows["rpt_algorithm__validity"])
                if (row["run_date"], row["population"], row["top_n"]) == (MATURE[-1], population, 300)
            )
            rows["rpt_algorithm__answers"].append(
                {
                    "population": population, "outcome": outcome, "run_date": MATURE[-1], "n": n,
                    "spearman": last[f"spearman_{outcome}"], "p": last[f"spearman_{outcome}_p"],
                    "mature_dates": len(MATURE), "agreeing_dates": len(MATURE) - 2,
                    "verdict": "too few" if n < 20 else "higher ranks did more",
                }
            )  # fmt: skip


def _order(rows: Rows, rng: random.Random) -> None:
    for day in LISTS:
        is_mature = day in MATURE
        for place, band in enumerate(("1-100", "101-200", "201-300")):
            rows["rpt_algorithm__bands"].append(
                {
                    "run_date": day, "band": band, "n": 100, "mean_harm": 240.0 / (place + 1) + rng.random(),
                    "sd_harm": 400.25, "mean_offences": 20.5 / (place + 1), "is_mature": is_mature,
                }
            )  # fmt: skip
        for top_n, share in ((100, 0.485), (200, 0.82)):
            rows["rpt_algorithm__capture"].append(
                {"run_date": day, "top_n": top_n, "share": share, "n_harmful": 161, "is_mature": is_mature}
            )
        for percent in range(1, 101):
            rows["rpt_algorithm__gains"].append(
                {
                    "run_date": day, "ranked_pct": percent, "harm_share": math.sqrt(percent / 100),
                    "offence_share": (percent / 100) ** 0.45, "is_mature": is_mature,
                }
            )  # fmt: skip
        for top_n in (10, 30, 100, 300):
            kept = max(round(top_n * (1 - 0.004 * LISTS.index(day))), 0)
            rows["rpt_algorithm__retention"].append(
                {
                    "baseline_run_date": LISTS[0], "comparison_run_date": day, "top_n": top_n,
                    "baseline_members": top_n, "retained": kept, "retained_pct": 100 * kept / top_n,
                }
            )  # fmt: skip
        for place in range(20):
            if day >= LISTS[0] + timedelta(days=300) and place == 19:
                continue
            rows["rpt_algorithm__trajectories"].append(
                {
                    "baseline_run_date": LISTS[0], "run_date": day, "nominal_id": f"N70{place:05d}",
                    "rank": place + 1 if day == LISTS[0] else (place * 7 + LISTS.index(day) * 3) % 31 + 1,
                }
            )  # fmt: skip
    for comparison in (LISTS[25], LISTS[39]):
        for sample, n in (("top_100", 100), ("common", 81), ("common_managed", 1), ("common_unmanaged", 80)):
            is_paired = sample != "top_100"
            rows["rpt_algorithm__harm_change"].append(
                {
                    "baseline_run_date": LISTS[0], "comparison_run_date": comparison, "sample": sample,
                    "n_baseline": n, "n_comparison": n, "mean_baseline": 250.5 + n,
                    "sd_baseline": 401.5 if n > 1 else None,
                    "mean_comparison": 220.25 + n, "sd_comparison": 380.0 if n > 1 else None,
                    "wilcoxon_z": -0.51 if is_paired else None, "wilcoxon_p": 0.61 if is_paired else None,
                    "ks_statistic": 0.21 if n > 1 and is_paired else None,
                    "ks_p": 0.001 if n > 1 and is_paired else None,
                    "is_mature": comparison in MATURE,
                }
            )  # fmt: skip


def _challengers(rows: Rows, rng: random.Random) -> None:
    for day in LISTS:
        for algorithm in ORDERS:
            for population, n in POPULATIONS.items():
                row: dict[str, Any] = {
                    "run_date": day, "algorithm": algorithm, "population": population, "n": n,
                    "n_harmful": 161 if population == "all" else None, "is_mature": day in MATURE,
                }  # fmt: skip
                for figure in ("spearman_harm", "spearman_offences", "share_100"):
                    if figure == "share_100" and population != "all":
                        continue
                    difference = 0.0 if algorithm == "hhpu" else rng.uniform(-0.2, 0.2)
                    row |= {figure: -0.25 + difference, f"{figure}_difference": difference}
                    if day in (MATURE[0], MATURE[13], MATURE[-1]):
                        row |= {
                            f"{figure}_difference_low": difference - 0.1,
                            f"{figure}_difference_high": difference + 0.1,
                        }
                rows["rpt_algorithm__challengers"].append(row)
    for algorithm in ORDERS[1:]:
        for population in POPULATIONS:
            for figure in (
                "spearman_harm",
                "spearman_offences",
                *(("share_100",) if population == "all" else ()),
            ):
                rows["rpt_algorithm__challenger_verdicts"].append(
                    {
                        "algorithm": algorithm, "population": population, "figure": figure, "dates": 3,
                        "dates_better": 0, "dates_worse": 3 if algorithm == "copas" else 1,
                        "verdict": "ranks worse" if algorithm == "copas" else "cannot tell", "is_worth_a_trial": False,
                    }
                )  # fmt: skip


def _equality(rows: Rows, rng: random.Random) -> None:
    groups = (
        *(("sex", group) for group in ("F", "M")),
        *(("age_band", group) for group in ("18-24", "25-34", "35-44", "65+")),
        *(("ethnic_group", group) for group in ("Asian", "Black", "White")),
        ("ethnicity", "W1"),
    )
    for stage, before in (
        ("scored", None),
        ("top_n", "scored"),
        ("considered", "scored"),
        ("adopted", "considered"),
    ):
        for characteristic, group in groups:
            is_judged = before is not None and group != "65+"
            ratio = rng.uniform(0.6, 1.5) if is_judged else None
            rows["rpt_equality__stages"].append(
                {
                    "run_date": LISTS[-1], "stage": stage, "characteristic": characteristic, "group": group,
                    "base_stage": before, "n": 40, "base_n": 900 if before else None, "share": 0.25,
                    "selection_ratio": ratio, "ci_low": ratio and ratio * 0.8, "ci_high": ratio and ratio * 1.25,
                    "missing_share": 0.1,
                }
            )  # fmt: skip


def _asked(rows: Rows) -> None:
    """A question, one to watch, one within chance, a group of whom nobody went on, and one too small."""
    for group, stage, n, ratio, verdict, look_at in (
        ("Black", "adopted", 40, 0.6, "question", "decisions"),
        ("Asian", "top_n", 12, 1.4, "watch", None),
        ("White", "top_n", 50, 1.0, "chance", None),
        ("Other", "considered", 0, 0.0, "question", "decisions"),
        ("Mixed", "top_n", 1, None, "too_few", None),
    ):
        low, high = (ratio * 0.8, ratio * 1.25) if ratio else (None, None)
        shared = {"stage": stage, "characteristic": "ethnic_group", "group": group, "n": n, "base_n": 90}
        shared |= {"selection_ratio": ratio, "ci_low": low, "ci_high": high}
        rows["rpt_equality__questions"].append(
            shared
            | {
                "run_date": LISTS[-1],
                "expected_n": 8.5,
                "z": ratio and 3.2,
                "verdict": verdict,
                "look_at": look_at,
            }
            | {"later_offences": "inconclusive", "later_offences_ratio": 1.1}
        )
        rows["rpt_equality__trend"] += [
            shared | {"years_before": years, "run_date": LISTS[-1 - years], "missing_share": 0.1}
            for years in (0, 1)
        ]
        rows["rpt_equality__calibration"] += [
            {
                "run_date": LISTS[0], "characteristic": "ethnic_group", "group": group, "outcome": outcome, "n": 500,
                "n_others": 900, "without_like": 2, "mean_group": 1.2, "mean_others": 1.5, "ratio": 0.8, "ci_low": 0.7,
                "ci_high": 0.9, "verdict": "lower",
            }
            for outcome in ("offences", "harm_days")
        ]  # fmt: skip


def _methodology(rows: Rows) -> None:
    for name, value, unit, moves in (
        ("confidence_level", "0.95", "share", False),
        ("equality_minimum_n", "10", "nominals", False),
        ("equality_question_ratio", "0.8", "ratio", False),
        ("equality_question_z", "3", "standard errors", False),
        ("harm_change_baseline_date", None, None, False),
        ("high_harm_weight", "1.5", "factor", True),
        ("minimum_age", "18", "years", True),
        ("risk_basis", "recorded", None, True),
        ("run_interval_days", "14", "days", True),
        ("top_n", "100", "ranks", True),
        ("vulnerability_weight", "1.5", "factor", True),
        ("vulnerable_age_under", "18", "years", True),
    ):
        rows["rpt_methodology__parameters"].append(
            {
                "parameter": name, "value": value, "unit": unit, "affects_ranking": moves,
                "description": f"What {name} does", "source": "An invented source",
            }
        )  # fmt: skip
    for case, p2 in (("O1", 0.2213), ("O2", 0.486518)):
        rows["rpt_methodology__ogrs3_cases"].append(
            {
                "case_id": case, "sex": "M", "age_at_start_of_risk": 20, "age_at_first_sanction": 18,
                "age_at_current_sanction": 20, "previous_sanctions": 1, "offence_group": "Violence", "p1": p2 / 2,
                "official_p1": p2 / 2, "p2": p2, "official_p2": p2, "is_reproduced": True, "source": "Official",
            }
        )  # fmt: skip
    for code, days, basis, cost in (("8N", 20.0, "published", 14050.0), ("92D", None, "gap", None)):
        rows["rpt_methodology__offence_types"].append(
            {
                "ho_code": code, "title": f"Title of {code}", "subgroup": "test", "harm_days": days,
                "harm_basis": basis,
                "severity_score": 12.5, "ogrs3_group": "Violence", "is_high_harm_by_type": False,
                "cost_category": None, "unit_cost_gbp": cost, "price_year": "2024-25" if cost else None,
            }
        )  # fmt: skip
