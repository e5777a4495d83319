"""The oracle's outcomes: from one run's facts to every compared reporting table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tests.independent import algorithm, cost, decisions, equality, idiom, managed, offending, trends, unit
from tests.independent.challengers import challengers
from tests.independent.effect import Matching, effect
from tests.independent.facts import Facts
from tests.independent.leftout import attrition, balance


def compute_outcomes(facts: Facts, seeds: Path) -> dict[str, pd.DataFrame]:
    """Compute every compared outcome of a run."""
    matching, statuses = Matching(facts), offending.Statuses(facts)
    effects = effect(facts, matching)
    return {
        "rpt_algorithm__retention": algorithm.retention(facts),
        "rpt_algorithm__validity": algorithm.validity(facts),
        "rpt_algorithm__bands": algorithm.bands(facts),
        "rpt_algorithm__capture": algorithm.capture(facts),
        "rpt_algorithm__gains": algorithm.gains(facts),
        "rpt_algorithm__harm_change": algorithm.harm_change(facts),
        "rpt_algorithm__trajectories": algorithm.trajectories(facts),
        "rpt_algorithm__challengers": challengers(facts, seeds),
        "rpt_reoffending__idiom_table": managed.idiom_table(facts),
        "rpt_reoffending__effect": effects,
        "rpt_reoffending__balance": balance(facts, matching),
        "rpt_reoffending__attrition": attrition(facts, matching),
        "rpt_reoffending__fixed_and_dynamic": managed.fixed_and_dynamic(facts),
        "rpt_reoffending__tracked": managed.tracked(facts),
        "rpt_reoffending__proven": managed.proven(facts),
        "rpt_reoffending__survival": managed.survival(facts),
        "rpt_reoffending__after_intervention": managed.after_intervention(facts),
        "rpt_cost__offending": cost.offending(facts),
        "rpt_cost__benefit": cost.benefit(facts, effects),
        "rpt_cost__cohort_size": cost.cohort_size(facts, effects),
        "rpt_cost__idiom_reconciliation": idiom.reconciliation(facts),
        "rpt_unit__caseload": unit.caseload(facts),
        "rpt_unit__training": unit.training(facts),
        "rpt_unit__workload": unit.workload(facts),
        "rpt_unit__visor": unit.visor(facts),
        "rpt_unit__interventions": unit.interventions(facts),
        "rpt_unit__deselection_candidates": unit.deselection_candidates(facts, seeds),
        "rpt_unit__serial_da": offending.serial_da(facts),
        "rpt_unit__repeat_nfa": offending.repeat_nfa(facts, seeds),
        "rpt_unit__outcomes": offending.outcomes(facts, seeds, statuses),
        "rpt_unit__selection_audit": offending.selection_audit(facts, statuses),
        "rpt_unit__pathways": offending.pathways(facts),
        "rpt_unit__decisions": decisions.by_reason(facts),
        "rpt_unit__decisions_compared": decisions.compared(facts),
        "rpt_equality__stages": equality.stages(facts, seeds),
        "rpt_board__trends": trends.trends(facts),
    }
