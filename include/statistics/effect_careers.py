"""Careers of invented people in memory, with a true effect of management: what the study of the methods runs on.

Nothing of it enters a warehouse. Offending comes in bursts, prison follows offences, and the unit adopts people while
they are at their worst: so a plain before-and-after shows a large fall where management does nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_MONTH = 30
_NEVER = 1_000_000


@dataclass(frozen=True)
class World:
    """Shape of a simulated force. Days count from 0; run dates are every fortnight of the adoption period.

    The standard world has the size of the published example (about 20,000 people on the list) and, for adopted people,
    rates as printed by West Midlands Police in 2018: about 5.5 offences a year before, half as many after.

    Attributes:
        people: Nominals.
        months: Length, in months of 30 days.
        adopted: People adopted in all.
        first_run_day: First run date.
        last_run_day: Last one; follow-up goes on to the end.
        run_interval_days: Between run dates.
        rate_shape: Shape of the gamma distribution of yearly rates of incidents: the smaller, the more unequal.
        rate_mean_year: Its mean.
        rate_most_year: Highest rate.
        further_offences: Mean further offences of an incident.
        burst_sd: Standard deviation of the monthly log intensity about a person's own level.
        burst_memory: Its correlation from month to month.
        custody_share: Share of offences that lead to custody.
        custody_mean_days: Mean stay.
        considered_share: People who may be neither adopted nor compared.
        look_back_days: What the unit looks at.
        keenness: Power of what it sees in the chances of adoption.
        least_offences: Fewest offences in what it looks at.
        top_share: Part of the ranking that it chooses from.
        hidden_selection: Power of the underlying rate, which no record shows, in the chances of adoption.
    """

    people: int = 20_000
    months: int = 61
    adopted: int = 300
    first_run_day: int = 735
    last_run_day: int = 1_463
    run_interval_days: int = 14
    rate_shape: float = 1.0
    rate_mean_year: float = 0.6
    rate_most_year: float = 20.0
    further_offences: float = 0.6
    burst_sd: float = 0.9
    burst_memory: float = 0.85
    custody_share: float = 0.06
    custody_mean_days: float = 90.0
    considered_share: float = 0.05
    look_back_days: int = 365
    keenness: float = 0.5
    least_offences: int = 1
    top_share: float = 0.2
    hidden_selection: float = 0.0

    @property
    def days(self) -> int:
        """Length of the simulation."""
        return self.months * _MONTH

    @property
    def run_days(self) -> Ints:
        """Fortnightly run dates on which people are selected."""
        return np.arange(self.first_run_day, self.last_run_day + 1, self.run_interval_days, dtype=np.int64)


@dataclass(frozen=True)
class Careers:
    """What happened: offences and custody spells, sorted by person and day."""

    people: int
    person: Ints
    day: Ints
    harm: Ints
    custody_person: Ints
    custody_start: Ints
    custody_end: Ints

    def counts(self, person: Ints, first: Ints, last: Ints) -> tuple[Ints, Ints]:
        """Return offences and harm of people on days ``first`` to ``last``, both in."""
        key = self.person * _NEVER + self.day
        low = np.searchsorted(key, person * _NEVER + first, side="left")
        high = np.maximum(np.searchsorted(key, person * _NEVER + last, side="right"), low)
        total = np.concatenate([[0], np.cumsum(self.harm)])
        return high - low, total[high] - total[low]

    def days_inside(self, person: Ints, first: Ints, last: Ints) -> Ints:
        """Return days in custody on days ``first`` to ``last``, both in."""
        return np.where(
            last >= first, self._inside_before(person, last + 1) - self._inside_before(person, first), 0
        )

    def is_inside(self, day: int) -> Flags:
        """Return who is in custody on a day."""
        result: Flags = np.zeros(self.people, dtype=np.bool_)
        result[self.custody_person[(self.custody_start <= day) & (self.custody_end > day)]] = True
        return result

    def _inside_before(self, person: Ints, day: Ints) -> Ints:
        """Days in custody before a day, over the person's career."""
        total = np.concatenate([[0], np.cumsum(self.custody_end - self.custody_start)])
        begin = np.searchsorted(self.custody_person, person, side="left")
        key = self.custody_person * _NEVER + self.custody_start
        place = np.searchsorted(key, person * _NEVER + day, side="left")
        last = np.maximum(place - 1, 0)
        over = np.where(place > begin, np.maximum(self.custody_end[last] - day, 0), 0) if len(key) else 0
        result: Ints = total[place] - total[begin] - over
        return result


@dataclass(frozen=True)
class Candidates:
    """Everything that may happen to everybody: an offence does where its person is free and not held off."""

    sex: Ints
    birth_day: Ints
    rate_year: Floats
    person: Ints
    day: Ints
    harm: Ints
    custody_days: Ints
    chance: Floats


def draw_candidates(world: World, generator: np.random.Generator) -> Candidates:
    """Draw people and all offences that they may commit.

    Yearly rates are gamma, so most people offend little and few a lot; monthly intensities follow a log-normal
    autoregression, so offending comes in bursts; harm in days is log-normal and rounded, so it is heavy-tailed.
    """
    n = world.people
    rate = np.minimum(
        generator.gamma(world.rate_shape, world.rate_mean_year / world.rate_shape, n), world.rate_most_year
    )
    burst = np.empty((n, world.months))
    burst[:, 0] = generator.normal(0.0, world.burst_sd, n)
    shocks = generator.normal(0.0, world.burst_sd * np.sqrt(1.0 - world.burst_memory**2), (n, world.months))
    for step in range(1, world.months):
        burst[:, step] = world.burst_memory * burst[:, step - 1] + shocks[:, step]
    expected = rate[:, None] * np.exp(burst - world.burst_sd**2 / 2.0) * (_MONTH / 365.25)
    number = generator.poisson(expected)
    person = np.repeat(np.arange(n, dtype=np.int64), number.sum(axis=1))
    month = np.repeat(np.tile(np.arange(world.months, dtype=np.int64), n), number.ravel())
    day = month * _MONTH + generator.integers(0, _MONTH, len(person))
    together = 1 + generator.poisson(world.further_offences, len(person))
    person, day = np.repeat(person, together), np.repeat(day, together)
    order = np.lexsort((day, person))
    size = len(person)
    goes_inside = generator.random(size) < world.custody_share
    stay = np.ceil(generator.exponential(world.custody_mean_days, size)).astype(np.int64)
    return Candidates(
        sex=(generator.random(n) < 0.15).astype(np.int64),
        birth_day=-generator.integers(18 * 365, 55 * 365, n),
        rate_year=rate,
        person=person[order],
        day=day[order],
        harm=np.ceil(generator.lognormal(1.5, 1.8, size)).astype(np.int64),
        custody_days=np.where(goes_inside, stay, 0),
        chance=generator.random(size),
    )


def live(candidates: Candidates, adopted_day: Ints, effect: float, last_day: int) -> Careers:
    """Let the careers run: the ``k``-th candidate of everybody at once, in order of day.

    An offence does not happen in custody, nor, from adoption on, where its chance lies below the effect: so a managed
    person's rate at liberty is multiplied by one minus the effect. Custody starts the day after the offence.

    Args:
        candidates: What may happen.
        adopted_day: Per person the first managed day; beyond the end where there is none.
        effect: True effect of management, 0 to 1.
        last_day: Last day of the simulation.
    """
    people = len(candidates.sex)
    start = np.searchsorted(candidates.person, np.arange(people + 1))
    free_from = np.zeros(people, dtype=np.int64)
    happens = np.zeros(len(candidates.person), dtype=np.bool_)
    place, active = start[:-1].copy(), np.arange(people, dtype=np.int64)
    while len(active := active[place[active] < start[active + 1]]):
        event = place[active]
        day = candidates.day[event]
        held_off = (day >= adopted_day[active]) & (candidates.chance[event] < effect)
        occurs = (day >= free_from[active]) & ~held_off
        happens[event] = occurs
        inside = occurs & (candidates.custody_days[event] > 0)
        free_from[active[inside]] = day[inside] + 1 + candidates.custody_days[event][inside]
        place[active] += 1
    jailed = happens & (candidates.custody_days > 0)
    begin = candidates.day[jailed] + 1
    return Careers(
        people=people,
        person=candidates.person[happens],
        day=candidates.day[happens],
        harm=candidates.harm[happens],
        custody_person=candidates.person[jailed],
        custody_start=begin,
        custody_end=np.minimum(begin + candidates.custody_days[jailed], last_day + 1),
    )
