"""What an earlier sweep has seen, by id: sorted, compact, and quick to lay against what is there now.

20 bytes of id (32 for SHA-256) and one byte more for each object.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise

from secretguard.git import Catalogue, Ids, split

TYPES = ("blob", "commit", "tag", "tree")  # a kind is the place of a type here
AGAIN = 8  # set in the kind of an object that has to be read again
MANY = 1 << 18  # ids that are sorted at once: some 20 MB
LEAF = 32  # ids; runs as short as this are compared as sets


@dataclass(frozen=True, slots=True)
class Known:
    """Raw ids of ``width`` bytes, sorted and laid end to end; ``kinds`` has a byte for each."""

    width: int
    ids: bytes = field(repr=False)
    kinds: bytes = field(repr=False)

    def __len__(self) -> int:
        return len(self.kinds)

    def of(self, *kinds: int) -> bytes:
        """The ids whose kind is one of these, laid end to end."""
        runs = re.finditer(b"[%s]+" % re.escape(bytes(kinds)), self.kinds)
        return b"".join([self.ids[run.start() * self.width : run.end() * self.width] for run in runs])

    def clean(self, *types: str) -> bytes:
        """The ids, of these types or (none named) of all, that need not be read again."""
        return self.of(*map(TYPES.index, types or TYPES))

    def again(self) -> bytes:
        """The ids that have to be read again."""
        return self.of(*(kind | AGAIN for kind in range(len(TYPES))))

    def catalogue(self) -> Catalogue:
        """The ids by type, without sizes."""
        kinds = range(len(TYPES))
        blob, commit, tag, tree = (Ids(self.width, bytearray(self.of(kind, kind | AGAIN))) for kind in kinds)
        return Catalogue(blob, commit, tag, tree)

    def without(self, gone: Iterable[bytes]) -> Known:
        """All but these ids, which are known."""
        places = sorted(index_of(self.ids, self.width, oid) for oid in gone)
        cuts = [-1, *places, len(self)]
        runs = [(one + 1, two) for one, two in pairwise(cuts)]
        return replace(
            self,
            ids=b"".join([self.ids[a * self.width : b * self.width] for a, b in runs]),
            kinds=b"".join([self.kinds[a:b] for a, b in runs]),
        )

    def with_read(self, read: Catalogue, again: Collection[bytes]) -> Known:
        """With what was read now, known before or not; ``again``: which of it has to be read again."""
        typed = [(kind, getattr(read, name).raw) for kind, name in enumerate(TYPES)]
        if not self.kinds:
            return Known.first(self.width, typed).flagged(again)
        kinds = bytearray(self.kinds)
        new: list[bytes] = []
        for kind, raw in typed:
            for oid in split(raw, self.width):
                flagged = kind | AGAIN if oid in again else kind
                at = index_of(self.ids, self.width, oid)
                if at < len(kinds) and self.ids.startswith(oid, at * self.width):
                    kinds[at] = flagged
                else:
                    new.append(oid + bytes((flagged,)))
        new.sort()
        return replace(self, kinds=bytes(kinds))._joined(new)

    @classmethod
    def first(cls, width: int, typed: Iterable[tuple[int, bytes]]) -> Known:
        """Of ids by their kinds, all of which are clean."""
        records = bytearray()
        for kind, raw in typed:
            part = bytearray((kind,)) * (len(raw) // width * (width + 1))
            for place in range(width):  # column by column: no object for each id
                part[place :: width + 1] = raw[place::width]
            records += part
        records = sorted_ids(records, width + 1)
        kinds = bytes(records[width :: width + 1])
        del records[width :: width + 1]
        return cls(width, bytes(records), kinds)

    def flagged(self, again: Iterable[bytes]) -> Known:
        """The same where those of the ids that are known have to be read again."""
        kinds = bytearray(self.kinds)
        for oid in again:
            at = index_of(self.ids, self.width, oid)
            if self.ids.startswith(oid, at * self.width):
                kinds[at] |= AGAIN
        return replace(self, kinds=bytes(kinds))

    def _joined(self, new: list[bytes]) -> Known:
        """With ids in ascending order that are not known, each followed by its kind."""
        width, parts, at = self.width, bytearray(), 0
        flags = bytearray()
        for record in new:
            to = index_of(self.ids, width, record[:width], at)
            parts += self.ids[at * width : to * width] + record[:width]
            flags += self.kinds[at:to] + record[width:]
            at = to
        return Known(width, bytes(parts + self.ids[at * width :]), bytes(flags + self.kinds[at:]))


def sorted_ids(raw: bytes | bytearray, width: int) -> bytearray:
    """Ids laid end to end in ascending order. Of many only some are objects at one time."""
    buckets = [bytearray() for _ in range(256)] if len(raw) > MANY * width else [bytearray(raw)]
    if len(buckets) > 1:
        for at in range(0, len(raw), width):
            buckets[raw[at]] += raw[at : at + width]
    found = bytearray()
    for bucket in buckets:
        found += b"".join(sorted(split(bucket, width)))
        bucket.clear()
    return found


class IdSet:
    """Ids as a set that takes little more than their bytes."""

    def __init__(self, raw: bytes, width: int) -> None:
        self._width = width
        self._ids = ids = bytes(sorted_ids(raw, width))
        begun = Counter(zip(ids[0::width], ids[1::width], strict=True))
        counts = [begun[first, second] for first in range(256) for second in range(256)]
        self._starts = [at * width for at in accumulate(counts, initial=0)]

    def lacking(self, wanted: Iterable[bytes]) -> set[bytes]:
        """Those of the ids that are not in the set."""
        return {oid for oid in wanted if not self._has(oid)}

    def _has(self, oid: bytes) -> bool:
        bucket = oid[0] << 8 | oid[1]
        start, end = self._starts[bucket], self._starts[bucket + 1]
        at = self._ids.find(oid, start, end)
        while at >= 0 and (at - start) % self._width:
            at = self._ids.find(oid, at + 1, end)
        return at >= 0


def index_of(ids: bytes, width: int, oid: bytes, low: int = 0) -> int:
    """The place of an id among sorted ones, or where it would stand, not before ``low``."""
    return bisect_left(range(len(ids) // width), oid, low, key=lambda at: ids[at * width : (at + 1) * width])


def differing(one: bytes, two: bytes, width: int) -> Iterator[tuple[bytes, bytes]]:
    """What stands in only one of two sorted runs of ids: pairs of ids laid end to end, only here and only there.

    Equal stretches are compared as a whole, so a few differences among many ids cost little.
    """
    pending = [(0, len(one) // width, 0, len(two) // width)]
    while pending:
        a, b, c, d = pending.pop()
        here, there = one[a * width : b * width], two[c * width : d * width]
        if here == there:
            continue
        if b - a <= LEAF or d == c:
            left, right = split(here, width), split(there, width)
            yield b"".join(sorted(set(left).difference(right))), b"".join(sorted(set(right).difference(left)))
            continue
        middle = (a + b) // 2
        cut = c + index_of(there, width, one[middle * width : (middle + 1) * width])
        pending += [(middle, b, cut, d), (a, middle, c, cut)]
