"""Seeds with a test's own offence types, and builds of small deliveries through the real path."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from include.ingest import ingest_all
from include.settings import REPOSITORY, Settings
from include.warehouse.build import BuildResult, build_warehouse
from include.warehouse.plan import RunPlan, make_plan

SEEDS = REPOSITORY / "dbt_project" / "seeds"
TWELVE = Path(__file__).parents[1] / "fixtures" / "twelve_people"


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _rewrite(path: Path, rows: Iterable[dict[str, str]]) -> None:
    columns = path.read_text(encoding="utf-8").split("\n", 1)[0].split(",")
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="", extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def seeds_with(folder: Path, types: Sequence[dict[str, str]]) -> Path:
    """Copy the seeds and put other offence types in the place of the warehouse's own.

    Each type has ho_code, harm_days, ogrs3_group, unit_cost_gbp (2024-25 prices) and the two serious flags.
    """
    shutil.copytree(SEEDS, folder)
    said = {"basis": "published", "source": "test", "subgroup": "test", "ho_group": "test", "title": "test"}
    _rewrite(
        folder / "offence_types.csv",
        (
            said
            | {
                "ho_code": row["ho_code"],
                "ogrs3_group": row["ogrs3_group"],
                "cost_category": row["ho_code"] if row["unit_cost_gbp"] else "",
                "is_serious_violence": "true" if row["is_serious_violence"] == "1" else "false",
                "is_serious_sexual": "true" if row["is_serious_sexual"] == "1" else "false",
                "is_neighbourhood_crime": "false",
                "basis": "code_list",
            }
            for row in types
        ),
    )
    _rewrite(
        folder / "harm_index.csv",
        (
            said
            | {"effective_from": "2016-01-01", "index_version": "test", "starting_point": "test"}
            | {"ho_code": row["ho_code"], "harm_days": row["harm_days"]}
            for row in types
        ),
    )
    _rewrite(
        folder / "unit_costs_of_crime.csv",
        (
            {
                "cost_category": row["ho_code"],
                "victim_sector": "individual",
                "price_year": "2024-25",
                "unit_cost_gbp": row["unit_cost_gbp"],
                "status": "sourced",
                "source": "test",
                "is_used": "true",
            }
            for row in types
            if row["unit_cost_gbp"]
        ),
    )
    codes = {row["ho_code"] for row in types}
    _rewrite(
        folder / "severity_scores.csv",
        [r for r in _read(folder / "severity_scores.csv") if r["ho_code"] in codes],
    )
    return folder


def twelve_people_types() -> list[dict[str, str]]:
    """Offence types of the twelve people."""
    return _read(TWELVE / "offence_types.csv")


def build_from(
    settings: Settings, landing: Path, as_at: date | None = None, run_dates: Sequence[date] | None = None
) -> tuple[RunPlan, BuildResult]:
    """Take in a landing folder and build the warehouse, by the same functions as a run."""
    ingest_all(settings, landing)
    plan = make_plan(settings, as_at, run_dates)
    return plan, build_warehouse(settings, plan)
