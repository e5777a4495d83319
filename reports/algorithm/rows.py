"""Rows of the models that judge the ranking, and the words for their codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from reports import formats
from reports.models import Models

ALGORITHM: Mapping[str, str] = {
    "hhpu": "this ranking",
    "harm_only": "weighted harm alone",
    "ogrs3": "risk alone (OGRS3)",
    "ogrs4": "risk alone (static successor of OGRS3)",
    "copas": "rate of sanctions (Copas)",
    "frequency": "number of recent offences",
    "recency_frequency_gravity": "points for recency, frequency, gravity",
}
POPULATION: Mapping[str, str] = {
    "all": "everybody",
    "unmanaged": "not managed",
    "managed": "managed",
    "at_liberty": "at liberty",
}
OUTCOME: Mapping[str, str] = {"harm": "harm", "offences": "number of offences"}
FIGURE: Mapping[str, str] = {
    "spearman_harm": "correlation with harm",
    "spearman_offences": "correlation with offences",
    "share_100": "most harmful in the first 100",
    "share_200": "most harmful in the first 200",
}
SAMPLE: Mapping[str, str] = {
    "top_100": "each list's own top",
    "common": "on both lists",
    "common_managed": "on both, managed",
    "common_unmanaged": "on both, not managed",
}
SOURCE = "Police records, as known at the date of this page"
SELECTION_SOURCE = "Police records, IDIOM and ViSOR, as known at the date of this page"
"""Of charts of who was considered, adopted or de-selected."""


@dataclass(frozen=True)
class Answer:
    """A row of ``rpt_algorithm__answers``."""

    model: ClassVar[str] = "rpt_algorithm__answers"
    order: ClassVar[str] = "population, outcome"

    population: str
    outcome: str
    run_date: date | None
    n: int | None
    spearman: float | None
    p: float | None
    mature_dates: int
    agreeing_dates: int
    verdict: str


@dataclass(frozen=True)
class ChallengerVerdict:
    """A row of ``rpt_algorithm__challenger_verdicts``."""

    model: ClassVar[str] = "rpt_algorithm__challenger_verdicts"
    order: ClassVar[str] = "algorithm, population, figure"

    algorithm: str
    population: str
    figure: str
    dates: int
    dates_better: int
    dates_worse: int
    verdict: str
    is_worth_a_trial: bool


@dataclass(frozen=True)
class Validity:
    """A row of ``rpt_algorithm__validity``."""

    model: ClassVar[str] = "rpt_algorithm__validity"
    order: ClassVar[str] = "run_date desc, top_n nulls last, population"

    run_date: date
    population: str
    top_n: int | None
    n: int
    spearman_harm: float | None
    spearman_harm_p: float | None
    spearman_offences: float | None
    spearman_offences_p: float | None
    is_mature: bool


@dataclass(frozen=True)
class Band:
    """A row of ``rpt_algorithm__bands``."""

    model: ClassVar[str] = "rpt_algorithm__bands"
    order: ClassVar[str] = "run_date desc, try_cast(split_part(band, '-', 1) as integer), band"

    run_date: date
    band: str
    n: int
    mean_harm: float | None
    sd_harm: float | None
    mean_offences: float | None
    is_mature: bool


@dataclass(frozen=True)
class Capture:
    """A row of ``rpt_algorithm__capture``."""

    model: ClassVar[str] = "rpt_algorithm__capture"
    order: ClassVar[str] = "run_date desc, top_n"

    run_date: date
    top_n: int
    share: float | None
    n_harmful: int
    is_mature: bool


@dataclass(frozen=True)
class Gain:
    """A row of ``rpt_algorithm__gains``."""

    model: ClassVar[str] = "rpt_algorithm__gains"
    order: ClassVar[str] = "run_date desc, ranked_pct"

    run_date: date
    ranked_pct: int
    harm_share: float | None
    offence_share: float | None
    is_mature: bool


@dataclass(frozen=True)
class Retention:
    """A row of ``rpt_algorithm__retention``."""

    model: ClassVar[str] = "rpt_algorithm__retention"
    order: ClassVar[str] = "baseline_run_date, comparison_run_date, top_n"

    baseline_run_date: date
    comparison_run_date: date
    top_n: int
    baseline_members: int
    retained: int
    retained_pct: float | None


@dataclass(frozen=True)
class Trajectory:
    """A row of ``rpt_algorithm__trajectories``."""

    model: ClassVar[str] = "rpt_algorithm__trajectories"
    order: ClassVar[str] = "baseline_run_date, run_date, rank, nominal_id"

    baseline_run_date: date
    run_date: date
    nominal_id: str
    rank: int


@dataclass(frozen=True)
class HarmChange:
    """A row of ``rpt_algorithm__harm_change``."""

    model: ClassVar[str] = "rpt_algorithm__harm_change"
    order: ClassVar[str] = "is_mature desc, comparison_run_date, sample"

    baseline_run_date: date
    comparison_run_date: date
    sample: str
    n_baseline: int
    n_comparison: int
    mean_baseline: float | None
    sd_baseline: float | None
    mean_comparison: float | None
    sd_comparison: float | None
    wilcoxon_z: float | None
    wilcoxon_p: float | None
    ks_statistic: float | None
    ks_p: float | None
    is_mature: bool


@dataclass(frozen=True)
class Challenger:
    """A row of ``rpt_algorithm__challengers``."""

    model: ClassVar[str] = "rpt_algorithm__challengers"
    order: ClassVar[str] = "run_date desc, population, algorithm"

    run_date: date
    algorithm: str
    population: str
    n: int
    spearman_harm: float | None
    spearman_harm_difference: float | None
    spearman_harm_difference_low: float | None
    spearman_harm_difference_high: float | None
    spearman_offences: float | None
    spearman_offences_difference: float | None
    spearman_offences_difference_low: float | None
    spearman_offences_difference_high: float | None
    share_100: float | None
    share_100_difference: float | None
    share_100_difference_low: float | None
    share_100_difference_high: float | None
    n_harmful: int | None
    is_mature: bool


@dataclass(frozen=True)
class EqualityStage:
    """A row of ``rpt_equality__stages``."""

    model: ClassVar[str] = "rpt_equality__stages"
    order: ClassVar[str] = 'run_date desc, stage, characteristic, "group"'

    run_date: date
    stage: str
    characteristic: str
    group: str
    base_stage: str | None
    n: int
    base_n: int | None
    share: float | None
    selection_ratio: float | None
    ci_low: float | None
    ci_high: float | None
    missing_share: float | None


def latest(days: Iterable[date]) -> date | None:
    """Return the last of some dates."""
    return max(days, default=None)


def period(days: Iterable[date]) -> str:
    """Say from when to when some dates are."""
    found = sorted(set(days))
    if not found:
        return "no date"
    return f"{formats.day(found[0])} to {formats.day(found[-1])}" if len(found) > 1 else formats.day(found[0])


def parameter(models: Models, name: str) -> float | None:
    """Return the value of a parameter that a sentence speaks of, where the release holds one."""
    for record in models.records("rpt_methodology__parameters"):
        if record["parameter"] == name:
            with suppress(ValueError):
                return float(str(record["value"]))
    return None


def error_level(models: Models) -> float | None:
    """Return the p under which a correlation or a difference counts."""
    level = parameter(models, "confidence_level")
    return None if level is None else 1.0 - level


def say_p(p: float | None) -> str:
    """Write a p value as a sentence says it."""
    if p is None:
        return "p not defined"
    return f"p {formats.p_value(p)}"
