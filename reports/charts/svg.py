"""Draws a figure as static SVG from the figure's own data and layout: no browser, no script, no guess.

It understands what the builders use: scatter (lines, steps, markers, bands, texts, error bars), bar (with
base), sankey, lines as shapes, annotations. Anything else is refused, so that no mark is silently left out.
Only presentation attributes are written: the pages' policy allows no inline style.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import plotly.graph_objects as go
from markupsafe import Markup

from include.errors import ReportError
from reports.charts import house, svg_narrow, svg_sankey
from reports.charts.ink import LINE_HEIGHT, pixels, safe, tag, write

WIDTH = 760
Layout = Mapping[str, Any]
Scale = Callable[[Any], float]


@dataclass(frozen=True)
class Frame:
    """Where the plot stands within the drawing, and how values become pixels."""

    left: float
    top: float
    right: float
    bottom: float
    x: Scale
    y: Scale


def draw(
    figure: go.Figure, key: str, title: str, alt: str, width: int = WIDTH, *, is_narrow: bool = False
) -> Markup:
    """Draw a figure.

    Args:
        figure: Made by a builder: it has height, margins, ranges and ticks.
        key: Prefix of the ids, unique on the page.
        title: Title of the chart.
        alt: Its text alternative.
        width: Pixels of the drawing; it is scaled to where it stands.
        is_narrow: For a narrow screen: what stands beside the plot is written above each mark.

    Returns:
        An ``svg`` element that a screen reader takes as one image with title and description.

    Raises:
        ReportError: The figure uses something that this cannot draw.
    """
    found = figure.to_plotly_json()
    traces, layout = found["data"], found["layout"]
    if is_narrow:
        traces, layout, width = svg_narrow.reshape(traces, layout)
    height = layout["height"]
    if any(trace["type"] == "sankey" for trace in traces):
        parts = [part for trace in traces for part in svg_sankey.draw(trace, layout, width)]
    else:
        frame = _frame(layout, width)
        parts = [
            *_axes(layout, frame),
            *(part for shape in layout.get("shapes") or () for part in _shape(shape, frame)),
            *(part for trace in traces for part in _trace(trace, frame, layout)),
            *(part for note in layout.get("annotations") or () for part in _annotation(note, frame, layout)),
        ]
    head = (
        f'<svg viewBox="0 0 {width} {height}" role="img" '
        f'aria-labelledby="{key}-t {key}-d" font-family="{house.FONT}" font-size="{house.FONT_SIZE}">'
        f'<title id="{key}-t">{safe(title)}</title><desc id="{key}-d">{safe(alt)}</desc>'
    )
    return Markup(head + "".join(parts) + "</svg>")  # noqa: S704  (every text and attribute goes through safe)


def _frame(layout: Layout, width: int) -> Frame:
    margin = layout["margin"]
    left, right = float(margin["l"]), float(width - margin["r"])
    top, bottom = float(margin["t"]), float(layout["height"] - margin["b"])
    x = _scale(layout["xaxis"], left, right)
    y = _scale(layout["yaxis"], bottom, top)
    return Frame(left, top, right, bottom, x, y)


def _scale(axis: Layout, low: float, high: float) -> Scale:
    kind = axis["type"]
    read: Scale = _days if kind == "date" else _magnitude if kind == "log" else float
    ends = [float(end) if kind == "log" else read(end) for end in axis["range"]]
    span = (high - low) / (ends[1] - ends[0])
    return lambda value: low + max(read(value) - ends[0], 0.0 if kind == "log" else -math.inf) * span


def _magnitude(value: Any) -> float:
    """Return the logarithm; that of a ratio of 0 lies beyond every end of an axis, where the drawing stops."""
    return math.log10(value) if value > 0 else -math.inf


def _days(value: Any) -> float:
    """Return a date as a number of days."""
    found = value if isinstance(value, date) else datetime.fromisoformat(str(value))
    return float(found.toordinal())


def _axes(layout: Layout, frame: Frame) -> Iterator[str]:
    x, y = layout["xaxis"], layout["yaxis"]
    yield from _ticks(x, frame, is_x=True)
    yield from _ticks(y, frame, is_x=False)
    line = {"stroke": house.CONTEXT, "stroke_width": 1}
    yield tag("line", x1=frame.left, y1=frame.bottom, x2=frame.right, y2=frame.bottom, **line)
    if x["title"]["text"]:
        place = frame.bottom + 36.0
        lines = max((text.count("<br>") for text in x["ticktext"]), default=0)
        yield write(
            (frame.left + frame.right) / 2,
            place + lines * LINE_HEIGHT,
            x["title"]["text"],
            anchor="middle",
            fill=house.SOFT,
        )
    if y["title"]["text"]:
        middle = (frame.top + frame.bottom) / 2
        yield write(
            13,
            middle,
            y["title"]["text"],
            anchor="middle",
            fill=house.SOFT,
            transform=f"rotate(-90 13 {middle:.0f})",
        )


def _ticks(axis: Layout, frame: Frame, *, is_x: bool) -> Iterator[str]:
    for value, text in zip(axis["tickvals"], axis["ticktext"], strict=True):
        place = frame.x(value) if is_x else frame.y(value)
        if axis["showgrid"]:
            ends = (
                {"x1": place, "y1": frame.top, "x2": place, "y2": frame.bottom}
                if is_x
                else {"x1": frame.left, "y1": place, "x2": frame.right, "y2": place}
            )
            yield tag("line", **ends, stroke=house.GRID, stroke_width=1)
        if not text:
            continue
        if is_x:
            yield write(place, frame.bottom + 7, text, anchor="middle", across="top", fill=house.SOFT)
        else:
            colour = house.SOFT if axis["showgrid"] else house.INK
            yield write(frame.left - 8, place, text, anchor="end", fill=colour)


def _shape(shape: Layout, frame: Frame) -> Iterator[str]:
    if shape["type"] != "line":
        raise ReportError(f"The drawing knows no shape {shape['type']}", "Use a line, or a trace.")
    x, y = _ends(shape, "x", frame), _ends(shape, "y", frame)
    yield tag("line", x1=x[0], y1=y[0], x2=x[1], y2=y[1], **_stroke(shape["line"]))


def _ends(shape: Layout, side: str, frame: Frame) -> list[float]:
    return [_place(shape.get(f"{side}ref"), side, shape[f"{side}{end}"], frame) for end in (0, 1)]


def _place(reference: str | None, side: str, value: Any, frame: Frame) -> float:
    if reference in (None, side):
        return frame.x(value) if side == "x" else frame.y(value)
    if side == "x":
        return frame.left + float(value) * (frame.right - frame.left)
    return frame.bottom - float(value) * (frame.bottom - frame.top)


def _annotation(note: Layout, frame: Frame, layout: Layout) -> Iterator[str]:
    # plotly takes the place of an annotation on a logarithmic axis as its logarithm; of all else, as it is.
    at = 10 ** note["x"] if layout["xaxis"]["type"] == "log" else note["x"]
    x = _place(note.get("xref"), "x", at, frame) + float(note.get("xshift") or 0)
    y = _place(note.get("yref"), "y", note["y"], frame) - float(note.get("yshift") or 0)
    anchor = {"left": "start", "center": "middle", "right": "end"}[note.get("xanchor") or "center"]
    font = note.get("font") or {}
    yield write(x, y, note["text"], anchor=anchor, across=note["yanchor"], fill=font.get("color", house.INK))


def _stroke(line: Layout) -> dict[str, object]:
    width = float(line.get("width", 2))
    dashes = {"dash": "7 4", "dot": "2 3", "dashdot": "8 3 2 3"}
    return {
        "stroke": line["color"],
        "stroke_width": width,
        "stroke_dasharray": dashes.get(line.get("dash", "solid")),
        "stroke_linejoin": "round",
        "fill": "none",
    }


def _trace(trace: Layout, frame: Frame, layout: Layout) -> Iterator[str]:
    if trace["type"] == "bar":
        yield from _bars(trace, frame, layout)
        return
    if trace["type"] != "scatter":
        raise ReportError(f"The drawing knows no trace {trace['type']}", "Use what the builders use.")
    points = _points(trace, frame)
    if trace.get("fill") == "toself":
        yield tag("path", d=_path(points, "") + "Z", fill=trace["fillcolor"], stroke="none")
    if "lines" in trace["mode"] and trace["line"].get("width", 2):
        shape = trace["line"].get("shape", "linear")
        yield tag("path", d=_path(points, shape), **_stroke(trace["line"]))
    yield from _errors(trace, points, frame)
    if "markers" in trace["mode"]:
        yield from _markers(trace, points)
    if "text" in trace["mode"]:
        yield from _texts(trace, points)


Points = Sequence[tuple[float, float] | None]


def _points(trace: Layout, frame: Frame) -> Points:
    pairs = zip(trace["x"], trace["y"], strict=True)
    return [None if x is None or y is None else (frame.x(x), frame.y(y)) for x, y in pairs]


def _path(points: Points, shape: str) -> str:
    """Return the way along some points; a missing one breaks the line."""
    parts = []
    is_new = True
    for point in points:
        if point is None:
            is_new = True
            continue
        x, y = pixels(point[0]), pixels(point[1])
        parts.append(f"M{x} {y}" if is_new else f"H{x}V{y}" if shape == "hv" else f"L{x} {y}")
        is_new = False
    return "".join(parts)


def _each(value: Any, count: int) -> Sequence[Any]:
    """Return a setting for each point; plotly takes one for all or one for each."""
    return value if isinstance(value, list | tuple) else [value] * count


def _errors(trace: Layout, points: Points, frame: Frame) -> Iterator[str]:
    for side in ("x", "y"):
        bar = trace.get(f"error_{side}")
        if not bar:
            continue
        scale = frame.x if side == "x" else frame.y
        rows = zip(points, trace[side], bar["array"], bar["arrayminus"], strict=True)
        for point, value, up, down in rows:
            if point is None or up is None or down is None:
                continue
            low, high = scale(value - down), scale(value + up)
            ends = (
                {"x1": low, "y1": point[1], "x2": high, "y2": point[1]}
                if side == "x"
                else {"x1": point[0], "y1": low, "x2": point[0], "y2": high}
            )
            yield tag("line", **ends, stroke=bar["color"], stroke_width=float(bar["thickness"]))


def _markers(trace: Layout, points: Points) -> Iterator[str]:
    marker = trace["marker"]
    count = len(points)
    given = (_each(marker.get(key), count) for key in ("color", "symbol", "size"))
    for point, colour, symbol, size in zip(points, *given, strict=True):
        if point is not None:
            yield _marker(point[0], point[1], colour, symbol, float(size or 8))


def _marker(x: float, y: float, colour: str, symbol: str, size: float) -> str:
    half = size / 2
    is_open = symbol.endswith("-open")
    paint = {"fill": "#ffffff" if is_open else colour, "stroke": colour, "stroke_width": 1.5}
    if symbol.startswith("circle"):
        return tag("circle", cx=x, cy=y, r=half, **paint)
    if symbol.startswith("square"):
        return tag("rect", x=x - half, y=y - half, width=size, height=size, **paint)
    corners = (
        ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0))
        if symbol.startswith("diamond")
        else ((0, -1.2), (1.15, 0.9), (-1.15, 0.9))
    )
    at = " ".join(f"{x + half * dx:.1f},{y + half * dy:.1f}" for dx, dy in corners)
    return tag("polygon", points=at, **paint)


def _texts(trace: Layout, points: Points) -> Iterator[str]:
    count = len(points)
    colours = _each(trace["textfont"]["color"], count)
    places = _each(trace["textposition"], count)
    for point, text, colour, place in zip(points, trace["text"], colours, places, strict=True):
        if point is None or not text:
            continue
        across, along = place.split()
        anchor = {"left": "end", "center": "middle", "right": "start"}[along]
        shift = {"left": -7, "center": 0, "right": 7}[along]
        # plotly calls "top" what stands above the point; a text there hangs from its bottom.
        up = {"top": "bottom", "middle": "middle", "bottom": "top"}[across]
        lift = {"top": -4, "middle": 0, "bottom": 4}[across]
        yield write(point[0] + shift, point[1] + lift, text, anchor=anchor, across=up, fill=colour)


def _bars(trace: Layout, frame: Frame, layout: Layout) -> Iterator[str]:
    is_flat = trace.get("orientation") == "h"
    lengths, rows = (trace["x"], trace["y"]) if is_flat else (trace["y"], trace["x"])
    along, beside = (frame.x, frame.y) if is_flat else (frame.y, frame.x)
    half = abs(beside(1.0) - beside(0.0)) * (1 - layout["bargap"]) / 2
    count = len(rows)
    bases = _each(trace.get("base") or 0, count)
    colours = _each(trace["marker"]["color"], count)
    for length, row, base, colour in zip(lengths, rows, bases, colours, strict=True):
        if length is None:
            continue
        low, high = sorted((along(base), along(base + length)))
        middle = beside(row)
        box = (
            {"x": low, "y": middle - half, "width": high - low, "height": 2 * half}
            if is_flat
            else {"x": middle - half, "y": low, "width": 2 * half, "height": high - low}
        )
        yield tag("rect", **box, fill=colour)
