"""The BCH codes behind checksums of 30 bits: Bech32's over words of 5 bits, SLIP-39's over words of 10 bits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

BITS = 30


def polymod(words: Iterable[int], generator: Sequence[int], width: int) -> int:
    """What is left of words of ``width`` bits divided by the code's generator, one term for each bit of a word."""
    low = BITS - width
    rest = 1
    for word in words:
        top = rest >> low
        rest = (rest & (1 << low) - 1) << width ^ word
        for i, term in enumerate(generator):
            if top >> i & 1:
                rest ^= term
    return rest
