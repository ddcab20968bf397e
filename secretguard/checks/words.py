"""Word lists of mnemonics: loaded when first asked for, and how words are told apart and normalised."""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from secretguard.checks.base import CheckError

LANGUAGES = (
    "english",
    "spanish",
    "french",
    "italian",
    "portuguese",
    "czech",
    "japanese",
    "korean",
    "chinese_simplified",
    "chinese_traditional",
)
MAX_LENGTH = 2000  # the longest mnemonic, 33 words of a share, stays well below
SHORTEST = 12  # words of the shortest mnemonic
_PLAIN_WORD = re.compile(rb"[a-z]{3,}")  # no list has a shorter one in these letters
_WORD = r"[^\W\d_]+"
_LONGEST_WORD = 40
# Japanese has accents of its own, which tell words apart; in these two they may be left out.
_ACCENTS_OPTIONAL = ("spanish", "french")


@functools.cache
def word_list(name: str) -> tuple[str, ...]:
    """The words of a list in their order, normalised to NFKD as BIP-39 asks."""
    path = Path(__file__).with_name("wordlists") / f"{name}.txt"
    return tuple(unicodedata.normalize("NFKD", path.read_text(encoding="utf-8")).split())


@functools.cache
def index_of(name: str) -> dict[str, int]:
    """Word to its place in the list; Spanish and French words also without their accents."""
    words = word_list(name)
    table = {word: place for place, word in enumerate(words)}
    if name in _ACCENTS_OPTIONAL:
        for place, word in enumerate(words):
            table.setdefault(without_accents(word), place)
    return table


@functools.cache
def plain_words() -> frozenset[bytes]:
    """Every word of every list that is written in ASCII letters."""
    tables = [index_of(name) for name in (*LANGUAGES, "monero", "slip39")]
    return frozenset(word.encode() for table in tables for word in table if word.isascii())


def may_hold_mnemonic(text: bytes) -> bool:
    """Whether twelve listed words in a row stand in the text, whatever is between them; True for any but ASCII.

    Far cheaper than to match the words one by one: of 60,000 runs of words in hummingbot's history 500 are left.
    """
    if not text.isascii():
        return True
    listed, run = plain_words(), 0
    for word in _PLAIN_WORD.findall(text.lower()):
        run = run + 1 if word in listed else 0
        if run == SHORTEST:
            return True
    return False


def without_accents(text: str) -> str:
    """NFKD text without its combining characters."""
    return "".join(c for c in text if not unicodedata.combining(c))


def normalised(word: str) -> str:
    """A word as the lists have it: lower case, NFKD; something absurdly long becomes the empty word."""
    if word.isascii():
        return word.lower()
    return unicodedata.normalize("NFKD", word.lower()) if len(word) <= _LONGEST_WORD else ""


def words_of(text: str) -> list[str]:
    """The normalised words of a text; digits and signs separate, and every Chinese character is a word."""
    if text.isascii():
        return [word.lower() for word in re.findall(_WORD, text)]
    # Composed first: the pattern takes a combining accent for the end of a word.
    words = re.findall(_WORD, unicodedata.normalize("NFC", text))
    return [normalised(part) for word in words for part in (word if _is_chinese(word) else (word,))]


def _is_chinese(word: str) -> bool:
    return all("\u4e00" <= character <= "\u9fff" for character in word)


def places(words: Sequence[str], name: str) -> list[int]:
    """The places of words in one list; raises CheckError if a word is not in it, or if the list itself is quoted."""
    table = index_of(name)
    found = [table.get(word, -1) for word in words]
    if min(found, default=-1) < 0:
        raise CheckError("not all words are in one word list")
    if is_quoted_list(found):
        raise CheckError("words in the order of their list")
    return found


def is_quoted_list(found: Sequence[int]) -> bool:
    """Whether places only ascend: a printed word list. By chance one in 12! mnemonics does."""
    return len(found) > 3 and found[0] >= 0 and all(a < b for a, b in itertools.pairwise(found))
