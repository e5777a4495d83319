"""Publish a gated build. Every step may be repeated; a kill between two leaves a whole version in force.

Order: assemble apart -> hash -> flush files, then folders -> rename into ``published/`` -> switch ``current``
-> history -> ledger -> audit -> retention. What a reader sees changes in the switch and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from include import audit
from include.errors import BlockedError, IntegrityError
from include.failpoints import failpoint
from include.files import sha256_file, write_durably
from include.journal import Journal
from include.lock import run_lock
from include.logs import get_logger
from include.publication.assemble import WAREHOUSE, assemble, hash_files, rename_into, sync_tree
from include.publication.hashes import ModelHash, grains_of
from include.publication.history import write_history
from include.publication.release import (
    FILE,
    PUBLISHED,
    ROLLED_BACK,
    Release,
    ledger,
    read_release,
    release_folder,
    release_in_force,
    seal,
    switch_current,
)
from include.publication.retention import retire_releases
from include.publication.verify import verify_release
from include.quality.verdict import Verdict, decide
from include.settings import Settings
from reports.context import load_context
from reports.outputs import OutputRecord

_log = get_logger(__name__)


class PublishResult(StrEnum):
    """What publishing came to."""

    PUBLISHED = "published"
    UNCHANGED = "unchanged"


class ReleaseFacts(BaseModel):
    """What a release says of its origin; everything that is not found in the build itself.

    Attributes:
        release_id: Derived from the inputs, so that the same inputs make the same release.
        base_release: The release in force when the run was planned; another one now stops it.
    """

    model_config = ConfigDict(frozen=True)

    release_id: str
    as_at: Any
    run_dates: list[Any]
    build_id: str
    inputs_hash: str
    code_version: str
    algorithm_version: str
    parameters: dict[str, Any] = Field(default_factory=dict)
    extracts: list[dict[str, Any]]
    warnings: list[str]
    waivers: list[dict[str, Any]] = Field(default_factory=list)
    run_id: str
    base_release: str | None
    approved_by: str
    reason: str = ""


def publish_build(
    settings: Settings,
    facts: ReleaseFacts,
    build_folder: Path,
    verdict: Verdict,
    expected: Sequence[tuple[str, str]],
) -> tuple[Release, PublishResult]:
    """Publish the build in ``build_folder`` (warehouse.duckdb, target/manifest.json, reports/).

    Returns:
        The release, and whether it is new or was in force already.

    Raises:
        BlockedError: The gate is closed, or the release in force has changed since the run was planned.
        IntegrityError: A release of this id is there with other content.
    """
    with run_lock(settings.state_dir):
        warehouse = build_folder / WAREHOUSE
        decision = decide(verdict, expected, facts.build_id, sha256_file(warehouse))
        if not decision.is_open:
            raise BlockedError(
                "The gate is closed: " + " ".join(decision.reasons[:5]), "See the run page for every check."
            )
        in_force = release_in_force(settings)
        target = release_folder(settings, facts.release_id)
        if in_force not in {facts.base_release, facts.release_id}:
            raise BlockedError(
                f"The release in force is {in_force}; this run was planned on {facts.base_release}.",
                "Start the run again: it will be checked against the release that is in force now.",
            )
        release = _assembled(settings, facts, build_folder, verdict)
        if (same := _same_in_force(settings, in_force, release, build_folder)) is not None:
            return same, PublishResult.UNCHANGED
        if target.exists():
            return _again(settings, release, build_folder)
        rename_into(build_folder / "release", target)
        seal(target)
        failpoint("after:rename")
        put_in_force(settings, release, verdict)
        return release, PublishResult.PUBLISHED


def _assembled(settings: Settings, facts: ReleaseFacts, build_folder: Path, verdict: Verdict) -> Release:
    folder = build_folder / "release"
    manifest = json.loads((build_folder / "target" / "manifest.json").read_bytes())
    failpoint("before:assemble")
    models = assemble(
        folder,
        build_folder / WAREHOUSE,
        build_folder / "reports",
        verdict,
        grains_of(manifest),
        settings.threads,
    )
    release = _describe(settings, facts, verdict, models, folder)
    write_durably(folder / FILE, release.model_dump_json(indent=1) + "\n")
    failpoint("after:assemble")
    sync_tree(folder)
    failpoint("after:sync")
    return release


def _describe(
    settings: Settings, facts: ReleaseFacts, verdict: Verdict, models: list[ModelHash], folder: Path
) -> Release:
    return Release(
        **facts.model_dump(),
        models=models,
        gate={
            "result": "open",
            "counts": verdict.counts(),
            "warehouse_sha256": verdict.warehouse_sha256,
            "checks": [check.model_dump(mode="json") for check in verdict.warnings],
        },
        published_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
        ledger_head=ledger(settings).head,
        audit_head=audit.journal(settings).head,
        outputs=_outputs(folder / "reports"),
        files=hash_files(folder),
    )


def _again(settings: Settings, new: Release, build_folder: Path) -> tuple[Release, PublishResult]:
    """The id is taken: the same content is a retry, other content a fault."""
    there = read_release(release_folder(settings, new.release_id))
    _must_agree(there, new, build_folder)
    if _is_held_back(settings, new.release_id):
        raise BlockedError(
            f"Release {new.release_id} was taken out of force by a rollback.",
            f"If it is to be in force again: `hhw rollback {new.release_id}`.",
        )
    seal(release_folder(settings, new.release_id))
    was_in_force = release_in_force(settings) == new.release_id
    verdict = Verdict.model_validate_json(
        (build_folder / "release" / "quality" / "verdict.json").read_bytes()
    )
    put_in_force(settings, there, verdict)
    return there, PublishResult.UNCHANGED if was_in_force else PublishResult.PUBLISHED


def _must_agree(there: Release, new: Release, build_folder: Path) -> None:
    differ = sorted(
        model
        for model in {*there.content, *new.content}
        if there.content.get(model) != new.content.get(model)
    )
    if differ:
        raise IntegrityError(
            f"Release {there.release_id} is published with other content in: {', '.join(differ)}.",
            "The same inputs must give the same content: look for a model that reads something else. "
            f"The new build is in {build_folder}.",
        )


def _same_in_force(
    settings: Settings, in_force: str | None, new: Release, build_folder: Path
) -> Release | None:
    """Return the release in force if it holds all that the new one would bring, under another id.

    Such a one rests on the same inputs and has more: a board pack made or approved since. The new one must not
    take that out of force again.
    """
    if in_force in {None, new.release_id} or not new.outputs:
        return None
    there = read_release(release_folder(settings, str(in_force)))
    held = {(record.name, record.inputs_hash) for record in there.outputs}
    made = {(one.name, one.inputs_hash) for one in new.outputs if one.release_id == new.release_id}
    if there.inputs_hash != new.inputs_hash or not made <= held:
        return None
    _must_agree(there, new, build_folder)
    return there


def _outputs(reports: Path) -> list[OutputRecord]:
    context = load_context(reports)
    return list(context.held) if context else []


def _is_held_back(settings: Settings, release_id: str) -> bool:
    """Whether the last word on this release is that a person took it out of force."""
    word = ""
    for entry in ledger(settings).read():
        if entry.event == PUBLISHED and entry.data.get("release_id") == release_id:
            word = PUBLISHED
        elif entry.event == ROLLED_BACK and release_id in {
            entry.data.get("from"),
            entry.data.get("release_id"),
        }:
            word = PUBLISHED if entry.data.get("release_id") == release_id else ROLLED_BACK
    return word == ROLLED_BACK


def put_in_force(settings: Settings, release: Release, verdict: Verdict) -> None:
    """Switch, then write down what happened; each part is skipped where it is done already."""
    before = release_in_force(settings)
    if before != release.release_id:
        failpoint("before:switch")
        switch_current(settings, release.release_id)
        failpoint("after:switch")
    write_history(
        settings,
        release_folder(settings, release.release_id) / WAREHOUSE,
        release.as_at,
        release.algorithm_version,
        release.release_id,
    )
    failpoint("after:history")
    if before != release.release_id or not _is_on_record(ledger(settings), release.release_id):
        ledger(settings).append(
            PUBLISHED,
            release_id=release.release_id,
            build_id=release.build_id,
            as_at=f"{release.as_at:%Y-%m-%d}",
            previous=before,
            run_id=release.run_id,
        )
    failpoint("after:ledger")
    _audit_publication(settings, release, verdict, before)
    failpoint("after:audit")
    retire_releases(settings, keep={release.release_id, release.base_release or ""})


def complete(settings: Settings, release_id: str) -> None:
    """Put in force again, or finish writing down, a release that was published; every part only where it is missing.

    Raises:
        IntegrityError: A file of it is not as published.
    """
    folder = release_folder(settings, release_id)
    release = verify_release(folder)
    verdict = Verdict.model_validate_json((folder / "quality" / "verdict.json").read_bytes())
    put_in_force(settings, release, verdict)


def _audit_publication(settings: Settings, release: Release, verdict: Verdict, before: str | None) -> None:
    if before == release.release_id and any(
        entry.event == "publication" and entry.data.get("release_id") == release.release_id
        for entry in audit.journal(settings)
    ):
        return
    audit.record(
        settings,
        "publication",
        by=release.approved_by,
        release_id=release.release_id,
        previous=before,
        as_at=f"{release.as_at:%Y-%m-%d}",
        checks=verdict.counts(),
        release_sha256=sha256_file(release_folder(settings, release.release_id) / FILE),
    )


def _is_on_record(journal: Journal, release_id: str) -> bool:
    return any(entry.event == PUBLISHED and entry.data.get("release_id") == release_id for entry in journal)
