"""Which bytes of a file are new: its old side and its new side -> spans. Pure; linear in the size of both.

Old is what lies in the new side as it lay in the old one, wherever it lies now: moved lines are old, and of copies as
many as there were. A secret is old if the whole of it is one such run, so what also counts as new is every seam: a
point where two neighbours were no neighbours before. A seam is a span without length.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from secretguard.model import Span

LINE = re.compile(rb"[^\n]*\n|[^\n]+")
TOKEN = re.compile(rb"[0-9A-Za-z\x80-\xff]+|[^0-9A-Za-z\x80-\xff]")
WORD = bytes(each for each in range(256) if TOKEN.fullmatch(bytes([each, each])))
FINE = 4 << 20  # bytes of changed lines that are compared token by token; of more, each counts as new
BLOCK = 1 << 16  # bytes compared at once


class Piece(NamedTuple):
    """A line or a token, and where it begins."""

    text: bytes
    start: int


class Run(NamedTuple):
    """Bytes of the new side, ``start`` to ``end``, that lie in the old one from ``old`` on."""

    start: int
    end: int
    old: int


def fresh_spans(old: bytes, new: bytes) -> tuple[Span, ...]:
    """The spans of ``new`` that ``old`` does not hold, and the seams between those it does, in ascending order.

    A changed token (a run of letters and digits) is new as a whole.
    """
    head = common_head(old, new)
    tail = common_tail(old, new, min(len(old), len(new)) - head)
    runs = [
        Run(0, head, 0),
        *between(old[: len(old) - tail], new[: len(new) - tail], head),
        Run(len(new) - tail, len(new), len(old) - tail),
    ]
    return tuple(gaps(runs))


def common_head(old: bytes, new: bytes) -> int:
    """How many bytes both begin with, without a token that ends differently."""
    size = shared(min(len(old), len(new)), lambda at, to: old[at:to] == new[at:to])
    after = old[size : size + 1] + new[size : size + 1]
    return len(new[:size].rstrip(WORD)) if any(each in WORD for each in after) else size


def common_tail(old: bytes, new: bytes, limit: int) -> int:
    """How many bytes, ``limit`` at most, both end with, without a token that begins differently."""
    a, b = len(old), len(new)
    size = shared(limit, lambda at, to: old[a - to : a - at] == new[b - to : b - at])
    before = old[: a - size][-1:] + new[: b - size][-1:]
    return len(new[b - size :].lstrip(WORD)) if any(each in WORD for each in before) else size


def shared(limit: int, same: Callable[[int, int], bool]) -> int:
    """The length, ``limit`` at most, up to which ``same`` holds: by blocks, then by halves of a block."""
    at, step = 0, BLOCK
    while step:
        if at + step <= limit and same(at, at + step):
            at += step
        else:
            step //= 2
    return at


def between(old: bytes, new: bytes, start: int) -> Iterator[Run]:
    """The old runs of ``new`` from ``start`` on: whole lines, then tokens of the lines that are left on both sides."""
    before, after = pieces(LINE, old, start), pieces(LINE, new, start)
    partners = matched([piece.text for piece in before], [piece.text for piece in after])
    yield from runs_of(before, after, partners)
    used = set(partners)
    left = [piece for at, piece in enumerate(before) if at not in used]
    changed = [piece for piece, partner in zip(after, partners, strict=True) if partner < 0]
    if max(sum(len(piece.text) for piece in side) for side in (left, changed)) > FINE:
        return
    before, after = tokens(left), tokens(changed)
    yield from runs_of(before, after, matched([piece.text for piece in before], [piece.text for piece in after]))


def pieces(kind: re.Pattern[bytes], text: bytes, start: int) -> list[Piece]:
    """The lines or tokens of the text from ``start`` on."""
    return [Piece(found[0], found.start()) for found in kind.finditer(text, start)]


def tokens(lines: Iterable[Piece]) -> list[Piece]:
    """The tokens of lines."""
    return [Piece(found[0], line.start + found.start()) for line in lines for found in TOKEN.finditer(line.text)]


def runs_of(old: Sequence[Piece], new: Sequence[Piece], partners: Iterable[int]) -> Iterator[Run]:
    """A run for each piece of the new side that has a partner in the old one."""
    for (text, start), partner in zip(new, partners, strict=True):
        if partner >= 0:
            yield Run(start, start + len(text), old[partner].start)


def matched(old: Sequence[bytes], new: Sequence[bytes]) -> list[int]:
    """For each piece of the new side the place of its like in the old one, each given away once, or -1.

    First what occurs once on both sides, and its neighbours as far as they agree; then whatever is left of its like,
    the next in line before others: so pieces that lay side by side stay together.
    """
    places: dict[bytes, list[int]] = {}
    for at in range(len(old) - 1, -1, -1):
        places.setdefault(old[at], []).append(at)
    counts = Counter(new)
    partners, free = [-1] * len(new), bytearray(b"\1") * len(old)

    def extend(at: int, to: int, step: int) -> None:
        while 0 <= at < len(new) and 0 <= to < len(old) and partners[at] < 0 and free[to] and new[at] == old[to]:
            partners[at], free[to] = to, 0
            at, to = at + step, to + step

    for at, text in enumerate(new):
        if partners[at] < 0 and counts[text] == 1 and len(places.get(text, ())) == 1:
            to = places[text][0]
            extend(at, to, 1)
            extend(at - 1, to - 1, -1)
    for at, text in enumerate(new):
        if partners[at] < 0 and at and partners[at - 1] >= 0:
            extend(at, partners[at - 1] + 1, 1)
        stock = places.get(text, [])
        while partners[at] < 0 and stock:
            extend(at, stock.pop(), 1)
    return partners


def gaps(runs: Iterable[Run]) -> Iterator[Span]:
    """What lies between runs that are old, and the seams between those that lay apart."""
    end = old_end = 0
    for run in sorted(runs):
        if run.start > end or (run.old != old_end and run.start == end):
            yield Span(end, run.start)
        end, old_end = run.end, run.old + run.end - run.start
