"""The steps of a run, each idempotent: what the DAGs and the command line call, and nothing else does.

    open_run -> plan_run -> build_run -> check_run -> render_run_pages -> publish_run

A step that is done again after a kill or a retry does its work again or finds it done; none of them needs
anything but the run id. What a step finds out goes into the run record, from which the run page is made,
also when nothing was published.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime

from include import audit
from include.deliveries import summarise_deliveries
from include.errors import BlockedError, InputError
from include.publication.carry import is_held, rests_on_the_same
from include.publication.hashes import published_models
from include.publication.publish import PublishResult, ReleaseFacts, publish_build
from include.publication.release import release_in_force, remove_tree
from include.quality.gate import EXPECTATIONS, expected_checks, run_gate, subject_of
from include.quality.verdict import Verdict, load_verdict
from include.quality.waivers import load_waivers
from include.runs import (
    Mode,
    Outcome,
    RunRecord,
    RunRequest,
    close_cut_off,
    list_runs,
    load_run,
    run_id_of,
    run_page,
    runs_dir,
    save_run,
)
from include.settings import Settings
from include.space import for_build, require_space
from include.stages import run_stage
from include.warehouse.build import BuildResult, build_result, build_warehouse
from include.warehouse.plan import RunPlan, make_plan
from include.warehouse.run_dates import parse_run_dates
from include.warehouse.stores import open_store
from reports.outputs import Cadence

_KEEP_WORK_DAYS = 7
_DONE = frozenset({Outcome.PUBLISHED, Outcome.UNCHANGED})


def open_run(settings: Settings, request: RunRequest, key: str, trigger: str = "manual") -> str:
    """Open a run, or find the one that is open under this key already.

    Args:
        settings: Of this installation.
        request: What is asked for.
        key: Whatever the orchestrator calls its run; a retry has the same.
        trigger: ``manual``, ``scheduled``, ``asset``.

    Returns:
        The run id; safe as a file name whatever the key holds.

    Raises:
        UsageError: The run dates are none.
        IntegrityError: Ledger or audit log is not as it was written; nothing was written.
    """
    audit.require_unbroken(settings)
    if request.run_dates:
        parse_run_dates(request.run_dates)  # a typing error must show before any work is done
    run_id = run_id_of(key)
    if not (runs_dir(settings) / f"{run_id}.json").exists():
        now = datetime.now(UTC).isoformat(timespec="seconds")
        save_run(settings, RunRecord(run_id=run_id, trigger=trigger, request=request, started_at=now))
    return run_id


def plan_run(settings: Settings, run_id: str) -> str:
    """Decide from what the run will be computed, and return the build id."""
    with run_stage(settings, run_id, "plan") as stage:
        record = stage.record
        close_cut_off(settings, but=run_id)
        if record.outcome in _DONE and record.build_id:
            return record.build_id
        dates = parse_run_dates(record.request.run_dates) if record.request.run_dates else None
        plan = make_plan(settings, record.request.as_at, dates, record.request.cadence)
        plan.save(settings)
        if plan.build_id != record.build_id:
            record.stages = []  # what was done was done on another plan
        record.build_id, record.release_id = plan.build_id, plan.release_id
        record.base_release = plan.base_release
        record.as_at, record.run_dates = plan.as_at, len(plan.run_dates)
        record.code_version, record.algorithm_version = plan.code_version, plan.algorithm_version
        record.warnings = list(plan.warnings)
        record.deliveries = summarise_deliveries(settings, plan)
        there = is_held(settings, record.request.cadence, plan.inputs_hash)
        if there is not None and record.request.cadence is not Cadence.FORTNIGHTLY:
            # The fortnightly run computes again, and holds itself against what is there.
            record.outcome, record.release_id = Outcome.UNCHANGED, there.release_id
            stage.note = f"release {there.release_id} holds all of it already: nothing to do"
            return plan.build_id
        stage.note = f"as at {plan.as_at}, {len(plan.run_dates)} run dates, {len(plan.deliveries)} deliveries"
        return plan.build_id


def build_run(settings: Settings, run_id: str) -> None:
    """Build the warehouse of the plan, in a new file."""
    with run_stage(settings, run_id, "build") as stage:
        if stage.record.outcome in _DONE:
            return
        plan = _plan(settings, stage.record)
        build = build_result(settings, plan.build_id)
        if (before := _built_by(settings, plan, build)) is not None:
            stage.record.model_rows = before.model_rows
            stage.note = f"found done, by {before.run_id}"
            return
        require_space(settings, for_build(settings), "a build")
        sources = sorted({one.source for one in plan.deliveries})
        audit.record(settings, "combination", build_id=plan.build_id, sources=sources)
        build = build_warehouse(settings, plan)
        if build.warehouse.exists():
            with open_store(build.warehouse) as connection:
                counts = {
                    f"{schema}.{name}": int(row[0])
                    for schema, name in published_models(connection)
                    if (row := connection.execute(f'select count(*) from "{schema}"."{name}"').fetchone())  # noqa: S608
                }
            stage.record.model_rows = counts
            stage.rows = sum(counts.values())
        stage.note = f"{len(stage.record.model_rows)} published models"


def check_run(settings: Settings, run_id: str) -> None:
    """Put the build before the gate.

    Raises:
        BlockedError: The gate is closed; the run page says by what, and what to do.
    """
    with run_stage(settings, run_id, "gate") as stage:
        if stage.record.outcome in _DONE:
            return
        plan = _plan(settings, stage.record)
        verdict = run_gate(settings, plan, build_result(settings, plan.build_id))
        stage.record.verdict = verdict
        stage.note = f"{len(verdict.checks)} checks, {len(verdict.warnings)} warnings"
        if not verdict.is_open:
            raise BlockedError(_blocked_by(verdict), f"See {run_page(settings, run_id)}")


def render_run_pages(settings: Settings, run_id: str) -> None:
    """Write the pages of a release; if one of them fails, nothing is published."""
    from include.pages import render_release

    with run_stage(settings, run_id, "render") as stage:
        if stage.record.outcome in _DONE:
            return
        plan = _plan(settings, stage.record)
        build = build_result(settings, plan.build_id)
        pages = render_release(settings, plan, build, stage.record, load_waivers(EXPECTATIONS))
        stage.note = f"{sum(page.suffix == '.html' for page in pages)} pages"
        if stage.record.request.mode is Mode.PREVIEW:
            stage.record.outcome = Outcome.PREVIEW


def publish_run(settings: Settings, run_id: str) -> Outcome:
    """Publish what was built, checked and rendered; a preview ends here without."""
    _follow_base(settings, run_id)
    with run_stage(settings, run_id, "publish") as stage:
        record = stage.record
        if record.outcome in _DONE or record.request.mode is Mode.PREVIEW:
            stage.note = f"nothing to do: {record.outcome}"
            return record.outcome
        plan = _plan(settings, record)
        build = build_result(settings, plan.build_id)
        verdict = load_verdict(build.folder)
        if verdict is None:
            raise BlockedError("There is no verdict on this build.", "Run the gate first.")
        expected = expected_checks(subject_of(settings, plan, build))
        facts = _facts(settings, plan, record)
        release, result = publish_build(settings, facts, build.folder, verdict, expected)
        record.outcome = Outcome.PUBLISHED if result is PublishResult.PUBLISHED else Outcome.UNCHANGED
        record.release_id = release.release_id  # the one in force may hold all of this under another id
        stage.rows = sum(model.rows for model in release.models)
        stage.note = (
            f"release {release.release_id} is in force"
            if result is PublishResult.PUBLISHED
            else f"release {release.release_id} was in force already, with the same content: nothing to do"
        )
    clean_work(settings, run_id)
    return record.outcome


def _follow_base(settings: Settings, run_id: str) -> None:
    """Render again where a board pack was decided on meanwhile: that release has the figures the gate has seen."""
    record, in_force = load_run(settings, run_id), release_in_force(settings)
    base = record.base_release
    if record.outcome in _DONE or not base or not in_force or in_force in {base, record.release_id}:
        return
    if rests_on_the_same(settings, base, in_force):
        record.base_release = in_force
        save_run(settings, record)
        render_run_pages(settings, run_id)


def run_steps(settings: Settings, run_id: str) -> Outcome:
    """Do all steps of an open run, one after the other; where there is no orchestrator to do it."""
    plan_run(settings, run_id)
    build_run(settings, run_id)
    check_run(settings, run_id)
    render_run_pages(settings, run_id)
    return publish_run(settings, run_id)


def clean_work(settings: Settings, run_id: str) -> None:
    """Remove the databases of a published build, and whole builds of more than a week ago."""
    build_id = load_run(settings, run_id).build_id
    oldest = time.time() - _KEEP_WORK_DAYS * 86_400
    for folder in settings.work_dir.iterdir() if settings.work_dir.is_dir() else ():
        if folder.name.startswith("."):
            continue
        if folder.name == build_id:
            for name in ("scratch.duckdb", "warehouse.duckdb"):
                (folder / name).unlink(missing_ok=True)
            remove_tree(folder / "release")
        elif folder.stat().st_mtime < oldest:
            remove_tree(folder)


def _built_by(settings: Settings, plan: RunPlan, build: BuildResult) -> RunRecord | None:
    """Return the run that has built this plan to its end, if what it built is still there.

    A retry goes on from there, and so does a run after a blocked delivery was accepted: the build id is a
    function of everything that a build reads, and the gate looks at it again in any case.
    """
    if not all(path.exists() for path in (build.warehouse, build.manifest, build.run_results)):
        return None
    for run in list_runs(settings):
        if run.build_id == plan.build_id and any(one.name == "build" and one.is_ok for one in run.stages):
            return run
    return None


def _plan(settings: Settings, record: RunRecord) -> RunPlan:
    if record.build_id is None:
        raise InputError(f"Run {record.run_id} has no plan yet.", "Run its first task again.")
    return RunPlan.load(settings, record.build_id)


def _facts(settings: Settings, plan: RunPlan, record: RunRecord) -> ReleaseFacts:
    verdict_warnings = (
        [f"{one.name}: {one.detail}" for one in record.verdict.warnings] if record.verdict else []
    )
    return ReleaseFacts(
        release_id=plan.release_id,
        as_at=plan.as_at,
        run_dates=[day.date for day in plan.run_dates],
        build_id=plan.build_id,
        inputs_hash=plan.inputs_hash,
        code_version=plan.code_version,
        algorithm_version=plan.algorithm_version,
        parameters=dict(plan.parameters),
        extracts=[one.model_dump(mode="json", exclude={"bronze"}) for one in plan.deliveries],
        warnings=[*plan.warnings, *verdict_warnings],
        waivers=[one.model_dump(mode="json") for one in load_waivers(EXPECTATIONS)],
        run_id=record.run_id,
        base_release=record.base_release,
        approved_by=audit.account(),
        reason=record.request.reason,
    )


def _blocked_by(verdict: Verdict) -> str:
    first = "; ".join(f"{check.kind} check {check.name}" for check in verdict.blocking[:3])
    more = f" and {len(verdict.blocking) - 3} more" if len(verdict.blocking) > 3 else ""
    return f"The gate is closed by {first}{more}. Nothing was published; what is in force stays."
