"""Does equality monitoring find a planted disparity, and keep quiet about chance? For docs/methodology/equality.md.

python -m benchmarks.planted_disparities data/work/BUILD/target/manifest.json

Made-up forces go through the very SQL of a build (``fct_equality_stages``, ``fct_equality_questions``), each as a run
date of its own. In the first row no group differs; in the others one group goes on from one stage at a multiple of the
rate of everybody else. Seeds are the places of the rows, so the table comes out the same again.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from include.statistics.proportions import wilson_interval
from include.warehouse.stores import memory_store

PEOPLE = 10_000
TOP = 100
RATES = {"considered": 0.06, "adopted": 0.5, "deselected": 0.5}
GROUPS = {"W1": 0.80, "A1": 0.08, "B1": 0.06, "M1": 0.04, "O9": 0.02}
ETHNIC = {"W1": "White", "A1": "Asian", "B1": "Black", "M1": "Mixed", "O9": "Other"}
FEMALE = 0.16
AGES = {"18-24": 0.24, "25-34": 0.42, "35-44": 0.22, "45-54": 0.08, "55-64": 0.04}
STATUS = ["never_considered", "considered", "managed", "previously_managed"]
_RELATION = re.compile(r'"[^"]+"\."[^"]+"\."(\w+)"')


@dataclass(frozen=True)
class Planted:
    """A disparity: a group goes on to a stage at so many times the rate of everybody else; 1: none."""

    group: str = ""
    stage: str = ""
    ratio: float = 1.0


@dataclass(frozen=True)
class Found:
    """What the monitoring said of the forces of one row.

    Attributes:
        forces: How many.
        asked: Forces in which the planted group and stage is a question.
        watched: Forces in which it is to be watched.
        others: Questions about any other group or stage, a force.
        forces_with_others: Forces with at least one of these.
    """

    forces: int
    asked: int
    watched: int
    others: float
    forces_with_others: int


def compiled(manifest: Path, *models: str) -> dict[str, str]:
    """Return the SQL of models as a build ran it, with the relations by their bare names."""
    nodes = json.loads(manifest.read_bytes())["nodes"]
    return {
        name: _RELATION.sub(r"\1", nodes[f"model.high_harm_warehouse.{name}"]["compiled_code"])
        for name in models
    }


def study(sql: dict[str, str], planted: Planted, forces: int, seed: int) -> Found:
    """Put made-up forces through the models and count what is asked.

    Args:
        sql: SQL of ``fct_equality_stages`` and ``fct_equality_questions``.
        planted: What is planted.
        forces: How many forces.
        seed: Of the draws.
    """
    with memory_store() as store:
        for name, table in _tables(planted, forces, seed).items():
            store.register(name, table)
        store.execute(f"create table every_stage as {sql['fct_equality_stages']}")
        verdicts = [_verdicts(store, sql["fct_equality_questions"], day) for day in _days(forces)]
    wanted = (planted.stage, planted.group)
    said = [verdict.get(wanted, "") for verdict in verdicts]
    others = [sum(v == "question" for key, v in verdict.items() if key != wanted) for verdict in verdicts]
    return Found(
        forces,
        said.count("question"),
        said.count("watch"),
        float(np.mean(others)),
        int(np.count_nonzero(others)),
    )


def _verdicts(store: duckdb.DuckDBPyConnection, sql: str, day: date) -> dict[tuple[str, str], str]:
    """Return the verdict on each stage and group of one force: the questions model looks at one list at a time."""
    store.execute(
        "create or replace view fct_equality_stages as select * from every_stage "
        f"where run_date = date '{day.isoformat()}'"
    )
    rows = store.execute(f"select stage, group_name, verdict from ({sql})").fetchall()  # noqa: S608  a model's own SQL
    return {(stage, group): verdict for stage, group, verdict in rows}


def _days(forces: int) -> list[date]:
    return [date(2000, 1, 1) + timedelta(days=force) for force in range(forces)]


def _tables(planted: Planted, forces: int, seed: int) -> dict[str, pa.Table]:
    rng = np.random.default_rng(seed)
    size = forces * PEOPLE
    ethnicity = np.searchsorted(np.cumsum(list(GROUPS.values()))[:-1], rng.random(size), side="right")
    is_female = rng.random(size) < FEMALE
    band = np.searchsorted(np.cumsum(list(AGES.values()))[:-1], rng.random(size), side="right")
    planted_code = [place for place, code in enumerate(GROUPS) if ETHNIC[code] == planted.group]
    is_planted = np.isin(ethnicity, planted_code) | (is_female & (planted.group == "F"))

    def weight(stage: str) -> Any:
        return np.where(is_planted & (planted.stage == stage), planted.ratio, 1.0)

    key = (np.log(weight("top_n")) + rng.gumbel(size=size)).reshape(forces, PEOPLE)
    cut = np.partition(key, -TOP, axis=1)[:, -TOP, None]
    considered = rng.random(size) < RATES["considered"] * weight("considered")
    adopted = considered & (rng.random(size) < RATES["adopted"] * weight("adopted"))
    gone = adopted & (rng.random(size) < RATES["deselected"] * weight("deselected"))
    names = np.arange(size)
    days = pa.array(np.repeat(np.array(_days(forces), dtype="datetime64[D]"), PEOPLE))
    status = considered.astype(np.int64) + adopted + gone
    # ages in the middle of their bands at every run date: the study is not about birthdays
    birth = np.array(
        ["1978-06-01", "1970-06-01", "1960-06-01", "1950-06-01", "1940-06-01"], dtype="datetime64[D]"
    )
    return {
        "fct_deliveries": pa.table({"source": ["idiom"], "is_in_effect": [True]}),
        "fct_rankings": pa.table(
            {
                "run_date": days,
                "nominal_id": names,
                "is_top_n": (key >= cut).ravel(),
                "management_status": _taken(STATUS, status),
            }
        ),
        "dim_nominals": pa.table(
            {
                "nominal_id": names,
                "sex": _taken(["M", "F"], is_female.astype(np.int64)),
                "ethnicity": _taken(list(GROUPS), ethnicity),
                "date_of_birth": pa.array(birth[band]),
            }
        ),
        "dim_ethnicities": pa.table(
            {
                "ethnicity": list(ETHNIC),
                "ethnic_group": list(ETHNIC.values()),
                "is_stated": [True] * len(ETHNIC),
            }
        ),
        "dim_age_bands": pa.table(
            {
                "age_band": list(AGES),
                "age_from": [18, 25, 35, 45, 55],
                "age_to": [24, 34, 44, 54, 64],
            }
        ),
        "fct_management_periods": pa.table(
            {"nominal_id": pa.array([], pa.int64()), "end_date": pa.array([], pa.date32())}
        ),
        "fct_equality_calibration": pa.table(
            {
                "characteristic": pa.array([], pa.string()),
                "group_name": pa.array([], pa.string()),
                "outcome": pa.array([], pa.string()),
                "verdict": pa.array([], pa.string()),
                "ratio": pa.array([], pa.float64()),
            }
        ),
    }


def _taken(words: list[str], codes: Any) -> pa.Array:
    return pa.array(words).take(pa.array(codes))


def rows() -> list[Planted]:
    """Return what the table plants: nothing, then a small and a larger group, at a large and a small stage."""
    places = [
        ("Black", "considered"),
        ("F", "considered"),
        ("Black", "top_n"),
        ("F", "top_n"),
        ("Black", "adopted"),
    ]
    planted = [Planted(group, stage, ratio) for group, stage in places for ratio in (0.5, 2.0)]
    return [Planted(), *(one for one in planted if one.stage != "adopted" or one.ratio < 1)]


def table(sql: dict[str, str], forces: int) -> Iterator[str]:
    """Yield the lines of the table."""
    yield "| planted | forces | a question | to watch | other questions a force | forces with any other |"
    yield "|---|---:|---:|---:|---:|---:|"
    for seed, planted in enumerate(rows()):
        found = study(sql, planted, forces * (1 if planted.group else 4), seed)
        low, high = wilson_interval(found.asked, found.forces)
        share = f"{found.asked / found.forces:.0%} ({low:.0%} to {high:.0%})"
        told = f"{planted.group}, {planted.stage}, {planted.ratio:g} times" if planted.group else "nothing"
        cells = (share, f"{found.watched / found.forces:.0%}") if planted.group else ("-", "-")
        others = f"{found.others:.2f} | {found.forces_with_others / found.forces:.0%}"
        yield f"| {told} | {found.forces} | {cells[0]} | {cells[1]} | {others} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("manifest", type=Path, help="target/manifest.json of a build")
    parser.add_argument(
        "--forces", type=int, default=15, help="forces a row; four times as many in the first"
    )
    arguments = parser.parse_args()
    sql = compiled(arguments.manifest, "fct_equality_stages", "fct_equality_questions")
    print("\n".join(table(sql, arguments.forces)))  # noqa: T201


if __name__ == "__main__":
    main()
