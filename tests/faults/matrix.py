"""The fault matrix, ``matrix.csv``: a row a case; what is to happen, and the tests that make it happen.

A test is named by its file below ``tests/`` and its name. A row without a test says why the fault is not tried, and
the table of ``make test-faults`` repeats it. ``python -m tests.faults.matrix`` prints the tests outside this folder.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Case:
    """One row.

    Attributes:
        number: Its number.
        fault: What is done to the system.
        expected: What it does.
        proofs: Tests; empty where it is not tried.
        notice: Why not, or what of it is not.
    """

    number: int
    fault: str
    expected: str
    proofs: tuple[str, ...]
    notice: str


def _read() -> tuple[Case, ...]:
    with Path(__file__).with_name("matrix.csv").open(newline="") as stream:
        return tuple(
            Case(int(row["case"]), row["fault"], row["expected"], tuple(row["tests"].split()), row["notice"])
            for row in csv.DictReader(stream)
        )


MATRIX = _read()


def elsewhere() -> list[str]:
    """Return the tests of the matrix that stand outside this folder."""
    names = {proof for case in MATRIX for proof in case.proofs}
    return sorted(f"tests/{name}" for name in names if not name.startswith("faults/"))


if __name__ == "__main__":
    sys.stdout.write("\n".join(elsewhere()) + "\n")
