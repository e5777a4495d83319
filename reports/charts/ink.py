"""Elements of a static drawing: every text and attribute is escaped here, and nowhere else."""

from __future__ import annotations

from html import escape, unescape

from reports import formats

LINE_HEIGHT = 15


def safe(text: object) -> str:
    """Return text that can stand in the drawing; what plotly would unescape is unescaped first."""
    return escape(formats.clean(unescape(str(text))))


def tag(name: str, **attributes: object) -> str:
    """Return an element; ``_`` in a name stands for ``-``, and what is ``None`` is left out."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{pixels(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{given}/>"


def pixels(value: object) -> str:
    """Return an attribute's value; a tenth of a pixel is fine enough."""
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else safe(value)


def write(
    x: float, y: float, text: str, *, anchor: str = "start", across: str = "middle", **more: object
) -> str:
    """Return a text of one or more lines (``<br>``) about a point.

    Args:
        x: Pixels.
        y: Pixels.
        text: As plotly takes it.
        anchor: ``start``, ``middle`` or ``end``.
        across: ``top``: below the point; ``middle``; ``bottom``: above it.
        more: Further attributes.
    """
    lines = text.split("<br>")
    block = (len(lines) - 1) * LINE_HEIGHT
    first = y + {"top": 11.0, "middle": 4.5 - block / 2, "bottom": -4.0 - block}[across]
    attributes = tag("", text_anchor=None if anchor == "start" else anchor, **more)[1:-2]
    spans = "".join(
        f'<tspan x="{pixels(float(x))}" y="{pixels(first + LINE_HEIGHT * place)}">{safe(line)}</tspan>'
        for place, line in enumerate(lines)
    )
    return f"<text{attributes}>{spans}</text>"
