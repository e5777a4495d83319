"""The cards of the ranking page as compact JSON: the page builds a card when it is opened, not before.

Text is written here, by :mod:`reports.formats`, so that a card and a table say the same number the same
way; the script only places it. Every text goes through :func:`reports.formats.clean`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import date
from typing import Any

from markupsafe import Markup

from include.errors import IntegrityError
from reports import formats, people, words
from reports.agencies import prompts
from reports.casefacts import CaseFacts, custody, facts_of
from reports.models import Models, Offence, PastRank, Person, Term

SCORE_PLACES = 2
_TOLERANCE = 1e-6
_FLAGS = (
    ("is_high_harm", "high harm"),
    ("domestic_abuse", "domestic abuse"),
    ("hate_crime", "hate crime"),
    ("child_abuse", "child abuse"),
    ("has_vulnerable_victim", "vulnerable victim"),
)
_INPUTS = (
    "Risk of reoffending, two years",
    "OGRS3, on sanctions alone",
    "Copas rate of offending",
    "Harm, days",
    "Harm, weighted days",
    "Offences counted",
    "High-harm offences",
    "Latest offence",
    "Date of birth, sex",
    "Managed by",
    "Records merged into this",
)


class Pool:
    """Texts that come often, kept once and referred to by position."""

    def __init__(self) -> None:
        self.texts: dict[str, int] = {}

    def add(self, text: str) -> int:
        """Return the position of a text."""
        return self.texts.setdefault(text, len(self.texts))


def embed(data: object) -> Markup:
    """Return JSON that is inert inside a script element, whatever its texts hold."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)  # noqa: S704  (the three characters that HTML acts on are gone)


def card_data(models: Models, listed: Sequence[Person]) -> dict[str, Any]:
    """Return everything the ranking page's script needs.

    Args:
        models: The reporting models.
        listed: The people who have a row on the page, in the order of the rows.

    Raises:
        IntegrityError: Contributions do not sum to the score they explain.
    """
    _check_sums(models, listed)
    pool = Pool()
    dates = sorted({past.run_date for past in models.load(PastRank)})
    facts = facts_of(models)
    found = [_person(person, models, facts.get(person.nominal_id), dates, pool) for person in listed]
    return {
        "topN": models.summary.top_n,
        "dates": [formats.short_day(run_date) for run_date in dates],
        "inputs": _INPUTS,
        "flags": [label for _, label in _FLAGS],
        "people": found,
        "texts": list(pool.texts),
    }


def _check_sums(models: Models, listed: Sequence[Person]) -> None:
    """Refuse to print an explanation that does not explain."""
    wrong = [
        person
        for person in listed
        if person.nominal_id in models.terms_of
        and abs(_sum(models.terms_of[person.nominal_id]) - (person.score or 0)) > _TOLERANCE
    ]
    if wrong:
        raise IntegrityError(
            f"Contributions do not sum to the score for {len(wrong)} people, first at rank {wrong[0].rank}",
            "Look at rpt_ranking__explanations and fct_ranking_explanations; nothing was published.",
        )


def _sum(terms: Sequence[Term]) -> float:
    return math.fsum(term.contribution or 0 for term in terms)


def _person(
    person: Person, models: Models, facts: CaseFacts | None, dates: Sequence[date], pool: Pool
) -> dict[str, Any]:
    summary = models.summary
    terms = models.terms_of.get(person.nominal_id, [])
    offences = models.offences_of.get(person.nominal_id, [])
    ranks = {past.run_date: past.rank for past in models.history_of.get(person.nominal_id, [])}
    moved = people.movement(person, summary)
    tags = [tag.text for tag in people.tags(person, summary.top_n)]
    more = [*people.meeting(person), *people.cohorts(person)]
    inside = custody(facts) if facts else ""
    return {
        "a": people.anchor(person.nominal_id),
        "s": _sort_keys(person),
        "f": [people.status(person), people.division(person), people.custody(person)],
        "n": int(people.is_new(person)),
        "u": int(bool(person.is_urgent)),
        "l": int(bool(person.is_on_meeting_list)),
        "e": int(bool(facts and facts.new_offences)),
        "q": people.search_text(person),
        "r": formats.number(person.rank, missing="not ranked"),
        "t": people.name(person),
        "d": formats.clean(person.nominal_id),
        "v": " ".join(
            part for part in (moved.sign, moved.text, f"({moved.was})" if moved.was else "") if part
        ),
        "g": [*tags, people.status(person), inside or people.custody(person), *more],
        "w": people.why(person, summary, facts),
        "c": _in_words(terms),
        "k": [
            [pool.add(one.agency), pool.add(one.ask), pool.add(one.because)] for one in prompts(person, facts)
        ],
        "y": people.urgent_reason(person) if person.is_urgent else "",
        "i": _inputs(person),
        "x": _terms(terms, pool),
        "z": formats.number(person.score, SCORE_PLACES),
        "o": [_offence(offence, pool) for offence in offences],
        "m": max((offence.others or 0 for offence in offences), default=0),
        "h": [ranks.get(run_date) for run_date in dates] if ranks else [],
    }


def _sort_keys(person: Person) -> list[Any]:
    """One key per column of the list; null sorts last either way."""
    change = (
        None if person.previous_rank is None or person.rank is None else person.previous_rank - person.rank
    )
    return [
        person.rank,
        change,
        people.name(person).casefold(),
        person.age,
        people.division(person).casefold(),
        people.status(person),
        people.custody(person),
        person.score,
        person.weighted_harm_days,
        person.latest_offence_date.isoformat() if person.latest_offence_date else None,
    ]


def _inputs(person: Person) -> list[str]:
    sex = words.say(words.SEX, person.sex, "sex missing")
    return [
        formats.number(person.risk_probability, 3),
        formats.number(person.ogrs3_formal_p2, 3, "no sanction"),
        formats.number(person.copas_rate, 3),
        formats.number(person.harm_days, 1),
        formats.number(person.weighted_harm_days, 1),
        formats.number(person.offence_count),
        formats.number(person.high_harm_count),
        formats.short_day(person.latest_offence_date),
        formats.clean(f"{formats.short_day(person.date_of_birth)}, {sex}"),
        formats.clean(person.manager_ids or "").strip() or "nobody",
        formats.number(person.merged_count, missing="0"),
    ]


def _in_words(terms: Sequence[Term]) -> str:
    """Say what makes a score: the parts that add most, and what takes most off."""
    rounded = formats.apportion([term.contribution or 0 for term in terms], SCORE_PLACES)
    named = [
        (part, formats.clean(term.term_label or term.term).casefold())
        for term, part in zip(terms, rounded, strict=True)
        if term.term != "reference"
    ]
    start = [part for term, part in zip(terms, rounded, strict=True) if term.term == "reference"]
    adds = [
        f"{label} adds {formats.number(part, SCORE_PLACES)}"
        for part, label in sorted(named)[:-3:-1]
        if part > 0
    ]
    off = [
        f"{label} takes {formats.number(-part, SCORE_PLACES)} off"
        for part, label in sorted(named)[:1]
        if part < 0
    ]
    if not start or not (adds or off):
        return ""
    base = f"A reference person has {formats.number(start[0], SCORE_PLACES)}"
    return f"{base}; {formats.join_words([*adds, *off])}."


def _terms(terms: Sequence[Term], pool: Pool) -> list[list[Any]]:
    """Label, contribution as text and as number (rounded to add up), whether it is the reference."""
    rounded = formats.apportion([term.contribution or 0 for term in terms], SCORE_PLACES)
    return [
        [
            pool.add(formats.clean(term.term_label or term.term)),
            formats.number(part, SCORE_PLACES),
            part,
            int(term.term == "reference"),
        ]
        for term, part in zip(terms, rounded, strict=True)
    ]


def _offence(offence: Offence, pool: Pool) -> list[Any]:
    flags = sum(1 << bit for bit, (column, _) in enumerate(_FLAGS) if getattr(offence, column))
    return [
        pool.add(formats.clean(offence.title or "title missing")),
        pool.add(formats.clean(offence.ho_code or "code missing")),
        formats.short_day(offence.offence_date),
        formats.short_day(offence.recorded_date),
        pool.add(formats.clean(words.say(words.ROLE, offence.role, "role missing"))),
        pool.add(formats.clean(words.say(words.OUTCOME, offence.outcome_code, "no outcome yet"))),
        flags,
        formats.number(offence.harm_days, 1),
        formats.number(offence.weighted_harm_days, 1),
        formats.number(offence.contribution, SCORE_PLACES),
        pool.add(formats.clean(offence.harm_basis or "gap")),
    ]
