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
WIDEST = 1 << 16  # bytes that are looked at together, where telling words stand close
FEWEST = SHORTEST - 1  # gaps
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
_LISTED = re.compile(rb"\x01{%d,}" % SHORTEST)

Words = list[re.Match[bytes]]
Kind = bytes | None  # of a gap; None if it is too long to join anything


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
        if start - BEFORE > high or start - low > WIDEST:
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
    if not any(_LISTED.search(flags[offset::step]) for step in STEPS for offset in range(step)):
        return
    words = list(_WORD.finditer(flat))
    gaps = [_kind(flat[a.end() : b.start()]) for a, b in itertools.pairwise(words)]
    for step in STEPS:
        for offset in range(step):
            row, between = words[offset::step], _between(words, gaps, offset, step)
            for run in _LISTED.finditer(flags[offset::step]):
                yield from _joined_alike(row[run.start() : run.end()], between[run.start() : run.end() - 1])


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


def _between(words: Words, gaps: list[bytes], offset: int, step: int) -> list[Kind]:
    """What stands between each word and the one so many further on, those in between with it; None if it is long."""
    parts = [gaps[offset::step]]
    for place in range(offset + 1, offset + step):
        parts += [[word[0].lower() for word in words[place::step]], gaps[place::step]]
    kinds = (b"".join(each) for each in zip(*parts, strict=False))  # nothing follows the last words
    return [kind if len(kind) <= GAP_MAX else None for kind in kinds]


def _joined_alike(words: Words, gaps: list[Kind]) -> Iterator[Words]:
    """The parts of a run that no more than two kinds of gaps join, none of them met only at its ends."""
    start = 0
    while start <= len(gaps) - FEWEST:
        unlike = _unlike(gaps[start : start + FEWEST])
        if unlike:
            start += unlike
            continue
        end, kinds = start + FEWEST, set(gaps[start : start + FEWEST])
        while end < len(gaps) and _alike(kinds | {gaps[end]}):
            kinds.add(gaps[end])
            end += 1
        low, high = _trimmed(gaps, start, end)
        if high - low < FEWEST:
            start += 1
        elif _in_rows(Counter(gaps[low:high])):
            yield words[low : high + 1]
            start = high + 1
        else:
            start = low + _once(gaps[low:high])


def _unlike(gaps: list[Kind]) -> int:
    """How many gaps have to be left out for those behind them to be alike."""
    if _alike(set(gaps)):
        return 0
    kinds, start = set[Kind](), len(gaps)
    while _alike(kinds | {gaps[start - 1]}):
        start -= 1
        kinds.add(gaps[start])
    return start


def _in_rows(counts: Counter[Kind]) -> bool:
    """Whether the second kind of gap is where a row ends: it ends a line, or is met but once."""
    return len(counts) < 2 or min(counts.values()) == 1 or any(gap and b"\n" in gap for gap in counts)


def _once(gaps: list[Kind]) -> int:
    """From which gap on one of the kinds is met but once, where each is met twice or more."""
    back = gaps[::-1]
    return len(gaps) - max(back.index(kind, back.index(kind) + 1) for kind in set(gaps))


def _alike(kinds: set[Kind]) -> bool:
    return None not in kinds and len(kinds) <= (1 if b"" in kinds else GAPS)


def _trimmed(gaps: list[Kind], start: int, end: int) -> tuple[int, int]:
    """The stretch of gaps without those at its ends that occur but once in it."""
    counts = Counter(gaps[start:end])
    while start < end and counts[gaps[start]] == 1:
        start += 1
    while start < end and counts[gaps[end - 1]] == 1:
        end -= 1
    return start, end


@functools.lru_cache(maxsize=MEMO_MAX)
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
