"""Does the linkage model find planted duplicates, and only them? Prints docs/methodology/identity_study.md.

    .venv/bin/python -m benchmarks.identity --forces 5 > docs/methodology/identity_study.md

Forces of other seeds than the one that the model was trained on: their records compared by the code of the pipeline
and held against the truth that no model reads; then the same records made harder; then how long 100,000 nominals take.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from benchmarks.identity_records import Model, read_records, score, wanted
from include.identity.probabilities import read_probabilities
from include.settings import REPOSITORY
from include.statistics.proportions import wilson_interval
from include.synthetic import generate_force
from include.warehouse.parameters import read_parameters
from include.warehouse.stores import memory_store

SEEDS = REPOSITORY / "dbt_project" / "seeds"
FIRST_SEED = 101
THRESHOLDS = (0.5, 0.8, 0.9, 0.95, 0.99, 0.999)
BINS = (0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99, 0.999, 1.0)
# The records made harder than any that the model was trained on: what is done to them, in SQL.
_RELATIVES = """
    insert into records
    select record_id || 't', kind, source_id || 't', source_id || 't', null, surname, {forename}, {born}, sex,
        person_id || 't'
    from records where kind = 'nominal' and source_id = survivor_id and hash(record_id || 'x') % 100 < 2
"""
_ANOTHER = "['Ivor','Edgar','Silas','Rufus','Magnus','Otis'][cast(hash(record_id) % 6 as integer) + 1]"
_LATER = "cast(date_of_birth + to_days(cast(7300 + hash(record_id) % 4000 as integer)) as date)"
_TEN = "['Smith','Jones','Taylor','Brown','Williams','Wilson','Davies','Evans','Khan','Patel']"
HALF_LIST = "half of the short forms of names unknown to the list"
WORLDS = {
    "as the synthetic force makes them": "",
    HALF_LIST: "",
    "every fifth person with one of ten surnames": (
        f"update records set surname = {_TEN}[cast(hash(person_id || 's') % 10 as integer) + 1] "
        "where hash(person_id) % 100 < 20"
    ),
    "one nominal in fifty with a twin of another name": _RELATIVES.format(
        forename=_ANOTHER, born="date_of_birth"
    ),
    "one nominal in fifty with a twin whose name is one letter off": _RELATIVES.format(
        forename="forename || 'a'", born="date_of_birth"
    ),
    "one nominal in fifty with a son of the same name": _RELATIVES.format(forename="forename", born=_LATER),
    "every fourth record born in another decade by a slip of one digit": (
        "update records set date_of_birth = cast(date_of_birth - to_years(10) as date) "
        "where hash(record_id || 'y') % 100 < 25"
    ),
}
HEADING = """# Who is one person: what the linkage model finds where the truth is known

Made by `python -m benchmarks.identity --forces {forces} --nominals {nominals}`: {forces} synthetic forces of
{nominals:,} nominals, none of which the model was trained on. The method: [identity.md](identity.md). Merges that the
source has made are made already: what is left to find are further records that nobody has merged. In brackets the 95 %
interval (Wilson).
"""


def read_model() -> Model:
    """Read the model that comes with the warehouse."""
    parameters = read_parameters(SEEDS)

    def seed(name: str) -> list[dict[str, str]]:
        with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    shares = (float(parameters[f"identity_matches_per_{kind}"]) for kind in ("nominal", "record"))
    return Model(pa.Table.from_pylist(seed("nicknames")), read_probabilities(seed("identity_model")), *shares)


@contextmanager
def force(seed: int, nominals: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """Generate a force and give a store with its records."""
    with tempfile.TemporaryDirectory() as name, memory_store(2) as store:
        generate_force(Path(name), nominals=nominals, seed=seed, progress=lambda _: None)
        read_records(store, Path(name))
        yield store


def judged(store: duckdb.DuckDBPyConnection, force_number: int) -> pd.DataFrame:
    """Return the scored pairs with what becomes of each, by the rules of docs/identity.md."""
    parameters = read_parameters(SEEDS)
    rules = f"""
        select *, case
            when shares_pnc_id then 'linked by PNC id'
            when probability >= {parameters["identity_automatic_probability"]} and not both_have_one
                then 'linked by the model'
            when probability >= {parameters["identity_review_probability"]} then 'for review'
            else 'apart' end as became
        from scored
    """  # noqa: S608  our own values
    return store.execute(rules).df().assign(force=force_number)


def share(hits: int, n: int) -> str:
    """Format a share with its interval."""
    if not n:
        return "none"
    low, high = wilson_interval(hits, n)
    return f"{100 * hits / n:.1f} % ({100 * low:.1f} to {100 * high:.1f})"


def say(*lines: str) -> None:
    """Print lines of the page."""
    print("\n".join(lines))  # noqa: T201


def found_table(pairs: pd.DataFrame, sought: dict[bool, int]) -> None:
    """What becomes of those who are sought: further records of a person, rows of other sources, and both together."""
    say(
        "## What is found",
        "",
        "| sought | way | right | wrong | precision | recall |",
        "|---|---|---:|---:|---:|---:|",
    )
    is_nominal, is_linked = pairs["kind"] == "nominal", pairs["became"].str.startswith("linked")
    is_asked = pairs["became"] == "for review"
    for name, of_kind, number in (
        ("further records of a person", is_nominal, sought[True]),
        ("rows of other sources", ~is_nominal, sought[False]),
        ("both", is_nominal | True, sum(sought.values())),
    ):
        for way, chosen in (
            ("linked by PNC id", pairs["became"] == "linked by PNC id"),
            ("linked by the model", pairs["became"] == "linked by the model"),
            ("linked, either way", is_linked),
            ("for review", is_asked),
        ):
            some = pairs[of_kind & chosen]
            right = int(some["is_one"].sum())
            if len(some):
                say(
                    f"| {name} ({number:,}) | {way} | {right:,} | {len(some) - right:,} "
                    f"| {share(right, len(some))} | {share(min(right, number), number)} |"
                )
    say("")


def threshold_table(pairs: pd.DataFrame, sought: int) -> None:
    """Precision and recall of the model alone, without PNC ids, over thresholds."""
    say(
        "## Where to draw the line",
        "",
        "Further records of a person by the model alone, as if no PNC id were known.",
        "",
    )
    say("| from probability | links | precision | recall |", "|---:|---:|---:|---:|")
    for threshold in THRESHOLDS:
        some = pairs[pairs["probability"] >= threshold]
        right = int(some["is_one"].sum())
        say(
            f"| {threshold} | {len(some):,} | {share(right, len(some))} | {share(min(right, sought), sought)} |"
        )
    say("")


def calibration_table(pairs: pd.DataFrame) -> None:
    """Of the pairs to which the model gives a probability, how many are one person."""
    say(
        "## Are the probabilities right?",
        "",
        "All pairs of nominals that the model compared, by its probability.",
        "",
    )
    say("| probability | pairs | mean probability | are one person |", "|---|---:|---:|---:|")
    for low, high in zip(BINS, BINS[1:], strict=False):
        some = pairs[(pairs["probability"] >= low) & (pairs["probability"] < high)]
        mean = f"{100 * some['probability'].mean():.1f} %" if len(some) else "none"
        say(f"| {low} to {high} | {len(some):,} | {mean} | {share(int(some['is_one'].sum()), len(some))} |")
    say("")


def world_table(model: Model, nominals: int) -> None:
    """The same force made harder."""
    say(
        "## Harder than the synthetic force",
        "",
        "Further records of a person, linked by the model or a PNC id, in one force.",
        "",
    )
    say("| records | linked | wrong | precision | recall | for review |", "|---|---:|---:|---:|---:|---:|")
    for name, statement in WORLDS.items():
        with force(FIRST_SEED, nominals) as store:
            if statement:
                store.execute(statement)
            known = model
            if name == HALF_LIST:
                kept = [row for place, row in enumerate(model.nicknames.to_pylist()) if place % 2]
                known = replace(model, nicknames=pa.Table.from_pylist(kept))
            score(store, known)
            pairs = judged(store, FIRST_SEED)
            pairs = pairs[pairs["kind"] == "nominal"]
            links = pairs[pairs["became"].str.startswith("linked")]
            right, sought = int(links["is_one"].sum()), wanted(store)[True]
            waiting = int((pairs["became"] == "for review").sum())
            say(
                f"| {name} | {len(links):,} | {len(links) - right:,} | {share(right, len(links))} "
                f"| {share(min(right, sought), sought)} | {waiting:,} |"
            )
    say("")


def time_table(model: Model, nominals: int) -> None:
    """Seconds to compare a large force."""
    with force(FIRST_SEED, nominals) as store:
        start, processor = time.perf_counter(), time.process_time()
        compared = score(store, model)
        seconds, used = time.perf_counter() - start, time.process_time() - processor
        records = store.execute("select count(*) from records").fetchone()
    say("## How long it takes", "")
    say(
        f"{records[0] if records else 0:,} records of a force of {nominals:,} nominals, {compared:,} pairs compared: "
        f"{seconds:.1f} s on two threads ({used:.1f} s of processor time), with everything from the preparation of "
        "names to probabilities."
    )


def main() -> None:
    """Print the study."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--forces", type=int, default=5)
    parser.add_argument("--nominals", type=int, default=20_000)
    parser.add_argument("--large", type=int, default=100_000)
    given = parser.parse_args()
    model = read_model()
    found, sought = [], {True: 0, False: 0}
    for number in range(given.forces):
        with force(FIRST_SEED + number, given.nominals) as store:
            score(store, model)
            found.append(judged(store, number))
            sought = {key: sought[key] + wanted(store).get(key, 0) for key in sought}
    pairs = pd.concat(found)
    nominals = pairs[pairs["kind"] == "nominal"]
    say(HEADING.format(forces=given.forces, nominals=given.nominals))
    found_table(pairs, sought)
    threshold_table(nominals, sought[True])
    calibration_table(nominals)
    world_table(model, given.nominals)
    time_table(model, given.large)


if __name__ == "__main__":
    main()
