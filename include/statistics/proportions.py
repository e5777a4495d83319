"""Intervals of shares."""

from __future__ import annotations

import math
from statistics import NormalDist


def wilson_interval(hits: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Return Wilson's score interval of a share, without continuity correction.

    (p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n), with p = hits / n. Sources: Wilson 1927; Newcombe 1998,
    Statistics in Medicine 17:857-872, method 3 and its example 81 of 263: 0.2553 to 0.3662.

    Args:
        hits: Number with the property.
        n: Number looked at, at least 1.
        level: Two-sided confidence level.

    Returns:
        Low and high, from 0 to 1.

    Raises:
        ValueError: ``n`` is below 1, or ``hits`` lies outside 0..n.
    """
    if n < 1 or not 0 <= hits <= n:
        raise ValueError(f"{hits} of {n} is no share")
    z = NormalDist().inv_cdf(0.5 + level / 2.0)
    share = hits / n
    centre = share + z * z / (2 * n)
    margin = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    # At the ends the formula gives exactly 0 and 1, but for the last bit of a double.
    low = 0.0 if hits == 0 else (centre - margin) / scale
    high = 1.0 if hits == n else (centre + margin) / scale
    return low, high
