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
LINE_MAX = 2048  # bytes of a line either side of a candidate that a plugin sees at least
LONGEST_WORD = 24  # bytes, of the telling ones
FLAG_BACK = 24  # bytes before a telling word that the pattern looks at: those of a flag, --my-api-
ASSIGNED_AHEAD = 320  # bytes from there that most names and values fit in
WIDER = 2048
MEMO_WINDOW = 4096  # bytes
MEMO_MAX = 20_000  # windows of some 300 bytes each

Spans = tuple[tuple[int, int], tuple[int, int]]  # of the secret and of its name
BAR = ord("|")
CELLS = (b",", b";")  # what parts the cells of a line
QUOTES = (b'"', b"'", b"`")
TOKEN_BYTES = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-"


def version() -> str:
    """The version of ``regex``."""
    return str(regex.__version__)


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
        self._memo: dict[tuple[int, bytes], list[Spans]] = {}
        by_form: dict[Form, Callable[[bytes, list[int]], Iterable[Match]]] = {
            Form.ASSIGNED: self._assigned,
            Form.QUOTED: self._quoted,
            Form.REGEX: self._windows,
            Form.ENCODED: self._encoded,
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
        if self._detector.form is Form.ENCODED:
            found = self._pattern.search(data)
            return self._encoded(data, [found.end()] if found else [])
        spans = self._spans(data, 0, len(data)) if self._worth(data) else iter(())
        if self._detector.form is Form.QUOTED:
            spans = (each for each in spans if self._plausible(data[slice(*each[0])]))
        return self._matches(spans)

    def _windows(self, data: bytes, ends: list[int]) -> Iterator[Match]:
        for low, high in _merged(ends, self._detector, len(data)):
            window = data[max(0, low - 1) : high + 1]  # with what the borders look at
            spans = self._memo.get((0, window))
            if spans is None:
                found = self._spans(data, low, high) if self._worth(window) else ()
                spans = [((a - low, b - low), name) for (a, b), name in found]
                if len(window) <= MEMO_WINDOW:
                    self._remember((0, window), spans)
            yield from self._matches(((a + low, b + low), name) for (a, b), name in spans)

    def _worth(self, window: bytes) -> bool:
        """Whether to try the regex at all; a regex that tries word by word is dear."""
        return not self._detector.listed or may_hold_mnemonic(window)

    def _assigned(self, data: bytes, ends: list[int]) -> Iterator[Match]:
        """Matches at the telling words before each end, none looked at twice: a name's value may itself be a name."""
        spans: dict[Spans, None] = {}
        done = 0
        for end in ends:
            low = max(done, end - self._detector.back)
            for start in _words(data[low:end], low):
                found = self._at(data, start)
                if found:
                    spans[found] = None
                done = start + 1
            done = max(done, end - LONGEST_WORD)
        return self._matches(iter(spans))

    def _at(self, data: bytes, start: int) -> Spans | None:
        """The match whose name has its telling word at ``start``, if there is one."""
        low = max(0, start - FLAG_BACK)
        window = data[low : start + ASSIGNED_AHEAD]
        key = (start - low, window)
        spans = self._memo.get(key)
        if spans is None:
            spans = self._remember(key, self._match(window, start - low))
        if spans and spans[0][0][1] >= len(window) - 4:  # the window may have cut it
            spans = self._match(data[low : start + WIDER], start - low)
        return next(((((a + low, b + low), (c + low, d + low))) for (a, b), (c, d) in spans), None)

    def _match(self, window: bytes, start: int) -> list[Spans]:
        try:
            found = self._pattern.match(window.lower(), start, timeout=CONFIRM_SECONDS)
        except TimeoutError:
            raise ScanTimeoutError from None
        if not found:
            return []
        start, end = found.span("secret")
        return [((start, start + len(window[start:end].rstrip())), found.span("name"))]

    def _remember(self, key: tuple[int, bytes], found: list[Spans]) -> list[Spans]:
        if len(self._memo) >= MEMO_MAX:
            self._memo.clear()
        self._memo[key] = found
        return found

    def _quoted(self, data: bytes, ends: list[int]) -> Iterator[Match]:
        """What ``QUOTED`` says, step by step, since most tokens fall at the first step."""
        for end in ends:
            low, close = max(0, end - self._detector.back), data[end - 1]
            token = data[low : end - 1]
            if close == BAR:
                token = token.rstrip(b" ")
            stop = low + len(token)
            start = low + len(token.rstrip(TOKEN_BYTES))
            if self._plausible(data[start:stop]) and _set_off(data, start, stop, end):
                yield Match(Form.QUOTED, (), Span(start, stop))

    def _encoded(self, _data: bytes, ends: list[int]) -> Iterator[Match]:
        """That there is one: where all of them are, and what they say, is found out where they are decoded."""
        return (Match(Form.ENCODED, self._detector.rules, Span(end - 1, end)) for end in ends[:1])

    def _by_plugin(self, data: bytes, ends: list[int]) -> Iterator[Match]:
        """The plugin looks at the line of each candidate; a line too long for it is cut around the candidate."""
        seen = set()
        deadline = time.monotonic() + PLUGIN_SECONDS
        for low, high in dict.fromkeys(_line(data, end) for end in ends):
            if time.monotonic() > deadline:
                raise ScanTimeoutError
            if not self._holds(data, low, high):
                continue  # Vectorscan looks around more generously; to ask the plugin costs 0.1 s the first time
            line = data[low:high].decode("utf-8", "replace")
            for value in values_in(self._detector.plugin, line):
                start = data.find(value.encode("utf-8", "replace"), low, high)
                if start >= 0 and start not in seen:
                    seen.add(start)
                    span = Span(start, start + len(value.encode("utf-8", "replace")))
                    yield Match(Form.REGEX, self._detector.rules, span)

    def _holds(self, data: bytes, low: int, high: int) -> bool:
        try:
            return self._pattern.search(data, low, high, timeout=CONFIRM_SECONDS) is not None
        except TimeoutError:
            raise ScanTimeoutError from None

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
        """Matches that begin with a telling word, at each such word.

        To let the whole pattern try every offset costs thirty times as much.
        """
        return [found for start in _words(data[low:high], low) if (found := self._at(data, start))]


def _words(text: bytes, offset: int) -> Iterator[int]:
    """Where telling words begin, counted from ``offset``. ``re`` skips to them by their first letters."""
    lower, at = text.lower(), 0
    while word := ASSIGNED_WORDS.search(lower, at):
        yield offset + word.start()
        at = word.start() + 1  # words overlap: _authorization


def _set_off(data: bytes, start: int, stop: int, end: int) -> bool:
    """Whether a token of 24 to 512 bytes stands between quotes, or alone in a cell of a table."""
    if not (start and 24 <= stop - start <= 512):
        return False
    opening, closing = data[start - 1 : start], data[stop:end]
    if opening in QUOTES:
        return closing in QUOTES or (closing == b"\\" and data[end : end + 1] in QUOTES)
    if opening in CELLS:
        return closing in (opening, b"\r", b"\n")
    return closing.endswith(b"|") and data[start - 2 : start] == b"| "


def _line(data: bytes, end: int) -> tuple[int, int]:
    """The line that ends hold. Of a long one LINE_MAX bytes either side or more: ends close together share it."""
    first = max(0, (end - LINE_MAX) // LINE_MAX * LINE_MAX)
    last = min(len(data), first + 3 * LINE_MAX)
    low = data.rfind(b"\n", first, max(0, end - 1)) + 1 or first
    high = data.find(b"\n", max(0, end - 1), last)
    return low, high if high >= 0 else last


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
