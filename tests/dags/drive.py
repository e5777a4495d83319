"""A process of its own for Airflow, which keeps its settings per process: drives the DAGs, prints what happened."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from include.airflow_home import POOL
from include.files import private_dir
from include.ingest import ingest_all
from include.publication.release import release_in_force
from include.publication.rollback import rollback
from include.run import _load_dags
from include.runs import list_runs
from include.settings import REPOSITORY, Settings, get_settings
from tests.ingest.builder import full

TWELVE = REPOSITORY / "tests" / "fixtures" / "twelve_people" / "landing"
CONF = {"as_at": "2026-09-20", "run_dates": "2026-09-06,2026-09-20", "mode": "publish", "reason": "test"}

BAD = [
    {"as_at": "; rm -rf /"},
    {"run_dates": "$(reboot) 2026-09-20"},
    {"mode": "force"},
    {"reason": "x" * 301},
]


def _shape(dag: Any) -> dict[str, Any]:
    return {
        "doc": dag.doc_md,
        "tags": sorted(dag.tags),
        "catchup": dag.catchup,
        "max_active_runs": dag.max_active_runs,
        "start": str(dag.start_date),
        "zone": str(dag.timezone),
        "params": {name: dag.params.get_param(name).schema for name in dag.params},
        "tasks": {
            task.task_id: {
                "pool": task.pool,
                "has_callback": bool(task.on_failure_callback),
                "downstream": sorted(task.downstream_task_ids),
                "outlets": [str(getattr(one, "uri", one)) for one in getattr(task, "outlets", [])],
            }
            for task in dag.tasks
        },
        "file": dag.fileloc.rsplit("/", 1)[-1],
    }


def _states(run: Any) -> dict[str, Any]:
    instances = [f"{one.task_id}[{one.map_index}]={one.state}" for one in run.get_task_instances()]
    return {"state": str(run.state.value), "tasks": sorted(instances), "logical_date": str(run.logical_date)}


def _refusal(dag: Any, conf: dict[str, str]) -> str:
    from airflow.sdk.exceptions import ParamValidationError

    try:
        dag.test(run_conf={**CONF, **conf})
    except ParamValidationError as error:
        return str(error)
    return ""


@contextmanager
def _failpoint_in(module: Any, name: str) -> Iterator[None]:
    real = getattr(module, name)

    def explode(*_: object, **__: object) -> None:
        raise RuntimeError("the page could not be drawn")

    setattr(module, name, explode)
    try:
        yield
    finally:
        setattr(module, name, real)


def _answer(option: str, user: str, note: str, seen: dict[str, Any]) -> None:
    """Answer the question of a waiting task as the page of Airflow would, by the function behind its API."""
    from airflow.api_fastapi.app import init_auth_manager
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
    from airflow.api_fastapi.core_api.datamodels.hitl import UpdateHITLDetailPayload
    from airflow.api_fastapi.core_api.routes.public.hitl import update_hitl_detail
    from fastapi import HTTPException

    init_auth_manager()
    payload = UpdateHITLDetailPayload(chosen_options=[option], params_input={"note": note})
    with _waiting_task(seen) as (session, instance):
        for name in ("mallory", user):
            try:
                update_hitl_detail(
                    instance.dag_id,
                    instance.run_id,
                    instance.task_id,
                    payload,
                    SimpleAuthManagerUser(username=name, role="admin"),
                    session,
                )
            except HTTPException as error:
                seen.setdefault("turned away", []).append([name, error.status_code])


def _let_it_time_out(seen: dict[str, Any]) -> None:
    """Move the end of the waiting into the past, and do what the scheduler does then."""
    from airflow.jobs.scheduler_job_runner import SchedulerJobRunner

    with _waiting_task(seen) as (session, instance):
        seen["ends at"] = str(instance.trigger_timeout)
        instance.trigger_timeout = datetime(2020, 1, 1, tzinfo=UTC)
        session.flush()
        runner = SchedulerJobRunner.__new__(SchedulerJobRunner)
        runner.check_awaiting_input_timeouts(session=session)


@contextmanager
def _waiting_task(seen: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Wait until a task waits for a person, note that it holds nothing, and give it out."""
    from airflow.models.pool import Pool
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session
    from sqlalchemy import select
    from sqlalchemy.orm import joinedload

    while True:
        with create_session() as session:
            query = (
                select(TaskInstance)
                .where(TaskInstance.state == "awaiting_input")
                .options(joinedload(TaskInstance.hitl_detail))
            )
            if (instance := session.scalars(query).first()) is not None:
                pool = session.scalars(select(Pool).where(Pool.pool == POOL)).one()
                seen["open slots"] = pool.open_slots(session=session)
                seen["lock is free"] = _lock_is_free()
                seen["question"] = [instance.hitl_detail.subject, instance.hitl_detail.body]
                seen["defaults"] = instance.hitl_detail.defaults
                seen["asked"] = [one["id"] for one in instance.hitl_detail.assignees or []]
                yield session, instance
                return
        time.sleep(0.2)


def _lock_is_free() -> bool:
    """Ask from another process: a lock is re-entrant within its own."""
    code = "import sys; from pathlib import Path; from include.lock import run_lock\n"
    code += "with run_lock(Path(sys.argv[1])): pass"
    command = [sys.executable, "-c", code, str(get_settings().state_dir)]
    return subprocess.run(command, cwd=REPOSITORY, check=False).returncode == 0


def _pack(dag: Any, conf: dict[str, Any], act: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Run the DAG of the board pack to its end, with a person beside it."""
    seen: dict[str, Any] = {}

    def act_or_end() -> None:
        try:
            act(seen)
        except BaseException:  # or the DAG would wait for this person for ever
            traceback.print_exc()
            os._exit(70)

    threading.Thread(target=act_or_end, daemon=True).start()
    states = _states(dag.test(run_conf=conf))
    page = get_settings().published_dir / "current" / "reports" / "board_pack.html"
    return {**states, "seen": seen, "pack": page.read_text(encoding="utf-8")}


def _decide_on_the_draft(pack: Any) -> dict[str, Any]:
    """The draft that the first release ended with: waits too long, is approved, rolled back, and then rejected."""
    settings = get_settings()
    first = str(release_in_force(settings))
    note = "Caseload is last month's."
    told = {"timeout": _pack(pack, CONF, _let_it_time_out)}
    told["approve"] = _pack(pack, CONF, lambda seen: _answer("Approve", "okoye", "Well done.", seen))
    rollback(settings, first, "a figure was questioned")
    told["reject"] = _pack(pack, CONF, lambda seen: _answer("Reject", "adeyemi", note, seen))
    told["reject again"] = _pack(pack, CONF, lambda seen: None)
    return told


def _retention(dag: Any) -> dict[str, Any]:
    """A request that cannot be carried out stays; once it is gone, the list is made."""
    requests, lists = (get_settings().data_dir / name for name in ("requests", "review"))
    file = private_dir(requests) / "september.csv"
    file.write_text("nominal_id,authority\nN9999,DPA-1\n", encoding="utf-8")
    refused = _states(dag.test(logical_date=None))
    left = file.read_text(encoding="utf-8")
    file.unlink()
    states = _states(dag.test(logical_date=None))
    return {**states, "refused": refused, "left": left, "lists": [path.name for path in lists.iterdir()]}


def _take_in_newer(settings: Settings) -> None:
    """Two weeks later the records system holds other people altogether."""
    landing = settings.data_dir.parent / "newer"
    full(delivery_id="20261004", extract_date="2026-10-04").write(landing)
    ingest_all(settings, landing)


def main() -> None:
    settings = get_settings()
    dags = _load_dags(settings)
    told: dict[str, Any] = {"dags": {name: _shape(dag) for name, dag in dags.items()}, "runs": {}}
    ingest, publish, freshness = (
        dags["ingest_extracts"], dags["publish_rankings_fortnightly"], dags["check_freshness_daily"]
    )  # fmt: skip
    evaluate, board = dags["evaluate_algorithm_half_yearly"], dags["publish_board_pack_monthly"]
    runs = told["runs"]
    runs["ingest"] = _states(ingest.test())
    runs["ingest again"] = _states(ingest.test())
    told["refused"] = [_refusal(publish, bad) for bad in BAD]
    import include.pages

    when = datetime(2026, 9, 21, 6, tzinfo=UTC)
    with _failpoint_in(include.pages, "render_release"):
        runs["publish with a broken page"] = _states(publish.test(when, when, CONF))
    told["in force after a broken page"] = (settings.published_dir / "current").is_symlink()
    told["page of the broken run"] = [path.name for path in (settings.data_dir / "runs").glob("*.html")]
    runs["publish"] = _states(publish.test(when, when, CONF))
    _take_in_newer(settings)
    runs["publish again"] = _states(publish.test(run_conf={**CONF, "reason": "again"}, logical_date=None))
    runs["freshness"] = _states(freshness.test(logical_date=None))
    runs |= _decide_on_the_draft(board)
    evaluated = {**CONF, "run_dates": "2026-09-20", "reason": "by hand"}
    runs["evaluate"] = _states(evaluate.test(run_conf=evaluated, logical_date=None))
    runs["retention"] = _retention(dags["review_retention_monthly"])
    told["outcomes"] = [run.outcome.value for run in reversed(list_runs(settings))]
    with open(sys.argv[1], "w", encoding="utf-8") as stream:  # noqa: PTH123
        json.dump(told, stream, default=str)


if __name__ == "__main__":
    main()
