"""The independent implementation's own interval of a selection ratio, against statsmodels."""

from __future__ import annotations

import pytest
from statsmodels.stats.contingency_tables import Table2x2

from tests.independent.equality import selection

Z95 = 1.959963984540054


@pytest.mark.parametrize(("own", "rest"), [((10, 40), (10, 80)), ((3, 17), (41, 60)), ((12, 12), (30, 90))])
def test_selection_ratio_is_that_of_a_two_by_two_table(own: tuple[int, int], rest: tuple[int, int]) -> None:
    table = Table2x2([[own[0], own[1] - own[0]], [rest[0], rest[1] - rest[0]]], shift_zeros=False)
    found = selection(own, rest, Z95, 10)
    assert found["selection_ratio"] == pytest.approx(table.riskratio)
    assert (found["ci_low"], found["ci_high"]) == pytest.approx(table.riskratio_confint(0.05))
