"""The board pack as an output of a release: made as a draft, and made again with the name of who approved it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from include.files import sha256_file
from reports import formats
from reports.board import pack as board_pack
from reports.board.options import Approval
from reports.board.pack import BoardPack, render_board_pack
from reports.context import PageContext
from reports.outputs import BOARD_PACK, Decision, Download, OutputRecord, inputs_of_pack
from reports.sections import Heading, Page
from reports.tables import Table

PAGE = Page(
    board_pack.PAGE,
    board_pack.TITLE,
    lambda _: Heading("", ""),
    (),
    board_pack.ABOUT,
)


class Pack(Protocol):
    """What rendering a pack gives: the page first of its files, a CSV for each table."""

    @property
    def files(self) -> Sequence[Path]:
        """The page, then what holds the same."""

    @property
    def csvs(self) -> Sequence[Path]:
        """One CSV for each table, in the same order."""

    @property
    def tables(self) -> Sequence[Table]:
        """The tables."""


class Renderer(Protocol):
    """Writes a pack: the same warehouse, context and decision give the same page."""

    def __call__(
        self, warehouse: Path, folder: Path, context: PageContext, decision: Decision | None
    ) -> Pack:
        """Write the files below ``folder``; without a decision every one of them says DRAFT."""


def _board_pack(warehouse: Path, folder: Path, context: PageContext, decision: Decision | None) -> BoardPack:
    approval = Approval(decision.by, decision.at, decision.note) if decision else None
    return render_board_pack(warehouse, folder, context, approval)


RENDERER: Renderer = _board_pack


def make_pack(
    warehouse: Path, folder: Path, context: PageContext, decision: Decision | None = None
) -> OutputRecord:
    """Write the pack and say what it is.

    The record of a draft names the hash of its page: what a person approves is what that person has read.
    """
    pack = RENDERER(warehouse, folder, context, decision)
    return OutputRecord(
        name=BOARD_PACK.name,
        title=PAGE.name,
        about=PAGE.about,
        files=[_relative(path, folder) for path in pack.files],
        parts=sorted(_relative(path, folder) for path in (*pack.files, *pack.csvs)),
        downloads=[
            Download(file=_relative(path, folder), caption=table.caption, rows=len(table.rows))
            for path, table in zip(pack.csvs, pack.tables, strict=True)
        ],
        as_at=context.as_at,
        max_age_days=BOARD_PACK.max_age_days or context.max_age_days,
        release_id=context.release_id,
        run_id=context.run_id,
        inputs_hash=inputs_of_pack(context.inputs_hash, context.board.text_folder),
        needs_decision=True,
        draft_sha256="" if decision else sha256_file(pack.files[0]),
        decision=decision,
    )


def said(decision: Decision) -> str:
    """Say in one sentence what was decided."""
    word = "Approved" if decision.is_approved else "Rejected"
    return formats.clean(f"{word} by {decision.by} on {decision.at}. {decision.note}".strip())


def _relative(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()
