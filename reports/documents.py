"""The methodology documents of the repository as parts of a page: text as HTML, tables as tables with a CSV.

Only files of this repository are read. Raw HTML in them is shown as text, so nothing on the page is markup but
what the Markdown parser made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from include.errors import BuildError
from reports import formats
from reports.tables import Column, Kind, Table

_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
_NUMBER = re.compile(r"[+-]?\d[\d,]*(\.\d+)?( %)?( \(.*\))?")
_SHIFT = {"h2": "h3", "h3": "h4", "h4": "h5"}


@dataclass(frozen=True)
class Passage:
    """A stretch of a document: either running text or a table."""

    html: Markup | None = None
    table: Table | None = None


def read_document(path: Path, anchors: Mapping[str, str]) -> tuple[Passage, ...]:
    """Return a Markdown file in passages; its first heading is the section's title and is left out.

    Args:
        path: The file.
        anchors: Name of another document -> section of the page that shows it. Links elsewhere become text.

    Raises:
        BuildError: The file is not there.
    """
    if not path.is_file():
        raise BuildError(
            f"The methodology page needs {path.name}, which is not there",
            "Install the folder docs/methodology beside the code.",
        )
    return tuple(_passages(_PARSER.parse(path.read_text(encoding="utf-8")), path.stem, anchors))


def _passages(tokens: Sequence[Token], name: str, anchors: Mapping[str, str]) -> Iterator[Passage]:
    text: list[Token] = []
    heading, count, place = name, 0, 0
    while place < len(tokens):
        token = tokens[place]
        if token.type == "heading_open":
            heading = _plain(tokens[place + 1])
            if token.tag == "h1":
                place += 3
                continue
            _head(tokens[place], tokens[place + 2], name, heading)
        if token.type == "table_open":
            if text:
                yield Passage(html=_render(text, name, anchors))
                text = []
            end = next(i for i in range(place, len(tokens)) if tokens[i].type == "table_close")
            count += 1
            yield Passage(table=_table(tokens[place:end], f"{name}_{count}", heading))
            place = end + 1
            continue
        text.append(token)
        place += 1
    if text:
        yield Passage(html=_render(text, name, anchors))


def _head(opened: Token, closed: Token, name: str, heading: str) -> None:
    """Set a heading one level lower, with an anchor of its own."""
    opened.attrSet("id", f"{name}-{formats.slug(heading).lower()}")
    opened.tag = closed.tag = _SHIFT.get(opened.tag, opened.tag)


def _render(tokens: Sequence[Token], name: str, anchors: Mapping[str, str]) -> Markup:
    for token in tokens:
        for child in token.children or ():
            if child.type == "link_open":
                child.attrSet("href", _target(str(child.attrGet("href")), name, anchors))
            elif child.type == "text":
                child.content = formats.clean(child.content)
    # Parsed with raw HTML switched off, from a file of this repository.
    return Markup(_PARSER.renderer.render(list(tokens), _PARSER.options, {}))  # noqa: S704


def _target(href: str, name: str, anchors: Mapping[str, str]) -> str:
    """Return the place on the page for a link within the documents; others lead to the top of the section."""
    if href.startswith("#"):
        return f"#{name}-{href[1:]}"
    return f"#{anchors.get(Path(href.split('#')[0]).stem, name)}"


def _table(tokens: Sequence[Token], name: str, caption: str) -> Table:
    cells = [token for token in tokens if token.type == "inline"]
    width = sum(token.type == "th_open" for token in tokens)
    texts = [_plain(cell) for cell in cells]
    head, body = texts[:width], texts[width:]
    rows = tuple(tuple(body[start : start + width]) for start in range(0, len(body), width))
    columns = tuple(
        Column(
            formats.slug(label).lower().replace("-", "_") or f"column_{place + 1}",
            label,
            Kind.SHORT if all(_NUMBER.fullmatch(row[place]) for row in rows) else Kind.TEXT,
            missing=" ",
        )
        for place, label in enumerate(head)
    )
    return Table(f"methodology_{name}", caption, columns, rows)


def _plain(inline: Token) -> str:
    """Return the words of a cell or heading, without marks."""
    return formats.clean("".join(child.content for child in inline.children or ()))
