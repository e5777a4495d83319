"""Mean and limits of a series of which some values are withheld: they must not give one back.

The mean of all months and their mean moving range are two equations; with one unknown that is too much. So the
limits are rounded until every small number in the place of a withheld one would have given the same, or they
are withheld too.
"""

from __future__ import annotations

from collections.abc import Sequence

_BASES = (1, 5, 10)


def rounded_limits(
    values: Sequence[float], hidden: Sequence[int], threshold: int, factor: float
) -> tuple[int, int, int] | None:
    """Return mean, lower and upper limit, as coarse as need be.

    Args:
        values: Counts, month by month, as they are.
        hidden: Positions of those that are withheld.
        threshold: Counts under it are withheld.
        factor: Mean moving ranges from the mean to a limit.

    Returns:
        The three, rounded to one, five or ten; nothing if even ten would exclude a number.
    """
    for base in _BASES:
        found = _limits(values, factor, base)
        others = (
            [*values[:place], small, *values[place + 1 :]] for place in hidden for small in range(threshold)
        )
        if all(_limits(other, factor, base) == found for other in others):
            return found
    return None


def _limits(values: Sequence[float], factor: float, base: int) -> tuple[int, int, int]:
    mean = sum(values) / len(values)
    ranges = [abs(later - earlier) for earlier, later in zip(values, values[1:], strict=False)]
    spread = factor * sum(ranges) / len(ranges)
    mean, lower, upper = (base * round(limit / base) for limit in (mean, mean - spread, mean + spread))
    return mean, lower, upper
