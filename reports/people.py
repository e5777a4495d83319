"""A person of the list in words: name, anchor, movement, tags, and why the rank is what it is."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from reports import casefacts, formats, words
from reports.casefacts import CaseFacts
from reports.models import Person, Summary

LISTED = 300
"""The first so many ranks are the list and have cards; the reporting models are cut there."""

_PLAIN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


@dataclass(frozen=True)
class Movement:
    """How a rank moved since the list before.

    Args:
        sign: An arrow; decoration, the text says the same.
        text: The movement in words.
        was: Where from.
        style: CSS class.
    """

    sign: str
    text: str
    was: str = ""
    style: str = "same"


@dataclass(frozen=True)
class Tag:
    """A short mark beside a name."""

    text: str
    style: str = ""


def anchor(nominal_id: str) -> str:
    """Return the anchor of a person; an id that is not plain gets a digest, never its own text."""
    if _PLAIN_ID.fullmatch(nominal_id):
        return f"p-{nominal_id}"
    return f"x-{hashlib.sha256(nominal_id.encode()).hexdigest()[:16]}"


def href(nominal_id: str) -> str:
    """Return the link to a person on the ranking page."""
    return f"#{anchor(nominal_id)}"


def name(person: Person) -> str:
    """Return 'Surname, Forename', or what there is of it."""
    parts = [part.strip() for part in (person.surname, person.forename) if part and part.strip()]
    return formats.clean(", ".join(parts)) if parts else "name missing"


def movement(person: Person, summary: Summary) -> Movement:
    """Say how the rank moved since the scheduled date before."""
    if person.rank is None:
        return Movement("", "not ranked")
    if summary.previous_run_date is None:
        return Movement("", "first list")
    if person.previous_rank is None:
        return Movement("\u25cf", "not ranked before", style="entry")
    change = person.previous_rank - person.rank
    was = f"was {formats.number(person.previous_rank)}"
    if change > 0:
        return Movement("\u25b2", f"up {formats.number(change)}", was, "up")
    if change < 0:
        return Movement("\u25bc", f"down {formats.number(-change)}", was, "down")
    return Movement("=", "no change")


def status(person: Person) -> str:
    """Return the management status in words."""
    return formats.clean(words.say(words.STATUS, person.management_status, "status missing"))


def custody(person: Person) -> str:
    """Return where the person is, as far as custody goes."""
    return "not known" if person.in_custody is None else "in custody" if person.in_custody else "at liberty"


def division(person: Person) -> str:
    """Return the division."""
    text = formats.clean(person.division or "").strip()
    return text or "not recorded"


def cohorts(person: Person) -> list[str]:
    """Return the open cohorts in words."""
    codes = [code.strip() for code in (person.cohorts or "").split(",")]
    return [formats.clean(words.COHORT.get(code, code)) for code in codes if code]


def meeting(person: Person) -> list[str]:
    """Return why the person is on the meeting list, if so."""
    if not person.is_on_meeting_list:
        return []
    reason = words.say(words.MEETING, meeting_reason(person), "reason missing")
    return [formats.clean(f"meeting list: {reason}")]


def meeting_reason(person: Person) -> str | None:
    """Return the code of why the person is on the meeting list; where who is managed is not known, that says so."""
    is_told_apart = person.management_status != "not_known"
    return person.meeting_reason if is_told_apart or not person.meeting_reason else words.NOT_TOLD_APART


def is_new(person: Person) -> bool:
    """Whether the person came into the top N or the top 30 at this date."""
    return bool(person.is_new_in_top_n or person.is_new_in_top_30)


def tags(person: Person, top_n: int | None) -> list[Tag]:
    """Return the marks that make a sergeant look: urgent, new, merged."""
    found = [Tag("urgent", "urgent")] if person.is_urgent else []
    if person.is_new_in_top_30:
        found.append(Tag("new in top 30", "new"))
    elif person.is_new_in_top_n:
        found.append(Tag(f"new in top {formats.number(top_n)}", "new"))
    return found


def urgent_reason(person: Person) -> str:
    """Return why a case is urgent."""
    return formats.clean(words.say(words.URGENT, person.urgent_reason, "reason missing"))


def why(person: Person, summary: Summary, facts: CaseFacts | None = None) -> str:
    """Return why the person stands where they stand, and what is new about them."""
    moved = _moved(person, summary)
    named = person.movement_sentence and person.movement_reason == "new_offence"
    return moved if named else f"{moved} {casefacts.news(facts)}".strip()


def _moved(person: Person, summary: Summary) -> str:
    """Return one sentence on the movement."""
    sentence = formats.clean(formats.speak_dates(person.movement_sentence or "")).strip()
    if sentence:
        return sentence if sentence[-1] in ".!?" else f"{sentence}."
    since = formats.day(summary.previous_run_date)
    if person.rank is None:
        return "Not ranked at this date; on the meeting list for another reason."
    if summary.previous_run_date is None:
        return "There is no earlier list to compare with."
    if person.previous_rank is None:
        return f"Not ranked on {since}."
    change = abs(person.previous_rank - person.rank)
    if not change:
        return f"The same rank as on {since}."
    reason = words.MOVEMENT.get(person.movement_reason or "")
    way = "up" if person.previous_rank > person.rank else "down"
    moved = f"Moved {way} {formats.plural(change, 'place', 'places')} since {since}"
    return f"{moved}: {reason}." if reason else f"{moved}."


def change(person: Person, summary: Summary, facts: CaseFacts | None = None) -> str:
    """Return why a person stands among the changes; a small move needs no second mention beside it."""
    # A sentence that names the offence says more than the rule that it set off.
    is_named = (
        bool(facts and facts.is_new_offence_high_harm) and person.urgent_reason == "new_high_harm_offence"
    )
    rule = f"{_sentence_case(urgent_reason(person))}." if person.is_urgent and not is_named else ""
    is_told = rule or casefacts.news(facts)
    if is_told and not person.movement_sentence and not person.movement_reason:
        return f"{rule} {casefacts.news(facts)}".strip()
    return f"{rule} {why(person, summary, facts)}".strip()


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:].removesuffix(".")


def search_text(person: Person) -> str:
    """Return what the search box looks through."""
    manager_ids = formats.clean(person.manager_ids or "")
    return f"{name(person)} {formats.clean(person.nominal_id)} {manager_ids}".casefold()
