"""What the text itself and its name say of a match: no more than the line is needed."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator

from secretguard.checks.base import CheckError
from secretguard.checks.base58 import decode
from secretguard.checks.bip39 import mnemonic_spans
from secretguard.checks.likelihood import gibberish, surprise
from secretguard.checks.words import plain_words
from secretguard.judge.names import Role, names_public, role_of, words_of
from secretguard.judge.noise import noise, public_form, wordlike
from secretguard.judge.passwords import GIBBERISH_MIN, MACHINE_MADE, decoded, weak
from secretguard.rules import Rule

SURPRISE_MIN = 5.0  # one unseen identifier in 300 lies above
# Words that say of a token that it logs in, and is no coin.
_SESSION = frozenset("access api auth bearer bot personal refresh secret session webhook".split())
MEMO_MAX = 1000  # ways to part words
_ONE_CASE = re.compile(r"(?=.*[g-zG-Z])(?:[a-z0-9_-]+|[A-Z0-9_-]+)")
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
    words, signs = _parted(value)
    bip39 = scheme == "bip39"
    found = mnemonic_spans([word[0].lower() for word in words]) if bip39 else _runs(signs, scheme)
    return [
        (words[start].start(), words[end - 1].end())
        for start, end in found
        if _apart(words, signs, start, end) or (bip39 and _alone(words, start, end))
    ]


@functools.lru_cache(maxsize=1)
def _parted(value: str) -> tuple[list[re.Match[str]], Signs]:
    """The words of a text and what parts them: the same for the rules of each scheme, which ask one after the other."""
    words = list(_WORD.finditer(value))
    return words, [_signs(value[a.end() : b.start()]) for a, b in itertools.pairwise(words)]


def _runs(signs: Signs, scheme: str) -> Iterator[tuple[int, int]]:
    """Every run of as many words as the scheme has, but those that nothing parts from the word behind."""
    ends = [*(end for end, sign in enumerate(signs, 1) if sign is not None), len(signs) + 1]
    return ((end - count, end) for end in ends for count in _COUNTS[scheme] if count <= end)


def _apart(words: list[re.Match[str]], signs: Signs, start: int, end: int) -> bool:
    """Whether more than blanks parts a run of words from the words around it, or one of those announces it.

    The signs that join its words, as in a list, are no border between it and the next word.
    """
    joint = signs[start]
    if end < len(words) and not _parts(signs[end - 1], joint):
        return False
    return start == 0 or _parts(signs[start - 1], joint) or words[start - 1][0].lower() in _ANNOUNCING


def _alone(words: list[re.Match[str]], start: int, end: int) -> bool:
    """Whether no other listed word stands beside a run."""
    beside = [*words[max(start - 1, 0) : start], *words[end : end + 1]]
    return not any(word[0].lower().encode() in plain_words() for word in beside)


def _parts(sign: str | None, joint: str | None) -> bool:
    return sign is not None and not (joint and sign == joint)


@functools.lru_cache(maxsize=MEMO_MAX)
def _signs(gap: str) -> str | None:
    """What stands between two words, but for blanks and digits; None if nothing does, not so much as a line's end."""
    if not gap.strip(" \t"):
        return None
    return "".join(char for char in gap if not char.isspace() and not char.isdigit())


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
