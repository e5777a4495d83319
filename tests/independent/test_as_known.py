"""The independent implementation's own cuts and roundings, on cases that a drawn force meets only by luck."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from tests.independent.idiom import in_pence
from tests.independent.prepared import register_at


def _days(*values: str | None) -> pd.Series:
    return pd.Series(pd.to_datetime(list(values)))


def test_what_was_done_after_as_at_is_not_known_and_what_is_planned_is() -> None:
    delivered = pd.DataFrame(
        {
            "visor_id": ["Z1", "Z2", "Z3", "Z4"],
            "registration_start": _days("2020-01-01", None, "2025-06-15", "2025-06-16"),
            "registration_end": _days("2027-01-01", None, None, None),
            "release_date": _days("2025-07-20", None, None, None),
            "arms_date": _days("2025-06-16", "2025-06-15", None, "2025-06-16"),
            "last_visit_date": _days("2025-06-15", "2025-06-16", None, None),
            "next_visit_due": _days("2025-06-16", None, None, None),
        }
    )
    known = register_at(delivered, pd.Timestamp("2025-06-15"))
    expected = delivered[:3].assign(
        arms_date=_days(None, "2025-06-15", None), last_visit_date=_days("2025-06-15", None, None)
    )
    pd.testing.assert_frame_equal(known, expected)


@pytest.mark.parametrize(
    ("before", "during", "expected"),
    [
        (None, 36100.99524539171, (None, 36101.0, None, None)),
        (36100.99524539171, None, (36101.0, None, None, None)),
        (0.0, 0.125, (0.0, 0.13, 0.13, None)),
        # The difference is that of the pence, 0.00, and not that of the amounts, 0.008 or 0.01 when rounded.
        (1.996, 2.004, (2.0, 2.0, 0.0, 0.0)),
    ],
)
def test_each_amount_is_rounded_to_pence_for_itself(
    before: float | None, during: float | None, expected: tuple[Any, ...]
) -> None:
    found = in_pence({"cost_pre": before, "cost_during": during, "nominals": 3})
    names = ("cost_pre", "cost_during", "cost_difference", "cost_difference_pct")
    assert tuple(found[name] for name in names) == expected
    assert found["nominals"] == 3
