"""A named person decides on the board pack: approved, it goes into a new release on whatever is in force now.

Nothing waits while nobody decides: the draft is published as a draft. What is approved is what was read: the
draft is made again from the release that it was made for, and must give the same page, before the name goes on
it. A decision is written into the audit log first, and then carried out; done again, it changes nothing.
"""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from include import audit
from include.errors import BlockedError, InputError, IntegrityError, UsageError
from include.failpoints import failpoint
from include.files import link_sealed, private_dir, write_durably
from include.journal import Entry
from include.lock import run_lock
from include.publication.assemble import WAREHOUSE, hash_files, rename_into, sync_tree
from include.publication.carry import base_release
from include.publication.publish import put_in_force
from include.publication.release import (
    FILE,
    Release,
    ledger,
    read_release,
    release_folder,
    remove_tree,
    seal,
)
from include.publication.verify import verify_release
from include.quality.verdict import Verdict
from include.sealed import open_folder
from include.settings import Settings
from reports.context import PageContext, load_context
from reports.outputs import BOARD_PACK, Decision, OutputRecord
from reports.pack import make_pack, said
from reports.render import render_index

APPROVAL, REJECTION = "approval", "rejection"


def pack_in_force(settings: Settings) -> OutputRecord:
    """Return the board pack of the release in force.

    Raises:
        InputError: There is none.
    """
    return _in_force(settings)[1]


def _in_force(settings: Settings) -> tuple[Release, OutputRecord]:
    base = base_release(settings)
    for record in base.outputs if base else ():
        if base and record.name == BOARD_PACK.name:
            return base, record
    raise InputError(
        "The release in force has no board pack.",
        "Make one: `hhw publish --cadence monthly`, or the DAG publish_board_pack_monthly.",
    )


def decide(
    settings: Settings, by: str, *, is_approved: bool, note: str = "", pack: str = ""
) -> tuple[Release, bool]:
    """Approve or reject the board pack of the release in force.

    Args:
        settings: Of this installation.
        by: The person who decides; one of the approvers where the installation names any.
        is_approved: Approve, or reject.
        note: Conditions, or the reason of a rejection.
        pack: Begin of the hash of the draft that was read; default the one in force.

    Returns:
        The release in force afterwards, and whether it is new.

    Raises:
        UsageError: The person may not decide, or a rejection has no reason.
        InputError: There is no pack.
        BlockedError: It is another pack than the one read, was decided otherwise, or cannot be made again alike.
        IntegrityError: The release in force is not as published.
        LockedError: A run is at work.
    """
    _must_be_entitled(settings, by, is_approved, note)
    with run_lock(settings.state_dir):
        audit.require_unbroken(settings)
        base, record = _in_force(settings)
        _must_be_the_one_read(record, pack)
        if record.decision is not None:
            _must_be_decided_so(record, record.decision, is_approved)
            put_in_force(settings, base, _verdict(settings, base))  # what a kill may have left undone
            return base, False
        verify_release(release_folder(settings, base.release_id))
        _must_come_out_alike(settings, record)
        decision = _decision(settings, record, by, is_approved, note)
        failpoint("approve:decided")
        return _release_with(settings, base, record, decision), True


def _must_be_entitled(settings: Settings, by: str, is_approved: bool, note: str) -> None:
    if not by.strip():
        raise UsageError("A decision needs the name of the person who takes it.", "Give --by NAME.")
    if settings.approver_names and by.strip() not in settings.approver_names:
        raise UsageError(
            f"{by!r} is not one of those who may decide on a board pack.",
            "HHW_APPROVERS names them; ask one of them, or have the name added.",
        )
    if not is_approved and not note.strip():
        raise UsageError(
            "A rejection needs a reason.", "Give --reason TEXT: it says what has to be put right."
        )


def _must_be_the_one_read(record: OutputRecord, pack: str) -> None:
    if pack and not record.draft_sha256.startswith(pack):
        raise BlockedError(
            f"The pack in force is {record.draft_sha256[:12]}, as at {record.as_at}, not {pack}: its figures "
            "have changed since.",
            "Read the one in force, then decide on it.",
        )


def _must_be_decided_so(record: OutputRecord, decision: Decision, is_approved: bool) -> None:
    if decision.is_approved == is_approved:
        return
    done = "approved" if decision.is_approved else "rejected"
    raise BlockedError(
        f"The pack {record.draft_sha256[:12]} was {done} by {decision.by} on {decision.at}.",
        "An approved pack leaves force by `hhw rollback RELEASE`; a rejected one needs a new draft, from "
        "corrected deliveries or texts: `hhw publish --cadence monthly`.",
    )


def _must_come_out_alike(settings: Settings, record: OutputRecord) -> None:
    """Make the draft again from what it was made from: figures or words that changed since were not read."""
    folder = private_dir(settings.work_dir / ".draft")
    shutil.rmtree(folder)
    with open_folder(folder) as pages:
        made = make_pack(*_source(settings, record, pages)).draft_sha256
    shutil.rmtree(folder, ignore_errors=True)
    if made != record.draft_sha256:
        raise BlockedError(
            f"The pack {record.draft_sha256[:12]} comes out otherwise now: the code or the texts changed since it "
            "was drafted, so nobody has read what would be approved.",
            "Make a new draft (`hhw publish --cadence monthly`), read it, and decide on that one.",
        )


def _source(settings: Settings, record: OutputRecord, folder: Path) -> tuple[Path, Path, PageContext]:
    """Return what the pack was made from: the warehouse and the context of its release."""
    release = release_folder(settings, record.release_id)
    context = load_context(release / "reports")
    if context is None:
        raise IntegrityError(
            f"Release {record.release_id}, which the pack was made for, is no longer there.",
            "Make a new draft: `hhw publish --cadence monthly`.",
        )
    verify_release(release)
    return release / WAREHOUSE, folder, context


def _decision(settings: Settings, record: OutputRecord, by: str, is_approved: bool, note: str) -> Decision:
    """Write the decision down, or find what a run that was killed has written down."""
    event = APPROVAL if is_approved else REJECTION
    entry = _logged(settings, event, record.draft_sha256) or audit.record(
        settings,
        event,
        by=by.strip(),
        account=audit.account(),
        pack=record.draft_sha256,
        as_at=f"{record.as_at:%Y-%m-%d}",
        note=note.strip(),
        decided_at=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
    )
    data = entry.data
    return Decision(is_approved=is_approved, by=data["by"], at=data["decided_at"], note=data["note"])


def _logged(settings: Settings, event: str, pack: str) -> Entry | None:
    """Return the decision that was written down and not carried out: nothing was published since."""
    entries = audit.journal(settings).read()
    last = max((entry.seq for entry in entries if entry.event == "publication"), default=0)
    found = [e for e in entries if e.event == event and e.seq > last and e.data.get("pack") == pack]
    return found[-1] if found else None


def _release_with(settings: Settings, base: Release, record: OutputRecord, decision: Decision) -> Release:
    digest = hashlib.sha256(f"{base.release_id}/{record.draft_sha256}/{decision}".encode()).hexdigest()
    release_id = f"{base.as_at:%Y%m%d}-{digest[:8]}"
    target = release_folder(settings, release_id)
    if not target.exists():
        work = private_dir(settings.work_dir / f".decision-{release_id}")
        remove_tree(work)
        release = _assembled(settings, base, record, decision, work, release_id)
        rename_into(work, target)
        failpoint("approve:renamed")
    else:
        release = read_release(target)
    seal(target)
    put_in_force(settings, release, _verdict(settings, base))
    return release


def _assembled(
    settings: Settings, base: Release, record: OutputRecord, decision: Decision, work: Path, release_id: str
) -> Release:
    """Link what stays, make the pack and the index anew, and describe the whole."""
    source = release_folder(settings, base.release_id)
    anew = {FILE, "reports/index.html", "reports/context.json"}
    if decision.is_approved:
        anew |= {f"reports/{part}" for part in record.parts}
    linked = [file for file in base.files if file.path not in anew]
    private_dir(work)
    for file in linked:
        link_sealed(source / file.path, work / file.path)
    decided = record.model_copy(update={"decision": decision})
    with open_folder(work / "reports") as pages:
        if decision.is_approved:
            made = make_pack(*_source(settings, record, pages), decision)
            decided = made.model_copy(update={"draft_sha256": record.draft_sha256})
        held = [decided if one.name == decided.name else one for one in base.outputs]
        render_index(work / WAREHOUSE, pages, _told(source, release_id, held))
    changes: dict[str, Any] = {
        "release_id": release_id,
        "base_release": base.release_id,
        "approved_by": decision.by,
        "reason": said(decision),
        "published_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "ledger_head": ledger(settings).head,
        "audit_head": audit.journal(settings).head,
        "outputs": held,
        "files": hash_files(work),
    }
    release = base.model_copy(update=changes)
    write_durably(work / FILE, release.model_dump_json(indent=1) + "\n")
    sync_tree(work)
    return release


def _told(source: Path, release_id: str, held: list[OutputRecord]) -> PageContext:
    """Return what the index is told: the figures stay, the release and what it holds are others."""
    context = load_context(source / "reports")
    if context is None:
        raise IntegrityError(f"Release {source.name} does not say what its pages were told.", "`hhw verify`.")
    return replace(
        context, release_id=release_id, held=held, generated_at=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    )


def _verdict(settings: Settings, release: Release) -> Verdict:
    path = release_folder(settings, release.release_id) / "quality" / "verdict.json"
    return Verdict.model_validate_json(path.read_bytes())
