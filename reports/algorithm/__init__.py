"""algorithm.html: does the ranking work, and would something else rank better?"""

from __future__ import annotations

from collections.abc import Sequence

from reports import formats, words
from reports.algorithm import challengers, equality, order, stability
from reports.algorithm.rows import (
    ALGORITHM,
    OUTCOME,
    POPULATION,
    SOURCE,
    Answer,
    ChallengerVerdict,
    Validity,
    error_level,
    period,
    say_p,
)
from reports.charts.chart import About, Chart
from reports.charts.trends import Point, Series, lines
from reports.models import Models
from reports.sections import Content, Heading, Page, Section, Source
from reports.tables import Column, Kind, Table

_LEADING = ("all", "unmanaged")
_NOBODY_IS_TOLD_APART = (
    f"Who is managed is not known, {words.nothing_from(*words.MANAGEMENT)}: what is said here of those not managed is "
    "said of everybody."
)
_WORKS, _FAILS, _IMMATURE = "higher ranks did more", "higher ranks did less", "not mature"


def _answers(models: Models) -> dict[tuple[str, str], Answer]:
    return {(one.population, one.outcome): one for one in models.load(Answer)}


def _heading(source: Source) -> Heading:
    context = source.context
    kicker = f"Evaluation of the ranking · {context.force_name} · as at {formats.day(context.as_at)}"
    is_known = context.came(*words.MANAGEMENT)
    return Heading(
        _title(source.models), kicker, (_caution(), *(() if is_known else (_NOBODY_IS_TOLD_APART,)))
    )


def _title(models: Models) -> str:
    """Say in one sentence what the models' verdicts say of everybody and of those not managed."""
    found = _answers(models)
    said = {found[key].verdict for key in ((p, "harm") for p in _LEADING) if key in found}
    if not said or said == {_IMMATURE}:
        return "No list is old enough yet to say whether the ranking works"
    if said == {_WORKS}:
        better = _worth_a_trial(models)
        end = (
            f"{formats.join_words(better)} may rank better: worth a trial"
            if better
            else "no other order is shown to rank better"
        )
        return f"People ranked higher did more harm in the year after; {end}"
    if _FAILS in said:
        return "The ranking fails: people ranked higher did less harm in the year after"
    return "We cannot tell whether people ranked higher do more harm in the year after"


def _worth_a_trial(models: Models) -> list[str]:
    found = {one.algorithm for one in models.load(ChallengerVerdict) if one.is_worth_a_trial}
    return [ALGORITHM.get(name, name) for name in sorted(found)]


def _caution() -> str:
    return (
        "This page asks whether the order of the list is right. It does not say whether management works, and it "
        "says nothing about any one person."
    )


def _answer(source: Source) -> Content:
    found = _answers(source.models)
    shown = [found[key] for key in ((p, o) for o in OUTCOME for p in POPULATION) if key in found]
    columns = (
        Column("outcome", "Outcome of the year after", words=OUTCOME),
        Column("population", "Of whom", words=POPULATION),
        Column("verdict", "Verdict"),
        Column("run_date", "Latest mature list", Kind.DATE, missing="none yet"),
        Column("n", "People", Kind.COUNT),
        Column("spearman", "Rank correlation", Kind.TWO),
        Column("p", "p", Kind.P),
        Column("agreeing_dates", "Lists that agree", Kind.COUNT),
        Column("mature_dates", "of mature lists", Kind.COUNT),
    )
    rows = tuple(
        (
            a.outcome,
            a.population,
            a.verdict,
            a.run_date,
            a.n,
            a.spearman,
            a.p,
            a.agreeing_dates,
            a.mature_dates,
        )
        for a in shown
    )
    table = Table("algorithm_answers", "Does the ranking work", columns, rows, "No list was evaluated.")
    return Content(
        (*_sentences(found), challengers.answer(source.models), _rule(source.models)),
        (table, challengers.verdict_table(source.models)),
        (challengers.all_verdicts(source.models),),
    )


def _sentences(found: dict[tuple[str, str], Answer]) -> tuple[str, ...]:
    """Say the answer for harm and for count, of everybody and of those not managed."""
    return tuple(
        _sentence(found[population, outcome])
        for outcome in OUTCOME
        for population in _LEADING
        if (population, outcome) in found
    )


def _sentence(one: Answer) -> str:
    head = f"{OUTCOME[one.outcome].capitalize()}, {POPULATION[one.population]}: "
    if one.run_date is None or one.n is None:
        return f"{head}no list is old enough yet to be judged."
    among = f"among {formats.plural(one.n, 'person', 'people')} of the list of {formats.day(one.run_date)}"
    if one.spearman is None:
        found = f"No rank correlation can be worked out {among}"
    else:
        found = f"Rank correlation {formats.number(one.spearman, 2)} ({say_p(one.p)}) {among}"
    return f"{head}{one.verdict}. {found}; {_lists(one)}."


def _lists(one: Answer) -> str:
    """Say what the mature lists show. The count is of those on which higher ranks did more, whatever the verdict."""
    if not one.mature_dates:
        return "nor on any other mature list"
    of = f"at {formats.number(one.agreeing_dates)} of {formats.number(one.mature_dates)} mature lists"
    if one.verdict == _WORKS:
        return f"so it is {of}"
    # A list without a correlation is not among those counted, so all that are counted are other lists.
    which = f"{of} that have one" if one.spearman is None else of
    return f"{_WORKS} {which}"


def _rule(models: Models) -> str:
    level = formats.number(error_level(models), 2, "the level that is set")
    return (
        "The rule was fixed before the figures: a correlation counts by its sign where p is under "
        f"{level}; another "
        "order ranks better where its difference lies wholly on the better side at most of the half-yearly dates "
        "and at none on the worse. It is worth a trial where that holds for harm and for offences, of everybody "
        "and of those not managed. People stay on the list, so its dates are not independent of each other."
    )


def _mature(rows: Sequence[Validity]) -> list[Validity]:
    return [row for row in rows if row.is_mature]


def _validity(source: Source) -> Content:
    rows = [row for row in source.models.load(Validity) if row.top_n is not None]
    mature = _mature(rows)
    columns = (
        Column("run_date", "List of", Kind.DATE),
        Column("population", "Of whom", words=POPULATION),
        Column("n", "People", Kind.COUNT),
        Column("spearman_harm", "With harm", Kind.TWO),
        Column("spearman_harm_p", "p", Kind.P),
        Column("spearman_offences", "With offences", Kind.TWO),
        Column("spearman_offences_p", "p", Kind.P),
        Column("is_mature", "Year after is known", Kind.FLAG),
    )
    every = source.models.load(Validity)
    table = Table(
        "algorithm_validity",
        "Rank and what followed, every list; the last rows of a date are of everybody ranked",
        columns,
        tuple(
            (
                r.run_date, r.population, r.n, r.spearman_harm, r.spearman_harm_p, r.spearman_offences,
                r.spearman_offences_p, r.is_mature,
            )
            for r in every
        ),
        "No list was evaluated.",
        40,
    )  # fmt: skip
    waiting = len({row.run_date for row in rows} - {row.run_date for row in mature})
    intro = (
        "A negative correlation is what a working list has: place 1 is the highest, and goes with the most harm. "
        f"{formats.plural(waiting, 'later list is', 'later lists are')} not drawn: the year after is not over, "
        "and what is known of it understates what people did.",
    )
    if not mature:
        return Content((*intro, "No list is mature: there is no figure to show yet."), (), (table,))
    return Content(intro, (), (table,), charts=(_validity_chart(mature),))


def _validity_chart(mature: Sequence[Validity]) -> Chart:
    days = sorted({row.run_date for row in mature})
    series = tuple(
        Series(
            f"{OUTCOME[outcome].replace('number of ', '')}, {POPULATION[population]}",
            tuple(
                Point(row.run_date, getattr(row, f"spearman_{outcome}"))
                for row in sorted(mature, key=lambda row: row.run_date)
                if row.population == population
            ),
        )
        for outcome in OUTCOME
        for population in _LEADING
    )
    last = next(row for row in mature if row.run_date == days[-1] and row.population == "all")
    top_n = formats.number(last.top_n)
    about = About(
        f"Rank correlation with harm was {formats.number(last.spearman_harm, 2)} on the latest mature list",
        f"Spearman's correlation of place and outcome in the year after, first {top_n} of each list; "
        f"{formats.plural(len(days), 'mature list', 'mature lists')}, {period(days)}",
        SOURCE,
        f"Lines over the dates of the lists. On {formats.day(days[-1])} the correlation with harm is "
        f"{formats.number(last.spearman_harm, 2)} and with the number of offences "
        f"{formats.number(last.spearman_offences, 2)}, of everybody among the first {top_n}. "
        "Zero would mean no relation.",
    )
    return lines(
        "algorithm_validity_chart",
        about,
        series,
        Column("run_date", "List of", Kind.DATE),
        Column("spearman", "Rank correlation", Kind.TWO),
    )


def _limits(_: Source) -> Content:
    return Content(
        (
            "What people did is what was recorded of them, by the date of this page. Recorded is suspected, for most; "
            "nobody's record is complete, and whoever is watched is recorded more.",
            "Time in custody in the year after is not taken out: somebody inside can do little, and lowers the "
            "correlation. The rows for those at liberty on the day are there for that reason.",
            "If management works, the first of the list do less, and the list looks worse: the figures for those not "
            "managed are the ones that management cannot have moved directly.",
            "The formulae, the rules and the parameters are on the page Methodology.",
        )
    )


PAGE = Page(
    "algorithm.html",
    "Algorithm",
    _heading,
    (
        Section("answer", "Does the ranking work, and would something rank better?", _answer),
        Section("validity", "Validity: do higher ranks do more in the year after?", _validity),
        Section("bands", "Harm by rank", order.bands_section),
        Section("capture", "Capture of the most harmful", order.capture_section),
        Section("gains", "How much of all harm the top accounts for", order.gains_section),
        Section("challengers", "Other orders", challengers.section),
        Section("retention", "How long people stay on the list", stability.retention_section),
        Section("trajectories", "Ranks over time", stability.trajectories_section),
        Section("harm_change", "Harm of the list over time", stability.harm_change_section),
        Section("equality", "Equality", equality.section),
        Section("limits", "What this page cannot say", _limits),
    ),
    "Whether the ranking works: validity, capture, retention, other orders, equality.",
)
