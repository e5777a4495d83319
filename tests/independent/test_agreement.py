"""The warehouse against the independent implementation: every compared column, number by number.

Two nasty forces, and a synthetic one up to the ranking and ``fct_reoffending``; ``HHW_ALL_SCENARIOS=1`` adds the other
nasty forces. Only the compared models are built: that the whole project builds is shown elsewhere.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import include.warehouse.build as building
from include.settings import REPOSITORY, Settings
from include.synthetic import generate_force
from include.warehouse.plan import RunPlan
from include.warehouse.stores import open_store
from tests.independent.compare import compare, differences
from tests.independent.oracle import compute_landing
from tests.independent.scenarios import SCENARIOS, Scenario
from tests.independent.tables import TABLES, Table
from tests.warehouse.sample import TWELVE, build_from, seeds_with, twelve_people_types

SEEDS = REPOSITORY / "dbt_project" / "seeds"
# What once differed in one of the others only has a quick test beside: test_as_known.
ALWAYS = {"deltas_and_irregular_dates", "other_parameters_before_any_delivery"}
NAMES = sorted(SCENARIOS if os.environ.get("HHW_ALL_SCENARIOS") else ALWAYS)
SEED = 20_260_920


@pytest.fixture
def only_compared_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """Build what is compared and what it needs, nothing else."""
    whole = building.run_dbt
    chosen = [f"+{name}" for name in TABLES]

    def some(
        settings: Settings, plan: RunPlan, arguments: Sequence[str], folder: Path
    ) -> subprocess.CompletedProcess[str]:
        assert arguments[0] == "build"
        tests_left_out = ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
        return whole(settings, plan, ["build", *tests_left_out, "--select", *chosen], folder)

    monkeypatch.setattr(building, "run_dbt", some)


def _agree(
    settings: Settings,
    landing: Path,
    as_at: date | None,
    run_dates: list[date] | None,
    outcomes: bool = True,
    is_full: bool = True,
) -> None:
    """Build a force, compare every table, and print what was compared; a full force leaves none without rows."""
    _, build = build_from(settings, landing, as_at, run_dates)
    rows_put_aside = [p for p in settings.quarantine_dir.rglob("*") if p.suffix in {".csv", ".parquet"}]
    assert rows_put_aside == [], "the force was to keep the contract"
    found = compare(build.warehouse, compute_landing(landing, settings.seeds_dir, as_at, run_dates, outcomes))
    print(f"{sum(found.values.values())} values compared")  # noqa: T201
    for name, values in found.values.items():
        print(f"  {values:9} in {found.rows[name]:6} rows of {name}")  # noqa: T201
    assert found.lines == [], f"{len(found.lines)} differences, the first ones:\n" + "\n".join(
        found.lines[:20]
    )
    if is_full:
        assert [name for name, rows in found.rows.items() if rows == 0] == [], "compared on nothing"
    _intervals_keep_their_rules(build.warehouse)


def _intervals_keep_their_rules(warehouse: Path) -> None:
    """What the oracle does not draw again: intervals in order, verdicts from them, none where there is to be none."""
    with open_store(warehouse) as store:
        effects = store.execute(
            "select n, ci_low, ci_high, verdict from reporting.rpt_reoffending__effect"
        ).fetchall()
        drawn = store.execute(
            "select is_mature, spearman_harm_difference_low, spearman_harm_difference_high "
            "from reporting.rpt_algorithm__challengers where spearman_harm_difference_low is not null"
        ).fetchall()
    for n, low, high, verdict in effects:
        if n < 20:
            expected = "too few"
        elif low is None or low <= 1 <= high:
            expected = "inconclusive"
        else:
            expected = "evidence of a fall" if high < 1 else "evidence of a rise"
        assert verdict == expected
        assert low is None or low <= high
    assert all(is_mature and low <= high for is_mature, low, high in drawn)


@pytest.mark.slow
@pytest.mark.usefixtures("only_compared_models")
@pytest.mark.parametrize("name", NAMES)
def test_nasty_force(tmp_path: Path, name: str) -> None:
    scenario: Scenario = SCENARIOS[name]
    scenario.write(SEED, tmp_path / "landing")
    settings = Settings(data_dir=tmp_path / "data", seeds_dir=scenario.seeds(SEEDS, tmp_path / "seeds"))
    is_full = name in ALWAYS
    _agree(settings, tmp_path / "landing", scenario.as_at, scenario.run_dates, is_full=is_full)


@pytest.mark.slow
@pytest.mark.usefixtures("only_compared_models")
def test_synthetic_force(tmp_path: Path) -> None:
    generate_force(tmp_path, nominals=2_000, seed=5)
    dates = [date(2024, 3, 10), date(2026, 9, 6)]
    _agree(Settings(data_dir=tmp_path / "data"), tmp_path / "landing", None, dates, outcomes=False)


def test_twelve_people(tmp_path: Path) -> None:
    """The oracle itself, against figures worked out apart from both."""
    seeds = seeds_with(tmp_path / "seeds", twelve_people_types())
    dates = [date(2026, 9, 6), date(2026, 9, 20)]
    tables = compute_landing(TWELVE / "landing", seeds, dates[-1], dates, outcomes=False)
    cases = {
        "expected_rankings.csv": ("fct_rankings", ["run_date", "nominal_id"]),
        "expected_explanations.csv": (
            "fct_ranking_explanations",
            ["run_date", "nominal_id", "term", "offence_id"],
        ),
        "expected_reoffending.csv": ("fct_reoffending", ["nominal_id", "cohort", "basis"]),
    }
    for file, (name, key) in cases.items():
        expected = pd.read_csv(TWELVE / file)
        table = Table("marts", key, [column for column in expected if column not in key])
        assert len(expected) > 10
        assert differences(name, tables[name], expected, table) == []
