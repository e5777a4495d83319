"""The whole way from deliveries to marts, against figures worked out apart from this project."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from include.warehouse.build import run_dbt
from include.warehouse.stores import open_store
from tests.warehouse.conftest import Built
from tests.warehouse.sample import TWELVE

pytestmark = pytest.mark.slow
CASES = {
    "expected_rankings.csv": ("marts.fct_rankings", ["run_date", "nominal_id"]),
    "expected_explanations.csv": (
        "marts.fct_ranking_explanations",
        ["run_date", "nominal_id", "term", "offence_id"],
    ),
    "expected_reoffending.csv": ("marts.fct_reoffending", ["as_at", "nominal_id", "cohort", "basis"]),
}


def _as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers to 9 significant digits, everything else as text, so that two sources of types compare."""

    def plain(value: object) -> str:
        if pd.isna(value):  # type: ignore[call-overload]
            return ""
        if isinstance(value, pd.Timestamp):
            return value.date().isoformat()
        if isinstance(value, bool | np.bool_ | str):
            return str(value)
        return f"{float(value):.9g}" if abs(float(value)) > 1e-9 else "0"  # type: ignore[arg-type]

    return frame.map(plain)


@pytest.mark.parametrize("name", CASES)
def test_every_figure_comes_out(twelve_people: Built, name: str) -> None:
    _, _, build = twelve_people
    table, key = CASES[name]
    with open_store(build.warehouse) as store:
        expected = store.execute("select * from read_csv(?, all_varchar = false)", [str(TWELVE / name)]).df()
        columns = ", ".join(expected.columns)
        found = store.execute(f"select {columns} from {table}").df()
    expected, found = (_as_text(frame).sort_values(key).reset_index(drop=True) for frame in (expected, found))
    assert len(expected) > 10
    pd.testing.assert_frame_equal(found, expected)


def test_every_model_and_test_of_the_build_passed(twelve_people: Built) -> None:
    _, _, build = twelve_people
    results = json.loads(build.run_results.read_text())["results"]
    assert len(results) > 150
    assert {result["status"] for result in results} <= {"success", "pass", "no-op"}


def test_dbt_unit_tests(twelve_people: Built) -> None:
    """Every computed number has a unit test beside its model; they need the relations of a build, not its rows."""
    settings, plan, build = twelve_people
    outcome = run_dbt(settings, plan, ["test", "--select", "test_type:unit"], build.folder)
    assert outcome.returncode == 0, outcome.stdout[-3000:]
    assert "ERROR=0" in outcome.stdout
    assert "PASS=0" not in outcome.stdout
