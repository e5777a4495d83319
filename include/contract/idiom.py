"""IDIOM-style: who is selected, what it costs, how they offend nationally."""

from __future__ import annotations

from include.contract.model import (
    DateOrder,
    Entity,
    FutureAllowed,
    Parent,
    Source,
    count,
    date,
    enum,
    flag,
    ho_code,
    key,
    money,
    pnc_id,
    text,
    words,
)

COHORTS = words(
    "ppo hcco iom iom_fixed iom_flex iom_free visor hhpu da pdp violent_mappa cse ocg youth female"
)
_MANAGER = Parent("manager_id", "managers", "manager_id")

MANAGERS = Entity(
    name="managers",
    columns=(
        key("manager_id"),
        enum("unit_origin", "iom", "visor", "hhpu"),
        enum("role", "offender_manager", "sergeant", "coordinator", "inspector"),
        text("division"),
        date("start_date"),
        date("end_date", nullable=True, future=FutureAllowed()),
        date("mosovo_date", nullable=True, future=FutureAllowed()),
        count("max_caseload"),
    ),
    orders=(DateOrder("end_date", "start_date"),),
)

COHORT_SPELLS = Entity(
    name="cohort_spells",
    columns=(
        key("spell_id"),
        text("nominal_id", nullable=True),
        pnc_id(nullable=True),
        text("surname", nullable=True),
        text("forename", nullable=True),
        date("date_of_birth", nullable=True),
        text("scheme"),
        enum("cohort", *COHORTS),
        enum("pathway", "mappa", "iom_meeting", "algorithm", "referral"),
        flag("statutory"),
        date("adopted_date"),
        date("deselected_date", nullable=True),
        text("deselection_reason", nullable=True),
        enum("rag_status", "red", "amber", "green", nullable=True),
        enum("risk_level", "low", "medium", "high", "very_high", nullable=True),
        text("manager_id", nullable=True),
    ),
    parents=(_MANAGER,),
    orders=(DateOrder("deselected_date", "adopted_date"),),
)

PNC_EVENTS = Entity(
    name="pnc_events",
    columns=(
        key("event_id"),
        pnc_id(),
        date("offence_date"),
        ho_code(),
        enum("sanction", "conviction", "caution", "youth_caution"),
        date("sanction_date"),
        text("force_code", nullable=True),
    ),
    orders=(DateOrder("sanction_date", "offence_date"),),
)

CASELOAD_HISTORY = Entity(
    name="caseload_history",
    columns=(
        key("manager_id"),
        key("census_date", "date"),
        count("offenders_managed"),
        count("high_risk_managed", nullable=True),
    ),
    parents=(_MANAGER,),
    optional=True,
)

REFERRALS = Entity(
    name="referrals",
    columns=(
        key("referral_id"),
        text("nominal_id"),
        date("referred_date"),
        enum(
            "agency",
            *words("probation marac children_services neighbourhood safeguarding asb drug_alcohol"),
            *words("domestic_abuse_service health other_force algorithm other"),
        ),
        text("reason", nullable=True),
        date("meeting_date", nullable=True, future=FutureAllowed("decision", ("pending", "deferred"))),
        enum("decision", "pending", "adopted", "not_adopted", "deferred"),
        text("decision_reason", nullable=True),
        enum("triage", "not_triaged", "to_panel", "no_further_action"),
    ),
)

INTERVENTION_CATALOGUE = Entity(
    name="intervention_catalogue",
    columns=(
        key("intervention"),
        text("title"),
        enum("type", "disruption", "rehabilitation", "both"),
        enum(
            "reoffending_pathway",
            *words("accommodation education_training_employment attitudes_thinking_behaviour mental_health"),
            *words("physical_health drugs alcohol finance_benefit_debt children_families"),
            nullable=True,
        ),
    ),
)

INTERVENTIONS = Entity(
    name="interventions",
    columns=(
        key("intervention_id"),
        text("nominal_id"),
        text("spell_id", nullable=True),
        date("intervention_date"),
        text("intervention"),
        text("manager_id", nullable=True),
        date("completed_date", nullable=True),
    ),
    parents=(
        Parent("spell_id", "cohort_spells", "spell_id"),
        Parent("intervention", "intervention_catalogue", "intervention"),
        _MANAGER,
    ),
    orders=(DateOrder("completed_date", "intervention_date"),),
)

UNIT_COSTS = Entity(
    name="unit_costs",
    columns=(
        key("cost_id"),
        text("scheme"),
        date("cost_date"),
        enum("cost_type", "setup", "running"),
        text("category"),
        money("amount_gbp"),
    ),
)

# Printed by another system: averages and percentages come with decimals, only a difference may be negative.
PERFORMANCE_SUMMARY = Entity(
    name="performance_summary",
    columns=(
        key("period_end", "date"),
        key("scope", "enum", ("all_managed", "currently_managed")),
        count("total"),
        count("male"),
        count("female"),
        money("offences_pre", whole=True),
        money("offences_during", whole=True),
        money("offences_difference", signed=True, whole=True),
        money("offences_difference_pct", signed=True),
        money("cost_pre"),
        money("cost_during"),
        money("cost_difference", signed=True),
        money("cost_difference_pct", signed=True),
    ),
    optional=True,
)

IDIOM = Source(
    name="idiom",
    entities=(
        MANAGERS,
        COHORT_SPELLS,
        PNC_EVENTS,
        CASELOAD_HISTORY,
        REFERRALS,
        INTERVENTION_CATALOGUE,
        INTERVENTIONS,
        UNIT_COSTS,
        PERFORMANCE_SUMMARY,
    ),
)
