"""How templates are filled: everything is escaped, what is missing is said, and text is made fit to print."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reports import cards, formats, words
from reports.charts import house

PLOTLY = f"assets/plotly-{version('plotly')}.min.js"


@cache
def environment() -> Environment:
    """Return the environment of all templates."""
    # Everything is escaped: templates are HTML only, and nothing is marked safe but embedded JSON.
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).resolve().parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finish,
    )
    environment.filters.update(
        number=formats.number, day=formats.day, short_day=formats.short_day, source=words.say_sources
    )
    environment.filters["embed"] = cards.embed
    environment.globals.update(chart_template=house.TEMPLATE.to_plotly_json(), plotly=PLOTLY)
    return environment


def _finish(value: object) -> object:
    """Make what a template prints fit to print."""
    if value is None or value != value:  # noqa: PLR0124  (NaN is the value that is not itself)
        return formats.MISSING
    return value if isinstance(value, Markup) or not isinstance(value, str) else formats.clean(value)


def css_string(text: str) -> str:
    """Return text for within a string of a style sheet, whatever it holds."""
    return "".join(
        char if char.isascii() and (char.isalnum() or char in " -_.,") else f"\\{ord(char):x} "
        for char in text
    )
