"""Does each method find a planted effect, and stay quiet without one? Prints docs/methodology/planted_truth.md.

python -m benchmarks.planted_truth --findings findings.csv > docs/methodology/planted_truth.md

The first tables are the standard world, the last what happens where the unit chooses people in other ways, or careers
are of another kind. The seeds are the numbers of the forces, so the tables come out the same again. What a force gave
is kept in the file of findings: a study that was interrupted goes on from there.
"""

from __future__ import annotations

import argparse
import csv
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import astuple, replace
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np

from include.statistics.effect import FALL, METHODS, RISE
from include.statistics.effect_careers import World
from include.statistics.effect_study import DRAWS, OUTCOMES, Finding, study_force
from include.statistics.proportions import wilson_interval

TRUTHS = (0.0, 0.3)
ADOPTED = (100, 300)
HEAD = "mean ratio | announces a fall | announces a rise | interval holds the truth |"
WHY = (
    "mean error, log ratio | spread of log ratios | standard error that intervals say | "
    "interval wholly below the truth | wholly above |"
)
NORMAL_QUANTILE = 1.959963984540054
STANDARD = "standard world, {} adopted"
VARIANTS: dict[str, dict[str, float]] = {
    "50 adopted": {"adopted": 50},
    "small force, 5,000 people": {"people": 5_000},
    "large force, 40,000 people": {"people": 40_000},
    "rates more unequal (shape 0.7)": {"rate_shape": 0.7},
    "careers without bursts": {"burst_sd": 0.01},
    "unit goes by the last half year": {"look_back_days": 183},
    "unit goes by the last month": {"look_back_days": 31},
    "unit sees hidden rates (power 0.5)": {"hidden_selection": 0.5},
    "one offence in eight leads to 120 days inside": {"custody_share": 0.125, "custody_mean_days": 120.0},
}
HEADING = """# Planted truth: what each method says where the truth is known

What these forces are, and how to read the tables: [effect.md](effect.md). Made by
`python -m benchmarks.planted_truth --forces {} --variant-forces {} --findings findings.csv`; {:,} bootstrap draws. In
brackets the 95 % interval (Wilson) that the number of forces leaves.
"""
Kept = dict[str, list[Finding]]


def read_findings(path: Path) -> Kept:
    """Read what forces gave before, by world: only forces whose every finding is there."""
    kept: dict[tuple[str, int], list[Finding]] = {}
    if path.exists():
        with path.open(newline="") as file:
            for world, force, truth, outcome, method, ratio, low, high, n, verdict in csv.reader(file):
                numbers = (float(ratio), float(low), float(high))
                one = Finding(int(force), float(truth), outcome, method, *numbers, int(n), verdict)
                kept.setdefault((world, one.force), []).append(one)
    result: Kept = {}
    for (world, _), found in kept.items():
        if len(found) == len(TRUTHS) * len(OUTCOMES) * len(METHODS):
            result.setdefault(world, []).extend(found)
    return result


def study(name: str, world: World, forces: int, workers: int, path: Path) -> list[Finding]:
    """Study so many forces of one world, those aside that were studied before; keep what each gives."""
    before = [one for one in read_findings(path).get(name, []) if one.force < forces]
    done = {one.force for one in before}
    with path.open("a", newline="") as file, ProcessPoolExecutor(workers) as pool:
        writer = csv.writer(file)
        one_force = partial(study_force, truths=TRUTHS, world=world)
        for found in pool.map(one_force, [x for x in range(forces) if x not in done], chunksize=5):
            writer.writerows((name, *astuple(one)) for one in found)
            file.flush()
            before.extend(found)
    return sorted(before, key=lambda one: one.force)


def percent(hits: int, n: int, with_interval: bool) -> str:
    """Format a share, with its Wilson interval if wanted."""
    low, high = wilson_interval(hits, n)
    interval = f" ({100 * low:.1f} to {100 * high:.1f})" if with_interval else ""
    return f"{100 * hits / n:.1f} %{interval}"


def row(label: str, found: list[Finding], with_interval: bool) -> str:
    """One line of a table: the middle ratio, what was announced, how often the interval holds the truth."""
    n = len(found)
    ratio = float(np.exp(np.mean(np.log([one.rate_ratio for one in found]))))
    fall, rise = sum(one.verdict == FALL for one in found), sum(one.verdict == RISE for one in found)
    covered = sum(one.covers for one in found)
    cells = [percent(count, n, with_interval) for count in (fall, rise, covered)]
    return f"| {label} | {ratio:.3f} | " + " | ".join(cells) + " |"


def why_row(label: str, found: list[Finding]) -> str:
    """One line on what intervals miss: where the estimates lie, how far they spread, how far the intervals say so."""
    log_ratios = np.log([one.rate_ratio / (1.0 - one.truth) for one in found])
    widths = np.log([one.high / one.low for one in found]) / (2.0 * NORMAL_QUANTILE)
    below, above = (
        sum(one.high < 1.0 - one.truth for one in found),
        sum(one.low > 1.0 - one.truth for one in found),
    )
    means = f"{log_ratios.mean():+.3f} | {log_ratios.std(ddof=1):.3f} | {widths.mean():.3f}"
    shares = " | ".join(percent(count, len(found), with_interval=False) for count in (below, above))
    return f"| {label} | {means} | {shares} |"


def chosen(found: list[Finding], truth: float, outcome: str, method: str) -> list[Finding]:
    """Return the findings of one line of a table, in order of force."""
    return [one for one in found if (one.truth, one.outcome, one.method) == (truth, outcome, method)]


def standard_tables(name: str, world: World, found: list[Finding]) -> Iterator[str]:
    """Give what every method says in the standard world, and how often both matched ones announce a fall."""
    forces = len({one.force for one in found})
    yield f"## {name.capitalize()}: {forces:,} forces of {world.people:,} people\n"
    yield f"| true effect | outcome | method | {HEAD}\n|---|---|---|---:|---:|---:|---:|"
    for truth, outcome, method in product(TRUTHS, OUTCOMES, METHODS):
        label = f"{named(truth)} | {outcome} | `{method}`"
        yield row(label, chosen(found, truth, outcome, method), with_interval=True)
    yield f"\n| true effect | outcome | method | {WHY}\n|---|---|---|---:|---:|---:|---:|---:|"
    for truth, outcome, method in product(TRUTHS, OUTCOMES, METHODS[2:]):
        label = f"{named(truth)} | {outcome} | `{method}`"
        yield why_row(label, chosen(found, truth, outcome, method))
    yield "\n| true effect | outcome | both matched methods announce a fall |\n|---|---|---:|"
    for truth, outcome in product(TRUTHS, OUTCOMES):
        pairs = zip(*(chosen(found, truth, outcome, method) for method in METHODS[2:]), strict=True)
        both = sum(all(one.verdict == FALL for one in pair) for pair in pairs)
        yield f"| {named(truth)} | {outcome} | {percent(both, forces, with_interval=True)} |"
    yield ""


def variant_rows(name: str, found: list[Finding]) -> Iterator[str]:
    """Give the lines of another world."""
    for truth, method in product(TRUTHS, METHODS[2:]):
        label = f"{name} | {named(truth)} | `{method}`"
        yield row(label, chosen(found, truth, "offences", method), with_interval=False)


def named(truth: float) -> str:
    """Name a true effect."""
    return f"-{100 * truth:.0f} %" if truth else "none"


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--forces", type=int, default=1_000)
    parser.add_argument("--variant-forces", type=int, default=200)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--findings", type=Path, required=True, help="CSV file that keeps what each force gives"
    )
    said = parser.parse_args()
    print(HEADING.format(said.forces, said.variant_forces, DRAWS), flush=True)

    found: list[Finding] = []
    for adopted in ADOPTED:
        name, world = STANDARD.format(adopted), replace(World(), adopted=adopted)
        found = study(name, world, said.forces, said.workers, said.findings)
        print(*standard_tables(name, world, found), sep="\n", flush=True)
    print(f"## Other worlds: {said.variant_forces:,} forces each, offences\n")
    print(f"| world | true effect | method | {HEAD}\n|---|---|---|---:|---:|---:|---:|")
    first = [one for one in found if one.force < said.variant_forces]
    print(*variant_rows(STANDARD.format(ADOPTED[-1]), first), sep="\n")
    for name, changes in VARIANTS.items():
        world = replace(World(), **changes)  # type: ignore[arg-type]
        found = study(name, world, said.variant_forces, said.workers, said.findings)
        print(*variant_rows(name, found), sep="\n", flush=True)


if __name__ == "__main__":
    main()
