"""methodology.html: how every figure comes about, what it rests on, and what it cannot say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from include.settings import REPOSITORY
from reports import formats, words
from reports.documents import read_document
from reports.quality import harm_basis_table, weak_harm
from reports.sections import TABLES_BLOCK, Content, Heading, Page, Section, Source
from reports.tables import Column, Kind, Table

DOCUMENTS = REPOSITORY / "docs" / "methodology"
_DOCUMENT_BLOCK = "block_document.html.j2"


@dataclass(frozen=True)
class Document:
    """A methodology document and the section that shows it."""

    file: str
    title: str

    @property
    def key(self) -> str:
        """Anchor of its section."""
        return Path(self.file).stem

    def section(self) -> Section:
        """Return the section that shows the whole document."""
        return Section(self.key, self.title, self._build, _DOCUMENT_BLOCK)

    def _build(self, _: Source) -> Content:
        passages = read_document(DOCUMENTS / self.file, {one.key: one.key for one in _SHOWN})
        tables = tuple(passage.table for passage in passages if passage.table)
        return Content(view=passages, tables=tables)


_SHOWN = (
    Document("score.md", "Harm, risk, score and rank"),
    Document("algorithm.md", "Does the algorithm work"),
    Document("effect.md", "Did managed people change"),
    Document("planted_truth.md", "What the methods say where the truth is known"),
    Document("cost.md", "What it costs"),
    Document("unit.md", "Running the unit"),
    Document("identity.md", "Who is one person"),
    Document("identity_study.md", "What the linkage model finds where the truth is known"),
    Document("equality.md", "Equality monitoring"),
    Document("board_pack.md", "The board pack"),
    Document("disclosure.md", "Disclosure control"),
)


def _heading(source: Source) -> Heading:
    context = source.context
    return Heading(
        "How every figure comes about, and what it cannot say",
        f"Methodology · {context.force_name} · as at {formats.day(context.as_at)}",
        (
            "Formulae, parameters with their sources, worked cases and limits, as they stood for this release.",
        ),
    )


def _limits(source: Source) -> Content:
    return Content(
        (
            "The list orders people for a closer look. It is an indicator for professional judgement, not a finding of "
            "guilt, and not a prediction of what one person will do.",
            "It knows what was recorded. Most recorded links are suspicion. Who is watched more is recorded more, and "
            "nobody's record is complete.",
            "A fall after adoption is no evidence of an effect: people are adopted at their worst, and most get "
            "better by themselves. Read the two matched estimates, and announce a fall only where both find one.",
            "Unit costs are costs to society. An offence avoided puts no money back into anybody's budget.",
            "An interval covers chance: neither what the records do not hold, nor the choice of what to look at.",
            *weak_harm(source.models),
        )
    )


def _versions(source: Source) -> Content:
    context = source.context
    rows = (
        ("Release", context.release_id, "Everything that was published together"),
        (
            "Algorithm",
            context.algorithm_version,
            "Changes with every parameter or value that can move a rank",
        ),
        ("Code", context.code_version, "The program that made it"),
    )
    columns = (
        Column("what", "Version of"),
        Column("version", "Version", Kind.CODE, missing="not recorded"),
        Column("meaning", "What it stands for"),
    )
    return Content((), (Table("methodology_versions", "Versions", columns, rows),))


def _parameters(source: Source) -> Content:
    columns = (
        Column("parameter", "Parameter", Kind.CODE),
        Column("value", "Value", missing="not set"),
        Column("unit", "Unit", missing=" "),
        Column("description", "What it does"),
        Column("source", "Where it comes from"),
    )
    records = source.models.records("rpt_methodology__parameters")
    ranking, other = (
        tuple(tuple(r[c.key] for c in columns) for r in records if r["affects_ranking"] is moves)
        for moves in (True, False)
    )
    intro = (
        f"{formats.number(len(records))} parameters. A change of one of the {formats.number(len(ranking))} that move a "
        "rank makes a new version of the algorithm; what was published keeps its own.",
    )
    return Content(
        intro,
        (Table("methodology_parameters_ranking", "Parameters that move a rank", columns, ranking),),
        (Table("methodology_parameters", "All other parameters", columns, other),),
    )


def _cases(source: Source) -> Content:
    columns = (
        Column("case_id", "Case", Kind.CODE),
        Column("sex", "Sex", words=words.SEX),
        Column("age_at_start_of_risk", "Age", Kind.COUNT),
        Column("age_at_first_sanction", "at first sanction", Kind.COUNT),
        Column("age_at_current_sanction", "at current sanction", Kind.COUNT),
        Column("previous_sanctions", "Previous sanctions", Kind.COUNT),
        Column("offence_group", "Offence group"),
        Column("p2", "Two years, ours", Kind.THREE),
        Column("official_p2", "known", Kind.THREE),
        Column("p1", "One year, ours", Kind.THREE),
        Column("official_p1", "known", Kind.THREE),
        Column("is_reproduced", "Reproduced", Kind.FLAG),
        Column("source", "Source"),
    )
    rows = source.models.rows("rpt_methodology__ogrs3_cases", columns)
    good = sum(row[-2] is True for row in rows)
    table = Table("methodology_ogrs3_cases", "Worked cases of OGRS3", columns, rows, "No case was computed.")
    said = (
        f"{formats.number(good)} of {formats.number(len(rows))} cases with a known answer come out the same, to the "
        "precision with which it is printed. They go through the same formula as everybody's score, in this build.",
    )
    return Content(said if rows else (), (table,))


def _harm(source: Source) -> Content:
    types = (
        Column("ho_code", "Code", Kind.CODE),
        Column("title", "Title"),
        Column("harm_days", "Harm", Kind.ONE, "days", missing="none: counts 0"),
        Column("harm_basis", "Rests on", words=words.BASIS),
        Column("ogrs3_group", "OGRS3 group", missing="falls back"),
        Column("is_high_harm_by_type", "High harm by type", Kind.FLAG),
        Column("cost_category", "Cost category", missing="none"),
        Column("unit_cost_gbp", "Unit cost", Kind.COUNT, "GBP", missing="none published"),
        Column("price_year", "Prices of", missing=" "),
    )
    listed = source.models.rows("rpt_methodology__offence_types", types)
    return Content(
        weak_harm(source.models),
        (harm_basis_table(source.models),),
        (
            Table(
                "methodology_offence_types", "Every listed offence code", types, listed, "No code is listed."
            ),
        ),
    )


def _built(key: str, title: str, build: Callable[[Source], Content]) -> Section:
    return Section(key, title, build, TABLES_BLOCK)


_BODY = (
    _built("limits", "What the figures cannot say", _limits),
    _built("versions", "Versions", _versions),
    _SHOWN[0].section(),
    _built("ogrs3_cases", "OGRS3: worked cases", _cases),
    _built("harm_values", "What harm values rest on", _harm),
    _built("parameters", "Parameters", _parameters),
    *(document.section() for document in _SHOWN[1:]),
)


def _contents(_: Source) -> Content:
    return Content(view=[(section.key, section.title) for section in _BODY])


PAGE = Page(
    "methodology.html",
    "Methodology",
    _heading,
    (Section("contents", "On this page", _contents, "block_contents.html.j2"), *_BODY),
    "Formulae, parameters with their sources, worked cases, the methods and their limits.",
)
