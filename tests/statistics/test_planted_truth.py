"""Careers with a planted truth: the honest methods find a true fall and stay quiet without one; the naive one does not.

Sixty forces with 100 and with 300 adopted people. The bounds are what sixty allow to chance (about 1 in 500) around
false alarms in 5 of 100 and intervals that hold the truth in 92 of 100: benchmarks/planted_truth.py runs a thousand,
and docs/methodology/effect.md prints what came out.
"""

from __future__ import annotations

import pytest

from include.statistics.effect import FALL, METHODS
from include.statistics.effect_careers import World
from include.statistics.effect_study import Finding, study_force

pytestmark = pytest.mark.slow
FORCES = 60
HONEST = METHODS[2:]
MOST_FALSE_ALARMS, LEAST_COVERAGE = 8 / 60, 49 / 60


@pytest.fixture(scope="module", params=[100, 300])
def findings(request: pytest.FixtureRequest) -> list[Finding]:
    world = World(adopted=request.param)
    return [finding for force in range(FORCES) for finding in study_force(force, (0.0, 0.3), world)]


def _share(findings: list[Finding], truth: float, outcome: str, method: str, covers: bool = False) -> float:
    chosen = [x for x in findings if (x.truth, x.outcome, x.method) == (truth, outcome, method)]
    assert len(chosen) == FORCES
    return sum(x.covers if covers else x.verdict == FALL for x in chosen) / FORCES


@pytest.mark.parametrize("method", HONEST)
@pytest.mark.parametrize("outcome", ["offences", "harm"])
def test_without_an_effect_the_honest_methods_are_quiet(
    findings: list[Finding], method: str, outcome: str
) -> None:
    assert _share(findings, 0.0, outcome, method) <= MOST_FALSE_ALARMS


@pytest.mark.parametrize("outcome", ["offences", "harm"])
def test_without_an_effect_the_naive_method_announces_a_fall(findings: list[Finding], outcome: str) -> None:
    assert _share(findings, 0.0, outcome, "naive") >= 0.9


@pytest.mark.parametrize("method", HONEST)
def test_a_fall_by_30_per_cent_is_found(findings: list[Finding], method: str) -> None:
    is_large = max(finding.n for finding in findings) > 100
    assert _share(findings, 0.3, "offences", method) >= (0.9 if is_large else 0.6)


@pytest.mark.parametrize("method", HONEST)
@pytest.mark.parametrize("truth", [0.0, 0.3])
@pytest.mark.parametrize("outcome", ["offences", "harm"])
def test_intervals_hold_the_truth(findings: list[Finding], method: str, truth: float, outcome: str) -> None:
    assert _share(findings, truth, outcome, method, covers=True) >= LEAST_COVERAGE


def test_the_same_force_gives_the_same_findings() -> None:
    assert study_force(3, (0.3,), draws=50) == study_force(3, (0.3,), draws=50)
