"""The sentences that are written from the figures: what changed, how sure we are, and what it does not mean.

Each function chooses among fixed wordings by published figures and verdicts; the numbers themselves come in
by name (:mod:`reports.board.figures`). "We cannot tell" is said where the interval says so.
"""

from __future__ import annotations

from collections.abc import Sequence

from reports import formats
from reports.board import says
from reports.board.figures import Figures
from reports.board.measures import MEASURES
from reports.board.prose import Para
from reports.disclosure.profiles import SHORTHAND

_FINDINGS = {
    "evidence of a fall": "Managed people offend less than was to be expected without management",
    "evidence of a rise": "Managed people offend more than was to be expected without management",
    "inconclusive": "We cannot yet tell whether management reduces reoffending",
    "too few": "Too few people have been followed to say whether management reduces reoffending",
    "not known": "Who is managed is not known, so nothing can be said of reoffending",
}
_NO_FINDING = frozenset({"too few", "not known"})
_SURE_OF_OFFENCES = {
    "evidence of a fall": "Both comparisons find a fall that chance alone hardly explains. It is evidence, not proof: "
    "people were not drawn by lot.",
    "evidence of a rise": "Both comparisons find a rise that chance alone hardly explains; closer watching, which "
    "records more, may.",
    "inconclusive": "The two do not both find a fall: **we cannot tell a real reduction from chance.**",
}
_SURE_OF_HARM = {
    "evidence of a fall": "That is evidence that harm is lower than was to be expected.",
    "evidence of a rise": "That is evidence that harm is higher than was to be expected.",
    "inconclusive": "We cannot tell a real change of harm from chance.",
}
_ONE_COMPARISON = (
    "The other comparison does not find the same: **we cannot tell whether it avoids more than it costs.**"
)
_SURE_OF_COST = {
    "more than it costs": "By both comparisons the whole range is above the cost: on these figures it avoids more than "
    "it costs.",
    "less than it costs": "By both comparisons the whole range is below the cost: on these figures it avoids less than "
    "it costs.",
    "inconclusive": "The cost lies within the range: **we cannot tell whether it avoids more than it costs.**",
    "not known": "What has no unit cost could make the difference: **we cannot say whether it avoids more than it "
    "costs.**",
}


def verdict(figures: Figures, table: str = "cohorts") -> str:
    """Return what may be said of all cohorts together; ``not known`` where no source came that says who is managed."""
    if not is_management_known(figures):
        return "not known"
    found = figures.word(f"{table}.all.verdict")
    is_given = found in says.VERDICT and figures.number(f"{table}.all.rate_ratio") is not None
    return found if is_given else "too few"


def is_management_known(figures: Figures) -> bool:
    """Whether anything came that says who is managed: where it came, a month and a cohort may still be empty."""
    return any(figures.get(f"{name}") for name in ("this_month.managed_people.value", "cohorts.all.verdict"))


def title(figures: Figures) -> str:
    """Return the finding that heads the pack."""
    return _FINDINGS[verdict(figures)]


def key_messages(figures: Figures) -> list[Para]:
    """Return the key messages in the order of the page."""
    parts = (what_changed, reoffending, value_for_money, caseloads, trust)
    return [Para(figures.say(template)) for part in parts for template in part(figures)]


def what_changed(figures: Figures) -> list[str]:
    """Say how many are managed, and which measures left their usual range."""
    if figures.day("month") is None:
        return [f"{says.NO_LAST_MONTH[:-1]}, so nothing can be said of change."]
    start = _how_many(figures)
    judged = {key: figures.get(f"this_month.{key}.is_signal") for key in MEASURES}
    outside = [key for key, signal in judged.items() if signal and signal.value is True]
    is_any_inside = any(signal and signal.value is False for signal in judged.values())
    if not outside and not is_any_inside:
        return [f"{start} No measure can be judged against a usual range."]
    if not outside:
        return [f"{start} No measure left its usual range: nothing moved more than chance explains."]
    sides = []
    for where in ("above", "below"):
        names = [MEASURES[key].said for key in outside if side(figures, key) == where]
        if names:
            verb = "is" if len(names) == 1 else "are"
            sides.append(f"{formats.capital(formats.join_words(names))} {verb} {where} the usual range.")
    if is_any_inside:
        sides.append("Every other measure moved no more than chance explains.")
    return [f"{start} {' '.join(sides)}"]


def _how_many(figures: Figures) -> str:
    """Say how many are managed; where no source came that says so, that it is not known."""
    if figures.get("this_month.managed_people.value") is None:
        return "**How many people were managed at the end of {month:month} is not known:** no source that says so came."
    month = _change(figures, "this_month.managed_people.change_on_previous", "a month before")
    year = _change(figures, "this_month.managed_people.change_on_year_ago", "a year before")
    return (
        "**At the end of {month:month}, {this_month.managed_people.value} people were managed**, "
        f"{month} and {year}."
    )


def side(figures: Figures, key: str) -> str:
    """Say on which side of its usual range a measure is."""
    value = figures.number(f"this_month.{key}.value")
    upper = figures.number(f"this_month.{key}.upper_limit")
    return "above" if value is not None and upper is not None and value > upper else "below"


def _change(figures: Figures, name: str, when: str) -> str:
    number = figures.number(name)
    if number is None:
        return f"against a figure {when} that is not given"
    if number == 0:
        return f"as many as {when}"
    return f"{{{name}:size}} {'more' if number > 0 else 'fewer'} than {when}"


def _went(figures: Figures, start: str) -> str:
    """Say which way a rate went."""
    before, during = figures.number(f"{start}_pre"), figures.number(f"{start}_during")
    if before is None or during is None or before == during:
        return "went"
    return "fell" if during < before else "rose"


def reoffending(figures: Figures) -> list[str]:
    """Say what offending did, against what was to be expected, and how sure that is."""
    found = verdict(figures)
    if found in _NO_FINDING:
        return [f"**{_FINDINGS[found]}.** No before and after is given: it would mean nothing."]
    own, others = _went(figures, "cohorts.all.rate"), _went(figures, "cohorts.all.comparison_rate")
    return [
        f"**{_FINDINGS[found]}.** Among the {{cohorts.all.nominals}} people who can be compared, recorded offences "
        f"{own} from {{cohorts.all.rate_pre}} to {{cohorts.all.rate_during}} a person a year at liberty. That change "
        "must not be read as the effect of management: among comparable people who were not managed the rate "
        f"{others} from {{cohorts.all.comparison_rate_pre}} to {{cohorts.all.comparison_rate_during}}. Offending is "
        "{cohorts.all.rate_ratio} times what their change predicts ({parameters.confidence_level.value:percent} "
        "interval {cohorts.all.ci_low} to {cohorts.all.ci_high}), and {cohorts.all.difference_ratio} times theirs "
        f"({{cohorts.all.difference_low}} to {{cohorts.all.difference_high}}). {_SURE_OF_OFFENCES[found]}"
    ]


def harm(figures: Figures) -> list[str]:
    """Say the same of harm."""
    found = verdict(figures, "harm")
    if found == "not known":
        return ["Who is managed is not known, so nothing can be said of harm."]
    if found == "too few":
        return ["Too few people have been followed to say whether management reduces harm."]
    return [
        "Harm went from {harm.all.rate_pre} to {harm.all.rate_during} harm days a person a year at liberty; among "
        "comparable people from {harm.all.comparison_rate_pre} to {harm.all.comparison_rate_during}. It is "
        "{harm.all.rate_ratio} times what their change predicts ({parameters.confidence_level.value:percent} interval "
        "{harm.all.ci_low} to {harm.all.ci_high}), and {harm.all.difference_ratio} times theirs "
        f"({{harm.all.difference_low}} to {{harm.all.difference_high}}). {_SURE_OF_HARM[found]} A few grave offences "
        "carry most of the harm, so this figure swings more than the number of offences."
    ]


def value_for_money(figures: Figures) -> list[str]:
    """Say what management costs, what it is estimated to avoid, and whether that is more."""
    found = worth(figures)
    if not found:
        return ["**We cannot say whether management is worth its cost:** costs or effects are not known."]
    start = "**Management cost {cost.all.running_cost_gbp_year:money} in the last twelve months.**"
    if found == "too few":
        return [f"{start} There are too few people to say what it avoids, so no amount is given."]
    if not has_range(figures):
        return [f"{start} What it avoids is not known, so we cannot say whether it is worth its cost."]
    return [
        f"{start} It is estimated to avoid offending with an estimated economic and social cost of "
        "{cost.all.value_of_offences_gbp:money} a year ({cost.all.value_of_offences_low_gbp:money} to "
        f"{{cost.all.value_of_offences_high_gbp:money}}). {unpriced(figures)}{_sure(figures, found)} It breaks even at "
        "{cost.all.break_even_offences} offences avoided a year; the estimate is {cost.all.offences_avoided_year} "
        "({cost.all.offences_avoided_year_low} to {cost.all.offences_avoided_year_high})."
    ]


def _sure(figures: Figures, found: str) -> str:
    """Say how sure that is. The verdict is that of both comparisons, the range that of one: it may clear zero alone."""
    low, high = (figures.number(f"cost.all.net_{end}_gbp") or 0 for end in ("low", "high"))
    return _ONE_COMPARISON if found == "inconclusive" and low * high > 0 else _SURE_OF_COST[found]


def worth(figures: Figures) -> str:
    """Return what may be said of the cost of all schemes together; empty where no running cost is known."""
    if figures.number("cost.all.running_cost_gbp_year") is None:
        return ""
    found = figures.word("cost.all.verdict")
    if found == "too few" or {found, figures.word("cost.all.net_gbp")} & set(SHORTHAND):
        return "too few"
    return found if found in _SURE_OF_COST else "not known"


def has_range(figures: Figures) -> bool:
    """Whether the net is known with its interval: without one no amount is given."""
    ends = ("net_gbp", "net_low_gbp", "net_high_gbp")
    return all(figures.number(f"cost.all.{end}") is not None for end in ends)


def unpriced(figures: Figures) -> str:
    """Say how much has no unit cost, and so which way the value is wrong; empty where all has one."""
    if not figures.number("cost.all.unpriced_pct"):
        return ""
    value = figures.number("cost.all.value_of_offences_gbp")
    bound = "a lower bound" if value is None or value >= 0 else "an upper bound"
    return (
        "Of the offences behind that, {cost.all.unpriced_pct} % have no unit cost and count nothing, so the value is "
        f"{bound}. "
    )


def caseloads(figures: Figures) -> list[str]:
    """Say how many managers are over a limit, now and at the census before."""
    if figures.number("caseload.latest.over_high_risk_share") is None:
        return []
    was = ""
    if figures.number("caseload.before.over_high_risk_share") is not None:
        was = "; {caseload.before.over_high_risk_share} on {caseload.before.census_date}"
    return [
        "**{caseload.latest.over_high_risk_share} of {caseload.latest.managers} managers hold more than "
        f"{{parameters.high_risk_share_pct.value:whole}} % high-risk cases**{was}; "
        "{caseload.latest.over_capacity:none} hold more people than their post allows."
    ]


def trust(figures: Figures) -> list[str]:
    """Say what the figures do not hold, and what they rest on: the paragraph on data quality."""
    said = {
        "gaps.spell_not_linked.every_figure.nominals": (
            "{gaps.spell_not_linked.every_figure.nominals} cohort records find no person in police records and are "
            "in no figure"
        ),
        "gaps.adopted_before_first_run_date.matched_methods.nominals": (
            "{gaps.adopted_before_first_run_date.matched_methods.nominals} people were adopted before the first list "
            "and cannot be compared"
        ),
        "harm_basis.placeholder.share_pct": (
            "{harm_basis.placeholder.share_pct} % of harm rests on placeholders until the force loads the index"
        ),
    }
    found = [sentence for name, sentence in said.items() if figures.number(name) is not None]
    return [f"**What the figures rest on.** {formats.capital('; '.join(found))}."] if found else []


def equality(figures: Figures, groups: Sequence[tuple[str, str]]) -> list[str]:
    """Say whether any group is selected more or less often than all others, and how to take it."""
    stages = {
        "top_n_verdict": "who is high on the list",
        "adopted_verdict": "who is adopted once considered",
        "deselected_verdict": "who is de-selected once adopted",
    }
    differing = {"more often", "less often"}
    found = [
        doing
        for column, doing in stages.items()
        if any(figures.word(f"equality.{key(by)}.{key(group)}.{column}") in differing for by, group in groups)
    ]
    if not found:
        return [
            "No group is shown to be selected more or less often than all others. In groups this small a real "
            "difference could go unseen."
        ]
    return [
        f"Groups differ by more than chance in {formats.join_words(found)}: the table names them. A difference is a "
        "question, not an answer: groups differ in what they are recorded for, and recording is itself a decision."
    ]


def key(text: str) -> str:
    """Return a code as it stands in the name of a figure."""
    return formats.slug(text).lower().replace("-", "_")
