"""meeting.html: the cases of the meeting, ready to print, with room for what each agency adds and decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from reports import cards, casefacts, formats, people, words
from reports.agencies import MeetingRules, Prompt, meeting_rules, prompts
from reports.casefacts import CaseFacts, facts_of
from reports.models import Person
from reports.ranking import INDICATOR, SUSPICION
from reports.sections import Content, Heading, Page, Section, Source
from reports.tables import Column, Kind, Table


@dataclass(frozen=True)
class Case:
    """One person to discuss, ready to print.

    Args:
        number: Place in the order of the meeting.
        title: Rank, name and id.
        href: The card on the ranking page, or nothing where there is none.
        tags: Marks.
        facts: Who and where, in a line.
        why: Why the case is here, and what is new.
        prompts: What each agency might add, by agency.
    """

    number: str
    title: str
    href: str
    tags: Sequence[people.Tag]
    facts: str
    why: str
    prompts: Mapping[str, Sequence[Prompt]]


@dataclass(frozen=True)
class Cases:
    """The people on the meeting list, in the order in which they are discussed."""

    urgent: list[Person]
    new: list[Person]
    referred: list[Person]
    kept: list[Person]

    @property
    def discussed(self) -> list[Person]:
        """Those who get a sheet of their own."""
        return [*self.urgent, *self.new, *self.referred]


def _cases(source: Source) -> Cases:
    """Sort the meeting list: urgent, new since the last meeting, referrals that wait, everybody else."""
    facts = facts_of(source.models)
    listed = [person for person in source.models.load(Person) if person.is_on_meeting_list]
    urgent = [person for person in listed if person.is_urgent]
    rest = [person for person in listed if not person.is_urgent]
    new = [one for one in rest if one.nominal_id in facts and facts[one.nominal_id].is_new_case]
    others = [one for one in rest if one not in new]
    referred = [one for one in others if "referral" in (one.meeting_reason or "")]
    return Cases(urgent, new, referred, [one for one in others if one not in referred])


def _heading(source: Source) -> Heading:
    cases, rules = _cases(source), meeting_rules()
    as_at = formats.day(source.context.as_at)
    kicker = f"Meeting list \u00b7 {source.context.force_name} \u00b7 as at {as_at}"
    count = len(cases.discussed)
    if not count and not cases.kept:
        return Heading("Nobody is on the meeting list at this date", kicker, (INDICATOR,))
    title = f"{formats.plural(count, 'case', 'cases')} to discuss, {formats.number(len(cases.urgent))} urgent"
    return Heading(title, kicker, (INDICATOR, SUSPICION, *_time(count, rules), *_kept(cases)))


def _time(count: int, rules: MeetingRules) -> tuple[str, ...]:
    if not count:
        return ()
    each = formats.number(rules.minutes / count, 1 if rules.minutes % count else 0)
    shared = f": {each} for each case" if count > 1 else ""
    return (f"The meeting lasts at most {formats.number(rules.minutes)} minutes{shared}.",)


def _kept(cases: Cases) -> tuple[str, ...]:
    if not cases.kept:
        return ()
    more = formats.plural(len(cases.kept), "person has", "people have")
    return (f"{more} been on the list since before the last meeting; they stand at the end.",)


def _attendance(_: Source) -> Content:
    rules = meeting_rules()
    return Content((rules.source,), view=[agency.name for agency in rules.agencies])


def _group(source: Source, chosen: Sequence[Person], first: int) -> list[Case]:
    facts = facts_of(source.models)
    return [
        _case(source, person, facts.get(person.nominal_id), number)
        for number, person in enumerate(chosen, start=first)
    ]


def _case(source: Source, person: Person, facts: CaseFacts | None, number: int) -> Case:
    summary = source.models.summary
    rank = "not ranked" if person.rank is None else f"rank {formats.number(person.rank)}"
    has_card = person.rank is not None and person.rank <= people.LISTED
    return Case(
        formats.number(number),
        f"{people.name(person)} \u00b7 {formats.clean(person.nominal_id)} \u00b7 {rank}",
        f"ranking.html{people.href(person.nominal_id)}" if has_card else "",
        [tag for tag in people.tags(person, summary.top_n) if tag.style != "urgent"],
        _line(person, facts),
        people.change(person, summary, facts),
        {agency: list(asked) for agency, asked in groupby(prompts(person, facts), lambda one: one.agency)},
    )


def _line(person: Person, facts: CaseFacts | None) -> str:
    """Say in a line who it is, where, how managed, and how the case came here."""
    inside = casefacts.custody(facts) if facts else ""
    parts = [
        f"age {formats.number(person.age)}",
        people.division(person),
        people.status(person),
        inside or people.custody(person),
        f"score {formats.number(person.score, cards.SCORE_PLACES, 'missing')}",
    ]
    if facts and facts.referred_by:
        agencies = formats.clean(
            ", ".join(words.AGENCY.get(one, one) for one in facts.referred_by.split(", "))
        )
        parts.append(f"referred by {agencies} on {formats.day(facts.referred_date)}")
    if decided := casefacts.last_decision(facts):
        parts.append(f"last decision: {decided}")
    if facts and facts.meeting_list_since:
        parts.append(f"on the list since {formats.day(facts.meeting_list_since)}")
    return "; ".join(parts)


def _discussed(
    source: Source, name: str, caption: str, chosen: Sequence[Person], first: int, empty: str
) -> Content:
    """Return the cases of one group, and the same as a table for its CSV."""
    cases = _group(source, chosen, first)
    columns = (
        Column("number", "Case", Kind.COUNT),
        Column("rank", "Rank", Kind.COUNT),
        Column("name", "Person"),
        Column("nominal_id", "Id", Kind.CODE),
        Column("facts", "Facts"),
        Column("why", "Why"),
        Column("asked", "Who is asked"),
    )
    rows = tuple(
        (
            number,
            person.rank,
            people.name(person),
            person.nominal_id,
            case.facts,
            case.why,
            "; ".join(case.prompts),
        )
        for number, (person, case) in enumerate(zip(chosen, cases, strict=True), start=first)
    )
    return Content((empty,), (Table(name, caption, columns, rows, empty),), view=cases)


def _urgent(source: Source) -> Content:
    empty = "Nobody is urgent at this date."
    return _discussed(
        source, "meeting_urgent", "Urgent cases of the meeting", _cases(source).urgent, 1, empty
    )


def _new(source: Source) -> Content:
    cases = _cases(source)
    empty = "Nobody else has come onto the list since the last meeting."
    first = len(cases.urgent) + 1
    return _discussed(source, "meeting_new", "New since the last meeting", cases.new, first, empty)


def _referred(source: Source) -> Content:
    cases = _cases(source)
    first = len(cases.urgent) + len(cases.new) + 1
    empty = "No other referral waits."
    return _discussed(source, "meeting_referred", "Referrals that wait", cases.referred, first, empty)


def _others(source: Source) -> Content:
    """Everybody else in one table; and all cases in its CSV."""
    facts, kept = facts_of(source.models), _cases(source).kept
    columns = (
        Column("rank", "Rank", Kind.COUNT, missing="not ranked"),
        Column("name", "Person"),
        Column("nominal_id", "Id", Kind.CODE),
        Column("meeting_list_since", "On the list since", Kind.DATE),
        Column("status", "Status"),
        Column("news", "New since the last list", missing="nothing"),
        Column("last_decision", "Last decision", missing="none recorded"),
        Column("decision", "Decision and action", missing=""),
    )
    rows = tuple(
        (
            person.rank,
            people.name(person),
            person.nominal_id,
            facts[person.nominal_id].meeting_list_since if person.nominal_id in facts else None,
            f"{people.status(person)}; {people.custody(person)}",
            casefacts.news(facts.get(person.nominal_id)),
            casefacts.last_decision(facts.get(person.nominal_id)) or None,
            None,
        )
        for person in kept
    )
    is_told_apart = not any(person.management_status == "not_known" for person in kept)
    intro = (
        f"High on the list, {'not managed' if is_told_apart else 'whether managed or not (that is not known)'}, no "
        "decision within a year, and there at the last meeting already. "
        "The meeting discusses new cases: these are for the chair to call.",
    )
    empty = "Nobody is left over from earlier meetings."
    return Content(
        intro if kept else (), (Table("meeting_kept", "On the list from before", columns, rows, empty),)
    )


PAGE = Page(
    "meeting.html",
    "Meeting",
    _heading,
    (
        Section("attendance", "Who is here", _attendance, "block_attendance.html.j2"),
        Section("urgent", "Urgent cases", _urgent, "block_cases.html.j2"),
        Section("new", "New since the last meeting", _new, "block_cases.html.j2"),
        Section("referred", "Referrals that wait", _referred, "block_cases.html.j2"),
        Section("kept", "On the list from before", _others),
    ),
    "The cases of the meeting, ready to print, with room for what each agency adds, decisions and actions.",
)
