"""What the pages are told about a run: the run record in the words of the reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from include.contract import SOURCES
from include.encryption import protection
from include.errors import HhwError
from include.publication.carry import base_release, carry_over
from include.publication.release import release_folder, release_in_force
from include.quality.verdict import Check, Status
from include.quality.waivers import Waiver
from include.runs import Outcome, RunRecord
from include.sealed import open_folder, read_private
from include.settings import Settings
from include.warehouse.build import BuildResult
from include.warehouse.plan import RunPlan
from reports import context as pages
from reports.board.options import BoardOptions
from reports.disclosure.previous import NAME as DISCLOSED
from reports.outputs import BOARD_PACK
from reports.pack import make_pack
from reports.render import render, render_run_page


def render_release(
    settings: Settings, plan: RunPlan, build: BuildResult, record: RunRecord, waivers: list[Waiver]
) -> list[Path]:
    """Write the pages of a build that are due into its ``reports/`` folder, beside those that are carried over."""
    assert record.verdict is not None  # noqa: S101  the pipeline renders what the gate has passed
    folder = build.folder / "reports"
    due, held = carry_over(settings, record.request.cadence, folder, record.request.is_anew)
    context = pages.PageContext(
        marking=settings.marking,
        force_name=settings.force_name,
        as_at=plan.as_at,
        extract_dates=_extract_dates(plan),
        release_id=plan.release_id,
        code_version=plan.code_version,
        algorithm_version=plan.algorithm_version,
        run_id=record.run_id,
        gate_result=gate_sentence(record),
        warnings=[*plan.warnings, *(_said(check) for check in record.verdict.warnings)],
        checks=[pages.CheckRow(**check.model_dump(mode="json")) for check in record.verdict.checks],
        stages=[pages.Stage(stage.name, stage.seconds, stage.note) for stage in record.stages],
        model_rows=record.model_rows,
        waivers=[pages.WaiverRow(one.check, one.owner, one.reason, one.expires) for one in waivers],
        generated_at=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        max_age_days=settings.max_age_days,
        outcome="published" if record.request.mode == "publish" else "preview",
        inputs_hash=plan.inputs_hash,
        board=_board_options(settings),
        protection=protection(settings),
    )
    with open_folder(folder) as pages_folder:
        packs = [make_pack(build.warehouse, pages_folder, context)] if BOARD_PACK.name in due else []
        context = replace(context, held=[*held, *packs])
        return render(build.warehouse, pages_folder, context, due, build.manifest)


def _extract_dates(plan: RunPlan) -> dict[str, date | None]:
    """Return the extract in effect of every source; none of one that is due and never came."""
    came = plan.extract_dates()
    return {name: came.get(name) for name, source in SOURCES.items() if name in came or not source.optional}


def _board_options(settings: Settings) -> BoardOptions:
    """Return what this installation decides of its pack, and what the pack in force has printed."""
    base = base_release(settings)
    printed = []
    if base is not None:
        reports = release_folder(settings, base.release_id) / "reports"
        printed = sorted(reports.glob(f"csv/*_{DISCLOSED}.csv"))
    return BoardOptions(
        board_name=settings.board_name,
        threshold=settings.board_threshold,
        base=settings.board_rounding,
        total_base=settings.board_total_rounding,
        text_folder=settings.board_text_folder,
        previous=read_private(printed[0]).decode() if printed else "",
    )


def render_run(settings: Settings, record: RunRecord) -> Path:
    """Write the page of a run that published nothing, into ``<data_dir>/runs/``."""
    try:
        in_force = release_in_force(settings)
    except Exception:  # noqa: BLE001  the page of a broken run must not break on what broke it
        in_force = None
    return render_run_page(
        {
            **record.model_dump(
                include={"run_id", "as_at", "code_version", "algorithm_version", "warnings", "remedy"}
            ),
            "outcome": "published" if record.outcome is Outcome.UNCHANGED else record.outcome.value,
            "marking": settings.marking,
            "force_name": settings.force_name,
            "release_id": record.release_id or "",
            "release_in_force": in_force or "",
            "gate_result": gate_sentence(record),
            "reason": record.error,
            "checks": [c.model_dump(mode="json") for c in record.verdict.checks] if record.verdict else [],
            "stages": [stage.model_dump() for stage in record.stages],
            "model_rows": record.model_rows,
            "inputs": [_delivery(one.model_dump(mode="json")) for one in record.deliveries],
            "generated_at": record.finished_at or record.started_at,
            "max_age_days": settings.max_age_days,
            "protection": _protection(settings),
        },
        settings.data_dir,
    )


def _protection(settings: Settings) -> str:
    """Say what protects the data; where the key is amiss, that: the page of a broken run must not break on it."""
    try:
        return protection(settings)
    except HhwError as error:
        return error.message


def gate_sentence(record: RunRecord) -> str:
    """Say in one sentence what the gate found."""
    if record.verdict is None:
        return "The gate was not reached."
    counts = record.verdict.counts()
    passed, warned = counts[Status.PASS.value], counts[Status.WARN.value]
    closed = len(record.verdict.blocking)
    if record.verdict.is_open:
        return f"The gate is open: {passed} checks passed, {warned} with a warning, none failed."
    return f"The gate is closed: {closed} of {len(record.verdict.checks)} checks failed or did not run."


def _said(check: Check) -> str:
    return f"{check.name}: {check.detail}" if check.detail else check.name


def _delivery(values: dict[str, object]) -> dict[str, object]:
    reasons = values.pop("reasons", [])
    return {**values, "reasons": "; ".join(str(one) for one in reasons) if isinstance(reasons, list) else ""}
