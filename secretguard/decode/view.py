"""A text with what is encoded in it decoded, and the way back to the bytes as they lie there."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from secretguard.model import Lying, Span

MARGIN = 1024  # bytes around what was decoded that are looked at again: names, and what else gives a value its meaning
_SYMBOL = re.compile(
    rb"\\[rn]|%[0-9A-Fa-f]{2}|([A-Za-z0-9+/_-])"
)  # what wraps lines in a string is none of its letters


@dataclass(frozen=True, slots=True)
class Piece:
    """``data`` stands for the bytes ``start`` to ``end`` of a text.

    ``symbols`` and ``per`` say that so many symbols of the run (bytes, or with ``spaced`` letters of base64) stand for
    so many bytes of ``data``; 0 where a part of ``data`` has no place of its own, as after decompression.
    """

    start: int
    end: int
    data: bytes
    symbols: int = 0
    per: int = 1
    spaced: bool = False

    def lies(self, start: int, end: int, text: bytes) -> tuple[int, int]:
        """Where the bytes ``start`` to ``end`` of ``data`` lie in the text."""
        if not self.symbols or end <= start:
            return self.start, self.end
        first, last = start * self.symbols // self.per, -(-end * self.symbols // self.per) - 1
        if self.spaced:
            places = [each.start() for each in _SYMBOL.finditer(text, self.start, self.end) if each[1]]
            return places[min(first, len(places) - 1)], places[min(last, len(places) - 1)] + 1
        return self.start + first, min(self.start + last + 1, self.end)


class View:
    """``below`` with each piece in the place of its run. Pieces are in ascending order and don't overlap."""

    def __init__(self, below: bytes, pieces: Iterable[Piece]) -> None:
        self._below = below
        self._pieces = list(pieces)
        self._starts: list[int] = []  # of the pieces in ``data``
        parts, at, size = [], 0, 0
        for piece in self._pieces:
            size += piece.start - at
            self._starts.append(size)
            parts += [below[at : piece.start], piece.data]
            at, size = piece.end, size + len(piece.data)
        self.data = b"".join([*parts, below[at:]])

    def windows(self) -> list[Span]:
        """What has to be looked at again: the pieces and what is around them, in ascending order."""
        spans: list[Span] = []
        for start, piece in zip(self._starts, self._pieces, strict=True):
            low, high = max(0, start - MARGIN), min(len(self.data), start + len(piece.data) + MARGIN)
            if spans and low <= spans[-1].end:
                spans[-1] = Span(spans[-1].start, high)
            else:
                spans.append(Span(low, high))
        return spans

    def touches(self, start: int, end: int) -> bool:
        """Whether something between two offsets, both included, was decoded."""
        last = bisect_right(self._starts, end) - 1
        return last >= 0 and start <= self._starts[last] + len(self._pieces[last].data)

    def lies(self, span: Span) -> Lying:
        """Where a span of ``data`` lies in ``below``."""
        start, run_start = self._edge(span.start, span, up=False)
        end, run_end = self._edge(span.end, span, up=True)
        return Lying(Span(start, max(start, end)), Span(run_start, max(run_start, run_end)))

    def _edge(self, offset: int, span: Span, *, up: bool) -> tuple[int, int]:
        """Where one end of a span lies, and the end of the run that it is in."""
        last = bisect_right(self._starts, offset - 1 if up else offset) - 1
        if last < 0:
            return offset, offset
        piece, begin = self._pieces[last], self._starts[last]
        inside = offset - begin
        if inside > len(piece.data) or (not up and inside == len(piece.data)):
            there = piece.end + inside - len(piece.data)
            return there, there
        if up:
            return piece.lies(max(0, span.start - begin), inside, self._below)[1], piece.end
        return piece.lies(inside, min(len(piece.data), span.end - begin), self._below)[0], piece.start
