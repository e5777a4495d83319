"""A stage of a run: under the run lock, timed, and written into the run record however it ends."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from include import audit
from include.errors import BlockedError, HhwError, storage_error
from include.failpoints import failpoint
from include.lock import run_lock
from include.logs import get_logger
from include.progress import peak_memory_mb, say
from include.runs import STOPPED, Outcome, RunRecord, StageRecord, load_run, save_run
from include.settings import Settings

_log = get_logger(__name__)


@dataclass
class Stage:
    """A stage under way: the record to write into, and what to say of it."""

    record: RunRecord
    rows: int | None = None
    note: str = ""


@contextmanager
def run_stage(settings: Settings, run_id: str, name: str) -> Iterator[Stage]:
    """Hold the run lock through one stage, time it, and write down how it ended, well or badly."""
    failpoint(f"before:{name}")
    with run_lock(settings.state_dir):
        stage = Stage(load_run(settings, run_id))
        say(f"{name} ...")
        start = time.monotonic()
        try:
            audit.require_unbroken(settings)
            yield stage
        except BaseException as error:
            _end(settings, stage, name, start, error)
            raise
        _end(settings, stage, name, start, None)
    failpoint(f"after:{name}")


def _end(settings: Settings, stage: Stage, name: str, start: float, error: BaseException | None) -> None:
    record = stage.record
    seconds = time.monotonic() - start
    kept = [one for one in record.stages if one.name != name]
    record.stages = [
        *kept,
        StageRecord(
            name=name,
            seconds=round(seconds, 2),
            peak_memory_mb=peak_memory_mb(),
            rows=stage.rows,
            note=stage.note,
            is_ok=error is None,
        ),
    ]
    if error is not None:
        known = error if isinstance(error, HhwError) else storage_error(error)
        if known is None:
            _log.error("stage %s broke down", name, exc_info=error)
            known = HhwError(f"{type(error).__name__} in {name}", "The log of the run has the traceback.")
        record.outcome = Outcome.BLOCKED if isinstance(known, BlockedError) else Outcome.FAILED
        record.error, record.remedy, record.exit_code = known.message, known.remedy, known.exit_code
    elif record.outcome in STOPPED:
        record.outcome, record.error, record.remedy, record.exit_code = Outcome.RUNNING, "", "", 0
    record.finished_at = datetime.now(UTC).isoformat(timespec="seconds")
    save_run(settings, record)
    if record.outcome in STOPPED:
        _write_run_page(settings, record)
    say(f"{name}: {seconds:.1f} s{', ' + stage.note if stage.note else ''}")


def _write_run_page(settings: Settings, record: RunRecord) -> None:
    from include.pages import render_run

    try:
        render_run(settings, record)
    except Exception as error:  # the error that ended the run must reach the person, not this one
        known = storage_error(error)
        _log.warning(
            "the run page could not be written%s", f": {known.message}" if known else "", exc_info=not known
        )
