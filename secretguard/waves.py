"""Many fragments: a wave of them is held and shared among processes; what is small is done before they would start.

The processes are forked and so have the wave and the scanner at hand: no text is sent anywhere or written down. Where
there is no fork (Windows), one process does it all.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from secretguard.model import Finding, Fragment, Receipt
from secretguard.scan import Scanner, name_of

if TYPE_CHECKING:
    from secretguard.crew import Crew, Unit

WAVE = 64 << 20  # bytes of text held at a time
SMALL = 3 << 20  # bytes that one process scans in the time that others need to start, some 50 ms
SLICES_PER_JOB = 8  # enough for an even end

Result = tuple[list[Finding], Receipt]


@dataclass
class _Held:
    """What a forked process finds in its memory: one wave at a time, and who scans it."""

    wave: Sequence[Fragment] = ()
    scan: Callable[[Sequence[Fragment], Receipt], Iterator[Finding]] | None = None


_held = _Held()


@contextmanager
def _holding(wave: Sequence[Fragment], scanner: Scanner) -> Iterator[None]:
    """Workers that are started meanwhile have the wave."""
    _held.wave, _held.scan = wave, scanner.findings
    try:
        yield
    finally:
        _held.wave = ()


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of the wave that is held."""

    start: int
    stop: int

    def __call__(self) -> Result:
        """Scan it."""
        assert _held.scan  # a slice is made where a wave is held, and done where that was forked
        receipt = Receipt()
        return list(_held.scan(_held.wave[self.start : self.stop], receipt)), receipt


def find(scanner: Scanner, fragments: Iterable[Fragment], receipt: Receipt, jobs: int) -> Iterator[Finding]:
    """What ``scanner.findings`` gives, in the same order, by so many processes."""
    if jobs <= 1 or not hasattr(os, "fork"):
        yield from scanner.findings(fragments, receipt)
        return
    for windowed, group in groupby(fragments, key=lambda fragment: fragment.passed is not None):
        if windowed:  # each as large as a wave, and what two of them tell alike has to be known
            yield from scanner.findings(group, receipt)
            continue
        for wave in waves(group):
            if len(wave) == 1 or sum(map(size, wave)) < SMALL:
                yield from scanner.findings(wave, receipt)
            else:
                yield from shared(scanner, wave, receipt, jobs)


def size(fragment: Fragment) -> int:
    """In bytes."""
    return len(fragment.data)


def waves(fragments: Iterable[Fragment]) -> Iterator[list[Fragment]]:
    """The fragments in lists of WAVE bytes or little more."""
    wave: list[Fragment] = []
    weight = 0
    for fragment in fragments:
        wave.append(fragment)
        weight += size(fragment)
        if weight >= WAVE:
            yield wave
            wave, weight = [], 0
    if wave:
        yield wave


def shared(scanner: Scanner, wave: Sequence[Fragment], receipt: Receipt, jobs: int) -> Iterator[Finding]:
    """The findings of a wave. What no process could read is told."""
    from secretguard.crew import processes, reason  # noqa: PLC0415 - few runs are as large, and a hook's start counts

    scanner.load()
    done: list[tuple[int, list[Finding]]] = []
    with _holding(wave, scanner), processes(jobs) as crew:
        for part, result in results(crew, list(cut(wave, jobs * SLICES_PER_JOB))):
            if isinstance(result, Exception):
                lost = wave[part.start]
                receipt.fail(lost.origin.oid, f"{name_of(lost)}: not read: {reason(result)}")
            else:
                done.append((part.start, result[0]))
                receipt.add(result[1])
    for _, found in sorted(done, key=itemgetter(0)):
        yield from found


def results(crew: Crew, slices: Iterable[Slice]) -> Iterator[tuple[Slice, Result | Exception]]:
    """Each slice with what came of it; of one that was lost, each fragment."""
    where: dict[Unit[Result], Slice] = {part: part for part in slices}
    again: list[Slice] = []
    for unit, result in crew.results(where):
        part = where[unit]
        if isinstance(result, Exception) and part.stop - part.start > 1:
            again += [Slice(at, at + 1) for at in range(part.start, part.stop)]
        else:
            yield part, result
    if again:
        yield from results(crew, again)


def cut(wave: Sequence[Fragment], number: int) -> Iterator[Slice]:
    """About so many slices of equal weight."""
    share = sum(map(size, wave)) // number
    start = weight = 0
    for stop, fragment in enumerate(wave, 1):
        weight += size(fragment)
        if weight > share or stop == len(wave):
            yield Slice(start, stop)
            start, weight = stop, 0
