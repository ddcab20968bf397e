"""Confirming: ``regex`` looks at a candidate in a bounded window. The only room that imports ``regex``."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import regex

from secretguard.checks.words import may_hold_mnemonic
from secretguard.engine import ScanTimeoutError
from secretguard.engine.expressions import ASSIGNED_WORDS, Detector
from secretguard.model import Form, Match, Span
from secretguard.plugins import values_in

PLUGIN_SECONDS = 5.0  # for one plugin on one fragment
CONFIRM_SECONDS = 2.0  # the last net for one confirmation; the patterns themselves are linear
WINDOW_MAX = 64 * 1024  # bytes; a match that reaches the end of its window may see this much
LINE_MAX = 2048  # bytes of a line either side of a candidate that a plugin sees
WIDE = 4096  # bytes that are looked at when a window may have cut a value
ASSIGNED_MAX = 1024  # bytes; no name and value together, and what joins them, is longer
MEMO_WINDOW = 4096  # bytes
MEMO_MAX = 20_000  # windows of some 300 bytes each

Spans = tuple[tuple[int, int], tuple[int, int]]  # of the secret and of its name
BAR = ord("|")
TOKEN_BYTES = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-"


@functools.lru_cache(maxsize=4096)
def compiled(pattern: str, caseless: bool = False) -> Any:
    """The pattern over bytes, compiled once."""
    return regex.compile(pattern.encode(), regex.IGNORECASE if caseless else 0)


class Confirmer:
    """One detector's way from candidates to matches.

    The history of a repository repeats itself, so what a window around a name holds is remembered by the window's
    bytes: on hummingbot's history nine windows of ten have been seen before.
    """

    def __init__(self, detector: Detector, plausible: Callable[[bytes], bool]) -> None:
        self._detector = detector
        self._plausible = plausible
        self._memo: dict[bytes, list[Spans]] = {}
        by_form: dict[Form, Callable[[bytes, list[int]], Iterable[Match]]] = {
            Form.ASSIGNED: self._assigned,
            Form.QUOTED: self._quoted,
            Form.REGEX: self._windows,
        }
        self.near = self._by_plugin if detector.plugin else by_form[detector.form]

    @functools.cached_property
    def _pattern(self) -> Any:
        return compiled(self._detector.confirm, self._detector.caseless and self._detector.form is Form.REGEX)

    def whole(self, data: bytes) -> Iterator[Match]:
        """All matches in ``data``, without candidates."""
        if self._detector.plugin:
            ends = [found.end() for found in self._pattern.finditer(data, timeout=CONFIRM_SECONDS)]
            return self._by_plugin(data, ends)
        spans = self._spans(data, 0, len(data)) if self._worth(data) else iter(())
        if self._detector.form is Form.QUOTED:
            spans = (each for each in spans if self._plausible(data[slice(*each[0])]))
        return self._matches(spans)

    def _windows(self, data: bytes, ends: list[int]) -> Iterator[Match]:
        for low, high in _merged(ends, self._detector, len(data)):
            window = data[max(0, low - 1) : high + 1]  # with what the borders look at
            spans = self._memo.get(window)
            if spans is None:
                found = self._spans(data, low, high) if self._worth(window) else ()
                spans = [((a - low, b - low), name) for (a, b), name in found]
                if len(window) <= MEMO_WINDOW:
                    self._remember(window, spans)
            yield from self._matches(((a + low, b + low), name) for (a, b), name in spans)

    def _worth(self, window: bytes) -> bool:
        """Whether to try the regex at all; a regex that tries word by word is dear."""
        return not self._detector.listed or may_hold_mnemonic(window)

    def _assigned(self, data: bytes, ends: list[int]) -> Iterator[Match]:
        spans: dict[Spans, None] = {}
        seen = 0  # up to here a wide look has found whole whatever begins with a telling word
        for end in ends:
            if end <= seen:
                continue
            low = max(0, end - self._detector.back)
            window = data[low : end + self._detector.ahead]
            found = self._memo.get(window)
            if found is None:
                found = self._remember(window, list(self._spans(window, 0, len(window))))
            if any(secret[1] >= len(window) - 4 for secret, _ in found):  # the window may have cut it
                wide = self._spans(data, low, low + WIDE)
                found = [((a - low, b - low), (c - low, d - low)) for (a, b), (c, d) in wide]
                seen = low + WIDE - ASSIGNED_MAX
            for (a, b), (c, d) in found:
                spans[(a + low, b + low), (c + low, d + low)] = None
        return self._matches(iter(spans))

    def _remember(self, window: bytes, found: list[Spans]) -> list[Spans]:
        if len(self._memo) >= MEMO_MAX:
            self._memo.clear()
        self._memo[window] = found
        return found

    def _quoted(self, data: bytes, ends: list[int]) -> Iterator[Match]:
        for end in ends:
            low = max(0, end - self._detector.back)
            before = data[low : end - 1].rstrip(b" ")
            start = low + len(before.rstrip(TOKEN_BYTES))
            if not self._plausible(data[start : low + len(before)]):
                continue
            found = self._pattern.match(data, start - (2 if data[end - 1] == BAR else 1), end + 1)
            if found:
                yield Match(Form.QUOTED, (), Span(*found.span("secret")))

    def _by_plugin(self, data: bytes, ends: list[int]) -> Iterator[Match]:
        """The plugin looks at the line of each candidate; a line too long for it is cut around the candidate."""
        seen = set()
        deadline = time.monotonic() + PLUGIN_SECONDS
        for low, high in dict.fromkeys(_line(data, end) for end in ends):
            if time.monotonic() > deadline:
                raise ScanTimeoutError
            line = data[low:high].decode("utf-8", "replace")
            for value in values_in(self._detector.plugin, line):
                start = data.find(value.encode("utf-8", "replace"), low, high)
                if start >= 0 and start not in seen:
                    seen.add(start)
                    span = Span(start, start + len(value.encode("utf-8", "replace")))
                    yield Match(Form.REGEX, self._detector.rules, span)

    def _matches(self, spans: Iterable[Spans]) -> Iterator[Match]:
        seen = set()
        for secret, name in spans:
            if secret not in seen:
                seen.add(secret)
                named = Span(*name) if self._detector.form is Form.ASSIGNED else None
                yield Match(self._detector.form, self._detector.rules, Span(*secret), named)

    def _spans(self, data: bytes, low: int, high: int) -> Iterator[Spans]:
        """All matches in the window; one that the window's end may have cut is looked at again in a wider one."""
        search = self._at_words if self._detector.form is Form.ASSIGNED else self._search
        while True:
            try:
                found = search(data, low, high)
            except TimeoutError:
                raise ScanTimeoutError from None
            if not found or found[-1][0][1] < high or high >= len(data) or high - low >= WINDOW_MAX:
                return iter(found)
            high += high - low

    def _search(self, data: bytes, low: int, high: int) -> list[Spans]:
        matches = self._pattern.finditer(data, low, high, timeout=CONFIRM_SECONDS)
        return [(each.span("secret"), (0, 0)) for each in matches]

    def _at_words(self, data: bytes, low: int, high: int) -> list[Spans]:
        """Matches that begin with a telling word, at each such word: a name's value may itself be a name.

        The words are looked for by ``re``, which skips by their first letters; to let the whole pattern try every
        offset costs thirty times as much.
        """
        found = []
        text, at = data[low:high].lower(), 0
        while word := ASSIGNED_WORDS.search(text, at):
            each = self._pattern.match(text, word.start(), timeout=CONFIRM_SECONDS)
            if each:
                (a, b), (c, d) = each.span("secret"), each.span("name")
                found.append(((a + low, b + low), (c + low, d + low)))
            at = word.start() + 1  # words overlap: _authorization
        return found


def _line(data: bytes, end: int) -> tuple[int, int]:
    """The line that ends hold, cut to LINE_MAX bytes either side."""
    low = data.rfind(b"\n", max(0, end - LINE_MAX), max(0, end - 1)) + 1 or max(0, end - LINE_MAX)
    high = data.find(b"\n", max(0, end - 1), end + LINE_MAX)
    return low, high if high >= 0 else min(len(data), end + LINE_MAX)


def _merged(ends: list[int], detector: Detector, size: int) -> list[tuple[int, int]]:
    """Windows around the ends, overlapping ones made one."""
    regions: list[tuple[int, int]] = []
    for end in sorted(ends):
        low, high = max(0, end - detector.back), min(size, end + detector.ahead)
        if regions and low <= regions[-1][1]:
            regions[-1] = (regions[-1][0], high)
        else:
            regions.append((low, high))
    return regions
