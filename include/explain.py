"""``hhw explain``: a person's whole story for a run date, from the release in force.

Nothing is computed here that the warehouse has not computed: ranks, terms and weights are read; what was
known on the date is told from the dates of the facts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

import duckdb

from include import audit
from include import explain_queries as ask
from include.erasure.tombstones import pseudonym
from include.errors import InputError, UsageError
from include.publication.release import Release, read_release, release_folder, release_in_force
from include.settings import Settings
from include.warehouse.stores import open_store

_TERMS = {
    "reference": "reference person",
    "age_sex": "age and sex",
    "sanction_history": "sanction history",
    "copas": "rate of offending",
    "offence_group": "latest offence group",
    "harm": "harm of offences",
}


def explain(settings: Settings, nominal_id: str, as_at: date | None = None) -> list[str]:
    """Tell why a person stands where they stand on a run date.

    Args:
        settings: The installation.
        nominal_id: The person; a merged nominal is followed to its survivor.
        as_at: A run date of the release in force; default its own date.

    Returns:
        Lines to print.

    Raises:
        InputError: Nothing has been published, or nobody of that id is known.
        UsageError: The date was not ranked in the release in force.
    """
    release = _release_in_force(settings)
    day = as_at or release.as_at
    if day not in {*release.run_dates, release.as_at}:
        raise UsageError(f"{day} was not ranked in release {release.release_id}.", _nearest(day, release))
    with open_store(release_folder(settings, release.release_id) / "warehouse.duckdb") as store:
        survivor = _survivor(store, nominal_id, release)
        lines = [f"{settings.marking}   {settings.force_name}   release {release.release_id}"]
        if survivor != nominal_id:
            lines.append(f"{nominal_id} was merged into {survivor}: this is the survivor's story.")
        lines += _Story(store, survivor, day, release.as_at).lines()
    audit.record(
        settings,
        "consultation",
        what="explain",
        release_id=release.release_id,
        person=pseudonym(settings, "audit", survivor),
    )
    return [_safe(line) for line in lines]


def _release_in_force(settings: Settings) -> Release:
    release_id = release_in_force(settings)
    if release_id is None:
        raise InputError("Nothing has been published yet.", "Run `make run`, or `hhw publish`.")
    return read_release(release_folder(settings, release_id))


def _nearest(day: date, release: Release) -> str:
    ranked = {*release.run_dates, release.as_at}
    sides = (
        max((one for one in ranked if one < day), default=None),
        min((one for one in ranked if one > day), default=None),
    )
    return f"Name a run date, such as {' or '.join(str(one) for one in sides if one is not None)}."


def _survivor(store: duckdb.DuckDBPyConnection, nominal_id: str, release: Release) -> str:
    for (survivor,) in store.execute(ask.SURVIVOR, {"who": nominal_id}).fetchall():
        return str(survivor)
    raise InputError(
        f"Nobody of the id {nominal_id!r} is known in release {release.release_id}.",
        "Ids are those of police_records, exactly as delivered; whoever was erased is gone.",
    )


def _safe(line: str) -> str:
    """Nothing that a source wrote may steer a terminal."""
    return "".join(sign if sign.isprintable() else "?" for sign in line)


def _number(value: Any, digits: int = 4) -> str:
    return "none" if value is None else f"{float(value):,.{digits}f}".rstrip("0").rstrip(".")


def _section(title: str, lines: list[str]) -> Iterator[str]:
    yield ""
    yield title
    yield from (f"  {line}" for line in lines or ["none"])


@dataclass(frozen=True)
class _Story:
    """What the warehouse knows of one person on one day.

    Attributes:
        store: The published warehouse, read-only.
        who: A surviving nominal.
        day: The run date that is told.
        as_at: Date of the release: undated facts are as known then.
    """

    store: duckdb.DuckDBPyConnection
    who: str
    day: date
    as_at: date

    def lines(self) -> Iterator[str]:
        """Tell everything, in the order in which a reader asks."""
        yield from self._person()
        yield from _section("Rank and score", self._rank())
        yield from _section("What each term adds to the score", self._terms())
        yield from _section("Offences that count, heaviest first", self._offences(counts=True))
        yield from _section("Offences that do not count, and why", self._offences(counts=False))
        yield from _section("Sanctions (PNC)", self._sanctions())
        yield from _section("Spells and registrations", self._periods())
        yield from _section("Custody", self._custody())
        yield from _section("Referrals and decisions", self._decisions())
        yield from _section("Meeting list", self._meeting())
        yield from _section("Interventions and intelligence", self._work())
        if self.day == self.as_at:
            yield from _section("Flags at this date", self._flags())

    def _rows(self, query: str) -> list[SimpleNamespace]:
        given = {"who": self.who, "day": self.day}
        cursor = self.store.execute(
            query, {name: value for name, value in given.items() if f"${name}" in query}
        )
        names = [column[0] for column in cursor.description or ()]
        return [SimpleNamespace(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]

    def _parameter(self, name: str) -> str:
        found = self.store.execute(ask.PARAMETER, {"name": name}).fetchall()
        return str(found[0][0]) if found else "unknown"

    def _person(self) -> Iterator[str]:
        for one in self._rows(ask.PERSON):
            born, division = one.date_of_birth or "unknown", one.division or "no division"
            died = f"; died {one.deceased_date}" if one.deceased_date else ""
            yield f"{self.who}: {one.surname}, {one.forename}, born {born}, sex {one.sex}, {division}"
            yield f"PNC {one.pnc_id or 'none'}; nominals merged into this one: {one.merged_count}{died}"
        yield f"At the end of {self.day}, as known then; undated facts as known at {self.as_at}"

    def _rank(self) -> list[str]:
        rows = self._rows(ask.RANK)
        if not rows:
            return [f"not ranked: {self._why_not_ranked()}", *self._published(None)]
        one = rows[0]
        moved = f"; moved because of: {one.movement_reason}" if one.movement_reason else ""
        risk, harm = _number(one.risk_probability, 6), _number(one.weighted_harm_days)
        formal, recorded = _number(one.ogrs3_formal_p2, 6), _number(one.ogrs3_recorded_p2, 6)
        return [
            f"rank {one.rank} of {one.everybody}; at the run date before: {one.previous_rank or 'not ranked'}{moved}",
            f"score {_number(one.score, 6)} = risk {risk} x ln(1 + {harm}), which is {_number(one.harm_term, 6)}",
            f"OGRS3, two years: {recorded} on the recorded basis, {formal} on the formal;"
            f" in use: {self._parameter('risk_basis')}; Copas rate {_number(one.copas_rate, 6)}",
            f"{one.offence_count} offences count, {one.high_harm_count} high harm; {_number(one.harm_days)} harm days",
            f"{one.management_status}, {'in custody' if one.in_custody else 'at liberty'}; {one.algorithm_version}",
            *self._published(one.rank),
        ]

    def _published(self, rank: int | None) -> list[str]:
        differs = "; computed anew it differs: see rpt_run__published_against_recomputed"
        return [
            f"published for this date: rank {one.rank} (release {one.release_id}, algorithm {one.algorithm_version})"
            + ("" if one.rank == rank else differs)
            for one in self._rows(ask.PUBLISHED)
        ]

    def _why_not_ranked(self) -> str:
        person = self._rows(ask.PERSON)[0]
        if not any(one.counts for one in self._rows(ask.OFFENCES)):
            return "no offence counts on this date"
        if person.deceased_date is not None and person.deceased_date <= self.day:
            return f"died on {person.deceased_date}"
        if person.date_of_birth is None:
            return "date of birth unknown"
        return f"under {self._parameter('minimum_age')} on this date"

    def _terms(self) -> list[str]:
        adds = {one.term: float(one.contribution) for one in self._rows(ask.TERMS)}
        if not adds:
            return [f"given for the first {self._parameter('explained_n')} of a list only"]
        return [f"{words:<22}{adds[term]:+.6f}" for term, words in _TERMS.items() if term in adds]

    def _offences(self, *, counts: bool) -> list[str]:
        tell = self._worth if counts else self._why_not
        return [
            f"{one.offence_date}  {one.offence_id}  {one.ho_code} {one.title or 'not listed'}: {tell(one)}"
            for one in self._rows(ask.OFFENCES)
            if one.counts == counts
        ]

    def _worth(self, one: SimpleNamespace) -> str:
        high = f" x {self._parameter('high_harm_weight')} high harm" if one.is_high_harm else ""
        victim = (
            f" x {self._parameter('vulnerability_weight')} vulnerable victim"
            if one.has_vulnerable_victim
            else ""
        )
        worth = f"{_number(one.harm_days)} days ({one.harm_basis}){high}{victim} = {_number(one.weighted_harm_days)}"
        adds = "" if one.contribution is None else f"; adds {float(one.contribution):+.6f}"
        return f"{one.role_then}, recorded {one.recorded_date}; {worth}{adds}"

    def _why_not(self, one: SimpleNamespace) -> str:
        if one.recorded_date > self.day:
            return f"not yet recorded (recorded {one.recorded_date})"
        if one.cancelled_date is not None and one.cancelled_date <= self.day:
            return f"cancelled on {one.cancelled_date} (transferred, or no crime)"
        if one.role_then == "eliminated":
            return f"eliminated from it on {one.role_date}"
        return f"no longer linked since {one.counted_until}"

    def _sanctions(self) -> list[str]:
        return [
            f"{one.sanction_date}  {one.event_id}  {one.sanction}, code {one.ho_code}, offence of {one.offence_date}"
            for one in self._rows(ask.SANCTIONS)
        ]

    def _periods(self) -> list[str]:
        lines = []
        for one in self._rows(ask.PERIODS):
            until = f"{one.ended} ({one.deselection_reason or 'no reason given'})" if one.ended else "now"
            scheme = f" of {one.scheme}" if one.scheme else ""
            by = f"; came by {one.pathway}" if one.pathway else ""
            held = f"risk {one.risk_level or 'unknown'}; manager {one.manager_id or 'none'}{by}"
            since = one.start_date or "ever"
            lines.append(
                f"since {since} until {until}: {one.kind} {one.record_id}, {one.cohort}{scheme}; {held}"
            )
        return lines

    def _custody(self) -> list[str]:
        return [
            f"{one.start_date} to {one.ended or 'now'}: {one.custody_type} {one.custody_id}"
            + (f", {one.sentence_days} days" if one.sentence_days else "")
            for one in self._rows(ask.CUSTODY)
        ]

    def _decisions(self) -> list[str]:
        lines = []
        for one in self._rows(ask.REFERRALS):
            decided = "no decision by this date"
            if one.event_date is not None:
                decided = f"{one.decision} on {one.event_date} ({one.decision_reason or 'no reason given'})"
            why = one.reason or "no reason given"
            lines.append(
                f"{one.referred_date}  referral {one.referral_id} by {one.agency} ({why}); {decided}"
            )
        lines += [
            f"{one.event_date}  {one.kind} by {one.pathway}, cohort {one.cohort}; rank {one.rank_at_event or 'unknown'}"
            for one in self._rows(ask.DECISIONS)
        ]
        return sorted(lines)

    def _meeting(self) -> list[str]:
        found = [
            f"on it: {one.reason}" + (f"; urgent: {one.urgent_reason}" if one.urgent_reason else "")
            for one in self._rows(ask.MEETING)
        ]
        return found or ["not on it"]

    def _work(self) -> list[str]:
        lines = [
            f"{one.intervention_date}  {one.title}"
            + (f", completed {one.completed}" if one.completed else "")
            for one in self._rows(ask.INTERVENTIONS)
        ]
        logs = [
            f"intelligence: {one.logs} logs, the latest of {one.latest}"
            for one in self._rows(ask.INTELLIGENCE)
            if one.logs
        ]
        return lines + logs

    def _flags(self) -> list[str]:
        serial = [
            f"serial domestic abuse: {one.victims} partners or former partners, {one.offences} offences,"
            f" {one.first_date} to {one.last_date}"
            for one in self._rows(ask.SERIAL)
        ]
        repeats = [
            f"{one.offences} {one.kind} offences ended without further action"
            for one in self._rows(ask.REPEATS)
        ]
        return (
            serial
            + repeats
            + [f"to be deselected? {one.spell_id}: {one.evidence}" for one in self._rows(ask.CANDIDATES)]
        )
