"""The targets of speed and scale, and whether what was measured meets them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# Below this size fixed costs (the start of dbt, one Parquet file) decide, and a ratio says little: no verdict.
FROM_NOMINALS = 200_000
NATIONAL = 1_000_000


@dataclass(frozen=True)
class Beside:
    """What the same force took otherwise.

    Attributes:
        bare: Seconds of the models' SQL without dbt.
        ranking: Seconds by contestant.
    """

    bare: float
    ranking: dict[str, float]


@dataclass(frozen=True)
class Measured:
    """What one size of force took.

    Attributes:
        rows: Rows delivered.
        copied: Seconds of DuckDB's own copy of the delivered files to Parquet.
        built: Seconds of the whole build with its tests.
        models: Seconds of it in which dbt has a seed or a model of SQL under way.
        run_dates: Of that build.
        fortnight: Seconds of a build of the last two of them alone, with its tests.
        backfill: Seconds of a build of every scheduled date since the anchor Sunday; None where none was made.
        disk_gib: The most that deliveries and all that is made of them took at a time.
        beside: None at a size at which nothing was compared, and the release was published instead.
    """

    nominals: int
    rows: int
    ingest: float
    copied: float
    built: float
    models: float
    run_dates: int
    fortnight: float
    backfill: float | None
    peak_gib: float
    disk_gib: float
    beside: Beside | None

    @property
    def work(self) -> float:
        """Seconds of the parts that grow with the force."""
        return self.ingest + self.models


@dataclass(frozen=True)
class Target:
    """A target and what was measured; ``is_met`` is None where this run cannot say."""

    name: str
    measured: str
    is_met: bool | None


def judge(found: Sequence[Measured], run: tuple[float, float] | None) -> list[Target]:
    """Hold what was measured against every target.

    Args:
        found: By size, smallest first.
        run: Seconds of `make run` and seconds of it outside the stages' own work; None if not measured.
    """
    targets = [target for one in found for target in (*_compared(one), _fortnight(one), _intake(one))]
    return [*targets, *_growth(found), _national(found[-1]), *_run(run)]


def _intake(one: Measured) -> Target:
    return Target(
        f"ingest at least 35 % of a plain copy, at {one.nominals:,}",
        f"{100 * one.copied / one.ingest:.0f} %",
        one.copied >= 0.35 * one.ingest if one.nominals >= FROM_NOMINALS else None,
    )


def _fortnight(one: Measured) -> Target:
    """Judge the run of a fortnight by a full backfill; beside it stands its share of the dates that a run does."""
    of_grid = f"{100 * one.fortnight / one.built:.0f} % of {one.run_dates} dates"
    name = f"one fortnight at most a third of a full backfill, at {one.nominals:,}"
    if one.backfill is None:
        return Target(name, of_grid, None)
    counts = one.nominals >= FROM_NOMINALS
    share = f"{100 * one.fortnight / one.backfill:.0f} %; {of_grid}"
    return Target(name, share, 3 * one.fortnight <= one.backfill if counts else None)


def _compared(one: Measured) -> list[Target]:
    """Judge what was run beside others; at a size at which nothing was, nothing is said."""
    if one.beside is None:
        return []
    at, counts = f"at {one.nominals:,}", one.nominals >= FROM_NOMINALS
    ratio = one.models / one.beside.bare
    bare, polars, pandas = one.beside.ranking.values()
    return [
        Target(
            f"build at most 1.5 times the bare SQL, {at}", f"{ratio:.2f}", ratio <= 1.5 if counts else None
        ),
        Target(f"ranking 5 times faster than pandas, {at}", f"{pandas / bare:.1f}", pandas >= 5 * bare),
        Target(f"ranking no slower than polars, {at}", f"{polars / bare:.1f}", polars >= bare),
    ]


def _growth(found: Sequence[Measured]) -> list[Target]:
    return [
        Target(
            f"time grows no faster than rows, {small.nominals:,} to {large.nominals:,}",
            f"{large.work / small.work:.2f} for {large.rows / small.rows:.2f}",
            large.work / small.work <= large.rows / small.rows if small.nominals >= FROM_NOMINALS else None,
        )
        for small, large in zip(found, found[1:], strict=False)
    ]


def _national(largest: Measured) -> Target:
    fits = largest.peak_gib <= 12 and largest.disk_gib <= 40
    return Target(
        "1,000,000 end to end within 12 GiB of memory and 40 GiB of disk",
        f"{largest.peak_gib:.1f} and {largest.disk_gib:.1f} GiB at {largest.nominals:,}",
        fits if largest.nominals >= NATIONAL else None,
    )


def _run(run: tuple[float, float] | None) -> list[Target]:
    if run is None:
        return [Target("make run under 90 s, a third of it start-up at most", "not measured (--run)", None)]
    seconds, outside = run
    return [
        Target("make run of the default force, warm, under 90 s", f"{seconds:.0f} s", seconds < 90),
        Target("a third of it start-up at most", f"{100 * outside / seconds:.0f} %", outside * 3 <= seconds),
    ]


def lines(targets: Sequence[Target]) -> list[str]:
    """Return the table to print."""
    words = {True: "met", False: "NOT MET", None: "cannot be said here"}
    head = f"{'target':<66}{'measured':>26}  verdict"
    return [head, *(f"{one.name:<66}{one.measured:>26}  {words[one.is_met]}" for one in targets)]
