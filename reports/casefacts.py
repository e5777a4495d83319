"""What a meeting should be told of a person beside rank and score, as typed rows and as words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from reports import formats, words
from reports.models import Models


@dataclass(frozen=True)
class CaseFacts:
    """A row of ``rpt_ranking__facts``: what a meeting should be told beside rank and score."""

    model: ClassVar[str] = "rpt_ranking__facts"
    order: ClassVar[str] = "nominal_id"

    nominal_id: str
    new_offences: int | None
    new_offence_title: str | None
    new_offence_ho_code: str | None
    new_offence_date: date | None
    new_offence_recorded_date: date | None
    is_new_offence_high_harm: bool | None
    is_new_offence_domestic_abuse: bool | None
    domestic_abuse_count: int | None
    child_abuse_count: int | None
    hate_crime_count: int | None
    vulnerable_victim_count: int | None
    drug_count: int | None
    antisocial_count: int | None
    custody_since: date | None
    custody_type: str | None
    sentence_days: int | None
    referred_by: str | None
    referred_date: date | None
    deferred_date: date | None
    is_statutory: bool | None
    last_decision: str | None
    last_decision_reason: str | None
    last_decision_date: date | None
    last_decided_by: str | None
    meeting_list_since: date | None
    is_new_case: bool | None


def facts_of(models: Models) -> Mapping[str, CaseFacts]:
    """Return the facts of each person."""
    return {facts.nominal_id: facts for facts in models.load(CaseFacts)}


def named_offence(facts: CaseFacts) -> str:
    """Name the new offence: its title, what it is flagged, and how many more are new."""
    title = (facts.new_offence_title or "").strip() or f"code {facts.new_offence_ho_code or 'missing'}"
    flags = [
        text
        for text, is_set in (
            ("high harm", facts.is_new_offence_high_harm),
            ("domestic abuse", facts.is_new_offence_domestic_abuse),
        )
        if is_set
    ]
    said = f"{formats.clean(title)} ({', '.join(flags)})" if flags else formats.clean(title)
    recorded = f"{said}, recorded on {formats.day(facts.new_offence_recorded_date)}"
    more = (facts.new_offences or 0) - 1
    return f"{recorded}, and {formats.number(more)} more" if more > 0 else recorded


def news(facts: CaseFacts | None) -> str:
    """Say what was recorded since the list before, as a sentence; nothing where nothing was."""
    if facts is None or not facts.new_offences:
        return ""
    word = "New offence" if facts.new_offences == 1 else "New offences"
    return f"{word}: {named_offence(facts)}."


def custody(facts: CaseFacts) -> str:
    """Say since when somebody is inside, and on what; nothing at liberty."""
    if facts.custody_since is None:
        return ""
    kinds = {"remand": "on remand", "sentence": "serving a sentence", "recall": "on recall"}
    said = f"in custody since {formats.day(facts.custody_since)}"
    if facts.custody_type:
        said = f"{said}, {formats.clean(kinds.get(facts.custody_type, facts.custody_type))}"
    days = facts.sentence_days
    return f"{said} of {formats.plural(days, 'day', 'days')}" if days else said


def last_decision(facts: CaseFacts | None) -> str:
    """Say what the unit decided last, why, when and who; nothing where its record has no decision."""
    if facts is None or facts.last_decision is None:
        return ""
    said = words.say(words.DECISION, facts.last_decision, "decision missing")
    why = words.say(words.REASON, facts.last_decision_reason, "reason missing")
    told = f"{said} on {formats.day(facts.last_decision_date)} ({why}), {facts.last_decided_by or 'nobody named'}"
    return formats.clean(told)
