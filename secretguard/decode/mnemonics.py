"""Words of a mnemonic written in any fashion -> the same words parted by blanks, as the rules read them.

People number them, part them by tabs, bars or markup, write each in a line or a variable of its own, begin them with a
capital. What stands between twelve listed words or more is the same throughout, but for numbers, with another where a
row ends; no more need be known of the form. Looked for around what tells of a mnemonic, and in short texts.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections import Counter
from collections.abc import Iterator

from secretguard.decode.forms import ASCII_WORDS, FIRST_WORD, TELLING_WORDS
from secretguard.decode.view import Piece

SHORTEST = 12  # words
SHORT = 1024  # bytes of a text that is looked at as a whole
BEFORE, BEHIND = 300, 2000  # bytes around a telling word that are looked at
GAP_MAX = 64  # bytes between two words
GAPS = 2  # kinds of them within one mnemonic: between words, and where a row ends
STEPS = (4, 3, 2, 1)  # words from one to the next, those of the markup between them counted
MEMO_WINDOW = 8192  # bytes
MEMO_MAX = 2000  # texts
UNSPACED = (12, 15, 18, 21, 24)  # characters
_FIRST_WORD = re.compile(FIRST_WORD.encode())
_WORD = re.compile(
    rb"[\xe4-\xe9][\x80-\xbf]{2}"  # a Chinese character; then Japanese, Korean and Latin words
    rb"|(?:\xe3[\x81-\x83][\x80-\xbf])+|(?:\xe1[\x84-\x87][\x80-\xbf]|[\xea-\xed][\x80-\xbf]{2})+"
    rb"|(?:[A-Za-z]|\xc3[\x80-\xbf]|\xcc[\x80-\xbf])+"
)
_ESCAPED = re.compile(rb"\\[nrt]")
_NUMBER = re.compile(rb"[0-9]+")
_BLANK = re.compile(rb"\s+")
_TOLD = re.compile(
    rb"(?:mnemonic|seed|phrase|\xe8\xaf\x8d|\xe8\xa9\x9e)[\"']?\s{0,4}(?:[:=]|\xef\xbc\x9a)\s{0,4}[\"']?\Z"
)
_LISTED = b"\1" * SHORTEST

Words = list[re.Match[bytes]]


def mnemonic_runs(text: bytes, _opened: object) -> Iterator[Piece]:
    """Pieces for what stands between the words, and for words with capitals, of each run that may be a mnemonic."""
    for low, high in _neighbourhoods(text):
        flat = _ESCAPED.sub(b" \n", text[low:high])  # of the same length, and no letters
        taken = 0
        for words in _runs(flat):
            if words[0].start() >= taken:
                taken = words[-1].end()
                yield from _pieces(words, flat, text, low)


def _neighbourhoods(text: bytes) -> Iterator[tuple[int, int]]:
    """What lies around words that tell of a mnemonic; all of a short text."""
    if len(text) <= SHORT:
        yield 0, len(text)
        return
    low = high = 0
    for start in sorted(_telling(text.lower())):
        if start - BEFORE > high:
            if high:
                yield low, high
            low = max(0, start - BEFORE)
        high = min(len(text), start + BEHIND)
    if high:
        yield low, high


def _telling(lower: bytes) -> Iterator[int]:
    """Where what tells of a mnemonic begins. To find word by word is ten times as fast as one expression for all."""
    for word in TELLING_WORDS[: ASCII_WORDS if lower.isascii() else None]:
        at = lower.find(word)
        while at >= 0:
            yield at
            at = lower.find(word, at + len(word))
    yield from (found.start() for found in _FIRST_WORD.finditer(lower))


def _runs(flat: bytes) -> Iterator[Words]:
    """Runs of listed words that the same joins, those that stand farthest apart in words first."""
    flags = _listed(flat)
    if not any(_LISTED in flags[offset::step] for step in STEPS for offset in range(step)):
        return
    words = list(_WORD.finditer(flat))
    for step in STEPS:
        for offset in range(step):
            row = flags[offset::step]
            at = row.find(_LISTED)
            while at >= 0:
                end = row.find(b"\0", at)
                end = end if end >= 0 else len(row)
                yield from _joined_alike(words[offset::step][at:end], flat)
                at = row.find(_LISTED, end)


def _listed(flat: bytes) -> bytes:
    """A byte for each word: 1 for one of a list, or of letters beyond ASCII, else 0. A history repeats its texts."""
    return _remembered(flat) if len(flat) <= MEMO_WINDOW else _flags(flat)


def _flags(flat: bytes) -> bytes:
    from secretguard.checks.words import plain_words  # noqa: PLC0415 - few texts tell of a mnemonic

    listed, words = plain_words(), _WORD.findall(flat.lower())
    if flat.isascii():
        return bytes([word in listed for word in words])
    return bytes([word in listed or not word.isascii() for word in words])


_remembered = functools.lru_cache(maxsize=MEMO_MAX)(_flags)


def _joined_alike(words: Words, flat: bytes) -> Iterator[Words]:
    """The parts of a run that no more than two kinds of gaps join, none of them met only at its ends."""
    gaps = [_kind(flat[a.end() : b.start()]) for a, b in itertools.pairwise(words)]
    start = 0
    while start + SHORTEST <= len(words):
        end, kinds = start, set[bytes]()
        while end < len(gaps) and len(gaps[end]) <= GAP_MAX and _alike(kinds | {gaps[end]}):
            kinds.add(gaps[end])
            end += 1
        low, high = _trimmed(gaps, start, end)
        if high + 1 - low >= SHORTEST and _in_rows(Counter(gaps[low:high])):
            yield words[low : high + 1]
            start = high + 1
        else:
            start += 1


def _alike(kinds: set[bytes]) -> bool:
    return len(kinds) <= (1 if b"" in kinds else GAPS)


def _in_rows(counts: Counter[bytes]) -> bool:
    """Whether the second kind of gap is where a row ends: it ends a line, or is met but once."""
    return len(counts) < 2 or min(counts.values()) == 1 or any(b"\n" in gap for gap in counts)


def _trimmed(gaps: list[bytes], start: int, end: int) -> tuple[int, int]:
    """The stretch of gaps without those at its ends that occur but once in it."""
    counts = Counter(gaps[start:end])
    while start < end and counts[gaps[start]] == 1:
        start += 1
    while start < end and counts[gaps[end - 1]] == 1:
        end -= 1
    return start, end


def _kind(gap: bytes) -> bytes:
    """A gap without its numbers and indentation: what it has in common with the next."""
    return _BLANK.sub(lambda blank: b"\n" if b"\n" in blank[0] else b" ", _NUMBER.sub(b"", gap)).lower()


def _pieces(words: Words, flat: bytes, text: bytes, low: int) -> Iterator[Piece]:
    if words[0].end() == words[1].start() and not (len(words) in UNSPACED and _TOLD.search(flat, 0, words[0].start())):
        return  # prose in Chinese, which parts no words
    end = words[0].start()
    if text[max(low, low + end - 2) : low + end] != flat[max(0, end - 2) : end]:
        yield Piece(low + end - 2, low + end, b"\n")
    for word in words:
        if word.start() > words[0].start() and flat[end : word.start()] != b" ":
            yield Piece(low + end, low + word.start(), b" ")
        if word[0] != word[0].lower():
            yield Piece(low + word.start(), low + word.end(), word[0].lower(), symbols=1)
        end = word.end()
