"""ranking.html: what changed first, then the list with a card per person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reports import cards, formats, people, quality, top20, words
from reports.casefacts import facts_of
from reports.models import Offence, PastRank, Person, Summary, Term, columns_of
from reports.sections import Content, Heading, Page, Section, Source
from reports.tables import Column, Kind, Row, Table

INDICATOR = "The score is an indicator for professional judgement. It adopts nobody."
SUSPICION = (
    "Police records say who is suspected of what. Unless a row says convicted or cautioned, the role is "
    "suspicion, not conviction."
)
_CHANGES_SHOWN = 40
_BELOW_SHOWN = 200


@dataclass(frozen=True)
class Key:
    """A key figure: the figure, what it counts, and what to make of it."""

    figure: str
    label: str
    note: str = ""
    style: str = ""


@dataclass(frozen=True)
class ListRow:
    """A row of the list, ready to print."""

    anchor: str
    rank: str
    moved: people.Movement
    name: str
    nominal_id: str
    tags: Sequence[people.Tag]
    age: str
    division: str
    status: str
    custody: str
    score: str
    harm: str
    latest: str


@dataclass(frozen=True)
class ListView:
    """The list and everything its controls need."""

    rows: Sequence[ListRow]
    since: str
    top_n: str
    statuses: Sequence[str]
    divisions: Sequence[str]
    custodies: Sequence[str]
    data: Markup


def _listed(source: Source) -> list[Person]:
    return [p for p in source.models.load(Person) if p.rank is not None and p.rank <= people.LISTED]


def _heading(source: Source) -> Heading:
    summary = source.models.summary
    as_at = formats.day(source.context.as_at)
    kicker = f"Fortnightly ranking \u00b7 {source.context.force_name} \u00b7 as at {as_at}"
    if not source.models.load(Person):
        return Heading("Nobody is ranked at this date", kicker, (INDICATOR,))
    if summary.previous_run_date is None:
        title = f"The first list: {formats.plural(summary.ranked or 0, 'person is', 'people are')} ranked"
    else:
        new = formats.plural(summary.new_in_top_n or 0, "person is", "people are")
        urgent = formats.plural(summary.urgent or 0, "case is", "cases are")
        title = f"{new} new in the top {formats.number(summary.top_n)}, and {urgent} urgent"
    return Heading(title, kicker, (INDICATOR, SUSPICION, *quality.weak_harm(source.models)))


def key_figures(summary: Summary) -> tuple[Key, ...]:
    """Return the figures that head the ranking page and the index."""
    top = f"top {formats.number(summary.top_n)}"
    before = summary.previous_run_date
    since = f"since {formats.day(before)}" if before else "there is no list before"
    is_managed_known = summary.managed_in_top_n is not None
    number = formats.number
    return (
        Key(
            number(summary.urgent),
            "urgent",
            "on the meeting list: new in the top 30, or a high-harm offence just recorded",
            "watch",
        ),
        Key(
            number(summary.on_meeting_list),
            "on the meeting list",
            "high and not managed, or referred" if is_managed_known else "high; who is managed is not known",
        ),
        Key(number(summary.new_in_top_n, missing=formats.NOT_KNOWN), f"new in the {top}", since),
        Key(number(summary.left_top_n, missing=formats.NOT_KNOWN), f"left the {top}", since),
        Key(number(summary.managed_in_top_n, missing=formats.NOT_KNOWN), "managed", f"of the {top}"),
        Key(number(summary.in_custody_in_top_n), "in custody", f"of the {top}"),
        Key(
            number(summary.ranked), "people ranked", "every living adult with an offence that counts", "plain"
        ),
    )


def _changes(source: Source) -> Content:
    """Urgent cases, then whoever else is new; each with the reason."""
    found = source.models.load(Person)
    urgent = [person for person in found if person.is_urgent]
    new = [person for person in found if people.is_new(person) and not person.is_urgent]
    top_n = formats.number(source.models.summary.top_n)
    tables = (
        _change_table("urgent", "Urgent cases", urgent, source, "No case is urgent at this date."),
        _change_table(
            "new_entrants", f"Others new in the top 30 or the top {top_n}", new, source, "Nobody else is new."
        ),
    )
    return Content(tables=tables, view=key_figures(source.models.summary))


def _change_table(name: str, caption: str, chosen: Sequence[Person], source: Source, empty: str) -> Table:
    summary, facts = source.models.summary, facts_of(source.models)
    columns = (
        Column("rank", "Rank", Kind.COUNT, missing="not ranked"),
        Column("name", "Person"),
        Column("nominal_id", "Id", Kind.CODE),
        Column("reason", "Why"),
        Column("movement", "Since last list", Kind.SHORT),
        Column("management_status", "Status"),
        Column("in_custody", "Custody", Kind.SHORT),
    )
    rows: tuple[Row, ...] = tuple(
        (
            person.rank,
            people.name(person),
            person.nominal_id,
            people.change(person, summary, facts.get(person.nominal_id)),
            people.movement(person, summary).text,
            people.status(person),
            people.custody(person),
        )
        for person in chosen
    )
    cards_of = {person.nominal_id for person in _listed(source)}
    links = tuple(people.href(p.nominal_id) if p.nominal_id in cards_of else None for p in chosen)
    return Table(name, caption, columns, rows, empty, _CHANGES_SHOWN, links=links, linked=1)


def _list(source: Source) -> Content:
    listed = _listed(source)
    summary = source.models.summary
    columns = _person_columns()
    table = Table(
        "ranking",
        f"The first {people.LISTED}",
        columns,
        tuple(tuple(getattr(p, column.key) for column in columns) for p in source.models.load(Person)),
        "Nobody is ranked at this date.",
    )
    rows = [_list_row(person, summary) for person in listed]
    view = ListView(
        rows=rows,
        since=formats.short_day(summary.previous_run_date, ""),
        top_n=formats.number(summary.top_n),
        statuses=_in_order((row.status for row in rows), tuple(words.STATUS.values())),
        divisions=sorted({row.division for row in rows}),
        custodies=sorted({row.custody for row in rows}),
        data=cards.embed(cards.card_data(source.models, listed)),
    )
    return Content(tables=(table, *_card_tables(source)), view=view)


def _person_columns() -> tuple[Column, ...]:
    return tuple(Column(name, name) for name in columns_of(Person))


def _card_tables(source: Source) -> tuple[Table, ...]:
    """The tables behind the cards, for their CSVs."""
    models = source.models
    wanted: tuple[tuple[str, str, type[Term | Offence | PastRank], Sequence[object]], ...] = (
        ("explanations", "What each score is made of", Term, models.load(Term)),
        ("offences", "The weightiest offences of each person", Offence, models.load(Offence)),
        ("rank_history", "Ranks at earlier dates", PastRank, models.load(PastRank)),
    )
    return tuple(
        Table(
            name,
            caption,
            tuple(Column(key, key) for key in columns_of(row_type)),
            tuple(tuple(getattr(row, key) for key in columns_of(row_type)) for row in rows),
        )
        for name, caption, row_type, rows in wanted
    )


def _list_row(person: Person, summary: Summary) -> ListRow:
    return ListRow(
        anchor=people.anchor(person.nominal_id),
        rank=formats.number(person.rank),
        moved=people.movement(person, summary),
        name=people.name(person),
        nominal_id=person.nominal_id,
        tags=people.tags(person, summary.top_n),
        age=formats.number(person.age),
        division=people.division(person),
        status=people.status(person),
        custody=people.custody(person),
        score=formats.number(person.score, cards.SCORE_PLACES),
        harm=formats.number(person.weighted_harm_days),
        latest=formats.short_day(person.latest_offence_date),
    )


def _in_order(found: object, order: Sequence[str]) -> list[str]:
    values = set(found)  # type: ignore[call-overload]
    return [value for value in order if value in values] + sorted(values - set(order))


def _reasons(source: Source) -> Content:
    """Why people moved: the list's movements by their reason."""
    counted = Counter(
        p.movement_reason for p in source.models.load(Person) if p.movement_reason
    ).most_common()
    table = Table(
        "movement_reasons",
        "Moves of more than ten places, by reason",
        (Column("movement_reason", "Reason", words=words.MOVEMENT), Column("people", "People", Kind.COUNT)),
        tuple((reason, moved) for reason, moved in sorted(counted, key=lambda item: (-item[1], item[0]))),
        "Nobody moved more than ten places.",
    )
    return Content(tables=(table,))


def _below(source: Source) -> Content:
    outside = [p for p in source.models.load(Person) if p.rank is None or p.rank > people.LISTED]
    columns = (
        Column("rank", "Rank", Kind.COUNT, missing="not ranked"),
        Column("name", "Name"),
        Column("nominal_id", "Id", Kind.CODE),
        Column("division", "Division", missing="not recorded"),
        Column("management_status", "Status"),
        Column("in_custody", "Custody"),
        Column("meeting_reason", "Why on the list", words=words.MEETING),
        Column("is_urgent", "Urgent", Kind.FLAG),
        Column("score", "Score", Kind.TWO),
        Column("weighted_harm_days", "Harm", Kind.COUNT, "weighted days"),
    )
    rows = tuple(
        (
            p.rank,
            people.name(p),
            p.nominal_id,
            p.division,
            people.status(p),
            people.custody(p),
            people.meeting_reason(p),
            p.is_urgent,
            p.score,
            p.weighted_harm_days,
        )
        for p in outside
    )
    intro = ("Referrals waiting and urgent cases whose rank is below the list, or who are not ranked.",)
    empty = "Everybody on the meeting list is in the list above."
    return Content(
        intro,
        folded=(
            Table(
                "meeting_list_below",
                "On the meeting list, outside the list above",
                columns,
                rows,
                empty,
                _BELOW_SHOWN,
            ),
        ),
    )


PAGE = Page(
    "ranking.html",
    "Ranking",
    _heading,
    (
        Section("changes", "What changed", _changes, "block_changes.html.j2"),
        Section("list", "The list", _list, "block_list.html.j2"),
        Section("leaders", "The first 20 over a year", top20.content),
        Section("reasons", "Why people moved", _reasons),
        Section("below", "On the meeting list, below the first 300", _below),
        Section("reading", "How to read this page", lambda _: Content(), "block_reading.html.j2"),
    ),
    "Who is new, who moved and why, who is managed; a card for each of the first 300.",
)
