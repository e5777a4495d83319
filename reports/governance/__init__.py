"""governance.html: the records owed about the tool, filled from the release; what only people can say is listed."""

from __future__ import annotations

from reports import formats
from reports.governance.facts import said
from reports.governance.records import Record, filled, records
from reports.sections import Content, Heading, Page, Section, Source
from reports.tables import Column, Kind, Table

OPEN = "OPEN, for a person: "
_ASSUMED = "Our "
_COLUMNS = (
    Column("field", "Field"),
    Column("record", "Record"),
    Column("evidence", "Evidence in the repository", Kind.CODE, missing=" "),
)


def _open() -> list[tuple[str, str, str]]:
    """Return what only a person can fill: record, field, what is wanted."""
    return [
        (one.title, field.field, field.person) for one in records() for field in one.fields if field.person
    ]


def _heading(source: Source) -> Heading:
    context = source.context
    left = formats.number(len(_open()))
    of = formats.number(sum(len(one.fields) for one in records()))
    return Heading(
        f"{left} of {of} fields wait for a person; the rest is filled from this release",
        f"Governance · {context.force_name} · as at {formats.day(context.as_at)}",
        (
            "Records for transparency, data protection and quality assurance. A changed parameter or another result "
            "changes them with the next release. They are drafts for the people who sign them, and no sign-off.",
        ),
    )


def _person(_: Source) -> Content:
    columns = (Column("record", "Record"), Column("field", "Field"), Column("wanted", "What is wanted"))
    table = Table(
        "governance_open", "What only a person can fill", columns, tuple(_open()), "Nothing is open."
    )
    return Content(("Nothing stands in these fields, and nothing is made up for them.",), (table,))


def _section(record: Record) -> Section:
    def build(source: Source) -> Content:
        known = said(source.models, source.context)
        rows = tuple(
            (
                field.field,
                f"{OPEN}{field.person}" if field.person else filled(field, known),
                ", ".join(field.evidence) or None,
            )
            for field in record.fields
        )
        table = Table(f"governance_{record.key}", record.title, _COLUMNS, rows)
        return Content((f"After: {record.source}.",), (table,))

    return Section(record.key, record.title, build)


def _assumptions(source: Source) -> Content:
    """The register of assumptions: every parameter whose value rests on us, and whether it moves a rank."""
    columns = (
        Column("parameter", "Parameter", Kind.CODE),
        Column("value", "Value", missing="not set"),
        Column("affects_ranking", "Moves a rank", Kind.FLAG),
        Column("description", "What it does"),
        Column("source", "Basis"),
    )
    found = [
        tuple(row[column.key] for column in columns)
        for row in source.models.records("rpt_methodology__parameters")
        if str(row["source"]).startswith(_ASSUMED)
    ]
    found.sort(key=lambda row: (row[2] is not True, str(row[0])))
    moves = sum(row[2] is True for row in found)
    intro = (
        f"{formats.number(len(found))} parameters rest on our own assumption or definition, not on a published value; "
        f"{formats.number(moves)} of them move a rank. Who owns one, and when it was last looked at: for a person.",
    )
    table = Table(
        "governance_assumptions",
        "Register of assumptions",
        columns,
        tuple(found),
        "Nothing is assumed.",
        limit=12,
    )
    return Content(intro, (table,))


def _files(_: Source) -> Content:
    return Content(
        (
            "Beside this page, in the folder governance/: data_dictionary.csv (every published column with type and "
            "description, from the models' contracts) and lineage.ndjson (OpenLineage events, one a line: which model "
            "was made from which). The documentation of the models as one static file is written once a release is "
            "published: docs/<release>/models.html in the data directory, by `make run`, and again by `make docs`.",
        )
    )


PAGE = Page(
    "governance.html",
    "Governance",
    _heading,
    (
        Section("open", "What only a person can fill", _person),
        *(_section(one) for one in records()),
        Section("assumptions", "Register of assumptions (AQuA)", _assumptions),
        Section("files", "Data dictionary and lineage", _files),
    ),
    "Transparency record, ALGO-CARE, data protection, quality assurance and assumptions, filled from the release.",
)
