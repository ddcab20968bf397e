"""BIP-39 mnemonics: 12 to 24 words of a list of 2048, with a checksum of one bit for every three words."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterator, Sequence

from secretguard.checks import bip32, secp256k1, words
from secretguard.checks.base import CheckError, Proof, offline

LENGTHS = (24, 21, 18, 15, 12)
_MASKS = {length: (1 << 11 * length) - 1 for length in LENGTHS}  # the bits of so many words
_HARDENED = bip32.HARDENED
_ETHEREUM_PATH = (44 + _HARDENED, 60 + _HARDENED, _HARDENED, 0, 0)


def mnemonic_of(entropy: bytes, language: str = "english") -> str:
    """16, 20, 24, 28 or 32 bytes to their mnemonic (BIP-39, generating the mnemonic)."""
    size = len(entropy) * 8
    checksum = hashlib.sha256(entropy).digest()[0] >> (8 - size // 32)
    number = int.from_bytes(entropy, "big") << size // 32 | checksum
    count = (size + size // 32) // 11
    listed = words.word_list(language)
    chosen = [listed[number >> 11 * (count - 1 - i) & 2047] for i in range(count)]
    return ("\u3000" if language == "japanese" else " ").join(chosen)


def checksum_holds(places: Sequence[int]) -> bool:
    """Whether the checksum of a mnemonic holds, given the places of its words in their list."""
    number = 0
    for place in places:
        number = number << 11 | place
    return len(places) in LENGTHS and _sums_up(number, len(places))


def _sums_up(number: int, count: int) -> bool:
    """Whether the checksum holds of so many words, their places written one behind the other, 11 bits each."""
    width = count // 3
    entropy = (number >> width).to_bytes(width * 4, "big")
    return hashlib.sha256(entropy).digest()[0] >> (8 - width) == number & (1 << width) - 1


def mnemonic_spans(
    text_words: Sequence[str], stands: Callable[[int, int], bool] = lambda _start, _end: True
) -> list[tuple[int, int]]:
    """Where mnemonics stand among the words of a text: (start, end) in words, end excluded, none overlapping.

    A window counts if all of its words are in one of the ten lists, its checksum holds and it ``stands`` there as a
    mnemonic does; longer ones go first. Without ``stands``, a chance one across two rows would hide those in the rows.
    Windows that only quote a word list in its order are left out. Chinese characters should come as words of their own
    only where the text sets them apart.
    """
    if len(text_words) < LENGTHS[-1]:
        return []
    plain = [words.normalised(word) for word in text_words]
    distinct = set(plain)
    tables = [table for table in map(words.index_of, words.LANGUAGES) if not table.keys().isdisjoint(distinct)]
    places = [[table.get(word, -1) for word in plain] for table in tables]
    found = {span for one in places for span in _windows(one)}
    # In its own language, or in another that shares its words: a list quoted in order is no mnemonic.
    quoted = {(a, b) for a, b in found for one in places if words.is_quoted_list(one[a:b])}
    return _disjoint({span for span in found - quoted if stands(*span)})


def _windows(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Every window of a legal length within a run of listed words whose checksum holds."""
    number = run = 0
    for end, place in enumerate(places, 1):
        before = number
        number, run = ((number << 11 | place) & _MASKS[LENGTHS[0]], run + 1) if place >= 0 else (0, 0)
        if number == before and run > LENGTHS[0]:
            continue  # one word over and over: the same windows again
        for length in LENGTHS if run >= LENGTHS[-1] else ():
            if length <= run and _sums_up(number & _MASKS[length], length):
                yield end - length, end


def _disjoint(spans: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest spans first, then what does not overlap them, in the order of the text."""
    taken: set[int] = set()
    kept = []
    for start, end in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            kept.append((start, end))
    return sorted(kept)


def ethereum_address_of(mnemonic: str) -> str:
    """The first Ethereum address of a mnemonic without passphrase: m/44'/60'/0'/0/0 (BIP-44)."""
    scalar, chain = bip32.master(bip32.seed_of(mnemonic))
    return secp256k1.ethereum_address(bip32.derive(scalar, chain, _ETHEREUM_PATH)[0])


@offline(words.MAX_LENGTH)
def bip39(value: str) -> Proof:
    """12, 15, 18, 21 or 24 words of one list with their checksum, whatever separates them.

    The checksum alone is weak (4 bits for 12 words); that all words are listed is what makes it strong: of 145 MB of
    code and prose, three runs of words passed, and all three were mnemonics.
    """
    found = words.words_of(value)
    if len(found) not in LENGTHS:
        raise CheckError("not 12, 15, 18, 21 or 24 words")
    listed = False
    for language in words.LANGUAGES:
        try:
            places = words.places(found, language)
        except CheckError:
            continue
        listed = True
        if checksum_holds(places):
            return _proof(found, language, separated=bool(value.split()[1:]))
    raise CheckError("BIP-39 checksum fails" if listed else "words not in a BIP-39 list, or in its order")


def _proof(found: list[str], language: str, *, separated: bool) -> Proof:
    # Most characters of ordinary Chinese prose are listed, so only characters set apart prove anything.
    proven = separated or not language.startswith("chinese")
    derive = functools.cache(lambda: f"Ethereum {ethereum_address_of(' '.join(found))}")
    detail = f"BIP-39 checksum holds ({language}, {len(found)} words)"
    return Proof(True, detail, proven=proven, derive=derive if language == "english" else None)
