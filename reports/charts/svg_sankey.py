"""The static drawing of a Sankey diagram: nodes in columns by their way from the left, ribbons between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reports.charts import house
from reports.charts.ink import tag, write

NODE_WIDTH = 14.0
_GAP = 16.0


@dataclass
class Node:
    """A node while it is placed: pixels, and how much of it is taken on either side."""

    label: str
    colour: str
    column: int = 0
    amount: float = 0.0
    top: float = 0.0
    height: float = 0.0
    taken: dict[str, float] = field(default_factory=lambda: {"in": 0.0, "out": 0.0})


@dataclass(frozen=True)
class Link:
    """A flow between two nodes, by position."""

    source: int
    target: int
    value: float
    colour: str


def draw(trace: Mapping[str, Any], layout: Mapping[str, Any], width: int) -> Iterator[str]:
    """Draw the nodes, ribbons and labels of a Sankey trace."""
    links = _links(trace["link"])
    colours = trace["node"]["color"]
    nodes = [Node(label, colour) for label, colour in zip(trace["node"]["label"], colours, strict=True)]
    _columns(nodes, links)
    margin = layout["margin"]
    last = max(node.column for node in nodes)
    step = (width - margin["l"] - margin["r"] - NODE_WIDTH) / max(1, last)
    place = [margin["l"] + column * step for column in range(last + 1)]
    scale = _heights(nodes, links, margin["t"], layout["height"] - margin["b"])
    for link in links:
        yield _ribbon(link, nodes, place, scale)
    for node in nodes:
        yield from _node(node, place[node.column], is_last=node.column == last)


def _links(link: Mapping[str, Any]) -> list[Link]:
    rows = zip(link["source"], link["target"], link["value"], strict=True)
    return [Link(source, target, float(value), link["color"]) for source, target, value in rows]


def _columns(nodes: Sequence[Node], links: Sequence[Link]) -> None:
    """Put each node one column after the last that leads to it."""
    for _ in nodes:
        for link in links:
            nodes[link.target].column = max(nodes[link.target].column, nodes[link.source].column + 1)


def _heights(nodes: Sequence[Node], links: Sequence[Link], top: float, bottom: float) -> float:
    """Give each node its place and height; return the pixels that one unit takes."""
    for index, node in enumerate(nodes):
        into = sum(link.value for link in links if link.target == index)
        out_of = sum(link.value for link in links if link.source == index)
        node.amount = max(into, out_of)
    columns: dict[int, list[Node]] = {}
    for node in nodes:
        columns.setdefault(node.column, []).append(node)
    # The fullest column decides for all: equal amounts must look equal.
    scale = min(
        (bottom - top - _GAP * (len(column) - 1)) / (sum(node.amount for node in column) or 1.0)
        for column in columns.values()
    )
    for column in columns.values():
        used = sum(node.amount for node in column) * scale + _GAP * (len(column) - 1)
        place = top + (bottom - top - used) / 2
        for node in column:
            node.top, node.height = place, max(node.amount * scale, 1.0)
            place += node.amount * scale + _GAP
    return scale


def _ribbon(link: Link, nodes: Sequence[Node], place: Sequence[float], scale: float) -> str:
    source, target = nodes[link.source], nodes[link.target]
    thick = link.value * scale
    y0, y1 = source.top + source.taken["out"], target.top + target.taken["in"]
    source.taken["out"] += thick
    target.taken["in"] += thick
    x0, x1 = place[source.column] + NODE_WIDTH, place[target.column]
    middle = (x0 + x1) / 2
    way = (
        f"M{x0:.1f} {y0:.1f}C{middle:.1f} {y0:.1f} {middle:.1f} {y1:.1f} {x1:.1f} {y1:.1f}"
        f"V{y1 + thick:.1f}C{middle:.1f} {y1 + thick:.1f} {middle:.1f} {y0 + thick:.1f} {x0:.1f} {y0 + thick:.1f}Z"
    )
    return tag("path", d=way, fill=link.colour)


def _node(node: Node, x: float, *, is_last: bool) -> Iterator[str]:
    yield tag("rect", x=x, y=node.top, width=NODE_WIDTH, height=node.height, fill=node.colour)
    beside = x - 6 if is_last else x + NODE_WIDTH + 6
    middle = node.top + node.height / 2
    yield write(beside, middle, node.label, anchor="end" if is_last else "start", fill=house.INK)
