"""A page taken apart with the standard library's parser: what a browser would see, not what we meant."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

VOID = {"meta", "link", "br", "input", "img", "hr"}


@dataclass
class TableParts:
    id: str = ""
    style: str = ""
    caption: str = ""
    heads: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


class Parts(HTMLParser):
    """Elements, texts, tables and embedded data of one page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.stack: list[str] = []
        self.texts: list[str] = []
        self.tables: list[TableParts] = []
        self.headings: list[tuple[str, str]] = []
        self.data = ""
        self.scripts: dict[str, str] = {}
        self._cell: list[str] | None = None
        self.unbalanced: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.elements.append((tag, given))
        self.texts.append(" " if tag in {"br", "p", "li", "dt", "dd", "td", "th", "div", "h1", "h2"} else "")
        if tag not in VOID:
            self.stack.append(tag)
        if tag == "table":
            self.tables.append(TableParts(given.get("id") or "", given.get("class") or ""))
        if tag == "tr" and self.tables:
            self.tables[-1].rows.append([])
        if tag in {"td", "th", "caption", "h1", "h2", "h3"}:
            self._cell = []

    def handle_endtag(self, tag: str) -> None:
        if not self.stack or self.stack.pop() != tag:
            self.unbalanced.append(tag)
        text = " ".join("".join(self._cell or []).split())
        if tag in {"td", "th"} and self.tables:
            self.tables[-1].rows[-1].append(text)
        elif tag == "caption":
            self.tables[-1].caption = text
        elif tag in {"h1", "h2", "h3"}:
            self.headings.append((tag, text))
        elif tag == "thead":
            self.tables[-1].heads = self.tables[-1].rows.pop()
        if tag in {"td", "th", "caption", "h1", "h2", "h3"}:
            self._cell = None

    def handle_data(self, data: str) -> None:
        if "script" in self.stack:
            self.data += data
            name = self.elements[-1][1].get("id") or ""
            self.scripts[name] = self.scripts.get(name, "") + data
            return
        self.texts.append(data)
        if self._cell is not None:
            self._cell.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.elements if name == tag]

    def table(self, name: str) -> TableParts:
        return next(table for table in self.tables if table.id == name)

    @property
    def people(self) -> dict[str, Any]:
        return json.loads(self.scripts["people-data"])


def parts(path: Path) -> Parts:
    return Parts(path.read_text(encoding="utf-8"))


def read_csv(path: Path) -> list[dict[str, str]]:
    import csv

    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
