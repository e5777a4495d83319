"""Who is selected, who holds whom, who is left out, what the figures rest on; with their guards."""

from __future__ import annotations

from reports import words
from reports.board import says
from reports.board.rows import Models, table
from reports.disclosure.guard import Count, Guard, Guarded, Totals
from reports.tables import Column, Kind

_CENSUSES_SHOWN = 5


def equality(models: Models) -> Guarded:
    """Who gets how far, by sex, age and ethnicity."""
    columns = (
        Column("characteristic", "By", words=says.CHARACTERISTIC),
        Column("group", "Group", words=says.GROUP),
        Column("scored", "Ranked", Kind.COUNT),
        Column("top_n", "High on the list", Kind.COUNT),
        Column(
            "top_n_verdict", "On the list, against all others", words=says.SELECTION, missing="not compared"
        ),
        Column("considered", "Ever considered", Kind.COUNT, missing=says.NOT_KNOWN),
        Column("adopted", "Of them adopted", Kind.COUNT, missing=says.NOT_KNOWN),
        Column(
            "adopted_verdict", "Adopted, against all others", words=says.SELECTION, missing="not compared"
        ),
        Column("deselected", "Of them de-selected", Kind.COUNT, missing=says.NOT_KNOWN),
        Column(
            "deselected_verdict",
            "De-selected, against all others",
            words=says.SELECTION,
            missing="not compared",
        ),
    )
    guard = Guard(
        keys=("characteristic", "group"),
        counts=(
            Count("scored", ("top_n_verdict",)),
            Count("top_n", ("top_n_verdict",)),
            Count("considered", ("adopted_verdict",)),
            Count("adopted", ("adopted_verdict", "deselected_verdict")),
            Count("deselected", ("deselected_verdict",)),
        ),
        totals=Totals(("characteristic",), "group", "all"),
        nested=(
            ("top_n", "scored"),
            ("considered", "scored"),
            ("adopted", "considered"),
            ("deselected", "adopted"),
        ),
        grows=("considered", "adopted", "deselected"),
    )
    caption = "People ranked, high on the list, considered, adopted and de-selected, by group"
    return Guarded(
        table("board_equality", caption, columns, models["rpt_board__equality"], says.NO_LIST), guard
    )


def caseload(models: Models) -> Guarded:
    """How many managers hold more than they should. Managers are staff: their number is no count of offenders."""
    columns = (
        Column("census_date", "As at", Kind.DATE),
        Column("managers", "Managers", Kind.COUNT),
        Column("people", "Cases held", Kind.COUNT),
        Column("over_capacity", "Managers over their maximum", Kind.COUNT),
        Column(
            "over_high_risk_share", "Managers over the limit of high risk", Kind.COUNT, missing="not counted"
        ),
    )
    guard = Guard(
        keys=("census_date",),
        counts=(Count("people", is_total=True),),
        plain=("managers", "over_capacity", "over_high_risk_share"),
    )
    records = models["rpt_board__caseload"][:_CENSUSES_SHOWN]
    return Guarded(
        table(
            "board_caseload",
            "Caseloads of managers; who has two managers is a case of both",
            columns,
            records,
            says.NO_CENSUS,
        ),
        guard,
    )


def gaps(models: Models) -> Guarded:
    """Who is in no figure, or not in the matched ones."""
    records = [one for one in models["rpt_reoffending__attrition"] if one["cohort"] == "all"]
    columns = (
        Column("reason", "Why", words=says.GAP),
        Column("left_out_of", "Left out of", words=says.FIGURES),
        Column("nominals", "People", Kind.COUNT),
    )
    guard = Guard(keys=("reason", "left_out_of"), counts=(Count("nominals"),))
    caption = "Managed people who are left out of a figure, and why"
    return Guarded(
        table("board_gaps", caption, columns, records, "No managed person is known to be left out."), guard
    )


def harm_basis(models: Models) -> Guarded:
    """What the harm days rest on."""
    columns = (
        Column("basis", "Value rests on", words=words.BASIS),
        Column("offences", "Offences", Kind.COUNT),
        Column("share_pct", "Share of harm", Kind.ONE, "%"),
    )
    records = [
        {**one, "share_pct": None if one["share"] is None else 100 * float(str(one["share"]))}
        for one in models["rpt_quality__harm_basis"]
    ]
    guard = Guard(
        keys=("basis",),
        counts=(Count("offences", ("share_pct",), least=True),),
        places={"share_pct": 1},
    )
    caption = "What the harm days of all counted offences rest on"
    return Guarded(table("board_harm_basis", caption, columns, records, "No offence counts yet."), guard)


def parameters(models: Models) -> Guarded:
    """The parameters that the pack speaks of, each with its source."""
    columns = (
        Column("description", "What it does"),
        Column("value", "Value", Kind.TWO),
        Column("unit", "Unit", missing="none"),
        Column("source", "Source"),
        Column("parameter", "Name", Kind.CODE),
    )
    guard = Guard(keys=("parameter",), plain=("value", "unit", "description", "source"))
    caption = "Parameters behind the figures"
    return Guarded(
        table(
            "board_parameters", caption, columns, models["rpt_board__parameters"], "No parameter is recorded."
        ),
        guard,
    )
