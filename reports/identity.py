"""identity.html: who is one person, what the linkage model would change, and the cases that a person has to decide."""

from __future__ import annotations

from collections import Counter

from reports import formats, words
from reports.models import Models
from reports.sections import Content, Heading, Page, Section, Source
from reports.tables import Column, Kind, Table, Value

_SHOWN = 100
_KIND = Column("kind", "Record", words=words.IDENTITY_KIND)
_METHOD = Column("method", "Linked", words=words.IDENTITY_METHOD)
_BY_MODEL = frozenset({"model", "decision"})
_DECISION = tuple(Column(key, label) for key, label in (
    ("decision", "Decision: same or different"),
    ("decided_by", "Decided by"),
    ("decided_on", "Decided on"),
))  # fmt: skip
_SIDES = (
    ("surname", "Surname", Kind.TEXT),
    ("forename", "Forename", Kind.TEXT),
    ("date_of_birth", "Born", Kind.DATE),
    ("sex", "Sex", Kind.TEXT),
    ("pnc_id", "PNC id", Kind.CODE),
)


def _top(models: Models) -> str:
    return f"Top {models.summary.top_n or 'N'}"


def is_in_force(models: Models) -> bool:
    """Tell whether the published figures rest on the linkage model."""
    parameters = models.records("rpt_methodology__parameters")
    return any(row["parameter"] == "identity" and row["value"] == "model" for row in parameters)


def count_of_cases(models: Models) -> str:
    """Say how many cases wait for a person's decision."""
    cases = models.records("rpt_quality__identity_review")
    if not cases:
        return "No case of identity waits for a person's decision."
    reasons = Counter(words.IDENTITY_REASON.get(str(case["reason"]), str(case["reason"])) for case in cases)
    said = formats.join_words([f"{formats.number(n)} {reason}" for reason, n in reasons.most_common()])
    waits = formats.plural(len(cases), "case of identity waits", "cases of identity wait")
    return f"{waits} for a person's decision: {said}."


def _heading(source: Source) -> Heading:
    changes, top = _changes(source.models), _top(source.models)
    moved = changes["enters"] + changes["leaves"]
    if is_in_force(source.models):
        title = "The linkage model decides who is one person"
    elif moved:
        title = f"The linkage model would bring {changes['enters']} into the {top} and take {changes['leaves']} out"
    else:
        title = f"The linkage model would leave the members of the {top} as they are"
    kicker = f"Identity \u00b7 {source.context.force_name} \u00b7 as at {formats.day(source.context.as_at)}"
    return Heading(title, kicker, (_switch(source.models),))


def _switch(models: Models) -> str:
    if is_in_force(models):
        return "In force (parameter identity: model): published ranks count people whom the model joins once."
    return (
        "Not in force (parameter identity: exact): published ranks rest on merges and identifiers of the sources "
        "alone. Nothing on this page has moved a rank; to put the model in force is a decision."
    )


def _changes(models: Models) -> Counter[str]:
    return Counter(str(row["change"]) for row in models.records("rpt_algorithm__identity"))


def _would_change(source: Source) -> Content:
    columns = (
        Column("nominal_id", "Id", Kind.CODE),
        Column("change", "Change", words=words.IDENTITY_CHANGE),
        Column("rank", "Rank by identifiers", Kind.COUNT, missing="not ranked"),
        Column("rank_by_model", "Rank by the model", Kind.COUNT, missing="not ranked"),
        Column("records", "Records joined", Kind.COUNT),
        Column(
            "lowest_probability", "Weakest link", Kind.THREE, "probability", missing="no link of the model"
        ),
        Column("weighted_harm_days", "Harm by identifiers", Kind.ONE, "weighted days"),
        Column("weighted_harm_days_by_model", "Harm by the model", Kind.ONE, "weighted days"),
    )
    rows = source.models.rows("rpt_algorithm__identity", columns)
    joined = sum(isinstance(row[4], int) and row[4] > 1 for row in rows)
    changes, top = _changes(source.models), _top(source.models)
    intro = (
        f"{formats.plural(joined, 'person has', 'people have')} more than one record in the model's judgement. "
        f"With them joined, {changes['enters']} would enter the {top}, {changes['leaves']} would leave it, and "
        f"{changes['stays']} of those joined would stay in it.",
        "Whoever is listed with one record only is moved by others: a place was taken, or became free.",
    )
    moved = tuple(row for row in rows if row[1] != "outside")
    outside = tuple(row for row in rows if row[1] == "outside")
    return Content(
        intro if rows else (),
        (
            Table(
                "identity_top",
                f"What the linkage model would change in the {top}",
                columns,
                moved,
                f"Nobody in the {top} would be joined, and nobody would enter or leave it.",
                _SHOWN,
            ),
        ),
        (Table("identity_outside", "People joined outside of it", columns, outside, "Nobody.", _SHOWN),),
    )


def _review(source: Source) -> Content:
    """The list for clerical review, side by side; its CSV has room for decisions and is what comes back."""
    columns = (
        _KIND,
        Column("record_id", "Id", Kind.CODE),
        Column("nominal_id", "Nominal", Kind.CODE),
        Column("reason", "Why a person has to look", words=words.IDENTITY_REASON),
        Column("probability", "Probability", Kind.THREE, "0 to 1", missing="not compared"),
        *(
            Column(f"{prefix}{key}", f"{label}{of}", kind, missing="not known")
            for key, label, kind in _SIDES
            for prefix, of in (("", ""), ("nominal_", " of the nominal"))
        ),
        Column("comparison", "What agrees", Kind.SHORT),
    )
    rows = source.models.rows("rpt_quality__identity_review", columns)
    empty: tuple[Value, ...] = (None,) * len(_DECISION)
    intro = (
        count_of_cases(source.models),
        "Fill in decision, decided_by and decided_on in the CSV and hand it back: hhw decide-identity FILE. A decision "
        "is honoured by every run from then on, and the case is not asked again.",
    )
    table = Table(
        "identity_review",
        "Cases for review, side by side",
        (*columns, *_DECISION),
        tuple((*row, *empty) for row in rows),
        "No case waits for a decision.",
        _SHOWN,
    )
    return Content(intro, (table,))


def _differences(source: Source) -> Content:
    """Merges and splits since the last list: why a published place may come out otherwise today."""
    columns = (
        Column("nominal_id", "Nominal", Kind.CODE),
        Column("change", "Since the list", words=words.IDENTITY_DIFFERENCE),
        Column("survivor_before", "Was", Kind.CODE, missing="a person of its own"),
        Column("survivor_now", "Is now", Kind.CODE, missing="a person of its own"),
        Column("run_date", "Last list", Kind.DATE),
    )
    rows = source.models.rows("rpt_quality__identity_changes", columns)
    table = Table(
        "identity_changes",
        "Who is another person than in the last published list",
        columns,
        rows,
        "Nobody: or no list was published before of which it was kept who was one person.",
        _SHOWN,
    )
    return Content((), (table,))


def links_table(models: Models) -> Table:
    """Return how records found their person; also on the quality page."""
    columns = (
        _KIND,
        _METHOD,
        Column("is_in_force", "Published figures use it", Kind.FLAG),
        Column("records", "Records", Kind.COUNT),
        Column("lowest_probability", "Lowest probability", Kind.THREE, "0 to 1", missing="identifier"),
        Column("expected_wrong", "Expected to be wrong", Kind.ONE, "records", missing="identifier"),
    )
    rows = models.rows("rpt_quality__identity_links", columns)
    return Table("identity_links", "How records found their person", columns, rows, "No record is linked.")


def _links(source: Source) -> Content:
    columns = (
        Column("known_by", "Known to be one by", words=words.IDENTITY_METHOD),
        Column("pairs", "Pairs of records", Kind.COUNT),
        Column("found_automatic", "The model would link", Kind.COUNT),
        Column("found_review", "It would ask a person", Kind.COUNT),
        Column("not_found", "It would miss", Kind.COUNT),
    )
    known = Table(
        "identity_known",
        "The model against what is known without it",
        columns,
        source.models.rows("rpt_quality__identity_known_pairs", columns),
        "No two records are known to be one person.",
    )
    intro = (
        "Every link says by which method it was made, how probable it is and what agreed. Rows that found nobody "
        "are kept, and counted as not linked. Of records that are known to be one person by a merge or a PNC id the "
        "model is asked by name, date of birth and sex alone: what it misses there it misses elsewhere, too.",
    )
    return Content(intro, (links_table(source.models), known))


PAGE = Page(
    "identity.html",
    "Identity",
    _heading,
    (
        Section("change", "What the model would change", _would_change),
        Section("review", "Cases for review", _review),
        Section("links", "How records were linked", _links),
        Section("differences", "Merges and splits since the last list", _differences),
    ),
    "Who is one person, what the linkage model would change in the list, and cases for a person to decide.",
)
