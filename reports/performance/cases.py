"""Ways in and out: pathways, de-selection, interventions, and who is known but not managed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from reports import formats, words
from reports.charts.chart import Chart
from reports.charts.flows import Flow, sankey
from reports.performance.unit_rows import Candidate, Intervention, Outcome, RepeatNfa, Serial, WayIn
from reports.performance.words import (
    COHORT,
    MANAGER,
    SMALL_BASE,
    about,
    listed,
    short_cohort,
    total,
    year_before,
)
from reports.sections import Content, Source
from reports.tables import Column, Kind, Row, Table, table_of, without_small_bases

_DECISIONS = (
    ("adopted", "Adopted"),
    ("not_adopted", "Not adopted"),
    ("deferred", "Deferred"),
    ("pending", "Not decided yet"),
)


def _status(source: Source) -> Column:
    """Return the column of the status: whoever no source could have named as managed has none that is known."""
    known = words.STATUS if source.context.came(*words.MANAGEMENT) else {"never_considered": "not known"}
    return Column("management_status", "Status", words={**known, "not_ranked": "not ranked"})


def pathways(source: Source) -> Content:
    """Referrals of a year by agency and what became of them; adoptions by way in."""
    start = year_before(source.context.as_at)
    rows = source.models.load(WayIn)
    year = [row for row in rows if row.month >= start]
    period = f"{formats.day(start)} to {formats.day(source.context.as_at)}"
    referrals = _by_way(year, "agency")
    adopted = _by_way(year, "pathway")
    columns = (
        Column("pathway", "Referred by", words=words.AGENCY),
        Column("referred", "Referred", Kind.COUNT),
        Column("heard", "Heard by a meeting", Kind.COUNT),
        *(Column(key, label, Kind.COUNT) for key, label in _DECISIONS),
    )
    table = table_of(
        "referrals", f"Referrals of {period}", columns, referrals, empty=f"Nobody was referred from {period}."
    )
    ways = table_of(
        "adoptions",
        f"Adopted from {period}, by way in",
        (Column("pathway", "Way in", words=words.PATHWAY), Column("adopted", "Adopted", Kind.COUNT)),
        adopted,
        empty=f"Nobody was adopted from {period}.",
    )
    months = (
        Column("month", "Month", Kind.DATE),
        Column("kind", "Kind"),
        Column("pathway", "Way in or agency", words={**words.AGENCY, **words.PATHWAY}),
        *(Column(key, label, Kind.COUNT, missing="does not apply") for key, label in _ALL_COUNTS),
    )
    folded = (table_of("pathways_by_month", "All months", months, rows, limit=30),)
    charts = (_referral_flows(source, referrals, period),) if referrals else ()
    said = (f"Referrals made from {period}; the last month is not over. Decisions as known today.",)
    return Content(said if year else (), (table, ways), folded, charts=charts)


_ALL_COUNTS = (("referred", "Referred"), ("triaged", "Triaged"), ("heard", "Heard"), *_DECISIONS)


@dataclass(frozen=True)
class _Way:
    """The months of one way in, summed."""

    pathway: str
    referred: int
    heard: int
    adopted: int
    not_adopted: int
    deferred: int
    pending: int


def _by_way(rows: Sequence[WayIn], kind: str) -> list[_Way]:
    """Sum the months by way in, most first."""
    found = []
    for way in dict.fromkeys(row.pathway for row in rows if row.kind == kind):
        of_way = [row for row in rows if row.kind == kind and row.pathway == way]
        counts = {
            key: total(getattr(row, key) for row in of_way)
            for key in ("referred", "heard", *dict(_DECISIONS))
        }
        found.append(_Way(way, **counts))
    return sorted(found, key=lambda way: (-way.referred, -way.adopted, way.pathway))


def _referral_flows(source: Source, ways: Sequence[_Way], period: str) -> Chart:
    flows = [Flow(words.AGENCY.get(way.pathway, way.pathway), "Referred", way.referred) for way in ways]
    decisions = {label: total(getattr(way, key) for way in ways) for key, label in _DECISIONS}
    flows += [Flow("Referred", label, count) for label, count in decisions.items()]
    referred = formats.number(total(way.referred for way in ways))
    decided = listed(f"{formats.number(count)} {label.lower()}" for label, count in decisions.items())
    title = f"{formats.number(decisions['Adopted'])} of {referred} referrals led to adoption"
    alt = f"Sankey diagram of {referred} referrals by agency and decision: {decided}. The table holds every number."
    words_of = about(source, title, f"Referrals by agency and decision, {period}", alt, "referrals in IDIOM")
    return sankey("referral_flows", words_of, flows, counted="Referrals")


def deselection(source: Source) -> Content:
    """Spells that a rule puts up for de-selection: the count by rule, then the list for the meeting."""
    rows = source.models.load(Candidate)
    counted = Counter((row.rule_title or row.rule) for row in rows)
    by_rule = Table(
        "deselection_by_rule",
        "Candidates by rule",
        (Column("rule_title", "Rule"), Column("spells", "Spells", Kind.COUNT)),
        tuple(counted.most_common()),
        "No rule puts anybody up for de-selection.",
    )
    columns = (
        MANAGER,
        Column("nominal_id", "Person", Kind.CODE),
        COHORT,
        Column("spell_id", "Spell", Kind.CODE),
        Column("adopted_date", "Adopted", Kind.DATE),
        Column("rule_title", "Rule"),
        Column("evidence", "What the rule saw"),
        Column("scheme", "Scheme"),
    )
    spoken = [replace(row, evidence=formats.speak_dates(row.evidence or "")) for row in rows]
    people = table_of("deselection", "Candidates, by manager", columns, spoken, empty="Nobody.", limit=60)
    found = len({row.nominal_id for row in rows})
    said = (
        f"A rule puts {formats.plural(found, 'person', 'people')} up for discussion. It decides nothing: absence of "
        "a record may mean absence of offending, or of attention."
    )
    return Content((said,) if rows else (), (by_rule, people))


def interventions(source: Source) -> Content:
    """What is done with whom: the widest used interventions in the largest cohorts, and all of them."""
    rows = without_small_bases(source.models.load(Intervention), "cohort_nominals", "nominals_pct")
    columns = (
        Column("title", "Intervention"),
        Column("type", "Kind"),
        Column("reoffending_pathway", "Pathway out of reoffending", missing="none"),
        COHORT,
        Column("nominals", "Received it", Kind.COUNT),
        Column("cohort_nominals", "Ever in the cohort", Kind.COUNT),
        Column("nominals_pct", "Share", Kind.ONE, "%", missing=SMALL_BASE),
    )
    used = tuple(row for row in rows if row.nominals)
    everything = table_of(
        "interventions",
        "Every intervention and cohort",
        columns,
        used,
        empty="No intervention is recorded.",
        limit=30,
    )
    return Content(
        (
            "Counted since records began: everybody who ever was in the cohort, and who of them ever received it.",
        )
        if used
        else (),
        (_by_cohort(used), _variety(used)),
        (everything,),
    )


def _largest(rows: Sequence[Intervention], most: int = 4) -> list[str]:
    sizes = {row.cohort: row.cohort_nominals or 0 for row in rows}
    return sorted(sizes, key=lambda code: (-sizes[code], code))[:most]


def _by_cohort(rows: Sequence[Intervention]) -> Table:
    cohorts = _largest(rows)
    sizes = {row.cohort: row.cohort_nominals or 0 for row in rows}
    counts = {(row.title or row.intervention, row.cohort): row.nominals for row in rows}
    kinds = {row.title or row.intervention: row.type for row in rows}
    found: list[Row] = [
        (title, kind, *(counts.get((title, code)) or 0 for code in cohorts)) for title, kind in kinds.items()
    ]
    found.sort(key=lambda row: (-sum(int(str(value)) for value in row[2:]), str(row[0])))
    columns = (
        Column("title", "Intervention"),
        Column("type", "Kind"),
        *(
            Column(code, short_cohort(code), Kind.COUNT, f"of {formats.number(sizes[code])}")
            for code in cohorts
        ),
    )
    caption = "People who received an intervention, in the largest cohorts"
    return Table(
        "interventions_by_cohort", caption, columns, tuple(found), "No intervention is recorded.", 15
    )


def _variety(rows: Sequence[Intervention]) -> Table:
    counted = Counter((row.cohort, row.type or "") for row in rows)
    kinds = ("disruption", "rehabilitation", "both")
    found: tuple[Row, ...] = tuple(
        (code, *(counted[code, kind] for kind in kinds), sum(counted[code, kind] for kind in kinds))
        for code in _largest(rows, 99)
    )
    columns = (
        COHORT,
        *(Column(kind, kind.capitalize(), Kind.COUNT) for kind in kinds),
        Column("all", "All", Kind.COUNT),
    )
    caption = "Different interventions used, by cohort and kind"
    return Table("interventions_variety", caption, columns, found, "No intervention is recorded.")


def known(source: Source) -> Content:
    """Serial perpetrators and people often named without further action: how many, and how many are managed."""
    serial = source.models.load(Serial)
    nfa = source.models.load(RepeatNfa)
    top = source.models.summary.top_n or 0
    status = _status(source)
    tables = [
        _by_status(
            "serial_perpetrators", "Serial perpetrators of domestic abuse, by status", serial, top, status
        ),
        *(
            _by_status(
                f"repeat_nfa_{kind}",
                f"Named twice or more without further action: {label}",
                found,
                top,
                status,
            )
            for kind, label in words.NFA_KIND.items()
            for found in ([row for row in nfa if row.kind == kind],)
        ),
    ]
    waiting = sum(
        row.management_status != "managed" and row.rank is not None and row.rank <= top for row in serial
    )
    said = (
        "Serial: violence used or threatened against two or more partners or former partners in three years, "
        f"whatever the risk. {formats.plural(waiting, 'of them is', 'of them are')} in the top {formats.number(top)}"
        + (
            " and not managed: the ranking and its meeting list name them."
            if source.context.came(*words.MANAGEMENT)
            else "; whether they are managed is not known."
        )
    )
    return Content((said,) if serial else (), tuple(tables))


def _by_status(
    name: str, caption: str, rows: Sequence[Serial | RepeatNfa], top: int, status: Column
) -> Table:
    order = (*words.STATUS, "not_ranked")
    people = Counter(row.management_status or "" for row in rows)
    high = Counter(row.management_status or "" for row in rows if row.rank is not None and row.rank <= top)
    keys = [key for key in order if people[key]] + sorted(set(people) - set(order))
    columns = (
        status,
        Column("people", "People", Kind.COUNT),
        Column("in_top_n", f"In the top {top}", Kind.COUNT),
    )
    found = tuple((key, people[key], high[key]) for key in keys)
    sums: Row | None = ("All", sum(people.values()), sum(high.values())) if found else None
    return Table(name, caption, columns, found, "Nobody.", total=sums)


_MANAGED = " of people known to be managed"
_OUTCOMES = (
    ("offences", "Offences"),
    ("charged", "Charged"),
    ("cautioned", "Cautioned"),
    ("no_further_action", "No further action"),
    ("other_action", "Other"),
    ("undecided", "No outcome yet"),
)


def outcomes(source: Source) -> Content:
    """What became of a year's offences, by the status of the person when they were recorded."""
    start = year_before(source.context.as_at)
    rows = source.models.load(Outcome)
    year = [row for row in rows if row.month >= start]
    counts = tuple(Column(key, label, Kind.COUNT) for key, label in _OUTCOMES)
    period = f"{formats.day(start)} to {formats.day(source.context.as_at)}"
    tables = tuple(
        Table(
            f"outcomes_by_{key}",
            f"Outcomes of offences recorded from {period}, by {label}",
            (column, *counts),
            _outcome_rows(year, key),
            f"No offence{whose} was recorded from {period}.",
            limit,
        )
        for key, label, column, whose, limit in (
            ("management_status", "status of the person", _status(source), "", None),
            ("subgroup", "kind of offence, of people then managed", Column("subgroup", "Kind"), _MANAGED, 12),
        )
    )
    columns = (Column("month", "Month", Kind.DATE), Column("subgroup", "Kind"), _status(source), *counts)
    folded = (table_of("outcomes_by_month", "Every month", columns, rows, limit=20),)
    said = (
        "An offence with two suspects counts once for each. Offences of the latest months mostly have no outcome yet, "
        "so the last months must not be compared with earlier ones."
    )
    return Content((said,) if year else (), tables, folded)


def _outcome_rows(rows: Sequence[Outcome], key: str) -> tuple[Row, ...]:
    if key == "subgroup":
        rows = [row for row in rows if row.management_status == "managed"]
    sums: dict[str, Counter[str]] = {}
    for row in rows:
        found = sums.setdefault(getattr(row, key), Counter())
        found.update({name: getattr(row, name) or 0 for name, _ in _OUTCOMES})
    ordered = sorted(sums.items(), key=lambda item: (-item[1]["offences"], item[0]))
    return tuple((group, *(found[name] for name, _ in _OUTCOMES)) for group, found in ordered)
