"""What reviewers decide on cases of identity: a small CSV, checked whole at the door, and honoured ever after.

The file is the review list (``identity_review.csv`` beside the page ``identity.html``) with three columns filled in:
``decision`` (``same`` or ``different``), ``decided_by`` and ``decided_on``. Rows without a decision are skipped. A
file with one wrong row is not taken in at all. What was taken in lies in ``state/decisions/identity/``; a later
decision on the same case replaces an earlier one.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Literal, cast, get_args

from include import audit
from include.erasure.tombstones import Tombstones
from include.errors import InputError
from include.lock import run_lock
from include.sealed import read_private, write_private
from include.settings import Settings

Kind = Literal["nominal", "cohort_spell", "registration"]
Verdict = Literal["same", "different"]
REQUIRED = ("kind", "record_id", "nominal_id", "decision", "decided_by", "decided_on")
LISTED = frozenset(
    {"as_at", "reason", "probability", "comparison"}
    | {
        f"{side}{column}"
        for side in ("", "nominal_")
        for column in ("surname", "forename", "date_of_birth", "sex", "pnc_id")
    }
)
"""Further columns of the review list: taken, and not read."""
_KEPT_AS = {"nominal": "nominal", "cohort_spell": "spell", "registration": "visor"}
_MOST_BYTES = 10_000_000


@dataclass(frozen=True)
class Decision:
    """A decision on one case: whether a record is about a nominal.

    Attributes:
        kind: What the record is.
        record_id: Its id; of two nominals, one.
        nominal_id: The nominal.
        decision: Whether they are one person.
        decided_by: Role or name of who decided.
        decided_on: When.
    """

    kind: Kind
    record_id: str
    nominal_id: str
    decision: Verdict
    decided_by: str
    decided_on: date

    @property
    def case(self) -> tuple[str, str, str]:
        """The case decided on; two nominals are the same case in either order."""
        ids = (self.record_id, self.nominal_id)
        return (self.kind, *(sorted(ids) if self.kind == "nominal" else ids))


def decisions_folder(settings: Settings) -> Path:
    """Return where decisions that were taken in lie."""
    return settings.state_dir / "decisions" / "identity"


def read_decisions(path: Path) -> list[Decision]:
    """Read a file of decisions, all or nothing.

    Raises:
        InputError: Names file, line and rule of the first faults, and what to do.
    """
    if path.stat().st_size > _MOST_BYTES:
        raise InputError(f"{path.name}: more than {_MOST_BYTES:,} bytes", "That is no list of decisions.")
    try:
        text = read_private(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name}: not UTF-8 at byte {error.start}", "Save it as CSV UTF-8.") from error
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        _check_header(path.name, list(reader.fieldnames or ()))
        found = list(_read_rows(reader))
    except csv.Error as error:
        raise InputError(
            f"{path.name} line {reader.line_num}: {error}", "Save it as CSV again, with quotes around commas."
        ) from error
    faults = [f"{path.name} line {line}: {fault}" for line, fault in found if isinstance(fault, str)]
    decisions = [(line, one) for line, one in found if isinstance(one, Decision)]
    faults += _contradictions(path.name, decisions)
    if faults:
        raise InputError(
            f"{len(faults)} faults: {'; '.join(faults[:5])}",
            "Correct these lines and hand the file in again; nothing of it was taken in.",
        )
    return [one for _, one in decisions]


def _check_header(name: str, header: list[str]) -> None:
    wrong = [f"{column} is missing" for column in REQUIRED if column not in header]
    wrong += [f"{column} is unknown" for column in header if column not in {*REQUIRED, *LISTED}]
    if len(set(header)) < len(header):
        wrong.append("a column stands twice")
    if wrong:
        raise InputError(
            f"{name} line 1: {'; '.join(wrong)}", f"The header needs {', '.join(REQUIRED)}: docs/identity.md."
        )


def _read_rows(reader: csv.DictReader[str]) -> Iterator[tuple[int, Decision | str]]:
    for row in reader:
        if None in row or None in row.values():
            yield reader.line_num, "more or fewer fields than the header"
        elif row["decision"]:
            yield reader.line_num, _decision(row)


def _decision(row: dict[str, str]) -> Decision | str:
    """Return the decision of a row, or what is wrong with it; ids are never quoted."""
    if row["kind"] not in get_args(Kind):
        return f"kind is none of {', '.join(get_args(Kind))}"
    if row["decision"] not in get_args(Verdict):
        return f"decision is none of {', '.join(get_args(Verdict))}"
    if empty := [column for column in REQUIRED if not row[column].strip()]:
        return f"{empty[0]} is empty"
    if row["kind"] == "nominal" and row["record_id"] == row["nominal_id"]:
        return "record_id and nominal_id are the same nominal"
    try:
        when = date.fromisoformat(row["decided_on"])
    except ValueError:
        return "decided_on is no date like 2026-09-20"
    kind, decision = cast("Kind", row["kind"]), cast("Verdict", row["decision"])
    return Decision(kind, row["record_id"], row["nominal_id"], decision, row["decided_by"].strip(), when)


def _contradictions(name: str, decisions: list[tuple[int, Decision]]) -> list[str]:
    """Name lines that decide the same case both ways on the same day: nobody can tell which holds."""
    seen: dict[tuple[tuple[str, str, str], date], tuple[int, str]] = {}
    faults = []
    for line, one in decisions:
        first, decided = seen.setdefault((one.case, one.decided_on), (line, one.decision))
        if decided != one.decision:
            faults.append(f"{name} line {line}: the opposite of line {first}, on the same day")
    return faults


def take_in(settings: Settings, path: Path) -> tuple[int, bool]:
    """Take a file of decisions in; the same content again changes nothing.

    Returns:
        How many decisions it holds, and whether they are new.

    Raises:
        InputError: Something in it is wrong; nothing was taken in.
        LockedError: A run is at work.
    """
    with run_lock(settings.state_dir):
        stones = Tombstones(settings)
        decisions = [one for one in read_decisions(path) if not _is_erased(one, stones)]
        if not decisions:
            raise InputError(f"{path.name} holds no decision", "Fill in decision, decided_by and decided_on.")
        content = _written(decisions)
        before = sorted(decisions_folder(settings).glob("*.csv"))
        digest = hashlib.sha256(content.encode()).hexdigest()[:12]
        if any(one.stem.endswith(digest) for one in before):
            return len(decisions), False
        number = 1 + max((int(one.name.split("-")[0]) for one in before), default=0)
        write_private(decisions_folder(settings) / f"{number:04d}-{digest}.csv", content)
        audit.record(
            settings, "identity_decisions", decisions=len(decisions), file=f"{number:04d}-{digest}.csv"
        )
        return len(decisions), True


def decisions_in_force(settings: Settings, as_at: date) -> list[Decision]:
    """Return what holds at a date: of each case the latest decision on or before it, of one day the last taken in."""
    latest: dict[tuple[str, str, str], Decision] = {}
    for path in sorted(decisions_folder(settings).glob("*.csv")):
        for one in read_decisions(path):
            before = latest.get(one.case)
            if one.decided_on <= as_at and (before is None or before.decided_on <= one.decided_on):
                latest[one.case] = one
    return [latest[case] for case in sorted(latest)]


def scrub(settings: Settings, stones: Tombstones) -> int:
    """Take out every decision on somebody who was erased; return how many."""
    gone = 0
    for path in sorted(decisions_folder(settings).glob("*.csv")):
        decisions = read_decisions(path)
        kept = [one for one in decisions if not _is_erased(one, stones)]
        gone += len(decisions) - len(kept)
        if len(kept) < len(decisions):
            write_private(path, _written(kept))
    return gone


def _is_erased(one: Decision, stones: Tombstones) -> bool:
    return stones.has("nominal", one.nominal_id) or stones.has(_KEPT_AS[one.kind], one.record_id)


def _written(decisions: Iterable[Decision]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([field.name for field in fields(Decision)])
    writer.writerows(astuple(one) for one in decisions)
    return stream.getvalue()
