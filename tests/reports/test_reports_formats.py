"""Numbers, dates and words: one way each."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import formats, words


@pytest.mark.parametrize(
    ("value", "places", "said"),
    [
        (1234567, 0, "1,234,567"),
        (-1.005, 1, "\u22121.0"),
        (-0.001, 2, "0.00"),
        (0, 0, "0"),
        (Decimal("1234.5"), 1, "1,234.5"),
        (None, 2, "missing"),
        (float("nan"), 2, "missing"),
        (float("inf"), 2, "missing"),
        (Decimal("NaN"), 2, "missing"),
    ],
)
def test_number(value: float | None, places: int, said: str) -> None:
    assert formats.number(value, places) == said


def test_dates_do_not_ask_the_locale() -> None:
    assert formats.day(date(2026, 9, 3)) == "3 September 2026"
    assert formats.short_day(date(2024, 2, 29)) == "29 Feb 2024"
    assert formats.day(None) == formats.short_day(None) == "missing"
    assert formats.speak_dates("on 2026-09-18, not 2026-19-99") == "on 18 September 2026, not 2026-19-99"


@pytest.mark.parametrize(("base", "said"), [(20, "12.5 %"), (19, "not shown (base under 20)")])
def test_percentage_needs_a_base(base: int, said: str) -> None:
    assert formats.percentage(0.125, base) == said
    assert formats.percentage(None, 100) == "missing"


@settings(deadline=None)
@given(st.lists(st.floats(-50, 50), min_size=1, max_size=12), st.integers(0, 4))
def test_apportioned_parts_add_up(parts: list[float], places: int) -> None:
    rounded = formats.apportion(parts, places)
    unit = 10**-places
    assert round(math.fsum(rounded), places) == pytest.approx(
        round(math.fsum(parts) / unit) * unit, abs=unit / 100
    )
    assert all(abs(part - shown) <= unit * (1 + 1e-6) for part, shown in zip(parts, rounded, strict=True))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Jos\u00e9 O\u2019Neill", "Jos\u00e9 O\u2019Neill"),
        ("two\r\nlines", "two lines"),
        ("\x1b[31m", "\ufffd[31m"),
        ("\u202eabc", "\ufffdabc"),
    ],
)
def test_clean(text: str, said: str) -> None:
    assert formats.clean(text) == said


def test_words() -> None:
    assert formats.join_words([]) == ""
    assert formats.join_words(["a"]) == "a"
    assert formats.join_words(["a", "b", "c"]) == "a, b and c"
    assert formats.plural(1, "person", "people") == "1 person"
    assert formats.slug("OFFICIAL: sensitive / x") == "OFFICIAL-sensitive-x"
    assert words.say(words.ROLE, "suspect", "") == "suspected, not convicted"
    assert words.say(words.ROLE, "unheard_of", "") == "unheard_of"
    assert words.say(words.ROLE, None, "role missing") == "role missing"
