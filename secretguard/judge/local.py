"""What the text itself and its name say of a match: no more than the line is needed."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

from secretguard.checks.base import CheckError
from secretguard.checks.base58 import decode
from secretguard.checks.bip39 import mnemonic_spans
from secretguard.checks.likelihood import gibberish, surprise
from secretguard.checks.words import SHORTEST, plain_words
from secretguard.judge.names import Role, names_public, role_of, words_of
from secretguard.judge.noise import noise, public_form, wordlike
from secretguard.judge.passwords import GIBBERISH_MIN, MACHINE_MADE, decoded, weak
from secretguard.rules import Rule

SURPRISE_MIN = 5.0  # one unseen identifier in 300 lies above
# Words that say of a token that it logs in, and is no coin.
_SESSION = frozenset("access api auth bearer bot personal refresh secret session webhook".split())
MEMO_MAX = 1000  # ways to part words
_ONE_CASE = re.compile(r"(?=.*[g-zG-Z])(?:[a-z0-9_-]+|[A-Z0-9_-]+)")
KINDS = 4  # of what parts the words of a mnemonic, from one another and from what stands before them
FREE = 1 << 30  # words: a mnemonic of any length
_MIXED = re.compile(r"(?=.*[A-Za-z])(?=.*\d)")
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


def local_reason(quoted: bool, value: str, name: str, known: frozenset[str]) -> str | None:
    """Reasons that need no more than the line. ``known``: words of the name that a rule expects there."""
    reason = noise(value, quoted)
    if reason:
        return reason
    public = names_public(name, known) if name else None
    if public:
        return f"the name says it is public ({public})"
    role = role_of(name) if name else Role.NONE
    if role not in (Role.WALLET, Role.SECRET) and public_form(value):
        return public_form(value)
    if role is Role.PASSPHRASE:
        return weak(value, name)
    return _chain_id(value, name) or _unlikely_token(value)


def _chain_id(value: str, name: str) -> str | None:
    """Where "token" means a coin: 32 bytes in Base58 are the address of a mint or of a program."""
    words = frozenset(words_of(name))
    if "token" not in words or words & _SESSION or not 43 <= len(value) <= 44:
        return None
    try:
        return "an address on a chain" if len(decode(value)) == 32 else None
    except CheckError:
        return None


def _unlikely_token(value: str) -> str | None:
    """Why a value under a telling name is not a random one."""
    plain = decoded(value)
    if plain != value and gibberish(plain) < GIBBERISH_MIN:
        return "words in Base64"
    if _random_letters(value):
        return None
    if wordlike(value):
        return "words joined together, not a random value"
    if " " in value or not _MIXED.match(value):
        return "no mixture of letters and digits"
    if len(value) < 48 and surprise(value) < SURPRISE_MIN:
        return "reads like words of code, not like a random value"
    return _of_one_case(value) if _ONE_CASE.fullmatch(value) else None


def _of_one_case(value: str) -> str | None:
    """Why a value of one case and digits, beyond hexadecimal ones, is not a random one: a slug, a hand on the keys."""
    if ("-" in value or "_" in value) and gibberish(value) < MACHINE_MADE:
        return "reads like words of code, not like a random value"
    return "too little variety for a random value" if len(set(value)) < min(12, len(value) // 2) else None


def _random_letters(value: str) -> bool:
    """Whether letters with hardly a digit read as a random value: of both cases all along, and unlike words."""
    changes = sum(one.islower() != other.islower() for one, other in itertools.pairwise(value))
    return len(value) >= 24 and value.isalnum() and 4 * changes >= len(value) and gibberish(value) >= GIBBERISH_MIN
