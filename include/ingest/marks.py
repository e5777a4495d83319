"""Marks of the bytes of a file as bits, 64 to a word: what is asked of them is answered for a word in one step."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Positions = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]

WORD = 64
ONE, LAST = np.uint64(1), np.uint64(WORD - 1)


def pack(marks: Flags) -> Words:
    """Pack marks into words, the first in the lowest bit; after the last there are none."""
    packed = np.zeros(-(-len(marks) // WORD) * (WORD // 8), np.uint8)
    packed[: -(-len(marks) // 8)] = np.packbits(marks, bitorder="little")
    words: Words = packed.view("<u8")
    return words


def unpack(words: Words) -> Flags:
    """Return the marks of words, up to the end of the last."""
    return np.unpackbits(words.view(np.uint8), bitorder="little").view(np.bool_)


def parity(quote: Words, is_inside: bool) -> Words:
    """Mark what has an odd number of quotes up to it, itself included, or an even one where the block begins inside."""
    odd = quote.copy()
    for step in (1, 2, 4, 8, 16, 32):
        odd ^= odd << np.uint64(step)
    words = np.bitwise_xor.accumulate(odd >> LAST)  # up to and with each word
    earlier = np.concatenate((np.zeros(1, np.uint64), words[:-1])) ^ np.uint64(is_inside)
    odd ^= np.negative(earlier)  # of one, a word of all bits
    return odd


def are_marked(words: Words, places: Positions) -> Flags:
    """Tell which places are marked."""
    return ((words[places // WORD] >> (places % WORD).astype(np.uint64)) & ONE).astype(np.bool_)


def marked_before(words: Words, places: Positions) -> tuple[Positions, int]:
    """Return how many marks stand before each place, and how many there are."""
    upto = np.cumsum(np.bitwise_count(words), dtype=np.int64)
    word = places // WORD
    of_word = words[word] & ((ONE << (places % WORD).astype(np.uint64)) - ONE)
    whole = upto[word] - np.bitwise_count(words[word])
    return whole + np.bitwise_count(of_word), int(upto[-1])
