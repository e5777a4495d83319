"""quality.html: what arrived, what was refused and why, every check, and what the figures rest on."""

from __future__ import annotations

import math
from collections import Counter, defaultdict

from reports import checks, formats, identity, words
from reports.context import BLOCKING
from reports.models import Models
from reports.sections import Content, Heading, Page, Section, Source
from reports.tables import Column, Kind, Row, Table, Value

_SHOWN = 100
_SOURCE = Column("source", "Source", words=words.SOURCE)
_DELIVERY = Column("delivery_id", "Delivery", Kind.CODE)
_ENTITY = Column("entity", "File", Kind.CODE)


def _heading(source: Source) -> Heading:
    found = source.context.checks
    blocking = sum(check.status in BLOCKING for check in found)
    warnings = len(source.context.warnings)
    if not found:
        title = "No check is recorded for this release"
    elif blocking:
        title = f"{formats.number(blocking)} of {formats.number(len(found))} checks failed or did not run"
    else:
        said = formats.plural(warnings, "warning", "warnings") if warnings else "no warning"
        title = f"No check of {formats.number(len(found))} failed; {said} in force"
    kicker = (
        f"Data quality \u00b7 {source.context.force_name} \u00b7 as at {formats.day(source.context.as_at)}"
    )
    return Heading(title, kicker, (source.context.gate_result,) if source.context.gate_result else ())


def _checks(source: Source) -> Content:
    found = source.context.checks
    return Content((checks.tally(found),), (checks.attention_table(found),), (checks.passed_table(found),))


def _warnings(source: Source) -> Content:
    table = Table(
        "warnings",
        "Warnings in force",
        (Column("warning", "Warning"),),
        tuple((warning,) for warning in source.context.warnings),
        "No warning is in force.",
    )
    return Content((), (table, checks.waiver_table(source.context.waivers)))


def _deliveries(source: Source) -> Content:
    columns = (
        _SOURCE,
        _DELIVERY,
        Column("mode", "Mode"),
        Column("extract_date", "Extract date", Kind.DATE),
        Column("status", "Status"),
        Column("is_in_effect", "In effect", Kind.FLAG),
        Column("reason", "Reason", missing="none given"),
    )
    rows = source.models.rows("rpt_quality__deliveries", columns)
    refused = tuple(row for row in rows if row[4] == "refused")
    counted = Counter(str(row[4]) for row in rows)
    said = formats.join_words([f"{formats.number(n)} {status}" for status, n in counted.most_common()])
    intro = (f"{formats.plural(len(rows), 'delivery', 'deliveries')} came: {said}.",) if rows else ()
    return Content(
        intro,
        (
            Table(
                "deliveries_refused",
                "Deliveries that were refused",
                columns,
                refused,
                "No delivery was refused.",
                _SHOWN,
            ),
        ),
        (Table("deliveries", "Every delivery that came", columns, rows, "No delivery is recorded.", _SHOWN),),
    )


def _faults(source: Source) -> Content:
    columns = (
        _SOURCE,
        _DELIVERY,
        _ENTITY,
        Column("rule", "Rule", Kind.CODE),
        Column("column_name", "Column", Kind.CODE, missing="whole row"),
        Column("rows", "Rows", Kind.COUNT),
        Column("first_line", "First line", Kind.COUNT),
        Column("sentence", "What is wrong"),
        Column("remedy", "What to do", missing="nothing named"),
    )
    rows = source.models.rows("rpt_quality__faults", columns)
    table = Table("faults", "Rows put aside, by rule", columns, rows, "No row was put aside.", _SHOWN)
    return Content(("A row may break several rules: it is counted under each.",) if rows else (), (table,))


def _files(source: Source) -> Content:
    columns = (
        _SOURCE,
        _DELIVERY,
        _ENTITY,
        Column("rows", "Rows in", Kind.COUNT),
        Column("loaded", "Loaded", Kind.COUNT),
        Column("quarantined", "Put aside", Kind.COUNT),
        Column("quarantined_with_parent", "of which with their parent", Kind.COUNT),
        Column("identical_duplicates", "Identical duplicates", Kind.COUNT),
        Column("adds_up", "Adds up", Kind.FLAG),
    )
    rows = source.models.rows("rpt_quality__files", columns)
    wrong = sum(row[-1] is not True for row in rows)
    said = (
        f"In {formats.number(wrong)} of them the count does not add up." if wrong else "Every count adds up."
    )
    intro = (
        "Rows in = loaded + put aside + identical duplicates, counted independently for each file. "
        f"{formats.plural(len(rows), 'file is', 'files are')} in effect. {said}"
    )
    counts: tuple[Value, ...] = tuple(sum(_whole(row[i]) for row in rows) for i in range(3, 8))
    total = ("All files", "all", "all", *counts, not wrong) if rows else None
    table = Table(
        "files", "Rows in and where they went", columns, rows, "No file is recorded.", _SHOWN, total
    )
    return Content((intro,) if rows else (), (table,))


def _whole(value: Value) -> int:
    return value if isinstance(value, int) else 0


def weak_harm(models: Models) -> tuple[str, ...]:
    """Say how much of the harm rests on values that nobody has published; nothing where nothing counts."""
    records = models.records("rpt_quality__harm_basis")
    base = sum(_whole(record["offences"]) for record in records)
    weak = [record for record in records if record["basis"] in {"placeholder", "gap"}]
    share = math.fsum(float(str(record["share"] or 0)) for record in weak)
    offences = sum(_whole(record["offences"]) for record in weak)
    sentence = (
        f"{formats.percentage(share, base)} of all harm days, from {formats.number(offences)} of "
        f"{formats.number(base)} offences, rests on placeholders; offences without any value count as 0."
    )
    return (sentence,) if base else ()


def harm_basis_table(models: Models) -> Table:
    """Return what the harm days rest on; also on the methodology page."""
    columns = (
        Column("basis", "Value rests on", words=words.BASIS),
        Column("offences", "Offences", Kind.COUNT),
        Column("harm_days", "Harm", Kind.ONE, "days"),
        Column("share", "Share of harm", Kind.THREE, "0 to 1"),
        Column("offence_share", "Share of offences", Kind.THREE, "0 to 1"),
    )
    rows = models.rows("rpt_quality__harm_basis", columns)
    return Table("harm_basis", "What the harm days rest on", columns, rows, "No offence counts at this date.")


def _harm_basis(source: Source) -> Content:
    unlisted = (
        Column("ho_code", "Home Office code", Kind.CODE),
        Column("field", "What is not listed", words=words.FIELD),
        Column("offences", "Offences", Kind.COUNT),
        Column("fallback", "Counted as", missing="nothing"),
    )
    found = source.models.rows("rpt_quality__unlisted_codes", unlisted)
    return Content(
        weak_harm(source.models),
        (
            harm_basis_table(source.models),
            Table(
                "unlisted_codes",
                "Offence codes not in the lists",
                unlisted,
                found,
                "Every code is listed.",
                _SHOWN,
            ),
        ),
    )


def _population(source: Source) -> Content:
    records = source.models.records("rpt_quality__population_gaps")
    counted = Counter(str(record["reason"]) for record in records)
    by_reason = Table(
        "population_gaps_by_reason",
        "People with an offence that counts who are not ranked",
        (Column("reason", "Reason", words=words.GAP), Column("people", "People", Kind.COUNT)),
        tuple((reason, people) for reason, people in counted.most_common()),
        "Everybody with an offence that counts is ranked.",
    )
    columns = (
        Column("nominal_id", "Id", Kind.CODE),
        Column("reason", "Reason", words=words.GAP),
        Column("weighted_harm_days", "Harm", Kind.ONE, "weighted days"),
    )
    rows = source.models.rows("rpt_quality__population_gaps", columns)
    people = Table("population_gaps", "Who they are, most harm first", columns, rows, "Nobody.", _SHOWN)
    return Content((), (by_reason,), (people,))


def _links(source: Source) -> Content:
    """Pivot the link methods: one row per source and entity."""
    counted: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for record in source.models.records("rpt_quality__links"):
        key = (str(record["source"]), str(record["entity"]))
        counted[key][str(record["link_method"])] += _whole(record["records"])
    found = {method for methods in counted.values() for method in methods}
    methods = [m for m in words.LINK if m in found or m == "unlinked"] + sorted(found - set(words.LINK))
    columns = (
        _SOURCE,
        _ENTITY,
        Column("records", "Records", Kind.COUNT),
        *(Column(m, words.LINK.get(m, m).capitalize(), Kind.COUNT) for m in methods),
    )
    rows: tuple[Row, ...] = tuple(
        (*key, sum(links.values()), *(links[method] for method in methods))
        for key, links in sorted(counted.items())
    )
    table = Table(
        "links", "How records of other sources were linked to a person", columns, rows, "No record to link."
    )
    listed = (_SOURCE, _ENTITY, Column("record_id", "Record", Kind.CODE))
    unlinked = Table(
        "unlinked",
        "Records that found no person",
        listed,
        source.models.rows("rpt_quality__unlinked", listed),
        "Every record found its person.",
        _SHOWN,
    )
    return Content(
        (identity.count_of_cases(source.models),), (table, identity.links_table(source.models)), (unlinked,)
    )


def _sanctions(source: Source) -> Content:
    """Sanctions that no score rests on, and why."""
    columns = (
        Column("basis", "Basis", words=words.SANCTION_BASIS),
        Column("reason", "Reason", words=words.SANCTION_GAP),
        Column("sanctions", "Sanctions", Kind.COUNT),
        Column("nominals", "People", Kind.COUNT),
    )
    rows = source.models.rows("rpt_quality__ignored_sanctions", columns)
    table = Table(
        "ignored_sanctions", "Sanctions that OGRS3 leaves out", columns, rows, "No sanction is left out."
    )
    return Content((), (table,))


def _republished(source: Source) -> Content:
    """Lists as they were published, where today's deliveries would give another."""
    columns = (
        Column("run_date", "List of", Kind.DATE),
        Column("nominal_id", "Id", Kind.CODE),
        Column("published_rank", "Published rank", Kind.COUNT, missing="not ranked"),
        Column("recomputed_rank", "Computed anew", Kind.COUNT, missing="not ranked"),
        Column("reason", "Reason", words=words.RECOMPUTED),
    )
    rows = source.models.rows("rpt_run__published_against_recomputed", columns)
    intro = (
        "A list stays as it was published. Computed anew from what the sources say today, a place may differ: "
        "a merge, or a corrected date of birth.",
    )
    empty = "Every published list comes out the same, or none has been published before."
    return Content(intro, (Table("republished", "Places that differ", columns, rows, empty, _SHOWN),))


PAGE = Page(
    "quality.html",
    "Quality",
    _heading,
    (
        Section("checks", "Checks", _checks),
        Section("warnings", "Warnings and waivers", _warnings),
        Section("deliveries", "What arrived", _deliveries),
        Section("faults", "What was put aside, and why", _faults),
        Section("files", "Rows in and out", _files),
        Section("harm", "What the harm rests on", _harm_basis),
        Section("population", "Who is not ranked", _population),
        Section("sanctions", "Sanctions left out", _sanctions),
        Section("links", "Links between sources", _links),
        Section("republished", "Published lists computed anew", _republished),
    ),
    "What arrived, what was refused and why, every check, and what the figures rest on.",
)
