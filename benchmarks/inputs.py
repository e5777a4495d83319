"""What every contestant is given: the bronze files of a plan, its run dates, parameters and seeds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from include.settings import Settings
from include.warehouse.parameters import Value
from include.warehouse.plan import RunPlan


@dataclass(frozen=True)
class Inputs:
    """The work: rank everybody at every run date, from these files.

    Attributes:
        bronze: Parquet files of the deliveries in effect by entity, in the order of application.
        folded: Entities of which later deliveries change earlier rows.
    """

    bronze: dict[str, list[Path]]
    folded: frozenset[str]
    as_at: date
    run_dates: list[date]
    parameters: dict[str, Value]
    seeds: Path

    @classmethod
    def of_plan(cls, settings: Settings, plan: RunPlan) -> Inputs:
        """Read them from a plan."""
        bronze: dict[str, list[Path]] = {}
        for delivery in plan.deliveries:
            for entity, path in delivery.bronze.items():
                bronze.setdefault(entity, []).append(settings.data_dir / path)
        with_deltas = {delivery.source for delivery in plan.deliveries if delivery.mode == "delta"}
        folded = {e for d in plan.deliveries if d.source in with_deltas for e in d.bronze}
        return cls(
            bronze,
            frozenset(folded),
            plan.as_at,
            [day.date for day in plan.run_dates],
            plan.parameters,
            settings.seeds_dir,
        )

    def number(self, name: str) -> float:
        """Return a numeric parameter."""
        return float(self.parameters[name])


# What a ranking has in every implementation; these are compared with the warehouse's.
RESULT = (
    "run_date", "nominal_id", "rank", "score", "ogrs3_formal_p1", "ogrs3_formal_p2", "ogrs3_recorded_p1",
    "ogrs3_recorded_p2", "copas_rate", "harm_days", "weighted_harm_days", "offence_count", "high_harm_count",
)  # fmt: skip
KEYS = {
    "nominals": ["nominal_id"],
    "offences": ["offence_id"],
    "offence_nominals": ["offence_id", "nominal_id"],
    "offence_victims": ["offence_id", "victim_id", "nominal_id"],
    "pnc_events": ["event_id"],
}
ROLES = {"convicted": 1, "charged": 2, "cautioned": 3, "suspect": 4, "eliminated": 5}
