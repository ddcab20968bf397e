"""Which of the words that a rule has matched are a mnemonic, and which only stand around it."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

from secretguard.checks.bip39 import mnemonic_spans
from secretguard.checks.words import SHORTEST, plain_words
from secretguard.rules import Rule

MEMO_MAX = 1000  # ways to part words
KINDS = 4  # of what parts the words of a mnemonic, from one another and from what stands before them
FREE = 1 << 30  # words: a mnemonic of any length
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u3099\u309a])*")  # accents may stand apart (NFD)
# How many words a mnemonic of a scheme has; those of BIP-39 are counted where its checksum is.
_COUNTS = {"algorand": (25,), "electrum": (12, 13, 24), "monero": (25, 13), "slip39": (20, 33), "ton": (24,)}
_ANNOUNCING = frozenset(("mnemonic", "phrase", "seed", "words", "backup", "recovery", "wallet"))

Signs = list[str | None]  # between each word and the next; None for no more than blanks


def credential_spans(rule: Rule, value: str) -> list[tuple[int, int]]:
    """Where in the matched text the credential lies: all of it, or the words of each mnemonic in a run of words.

    Of more listed words than a mnemonic has, some twelve pass the 4 bits of a checksum by chance: a mnemonic has a
    border on either side, or a word before it that announces it, or no listed word beside it. Of the 373 runs of twelve
    listed words or more in 78,357 files of 43 projects, no such one that passes is a sentence.
    """
    scheme = next((check for check in rule.checks if check == "bip39" or check in _COUNTS), None)
    if scheme is None:
        return [(0, len(value))]
    row = _parted(value)
    found = mnemonic_spans(row.words, row.stands) if scheme == "bip39" else _runs(row, scheme)
    return [(row.spans[start][0], row.spans[end - 1][1]) for start, end in found]


class Row(NamedTuple):
    """Words in lower case, where each stands, whether it is in a list, and what parts it from the next.

    ``strange``: how many in no list stand before each word and before the end. ``begins`` and ``ends``: of how many
    words at most a mnemonic can be that begins with the word, or that ends before it, by what parts it there.
    """

    words: list[str]
    spans: list[tuple[int, int]]
    listed: list[bool]
    signs: Signs
    strange: list[int]
    begins: list[int]
    ends: list[int]

    def bordered(self, start: int, end: int) -> bool:
        """Whether on one side at least stands no listed word, or what does not stand between the words of the run.

        Else it is a piece of a list of words, and a check for each such piece would take 18 s a megabyte.
        """
        return self.begins[start] >= end - start or self.ends[end] >= end - start

    def apart(self, start: int, end: int) -> bool:
        """Whether more than blanks parts a run of words from those around it, or one of those announces it.

        The signs that join its words, as in a list, are no border between it and the next word.
        """
        signs, joint = self.signs, self.signs[start]
        if end < len(self.words) and not _parts(signs[end - 1], joint):
            return False
        return start == 0 or _parts(signs[start - 1], joint) or self.words[start - 1] in _ANNOUNCING

    def stands(self, start: int, end: int) -> bool:
        """Whether a run of words whose checksum holds has borders, or no listed word beside it."""
        alone = not any((*self.listed[max(start - 1, 0) : start], *self.listed[end : end + 1]))
        return alone or (self.bordered(start, end) and self.apart(start, end))


@functools.lru_cache(maxsize=1)
def _parted(value: str) -> Row:
    """The words of a text: the same for the rules of each scheme, which ask one after the other."""
    found = list(_WORD.finditer(value))
    words, spans = [each[0].lower() for each in found], [each.span() for each in found]
    listed = [word.encode() in plain_words() for word in words]
    signs = [_signs(value[end:start]) for (_, end), (start, _) in itertools.pairwise(spans)]
    strange = (word.isascii() and not known for word, known in zip(words, listed, strict=True))
    free = [not known or word in _ANNOUNCING for word, known in zip(words, listed, strict=True)]
    begins = [FREE, *(FREE if each else reach for each, reach in zip(free, _reaches(signs), strict=False))]
    behind = zip(listed[1:], _reaches(signs[::-1])[::-1], strict=False)
    ends = [0, *(reach if known else FREE for known, reach in behind), FREE]
    return Row(words, spans, listed, signs, list(itertools.accumulate(strange, initial=0)), begins, ends)


def _reaches(signs: Signs) -> list[int]:
    """For each sign how many words stand between it and the next that is alike; 0 where signs of many kinds follow."""
    reaches, seen = [FREE] * len(signs), dict[str | None, int]()
    for at, sign in enumerate(signs):
        if sign in seen:
            reaches[seen[sign]] = at - seen[sign]
        seen[sign] = at
    few = (len(set(signs[at : at + SHORTEST])) <= KINDS for at in range(len(signs)))
    return [reach if each else 0 for reach, each in zip(reaches, few, strict=True)]


def _runs(row: Row, scheme: str) -> Iterator[tuple[int, int]]:
    """Every run of as many listed words as the scheme has that stands apart."""
    ends = [*(end for end, sign in enumerate(row.signs, 1) if sign is not None), len(row.words)]
    runs = ((end - count, end) for end in ends for count in _COUNTS[scheme] if count <= end)
    listed = ((start, end) for start, end in runs if row.strange[start] == row.strange[end])
    return ((start, end) for start, end in listed if row.bordered(start, end) and row.apart(start, end))


def _parts(sign: str | None, joint: str | None) -> bool:
    return sign is not None and not (joint and sign == joint)


@functools.lru_cache(maxsize=MEMO_MAX)
def _signs(gap: str) -> str | None:
    """What stands between two words, but for blanks and digits; None if nothing does, not so much as a line's end."""
    if not gap.strip(" \t"):
        return None
    blank = "\n" if gap.count("\n") > 1 else ""  # a blank line parts more than the end of one does
    return blank + "".join(char for char in gap if not char.isspace() and not char.isdigit())
