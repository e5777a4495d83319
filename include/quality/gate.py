"""The gate: every check that is due on a build, in one verdict, and closed unless all of them passed.

What is due is known before anything runs: from the dbt manifest, the suites on disk and fixed lists. A
part that raises leaves its checks missing, and missing is closed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from include.errors import IntegrityError
from include.files import sha256_file
from include.logs import get_logger
from include.progress import say
from include.quality import dbt_checks, delivery_checks, gx_checks, reconcile, release_checks, waivers
from include.quality.subject import Subject
from include.quality.verdict import Check, Kind, Status, Verdict, decide, save_verdict
from include.settings import REPOSITORY, Settings
from include.warehouse.build import BuildResult
from include.warehouse.plan import RunPlan
from include.warehouse.stores import open_store

_log = get_logger(__name__)
EXPECTATIONS = REPOSITORY / "expectations"


@dataclass(frozen=True)
class Part:
    """One part of the gate: what is due, and how it is found out."""

    kind: Kind
    expected: Callable[[Subject], Sequence[str]]
    run: Callable[[Subject], Sequence[Check]]


PARTS = (
    Part(Kind.DBT, dbt_checks.expected, dbt_checks.run),
    Part(Kind.RECONCILIATION, reconcile.expected, reconcile.run),
    Part(Kind.DELIVERY, delivery_checks.expected, delivery_checks.run),
    Part(Kind.RELEASE, release_checks.expected, release_checks.run),
    Part(Kind.GX, gx_checks.expected, gx_checks.run),
)


def subject_of(
    settings: Settings,
    plan: RunPlan,
    build: BuildResult,
    today: date | None = None,
    suites: Path = EXPECTATIONS,
) -> Subject:
    """Return what the gate looks at."""
    return Subject(settings, plan, build, today or datetime.now(UTC).date(), suites)


def run_gate(
    settings: Settings,
    plan: RunPlan,
    build: BuildResult,
    *,
    today: date | None = None,
    suites: Path = EXPECTATIONS,
) -> Verdict:
    """Check a build, write ``verdict.json`` beside it, and return the verdict, open or closed.

    Raises:
        IntegrityError: The warehouse file was not closed properly.
    """
    subject = subject_of(settings, plan, build, today, suites)
    _checkpoint(build.warehouse)
    sha256 = sha256_file(build.warehouse)
    expected: list[tuple[str, str]] = []
    checks: list[Check] = []
    for part in PARTS:
        due, found = _run_part(part, subject)
        expected += due
        checks += found
    checks = _with_waivers(subject, checks)
    expected.append((Kind.GATE.value, waivers.CHECK))
    verdict = Verdict(
        build_id=plan.build_id,
        inputs_hash=plan.inputs_hash,
        warehouse_sha256=sha256,
        expected=expected,
        checks=checks,
    )
    decision = decide(verdict, expected, plan.build_id, sha256_file(build.warehouse))
    verdict = verdict.model_copy(update={"is_open": decision.is_open})
    save_verdict(verdict, build.folder)
    return verdict


def expected_checks(subject: Subject) -> list[tuple[str, str]]:
    """Return kind and name of every check that is due on a build, without running any."""
    due = [(part.kind.value, name) for part in PARTS for name in part.expected(subject)]
    return [*due, (Kind.GATE.value, waivers.CHECK)]


def _run_part(part: Part, subject: Subject) -> tuple[list[tuple[str, str]], list[Check]]:
    """Run one part; whatever it raises becomes a check that blocks, never an exception that hides the rest."""
    due: list[tuple[str, str]] = []
    try:
        due = [(part.kind.value, name) for name in part.expected(subject)]
        found = list(part.run(subject))
    except Exception as error:  # an unknown fault must close the gate, whatever it is
        _log.exception("the %s part of the gate raised", part.kind)
        return due, [*_missing(due, []), _raised(part, error)]
    say(
        f"  {part.kind.value}: {len(found)} checks, {sum(c.status is not Status.PASS for c in found)} not passed"
    )
    return due, [*found, *_missing(due, found)]


def _missing(due: Sequence[tuple[str, str]], found: Sequence[Check]) -> list[Check]:
    there = {check.key for check in found}
    return [
        Check(
            kind=Kind(kind),
            name=name,
            status=Status.MISSING,
            detail="It was due and did not run.",
            remedy="Look at the other checks first: something it needs may have failed.",
        )
        for kind, name in due
        if (kind, name) not in there
    ]


def _raised(part: Part, error: Exception) -> Check:
    return Check(
        kind=Kind.GATE,
        name=f"the {part.kind.value} part ran to its end",
        status=Status.ERROR,
        detail=f"{type(error).__name__}: {str(error).strip().splitlines()[0][:200] if str(error).strip() else ''}",
        remedy="The log of the run has the traceback. This is a fault of the gate or of its files, not of the data.",
    )


def _with_waivers(subject: Subject, checks: list[Check]) -> list[Check]:
    try:
        judged, _ = waivers.apply_waivers(checks, waivers.load_waivers(subject.suites_dir), subject.today)
    except Exception as error:  # waivers that cannot be read must not open anything
        _log.exception("the waivers could not be read")
        unread = Check(
            kind=Kind.GATE, name=waivers.CHECK, status=Status.ERROR, detail=str(error).splitlines()[0][:200]
        )
        return [*checks, unread]
    return judged


def _checkpoint(warehouse: Path) -> None:
    """Leave one file without a write-ahead log: a log that is cut or lost loses rows without a word."""
    log = warehouse.with_name(warehouse.name + ".wal")
    if log.exists():
        with open_store(warehouse, read_only=False) as connection:
            connection.execute("checkpoint")
    if log.exists():
        raise IntegrityError(f"{log.name} is still there after a checkpoint.", "Start the run again.")
