"""The record of one run: what it was asked, what each stage did, and how it ended.

``state/runs/<run_id>.json`` is written after every stage, so that a run that was killed still tells
where it was; the run page is made from it, also when nothing was published.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from include.errors import HhwError, InputError
from include.files import write_durably
from include.lock import is_held
from include.quality.verdict import Verdict
from include.settings import Settings
from reports.outputs import Cadence


class Outcome(StrEnum):
    """How a run ended."""

    RUNNING = "running"
    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    PREVIEW = "preview"
    BLOCKED = "blocked"
    FAILED = "failed"
    CUT_OFF = "cut off"


# Ends of a run that did not get through, in words; what the same run does afterwards opens it again.
STOPPED = {Outcome.BLOCKED: "was blocked", Outcome.FAILED: "failed", Outcome.CUT_OFF: "was cut off"}
# Where Airflow drives, the run lock is free between two tasks of a run, and before a retry for five minutes.
_BETWEEN_TASKS = timedelta(minutes=30)


class Mode(StrEnum):
    """Whether a run publishes or only shows what it would publish."""

    PUBLISH = "publish"
    PREVIEW = "preview"


class RunRequest(BaseModel):
    """What a run is asked to do.

    Attributes:
        as_at: Date of the figures; default: the earliest of the sources' latest extract dates.
        run_dates: Dates with commas between, or ``FROM:TO:DAYS``; default: the scheduled fortnights.
        mode: Publish, or only show.
        cadence: Which outputs are due; what nobody has made yet is made as well.
        reason: Why it was started by hand.
        is_anew: Carry nothing over that could name a person: every page is made again.
    """

    model_config = ConfigDict(frozen=True)

    as_at: date | None = None
    run_dates: str | None = None
    mode: Mode = Mode.PUBLISH
    cadence: Cadence = Cadence.FORTNIGHTLY
    reason: str = ""
    is_anew: bool = False


class StageRecord(BaseModel):
    """What one stage of a run did."""

    name: str
    seconds: float
    peak_memory_mb: float
    rows: int | None = None
    note: str = ""
    is_ok: bool = True


class DeliverySummary(BaseModel):
    """What became of one delivery."""

    source: str
    delivery_id: str
    status: str
    mode: str = ""
    extract_date: date | None = None
    rows: int = 0
    loaded: int = 0
    quarantined: int = 0
    reasons: list[str] = Field(default_factory=list)


class RunRecord(BaseModel):
    """The record of one run; what ``render_run_page`` is given."""

    run_id: str
    trigger: str = "manual"
    request: RunRequest = Field(default_factory=RunRequest)
    started_at: str
    finished_at: str | None = None
    outcome: Outcome = Outcome.RUNNING
    as_at: date | None = None
    run_dates: int = 0
    build_id: str | None = None
    release_id: str | None = None
    base_release: str | None = None
    code_version: str = ""
    algorithm_version: str = ""
    deliveries: list[DeliverySummary] = Field(default_factory=list)
    stages: list[StageRecord] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)
    verdict: Verdict | None = None
    model_rows: dict[str, int] = Field(default_factory=dict)
    error: str = ""
    remedy: str = ""
    exit_code: int = 0

    @property
    def seconds(self) -> float:
        """Time at work, all stages together."""
        return sum(stage.seconds for stage in self.stages)


def run_id_of(key: str) -> str:
    """Derive a run id from whatever an orchestrator calls its run, which may hold dots, slashes or worse."""
    return f"run-{hashlib.sha256(key.encode()).hexdigest()[:12]}"


def runs_dir(settings: Settings) -> Path:
    """Return the folder of the run records."""
    return settings.state_dir / "runs"


def run_page(settings: Settings, run_id: str) -> Path:
    """Return where the page of a run lies."""
    return settings.data_dir / "runs" / f"{run_id}.html"


def save_run(settings: Settings, record: RunRecord) -> Path:
    """Write the record durably."""
    return write_durably(
        runs_dir(settings) / f"{record.run_id}.json", record.model_dump_json(indent=1) + "\n"
    )


def load_run(settings: Settings, run_id: str) -> RunRecord:
    """Read the record of a run.

    Raises:
        InputError: There is none of this id.
    """
    path = runs_dir(settings) / f"{run_id}.json"
    if not path.is_file():
        raise InputError(f"No run {run_id} is on record.", "`hhw status` lists the last runs.")
    return RunRecord.model_validate_json(path.read_bytes())


def list_runs(settings: Settings) -> list[RunRecord]:
    """Return all run records, newest first."""
    folder = runs_dir(settings)
    if not folder.is_dir():
        return []
    records = [RunRecord.model_validate_json(path.read_bytes()) for path in folder.glob("*.json")]
    return sorted(records, key=lambda record: (record.started_at, record.run_id), reverse=True)


def runs_as_they_are(settings: Settings) -> list[RunRecord]:
    """Return all run records, newest first; one that is open while nobody is at work is told as cut off."""
    runs = list_runs(settings)
    left = [run for run in runs if _is_left(settings, run)]
    if left and not is_held(settings.state_dir):
        for run in left:
            run.outcome = Outcome.CUT_OFF
    return runs


def close_cut_off(settings: Settings, but: str = "") -> list[RunRecord]:
    """Write down of runs that were cut off that they were, and return them.

    Args:
        settings: Of this installation.
        but: The run of the caller, who holds the run lock: so nobody is at work on any other.
    """
    closed = [run for run in list_runs(settings) if _is_left(settings, run) and run.run_id != but]
    for run in closed:
        place = (
            f"after its stage {run.stages[-1].name}" if run.stages else "before the end of its first stage"
        )
        run.error = f"The run was cut off {place}: it was killed, or the machine stopped."
        run.remedy = "Start it again; what it had finished is found done."
        run.outcome, run.exit_code = Outcome.CUT_OFF, HhwError.exit_code
        save_run(settings, run)
    return closed


def _is_left(settings: Settings, run: RunRecord) -> bool:
    """Tell whether a run is open on record, and not for so short a time that it is between two tasks."""
    if run.outcome is not Outcome.RUNNING:
        return False
    is_driven = settings.profile == "production"
    return not is_driven or datetime.now(UTC) - written_at(settings, run) > _BETWEEN_TASKS


def written_at(settings: Settings, run: RunRecord) -> datetime:
    """Return when the record of a run was written last."""
    return datetime.fromtimestamp((runs_dir(settings) / f"{run.run_id}.json").stat().st_mtime, UTC)
