"""Which bytes of a file are new: its old side and its new side -> spans. Pure; linear in the size of both.

Old is what lies in the new side as it lay in the old one, wherever it lies now: moved lines are old, and of copies as
many as there were. A secret is old if the whole of it is one such run, so what also counts as new is every seam: a
point where two neighbours were no neighbours before. A seam is a span without length.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from secretguard.model import Span

LINE = re.compile(rb"[^\n]*\n|[^\n]+")
TOKEN = re.compile(rb"[0-9A-Za-z\x80-\xff]+|[^0-9A-Za-z\x80-\xff]")
WORD = bytes(each for each in range(256) if TOKEN.fullmatch(bytes([each, each])))
FINE = 1 << 20  # bytes of changed lines that are compared token by token; of more, each counts as new
OLD_END, NEW_END = b"", None  # stand between regions that do not touch; nothing is like them


class Run(NamedTuple):
    """Bytes of the new side, ``start`` to ``end``, that lie in the old one from ``old`` on."""

    start: int
    end: int
    old: int


class Pieces(NamedTuple):
    """Lines or tokens in order, and where each begins."""

    texts: list[bytes | None]
    starts: list[int]


def fresh_spans(old: bytes, new: bytes) -> tuple[Span, ...]:
    """The spans of ``new`` that ``old`` does not hold, and the seams between those it does, in ascending order.

    A changed token (a run of letters and digits) is new as a whole.
    """
    head, tail = common_ends(old, new)
    before, after = [Span(head, len(old) - tail)], [Span(head, len(new) - tail)]
    runs = [Run(0, head, 0), Run(len(new) - tail, len(new), len(old) - tail)]
    for kind, limit in ((LINE, max(len(old), len(new))), (TOKEN, FINE)):
        if max(sum(part.end - part.start for part in side) for side in (before, after)) <= limit:
            found = list(unmoved(pieces(kind, old, before, OLD_END), pieces(kind, new, after, NEW_END)))
            runs += found
            before = without(before, (Span(run.old, run.old + run.end - run.start) for run in found))
            after = without(after, (Span(run.start, run.end) for run in found))
    return tuple(gaps(runs))


def common_ends(old: bytes, new: bytes) -> tuple[int, int]:
    """How many bytes both begin and end with: whole tokens, and whole lines unless the change lies within one."""
    head = common_head(old, new)
    tail = common_tail(old, new, min(len(old), len(new)) - head)
    if old.find(b"\n", head, len(old) - tail) < 0 > new.find(b"\n", head, len(new) - tail):
        return head, tail
    at, to = len(new) - tail, len(old) - tail
    if new[at - 1 : at] != b"\n" or old[to - 1 : to] != b"\n":
        tail = len(new) - (new.find(b"\n", at) + 1 or len(new))
    return new.rfind(b"\n", 0, head) + 1, tail


def common_head(old: bytes, new: bytes) -> int:
    """How many bytes both begin with, without a token that ends differently."""
    limit = min(len(old), len(new))
    size = shared(lambda at, to: to <= limit and old[at:to] == new[at:to])
    after = old[size : size + 1] + new[size : size + 1]
    return len(new[:size].rstrip(WORD)) if any(each in WORD for each in after) else size


def common_tail(old: bytes, new: bytes, limit: int) -> int:
    """How many bytes, ``limit`` at most, both end with, without a token that begins differently."""
    a, b = len(old), len(new)
    size = shared(lambda at, to: to <= limit and old[a - to : a - at] == new[b - to : b - at])
    before = old[max(0, a - size - 1) : a - size] + new[max(0, b - size - 1) : b - size]
    return len(new[b - size :].lstrip(WORD)) if any(each in WORD for each in before) else size


def shared(same: Callable[[int, int], bool]) -> int:
    """The length up to which ``same`` holds, by strides that double and then halve."""
    at, stride = 0, 1
    while same(at, at + stride):
        at, stride = at + stride, stride * 2
    while stride:
        if same(at, at + stride):
            at += stride
        stride //= 2
    return at


def pieces(kind: re.Pattern[bytes], text: bytes, regions: Iterable[Span], end: bytes | None) -> Pieces:
    """The lines or tokens of regions of the text, with ``end`` behind each region."""
    found = Pieces([], [])
    for region in regions:
        texts = kind.findall(text[region.start : region.end])
        found.starts.extend(accumulate(map(len, texts), initial=region.start))
        found.texts.extend(texts)
        found.texts.append(end)
    return found


def unmoved(old: Pieces, new: Pieces) -> Iterator[Run]:
    """The runs of pieces that both sides have."""
    for at, to, size in Matching(old.texts, new.texts).blocks():
        yield Run(new.starts[at], new.starts[at + size], old.starts[to])


class Matching:
    """Gives each piece of the new side its like in the old one, each once, in blocks as long as can be had."""

    def __init__(self, old: Sequence[bytes | None], new: Sequence[bytes | None]) -> None:
        self._old, self._new = old, new
        self._free, self._open = bytearray(b"\1") * len(old), bytearray(b"\1") * len(new)

    def blocks(self) -> Iterator[tuple[int, int, int]]:
        """Where in the new side, where in the old one, and how many pieces.

        First what occurs once on both sides, and its neighbours as far as they agree; then whatever is left of its
        like, the next in line before others: so pieces that lay side by side stay together.
        """
        old, new = self._old, self._new
        once, where = Counter(old), dict(zip(old, range(len(old)), strict=True))
        again = Counter(new)
        for at, text in enumerate(new):
            if self._open[at] and again[text] == 1 and once.get(text) == 1:
                yield self._block(at, where[text])
        stock: dict[bytes | None, list[int]] = {}
        for to in range(len(old) - 1, -1, -1):
            if self._free[to] and old[to] in again:
                stock.setdefault(old[to], []).append(to)
        at = self._open.find(1)
        while at >= 0:
            places = stock.get(new[at], ())
            while places and not self._free[places[-1]]:
                places.pop()
            if places:
                yield self._block(at, places[-1])
            at = self._open.find(1, at + 1)

    def _block(self, at: int, to: int) -> tuple[int, int, int]:
        """Take the pieces around a pair that is alike, as far as both sides agree and nobody has them."""
        back = shared(lambda low, high: self._alike(at - high, to - high, high - low))
        size = back + shared(lambda low, high: self._alike(at + low, to + low, high - low))
        at, to = at - back, to - back
        self._open[at : at + size] = self._free[to : to + size] = bytes(size)
        return at, to, size

    def _alike(self, at: int, to: int, size: int) -> bool:
        return (
            at >= 0 <= to
            and at + size <= len(self._new)
            and to + size <= len(self._old)
            and self._open.find(0, at, at + size) < 0 > self._free.find(0, to, to + size)
            and self._new[at : at + size] == self._old[to : to + size]
        )


def without(regions: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """What is left of regions in ascending order once spans that lie within them are taken out."""
    left = []
    spans = iter([*sorted((span.start, span.end) for span in taken), (-1, -1)])
    start, end = next(spans)
    for region in regions:
        at = region.start
        while region.start <= start < region.end:
            left.append(Span(at, start))
            at = end
            start, end = next(spans)
        left.append(Span(at, region.end))
    return [span for span in left if span.start < span.end]


def gaps(runs: Iterable[Run]) -> Iterator[Span]:
    """What lies between runs that are old, and the seams between those that lay apart."""
    end = old_end = 0
    for run in sorted(runs):
        if run.start > end or run.old != old_end:
            yield Span(end, run.start)
        end, old_end = run.end, run.old + run.end - run.start
