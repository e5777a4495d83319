"""What a DAG run asks a person about a board pack, and what it makes of the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from include.errors import BlockedError, UsageError
from include.publication.approve import decide, pack_in_force
from include.runs import Outcome, load_run
from include.settings import get_settings

APPROVE, REJECT = "Approve", "Reject"


def draft_to_decide(run_id: str) -> dict[str, str] | None:
    """Return which pack is to be decided on; ``None`` after a preview, and where it was decided on already."""
    settings = get_settings()
    if load_run(settings, run_id).outcome not in {Outcome.PUBLISHED, Outcome.UNCHANGED}:
        return None
    record = pack_in_force(settings)
    if record.decision is not None:
        return None
    return {"pack": record.draft_sha256, "as_at": f"{record.as_at:%Y-%m-%d}", "release": record.release_id}


def approvers() -> list[dict[str, str]]:
    """Return those who may answer, as Airflow wants them named.

    Raises:
        UsageError: Nobody is named: then anybody who can sign in could approve.
    """
    names = get_settings().approver_names
    if not names:
        raise UsageError(
            "Nobody is named who may approve a board pack.",
            "Set HHW_APPROVERS to the user ids of the approvers in Airflow, with commas between, and clear this task; "
            "or decide with `hhw approve --by NAME`.",
        )
    return [{"id": name, "name": name} for name in names]


def carry_out(answer: Mapping[str, Any], pack: str) -> str:
    """Do what a person has answered, if it is an answer of an approver, and return the release in force then.

    Args:
        answer: What the approval task returned.
        pack: Hash of the draft that was put before that person.

    Raises:
        BlockedError: There is no plain answer of a person: nothing is approved by default.
    """
    chosen, person = answer.get("chosen_options"), answer.get("responded_by_user")
    if chosen not in ([APPROVE], [REJECT]) or not person or answer.get("timedout"):
        raise BlockedError(
            "Nobody has answered whether the board pack is approved.",
            "Clear the task `decide`, and answer it.",
        )
    note = str((answer.get("params_input") or {}).get("note") or "")
    is_approved = chosen == [APPROVE]
    if not is_approved:
        note = note or "Rejected in Airflow, without a reason given."
    release, _ = decide(get_settings(), str(person["id"]), is_approved=is_approved, note=note, pack=pack)
    return release.release_id
