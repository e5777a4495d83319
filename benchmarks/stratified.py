"""Does the interval of a ratio over strata hold the truth as often as it says? For docs/methodology/unit.md.

    .venv/bin/python -m benchmarks.stratified

Made-up people in strata of different size and offending, recorded as unevenly as people are (negative binomial: the
variance is the mean and twice its square), go through the macro ``stratified_comparison`` as it stands in the project.
The true ratio is planted. Seeds are fixed, so the table comes out the same again.
"""

from __future__ import annotations

import jinja2
import numpy as np
import pyarrow as pa

from include.settings import REPOSITORY
from include.statistics.proportions import wilson_interval
from include.warehouse.stores import memory_store

WORLDS = 4_000
DISPERSION = 0.5  # of a negative binomial: variance = mean + mean ** 2 / 0.5
MEANS = np.array([0.4, 0.8, 1.5, 3.0, 5.0, 9.0])
SHARES = {"group": np.array([1, 2, 3, 4, 4, 4]) / 18, "others": np.array([6, 6, 4, 3, 2, 1]) / 22}
SIZES = ((20, 40), (40, 100), (100, 300), (400, 1_200))
RATIOS = (1.0, 0.7)
_MACROS = ("stratified.sql", "algorithm.sql", "effect.sql")


def comparison_sql() -> str:
    """Return the SQL of the macro over a table ``by_stratum``, one comparison a world."""
    text = "".join((REPOSITORY / "dbt_project" / "macros" / name).read_text("utf-8") for name in _MACROS)
    engine = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=False)  # noqa: S701  SQL, not HTML
    known = {"parameter": {"interval_z": "1.959963984540054"}.__getitem__, "return": lambda value: value}
    template = engine.from_string(
        text + '{{ stratified_comparison("by_stratum", ["world"]) }}', globals=known
    )
    return template.render()


def people(rng: np.random.Generator, total: int, name: str, ratio: float) -> dict[str, np.ndarray]:
    """Return number, sum and sum of squares of the values by world and stratum."""
    n = rng.multinomial(total, SHARES[name], WORLDS)
    largest = int(n.max())
    mean = MEANS * ratio
    values = rng.negative_binomial(
        DISPERSION, DISPERSION / (DISPERSION + mean[None, :, None]), (WORLDS, len(MEANS), largest)
    )
    values *= np.arange(largest)[None, None, :] < n[:, :, None]
    return {"n": n, "total": values.sum(2), "squares": (values**2).sum(2)}


def measure(group: int, others: int, ratio: float) -> str:
    """Return a row of the table."""
    rng = np.random.default_rng([group, int(100 * ratio)])
    made = {
        name: people(rng, size, name, r)
        for name, size, r in (("group", group, ratio), ("others", others, 1.0))
    }
    columns = {f"{what}_{name}": part.ravel() for name, parts in made.items() for what, part in parts.items()}
    worlds = np.repeat(np.arange(WORLDS), len(MEANS))
    with memory_store() as store:
        store.register("counted", pa.table({"world": worlds, **columns}))
        sums = ", ".join(f"{name}::decimal(38, 4) as {name}" for name in columns if not name.startswith("n_"))
        store.execute(f"create table by_stratum as select world, n_group, n_others, {sums} from counted")
        held, above, below, told = store.execute(
            f"select count(*) filter (where {ratio} between ci_low and ci_high), "
            f"count(*) filter (where ci_low > {ratio}), count(*) filter (where ci_high < {ratio}), count(ci_low) "
            f"from ({comparison_sql()})"
        ).fetchall()[0]
    low, high = wilson_interval(held, told)
    return (
        f"| {group} and {others} | {ratio:g} | {100 * held / told:.1f} % ({100 * low:.1f} to {100 * high:.1f}) | "
        f"{100 * below / told:.1f} % | {100 * above / told:.1f} % |"
    )


def main() -> None:
    """Print the table."""
    print("| people and others | true ratio | the interval holds it | it lies below | above |")
    print("|---|---:|---:|---:|---:|")
    for group, others in SIZES:
        for ratio in RATIOS:
            print(measure(group, others, ratio))


if __name__ == "__main__":
    main()
