"""What the outcomes oracle works on: the frames of one run, people's offences by day number, and calendar helpers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from tests.independent.deliveries import State, came
from tests.independent.identity import linked
from tests.independent.offences import counted_at
from tests.independent.prepared import Prepared
from tests.independent.reference import HARM_UNITS, Reference
from tests.independent.reoffending import OPEN, Offence, Spell, by_person, number, spells_of

Rows = list[dict[str, Any]]


def months_later(day: date, months: int) -> date:
    """Return the same day of another month, or that month's last day where it has no such day."""
    return (pd.Timestamp(day) + pd.DateOffset(months=months)).date()


def ordinal(day: date, months: int = 0) -> int:
    """Return the day number of a date some months later."""
    return months_later(day, months).toordinal()


def ratio(above: float, below: float) -> float | None:
    """Return a ratio, or nothing where it has no denominator."""
    return None if not below else above / below


def percent(part: float, whole: float) -> float | None:
    """Return a percentage of a whole, or nothing where that is nobody."""
    return None if not whole else 100 * part / whole


@dataclass(frozen=True)
class Facts:
    """One run.

    Attributes:
        at: as_at.
        days: All run dates.
        scheduled: The scheduled ones among them.
        ready: Linked frames, cut at as_at.
        ranked: fct_rankings of all run dates.
        reference: Seeds and parameters.
        state: Rows as delivered.
        reoffending: fct_reoffending.
    """

    at: pd.Timestamp
    days: list[pd.Timestamp]
    scheduled: list[pd.Timestamp]
    ready: Prepared
    ranked: pd.DataFrame
    reference: Reference
    state: State
    reoffending: pd.DataFrame

    @property
    def said(self) -> dict[str, Any]:
        """Return the parameters."""
        return self.reference.parameters

    @property
    def is_management_known(self) -> bool:
        """Tell whether a source came that says who is managed."""
        return came(self.state, "idiom", "visor_summary")

    @property
    def bases(self) -> list[str]:
        """Return the bases on which offending is known."""
        return ["recorded", "proven"] if came(self.state, "idiom") else ["recorded"]

    @property
    def as_at(self) -> int:
        """Return as_at as a day number."""
        return self.at.date().toordinal()

    @cached_property
    def known(self) -> pd.DataFrame:
        """Return the offences that count at as_at."""
        return counted_at(self.ready.links, self.at)

    @cached_property
    def follow_up(self) -> pd.DataFrame:
        """Return nominal_id, offence_date, harm (days) of the offences that count at as_at."""
        rows = self.known[["nominal_id", "offence_date", "harm"]]
        return rows.assign(harm=rows["harm"] / HARM_UNITS)

    @cached_property
    def at_date(self) -> dict[pd.Timestamp, pd.DataFrame]:
        """Return the ranking of each run date, with what its people did in the follow-up."""
        return {day: self.after(part, day) for day, part in self.ranked.groupby("run_date")}

    @cached_property
    def ranks(self) -> dict[pd.Timestamp, dict[str | None, float]]:
        """Return run date -> nominal -> rank."""
        return {
            day: dict(zip(part["nominal_id"], part["rank"].astype(float), strict=True))
            for day, part in self.ranked.groupby("run_date")
        }

    @property
    def at_scheduled(self) -> dict[pd.Timestamp, pd.DataFrame]:
        """Return the same of the scheduled run dates."""
        return {day: part for day, part in self.at_date.items() if day in self.scheduled}

    def after(self, ranked: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
        """Return a ranking in its order, with follow-up harm and offences of everybody."""
        until = day + pd.Timedelta(days=self.said["follow_up_days"])
        done = self.follow_up[
            (self.follow_up["offence_date"] > day) & (self.follow_up["offence_date"] <= until)
        ].groupby("nominal_id")["harm"]
        harm, count = done.sum(), done.size()
        return ranked.assign(
            follow_harm=ranked["nominal_id"].map(harm).fillna(0.0),
            follow_offences=ranked["nominal_id"].map(count).fillna(0).astype(int),
        ).sort_values("rank", ignore_index=True)

    def is_mature(self, day: pd.Timestamp) -> bool:
        """Tell whether the follow-up of a run date has ended by as_at."""
        return day + pd.Timedelta(days=self.said["follow_up_days"]) <= self.at

    @cached_property
    def offences(self) -> dict[str, dict[str, list[Offence]]]:
        """Return basis -> nominal -> what they did, as known at as_at."""
        events = self.ready.events[self.ready.events["nominal_id"].notna()]
        return {
            "recorded": by_person(self.known, "offence_date", None),
            "proven": by_person(events, "offence_date", "sanction_date"),
        }

    @cached_property
    def custody(self) -> dict[str, list[tuple[int, int]]]:
        """Return nominal -> custody spells, end excluded."""
        inside: dict[str, list[tuple[int, int]]] = {}
        for row in self.ready.custody.itertuples():
            inside.setdefault(row.nominal_id, []).append(
                (number(row.start_date) or 0, number(row.end_date) or OPEN)
            )
        return inside

    @cached_property
    def last_day(self) -> dict[str, int]:
        """Return nominal -> the last day alive (far away where no death is known)."""
        return {
            row.nominal_id: (number(row.deceased_date) or OPEN) - 1
            for row in self.ready.people.nominals.itertuples()
        }

    @cached_property
    def sex(self) -> dict[str, str]:
        """Return nominal -> sex."""
        return dict(
            zip(self.ready.people.nominals["nominal_id"], self.ready.people.nominals["sex"], strict=True)
        )

    @cached_property
    def spells(self) -> list[Spell]:
        """Return the spells of linked people, ViSOR registrations included where they form one."""
        return spells_of(self.ready.spells, self.ready.registrations, self.as_at)

    @cached_property
    def by_cohort(self) -> dict[tuple[str, str], list[Spell]]:
        """Return (cohort or all, nominal) -> spells, the first one first."""
        groups: dict[tuple[str, str], list[Spell]] = {}
        for spell in sorted(self.spells, key=lambda one: (one.adopted, one.spell_id.encode())):
            for cohort in (spell.cohort, "all"):
                groups.setdefault((cohort, spell.nominal_id), []).append(spell)
        return groups

    @cached_property
    def managers(self) -> pd.DataFrame:
        """Return the managers."""
        rows = self.state["managers"]
        return rows[rows["start_date"] <= self.at]

    def in_post(self, day: pd.Timestamp) -> pd.DataFrame:
        """Return the managers in post on a day."""
        rows = self.managers
        return rows[(rows["start_date"] <= day) & (rows["end_date"].isna() | (rows["end_date"] > day))]

    @cached_property
    def interventions(self) -> pd.DataFrame:
        """Return interventions known at as_at, under the survivor's id."""
        rows = linked(self.ready.people, self.state["interventions"])
        rows = rows[rows["intervention_date"] <= self.at].copy()
        rows["completed_date"] = rows["completed_date"].where(rows["completed_date"] <= self.at)
        return rows

    @cached_property
    def types(self) -> dict[str, dict[str, Any]]:
        """Return ho_code -> the offence type that it falls back to."""
        return {code: self.reference.listed(code) for code in self.state["offences"]["ho_code"].unique()}


def total(values: Iterable[float | None]) -> float:
    """Return the sum of what is known."""
    return sum(value for value in values if value is not None)
