"""What each agency might add about a person: questions of ``text/meeting.yml``, each resting on a fact of the data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from include.errors import UsageError
from reports import casefacts, formats
from reports.casefacts import CaseFacts
from reports.models import Person

MEETING_FILE = Path(__file__).resolve().parent / "text" / "meeting.yml"


class Agency(BaseModel):
    """An agency at the meeting, and what it is asked where a fact is there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    asks: dict[str, str] = Field(min_length=1)


class MeetingRules(BaseModel):
    """How long the meeting lasts, where that comes from, and who sits at it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    minutes: int = Field(gt=0)
    source: str
    agencies: tuple[Agency, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Prompt:
    """One question to one agency.

    Args:
        agency: Who is asked.
        ask: What.
        because: The fact that it rests on.
    """

    agency: str
    ask: str
    because: str


@cache
def meeting_rules(path: Path = MEETING_FILE) -> MeetingRules:
    """Read who sits at the meeting and what they are asked.

    Raises:
        UsageError: The file is not in order, or asks about a fact that nobody derives.
    """
    try:
        rules = MeetingRules.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise UsageError(f"{path.name} cannot be used: {error}", "Put it right as its head says.") from error
    unknown = sorted({fact for agency in rules.agencies for fact in agency.asks} - set(_FACTS))
    if unknown:
        raise UsageError(
            f"{path.name} asks about facts that are not known: {', '.join(unknown)}",
            f"Use one of: {', '.join(_FACTS)}.",
        )
    return rules


def prompts(person: Person, facts: CaseFacts | None) -> list[Prompt]:
    """Return what each agency might add about a person, in the order of the file; nothing without a fact."""
    if facts is None:
        return []
    said = {name: sentence for name, tell in _FACTS.items() if (sentence := tell(person, facts))}
    return [
        Prompt(agency.name, ask, said[fact])
        for agency in meeting_rules().agencies
        for fact, ask in agency.asks.items()
        if fact in said
    ]


def _counted(count: int | None, one: str, many: str) -> str:
    return f"{formats.plural(count, one, many)} in the last year" if count else ""


_FACTS: Mapping[str, Callable[[Person, CaseFacts], str]] = {
    "at_liberty": lambda person, _: "at liberty" if person.in_custody is False else "",
    "in_custody": lambda _, facts: casefacts.custody(facts),
    "managed": lambda person, _: "managed now" if person.management_status == "managed" else "",
    "previously_managed": lambda person, _: (
        "managed before" if person.management_status == "previously_managed" else ""
    ),
    "deferred": lambda _, facts: (
        f"deferred on {formats.day(facts.deferred_date)}" if facts.deferred_date else ""
    ),
    "domestic_abuse": lambda _, facts: _counted(
        facts.domestic_abuse_count, "domestic abuse offence", "domestic abuse offences"
    ),
    "child_abuse": lambda _, facts: _counted(
        facts.child_abuse_count, "child abuse offence", "child abuse offences"
    ),
    "hate_crime": lambda _, facts: _counted(facts.hate_crime_count, "hate crime", "hate crimes"),
    "vulnerable_victim": lambda _, facts: _counted(
        facts.vulnerable_victim_count,
        "offence against a child or a vulnerable victim",
        "offences against children or vulnerable victims",
    ),
    "drugs": lambda _, facts: _counted(facts.drug_count, "drug offence", "drug offences"),
    "antisocial": lambda _, facts: _counted(
        facts.antisocial_count,
        "public order or criminal damage offence",
        "public order or criminal damage offences",
    ),
    "statutory": lambda _, facts: "under statutory supervision" if facts.is_statutory else "",
}
