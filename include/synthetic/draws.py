"""Small vectorised tools: seeded generators, days, identifiers and weighted choices.

Days are whole numbers since 1970-01-01 in ``int64`` arrays. ``NULL`` stands for an empty field,
``NEVER`` for a date that does not come.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NULL = -(2**31)
NEVER = 2**31 - 1
YEAR = 365.25
_EPOCH = date(1970, 1, 1)
_CHECK_LETTERS = np.array(list("ZABCDEFGHJKLMNPQRTUVWXY"))  # Home Office PNC number check letters


def generator(seed: int, chunk: int, stream: str) -> np.random.Generator:
    """Return the generator of one stream of one chunk; streams do not disturb one another."""
    return np.random.Generator(
        np.random.PCG64(np.random.SeedSequence([seed, chunk, zlib.crc32(stream.encode())]))
    )


def day_of(value: date) -> int:
    """Return a date as days since 1970-01-01."""
    return (value - _EPOCH).days


def years_of(days: Ints) -> Ints:
    """Return the calendar year of each day."""
    years: Ints = days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    return years


def ages(birth: Ints, days: Ints | int) -> Floats:
    """Return ages in years (not completed years) on the given days."""
    result: Floats = (days - birth) / YEAR
    return result


def whole(values: NDArray[Any]) -> Ints:
    """Round down to whole numbers."""
    return np.asarray(np.floor(values), dtype=np.int64)


def where(condition: NDArray[Any], yes: Any, no: Any) -> Ints:
    """``numpy.where`` for whole numbers."""
    return np.asarray(np.where(condition, yes, no), dtype=np.int64)


def pick(rng: np.random.Generator, weights: Sequence[float] | Floats, size: int) -> Ints:
    """Draw indices with the given weights."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    drawn = np.searchsorted(edges, rng.random(size) * edges[-1], side="right")
    return np.asarray(np.minimum(drawn, len(edges) - 1), dtype=np.int64)


def lognormal_days(rng: np.random.Generator, median: float | Floats, sigma: float, size: int) -> Ints:
    """Draw whole days from a log-normal distribution with the given median."""
    return whole(np.asarray(median) * np.exp(sigma * rng.standard_normal(size)))


def share(rng: np.random.Generator, expected: float) -> int:
    """Round an expected number to a whole one, up or down by chance, so that the mean is kept."""
    return int(np.floor(expected + rng.random()))


def identifiers(prefix: str, numbers: Ints, width: int) -> pa.Array:
    """Return ``prefix`` followed by zero-padded numbers."""
    text = pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), width, "0")
    return pc.binary_join_element_wise(pa.scalar(prefix), text, "")


def pnc_identifiers(years: Ints, numbers: Ints, present: Bools) -> pa.Array:
    """Return PNC ids ``YYYY/NNNNNNNL``; the letter is (two digits of the year, then the number) modulo 23."""
    letters = pa.array(_CHECK_LETTERS[((years % 100) * 10_000_000 + numbers) % 23])
    text = pc.binary_join_element_wise(
        pc.cast(pa.array(years), pa.string()),
        pa.scalar("/"),
        pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), 7, "0"),
        letters,
        "",
    )
    return pc.if_else(pa.array(present), text, pa.scalar(None, pa.string()))


def words(vocabulary: list[str] | pa.Array, codes: Ints) -> pa.Array:
    """Return the words of codes; ``NULL`` gives null."""
    listed = pa.array(vocabulary, pa.string()) if isinstance(vocabulary, list) else vocabulary
    return listed.take(pa.array(codes, pa.int64(), mask=codes == NULL))


def dates(days: Ints) -> pa.Array:
    """Return days as dates; ``NULL`` gives null."""
    return pa.array(days.astype(np.int32), pa.int32(), mask=days == NULL).cast(pa.date32())


def counts(values: Ints) -> pa.Array:
    """Return whole numbers; ``NULL`` gives null."""
    return pa.array(values, pa.int64(), mask=values == NULL)


def flags(values: Bools) -> pa.Array:
    """Return ``Y`` or ``N``."""
    return pc.if_else(pa.array(values), "Y", "N")
