"""The figures on reoffending once more, in plain Python over days: no SQL, and sets of days instead of intervals.

What is taken from the warehouse are rankings (scores, status) and harm and cost of single offences; everything else
comes from the rows as they were delivered.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from statistics import stdev
from typing import Any

Row = dict[str, Any]
DAY = timedelta(days=1)
METHODS = ("naive", "exposure_adjusted", "expected_without_management", "matched_difference")


def plus_months(day: date, months: int) -> date:
    """Move by whole months; a day that the month lacks becomes its last."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def age(day: date, born: date) -> int:
    """Completed years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


@dataclass(frozen=True)
class Event:
    """Something somebody did."""

    day: date
    harm: float
    cost: float | None
    sanctioned: date | None


@dataclass(frozen=True)
class Tally:
    """What a stretch of days holds."""

    days: int
    at_risk: int
    offences: int
    harm: float
    cost: float
    without_cost: int


@dataclass(frozen=True)
class Spell:
    """A first spell."""

    spell_id: str
    adopted: date
    ended: date | None


class Recomputed:
    """Everything that the tests ask for."""

    def __init__(
        self,
        rows: dict[str, list[Row]],
        as_at: date,
        offences: list[Row],
        sanctions: list[Row],
        rankings: list[Row],
    ) -> None:
        self.rows, self.as_at, self.rankings = rows, as_at, rankings
        self.died = {row["nominal_id"]: row["deceased_date"] for row in rows["nominals"]}
        self.sex = {row["nominal_id"]: row["sex"] for row in rows["nominals"]}
        self.born = {row["nominal_id"]: row["date_of_birth"] for row in rows["nominals"]}
        self.links = [row for row in offences]
        self.events: dict[str, dict[str, list[Event]]] = {
            "recorded": defaultdict(list),
            "proven": defaultdict(list),
        }
        for row in offences:
            if row["counted_until"] is None:
                cost = None if row["unit_cost_gbp"] is None else float(row["unit_cost_gbp"])
                self.events["recorded"][row["nominal_id"]].append(
                    Event(row["offence_date"], float(row["harm_days"] or 0), cost, None)
                )
        for row in sanctions:
            if row["nominal_id"] is not None:
                cost = None if row["unit_cost_gbp"] is None else float(row["unit_cost_gbp"])
                self.events["proven"][row["nominal_id"]].append(
                    Event(row["offence_date"], float(row["harm_days"] or 0), cost, row["sanction_date"])
                )

    @cached_property
    def inside(self) -> dict[str, set[date]]:
        """Days in custody, as a set per person."""
        found: dict[str, set[date]] = defaultdict(set)
        for row in self.rows["custody"]:
            day, end = row["start_date"], row["end_date"] or self.as_at + DAY
            while day < end:
                found[row["nominal_id"]].add(day)
                day += DAY
        return found

    @cached_property
    def spells(self) -> dict[str, list[tuple[str, Spell]]]:
        """All spells by person: cohort and spell; registrations where the person has no spell of `visor`."""
        by_pnc = {row["pnc_id"]: row["nominal_id"] for row in self.rows["nominals"]}
        found: dict[str, list[tuple[str, Spell]]] = defaultdict(list)
        for row in self.rows["cohort_spells"]:
            if row["nominal_id"] in self.died:
                found[row["nominal_id"]].append(
                    (row["cohort"], Spell(row["spell_id"], row["adopted_date"], row["deselected_date"]))
                )
        there = {who for who, spells in found.items() if any(cohort == "visor" for cohort, _ in spells)}
        for row in self.rows["visor_summary"]:
            who = by_pnc[row["pnc_id"]]
            if row["registration_start"] and who not in there:
                found[who].append(
                    ("visor", Spell(row["visor_id"], row["registration_start"], row["registration_end"]))
                )
        return found

    def cohorts(self) -> Iterator[tuple[str, str, Spell]]:
        """Person, cohort (and all) and first spell."""
        for who, spells in self.spells.items():
            for cohort in {cohort for cohort, _ in spells} | {"all"}:
                mine = [spell for name, spell in spells if cohort in (name, "all")]
                yield who, cohort, min(mine, key=lambda spell: (spell.adopted, spell.spell_id))

    def is_open(self, who: str, cohort: str) -> bool:
        """Whether some spell of the cohort is open."""
        return any(spell.ended is None for name, spell in self.spells[who] if cohort in (name, "all"))

    def tally(self, who: str, basis: str, first: date, last: date, until: date | None = None) -> Tally:
        """Count a stretch of days, both ends in, until death and, if given, until a day."""
        ends = [last, self.as_at] + [day - DAY for day in (self.died[who], until) if day]
        last = min(ends)
        days = max(0, (last - first).days + 1)
        at_risk = sum(first + n * DAY not in self.inside[who] for n in range(days))
        done = [event for event in self.events[basis][who] if first <= event.day <= last]
        costs = [event.cost for event in done if event.cost is not None]
        return Tally(
            days, at_risk, len(done), sum(event.harm for event in done), sum(costs), len(done) - len(costs)
        )

    def pre(self, who: str, basis: str, spell: Spell, until: date | None = None) -> Tally:
        """The year before."""
        return self.tally(who, basis, spell.adopted - 365 * DAY, spell.adopted - DAY, until)

    def during(
        self, who: str, basis: str, spell: Spell, months: int | None, until: date | None = None, of: str = ""
    ) -> Tally:
        """The spell, or its first months; ``of`` is whose death ends it too where a comparator is followed."""
        last = min(spell.ended or self.as_at, self.as_at)
        if months:
            last = min(last, plus_months(spell.adopted, months) - DAY)
        if of and self.died[of]:
            last = min(last, self.died[of] - DAY)
        return self.tally(who, basis, spell.adopted, last, until)

    def post(self, who: str, basis: str, spell: Spell) -> Tally:
        """After the spell."""
        if spell.ended is None:
            return Tally(0, 0, 0, 0.0, 0.0, 0)
        return self.tally(who, basis, spell.ended + DAY, self.as_at)

    def recent(self, who: str, day: date) -> int:
        """Offences of the 365 days up to a day, as known on it."""
        return sum(
            row["nominal_id"] == who
            and day - 365 * DAY < row["offence_date"] <= day
            and row["recorded_date"] <= day
            and (row["counted_until"] is None or row["counted_until"] > day)
            for row in self.links
        )

    @cached_property
    def recents(self) -> dict[tuple[str, date], int]:
        """The same for everybody ever ranked, once."""
        return {
            (row["nominal_id"], row["run_date"]): self.recent(row["nominal_id"], row["run_date"])
            for row in self.rankings
        }

    @cached_property
    def ranked(self) -> dict[date, list[Row]]:
        """Rankings with a score, by date."""
        found: dict[date, list[Row]] = defaultdict(list)
        for row in self.rankings:
            if row["score"] is not None and row["is_scheduled"]:
                found[row["run_date"]].append(row)
        return found

    def comparators(self, who: str, adopted: date) -> list[str]:
        """Up to five, nearest first."""
        before = [
            day for day in {row["run_date"] for row in self.rankings if row["is_scheduled"]} if day < adopted
        ]
        if not before:
            return []
        day = max(before)
        people = {row["nominal_id"]: row for row in self.ranked[day]}
        if who not in people:
            return []
        own, near = people[who], []
        for name, row in people.items():
            gap = round(abs(round(row["score"], 12) - round(own["score"], 12)), 12)
            mine, theirs = self.recents[who, day], self.recents[name, day]
            if (
                name != who
                and row["management_status"] == "never_considered"
                and not row["in_custody"]
                and gap <= 0.2 * stdev(round(one["score"], 12) for one in people.values())
                and self.sex[name] == self.sex[who]
                and abs(age(day, self.born[name]) - age(day, self.born[who])) <= 5
                and abs(theirs - mine) <= max(1, 0.25 * mine)
            ):
                near.append((gap, name))
        return [name for _, name in sorted(near)[:5]]

    @cached_property
    def pairs(self) -> dict[tuple[str, date], list[str]]:
        """Comparators of each adoption."""
        return {
            (who, spell.adopted): self.comparators(who, spell.adopted) for who, _, spell in self.cohorts()
        }

    def own_adoption(self, who: str) -> date | None:
        """First day of any spell."""
        return min((spell.adopted for _, spell in self.spells.get(who, [])), default=None)

    def effect_rows(self, cohort: str, basis: str, months: int | None) -> list[dict[str, Any]]:
        """Per adopted person the tallies of a figure: own, and the mean of the comparators."""
        found = []
        for who, name, spell in self.cohorts():
            if name != cohort or (months and plus_months(spell.adopted, months) > self.as_at):
                continue
            row: dict[str, Any] = {
                "who": who,
                "a_pre": self.pre(who, basis, spell),
                "a_during": self.during(who, basis, spell, months),
                "c": [],
            }
            for other in self.pairs[who, spell.adopted]:
                until = self.own_adoption(other)
                before = self.tally(
                    other,
                    basis,
                    spell.adopted - 365 * DAY,
                    min(spell.adopted, self.died[who] or spell.adopted) - DAY,
                    until,
                )
                row["c"].append((before, self.during(other, basis, spell, months, until, of=who)))
            found.append(row)
        return found


def ratio(rows: list[dict[str, Any]], method: str, outcome: str) -> tuple[float | None, int, int | None]:
    """Rate ratio, people and comparators' count of a method, over rows of :meth:`Recomputed.effect_rows`."""
    measure = {"offences": "offences", "harm": "harm"}[outcome]
    days = "days" if method == "naive" else "at_risk"
    if method == "exposure_adjusted":
        rows = [row for row in rows if row["a_pre"].at_risk >= 30 and row["a_during"].at_risk >= 30]
    if method in METHODS[2:]:
        rows = [row for row in rows if row["c"]]

    def rate(values: list[tuple[float, float]]) -> float | None:
        events, length = sum(value for value, _ in values), sum(length for _, length in values)
        return events / length if length else None

    own = [
        rate([(getattr(row[part], measure), getattr(row[part], days)) for row in rows])
        for part in ("a_pre", "a_during")
    ]
    other = [
        rate(
            [
                (getattr(pair[place], measure) / len(row["c"]), getattr(pair[place], days) / len(row["c"]))
                for row in rows
                for pair in row["c"]
            ]
        )
        for place in (0, 1)
    ]

    def over(first: float | None, second: float | None) -> float | None:
        return None if first is None or not second else first / second

    result = {
        "matched_difference": lambda: over(own[1], other[1]),
        "expected_without_management": lambda: over(over(own[1], own[0]), over(other[1], other[0])),
    }.get(method, lambda: over(own[1], own[0]))()
    return result, len(rows), None
