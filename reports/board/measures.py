"""What the board follows from month to month: how each measure is called and how finely it is written."""

from __future__ import annotations

from dataclasses import dataclass

from reports.tables import Kind


@dataclass(frozen=True)
class Measure:
    """One metric of ``rpt_board__trends``.

    Args:
        label: Its name in a table.
        said: Its name in a sentence.
        unit: What it is counted in.
        kind: How a value is written.
        places: Places after the point that are published.
        limit_places: The same of mean and limits: coarser, since the mean of all months gives each back.
        is_count: Whether a value is itself a count of people.
        has_people: Whether ``n`` counts people.
    """

    label: str
    said: str
    unit: str
    kind: Kind
    places: int
    limit_places: int
    is_count: bool = False
    has_people: bool = False


MEASURES = {
    "managed_people": Measure(
        "People managed",
        "the number of people managed",
        "at the month's end",
        Kind.COUNT,
        0,
        0,
        is_count=True,
    ),
    "register": Measure(
        "Sex offender registrations", "the register", "at the month's end", Kind.COUNT, 0, 0, is_count=True
    ),
    "new_high_harm_entrants": Measure(
        "New among the most harmful",
        "the number of people new among the most harmful",
        "in the month",
        Kind.COUNT,
        0,
        0,
        is_count=True,
    ),
    "offences_per_managed_person_year": Measure(
        "Offences",
        "the rate of offending of managed people",
        "a managed person a year",
        Kind.TWO,
        2,
        1,
        has_people=True,
    ),
    "harm_days_per_managed_person_year": Measure(
        "Harm",
        "the harm done by managed people",
        "harm days a managed person a year",
        Kind.ONE,
        1,
        0,
        has_people=True,
    ),
    "offending_cost_gbp_per_managed_person_year": Measure(
        "Cost of offending",
        "the estimated economic and social cost of offending",
        "\u00a3 a managed person a year",
        Kind.COUNT,
        -1,
        -2,
        has_people=True,
    ),
    "caseload_per_manager": Measure(
        "Caseload", "the caseload of a manager", "people a manager", Kind.ONE, 1, 0
    ),
    "unit_cost_gbp": Measure(
        "Cost of the unit", "the running cost of the unit", "\u00a3 in the month", Kind.COUNT, 0, -2
    ),
}
"""In the order of the table."""

FEWEST_MONTHS = 10
"""With fewer, no limits are drawn: they would mean little, and their mean would give a withheld month back."""
