"""``hhw train-identity``: measure the linkage model on the force's own records, and write it as a seed."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pyarrow as pa

from include.errors import BuildError
from include.files import write_durably
from include.identity.comparisons import COMPARISONS
from include.identity.model import compare
from include.identity.train import Trained, expected_matches, train
from include.lock import run_lock
from include.settings import Settings
from include.warehouse.build import prepare_build, run_dbt
from include.warehouse.plan import make_plan
from include.warehouse.stores import memory_store, open_store

FILE = "identity_model.csv"
_KNOWN = """
    select least(l.record_id, r.record_id) as left_id, greatest(l.record_id, r.record_id) as right_id
    from records as l inner join records as r on l.nominal_id = r.nominal_id
    where l.record_id <> r.record_id and r.kind = 'nominal'
    union
    select least(l.record_id, r.record_id), greatest(l.record_id, r.record_id)
    from records as l inner join records as r on l.pnc_id = r.pnc_id
    where l.record_id <> r.record_id and r.kind = 'nominal'
    order by left_id, right_id
"""


def train_on_own_records(settings: Settings, target: Path, source: str) -> list[str]:
    """Train the model on everything that was delivered, and write the seed.

    Args:
        settings: The installation.
        target: File to write; to use it, put it into the folder of seeds (``HHW_SEEDS_DIR``).
        source: What the rows say of where they come from.

    Returns:
        Lines to print: what it rests on, and the parameter that goes with it.

    Raises:
        BuildError: The records could not be put together.
        InputError: Too few records are known to be one person.
        LockedError: A run is at work.
    """
    with run_lock(settings.state_dir):
        people, nicknames = _records(settings)
    with memory_store(settings.threads) as store:
        store.register("records", people)
        known = store.execute(_KNOWN).to_arrow_table()
    trained = train(people, nicknames, known, settings.threads)
    share = _matches_per_nominal(people, nicknames, trained, settings.threads)
    write_durably(target, _written(trained, source), mode=0o644)
    return [
        f"{target}: measured on {people.num_rows:,} records, {known.num_rows:,} pairs of them known to be one person.",
        f"In algorithm_parameters.csv, identity_matches_per_nominal: {share:.4f}",
    ]


def _records(settings: Settings) -> tuple[pa.Table, pa.Table]:
    plan = make_plan(settings)
    build = prepare_build(settings, plan)
    no_tests = ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
    chosen = ["--select", "+int_identity_records", "nicknames"]
    outcome = run_dbt(settings, plan, ["build", *no_tests, *chosen], build.folder)
    if outcome.returncode:
        raise BuildError("dbt could not put the records together", f"Read {build.folder / 'logs'}.")
    with open_store(build.folder / "scratch.duckdb") as store:
        people = store.execute("select * from intermediate.int_identity_records order by record_id")
        table = people.to_arrow_table()
        return table, store.execute("select * from reference.nicknames").to_arrow_table()


def _matches_per_nominal(people: pa.Table, nicknames: pa.Table, trained: Trained, threads: int) -> float:
    nominals = people.filter(pa.compute.equal(people["kind"], "nominal"))
    pairs = compare(nominals, nicknames, trained.probabilities, threads)
    return expected_matches(pairs["weight"].to_numpy(), nominals.num_rows / 2, nominals.num_rows - 1)


def _written(trained: Trained, source: str) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["comparison", "level", "m_probability", "u_probability", "known_pairs", "source"])
    for comparison in COMPARISONS:
        for level in comparison.levels:
            key = (comparison.name, level.name)
            chances = trained.probabilities[key]
            writer.writerow([*key, f"{chances.m:.6g}", f"{chances.u:.6g}", trained.counted[key], source])
    return stream.getvalue()
