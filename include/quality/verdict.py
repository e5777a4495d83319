"""The verdict on one build: one row per check, and the one rule that opens or closes the gate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from include.errors import IntegrityError
from include.files import write_durably

FILE = "verdict.json"


class Kind(StrEnum):
    """Which part of the gate a check belongs to."""

    DBT = "dbt"
    GX = "gx"
    RECONCILIATION = "reconciliation"
    DELIVERY = "delivery"
    RELEASE = "release"
    GATE = "gate"


class Status(StrEnum):
    """What a check found. Only ``pass`` and ``warn`` let a build through."""

    PASS = "pass"  # noqa: S105  a status, not a password
    WARN = "warn"
    FAIL = "fail"
    ERROR = "error"
    MISSING = "missing"


PASSING = frozenset({Status.PASS, Status.WARN})


class Check(BaseModel):
    """One row of a verdict.

    Attributes:
        kind: Part of the gate.
        name: Unique within its kind.
        status: What was found.
        detail: A sentence with the figures that decided; no personal data.
        remedy: What to do about it; empty when it passed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    name: str
    status: Status
    detail: str = ""
    remedy: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Kind and name: what a verdict may hold only once."""
        return (self.kind.value, self.name)


class Verdict(BaseModel):
    """Everything that was checked on one build, bound to it by the hash of its warehouse file.

    Attributes:
        build_id: The build that was checked.
        inputs_hash: Of the plan that it was built from.
        warehouse_sha256: Of ``warehouse.duckdb`` as checked; what is published must have the same.
        expected: Kind and name of every check that was due, known before any ran.
        checks: What was found.
        is_open: Whether the build may be published; recomputed by whoever relies on it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    build_id: str
    inputs_hash: str
    warehouse_sha256: str
    expected: list[tuple[str, str]]
    checks: list[Check]
    is_open: bool = False

    @property
    def blocking(self) -> list[Check]:
        """Checks that close the gate."""
        return [check for check in self.checks if check.status not in PASSING]

    @property
    def warnings(self) -> list[Check]:
        """Checks that let the build through, and are printed in the reports."""
        return [check for check in self.checks if check.status is Status.WARN]

    def counts(self) -> dict[str, int]:
        """Return how many checks have each status."""
        return {status.value: sum(check.status is status for check in self.checks) for status in Status}


class Decision(BaseModel):
    """Whether the gate is open, and if not, every reason why."""

    model_config = ConfigDict(frozen=True)

    is_open: bool
    reasons: list[str]


def decide(
    verdict: Verdict | None,
    expected: Iterable[tuple[str, str]],
    build_id: str,
    warehouse_sha256: str | None = None,
) -> Decision:
    """Open the gate only if every check that was due ran once on this very build and passed. Pure.

    Args:
        verdict: What was found; ``None`` if there is none.
        expected: Kind and name of every check that was due.
        build_id: The build that asks to be published.
        warehouse_sha256: Of its warehouse file now, to be compared if given.
    """
    if verdict is None:
        return Decision(is_open=False, reasons=["There is no verdict."])
    due = {(str(kind), name) for kind, name in expected}
    found = [check.key for check in verdict.checks]
    reasons = _identity_faults(verdict, build_id, warehouse_sha256)
    if not due:
        reasons.append("No check was due: a gate without checks is closed.")
    reasons += [f"{kind} check {name} was due and did not run." for kind, name in sorted(due - set(found))]
    reasons += [f"{kind} check {name} ran and was not due." for kind, name in sorted(set(found) - due)]
    reasons += [f"{kind} check {name} stands twice." for kind, name in _repeated(found)]
    reasons += [
        f"{check.kind} check {check.name}: {check.status}. {check.detail}" for check in verdict.blocking
    ]
    return Decision(is_open=not reasons, reasons=reasons)


def _identity_faults(verdict: Verdict, build_id: str, warehouse_sha256: str | None) -> list[str]:
    faults = []
    if verdict.build_id != build_id:
        faults.append(f"The verdict is on build {verdict.build_id}, not on {build_id}.")
    if warehouse_sha256 is not None and verdict.warehouse_sha256 != warehouse_sha256:
        faults.append("The warehouse file is not the one that was checked.")
    return faults


def _repeated(keys: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(key for key, times in Counter(keys).items() if times > 1)


def save_verdict(verdict: Verdict, folder: Path) -> Path:
    """Write ``verdict.json`` into the folder of the build."""
    return write_durably(folder / FILE, verdict.model_dump_json(indent=1) + "\n")


def load_verdict(folder: Path) -> Verdict | None:
    """Read ``verdict.json``; ``None`` if there is none.

    Raises:
        IntegrityError: It is empty, cut off, or not a verdict.
    """
    path = folder / FILE
    if not path.exists():
        return None
    try:
        return Verdict.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise IntegrityError(
            f"{path.name} of build {folder.name} cannot be read: {error.error_count()} faults",
            "Run the gate again on this build.",
        ) from error
