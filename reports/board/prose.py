"""The hand-written parts: Markdown of a few marks, with figures by name and no digit of its own.

A file is paragraphs with blank lines between; ``- `` begins an item of a list within one, ``**so**`` is bold. A
paragraph that begins with ``? `` is left out where a figure that it names is not known.
In the glossary a paragraph is ``term: meaning``. A force puts its own files into a folder
(``HHW_BOARD_TEXT_FOLDER``); what is not there comes from ``reports/board/text``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from include.errors import UsageError
from reports.board.figures import Figures

_TEXTS = Path(__file__).resolve().parent / "text"
_IF_KNOWN = "? "
NAMES = ("purpose", "decisions", "reoffending", "cost", "risks", "method", "glossary")


@dataclass(frozen=True)
class Para:
    """A numbered paragraph: its text, and the items of a list that it ends with."""

    text: Markup
    items: tuple[Markup, ...] = ()


@dataclass(frozen=True)
class Term:
    """A word of the glossary."""

    term: Markup
    meaning: Markup


def read_text(name: str, folder: Path | None) -> str:
    """Return a hand-written part: the force's, else the project's.

    Raises:
        UsageError: The folder of the force is not there, or a file in it is not text.
    """
    if folder is not None and not folder.is_dir():
        raise UsageError(
            f"{folder} is not a folder",
            "Set HHW_BOARD_TEXT_FOLDER to a folder of Markdown files, or unset it.",
        )
    own = folder / f"{name}.md" if folder else None
    path = own if own and own.is_file() else _TEXTS / f"{name}.md"
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path.name} is not UTF-8 text: {error}", "Save it as UTF-8.") from error


def _blocks(text: str) -> list[str]:
    return [block.strip() for block in text.replace("\r\n", "\n").split("\n\n") if block.strip()]


def paras(text: str, figures: Figures) -> list[Para]:
    """Return the paragraphs of a hand-written part."""
    found = []
    for block in _blocks(text):
        if block.startswith(_IF_KNOWN) and not figures.are_known(block):
            continue
        lines = block.removeprefix(_IF_KNOWN).split("\n")
        first = next((place for place, line in enumerate(lines) if line.startswith("- ")), len(lines))
        items: list[str] = []
        for line in lines[first:]:
            if line.startswith("- "):
                items.append(line[2:].strip())
            else:
                items[-1] += f" {line.strip()}"
        lead = " ".join(line.strip() for line in lines[:first])
        found.append(Para(figures.say(lead), tuple(figures.say(item) for item in items)))
    return found


def terms(text: str, figures: Figures) -> list[Term]:
    """Return the words of the glossary."""
    found = []
    for block in _blocks(text):
        term, _, meaning = " ".join(block.split("\n")).partition(":")
        found.append(Term(figures.say(term.strip()), figures.say(meaning.strip())))
    return found
