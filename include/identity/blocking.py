"""Pairs of records that can come to be considered, so that only they are scored.

Records that share a birthday and an initial grow with the square of the force, those that may be one person with the
force. What a pair weighs at most is therefore looked at while records are joined, before it is a row of any table.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import duckdb

from include.errors import UsageError
from include.identity.comparisons import BLOCKING, COMPARISONS, Comparison, Level
from include.identity.probabilities import Probabilities

_NAMES = [level.frequency for one in COMPARISONS for level in one.levels if level.frequency]
_ROUNDING = 1e-6
"""Bits by which our sum of weights may miss splink's, which are what int_identity_pairs_scored judges by."""


@dataclass(frozen=True)
class Considered:
    """From which weight on a pair is considered; one that identifiers join is so with any.

    Attributes:
        nominals: Weight of two nominals, log2.
        others: Weight of a nominal and a row of another source, log2.
    """

    nominals: float
    others: float


def read_considered(parameters: Mapping[str, str], nominals: int) -> Considered:
    """Return the weights at which a pair is as probable as ``identity_considered_probability``.

    Args:
        parameters: The seed ``algorithm_parameters``, value by name.
        nominals: Of the force: the more there are, the more a pair must agree in.

    Raises:
        UsageError: The probability leaves nothing to consider, or everything.
    """
    probability = float(parameters["identity_considered_probability"])
    if not 0 < probability < 1:
        raise UsageError(
            f"algorithm_parameters.csv: identity_considered_probability is {probability}",
            "Use a probability between 0 and 1.",
        )

    def weight(kind: str) -> float:
        prior = float(parameters[f"identity_matches_per_{kind}"]) / max(nominals - 1, 1)
        return math.log2(probability / (1 - probability) / prior)

    return Considered(weight("nominal"), weight("record"))


def block(store: duckdb.DuckDBPyConnection, probabilities: Probabilities, considered: Considered) -> str:
    """Create the table of pairs in ``records`` that are to be scored, in splink's shape, and return its name.

    Left out is what splink would find and nobody would consider: pairs of two rows of other sources, and pairs whose
    weight stays below what is considered, unless both name one nominal or one PNC id.
    """
    columns = [row[0] for row in store.execute("describe records").fetchall()]
    columns += [f"{name}_rarity" for name in _NAMES]
    sides = ", ".join(f"{side}.{column} as {column}_{side}" for side in "lr" for column in columns)
    rarities = "".join(
        f" left join (select {name}, log2(sum(count(*)) over () / count(*)) as {name}_rarity from records"  # noqa: S608
        f" where {name} is not null group by {name}) as {name}s using ({name})"
        for name in _NAMES
    )
    found = " union all ".join(
        f"select {number} as rule, {sides} from counted as l inner join counted as r "  # noqa: S608
        f"on {part} and l.unique_id < r.unique_id"
        for number, rule in enumerate(BLOCKING)
        for part in rule
    )
    needed = f"if(kind_l = kind_r, {considered.nominals}, {considered.others}) - {_ROUNDING}"
    worth = " and ".join(f"{weight} >= {needed}" for weight in _at_most(probabilities))
    query = f"""
        create table blocked as
        with counted as materialized (select * from records{rarities}), found as ({found})
        select cast(min(rule) as varchar) as match_key, unique_id_l as join_key_l, unique_id_r as join_key_r
        from found
        where (kind_l = 'nominal' or kind_r = 'nominal')
            and (nominal_id_l = nominal_id_r or pnc_id_l = pnc_id_r or ({worth}))
        group by unique_id_l, unique_id_r
    """  # noqa: S608  our own names and numbers
    store.execute(query)
    return "blocked"


def _at_most(probabilities: Probabilities) -> Iterator[str]:
    """Give what a pair weighs at most: each time one characteristic more is compared, the best is supposed of the rest.

    Names come last: to compare them costs most, and where one of them differs the other need not be looked at.
    """
    order = COMPARISONS[::-1]
    exact = [_weight(comparison, probabilities) for comparison in order]
    best = [_best(comparison, probabilities) for comparison in order]
    for compared in range(1, len(order) + 1):
        yield " + ".join(exact[:compared] + best[compared:])


def _weight(comparison: Comparison, probabilities: Probabilities) -> str:
    levels = [(level.condition, _bits(comparison, level, probabilities)) for level in comparison.levels]
    cases = " ".join(
        f"else {bits}" if condition == "ELSE" else f"when {condition} then {bits}"
        for condition, bits in levels
    )
    return f"case when {comparison.missing} then 0 {cases} end"


def _best(comparison: Comparison, probabilities: Probabilities) -> str:
    return f"greatest(0, {', '.join(_bits(comparison, level, probabilities) for level in comparison.levels)})"


def _bits(comparison: Comparison, level: Level, probabilities: Probabilities) -> str:
    """A level that goes by frequency holds for equal values only: that of the left side is that of the right."""
    chances = probabilities[comparison.name, level.name]
    if level.frequency:
        return f"({math.log2(chances.m):.17e} + {level.frequency}_rarity_l)"
    return f"{math.log2(chances.m / chances.u):.17e}"  # without the exponent it would be a DECIMAL
