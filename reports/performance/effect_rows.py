"""Models of reoffending and cost as typed rows. Fields are the models' columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Effect:
    """A rate ratio with its interval and verdict."""

    model: ClassVar[str] = "rpt_reoffending__effect"
    order: ClassVar[str] = (
        "n desc nulls last, cohort, basis desc, outcome desc, window_months desc, "
        "list_position(['naive', 'exposure_adjusted', 'expected_without_management', 'matched_difference'], method)"
    )

    cohort: str
    basis: str
    outcome: str
    method: str
    window_months: str
    rate_ratio: float | None
    ci_low: float | None
    ci_high: float | None
    n: int | None
    n_comparison: int | None
    verdict: str | None


@dataclass(frozen=True)
class Balance:
    """How alike the managed and the matched are in one respect."""

    model: ClassVar[str] = "rpt_reoffending__balance"
    order: ClassVar[str] = "cohort, covariate"

    cohort: str
    covariate: str
    n_before: int | None
    n_after: int | None
    n_comparison: int | None
    standardised_difference_before: float | None
    standardised_difference_after: float | None
    is_balanced: bool | None


@dataclass(frozen=True)
class Attrition:
    """How many a figure leaves out, and why."""

    model: ClassVar[str] = "rpt_reoffending__attrition"
    order: ClassVar[str] = "cohort, nominals desc nulls last, reason"

    cohort: str
    reason: str
    left_out_of: str | None
    nominals: int | None
    of_nominals: int | None


@dataclass(frozen=True)
class Proven:
    """Proven reoffending of a quarter's adoptions."""

    model: ClassVar[str] = "rpt_reoffending__proven"
    order: ClassVar[str] = "cohort_quarter desc, cohort"

    cohort_quarter: str
    cohort: str
    cohort_size: int | None
    reoffenders: int | None
    reoffences: int | None
    binary_rate_pct: float | None
    reoffences_per_offender: float | None
    is_mature: bool | None


@dataclass(frozen=True)
class Survival:
    """A day of a Kaplan-Meier curve."""

    model: ClassVar[str] = "rpt_reoffending__survival"
    order: ClassVar[str] = "cohort, day"

    cohort: str
    day: int
    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    at_risk: int | None


@dataclass(frozen=True)
class Quarter:
    """Offending of a quarter, of a fixed or a dynamic cohort."""

    model: ClassVar[str] = "rpt_reoffending__fixed_and_dynamic"
    order: ClassVar[str] = "quarter desc, cohort, view"

    quarter: str
    cohort: str
    view: str
    nominals: int | None
    at_risk_days: int | None
    offences: int | None
    offences_per_year_at_risk: float | None
    is_complete: bool | None


@dataclass(frozen=True)
class AfterIntervention:
    """Reoffending after the completion of an intervention."""

    model: ClassVar[str] = "rpt_reoffending__after_intervention"
    order: ClassVar[str] = "n desc nulls last, intervention, months"

    intervention: str
    months: int
    n: int | None
    reoffended: int | None
    rate_pct: float | None
    ci_low_pct: float | None
    ci_high_pct: float | None
    offended_before: int | None
    rate_before_pct: float | None


@dataclass(frozen=True)
class Tracked:
    """The row that sums up everybody adopted in the last 24 months."""

    model: ClassVar[str] = "rpt_reoffending__tracked"
    order: ClassVar[str] = "nominals"

    nominals: int | None
    fell: int | None
    none_further: int | None
    offences_pre: int | None
    offences_during: int | None
    offences_post: int | None
    at_risk_days_pre: int | None
    at_risk_days_during: int | None
    at_risk_days_post: int | None


@dataclass(frozen=True)
class Idiom:
    """A row of the table that IDIOM prints, computed by the warehouse."""

    model: ClassVar[str] = "rpt_reoffending__idiom_table"
    order: ClassVar[str] = "scope, basis desc, nominals desc nulls last, cohort"

    scope: str
    cohort: str
    basis: str
    nominals: int | None
    offences_pre: float | None
    offences_during: float | None
    offences_pre_per_nominal: float | None
    offences_during_per_nominal: float | None
    cost_pre: float | None
    cost_during: float | None


@dataclass(frozen=True)
class Benefit:
    """What a scheme costs a year against what it is estimated to avoid."""

    model: ClassVar[str] = "rpt_cost__benefit"
    order: ClassVar[str] = (
        "scheme, "
        "list_position(['naive', 'exposure_adjusted', 'expected_without_management', 'matched_difference'], method)"
    )

    scheme: str
    method: str
    nominals: int | None
    effect_n: int | None
    verdict: str | None
    unpriced_share: float | None
    setup_cost_gbp: float | None
    running_cost_gbp_year: float | None
    offences_avoided_year: float | None
    offences_avoided_year_low: float | None
    offences_avoided_year_high: float | None
    value_of_offences_gbp: float | None
    value_of_offences_low_gbp: float | None
    value_of_offences_high_gbp: float | None
    net_gbp: float | None
    net_low_gbp: float | None
    net_high_gbp: float | None
    break_even_offences: float | None


@dataclass(frozen=True)
class Offending:
    """What recorded offending costs a year, before and during."""

    model: ClassVar[str] = "rpt_cost__offending"
    order: ClassVar[str] = "scope, nominals desc nulls last, cohort, estimate"

    scope: str
    cohort: str
    estimate: str
    nominals: int | None
    cost_pre_gbp: float | None
    cost_during_gbp: float | None
    offences_without_cost_share: float | None
    price_year: str | None


@dataclass(frozen=True)
class Compared:
    """Managed people beside their comparators, with the verdict that both methods carry together."""

    model: ClassVar[str] = "rpt_board__reoffending"
    order: ClassVar[str] = "nominals desc nulls last, cohort, outcome desc"

    cohort: str
    outcome: str
    nominals: int | None
    comparators: int | None
    rate_pre: float | None
    rate_during: float | None
    comparison_rate_pre: float | None
    comparison_rate_during: float | None
    expected_rate: float | None
    rate_ratio: float | None
    ci_low: float | None
    ci_high: float | None
    verdict: str | None
