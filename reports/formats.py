"""How values are written on a page: one way each, and missing is said to be missing.

Text of the sources is somebody's typing, or somebody's attack. :func:`clean` takes out what would act
on a terminal, a spreadsheet or the direction of a line; escaping is the template's job.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

MISSING = "missing"
NOT_KNOWN = "not known"
MINUS = "\u2212"
MIN_BASE = 20
"""No percentage is printed on fewer than this many."""

_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
_BREAKS = re.compile(r"[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_UNSAFE_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn"}
_HARMLESS_FORMATS = {"\u200c", "\u200d"}  # joiners: names in several scripts need them
_ISO_DATE = re.compile(r"\b[12][0-9]{3}-[01][0-9]-[0-3][0-9]\b")
_WORD = re.compile(r"[^A-Za-z0-9]+")


def clean(text: str) -> str:
    """Return text without control, direction-changing and invisible characters; line breaks become spaces."""
    if text.isascii() and text.isprintable():
        return text
    flat = _BREAKS.sub(" ", text)
    return "".join(
        "\ufffd"
        if unicodedata.category(char) in _UNSAFE_CATEGORIES and char not in _HARMLESS_FORMATS
        else char
        for char in flat
    )


def number(value: float | Decimal | None, decimals: int = 0, missing: str = MISSING) -> str:
    """Write a number with thousands separators and a true minus sign; no negative zero."""
    if value is None or not math.isfinite(value):
        return missing
    text = f"{value:,.{decimals}f}"
    if text.startswith("-"):
        return MINUS + text[1:] if re.search(r"[1-9]", text) else text[1:]
    return text


def day(value: date | None, missing: str = MISSING) -> str:
    """Write a date in full: 20 September 2026. Never by locale."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}" if value else missing


def short_day(value: date | None, missing: str = MISSING) -> str:
    """Write a date for a table: 20 Sep 2026."""
    return f"{value.day} {_MONTHS[value.month - 1][:3]} {value.year}" if value else missing


def speak_dates(text: str) -> str:
    """Write the ISO dates within a sentence in full."""
    return _ISO_DATE.sub(lambda found: day(_date(found)) if _date(found) else found[0], text)


def _date(found: re.Match[str]) -> date | None:
    try:
        return date.fromisoformat(found[0])
    except ValueError:
        return None


def plural(count: int, one: str, many: str) -> str:
    """Write a count with its noun: 1 person, 2 people."""
    return f"{number(count)} {one if count == 1 else many}"


def percentage(share: float | None, base: int, missing: str = MISSING) -> str:
    """Write a share (0 to 1) as a percentage, unless it rests on fewer than 20."""
    if share is None or not math.isfinite(share):
        return missing
    return f"{number(share * 100, 1)} %" if base >= MIN_BASE else f"not shown (base under {MIN_BASE})"


def p_value(p: float) -> str:
    """Write a p value: three places, and never as nothing."""
    return "<0.001" if p < 0.001 else number(p, 3)


def apportion(parts: Sequence[float], decimals: int) -> list[float]:
    """Round parts so that they add up to their rounded sum (largest remainders).

    Figures that a reader can add up must add up: -0.304 + 1.104 + ... each rounded by itself may miss
    the printed total by a unit or two of the last place.

    Args:
        parts: The exact parts.
        decimals: Places after the point.

    Returns:
        The parts, each within one unit of the last place of its exact value.
    """
    unit = 10**decimals
    floors = [math.floor(part * unit) for part in parts]
    short = round(math.fsum(parts) * unit) - sum(floors)
    by_remainder = sorted(range(len(parts)), key=lambda i: (floors[i] - parts[i] * unit, i))
    raised = set(by_remainder[:short])
    return [(floor + (i in raised)) / unit for i, floor in enumerate(floors)]


def slug(text: str) -> str:
    """Return text fit for a file name: letters, digits and single hyphens."""
    return _WORD.sub("-", text).strip("-")


def join_words(words: Sequence[str]) -> str:
    """Join words as a sentence does: a, b and c."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def capital(text: str) -> str:
    """Return a sentence that begins with a capital letter; the rest stays as it is."""
    return text[:1].upper() + text[1:]
