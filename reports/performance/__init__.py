"""performance.html: caseload, ways in and out, the register, and reoffending by every honest method."""

from __future__ import annotations

from reports import formats
from reports.performance import cases, compared, decisions, effect, followup, money, staff, trust
from reports.performance.unit_rows import Candidate, Visor, WayIn
from reports.performance.words import resting_on, total
from reports.ranking import Key
from reports.sections import Content, Heading, Page, Section, Source
from reports.words import MANAGEMENT

FIGURES_BLOCK = "block_figures.html.j2"


def _heading(source: Source) -> Heading:
    as_at = formats.day(source.context.as_at)
    kicker = f"Fortnightly performance \u00b7 {source.context.force_name} \u00b7 as at {as_at}"
    rows = staff.now(source)
    risky = sum(row.is_over_30_pct_high_risk is True for row in rows)
    judged = compared.judged(source)
    if rows:
        beyond = len(staff.beyond_chance(rows))
        who = (
            f"{formats.number(risky)} of {formats.plural(len(rows), 'manager', 'managers')} carry over 30 % high risk, "
            f"{formats.number(beyond) if beyond else 'none'} by more than chance"
        )
        title = f"{who}; {judged}"
    else:
        title = judged[0].upper() + judged[1:]
    return Heading(
        title,
        kicker,
        (
            "Aggregates for the unit's own use. Each section gives its period; what is not yet complete is marked and "
            "never leads; no percentage is given on a base under 20.",
        ),
    )


def _keys(source: Source) -> Content:
    rows = staff.now(source)
    register = source.models.load(Visor)
    over = sum(row.is_over_capacity is True for row in rows)
    risky = sum(row.is_over_30_pct_high_risk is True for row in rows)
    waiting = total(row.pending for row in source.models.load(WayIn))
    found = {row.nominal_id for row in source.models.load(Candidate)}

    def known(count: int, rests_on: str = "idiom") -> str:
        return formats.number(count) if source.context.came(rests_on) else formats.NOT_KNOWN

    def registered(field: str, label: str, note: str) -> Key:
        count = total(getattr(row, field) for row in register)
        return Key(known(count, "visor_summary"), label, note, _watch(count))

    keys = (
        Key(
            _of(over, len(rows)), "managers over what the post may hold", "people at this date", _watch(over)
        ),
        Key(
            _of(risky, len(rows)),
            "managers over 30 % high risk",
            "of their people at this date",
            _watch(risky),
        ),
        registered("visits_overdue", "visits overdue", "of people registered, in the community"),
        registered("arms_overdue", "assessments overdue", "ARMS, six weeks after release or registration"),
        Key(known(waiting), "referrals not decided", "whenever they were made", _watch(waiting)),
        Key(known(len(found)), "people up for de-selection", "by a rule, for the meeting to discuss"),
        *_effect_key(source),
    )
    return Content(view=keys)


def _of(count: int, base: int) -> str:
    return f"{formats.number(count)} of {formats.number(base)}" if base else formats.NOT_KNOWN


def _watch(count: int) -> str:
    return "watch" if count else ""


def _effect_key(source: Source) -> tuple[Key, ...]:
    row = compared.led(source)
    if row is None:
        return ()
    interval = f"95 % interval {formats.number(row.ci_low, 2)} to {formats.number(row.ci_high, 2)}"
    people = f"{formats.number(row.nominals)} people, whole time managed"
    note = f"{interval}, {people}; announced: {row.verdict or 'too few'}"
    return (Key(formats.number(row.rate_ratio, 2), "times the offences to be expected", note, "plain"),)


PAGE = Page(
    "performance.html",
    "Performance",
    _heading,
    (
        Section("attention", "What needs attention", _keys, FIGURES_BLOCK),
        Section("caseload", "Caseload", resting_on(staff.caseload, "idiom")),
        Section("register", "ViSOR: the register", resting_on(staff.visor, "visor_summary")),
        Section("deselection", "Up for de-selection", resting_on(cases.deselection, "idiom")),
        Section("pathways", "Ways in", resting_on(cases.pathways, "idiom")),
        Section("decisions", "What the meetings decided", decisions.decisions),
        Section("effect", "Reoffending before, during and after", resting_on(effect.effect, *MANAGEMENT)),
        Section("trust", "How far to trust it", resting_on(trust.trust, *MANAGEMENT)),
        Section("time", "Time to reoffending", resting_on(followup.time_to, *MANAGEMENT)),
        Section("proven", "Proven reoffending", resting_on(followup.proven, "idiom")),
        Section("views", "Fixed and dynamic cohort", resting_on(followup.fixed_and_dynamic, *MANAGEMENT)),
        Section("after", "After an intervention", resting_on(followup.after_intervention, "idiom")),
        Section("interventions", "Interventions", resting_on(cases.interventions, "idiom")),
        Section("known", "Known, and not managed", cases.known),
        Section("outcomes", "Outcomes of offences", cases.outcomes),
        Section("workload", "Workload and training", resting_on(staff.workload, "idiom")),
        Section("cost", "Cost", resting_on(money.cost, *MANAGEMENT)),
    ),
    "Caseload, ways in and out, the register, and reoffending by every honest method side by side.",
)
