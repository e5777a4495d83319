"""A process of its own for Airflow, which keeps its settings per process: drives the DAGs, prints what happened."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from include.run import _load_dags
from include.runs import list_runs
from include.settings import REPOSITORY, get_settings

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


def main() -> None:
    settings = get_settings()
    dags = _load_dags(settings)
    told: dict[str, Any] = {"dags": {name: _shape(dag) for name, dag in dags.items()}, "runs": {}}
    ingest, publish, freshness = (
        dags["ingest_extracts"], dags["publish_rankings_fortnightly"], dags["check_freshness_daily"]
    )  # fmt: skip
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
    runs["publish again"] = _states(publish.test(run_conf={**CONF, "reason": "again"}, logical_date=None))
    runs["freshness"] = _states(freshness.test(logical_date=None))
    told["outcomes"] = [run.outcome.value for run in reversed(list_runs(settings))]
    with open(sys.argv[1], "w", encoding="utf-8") as stream:  # noqa: PTH123
        json.dump(told, stream, default=str)


if __name__ == "__main__":
    main()
