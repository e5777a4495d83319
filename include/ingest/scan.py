"""Where the records of a CSV file are, found over its bytes without parsing one field.

This is the count that everything else is held against: it shares no code with the reader that makes
the columns (pyarrow), and the two must agree on every file. It works on positions of quotes, commas and
line ends as arrays; only a file whose quotes are out of the ordinary walks over its quotes one by one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from include.contract.model import MAX_LINE_BYTES
from include.ingest.faults import refuse

Positions = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

QUOTE, COMMA, LF, CR = 0x22, 0x2C, 0x0A, 0x0D
_BLOCK = 1 << 25


@dataclass(frozen=True)
class Quotes:
    """Quoted stretches: ``opens[i]`` to ``closes[i]``; ``junk`` are closing quotes that text follows."""

    opens: Positions
    closes: Positions
    junk: Positions
    unterminated: int | None = None


@dataclass(frozen=True)
class Scan:
    """The records of a file, header first, blank lines left out.

    Attributes:
        starts: First byte of each record.
        ends: One past its last byte, line end included.
        lines: Physical line on which it starts.
        fields: Number of its fields.
        junk: Whether text follows a closing quote in it.
        blank_lines: Lines that were skipped.
    """

    starts: Positions
    ends: Positions
    lines: Positions
    fields: Positions
    junk: Flags
    blank_lines: int


def positions(data: npt.NDArray[np.uint8], byte: int) -> Positions:
    """Return where a byte stands; in blocks, so that the masks stay small beside a big file."""
    found = [
        np.flatnonzero(data[start : start + _BLOCK] == byte) + start for start in range(0, len(data), _BLOCK)
    ]
    return np.concatenate(found).astype(np.int64) if found else np.empty(0, np.int64)


def inside(quotes: Quotes, places: Positions) -> Flags:
    """Tell which places lie inside a quoted stretch."""
    if not len(quotes.opens):
        return np.zeros(len(places), np.bool_)
    index = np.searchsorted(quotes.opens, places, side="right") - 1
    return (index >= 0) & (places < quotes.closes[np.maximum(index, 0)])


def find_quotes(data: npt.NDArray[np.uint8], start: int) -> Quotes:
    """Pair the quotes of a file whose text begins at ``start`` (after a byte order mark)."""
    quotes = positions(data, QUOTE)
    none = np.empty(0, np.int64)
    if not len(quotes):
        return Quotes(none, none, none)
    opens_field, ends_field = _surroundings(data, quotes, start)
    paired = _pair_by_parity(quotes, opens_field, ends_field)
    return paired or _pair_one_by_one(quotes, opens_field, ends_field)


def _surroundings(data: npt.NDArray[np.uint8], quotes: Positions, start: int) -> tuple[Flags, Flags]:
    """Tell which quotes stand where a field may begin, and which where one may end."""
    before = data[np.maximum(quotes - 1, 0)]
    after = data[np.minimum(quotes + 1, len(data) - 1)]
    begins = (quotes == start) | (before == COMMA) | (before == LF) | (before == CR)
    ends = (quotes == len(data) - 1) | (after == COMMA) | (after == LF) | (after == CR)
    return begins, ends


def _pair_by_parity(quotes: Positions, begins: Flags, ends: Flags) -> Quotes | None:
    """Pair first with second, third with fourth, ...; None unless every quote stands as RFC 4180 wants.

    An escaped quote ("") closes and opens again at once, which leaves the stretches as they should be.
    """
    if len(quotes) % 2:
        return None
    opens, closes = quotes[0::2], quotes[1::2]
    joined = opens[1:] == closes[:-1] + 1
    well_opened = begins[0::2].copy()
    well_opened[1:] |= joined
    well_closed = ends[1::2].copy()
    well_closed[:-1] |= joined
    if not (well_opened.all() and well_closed.all()):
        return None
    return Quotes(opens, closes, np.empty(0, np.int64))


def _pair_one_by_one(quotes: Positions, begins: Flags, ends: Flags) -> Quotes:
    """Walk over the quotes: one inside an unquoted field is text, text after a closing one is a fault."""
    opens: list[int] = []
    closes: list[int] = []
    junk: list[int] = []
    opened: int | None = None
    escaped = -1
    for first in range(0, len(quotes), _BLOCK >> 5):
        last = min(first + (_BLOCK >> 5), len(quotes))
        following = np.append(quotes[first + 1 : last + 1], -1)[: last - first]
        doubled = (following == quotes[first:last] + 1).tolist()
        rows = zip(
            quotes[first:last].tolist(),
            begins[first:last].tolist(),
            ends[first:last].tolist(),
            doubled,
            strict=True,
        )
        for place, may_open, may_close, is_doubled in rows:
            if place == escaped:
                continue
            if opened is None:
                opened = place if may_open else None
            elif is_doubled:
                escaped = place + 1
            else:
                opens.append(opened)
                closes.append(place)
                opened = None
                if not may_close:
                    junk.append(place)
    return Quotes(np.array(opens, np.int64), np.array(closes, np.int64), np.array(junk, np.int64), opened)


def scan(data: npt.NDArray[np.uint8], start: int, file: str) -> Scan:
    """Find the records of a CSV file.

    Args:
        data: The bytes of the file.
        start: Where the text begins (3 after a byte order mark).
        file: Name for the report.

    Raises:
        DeliveryFaultError: Unterminated quote, lone carriage return, or a line of more than 1 MB.
    """
    feeds = positions(data, LF)
    _refuse_long_lines(feeds, start, len(data), file)
    quotes = find_quotes(data, start)
    _refuse_runaway_quotes(quotes, feeds, file)
    _refuse_lone_returns(data, quotes, feeds, file)
    line_ends = feeds[~inside(quotes, feeds)]
    starts = np.concatenate((np.array([start], np.int64), line_ends + 1))
    ends = np.concatenate((line_ends + 1, np.array([len(data)], np.int64)))
    filled = _content_length(data, starts, ends) > 0
    blank = int(np.count_nonzero(~filled[:-1]))  # what follows the last line end is no line
    starts, ends = starts[filled], ends[filled]
    return Scan(
        starts=starts,
        ends=ends,
        lines=np.searchsorted(feeds, starts, side="left").astype(np.int64) + 1,
        fields=_count_fields(data, quotes, ends),
        junk=_holds(quotes.junk, ends),
        blank_lines=blank,
    )


def _content_length(data: npt.NDArray[np.uint8], starts: Positions, ends: Positions) -> Positions:
    """Return the bytes of each line without its line end."""
    length = ends - starts
    if not len(data):
        return length
    feed = (length > 0) & (data[np.maximum(ends - 1, 0)] == LF)
    length = length - feed
    last = np.maximum(starts + length - 1, 0)
    return np.asarray(length - (feed & (length > 0) & (data[last] == CR)), np.int64)


def _count_fields(data: npt.NDArray[np.uint8], quotes: Quotes, ends: Positions) -> Positions:
    """Count the commas outside quotes of every record, plus one."""
    fields = np.ones(len(ends), np.int64)
    if not len(ends):
        return fields
    for block in range(0, len(data), _BLOCK):
        commas = np.flatnonzero(data[block : block + _BLOCK] == COMMA).astype(np.int64) + block
        commas = commas[~inside(quotes, commas)]
        if len(commas):
            record = np.searchsorted(ends, commas, side="right")
            fields += np.bincount(record, minlength=len(ends))[: len(ends)]
    return fields


def _holds(places: Positions, ends: Positions) -> Flags:
    """Tell which records hold one of the places."""
    held = np.zeros(len(ends), np.bool_)
    if len(places):
        held[np.searchsorted(ends, places, side="right")] = True
    return held


def _refuse_runaway_quotes(quotes: Quotes, feeds: Positions, file: str) -> None:
    """Refuse a quote that never closes, or that runs over line ends into the middle of another field.

    The second is the same defect seen from a file that has more quotes further down: rows were swallowed.
    """
    opened = quotes.unterminated
    runaway = quotes.junk
    if len(runaway):
        at = np.searchsorted(quotes.closes, runaway)
        first_open = quotes.opens[at]
        spans = np.searchsorted(feeds, first_open) != np.searchsorted(feeds, runaway)
        if spans.any():
            first = int(first_open[spans][0])
            opened = first if opened is None else min(first, opened)
    if opened is not None:
        line = int(np.searchsorted(feeds, opened)) + 1
        raise refuse("unterminated_quote", file, line, detail="this is where it was opened")


def _refuse_lone_returns(data: npt.NDArray[np.uint8], quotes: Quotes, feeds: Positions, file: str) -> None:
    returns = positions(data, CR)
    returns = returns[~inside(quotes, returns)]
    if not len(returns):
        return
    followed = data[np.minimum(returns + 1, len(data) - 1)] == LF
    alone = returns[~followed]
    if len(alone):
        raise refuse("lone_cr", file, int(np.searchsorted(feeds, alone[0])) + 1)


def _refuse_long_lines(feeds: Positions, start: int, size: int, file: str) -> None:
    bounds = np.concatenate((np.array([start - 1], np.int64), feeds, np.array([size], np.int64)))
    long = np.flatnonzero(np.diff(bounds) - 1 > MAX_LINE_BYTES)
    if len(long):
        raise refuse("line_too_long", file, int(long[0]) + 1)
