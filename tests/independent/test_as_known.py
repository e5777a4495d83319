"""The independent implementation's own cuts, on cases that a drawn force meets only by luck."""

from __future__ import annotations

import pandas as pd

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
