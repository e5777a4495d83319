"""Checks, waivers and stages as tables; shared by the quality page and the run pages."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from reports import formats, words
from reports.context import CheckRecord, CheckRow, StageRecord, WaiverRow
from reports.tables import Column, Kind, Table

Check = CheckRow | CheckRecord

_COLUMNS = (
    Column("status", "Result", words=words.CHECK_STATUS),
    Column("kind", "Kind", words=words.CHECK_KIND),
    Column("name", "Check", Kind.CODE),
    Column("detail", "Detail", missing="no detail given"),
    Column("remedy", "What to do", missing="nothing named"),
)


def _place(check: Check) -> tuple[int, str, str]:
    order = words.CHECK_ORDER
    # A status that nobody knows is treated as the gate treats it: as closed, so it comes first.
    return (order.index(check.status) if check.status in order else -1, check.kind, check.name)


def attention_table(checks: Sequence[Check]) -> Table:
    """Return every check that did not simply pass, the worst first."""
    found = sorted((check for check in checks if check.status != "pass"), key=_place)
    rows = tuple((c.status, c.kind, c.name, c.detail, c.remedy) for c in found)
    empty = "Every check passed." if checks else "No check is recorded."
    return Table("checks_attention", "Checks that failed, did not run or warn", _COLUMNS, rows, empty)


def passed_table(checks: Sequence[Check]) -> Table:
    """Return the checks that passed."""
    found = sorted((check for check in checks if check.status == "pass"), key=_place)
    rows = tuple((c.kind, c.name, c.detail) for c in found)
    return Table("checks_passed", "Checks that passed", _COLUMNS[1:4], rows, "No check passed.")


def tally(checks: Sequence[Check]) -> str:
    """Say how many checks ended how."""
    if not checks:
        return "No check is recorded. That is no sign that all is well: ask who runs the pipeline."
    counted = Counter(check.status for check in checks)
    known = [status for status in words.CHECK_ORDER if counted[status]]
    unknown = sorted(set(counted) - set(known))
    parts = [f"{formats.number(counted[s])} {words.CHECK_STATUS.get(s, s)}" for s in (*unknown, *known)]
    return f"{formats.plural(len(checks), 'check', 'checks')}: {formats.join_words(parts)}."


def waiver_table(waivers: Sequence[WaiverRow]) -> Table:
    """Return the waivers in force."""
    columns = (
        Column("check", "Check", Kind.CODE),
        Column("owner", "Owner"),
        Column("reason", "Reason"),
        Column("expires", "Expires", Kind.DATE),
    )
    rows = tuple((w.check, w.owner, w.reason, w.expires) for w in waivers)
    return Table("waivers", "Waivers in force", columns, rows, "No waiver is in force.")


def stage_table(stages: Sequence[StageRecord]) -> Table:
    """Return the stages of a run with their seconds and the sum."""
    columns = (
        Column("stage", "Stage"),
        Column("seconds", "Time", Kind.ONE, "seconds"),
        Column("is_ok", "Ended well", Kind.FLAG),
        Column("note", "What it did", missing="no note"),
    )
    # Rounded once, here, so that the printed times add up to the printed sum.
    rows = tuple((stage.name, round(stage.seconds, 1), stage.is_ok, stage.note) for stage in stages)
    seconds = math.fsum(row[1] for row in rows)
    total = ("All stages", seconds, all(stage.is_ok for stage in stages), "together") if stages else None
    return Table("stages", "Stages of the run", columns, rows, "No stage is recorded.", total=total)
