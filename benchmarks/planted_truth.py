"""Does each method find a planted effect, and stay quiet without one? Prints the tables of docs/methodology/effect.md.

python -m benchmarks.planted_truth --forces 1000 --variant-forces 200 > table.md

The first table is the standard world, the second what happens where the unit chooses people in other ways, or careers
are of another kind. The seeds are the numbers of the forces, so the tables come out the same again.
"""

from __future__ import annotations

import argparse
import os
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial

import numpy as np

from include.statistics.effect import FALL, METHODS, RISE
from include.statistics.effect_careers import World
from include.statistics.effect_study import OUTCOMES, Finding, study_force
from include.statistics.proportions import wilson_interval

TRUTHS = (0.0, 0.3)
ADOPTED = (100, 300)
VARIANTS: dict[str, dict[str, float]] = {
    "standard world": {},
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


def findings_of(world: World, forces: int, workers: int) -> list[Finding]:
    """Study so many forces of one world."""
    one = partial(study_force, truths=TRUTHS, world=world)
    with ProcessPoolExecutor(workers) as pool:
        return [finding for found in pool.map(one, range(forces), chunksize=5) for finding in found]


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


def standard(world: World, forces: int, workers: int, head: str) -> None:
    """Print what every method says in the standard world, and how often both matched ones announce a fall."""
    found: dict[tuple[float, str, str], list[Finding]] = defaultdict(list)
    for one in findings_of(world, forces, workers):
        found[one.truth, one.outcome, one.method].append(one)
    print(
        f"### Standard world, {forces:,} forces of {world.people:,} people, {world.adopted} adopted in each\n"
    )
    print(f"| true effect | outcome | method | {head}\n|---|---|---|---:|---:|---:|---:|")
    for truth in TRUTHS:
        for outcome in OUTCOMES:
            for method in METHODS:
                label = f"{named(truth)} | {outcome} | `{method}`"
                print(row(label, found[truth, outcome, method], with_interval=True))
    print("\n| true effect | outcome | both matched methods announce a fall |\n|---|---|---:|")
    for truth in TRUTHS:
        for outcome in OUTCOMES:
            pairs = zip(*(found[truth, outcome, method] for method in METHODS[2:]), strict=True)
            both = sum(all(one.verdict == FALL for one in pair) for pair in pairs)
            print(f"| {named(truth)} | {outcome} | {percent(both, forces, with_interval=True)} |")
    print()


def named(truth: float) -> str:
    """Name a true effect."""
    return f"-{100 * truth:.0f} %" if truth else "none"


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--forces", type=int, default=1_000)
    parser.add_argument("--variant-forces", type=int, default=200)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    said = parser.parse_args()
    head = "mean ratio | announces a fall | announces a rise | interval holds the truth |"

    for adopted in ADOPTED:
        standard(replace(World(), adopted=adopted), said.forces, said.workers, head)
    print(f"### Other worlds, {said.variant_forces:,} forces each, offences\n")
    print(f"| world | true effect | method | {head}\n|---|---|---|---:|---:|---:|---:|")
    for name, changes in VARIANTS.items():
        world = replace(World(), **changes)  # type: ignore[arg-type]
        many = findings_of(world, said.variant_forces, said.workers)
        for truth in TRUTHS:
            for method in METHODS[2:]:
                chosen = [x for x in many if (x.truth, x.outcome, x.method) == (truth, "offences", method)]
                label = f"{name} | {named(truth)} | `{method}`"
                print(row(label, chosen, with_interval=False))


if __name__ == "__main__":
    main()
