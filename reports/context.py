"""What a page says about itself: everything that is not in the reporting schema, given by the caller.

Pages never read the clock, a setting or an environment variable. What they print comes from the
warehouse or from here, so that the same release always gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from include.files import write_durably
from include.sealed import read_private
from reports.board.options import BoardOptions
from reports.outputs import OutputRecord

FILE = "context.json"
"""Beside the pages: what they were told, so that any of them can be made again."""

BLOCKING = ("fail", "error", "missing")
"""Statuses of a check that keep the gate closed."""


class Stage(NamedTuple):
    """One stage of a run.

    Args:
        name: What was done.
        seconds: How long it took.
        note: What came of it.
    """

    name: str
    seconds: float
    note: str = ""


@dataclass(frozen=True)
class CheckRow:
    """One check of the gate, as the verdict holds it."""

    kind: str
    name: str
    status: str
    detail: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class WaiverRow:
    """A check that may fail for a while: who decided so, why, and until when."""

    check: str
    owner: str
    reason: str
    expires: date


@dataclass(frozen=True)
class PageContext:
    """Provenance and furniture of every page of one release.

    Args:
        marking: Security marking, printed at top and bottom and in the names of downloads.
        force_name: The force.
        as_at: The date up to which the release knows things.
        extract_dates: Latest extract date in effect, by source.
        release_id: The release.
        code_version: Version of the code.
        algorithm_version: Version of the algorithm.
        run_id: The run that made it.
        gate_result: One sentence.
        warnings: Sentences that a reader must see.
        checks: Every check of the gate.
        stages: Stages of the run so far.
        generated_at: When, as text; the caller's clock, not ours.
        waivers: Waivers in force.
        max_age_days: Days after ``as_at`` from which the figures are out of date.
        outcome: ``published`` or ``preview``.
        inputs_hash: Of everything that the figures were made from.
        held: Outputs that are carried over from the release before; on the index: all.
        board: What the installation decides of its board pack.
        model_rows: Rows of every published model.
        protection: What protects the data at rest, in a sentence.
    """

    marking: str
    force_name: str
    as_at: date
    extract_dates: Mapping[str, date | None]
    release_id: str
    code_version: str
    algorithm_version: str
    run_id: str
    gate_result: str
    warnings: tuple[str, ...] | list[str] = ()
    checks: tuple[CheckRow, ...] | list[CheckRow] = ()
    stages: tuple[Stage, ...] | list[Stage] = ()
    generated_at: str = ""
    waivers: tuple[WaiverRow, ...] | list[WaiverRow] = ()
    max_age_days: int = 16
    outcome: str = "published"
    inputs_hash: str = ""
    held: tuple[OutputRecord, ...] | list[OutputRecord] = ()
    board: BoardOptions = BoardOptions()
    model_rows: Mapping[str, int] = field(default_factory=dict)
    protection: str = ""

    def came(self, *sources: str) -> bool:
        """Whether anything was delivered by one of the sources: a nought of one that never came is not known."""
        return any(self.extract_dates.get(source) is not None for source in sources)


class CheckRecord(BaseModel):
    """A check inside a run record."""

    model_config = ConfigDict(extra="ignore", from_attributes=True)

    kind: str = ""
    name: str
    status: str
    detail: str = ""
    remedy: str = ""


class StageRecord(BaseModel):
    """A stage inside a run record."""

    model_config = ConfigDict(extra="ignore", from_attributes=True)

    name: str
    seconds: float
    note: str = ""
    is_ok: bool = True


class Blocker(BaseModel):
    """One thing that stopped a run, and what to do about it."""

    model_config = ConfigDict(extra="ignore", from_attributes=True)

    what: str
    remedy: str = ""


class RunRecord(BaseModel):
    """A run as its page shows it; all but id and outcome may be missing, since a run may end early.

    ``blocked_by`` may be left out: then the checks that failed say what blocked it.
    """

    model_config = ConfigDict(extra="ignore", from_attributes=True)

    run_id: str
    outcome: str
    marking: str = "OFFICIAL-SENSITIVE"
    force_name: str = ""
    as_at: date | None = None
    extract_dates: dict[str, date | None] = Field(default_factory=dict)
    release_id: str = ""
    release_in_force: str = ""
    code_version: str = ""
    algorithm_version: str = ""
    gate_result: str = ""
    reason: str = ""
    remedy: str = ""
    blocked_by: list[Blocker] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)
    checks: list[CheckRecord] = Field(default_factory=list)
    stages: list[StageRecord] = Field(default_factory=list)
    inputs: list[dict[str, Any]] = Field(default_factory=list)
    model_rows: dict[str, int] = Field(default_factory=dict)
    generated_at: str = ""
    max_age_days: int = 16
    protection: str = ""

    @classmethod
    def of(cls, context: PageContext) -> RunRecord:
        """The record of a run whose release is being rendered."""
        return cls(
            run_id=context.run_id,
            outcome=context.outcome,
            marking=context.marking,
            force_name=context.force_name,
            as_at=context.as_at,
            extract_dates=dict(context.extract_dates),
            release_id=context.release_id,
            code_version=context.code_version,
            algorithm_version=context.algorithm_version,
            gate_result=context.gate_result,
            warnings=list(context.warnings),
            checks=[CheckRecord.model_validate(check) for check in context.checks],
            stages=[StageRecord(name=s.name, seconds=s.seconds, note=s.note) for s in context.stages],
            generated_at=context.generated_at,
            model_rows=dict(context.model_rows),
            max_age_days=context.max_age_days,
            protection=context.protection,
        )


_CONTEXT = TypeAdapter(PageContext)


def save_context(folder: Path, context: PageContext) -> Path:
    """Write what the pages of a folder were told, beside them."""
    return write_durably(folder / FILE, _CONTEXT.dump_json(context, indent=1).decode() + "\n")


def load_context(folder: Path) -> PageContext | None:
    """Return what the pages of a folder were told; ``None`` where it was not written down."""
    path = folder / FILE
    return _CONTEXT.validate_json(read_private(path)) if path.is_file() else None
