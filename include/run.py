"""``make run``: the real DAGs, in the real Airflow, in one process, on SQLite metadata in the data directory.

The one module of ``include/`` that imports Airflow, and only when it runs: it stands where the scheduler
would stand, and calls nothing that the scheduler would not call.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from include import summary
from include.airflow_home import POOL, enter_airflow_environment, home_folder
from include.documentation import write_model_docs
from include.errors import HhwError, UsageError
from include.files import private_dir
from include.lock import run_lock
from include.logs import get_logger
from include.progress import say, show_on
from include.runs import Outcome, RunRecord, RunRequest, load_run, run_id_of
from include.settings import REPOSITORY, Settings, get_settings
from include.warehouse.build import parsed_ahead
from include.warehouse.run_dates import parse_run_dates

_log = get_logger(__name__)
INGEST = "ingest_extracts"
PUBLISH = "publish_rankings_fortnightly"
_GOOD = frozenset({Outcome.PUBLISHED, Outcome.UNCHANGED, Outcome.PREVIEW})


def run_all(settings: Settings, request: RunRequest, nominals: int) -> int:
    """Take in what has been delivered and publish the ranking; the whole of ``make run``.

    Args:
        settings: Of this installation; without ``landing`` the synthetic force is generated.
        request: Date, run dates and mode.
        nominals: Size of the synthetic force.

    Returns:
        Exit code: 0 if a release is in force that this run made or found made.

    Raises:
        LockedError: Another run is at work; nothing was changed.
        UsageError: A variable cannot be used.
    """
    if request.run_dates:
        parse_run_dates(request.run_dates)
    if settings.landing is not None and not settings.landing.is_dir():
        raise UsageError(
            f"LANDING {settings.landing} is not a folder.", "Name the folder that holds the sources' folders."
        )
    log = private_dir(settings.state_dir / "logs") / f"run-{datetime.now(UTC):%Y%m%dT%H%M%S}.log"
    with run_lock(settings.state_dir), _console_to(log):
        say(f"Log: {log}")
        settings = _with_landing(settings, nominals)
        with parsed_ahead(settings):
            dags = _load_dags(settings)
            before = summary.deliveries_known(settings)
            taken_in = _drive(dags[INGEST], {})
        if taken_in != "success":
            raise HhwError("Taking in the deliveries broke down.", f"The log tells where: {log}")
        conf = {
            "as_at": f"{request.as_at:%Y-%m-%d}" if request.as_at else None,
            "run_dates": request.run_dates,
            "mode": request.mode.value,
            "reason": request.reason,
        }
        record = _publish(settings, dags[PUBLISH], conf, log)
        for line in summary.lines(settings, record, before):
            say(line)
        if record.outcome is Outcome.PUBLISHED:
            _document(settings)
        return 0 if record.outcome in _GOOD else record.exit_code or HhwError.exit_code


def _document(settings: Settings) -> None:
    """Write the documentation of the models beside the release, which neither waits for it nor falls with it."""
    try:
        say(f"  Models:   {write_model_docs(settings)}")
    except (HhwError, OSError) as error:
        _log.warning("the documentation of the models was not written: %s", error)
        say("  Models:   their documentation was not written (see the log); `make docs` tries again")


def _with_landing(settings: Settings, nominals: int) -> Settings:
    """Name the landing folder to the tasks, which read the environment; generate the force if there is none."""
    from include.generate import generated_force

    landing = settings.landing or generated_force(settings, nominals)
    os.environ["HHW_LANDING"] = str(landing.resolve())
    os.environ["HHW_DATA_DIR"] = str(settings.data_dir.resolve())
    get_settings.cache_clear()
    return get_settings()


def _load_dags(settings: Settings) -> dict[str, Any]:
    enter_airflow_environment(settings)
    is_new = _set_aside_broken(home_folder(settings) / "airflow.db")
    from airflow.dag_processing.dagbag import DagBag
    from airflow.models.pool import Pool
    from airflow.utils import db

    say("airflow ...")
    if is_new:
        db.initdb()
    else:
        db.upgradedb()
    Pool.create_or_update_pool(POOL, slots=1, description="One writer.", include_deferred=False)
    folder = REPOSITORY / "dags"
    sys.path.append(str(folder))  # as Airflow does for a bundle: DAG files share hhw_wiring.py
    bag = DagBag(folder, safe_mode=False)
    if bag.import_errors:
        names = ", ".join(sorted(bag.import_errors))
        raise HhwError(f"DAG files cannot be imported: {names}.", "The log has the tracebacks.")
    for dag in bag.dags.values():
        for task in dag.tasks:
            task.retries = 0  # a person waits: what fails is to be seen now, not in five minutes
    return dict(bag.dags)


def _set_aside_broken(database: Path) -> bool:
    """Return whether Airflow's database has to be made; one that cannot be read is moved out of the way.

    It holds no data of ours, so a run must not stop at it.
    """
    if not database.exists():
        return True
    try:
        with contextlib.closing(sqlite3.connect(database)) as connection:
            connection.execute("select version_num from alembic_version").fetchone()
    except sqlite3.DatabaseError:
        say("Airflow's own database cannot be read: it is set aside and made anew; no data is lost.")
        database.replace(database.with_suffix(".broken"))
        return True
    return False


def _drive(dag: Any, conf: dict[str, Any]) -> str:
    run = dag.test(run_conf=conf)
    return str(getattr(run.state, "value", run.state))


def _publish(settings: Settings, dag: Any, conf: dict[str, Any], log: Path) -> RunRecord:
    run = dag.test(run_conf=conf)
    try:
        return load_run(settings, run_id_of(f"{dag.dag_id}/{run.run_id}"))
    except HhwError as error:
        raise HhwError(
            "The publishing run broke down before it began.", f"The log tells where: {log}"
        ) from error


@contextlib.contextmanager
def _console_to(log: Path) -> Iterator[None]:
    """Send everything that libraries print to a file, and only progress to the person.

    Done on the file descriptors: Airflow and dbt write to them from places that no logging setup reaches.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    screen, errors = os.dup(1), os.dup(2)
    target = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    start = datetime.now(UTC)

    def show(line: str) -> None:
        seconds = (datetime.now(UTC) - start).total_seconds()
        os.write(screen, f"[{seconds:6.1f}s] {line}\n".encode())

    try:
        os.dup2(target, 1)
        os.dup2(target, 2)
        show_on(show)
        yield
    finally:
        show_on(None)
        sys.stdout.flush()
        sys.stderr.flush()
        os.dup2(screen, 1)
        os.dup2(errors, 2)
        for handle in (screen, errors, target):
            os.close(handle)
