"""The same figure for a narrow screen: labels of rows go above their marks, ticks are thinned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reports.charts import house

WIDTH = 480
ROWS_WIDTH = 360
_LINE = 15
_MARK = 24
_FITS = 44
_SIDE = 14

Layout = Mapping[str, Any]
Traces = Sequence[Layout]


def reshape(traces: Traces, layout: Layout) -> tuple[Traces, Layout, int]:
    """Return the traces and the layout of a figure for a narrow screen, and the width to draw them in.

    Args:
        traces: As plotly takes them.
        layout: As plotly takes it.
    """
    if "yaxis" not in layout:
        return traces, layout, WIDTH
    if layout["yaxis"]["showgrid"]:
        room = WIDTH - layout["margin"]["l"] - layout["margin"]["r"]
        return traces, {**layout, "xaxis": _thinned(layout["xaxis"], room)}, WIDTH
    return _rows(traces, layout)


def _thinned(axis: Layout, room: float) -> Layout:
    """Leave out every second tick until the others do not run into each other."""
    values, texts = list(axis["tickvals"]), list(axis["ticktext"])
    while len(texts) > 2 and len(texts) * (house.longest(texts) + 10) > room:
        values, texts = values[::2], texts[::2]
    return {**axis, "tickvals": values, "ticktext": texts}


def _rows(traces: Traces, layout: Layout) -> tuple[Traces, Layout, int]:
    """Write the label of each row, and beneath it what is said of it, above the mark of the row."""
    y = layout["yaxis"]
    labels = [text.replace("<br>", " ") for text in y["ticktext"]]
    count = len(labels)
    left, beside = layout["xaxis"]["range"][0], layout["margin"]["t"]
    at = 10**left if layout["xaxis"]["type"] == "log" else left
    shown = [
        {**trace, **_above(trace["text"], labels, at)} if _is_beside(trace, count) else trace
        for trace in traces
    ]
    lines = max((text.count("<br>") + 1 for trace in shown for text in trace.get("above", ())), default=1)
    row = _MARK + _LINE * lines
    margin = {**layout["margin"], "l": _SIDE, "r": _SIDE}
    height = margin["t"] + margin["b"] + row * count + beside
    axes = {
        "yaxis": {**y, "ticktext": [""] * count, "range": [count - 0.65, -0.8]},
        "xaxis": _thinned(layout["xaxis"], ROWS_WIDTH - 2 * _SIDE),
    }
    return shown, {**layout, **axes, "margin": margin, "height": height, "bargap": 1 - 11 / row}, ROWS_WIDTH


def _is_beside(trace: Layout, count: int) -> bool:
    """Tell the texts beside the rows from other traces: one for each row, all at one place."""
    return trace.get("mode") == "text" and len(trace["x"]) == count and len(set(trace["x"])) == 1


def _above(said: Sequence[str], labels: Sequence[str], at: float) -> dict[str, Any]:
    pairs = [(label, text.replace("<br>", " ")) for label, text in zip(labels, said, strict=True)]
    is_short = all(len(label) + len(text) < _FITS for label, text in pairs)
    texts = [f"{label}: {text}" if is_short else f"{label}<br>{text}" for label, text in pairs]
    return {"x": [at] * len(texts), "text": texts, "above": texts, "textposition": "top right"}
