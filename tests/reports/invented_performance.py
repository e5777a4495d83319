"""Rows of the performance report, invented: small, and every sum known."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

AS_AT = date(2026, 9, 20)
METHODS = ("naive", "exposure_adjusted", "expected_without_management", "matched_difference")
MANAGERS = (("M01", 52, 15), ("M02", 41, 21), ("M03", 38, 8), ("M04", 17, 9))
"""Manager, people, high risk: M01 is over 50; M02 and M04 over 30 %; M04 has a base under 20."""

RATIOS = {
    "naive": 0.44,
    "exposure_adjusted": 0.47,
    "expected_without_management": 0.91,
    "matched_difference": 0.97,
}
WINDOWS = ("6", "12", "24", "whole")

Rows = list[dict[str, Any]]


def performance_rows() -> dict[str, Rows]:
    """Return the rows by model."""
    return {**_staff(), **_ways(), **_decided(), **_known(), **_effect(), **_followup(), **_cost()}


def _rows(keys: str, *values: tuple[Any, ...]) -> Rows:
    return [dict(zip(keys.split(), value, strict=True)) for value in values]


def _staff() -> dict[str, Rows]:
    census = [
        {
            "census_date": day,
            "manager_id": manager,
            "offenders_managed": people,
            "high_risk_managed": risky,
            "max_caseload": 50,
            "capacity_pct": 100 * people / 50,
            "high_risk_pct": 100 * risky / people,
            "is_over_capacity": people > 50,
            "is_over_30_pct_high_risk": 100 * risky > 30 * people,
            "source": source,
        }
        for day, source in ((AS_AT, "open_spells"), (date(2026, 8, 31), "caseload_history"))
        for manager, people, risky in MANAGERS
    ]
    visor = "division registrations registrations_before growth_pct arms_overdue visits_overdue arms_low arms_medium"
    visor += (
        " arms_high arms_very_high arms_unknown level_1 level_2 level_3 trained_managers per_trained_manager"
    )
    return {
        "rpt_unit__caseload": census,
        "rpt_unit__workload": _rows(
            "scheme people managers people_per_manager trained_managers people_per_trained_manager",
            ("Northfold unit", 131, 3, 131 / 3, 3, 131 / 3),
            ("Southmere unit", 17, 1, 17.0, 0, None),
        ),
        "rpt_unit__training": _rows(
            "managers trained trained_pct set_up_date managers_before trained_before",
            (4, 3, 75.0, date(2018, 4, 1), 7, 4),
        ),
        "rpt_unit__visor": _rows(
            visor,
            ("North", 60, 55, 100 * 5 / 55, 2, 5, 20, 20, 10, 5, 5, 55, 4, 1, 3, 20.0),
            ("South", 22, 18, 100 * 4 / 18, 0, 1, 10, 5, 4, 1, 2, 22, 0, 0, 0, None),
        ),
    }


def _ways() -> dict[str, Rows]:
    keys = "month kind pathway referred triaged heard adopted not_adopted deferred pending"
    return {
        "rpt_unit__pathways": _rows(
            keys,
            (date(2026, 9, 1), "agency", "probation", 5, 3, 2, 1, 1, 0, 3),
            (date(2026, 3, 1), "agency", "marac", 4, 4, 3, 1, 2, 1, 0),
            (date(2025, 9, 1), "agency", "probation", 9, 9, 9, 8, 1, 0, 0),  # before the twelve months
            (date(2026, 8, 1), "pathway", "iom_meeting", None, None, None, 6, None, None, None),
            (date(2026, 7, 1), "pathway", "referral", None, None, None, 2, None, None, None),
        ),
        "rpt_unit__deselection_candidates": _rows(
            "spell_id rule nominal_id cohort scheme manager_id adopted_date rule_title evidence evidence_rows",
            (
                "SP1",
                "quiet",
                "N0000001",
                "iom",
                "Northfold unit",
                "M01",
                date(2025, 1, 7),
                "Nothing for six months",
                "Since 2026-03-20: nothing",
                0,
            ),
            (
                "SP2",
                "quiet",
                "N0000002",
                "da",
                "Northfold unit",
                "M02",
                date(2024, 5, 1),
                "Nothing for six months",
                "Since 2026-03-20: nothing",
                0,
            ),
            (
                "SP2",
                "sentence",
                "N0000002",
                "da",
                "Northfold unit",
                "M02",
                date(2024, 5, 1),
                "Two years or more",
                "Sentenced on 2026-02-01",
                1,
            ),
        ),
        "rpt_unit__interventions": _rows(
            "intervention title type reoffending_pathway cohort nominals cohort_nominals nominals_pct",
            ("contact", "Contact", "both", None, "iom", 25, 50, 50.0),
            ("contact", "Contact", "both", None, "female", 6, 12, 50.0),
            ("housing", "Housing", "rehabilitation", "accommodation", "iom", 10, 50, 20.0),
            ("tag", "Tag", "disruption", None, "female", 0, 12, 0.0),
        ),
    }


def _decided() -> dict[str, Rows]:
    """Adopted 25, of whom a year has passed for 22; refusals under twenty: no percentage."""
    return {
        "rpt_unit__decisions": _rows(
            "decision reason decisions people median_rank followed recorded_again recorded_again_pct ci_low_pct "
            "ci_high_pct mean_offences mean_harm_days",
            ("adopt", "all", 25, 25, 41.5, 22, 11, 50.0, 30.7, 69.3, 1.75, 40.0),
            ("adopt", "rising_harm", 25, 25, 41.5, 22, 11, 50.0, 30.7, 69.3, 1.75, 40.0),
            ("not_adopt", "all", 19, 18, None, 19, 9, 47.3684, 27.3, 68.3, 1.25, 12.5),
            ("not_adopt", "no_capacity", 19, 18, None, 19, 9, 47.3684, 27.3, 68.3, 1.25, 12.5),
        ),
        "rpt_unit__decisions_compared": _rows(
            "outcome n_adopted n_not_adopted adopted_without_like not_adopted_without_like strata mean_adopted "
            "mean_not_adopted ratio ci_low ci_high verdict",
            ("offences", 22, 21, 3, 1, 4, 1.75, 2.5, 0.7, 0.5, 0.95, "lower"),
            ("recorded_again", 22, 21, 3, 1, 4, 0.5, 0.5, 1.0, 0.6, 1.7, "inconclusive"),
            ("harm_days", 22, 21, 3, 1, 4, 40.0, 0.0, None, None, None, "inconclusive"),
        ),
    }


def _known() -> dict[str, Rows]:
    months = [
        (date(2026, 8, 1), "Theft", "managed", 10, 2, 1, 4, 1, 2),
        (date(2026, 7, 1), "Theft", "managed", 5, 1, 0, 2, 1, 1),
        (date(2026, 8, 1), "Arson", "never_considered", 3, 0, 0, 3, 0, 0),
        (date(2025, 9, 1), "Theft", "managed", 99, 99, 0, 0, 0, 0),  # before the twelve months
    ]
    keys = (
        "month subgroup management_status offences charged cautioned no_further_action other_action undecided"
    )
    return {
        "rpt_unit__outcomes": _rows(keys, *months),
        "rpt_unit__serial_da": _rows(
            "nominal_id victims serial_since last_date rank management_status",
            ("N0000011", 2, date(2024, 1, 1), AS_AT, 12, "never_considered"),
            ("N0000012", 3, date(2023, 1, 1), AS_AT, 40, "managed"),
            ("N0000013", 2, date(2022, 1, 1), AS_AT, 2400, "considered"),
        ),
        "rpt_unit__repeat_nfa": _rows(
            "nominal_id kind offences last_date rank management_status",
            ("N0000011", "domestic_abuse", 4, AS_AT, 12, "never_considered"),
            ("N0000014", "sexual", 2, AS_AT, None, "not_ranked"),
        ),
    }


def verdict(low: float, high: float) -> str:
    """Return the verdict of an interval, in the vocabulary of the models."""
    return "evidence of a fall" if high < 1 else "evidence of a rise" if low > 1 else "inconclusive"


def _effect() -> dict[str, Rows]:
    rows = []
    for cohort, people in (("all", 120), ("iom", 60), ("female", 7)):
        for outcome in ("offences", "harm"):
            for place, window in enumerate(WINDOWS):
                for method in METHODS:
                    ratio = round(RATIOS[method] + 0.01 * place, 2)
                    spread = math.exp(0.12)
                    few = people < 20
                    rows.append(
                        {
                            "cohort": cohort,
                            "basis": "recorded",
                            "outcome": outcome,
                            "method": method,
                            "window_months": window,
                            "rate_ratio": None if few else ratio,
                            "ci_low": None if few else ratio / spread,
                            "ci_high": None if few else ratio * spread,
                            "n": people,
                            "n_comparison": None if method in METHODS[:2] else 4 * people,
                            "verdict": "too few" if few else verdict(ratio / spread, ratio * spread),
                        }
                    )
    compared = (
        "cohort outcome nominals comparators rate_pre rate_during comparison_rate_pre comparison_rate_during"
    )
    compared += (
        " expected_rate rate_ratio ci_low ci_high difference_ratio difference_low difference_high verdict"
    )
    ends = (0.94 / math.exp(0.12), 0.94 * math.exp(0.12), 1.0, 1.0 / math.exp(0.12), math.exp(0.12))
    balance = "cohort covariate n_before n_after n_comparison standardised_difference_before"
    balance += " standardised_difference_after is_balanced"
    return {
        "rpt_reoffending__effect": rows,
        "rpt_board__reoffending": _rows(
            compared,
            ("all", "offences", 120, 480, 5.0, 2.35, 4.8, 2.4, 2.5, 0.94, *ends, "inconclusive"),
            ("iom", "offences", 60, 240, 6.0, 2.82, 5.8, 2.9, 3.0, 0.94, *ends, "inconclusive"),
            ("female", "offences", 7, 28, 4.0, 1.0, 4.0, 2.0, 2.0, *[None] * 6, "too few"),
        ),
        "rpt_reoffending__balance": _rows(
            balance,
            ("all", "score", 130, 120, 480, 1.2, 0.01, True),
            ("all", "age", 130, 120, 480, -0.3, 0.02, True),
            ("all", "weighted_harm_days", 130, 120, 480, 0.6, 0.15, False),
        ),
        "rpt_reoffending__attrition": _rows(
            "cohort reason left_out_of nominals of_nominals",
            ("all", "no_comparator", "matched methods", 10, 140),
            ("all", "few_days_at_risk", "exposure_adjusted", 4, 140),
        ),
        "rpt_reoffending__idiom_table": _rows(
            "scope cohort basis nominals offences_pre offences_during offences_pre_per_nominal "
            "offences_during_per_nominal",
            ("all_managed", "all", "recorded", 140, 700.0, 308.0, 5.0, 2.2),
        ),
    }


def _followup() -> dict[str, Rows]:
    proven = (
        "cohort_quarter cohort cohort_size reoffenders reoffences binary_rate_pct reoffences_per_offender"
    )
    proven += " is_mature"
    views = "quarter cohort view nominals at_risk_days offences offences_per_year_at_risk is_complete"
    after = "intervention months n reoffended rate_pct ci_low_pct ci_high_pct offended_before rate_before_pct"
    tracked = "nominal_id is_summary nominals fell none_further offences_pre offences_during offences_post"
    return {
        "rpt_reoffending__proven": _rows(
            proven,
            ("2026-Q2", "all", 24, 2, 2, 100 * 2 / 24, 2 / 24, False),
            ("2024-Q4", "all", 25, 8, 16, 32.0, 0.64, True),
            ("2024-Q3", "all", 15, 5, 9, 100 / 3, 0.6, True),
            ("2024-Q2", "all", 22, 6, 11, 100 * 6 / 22, 0.5, True),
        ),
        "rpt_reoffending__survival": [
            {
                "cohort": cohort,
                "day": day,
                "estimate": math.exp(-day * rate),
                "ci_low": math.exp(-day * rate * 1.2),
                "ci_high": math.exp(-day * rate * 0.8),
                "at_risk": int(people * math.exp(-day * rate * 1.3)),
            }
            for cohort, people, rate in (("all", 140, 0.0021), ("iom", 60, 0.0015), ("female", 7, 0.001))
            for day in range(731)
        ],
        "rpt_reoffending__fixed_and_dynamic": _rows(
            views,
            ("2026-Q3", "all", "fixed", 120, 9000, 40, 40 / 9000 * 365.25, False),
            *[
                (f"2026-Q{quarter}", "all", view, 120, 9000, offences, offences / 9000 * 365.25, True)
                for quarter, view, offences in (
                    (2, "fixed", 50),
                    (2, "dynamic", 60),
                    (1, "fixed", 45),
                    (1, "dynamic", 55),
                )
            ],
        ),
        "rpt_reoffending__after_intervention": _rows(
            after,
            ("contact", 6, 40, 12, 30.0, 18.1, 45.4, 20, 50.0),
            ("housing", 6, 10, 2, 20.0, 5.7, 51.0, 5, 50.0),
        ),
        "rpt_reoffending__tracked": _rows(
            tracked,
            (None, True, 30, 20, 11, 90, 40, 3),
            ("N0000001", False, 1, 1, 0, 4, 1, 0),
        ),
    }


COST, RUNNING = 4750.0, 400000.0
"""Cost of an offence, and of the scheme in a year."""


def _benefit(method: str, avoided: tuple[float, float, float]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "scheme": "Northfold unit",
        "method": method,
        "nominals": 131,
        "effect_n": 120,
        "verdict": "inconclusive",
        "unpriced_share": 0.35,
        "running_cost_gbp_year": RUNNING,
        "break_even_offences": RUNNING / COST,
    }
    for end, count in zip(("", "_low", "_high"), avoided, strict=True):
        row[f"offences_avoided_year{end}"] = count
        row[f"value_of_offences{end}_gbp"] = count * COST
        row[f"net{end}_gbp"] = count * COST - RUNNING
    return row


def _cost() -> dict[str, Rows]:
    return {
        "rpt_cost__benefit": [
            _benefit("naive", (400.0, 300.0, 500.0)),
            _benefit("expected_without_management", (30.0, -8.0, 90.0)),
            _benefit("matched_difference", (12.0, -20.0, 70.0)),
        ],
        "rpt_cost__offending": _rows(
            "scope cohort estimate nominals cost_pre_gbp cost_during_gbp offences_without_cost_share price_year",
            ("all_managed", "all", "central", 140, 2000000.0, 900000.0, 0.35, "2024-25"),
            ("all_managed", "all", "low", 140, None, None, 1.0, "2024-25"),
        ),
    }  # fmt: skip
