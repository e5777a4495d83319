"""The extract contract once more, row by row in plain Python: what must become of a delivery.

Written from the contract's sentences and their transcription in :mod:`tests.synthetic.extracts`, with nothing of
``include``: the csv module, regular expressions and loops. Slow, and easy to hold against the contract.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tests.synthetic.extracts import FILES, PARENTS, PNC, File

Row = dict[str, str]
_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_FORMS = {
    "code": re.compile(r"[1-9][0-9]{0,2}(\.[0-9]{1,2})?[A-Z]?"),
    "count": re.compile(r"[0-9]{1,18}"),
    "age": re.compile(r"[0-9]{1,18}"),
    "ordinal": re.compile(r"[0-9]{1,18}"),
    "money": re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,2})?"),
    "amount": re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,2})?"),
}
# IDIOM prints averages there, too: docs/deliveries.md
_PRINTED_AMOUNTS = {"offences_pre", "offences_during"}


@dataclass
class Fate:
    """What becomes of the records of one file, by position."""

    loaded: list[int] = field(default_factory=list)
    bad: list[int] = field(default_factory=list)
    with_parent: list[int] = field(default_factory=list)
    identical: list[int] = field(default_factory=list)


@dataclass
class Verdict:
    """Fates by file, and the state of the source afterwards: rows by key."""

    fates: dict[str, Fate]
    state: dict[str, dict[tuple[str, ...], Row]]
    lost: dict[str, set[str]]


def is_bad_value(rule: str, value: str, row: Row, extract: date, words: str = "") -> bool:
    """Tell whether a value that is not empty breaks the rule of its column."""
    if len(value) > 4_000:
        return True
    if rule == "list":
        return value not in words.split()
    if rule == "pnc":
        return (
            not re.fullmatch(PNC, value, re.ASCII)
            or value[-1] != _LETTERS[int(value[2:4] + value[5:12]) % 23]
        )
    if rule in ("date", "future", "meeting"):
        return _is_bad_date(rule, value, row, extract)
    if rule in _FORMS:
        if not _FORMS[rule].fullmatch(value):
            return True
        return (
            (rule == "age" and int(value) > 120)
            or (rule == "ordinal" and int(value) < 1)
            or (rule == "amount" and float(value) < 0)
        )
    return False


def as_date(value: str) -> date | None:
    """Read an ISO date of the calendar."""
    if not _DATE.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _is_bad_date(rule: str, value: str, row: Row, extract: date) -> bool:
    day = as_date(value)
    if day is None or day < date(1900, 1, 1):
        return True
    may_be_later = rule == "future" or (rule == "meeting" and row.get("decision") in ("pending", "deferred"))
    latest = extract.replace(year=extract.year + 10) if may_be_later else extract
    return day > latest


def is_bad_row(spec: File, row: Row, extract: date) -> bool:
    """Tell whether a row breaks a rule by itself; a deletion needs its key only."""
    kind = row.get("change_type")
    if kind is not None and kind not in ("I", "U", "D"):
        return True
    for item in spec.columns.split():
        name, rule = item.split(":")
        column = name.rstrip("?")
        if kind == "D" and column not in spec.keys.split():
            continue
        value = row[column]
        rule = "amount" if column in _PRINTED_AMOUNTS else rule
        if not value and not name.endswith("?"):
            return True
        if value and is_bad_value(rule, value, row, extract, spec.lists.get(column, "")):
            return True
    if kind == "D":
        return False
    for earlier, later in spec.order:
        first, second = as_date(row[earlier]), as_date(row[later])
        if first and second and second < first:
            return True
    return False


def judge(
    source: str,
    files: Mapping[str, Sequence[Row]],
    extract: date,
    before: Verdict | None = None,
) -> Verdict:
    """Say what becomes of a delivery; with ``before`` it is a delta on that state."""
    order = [name for name in FILES[source] if name not in _later(source)] + _later(source)
    known = before.state if before else {}
    lost_before = before.lost if before else {}
    verdict = Verdict({}, {}, {})
    gone: dict[str, set[str]] = {}
    for name in order:
        rows = files.get(name, [])
        judged = _File(source, name, rows, extract, before is not None, known.get(name, {}), verdict, gone)
        judged.run(lost_before.get(name, set()))
    return verdict


def _later(source: str) -> list[str]:
    """Children after their parents, grandchildren last."""
    children = [
        name for name in FILES[source] if any(c == name and p != name for c, _, p, _ in PARENTS[source])
    ]
    return sorted(children, key=lambda name: name == "interventions")


@dataclass
class _File:
    """One file of a delivery under judgement."""

    source: str
    name: str
    rows: Sequence[Row]
    extract: date
    is_delta: bool
    known: dict[tuple[str, ...], Row]
    verdict: Verdict
    gone: dict[str, set[str]]

    def key(self, row: Row) -> tuple[str, ...]:
        return tuple(row[name] for name in FILES[self.source][self.name].keys.split())

    def run(self, lost_before: set[str]) -> None:
        spec = FILES[self.source][self.name]
        bad = {n for n, row in enumerate(self.rows) if is_bad_row(spec, row, self.extract)}
        identical = self._shared_keys(bad)
        parents: set[int] = set()
        for number, row in enumerate(self.rows):
            if row.get("change_type") != "D":
                self._hold_against_parents(number, row, bad, parents)
        if self.name == "nominals" and self.is_delta:
            self._merges_into_nobody(bad, lost_before)
        elif self.name == "nominals":
            self._merges(bad, parents)
        fate = Fate()
        for number in range(len(self.rows)):
            if number in bad:
                fate.bad.append(number)
            elif number in parents:
                fate.with_parent.append(number)
            elif number in identical:
                fate.identical.append(number)
            else:
                fate.loaded.append(number)
        self.verdict.fates[self.name] = fate
        self._settle(fate, lost_before)

    def _shared_keys(self, bad: set[int]) -> set[int]:
        by_key: dict[tuple[str, ...], list[int]] = {}
        for number, row in enumerate(self.rows):
            if all(self.key(row)):
                by_key.setdefault(self.key(row), []).append(number)
        identical: set[int] = set()
        for numbers in by_key.values():
            if len(numbers) > 1 and (
                self.is_delta or any(self.rows[n] != self.rows[numbers[0]] for n in numbers)
            ):
                bad.update(numbers)
            identical.update(numbers[1:])
        return identical

    def _merges(self, bad: set[int], parents: set[int]) -> None:
        """Rows of a circle are at fault; a chain falls with the row that it hangs on (full deliveries only)."""
        target = {row["nominal_id"]: row["merged_into"] for row in self.rows if row["nominal_id"]}
        for number, row in enumerate(self.rows):
            seen, key = [row["nominal_id"]], row["merged_into"]
            while key in target and key not in seen:
                seen.append(key)
                key = target[key]
            if row["merged_into"] and (key == row["nominal_id"] or row["merged_into"] not in target):
                bad.add(number)
        while True:
            sound = {row["nominal_id"] for n, row in enumerate(self.rows) if n not in bad | parents}
            falls = {
                n
                for n, row in enumerate(self.rows)
                if n not in bad | parents and row["merged_into"] and row["merged_into"] not in sound
            }
            if not falls:
                return
            parents |= falls

    def _merges_into_nobody(self, bad: set[int], lost_before: set[str]) -> None:
        """In a delta: a target that neither the state has nor this delivery nor what was put aside before.

        Circles through the state are not judged here; none is drawn (tests/ingest/test_delta.py has them).
        """
        live = [(n, row) for n, row in enumerate(self.rows) if n not in bad and row["change_type"] != "D"]
        there = {key[0] for key in self.known} | {row["nominal_id"] for _, row in live} | lost_before
        bad.update(n for n, row in live if row["merged_into"] and row["merged_into"] not in there)

    def _hold_against_parents(self, number: int, row: Row, bad: set[int], parents: set[int]) -> None:
        found = {
            (parent, column): self._parent(parent, row[column])
            for child, column, parent, _ in PARENTS[self.source]
            if child == self.name and parent != self.name and row[column]
        }
        if any(there == "missing" for there in found.values()):
            bad.add(number)
        elif any(there == "lost" for there in found.values()):
            parents.add(number)
        person = self.verdict.state.get("nominals", {}).get((row.get("nominal_id", ""),), {})
        born = as_date(person.get("date_of_birth", ""))
        if self.name == "custody":
            event = as_date(row["start_date"])
        elif self.name == "offence_nominals":
            offence = self.verdict.state["offences"].get((row["offence_id"],), {})
            event = as_date(offence.get("offence_date", ""))
        else:
            return
        if born and event and event < born:
            bad.add(number)

    def _parent(self, parent: str, key: str) -> str:
        if (key,) in self.verdict.state[parent]:
            return "there"
        return "lost" if key in self.verdict.lost[parent] else "missing"

    def _settle(self, fate: Fate, lost_before: set[str]) -> None:
        state = dict(self.known) if self.is_delta else {}
        deleted: set[str] = set()
        loaded = {self.key(self.rows[number]) for number in fate.loaded}
        for child, column, parent, _ in PARENTS[self.source]:
            if child == self.name and parent != self.name:
                leaving = {k for k, row in state.items() if row[column] in self.gone.get(parent, ())} - loaded
                deleted |= {k[0] for k in leaving}
                state = {k: row for k, row in state.items() if k not in leaving}
        for number in fate.loaded:
            row = self.rows[number]
            if row.get("change_type") == "D":
                state.pop(self.key(row), None)
                deleted.add(self.key(row)[0])
            else:
                state[self.key(row)] = row
        self.verdict.state[self.name] = state
        self.gone[self.name] = deleted
        aside = {
            self.key(self.rows[n])[0]
            for n in [*fate.bad, *fate.with_parent]
            if self.rows[n].get("change_type") != "D"
        }
        there = {key[0] for key in state}
        self.verdict.lost[self.name] = ((lost_before if self.is_delta else set()) | aside) - there - deleted


def counts(verdict: Verdict) -> dict[str, Counter[str]]:
    """Return the counts per file, as the ledger has them."""
    return {
        name: Counter(
            loaded=len(fate.loaded),
            quarantined=len(fate.bad) + len(fate.with_parent),
            with_parent=len(fate.with_parent),
            identical=len(fate.identical),
        )
        for name, fate in verdict.fates.items()
    }
