"""How probable each level of agreement is: what the seed ``identity_model.csv`` says, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from include.errors import UsageError
from include.identity.comparisons import COMPARISONS


@dataclass(frozen=True)
class Chances:
    """How probable a level is: among records of one person, among records of two.

    Attributes:
        m: Probability among records of one person.
        u: Probability among records of two people.
    """

    m: float
    u: float


Probabilities = Mapping[tuple[str, str], Chances]
"""Chances by comparison and level."""


def read_probabilities(rows: Sequence[Mapping[str, Any]]) -> Probabilities:
    """Read the seed ``identity_model``.

    Raises:
        UsageError: A level is missing, unknown, or its probabilities are none.
    """
    found = {
        (str(row["comparison"]), str(row["level"])): Chances(
            float(row["m_probability"]), float(row["u_probability"])
        )
        for row in rows
    }
    known = {(comparison.name, level.name) for comparison in COMPARISONS for level in comparison.levels}
    if wrong := sorted(set(found) ^ known):
        raise UsageError(
            f"identity_model.csv: {wrong[0]} is missing or unknown",
            "Every level of include/identity/comparisons.py has one row: `hhw train-identity` writes them all.",
        )
    if bad := sorted(key for key, one in found.items() if not (0 < one.m < 1 and 0 < one.u < 1)):
        raise UsageError(
            f"identity_model.csv: probabilities of {bad[0]} are not between 0 and 1", "Train the model again."
        )
    return found
