"""Rows of the identity page, invented: two would change places, three cases wait."""

from __future__ import annotations

from datetime import date
from typing import Any

AS_AT = date(2026, 9, 20)
Rows = list[dict[str, Any]]


def _rows(keys: str, *values: tuple[Any, ...]) -> Rows:
    return [{"as_at": AS_AT, **dict(zip(keys.split(), value, strict=True))} for value in values]


def identity_rows() -> dict[str, Rows]:
    """Return the rows by model."""
    alike = "surname one letter off; forename the same; date of birth the same; sex the same"
    born = date(1985, 3, 12)
    return {
        "rpt_quality__identity_links": _rows(
            "kind method is_in_force records lowest_probability expected_wrong",
            ("nominal", "merged_into", True, 163, None, None),
            ("nominal", "model", False, 61, 0.9907, 0.25),
            ("cohort_spell", "nominal_id", True, 420, None, None),
            ("cohort_spell", "unlinked", True, 4, None, None),
        ),
        "rpt_quality__identity_known_pairs": _rows(
            "known_by pairs found_automatic found_review not_found",
            ("merged_into", 170, 120, 40, 10),
            ("pnc_id", 20, 13, 6, 1),
        ),
        "rpt_quality__identity_review": _rows(
            "kind record_id nominal_id reason probability comparison surname nominal_surname forename nominal_forename "
            "date_of_birth nominal_date_of_birth sex nominal_sex pnc_id nominal_pnc_id",
            ("nominal", "N9000001", "N9000002", "between_thresholds", 0.91, alike, "Gorse", "Grose", "Lee", "Lee",
             born, born, "M", "M", None, "2001/0000001B"),
            ("nominal", "N9000003", "N9000004", "two_pnc_ids", 0.999, alike, "Pell", "Pelll", "Nia", "Nia",
             born, born, "F", "F", "2001/0000002C", "2001/0000003D"),
            ("registration", "VR0000001", "N9000005", "between_thresholds", 0.72, alike, "Lund", "Lnud", "Sam", "Sam",
             born, born, None, "M", None, None),
        ),
        "rpt_algorithm__identity": _rows(
            "nominal_id records lowest_probability rank rank_by_model "
            "weighted_harm_days weighted_harm_days_by_model change",
            ("N9000010", 2, 0.9954, 131, 84, 900.0, 1400.5, "enters"),
            ("N9000011", 1, None, 100, 101, 1100.0, 1100.0, "leaves"),
            ("N9000012", 2, 0.9999, 12, 9, 3000.0, 3300.0, "stays"),
            ("N9000013", 3, None, None, None, None, None, "outside"),
        ),
    }  # fmt: skip
