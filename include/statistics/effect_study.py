"""The methods on simulated forces whose true effect is known: how often each is right, wrong, or says nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from include.statistics import effect as effects
from include.statistics.effect_careers import (
    Candidates,
    Careers,
    Flags,
    Floats,
    Ints,
    World,
    draw_candidates,
    live,
)
from include.statistics.effect_matching import Covariates, match

_NEVER = 1_000_000
DRAWS, LEVEL, MINIMUM, MINIMUM_DAYS, PRE_DAYS = 2_000, 0.95, 20, 30, 365
OUTCOMES = ("offences", "harm")
_UNITS = 60  # 1, 2 .. 5 divide it: weights of comparators are whole


@dataclass(frozen=True)
class Finding:
    """What one method said about one outcome of one simulated force."""

    force: int
    truth: float
    outcome: str
    method: str
    rate_ratio: float
    low: float
    high: float
    n: int
    verdict: str

    @property
    def covers(self) -> bool:
        """Whether the interval holds the true rate ratio."""
        return self.low <= 1.0 - self.truth <= self.high


@dataclass(frozen=True)
class Selection:
    """Who was adopted when, and who is compared with whom: the same whatever management does later."""

    person: Ints
    adopted_day: Ints
    pair_row: Ints
    pair_person: Ints

    def first_day(self, people: int) -> Ints:
        """Return each person's day of adoption, beyond the end where there is none."""
        result = np.full(people, _NEVER, dtype=np.int64)
        result[self.person] = self.adopted_day
        return result


@dataclass(frozen=True)
class Records:
    """The records of everybody in order of day: what is known on a day is a slice from the beginning."""

    day: Ints
    person: Ints
    harm: Ints
    first_day: Ints

    @classmethod
    def of(cls, careers: Careers) -> Records:
        """Sort a force's careers by day."""
        order = np.argsort(careers.day, kind="stable")
        first_day = np.full(careers.people, _NEVER, dtype=np.int64)
        person, start = np.unique(careers.person, return_index=True)
        first_day[person] = careers.day[start]
        return cls(careers.day[order], careers.person[order], careers.harm[order], first_day)

    def between(self, after: int, until: int) -> slice:
        """Return the place of the records of days later than ``after``, up to ``until``."""
        low, high = np.searchsorted(self.day, [after, until], side="right")
        return slice(int(low), int(high))

    def count(self, after: int, until: int) -> Ints:
        """Return each person's offences of days later than ``after``, up to ``until``."""
        return np.bincount(self.person[self.between(after, until)], minlength=len(self.first_day))


def select(
    world: World, candidates: Candidates, careers: Careers, generator: np.random.Generator
) -> Selection:
    """Adopt people at fortnightly run dates, and match each as at the run date before.

    The unit takes, of those never considered and at liberty, people from the top of the ranking, the more gladly the
    more they did in the time that it looks back on. With ``hidden_selection`` it also sees what the records do not
    show: who has the higher underlying rate.
    """
    considered = generator.random(world.people) < world.considered_share
    adopted_day = np.full(world.people, _NEVER, dtype=np.int64)
    records = Records.of(careers)
    parts: list[tuple[Ints, Ints, Ints, Ints]] = []
    done = 0
    for turn, day in enumerate(world.run_days):
        at_date = _covariates(candidates, records, int(day))
        ranked = at_date.score[at_date.score > 0.0]
        free = (adopted_day > day) & ~considered & ~careers.is_inside(int(day))
        wanted = round(world.adopted * (turn + 1) / len(world.run_days)) - done
        high = free & (at_date.score >= np.quantile(ranked, 1.0 - world.top_share))
        lately = records.count(int(day) - world.look_back_days, int(day))
        chosen = _choose(world, candidates, high, lately, wanted, generator)
        adopted_day[chosen] = day + generator.integers(1, world.run_interval_days, len(chosen))
        comparable = (free & (at_date.score > 0.0)).nonzero()[0]
        rows, picked = match(at_date.take(chosen), at_date.take(comparable), float(np.std(ranked, ddof=1)))
        parts.append((chosen, adopted_day[chosen], rows + done, comparable[picked]))
        done += len(chosen)
    person, day_of, pair_row, pair_person = (
        np.concatenate([part[place] for part in parts]) for place in range(4)
    )
    return Selection(person, day_of, pair_row, pair_person)


def _covariates(candidates: Candidates, records: Records, day: int) -> Covariates:
    """Score of the ranking's own shape (a probability from the rate of the career, times log harm), as at a day."""
    people = len(records.first_day)
    known = records.between(-1, day)
    offences = np.bincount(records.person[known], minlength=people)
    total = np.bincount(records.person[known], records.harm[known], people)
    first = np.minimum(records.first_day, day)
    age = (day - candidates.birth_day) // 365
    copas = np.log((1.0 + np.minimum(offences, 50)) / (10.0 + (day - first) / 365.25))
    probability = 1.0 / (1.0 + np.exp(-(1.25 * copas - 0.03 * (age - 18) + 1.2)))
    score: Floats = np.where(offences > 0, probability * np.log1p(total), 0.0).round(12)
    return Covariates(np.arange(people), score, candidates.sex, age, records.count(day - 365, day))


def _choose(
    world: World,
    candidates: Candidates,
    high: Flags,
    lately: Ints,
    wanted: int,
    generator: np.random.Generator,
) -> Ints:
    """Draw whom the unit adopts, with chances by what it looks at (weighted draw of Efraimidis & Spirakis 2006)."""
    able = np.flatnonzero(high & (lately >= world.least_offences))
    weight = (
        lately[able].astype(np.float64) ** world.keenness
        * candidates.rate_year[able] ** world.hidden_selection
    )
    keys = np.log(generator.random(len(able))) / weight
    return np.sort(able[np.argsort(-keys, kind="stable")[:wanted]])


def measure(world: World, careers: Careers, selection: Selection) -> dict[str, Floats]:
    """Count events and days before and during, of adopted people and of their comparators on the same days.

    Returns:
        Columns by name, one row per adopted person: ``a_days_pre``, ``a_offences_pre`` ... ``c_harm_during``; the
        comparators' are in sixtieths, weighted so that each adopted person's count as one.
    """
    first_day, last = selection.first_day(world.people), world.days - 1
    result: dict[str, Floats] = {}
    number = np.bincount(selection.pair_row, minlength=len(selection.person))
    weight = _UNITS // np.maximum(number, 1)
    sides = (
        ("a", np.arange(len(selection.person)), selection.person, np.full(len(selection.person), last)),
        (
            "c",
            selection.pair_row,
            selection.pair_person,
            np.minimum(first_day[selection.pair_person] - 1, last),
        ),
    )
    for side, row, person, until in sides:
        adopted = selection.adopted_day[row]
        for part, begin, end in (
            ("pre", adopted - PRE_DAYS, np.minimum(adopted - 1, until)),
            ("during", adopted, until),
        ):
            days = np.maximum(end - begin + 1, 0)
            offences, harm = careers.counts(person, begin, end)
            at_risk = days - careers.days_inside(person, begin, end)
            for name, values in (
                ("days", days),
                ("at_risk", at_risk),
                ("offences", offences),
                ("harm", harm),
            ):
                units = values * weight[row] if side == "c" else values
                result[f"{side}_{name}_{part}"] = np.bincount(row, units, len(selection.person)).astype(
                    np.float64
                )
    result["comparators"] = number.astype(np.float64)
    return result


Figure = tuple[float, float, float, int]


def estimates(columns: dict[str, Floats], draws: int, seed: int) -> dict[tuple[str, str], Figure]:
    """Return rate ratio, interval and number of people by outcome and method, as the warehouse computes them.

    All figures share the draws.
    """
    asked = [(outcome, method) for outcome in OUTCOMES for method in effects.METHODS]
    blocks, people = zip(*(_block(columns, outcome, method) for outcome, method in asked), strict=True)
    drawn = effects.bootstrap_sums(np.column_stack(blocks), draws, seed)
    result: dict[tuple[str, str], Figure] = {}
    for place, (outcome, method) in enumerate(asked):
        once = effects.Sums.from_stacked(blocks[place].sum(axis=0, keepdims=True))
        many = effects.Sums.from_stacked(drawn[:, 8 * place : 8 * place + 8])
        low, high = effects.percentile_interval(effects.rate_ratios(method, many), LEVEL)
        result[outcome, method] = (float(effects.rate_ratios(method, once)[0]), low, high, people[place])
    return result


def _block(columns: dict[str, Floats], outcome: str, method: str) -> tuple[Floats, int]:
    """Columns of one figure, with zeros for whoever it leaves out, and how many people it is about."""
    days = "days" if method == "naive" else "at_risk"
    if method == "naive":
        inside = np.ones(len(columns["comparators"]), dtype=np.bool_)
    elif method == "exposure_adjusted":
        inside = (columns["a_at_risk_pre"] >= MINIMUM_DAYS) & (columns["a_at_risk_during"] >= MINIMUM_DAYS)
    else:
        inside = columns["comparators"] > 0
    names = [
        f"{side}_{what}_{part}" for side in "ac" for part in ("pre", "during") for what in (outcome, days)
    ]
    return np.column_stack([columns[name] for name in names]) * inside[:, None], int(inside.sum())


def study_force(
    force: int, truths: tuple[float, ...], world: World | None = None, draws: int = DRAWS
) -> list[Finding]:
    """Simulate one force, evaluate it by every method under each true effect.

    Args:
        force: Number of the force; also the seed.
        truths: True effects; the same people, offences and adoptions under each.
        world: Shape of the force.
        draws: Bootstrap draws.

    Returns:
        One finding per true effect, outcome and method.
    """
    world = world or World()
    generator = np.random.Generator(np.random.PCG64(force))
    candidates = draw_candidates(world, generator)
    nobody = np.full(world.people, _NEVER, dtype=np.int64)
    selection = select(world, candidates, live(candidates, nobody, 0.0, world.days - 1), generator)
    findings: list[Finding] = []
    for truth in truths:
        careers = live(candidates, selection.first_day(world.people), truth, world.days - 1)
        columns = measure(world, careers, selection)
        for (outcome, method), (ratio, low, high, n) in estimates(columns, draws, force).items():
            said = effects.verdict(n, low, high, MINIMUM)
            findings.append(Finding(force, truth, outcome, method, ratio, low, high, n, said))
    return findings
