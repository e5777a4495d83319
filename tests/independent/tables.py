"""What is compared: schema, key and columns of each table, and the rows that are the warehouse's own."""

from __future__ import annotations

from dataclasses import dataclass

_SPELL = (
    "adopted_date end_date is_open is_cut_pre spells first_reoffence_date days_to_reoffence matured_12m "
    "reoffended_12m"
)
_WINDOWS = [
    f"{figure}_{window}"
    for figure in ("days", "at_risk_days", "offences", "harm_days", "cost_gbp", "offences_without_cost")
    for window in ("pre", "during", "post")
]


@dataclass(frozen=True)
class Table:
    """A compared table: schema, key, further columns."""

    schema: str
    keys: list[str]
    columns: list[str]

    @property
    def all_columns(self) -> list[str]:
        """Key and further columns."""
        return [*self.keys, *self.columns]


def _table(schema: str, keys: str, columns: str) -> Table:
    return Table(schema, keys.split(), columns.split())


def _report(keys: str, columns: str) -> Table:
    return _table("reporting", keys, columns)


MARTS_AND_LISTS = {
    "dim_nominals": _table(
        "marts",
        "nominal_id",
        "pnc_id surname forename date_of_birth sex ethnicity division deceased_date merged_count",
    ),
    "fct_offences": _table(
        "marts",
        "offence_id nominal_id",
        "ho_code offence_date recorded_date cancelled_date role role_date outcome_code harm_days "
        "weighted_harm_days severity_score is_high_harm has_vulnerable_victim domestic_abuse hate_crime "
        "child_abuse unit_cost_gbp",
    ),
    "fct_sanctions": _table(
        "marts",
        "event_id",
        "pnc_id nominal_id offence_date sanction_date sanction ho_code harm_days unit_cost_gbp",
    ),
    "fct_cohort_spells": _table(
        "marts", "spell_id", "nominal_id link_method cohort scheme adopted_date deselected_date manager_id"
    ),
    "fct_visor_registrations": _table(
        "marts",
        "visor_id",
        "nominal_id link_method pnc_id surname forename date_of_birth registration_start registration_end arms_date "
        "release_date last_visit_date next_visit_due status",
    ),
    "fct_referrals": _table("marts", "referral_id", "nominal_id referred_date meeting_date decision triage"),
    "fct_custody_spells": _table("marts", "custody_id", "nominal_id start_date end_date"),
    "fct_interventions": _table("marts", "intervention_id", "nominal_id spell_id completed_date"),
    "fct_intelligence": _table("marts", "log_id", "nominal_id log_date"),
    "dim_offence_types": _table(
        "marts",
        "ho_code",
        "title subgroup harm_days severity_score ogrs3_group cost_category unit_cost_gbp price_year "
        "is_serious_violence is_serious_sexual",
    ),
    "fct_rankings": _table(
        "marts",
        "run_date nominal_id",
        "rank score risk_probability ogrs3_formal_p1 ogrs3_formal_p2 ogrs3_recorded_p1 ogrs3_recorded_p2 "
        "copas_rate copas_formal copas_recorded harm_days weighted_harm_days offence_count high_harm_count "
        "latest_offence_date management_status in_custody previous_rank is_top_n is_new_in_top_n "
        "movement_reason is_scheduled",
    ),
    "fct_ranking_explanations": _table("marts", "run_date nominal_id term offence_id", "contribution value"),
    "fct_reoffending": Table(
        "marts",
        ["as_at", "nominal_id", "cohort", "basis"],
        [*_SPELL.split(), *_WINDOWS],
    ),
    "rpt_quality__population_gaps": _table("reporting", "nominal_id", "reason weighted_harm_days"),
    "rpt_unit__meeting_list": _table("reporting", "run_date nominal_id", "reason is_urgent"),
}
_POINTS = [
    f"{figure}{what}"
    for figure in ("n", "spearman_harm", "spearman_offences", "share_100", "share_200", "n_harmful")
    for what in ("", "_difference")
]
_IDIOM = [
    f"{figure}_{part}{per}"
    for figure in ("offences", "cost")
    for part in ("pre", "during", "difference")
    for per in ("", "_per_nominal")
]
_FOLLOWED = [
    f"{figure}_{window}"
    for figure in ("days", "at_risk_days", "offences", "harm_days", "cost_gbp")
    for window in ("pre", "during", "post")
]
OUTCOMES = {
    "rpt_algorithm__retention": _report(
        "baseline_run_date comparison_run_date top_n", "baseline_members retained retained_pct"
    ),
    "rpt_algorithm__validity": _report(
        "run_date population top_n",
        "n spearman_harm spearman_harm_p spearman_offences spearman_offences_p is_mature",
    ),
    "rpt_algorithm__bands": _report("run_date band", "n mean_harm sd_harm mean_offences is_mature"),
    "rpt_algorithm__capture": _report("run_date top_n", "share n_harmful is_mature"),
    "rpt_algorithm__gains": _report("run_date ranked_pct", "harm_share offence_share is_mature"),
    "rpt_algorithm__harm_change": _report(
        "baseline_run_date comparison_run_date sample",
        "n_baseline n_comparison mean_baseline sd_baseline mean_comparison sd_comparison wilcoxon_z wilcoxon_p "
        "ks_statistic ks_p is_mature",
    ),
    "rpt_algorithm__trajectories": _report("baseline_run_date run_date nominal_id", "rank"),
    "rpt_algorithm__challengers": _report(
        "run_date algorithm population",
        "spearman_harm_p spearman_offences_p is_mature " + " ".join(_POINTS),
    ),
    "rpt_reoffending__idiom_table": _report(
        "scope cohort basis",
        "nominals male female unknown_sex offences_difference_pct cost_difference_pct " + " ".join(_IDIOM),
    ),
    "rpt_reoffending__effect": _report(
        "cohort basis outcome method window_months", "rate_ratio n n_comparison"
    ),
    "rpt_reoffending__balance": _report(
        "cohort covariate",
        "n_before n_after n_comparison mean_adopted_before mean_comparison_before standardised_difference_before "
        "mean_adopted_after mean_comparison_after standardised_difference_after",
    ),
    "rpt_reoffending__attrition": _report("cohort reason", "nominals"),
    "rpt_reoffending__fixed_and_dynamic": _report(
        "cohort quarter view", "nominals at_risk_days offences harm_days"
    ),
    "rpt_reoffending__tracked": _report(
        "nominal_id", "adopted_date end_date direction has_none_further " + " ".join(_FOLLOWED)
    ),
    "rpt_reoffending__proven": _report(
        "cohort_quarter cohort",
        "cohort_size reoffenders reoffences binary_rate_pct reoffences_per_reoffender reoffences_per_offender "
        "is_mature",
    ),
    "rpt_reoffending__survival": _report("cohort day", "estimate ci_low ci_high at_risk"),
    "rpt_reoffending__after_intervention": _report(
        "intervention months", "n reoffended rate_pct ci_low_pct ci_high_pct"
    ),
    "rpt_cost__offending": _report(
        "scope cohort estimate",
        "nominals cost_pre_gbp cost_during_gbp difference_gbp cost_pre_per_nominal_gbp "
        "cost_during_per_nominal_gbp difference_per_nominal_gbp offences_without_cost_share",
    ),
    "rpt_cost__benefit": _report(
        "scheme method",
        "nominals setup_cost_gbp running_cost_gbp_year offences_avoided_year harm_days_avoided_year "
        "value_of_offences_gbp value_of_harm_gbp net_gbp benefit_cost_ratio break_even_offences",
    ),
    "rpt_cost__cohort_size": _report(
        "size",
        "last_rank expected_harm harm_days_avoided expected_cost_gbp value_central_gbp cost_of_managing_gbp net",
    ),
    "rpt_cost__idiom_reconciliation": _report(
        "period_end scope figure",
        "printed recomputed_from_printed warehouse difference warehouse_difference verdict",
    ),
    "rpt_unit__caseload": _report(
        "census_date manager_id",
        "offenders_managed max_caseload capacity_pct high_risk_pct is_over_capacity is_over_30_pct_high_risk source",
    ),
    "rpt_unit__training": _report(
        "set_up_date",
        "managers trained trained_pct managers_before trained_before trained_before_pct managers_after "
        "trained_after trained_after_pct",
    ),
    "rpt_unit__workload": _report(
        "scheme", "people managers people_per_manager trained_managers people_per_trained_manager"
    ),
    "rpt_unit__visor": _report(
        "division",
        "registrations level_1 level_2 level_3 arms_low arms_medium arms_high arms_very_high arms_unknown "
        "registrations_before growth_pct trained_managers per_trained_manager arms_overdue visits_overdue",
    ),
    "rpt_unit__interventions": _report("intervention cohort", "nominals nominals_pct cohort_nominals type"),
    "rpt_unit__deselection_candidates": _report("spell_id rule", "nominal_id"),
    "rpt_unit__serial_da": _report("nominal_id", "victims first_date last_date offences"),
    "rpt_unit__repeat_nfa": _report("nominal_id kind", "offences"),
    "rpt_unit__outcomes": _report(
        "month subgroup management_status",
        "offences charged cautioned no_further_action undecided charged_share cautioned_share "
        "no_further_action_share undecided_share",
    ),
    "rpt_unit__selection_audit": _report(
        "event",
        "date nominal_id kind pathway agency cohort reason decided_by_role rank_run_date rank_at_event is_mature "
        "follow_up_offences follow_up_harm_days is_managed_a_year_later",
    ),
    "rpt_unit__pathways": _report(
        "month kind pathway",
        "referred triaged heard adopted not_adopted deferred days_to_decision median_rank_at_decision",
    ),
    "rpt_unit__decisions": _report(
        "decision reason",
        "decisions people median_rank followed recorded_again recorded_again_pct ci_low_pct ci_high_pct "
        "mean_offences mean_harm_days",
    ),
    "rpt_unit__decisions_compared": _report(
        "outcome",
        "n_adopted n_not_adopted adopted_without_like not_adopted_without_like strata mean_adopted "
        "mean_not_adopted ratio ci_low ci_high verdict",
    ),
    "rpt_equality__stages": _report(
        "run_date stage characteristic group", "n base_n share selection_ratio ci_low ci_high missing_share"
    ),
    "rpt_board__trends": _report(
        "month_end metric", "value n mean_value mean_moving_range lower_limit upper_limit is_signal"
    ),
}
# Rows that the contract leaves to the warehouse: its own extra algorithm, summaries, estimates of an assumption.
ROWS = {
    "rpt_algorithm__challengers": "algorithm <> 'ogrs4'",
    "rpt_reoffending__tracked": "not is_summary",
    "rpt_cost__offending": "estimate = 'central'",
}
TABLES = MARTS_AND_LISTS | OUTCOMES
