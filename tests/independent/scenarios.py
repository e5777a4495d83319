"""Which nasty forces are compared, and with which dates and parameters."""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tests.independent.nasty import Force, hot_days, write_force

Plan = list[tuple[date, str]]
_NAMED = [date(2026, 1, 31), date(2025, 11, 30), date(2026, 2, 28), date(2024, 2, 29)]
_DELTAS: Plan = [
    (date(2025, 12, 1), "full"),
    (date(2026, 1, 31), "delta"),
    (date(2026, 2, 20), "delta"),
    (date(2026, 3, 1), "delta"),
]


@dataclass(frozen=True)
class Scenario:
    """A force, the dates of the run, and what differs from the parameters as they stand."""

    name: str
    as_at: date | None = date(2026, 3, 1)
    run_dates: list[date] | None = field(default_factory=lambda: list(_NAMED))
    police: Plan = field(default_factory=lambda: list(_DELTAS))
    visor: Plan | None = field(default_factory=lambda: [(date(2026, 3, 1), "full")])
    idiom: Plan | None = field(default_factory=lambda: list(_DELTAS))
    decisions: Plan = field(default_factory=lambda: [(date(2026, 3, 1), "full")])
    parquet: bool = False
    people: int = 150
    parameters: dict[str, str] = field(default_factory=dict)
    harm: dict[str, str] = field(default_factory=dict)

    def write(self, seed: int, landing: Path) -> None:
        """Write the force's deliveries."""
        plans = {
            "police_records": self.police,
            "visor_summary": self.visor,
            "idiom": self.idiom,
            "unit_decisions": self.decisions,
        }
        days = list(self.run_dates or [date(2025, 9, 21), date(2026, 2, 22)])
        days += [self.as_at] if self.as_at else []
        plan = {source: one for source, one in plans.items() if one}
        write_force(Force(seed, self.people, hot_days(days), plan, self.parquet), landing)

    def seeds(self, source: Path, folder: Path) -> Path:
        """Copy the seeds and change the parameters that this scenario changes."""
        shutil.copytree(source, folder)
        _change(folder / "algorithm_parameters.csv", "parameter", "value", self.parameters)
        _change(folder / "harm_index.csv", "ho_code", "harm_days", self.harm)
        return folder


def _change(path: Path, key: str, column: str, values: dict[str, str]) -> None:
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        row[column] = values.get(row[key], row[column])
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


# A class has days and its listed sub-classes none; a code of no days; so many days, with four decimals, that squares of
# sums leave what 18 digits hold.
_OTHER_HARM = {"53": "20", "54": "0", "8N": "987654.1234"}
_OTHER_PARAMETERS = {
    "risk_basis": "formal",
    "top_n": "20",
    "explained_n": "35",
    "urgent_top_n": "5",
    "vulnerability_weight": "1.3",
    "vulnerable_age_under": "34",
    "minimum_age": "25",
    "minimum_sanction_age": "14",
    "previous_sanctions_cap": "3",
    "sex_unknown_as": "F",
    "coverage_start_police_records": "2025-07-15",  # 200 days before a hot day
    "coverage_start_idiom": "2025-05-14",
    "pre_days": "200",
    "unit_cost_decimals": "2",
    "decided_within_days": "100",
}

SCENARIOS = {
    one.name: one
    for one in (
        Scenario("deltas_and_irregular_dates"),
        Scenario("as_at_between_scheduled_dates", as_at=None, run_dates=None, parquet=True, people=120),
        Scenario("as_at_before_the_last_deliveries", as_at=date(2026, 2, 10), run_dates=_NAMED[:2]),
        Scenario("nobody_ranked_at_a_date", run_dates=[date(1990, 1, 7), *_NAMED[:2]]),
        Scenario(
            "as_at_before_any_delivery",
            as_at=date(2025, 6, 15),
            run_dates=[date(2024, 2, 29), date(2025, 6, 15)],
            visor=[(date(2025, 7, 1), "full"), (date(2026, 3, 1), "full")],
        ),
        Scenario(
            "other_parameters_before_any_delivery",
            as_at=date(2025, 6, 15),
            run_dates=[date(2025, 6, 1), date(2024, 2, 29)],
            visor=[(date(2025, 7, 1), "full"), (date(2026, 3, 1), "full")],
            harm=_OTHER_HARM,
            parameters=_OTHER_PARAMETERS
            | {"coverage_start_police_records": "2024-08-13", "coverage_start_idiom": "2023-08-13"},
        ),
        Scenario(
            "one_date_no_idiom",
            run_dates=[date(2026, 3, 1)],
            idiom=None,
            police=[*_DELTAS[:2], (date(2026, 2, 20), "full"), _DELTAS[3]],
        ),
        Scenario(
            "no_register", visor=None, as_at=None, run_dates=_NAMED[:2], idiom=[(date(2026, 2, 15), "full")]
        ),
        Scenario(
            "other_parameters",
            harm=_OTHER_HARM,
            parameters=_OTHER_PARAMETERS,
        ),
    )
}
