"""Which bytes of a file are new: its old side and its new side -> spans. Pure; linear in the size of both.

Old is what lies in the new side as it lay in the old one, wherever it lies now: moved lines are old, and of copies as
many as there were. A secret is old if the whole of it is one such run, so what also counts as new is every seam: a
point where two neighbours were no neighbours before. A seam is a span without length.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import NamedTuple

from secretguard.model import Span

LINE = re.compile(rb"[^\n]*\n|[^\n]+")
TOKEN = re.compile(rb"[0-9A-Za-z\x80-\xff]+|[^0-9A-Za-z\x80-\xff]")
WORD = bytes(each for each in range(256) if TOKEN.fullmatch(bytes([each, each])))
FINE = 4 << 20  # bytes of changed lines that are compared token by token; of more, every line counts as new


class Piece(NamedTuple):
    """A line or a token, and where it begins."""

    text: bytes
    start: int


class Run(NamedTuple):
    """Bytes of the new side (``start`` to ``end``) that lie in the old one from ``old`` on."""

    start: int
    end: int
    old: int


def fresh_spans(old: bytes, new: bytes) -> tuple[Span, ...]:
    """The spans of ``new`` that ``old`` does not hold, and the seams between those it does, in ascending order.

    A changed token (a run of letters and digits) is new as a whole.
    """
    if old == new:
        return ()
    head = common_head(old, new)
    tail = common_tail(old, new, min(len(old), len(new)) - head)
    runs = [Run(0, head, 0), *between(old, new, head, tail), Run(len(new) - tail, len(new), len(old) - tail)]
    return tuple(gaps(runs))


def common_head(old: bytes, new: bytes) -> int:
    """How many bytes both begin with, without a token that goes on differently."""
    size = shared(min(len(old), len(new)), lambda at, upto: old[at:upto] == new[at:upto])
    goes_on = old[size : size + 1] + new[size : size + 1]
    return len(new[:size].rstrip(WORD)) if goes_on.strip(WORD) != goes_on else size


def common_tail(old: bytes, new: bytes, limit: int) -> int:
    """How many bytes, ``limit`` at most, both end with, without a token that began differently."""
    a, b = len(old), len(new)
    size = shared(limit, lambda at, upto: old[a - upto : a - at] == new[b - upto : b - at])
    before = old[max(0, a - size - 1) : a - size] + new[max(0, b - size - 1) : b - size]
    return len(new[b - size :].lstrip(WORD)) if before.strip(WORD) != before else size
