"""runs/<id>.html: how a run ended, first; then what it did. Works from the run record alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reports import checks, formats, words
from reports.context import BLOCKING, Blocker, CheckRecord, RunRecord
from reports.sections import Content, Filled, FilledPage, Heading, Page, Section
from reports.tables import Column, Kind, Table, Value

_OUTCOMES: Mapping[str, tuple[str, str]] = {
    "published": ("This run published release {release}", "Every gate was passed."),
    "unchanged": (
        "Nothing new: release {release} is in force already",
        "The same inputs make the same release; nothing was changed.",
    ),
    "running": ("The run has not ended", "It is under way, or was stopped before it could say how it ended."),
    "preview": (
        "A preview: nothing was published",
        "The gate was passed, and the release in force stays in force.",
    ),
    "blocked": ("Blocked: nothing was published", "What was in force before stays in force, unchanged."),
    "cut off": (
        "The run was cut off",
        "It was killed, or the machine stopped. What is in force is whole; the next run does what is left.",
    ),
    "failed": (
        "The run broke down: nothing was published",
        "What was in force before stays in force, unchanged.",
    ),
}
_BLOCKERS_SHOWN = 20
_UNKNOWN = "What protects the data at rest was not written down for this run."


@dataclass(frozen=True)
class OutcomeView:
    """How the run ended."""

    style: str
    blockers: Sequence[Blocker]
    more: int
    in_force: str


def _nothing(_: object) -> Content:
    return Content()


def _heading(record: RunRecord) -> Heading:
    title, sentence = _OUTCOMES.get(record.outcome, (f"The run ended as: {record.outcome}", ""))
    parts = ["Run " + record.run_id, record.force_name]
    if record.as_at:
        parts.append(f"as at {formats.day(record.as_at)}")
    lede = tuple(text for text in (sentence, record.gate_result) if text)
    return Heading(
        title.format(release=record.release_id or "(id missing)"), " \u00b7 ".join(filter(None, parts)), lede
    )


def _blockers(record: RunRecord) -> list[Blocker]:
    """What stopped the run: as recorded, else its reason, else the checks that failed."""
    found = list(record.blocked_by)
    if not found and record.reason:
        found.append(Blocker(what=record.reason, remedy=record.remedy))
    failed = [check for check in record.checks if check.status in BLOCKING]
    if not record.blocked_by:
        found.extend(Blocker(what=_what(check), remedy=check.remedy) for check in failed)
    return found


def _what(check: CheckRecord) -> str:
    said = f"{check.name} {words.CHECK_STATUS[check.status]}"
    return f"{said}: {check.detail}" if check.detail else said


def _outcome(record: RunRecord) -> Content:
    stopped = record.outcome not in {"published", "preview", "unchanged"}
    blockers = _blockers(record) if stopped else []
    view = OutcomeView(
        style="stop" if stopped else "go",
        blockers=blockers[:_BLOCKERS_SHOWN],
        more=max(0, len(blockers) - _BLOCKERS_SHOWN),
        in_force=record.release_in_force if stopped else "",
    )
    return Content(tuple(record.warnings), view=view)


def _inputs(records: Sequence[Mapping[str, Value]]) -> Content:
    """A table of whatever the model or the record has: its columns are its own affair."""
    names = list(dict.fromkeys(name for record in records for name in record))
    first = records[0] if records else {}
    columns = tuple(
        Column(
            name,
            name.replace("_", " ").capitalize(),
            Kind.COUNT
            if isinstance(first.get(name), int) and not isinstance(first.get(name), bool)
            else Kind.TEXT,
            words=words.SOURCE if name == "source" else None,
            missing="none",
        )
        for name in names
    )
    rows = tuple(tuple(record.get(name) for name in names) for record in records)
    empty = "The run ended before its inputs were recorded."
    return Content((), (Table("run_inputs", "What the run rests on", columns, rows, empty, 200),))


def page_of(run_id: str) -> Page:
    """Return the page of a run, as the navigation names it."""
    return Page(
        f"runs/{run_id}.html",
        "This run",
        lambda _: Heading("", ""),
        (),
        "How this release was made: stages, seconds, inputs, checks.",
    )


def _model_rows(record: RunRecord) -> Content:
    columns = (Column("model", "Model", Kind.CODE), Column("rows", "Rows", Kind.COUNT))
    rows = tuple(sorted(record.model_rows.items()))
    table = Table(
        "model_rows", "Rows of every published model", columns, rows, "The run ended before a build."
    )
    none = [name for name, count in rows if not count]
    if not rows:
        return Content((), (table,))
    said = f"{formats.plural(len(rows), 'model', 'models')} with {formats.number(sum(n for _, n in rows))} rows. "
    empty = f"Without a row: {formats.join_words(none)}." if none else "Each has rows."
    return Content((said + empty,), (), (table,))


def fill_run(record: RunRecord, inputs: Sequence[Mapping[str, Value]]) -> FilledPage:
    """Make the page of a run.

    Args:
        record: The run.
        inputs: Rows of ``rpt_run__inputs``, or what the record holds of them.
    """
    sections = (
        ("outcome", "What happened", "block_outcome.html.j2", _outcome(record)),
        ("protection", "How it is kept", "block_tables.html.j2", Content((record.protection or _UNKNOWN,))),
        ("stages", "Stages", "block_tables.html.j2", Content((), (checks.stage_table(record.stages),))),
        ("inputs", "Inputs", "block_tables.html.j2", _inputs(inputs)),
        ("rows", "Rows of the models", "block_tables.html.j2", _model_rows(record)),
        (
            "checks",
            "Checks",
            "block_tables.html.j2",
            Content(
                (checks.tally(record.checks),),
                (checks.attention_table(record.checks),),
                (checks.passed_table(record.checks),),
            ),
        ),
    )
    page = replace(page_of(record.run_id), heading=lambda _: _heading(record))
    filled = tuple(
        Filled(Section(key, title, _nothing, block), content) for key, title, block, content in sections
    )
    return FilledPage(page, _heading(record), filled)
