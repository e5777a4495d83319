"""Where the records of a CSV file are, found over its bytes without parsing one field.

This is the count that everything else is held against: it shares no code with the reader that makes
the columns (pyarrow), and the two must agree on every file. Quotes, commas and line ends are marks, 64 to a
word; only a file whose quotes are out of the ordinary walks over its quotes one by one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from include.contract.model import MAX_LINE_BYTES
from include.ingest.faults import refuse
from include.ingest.marks import (
    LAST,
    ONE,
    WORD,
    Flags,
    Positions,
    Words,
    are_marked,
    marked_before,
    pack,
    parity,
    unpack,
)

QUOTE, COMMA, LF, CR = 0x22, 0x2C, 0x0A, 0x0D
_BLOCK = 1 << 18  # whole words; what is made of a block stays in the processor's cache
_WALK = 1 << 20
_SEPARATES = np.isin(np.arange(256), (COMMA, LF, CR))
_EDGES = np.isin(np.arange(256), (QUOTE, COMMA, LF, CR))
_LONGEST_LINE_END = len(b"\r\n")
_NONE = np.empty(0, np.int64)


@dataclass(frozen=True)
class Quotes:
    """Quoted stretches: ``opens[i]`` to ``closes[i]``; ``junk`` are closing quotes that text follows."""

    opens: Positions
    closes: Positions
    junk: Positions
    unterminated: int | None = None


@dataclass(frozen=True)
class Layout:
    """What stands outside quotes.

    Attributes:
        feeds: Every line feed, inside quotes or not.
        line_ends: Those outside.
        lines: Feeds up to each of ``line_ends``, itself included.
        commas: Commas outside quotes before each of ``line_ends``, and in the whole file.
        lone_return: The first carriage return that no line feed follows, or -1.
        junk: Closing quotes that text follows.
    """

    feeds: Positions
    line_ends: Positions
    lines: Positions
    commas: Positions
    lone_return: int
    junk: Positions


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
    return np.concatenate(found).astype(np.int64, copy=False) if found else np.empty(0, np.int64)


def inside(quotes: Quotes, places: Positions) -> Flags:
    """Tell which places, in rising order, lie inside a quoted stretch.

    The stretches are looked up among the places: most hold none, so that little is left to do.
    """
    first, last = np.searchsorted(places, quotes.opens), np.searchsorted(places, quotes.closes)
    holding = first < last
    begin = np.bincount(first[holding], minlength=len(places) + 1)
    end = np.bincount(last[holding], minlength=len(places) + 1)
    return np.asarray((np.cumsum(begin - end) > 0)[: len(places)])


def lay_out(data: npt.NDArray[np.uint8], start: int) -> Layout | None:
    """Lay out a file whose quotes all stand as RFC 4180 wants, in one pass; None for any other.

    Then first and second quote, third and fourth, ... are pairs: what has an odd number of quotes before it is
    inside. An escaped quote ("") closes and opens again at once, which leaves it so. A byte is one bit here, so that
    64 of them are decided in one step (as in Langdale and Lemire, Parsing Gigabytes of JSON per Second, 2019).
    """
    feeds, line_ends, lines, commas = [_NONE], [_NONE], [_NONE], [_NONE]
    fed, counted, lone_return, is_inside = 0, 0, -1, False
    for place in range(0, len(data), _BLOCK):
        block = data[place : place + _BLOCK]
        is_feed = block == LF
        quote, comma, carriage = (pack(block == byte) for byte in (QUOTE, COMMA, CR))
        edge = quote | comma | carriage | pack(is_feed)
        inside_ = parity(quote, is_inside)
        if not _is_ordinary(data, place, start, quote, edge, inside_):
            return None
        is_inside = bool(inside_[-1] >> LAST)
        if lone_return < 0 and (carriage := carriage & ~inside_).any():
            lone_return = _first_lone(data, np.flatnonzero(unpack(carriage)) + place)
        every = np.flatnonzero(is_feed)
        outside = np.flatnonzero(~are_marked(inside_, every))
        before, total = marked_before(comma & ~inside_, every[outside])
        feeds.append(every + place)
        line_ends.append(every[outside] + place)
        lines.append(outside + (fed + 1))
        commas.append(before + counted)
        fed, counted = fed + len(every), counted + total
    if is_inside:
        return None
    return Layout(
        np.concatenate(feeds),
        np.concatenate(line_ends),
        np.concatenate(lines),
        np.concatenate((*commas, [counted])),
        lone_return,
        _NONE,
    )


def _is_ordinary(
    data: npt.NDArray[np.uint8], place: int, start: int, quote: Words, edge: Words, inside_: Words
) -> bool:
    """Tell whether every quote of a block opens where a field may begin, or closes where one may end.

    Args:
        data: The bytes of the file.
        place: Where the block begins.
        start: Where the text of the file begins.
        quote: The quotes of the block.
        edge: Its quotes, commas and line ends.
        inside_: What is inside quotes, an opening quote included.
    """
    end = min(place + _BLOCK, len(data))
    may_open, may_close = edge << ONE, edge >> ONE  # what stands right after an edge, and right before one
    may_open[1:] |= edge[:-1] >> LAST
    may_close[:-1] |= edge[1:] << LAST
    if place == 0:
        may_open[0] |= ONE << np.uint64(start)
    elif _EDGES[data[place - 1]]:
        may_open[0] |= ONE
    if end == len(data) or _EDGES[data[end]]:
        may_close[-1] |= ONE << np.uint64((end - place - 1) % WORD)
    return not np.any(quote & ((inside_ & ~may_open) | (~inside_ & ~may_close)))


def _first_lone(data: npt.NDArray[np.uint8], returns: Positions) -> int:
    """Return the first of these carriage returns that no line feed follows, or -1."""
    alone = returns[data[np.minimum(returns + 1, len(data) - 1)] != LF]
    return int(alone[0]) if len(alone) else -1


def walk(data: npt.NDArray[np.uint8], start: int, feeds: Positions, file: str) -> Layout:
    """Lay out a file by a walk over its quotes.

    Raises:
        DeliveryFaultError: A quote that is never closed.
    """
    quotes = find_quotes(data, start)
    _refuse_runaway_quotes(quotes, feeds, file)
    line_ends = feeds[~inside(quotes, feeds)]
    commas, returns = positions(data, COMMA), positions(data, CR)
    commas, returns = commas[~inside(quotes, commas)], returns[~inside(quotes, returns)]
    return Layout(
        feeds,
        line_ends,
        np.searchsorted(feeds, line_ends) + 1,
        np.append(np.searchsorted(commas, line_ends), len(commas)),
        _first_lone(data, returns),
        quotes.junk,
    )


def find_quotes(data: npt.NDArray[np.uint8], start: int) -> Quotes:
    """Pair the quotes of a file whose text begins at ``start`` (after a byte order mark).

    One inside an unquoted field is text, text after a closing one is a fault.
    """
    quotes = positions(data, QUOTE)
    if not len(quotes):
        return Quotes(_NONE, _NONE, _NONE)
    begins, ends = (_SEPARATES[data[np.clip(quotes + step, 0, len(data) - 1)]] for step in (-1, 1))
    begins[0] |= quotes[0] == start
    ends[-1] |= quotes[-1] == len(data) - 1
    return _pair(quotes, begins, ends)


def _pair(quotes: Positions, begins: Flags, ends: Flags) -> Quotes:
    """Walk over the quotes one by one."""
    opens: list[int] = []
    closes: list[int] = []
    junk: list[int] = []
    opened: int | None = None
    escaped = -1
    for first in range(0, len(quotes), _WALK):
        last = min(first + (_WALK), len(quotes))
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
    layout = lay_out(data, start)
    feeds = layout.feeds if layout else positions(data, LF)
    _refuse_long_lines(feeds, start, len(data), file)
    layout = layout or walk(data, start, feeds, file)
    if layout.lone_return >= 0:
        raise refuse("lone_cr", file, int(np.searchsorted(feeds, layout.lone_return)) + 1)
    starts = np.concatenate((np.array([start], np.int64), layout.line_ends + 1))
    ends = np.concatenate((layout.line_ends + 1, np.array([len(data)], np.int64)))
    filled = _are_filled(data, starts, ends)
    blank = int(np.count_nonzero(~filled[:-1]))  # what follows the last line end is no line
    lines = np.concatenate((np.array([0], np.int64), layout.lines)) + 1
    starts, ends = starts[filled], ends[filled]
    return Scan(
        starts=starts,
        ends=ends,
        lines=lines[filled],
        fields=(np.diff(layout.commas, prepend=0) + 1)[filled],
        junk=_holds(layout.junk, ends),
        blank_lines=blank,
    )


def _are_filled(data: npt.NDArray[np.uint8], starts: Positions, ends: Positions) -> Flags:
    """Tell which lines hold anything beside their line end, which has two bytes at most."""
    length = ends - starts
    filled = length > _LONGEST_LINE_END
    short = np.flatnonzero(~filled & (length > 0))
    last = ends[short] - 1
    is_end = (data[last] == LF) & ((length[short] == 1) | (data[last - 1] == CR))
    filled[short] = ~is_end
    return filled


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


def _refuse_long_lines(feeds: Positions, start: int, size: int, file: str) -> None:
    bounds = np.concatenate((np.array([start - 1], np.int64), feeds, np.array([size], np.int64)))
    long = np.flatnonzero(np.diff(bounds) - 1 > MAX_LINE_BYTES)
    if len(long):
        raise refuse("line_too_long", file, int(long[0]) + 1)
