"""What management is followed by, and what it costs: reoffending, harm, money; with their guards."""

from __future__ import annotations

from collections.abc import Callable

from reports import words
from reports.board import says
from reports.board.rows import Models, Record, table
from reports.disclosure.guard import Count, Guard, Guarded, Totals
from reports.tables import Column, Kind, Value

_HIDDEN = Kind.COUNT
_RATIO_RESTS_ON = ("comparators", "offences_pre", "offences_during")
"""Counts behind the rate ratio beside the people themselves, and so behind whatever is worked out from it."""


def reoffending(outcome: str, name: str, caption: str, unit: str) -> Callable[[Models], Guarded]:
    """Return what builds the honest before and after of an outcome."""
    rates = (
        Column("rate_pre", "Before", Kind.ONE, unit),
        Column("rate_during", "During", Kind.ONE, unit),
        Column("comparison_rate_pre", "Comparable people, before", Kind.ONE, unit),
        Column("comparison_rate_during", "Comparable people, during", Kind.ONE, unit),
        Column("expected_rate", "Expected without management", Kind.ONE, unit),
        Column("expected_low", "from", Kind.ONE, unit),
        Column("expected_high", "to", Kind.ONE, unit),
        Column("rate_ratio", "Rate ratio", Kind.TWO),
        Column("ci_low", "from", Kind.TWO),
        Column("ci_high", "to", Kind.TWO),
        Column("difference_ratio", "Against comparable people directly", Kind.TWO),
        Column("difference_low", "from", Kind.TWO),
        Column("difference_high", "to", Kind.TWO),
    )

    def build(models: Models) -> Guarded:
        records = [one for one in models["rpt_board__reoffending"] if one["outcome"] == outcome]
        columns = (
            Column("cohort", "Cohort", words={"all": "all cohorts", **words.COHORT}),
            Column("nominals", "People", Kind.COUNT),
            *rates,
            Column("verdict", "Verdict of both comparisons", Kind.SHORT),
            Column("comparators", "Compared with", _HIDDEN),
            Column("offences_pre", "Offences before", _HIDDEN),
            Column("offences_during", "Offences during", _HIDDEN),
        )
        worked_out = tuple(column.key for column in rates)
        during = tuple(key for key in worked_out if key not in {"rate_pre", "comparison_rate_pre"})
        guard = Guard(
            keys=("cohort",),
            counts=(
                Count("nominals", (*worked_out, "verdict"), least=True),
                Count("comparators", worked_out, is_published=False),
                Count("offences_pre", worked_out, is_published=False),
                Count("offences_during", during, is_published=False),
            ),
            places=dict.fromkeys(worked_out[:7], 1) | dict.fromkeys(worked_out[7:], 2),
        )
        return Guarded(table(name, caption, columns, records, says.NO_EFFECT), guard)

    return build


def methods(models: Models) -> Guarded:
    """All cohorts together, by each method: the honest ones beside the bare before and after."""
    records = [
        one
        for one in models["rpt_reoffending__effect"]
        if (one["cohort"], one["basis"], one["window_months"]) == ("all", "recorded", "whole")
        and one["method"] in says.METHOD
    ]
    order = list(says.METHOD)
    records.sort(key=lambda one: (one["outcome"] != "offences", order.index(str(one["method"]))))
    nothing = dict.fromkeys(_RATIO_RESTS_ON)
    rows = [
        {**one, **_behind_ratio(models, str(one["outcome"]))}
        if one["method"] in says.HONEST
        else {**one, **nothing, "verdict": None}
        for one in records
    ]
    worked_out = ("rate_ratio", "ci_low", "ci_high")
    columns = (
        Column("method", "Method", words=says.METHOD),
        Column("outcome", "Of", words=says.OUTCOME),
        Column("n", "People", Kind.COUNT),
        Column("rate_ratio", "Rate ratio", Kind.TWO),
        Column("ci_low", "from", Kind.TWO),
        Column("ci_high", "to", Kind.TWO),
        Column(
            "verdict", "By this comparison alone", words=says.VERDICT, missing="no comparison, no verdict"
        ),
        *(Column(key, key, _HIDDEN) for key in _RATIO_RESTS_ON),
    )
    guard = Guard(
        keys=("method", "outcome"),
        counts=(
            Count("n", (*worked_out, "verdict"), least=True),
            *(Count(key, worked_out, is_published=False) for key in _RATIO_RESTS_ON),
        ),
        places=dict.fromkeys(worked_out, 2),
    )
    caption = "During against before by four methods, all cohorts together"
    return Guarded(table("board_methods", caption, columns, rows, says.NO_EFFECT), guard)


def cost(models: Models) -> Guarded:
    """What management costs against what it is estimated to avoid."""
    worked_out = (
        *("offences_avoided_year", "offences_avoided_year_low", "offences_avoided_year_high"),
        *("value_of_offences_gbp", "value_of_offences_low_gbp", "value_of_offences_high_gbp"),
        *("net_gbp", "net_low_gbp", "net_high_gbp", "break_even_offences"),
    )
    rests_on = ("effect_n", *_RATIO_RESTS_ON)
    year = "\u00a3 a year"
    columns = (
        Column("scheme", "Scheme", words={"all": "all schemes"}),
        Column("nominals", "People", Kind.COUNT),
        Column("running_cost_gbp_year", "Running cost", Kind.COUNT, year),
        Column("offences_avoided_year", "Offences avoided", Kind.COUNT, "a year, estimated"),
        Column("offences_avoided_year_low", "from", Kind.COUNT, "a year"),
        Column("offences_avoided_year_high", "to", Kind.COUNT, "a year"),
        Column("break_even_offences", "Break-even", Kind.COUNT, "offences avoided a year"),
        Column("value_of_offences_gbp", "Cost of offending avoided", Kind.COUNT, f"{year}, estimated"),
        Column("value_of_offences_low_gbp", "from", Kind.COUNT, year),
        Column("value_of_offences_high_gbp", "to", Kind.COUNT, year),
        Column("unpriced_pct", "Offences without a unit cost", Kind.COUNT, "%"),
        Column("net_gbp", "Less running cost", Kind.COUNT, year),
        Column("net_low_gbp", "from", Kind.COUNT, year),
        Column("net_high_gbp", "to", Kind.COUNT, year),
        Column("verdict", "Verdict", words=says.WORTH),
        *(Column(key, key, _HIDDEN) for key in rests_on),
    )
    guard = Guard(
        keys=("scheme",),
        counts=(
            Count("nominals", (*worked_out, "unpriced_pct", "verdict"), least=True),
            # The amounts are worked out from the rate ratio and give it back: what withholds it withholds them. The
            # same people are behind the ratio of every scheme; board_methods says how many.
            Count("effect_n", (*worked_out, "verdict"), is_published=False, least=True),
            *(Count(key, (*worked_out, "verdict"), is_published=False) for key in _RATIO_RESTS_ON),
        ),
        plain=("running_cost_gbp_year",),
        places={key: 0 if "offences_avoided" in key or "break" in key else -3 for key in worked_out}
        | {"running_cost_gbp_year": -3, "unpriced_pct": 0},
        totals=Totals((), "scheme", "all", has_overlap=True),
    )
    behind = _behind_ratio(models, "offences")
    records = [
        {**one, "unpriced_pct": _percent(one["unpriced_share"]), **behind}
        for one in models["rpt_board__cost"]
    ]
    caption = "What management costs, and the estimated economic and social cost of offending that it avoids"
    return Guarded(table("board_cost", caption, columns, records, says.NO_COST), guard)


def _behind_ratio(models: Models, outcome: str) -> Record:
    """Return the counts behind the rate ratio of all cohorts together."""
    found: Record = {}
    for one in models["rpt_board__reoffending"]:
        if (one["cohort"], one["outcome"]) == ("all", outcome):
            found = one
    return {key: found.get(key) for key in _RATIO_RESTS_ON}


def _percent(share: Value) -> float | None:
    return None if share is None else 100 * float(str(share))


def bearers(models: Models) -> Guarded:
    """Who bears the cost of offending."""
    records = [
        one
        for one in models["rpt_cost__bearers"]
        if (one["cohort"], one["scope"]) == ("all", "currently_managed")
    ]
    people = [
        one
        for one in models["rpt_cost__offending"]
        if (one["cohort"], one["scope"], one["estimate"]) == ("all", "currently_managed", "central")
    ]
    scope = people[0] if people else {}
    columns = (
        Column("bearer", "Borne by", words=says.BEARER),
        Column(
            "cost_during_gbp",
            "Cost of offending while managed",
            Kind.COUNT,
            "\u00a3 a year, estimated",
            missing="not known",
        ),
        Column("price_year", "In prices of", missing="not known"),
        Column("uncosted_pct", "Offences without a published cost", Kind.COUNT, "%"),
        Column("nominals", "People", _HIDDEN),
    )
    guard = Guard(
        keys=("bearer",),
        counts=(Count("nominals", ("cost_during_gbp", "uncosted_pct"), is_published=False, is_total=True),),
        plain=("price_year",),
        places={"cost_during_gbp": -3, "uncosted_pct": 0},
    )
    caption = "Who bears the estimated economic and social cost of offending of the people now managed"
    more = {
        "nominals": scope.get("nominals"),
        "price_year": scope.get("price_year"),
        "uncosted_pct": _percent(scope.get("offences_without_cost_share")),
    }
    rows = [{**one, **more} for one in records]
    return Guarded(table("board_bearers", caption, columns, rows, says.NO_COST), guard)
