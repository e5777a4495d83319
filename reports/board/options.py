"""What an installation decides of its board pack, and what a named person decided on one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reports.disclosure.profiles import BOARD


@dataclass(frozen=True)
class BoardOptions:
    """Settings of the pack; part of the page context, so that the same context gives the same pack.

    Args:
        board_name: The board that it goes to.
        threshold: Counts under it are withheld.
        base: Counts of groups are rounded to it; 1 leaves them.
        total_base: The same for counts of the whole unit.
        text_folder: A folder of Markdown files that replace those of ``reports/board/text``.
        previous: The counts that the pack before printed (its CSV), an input of disclosure; empty for the first.
    """

    board_name: str = "Strategic Policing and Crime Board"
    threshold: int = BOARD.threshold
    base: int = BOARD.base
    total_base: int = BOARD.total_base
    text_folder: Path | None = None
    previous: str = ""


@dataclass(frozen=True)
class Approval:
    """A named person's decision that the pack may go to the board.

    Args:
        name: Who.
        decided_at: When, as text; the caller's clock, not ours.
        note: Conditions, if any.
    """

    name: str
    decided_at: str
    note: str = ""
