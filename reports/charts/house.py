"""The house style of every figure: palette, line styles, template, axes. No builder sets a colour itself.

A figure states everything that is drawn: axes with range and ticks, margins, labels. So the static drawing
(:mod:`reports.charts.svg`) and plotly show the same, and neither has to guess.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Any

import plotly.graph_objects as go

from reports import formats

PALETTE = ("#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1")
"""Categorical palette of the UK Analysis Function, in its order; four at most in one figure."""

MAX_SERIES = 4
INK = "#0b0c0c"
SOFT = "#505a5f"
GRID = "#e4e7ea"
CONTEXT = "#8a9095"
BAND = "#dfe6ee"
FONT = "Segoe UI, Helvetica Neue, Arial, sans-serif"
FONT_SIZE = 13
CHAR_WIDTH = 7.3
"""Width of a usual character at the size of the figures' text, in pixels; a little too wide on purpose."""

_DASHES = ("solid", "dash", "dot", "dashdot")
_MARKERS = ("circle", "square", "diamond", "triangle-up")

TEMPLATE = go.layout.Template(
    layout={
        "font": {"family": FONT, "size": FONT_SIZE, "color": INK},
        "colorway": PALETTE,
        "paper_bgcolor": "#ffffff",
        "plot_bgcolor": "#ffffff",
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": "#ffffff", "font": {"color": INK, "family": FONT}},
        "xaxis": {"gridcolor": GRID, "linecolor": CONTEXT, "zeroline": False, "fixedrange": True},
        "yaxis": {"gridcolor": GRID, "linecolor": CONTEXT, "zeroline": False, "fixedrange": True},
    }
)


@dataclass(frozen=True)
class Style:
    """How one series is told from the others: colour and line and marker, never colour alone."""

    colour: str
    dash: str
    marker: str


def style(index: int) -> Style:
    """Return the style of the series at a position; the factory refuses more than four."""
    place = index % MAX_SERIES
    return Style(PALETTE[index % len(PALETTE)], _DASHES[place], _MARKERS[place])


def say(text: str) -> str:
    """Return text that plotly shows as it is: cleaned, and with nothing that it would take for a tag."""
    return escape(formats.clean(text), quote=False)


def wrap(text: str, width: int = 30) -> str:
    """Break a label into lines of about so many characters, at spaces."""
    lines: list[str] = [""]
    for word in formats.clean(text).split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "<br>".join(escape(line, quote=False) for line in lines)


def longest(labels: Sequence[str]) -> int:
    """Return the pixels that the widest of some wrapped labels takes."""
    widths = [len(line) for label in labels for line in label.split("<br>")]
    return math.ceil(max(widths, default=0) * CHAR_WIDTH)


@dataclass(frozen=True)
class Axis:
    """One axis: from where to where, and where the ticks are.

    Args:
        low: Where it begins, in the values of the axis (on a logarithmic axis too).
        high: Where it ends.
        ticks: Position and text of each tick.
        title: What it measures, with the unit.
        kind: ``linear``, ``log`` or ``date``.
        is_grid: Whether a line is drawn at each tick.
    """

    low: Any
    high: Any
    ticks: tuple[tuple[Any, str], ...]
    title: str = ""
    kind: str = "linear"
    is_grid: bool = True

    def layout(self) -> dict[str, Any]:
        """Return it as plotly takes it."""
        ends = [self.low, self.high]
        return {
            "type": self.kind,
            "range": [math.log10(end) for end in ends] if self.kind == "log" else ends,
            "tickvals": [value for value, _ in self.ticks],
            "ticktext": [text for _, text in self.ticks],
            "title": {"text": say(self.title)},
            "showgrid": self.is_grid,
        }


def number_axis(values: Sequence[float], title: str, *, zero: bool = True, at_most: int = 6) -> Axis:
    """Return an axis for amounts: round ticks, from zero unless told otherwise.

    Args:
        values: Everything that is drawn along it.
        title: What it measures.
        zero: Whether zero is on it: always for bars, where length is the amount.
        at_most: About so many steps.
    """
    low, high = min(values, default=0.0), max(values, default=1.0)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        high = low + (abs(low) or 1.0)
    step = _step(high - low, at_most)
    first, last = math.floor(low / step), math.ceil(high / step)
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    ticks = [
        (tick, formats.number(tick, places)) for tick in (round(p * step, 10) for p in range(first, last + 1))
    ]
    if at_most > _FEW and max(len(text) for _, text in ticks) > _LONG:
        # Long numbers would run into each other.
        return number_axis(values, title, zero=zero, at_most=_FEW)
    return Axis(ticks[0][0], ticks[-1][0], tuple(ticks), title)


_FEW, _LONG = 3, 7


def _step(span: float, at_most: int) -> float:
    rough = span / at_most
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * nice for nice in (1, 2, 5, 10) if power * nice >= rough * 0.999)


def ratio_axis(values: Sequence[float], title: str) -> Axis:
    """Return a logarithmic axis for ratios, on which half and double are equally far from one.

    A ratio of 0 has no place on it: what reaches there is drawn to the end of the axis, and its label says 0.
    """
    low, high = min([*(value for value in values if value > 0), 0.8]), max([*values, 1.25])
    marks = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
    shown = tuple((mark, f"{mark:g}") for mark in marks if low / 1.05 <= mark <= high * 1.05)
    return Axis(low / 1.1, high * 1.1, shown, title, "log")


def date_axis(days: Sequence[date], title: str = "") -> Axis:
    """Return an axis of dates with a tick at quarters or years, in words of this house."""
    low, high = min(days), max(days)
    months = (high.year - low.year) * 12 + high.month - low.month
    every = next(step for step in (1, 3, 6, 12, 24, 60) if months / step <= 7 or step == 60)
    ticks = []
    for place in range(low.year * 12 + low.month - 1, high.year * 12 + high.month + 1):
        first = date(place // 12, place % 12 + 1, 1)
        if place % every == 0 and low <= first <= high:
            ticks.append((first.isoformat(), formats.short_day(first)[2:]))
    pad = timedelta(days=max(3, (high - low).days // 60))
    return Axis((low - pad).isoformat(), (high + pad).isoformat(), tuple(ticks), title, "date")


def label_axis(labels: Sequence[str], *, width: int = 30) -> Axis:
    """Return a vertical axis of labelled rows, the first at the top; rows stand at 0, 1, 2."""
    ticks = tuple((place, wrap(label, width)) for place, label in enumerate(labels))
    return Axis(len(labels) - 0.4, -0.6, ticks, "", "linear", is_grid=False)


def lay_out(
    figure: go.Figure, x: Axis, y: Axis, height: int, *, right: int = 24, left: int = 0, bottom: int = 0
) -> go.Figure:
    """Give a figure its template, axes, height and margins.

    Args:
        figure: The figure with its traces.
        x: Horizontal axis.
        y: Vertical axis.
        height: Pixels.
        right: Pixels for labels to the right of the plot.
        left: Pixels to the left; what the labels of the axis take, if not given.
        bottom: More pixels below, for a table under the plot.
    """
    lines = max((text.count("<br>") + 1 for _, text in x.ticks), default=1)
    wide = left or longest([text for _, text in y.ticks]) + (36 if y.title else 16)
    margin = {"l": wide, "r": right, "t": 12, "b": 13 + 15 * lines + (20 if x.title else 0) + bottom}
    figure.update_layout(
        template=TEMPLATE, xaxis=x.layout(), yaxis=y.layout(), height=height, margin=margin, bargap=0.35
    )
    return figure


def labels(
    xs: Sequence[Any], ys: Sequence[Any], texts: Sequence[str], *, at: str = "middle right", colour: str = INK
) -> go.Scatter:
    """Return texts at points of the plot: direct labels, so that no legend has to be learnt.

    They are a trace, not annotations, since annotations of plotly are placed otherwise on logarithmic axes.
    """
    return go.Scatter(
        x=list(xs),
        y=list(ys),
        text=list(texts),
        mode="text",
        textposition=at,
        textfont={"color": colour, "size": FONT_SIZE},
        cliponaxis=False,
        hoverinfo="skip",
        name="",
    )


def rule(x0: Any, y0: Any, x1: Any, y1: Any, *, dash: str = "dash", **more: Any) -> dict[str, Any]:
    """Return a thin line that the figure is read against: a capacity, a mean, no difference."""
    return {
        "type": "line",
        "layer": "below",
        "x0": x0,
        "y0": y0,
        "x1": x1,
        "y1": y1,
        "line": {"color": SOFT, "width": 1.5, "dash": dash},
        **more,
    }


def spread(places: Sequence[float], gap: float) -> list[float]:
    """Move labels apart so that no two are closer than a gap, keeping their order and their middle.

    Args:
        places: Where the labels would stand.
        gap: The least distance, in the same unit.

    Returns:
        Where they stand, in the order given.
    """
    order = sorted(range(len(places)), key=lambda index: places[index])
    found = list(places)
    for _ in range(50):
        for lower, upper in zip(order, order[1:], strict=False):
            short = gap - (found[upper] - found[lower])
            if short > 1e-9:
                found[lower] -= short / 2
                found[upper] += short / 2
    return found
