"""Models of the unit's work as typed rows: people, managers, ways in and out. Fields are the models' columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar


@dataclass(frozen=True)
class Caseload:
    """A manager's people at a census."""

    model: ClassVar[str] = "rpt_unit__caseload"
    order: ClassVar[str] = "census_date desc, offenders_managed desc nulls last, manager_id"

    census_date: date
    manager_id: str
    offenders_managed: int | None
    high_risk_managed: int | None
    max_caseload: int | None
    high_risk_pct: float | None
    is_over_capacity: bool | None
    is_over_30_pct_high_risk: bool | None
    source: str | None


@dataclass(frozen=True)
class Workload:
    """People to a manager, by scheme."""

    model: ClassVar[str] = "rpt_unit__workload"
    order: ClassVar[str] = "people_per_manager desc nulls last, scheme"

    scheme: str
    people: int | None
    managers: int | None
    people_per_manager: float | None
    trained_managers: int | None
    people_per_trained_manager: float | None


@dataclass(frozen=True)
class Training:
    """Offender managers and how many are trained."""

    model: ClassVar[str] = "rpt_unit__training"
    order: ClassVar[str] = "managers"

    managers: int | None
    trained: int | None
    set_up_date: date | None
    managers_before: int | None
    trained_before: int | None


@dataclass(frozen=True)
class Visor:
    """The register of a division."""

    model: ClassVar[str] = "rpt_unit__visor"
    order: ClassVar[str] = "visits_overdue desc nulls last, division"

    division: str
    registrations: int | None
    registrations_before: int | None
    growth_pct: float | None
    arms_overdue: int | None
    visits_overdue: int | None
    arms_low: int | None
    arms_medium: int | None
    arms_high: int | None
    arms_very_high: int | None
    arms_unknown: int | None
    level_1: int | None
    level_2: int | None
    level_3: int | None
    trained_managers: int | None
    per_trained_manager: float | None


@dataclass(frozen=True)
class WayIn:
    """Referrals of a month by agency, or adoptions of a month by pathway."""

    model: ClassVar[str] = "rpt_unit__pathways"
    order: ClassVar[str] = "month desc, kind, pathway"

    month: date
    kind: str
    pathway: str
    referred: int | None
    triaged: int | None
    heard: int | None
    adopted: int | None
    not_adopted: int | None
    deferred: int | None
    pending: int | None


@dataclass(frozen=True)
class Candidate:
    """A spell that a rule puts up for de-selection."""

    model: ClassVar[str] = "rpt_unit__deselection_candidates"
    order: ClassVar[str] = "manager_id, adopted_date, spell_id, rule"

    spell_id: str
    rule: str
    rule_title: str | None
    nominal_id: str | None
    cohort: str | None
    scheme: str | None
    manager_id: str | None
    adopted_date: date | None
    evidence: str | None


@dataclass(frozen=True)
class Intervention:
    """How many of a cohort received an intervention."""

    model: ClassVar[str] = "rpt_unit__interventions"
    order: ClassVar[str] = "nominals desc nulls last, intervention, cohort"

    intervention: str
    title: str | None
    type: str | None
    reoffending_pathway: str | None
    cohort: str
    nominals: int | None
    cohort_nominals: int | None
    nominals_pct: float | None


@dataclass(frozen=True)
class Outcome:
    """Outcomes of a month's offences, by subgroup and status."""

    model: ClassVar[str] = "rpt_unit__outcomes"
    order: ClassVar[str] = "month, subgroup, management_status"

    month: date
    subgroup: str
    management_status: str
    offences: int | None
    charged: int | None
    cautioned: int | None
    no_further_action: int | None
    other_action: int | None
    undecided: int | None


@dataclass(frozen=True)
class Serial:
    """A serial perpetrator of domestic abuse."""

    model: ClassVar[str] = "rpt_unit__serial_da"
    order: ClassVar[str] = "nominal_id"

    nominal_id: str
    victims: int | None
    serial_since: date | None
    last_date: date | None
    rank: int | None
    management_status: str | None


@dataclass(frozen=True)
class RepeatNfa:
    """A person named in two or more offences that ended without further action."""

    model: ClassVar[str] = "rpt_unit__repeat_nfa"
    order: ClassVar[str] = "nominal_id, kind"

    nominal_id: str
    kind: str
    offences: int | None
    last_date: date | None
    rank: int | None
    management_status: str | None
