"""Words of the board pack that are chosen by its figures: which way, on which side, for whom."""

from __future__ import annotations

from datetime import date
from typing import cast

import pytest

from reports.board import messages
from reports.board.figures import Figure, Figures
from reports.tables import Column, Value


class _Cells:
    """Cells by name, where a pack would have its tables."""

    def __init__(self, **cells: Value) -> None:
        self._cells = {name.replace("__", "."): value for name, value in cells.items()}

    def get(self, name: str) -> Figure | None:
        return Figure(self._cells[name], Column("x", "X")) if name in self._cells else None

    def number(self, name: str) -> float | None:
        found = self.get(name)
        return found.number if found else None

    def word(self, name: str) -> str:
        value = self._cells.get(name)
        return value if isinstance(value, str) else ""

    def day(self, name: str) -> date | None:
        return date(2026, 8, 31) if name == "month" else None


def _figures(**cells: Value) -> Figures:
    return cast(Figures, _Cells(**cells))


@pytest.mark.parametrize(
    ("before", "during", "said"), [(6.0, 3.0, "fell"), (3.0, 6.0, "rose"), (3.0, 3.0, "went")]
)
def test_a_rate_fell_rose_or_went(before: float, during: float, said: str) -> None:
    found = _figures(
        cohorts__all__verdict="inconclusive",
        cohorts__all__rate_ratio=0.9,
        cohorts__all__rate_pre=before,
        cohorts__all__rate_during=during,
        cohorts__all__comparison_rate_pre=during,
        cohorts__all__comparison_rate_during=before,
    )
    others = {"fell": "rose", "rose": "fell", "went": "went"}[said]
    (text,) = messages.reoffending(found)
    assert f"recorded offences {said} from {{cohorts.all.rate_pre}}" in text
    assert f"not managed the rate {others} from {{cohorts.all.comparison_rate_pre}}" in text


def test_how_many_more_or_fewer_are_managed() -> None:
    found = _figures(
        this_month__managed_people__value=100,
        this_month__managed_people__change_on_previous=5,
        this_month__managed_people__change_on_year_ago=-10,
    )
    (text,) = messages.what_changed(found)
    assert "{this_month.managed_people.change_on_previous:size} more than a month before" in text
    assert "{this_month.managed_people.change_on_year_ago:size} fewer than a year before" in text


@pytest.mark.parametrize("verdict", ["more often", "less often"])
def test_a_group_selected_more_or_less_often_is_told_of(verdict: str) -> None:
    found = _figures(equality__sex__f__adopted_verdict=verdict)
    (text,) = messages.equality(found, [("sex", "F")])
    assert text.startswith("Groups differ by more than chance in who is adopted once considered")
