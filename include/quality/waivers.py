"""Waivers: a check that may fail for a while, with a name, a reason and an end.

A waiver makes a failing check a warning that stands in the reports. It never covers a check that raised
or did not run, nor a delivery (`hhw accept` is for those), and once it has expired it fails by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from include.errors import UsageError
from include.quality.verdict import Check, Kind, Status

FILE = "waivers.yml"
CHECK = "waivers are in date and name a check"
_WAIVABLE = frozenset({Kind.DBT, Kind.GX, Kind.RECONCILIATION, Kind.RELEASE})


class Waiver(BaseModel):
    """One waiver.

    Attributes:
        check: ``kind: name`` as the verdict prints it.
        owner: The person who answers for it.
        reason: Why the failure is legitimate.
        expires: Last day on which it holds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    check: str = Field(min_length=3)
    owner: str = Field(min_length=2)
    reason: str = Field(min_length=10)
    expires: date


def load_waivers(folder: Path) -> list[Waiver]:
    """Read ``waivers.yml``.

    Raises:
        UsageError: It cannot be read, or a waiver lacks its check, owner, reason or expiry.
    """
    path = folder / FILE
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        return [Waiver.model_validate(one) for one in content.get("waivers") or []]
    except (OSError, yaml.YAMLError, ValidationError, AttributeError) as error:
        raise UsageError(
            f"expectations/{FILE} cannot be used: {str(error).splitlines()[0]}",
            "Each waiver has check, owner, reason (10 characters or more) and expires (YYYY-MM-DD).",
        ) from error


def apply_waivers(
    checks: Sequence[Check], waivers: Sequence[Waiver], today: date
) -> tuple[list[Check], list[Waiver]]:
    """Turn waived failures into warnings, and judge the waivers themselves.

    Returns:
        All checks with one on the waivers, and the waivers that were used.
    """
    in_date = {waiver.check: waiver for waiver in waivers if waiver.expires >= today}
    used: list[Waiver] = []
    judged: list[Check] = []
    for check in checks:
        waiver = in_date.get(label(check))
        if waiver is None or check.status is not Status.FAIL or check.kind not in _WAIVABLE:
            judged.append(check)
            continue
        used.append(waiver)
        note = f"Waived by {waiver.owner} until {waiver.expires:%d %B %Y}: {waiver.reason}"
        judged.append(
            check.model_copy(update={"status": Status.WARN, "detail": f"{check.detail} {note}".strip()})
        )
    return [*judged, _judge(checks, waivers, today)], used


def label(check: Check) -> str:
    """Return what a waiver calls a check."""
    return f"{check.kind.value}: {check.name}"


def _judge(checks: Sequence[Check], waivers: Sequence[Waiver], today: date) -> Check:
    expired = [waiver for waiver in waivers if waiver.expires < today]
    known = {label(check) for check in checks}
    unknown = [waiver for waiver in waivers if waiver.check not in known]
    faults = [
        f"The waiver of {waiver.owner} for {waiver.check!r} expired on {waiver.expires}."
        for waiver in expired
    ]
    faults += [f"The waiver for {waiver.check!r} names no check." for waiver in unknown]
    return Check(
        kind=Kind.GATE,
        name=CHECK,
        status=Status.FAIL if faults else Status.PASS,
        detail=" ".join(faults),
        remedy="Put the cause right and remove the waiver, or renew it with a new date." if faults else "",
    )
