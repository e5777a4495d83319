"""Models of the equality page as typed rows, and the words for their codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from reports import words

CHARACTERISTIC: Mapping[str, str] = {
    "sex": "sex",
    "age_band": "age",
    "ethnic_group": "ethnic group",
    "ethnicity": "ethnicity (18+1)",
}
STAGE: Mapping[str, str] = {
    "scored": "ranked",
    "top_n": "in the top of the list",
    "considered": "considered",
    "adopted": "adopted",
    "deselected": "de-selected",
}
VERDICT: Mapping[str, str] = {
    "question": "a question",
    "watch": "to watch",
    "chance": "within chance",
    "too_few": "too few to say",
}
LATER: Mapping[str, str] = {
    "lower": "less than others of the same rank",
    "higher": "more than others of the same rank",
    "inconclusive": "inconclusive",
    "too few": "too few to say",
}
OUTCOME: Mapping[str, str] = {"offences": "offences", "harm_days": "harm days"}


@dataclass(frozen=True)
class Question:
    """A row of ``rpt_equality__questions``: a group of the latest list at a stage."""

    model: ClassVar[str] = "rpt_equality__questions"
    order: ClassVar[str] = (
        "verdict = 'question' desc, verdict = 'watch' desc, z desc nulls last, stage, characteristic, \"group\""
    )

    run_date: date
    stage: str
    characteristic: str
    group: str
    n: int
    base_n: int | None
    expected_n: float | None
    selection_ratio: float | None
    ci_low: float | None
    ci_high: float | None
    verdict: str
    later_offences: str | None
    look_at: str | None


@dataclass(frozen=True)
class Calibration:
    """A row of ``rpt_equality__calibration``."""

    model: ClassVar[str] = "rpt_equality__calibration"
    order: ClassVar[str] = "outcome = 'offences' desc, characteristic, \"group\""

    run_date: date
    characteristic: str
    group: str
    outcome: str
    n: int
    n_others: int
    without_like: int
    mean_group: float | None
    mean_others: float | None
    ratio: float | None
    ci_low: float | None
    ci_high: float | None
    verdict: str


@dataclass(frozen=True)
class Past:
    """A row of ``rpt_equality__trend``: a group's ratio on the latest list, and on those of a year and two before."""

    model: ClassVar[str] = "rpt_equality__trend"
    order: ClassVar[str] = 'stage, characteristic, "group", years_before desc'

    years_before: int
    run_date: date
    stage: str
    characteristic: str
    group: str
    n: int
    base_n: int | None
    selection_ratio: float | None
    ci_low: float | None
    ci_high: float | None


def named(group: str) -> str:
    """Return a group in words."""
    return words.SEX.get(group, group)
