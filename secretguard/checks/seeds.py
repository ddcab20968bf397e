"""Mnemonics that are no BIP-39: TON, Electrum, Algorand, Monero. Their checksums stand where BIP-39's would fail."""

from __future__ import annotations

import base64
import hashlib
import hmac
import zlib

from secretguard.checks import ed25519, words
from secretguard.checks.base import CheckError, Proof, offline

_ELECTRUM_PREFIXES = {"01": "standard", "100": "segwit", "101": "2FA", "102": "2FA segwit"}
_ELECTRUM_LANGUAGES = ("english", "spanish", "portuguese", "japanese", "chinese_simplified")
_UNSPACED = ("japanese", "chinese_simplified")


def ton_kind(found: list[str]) -> str | None:
    """``basic`` or ``password`` for words that are a TON seed of that kind, None for others (ton-crypto, mnemonic)."""
    entropy = hmac.digest(" ".join(found).encode(), b"", "sha512")
    # 390 is 100000 rounds divided by 256, the number of tries that finding such a seed takes.
    if hashlib.pbkdf2_hmac("sha512", entropy, b"TON seed version", 390)[0] == 0:
        return "basic"
    if hashlib.pbkdf2_hmac("sha512", entropy, b"TON fast seed version", 1)[0] == 1:
        return "password"
    return None


@offline(words.MAX_LENGTH)
def ton(value: str) -> Proof:
    """24 words of the English BIP-39 list that hash to a TON seed version: 7 bits besides the list."""
    found = words.words_of(value)
    if len(found) != 24:
        raise CheckError("not 24 words")
    words.places(found, "english")
    kind = ton_kind(found)
    if kind is None:
        raise CheckError("TON seed version fails")
    return Proof(True, f"TON seed version holds ({kind}, 24 words)", proven=True)


def electrum_kind(found: list[str], separator: str = " ") -> str | None:
    """The kind of an Electrum seed by its version prefix, None for others (Electrum, seed version system)."""
    text = words.without_accents(separator.join(found))
    digest = hmac.digest(b"Seed version", text.encode(), "sha512").hex()
    kinds = (kind for prefix, kind in _ELECTRUM_PREFIXES.items() if digest.startswith(prefix))
    return next(kinds, None)


@offline(words.MAX_LENGTH)
def electrum(value: str) -> Proof:
    """12 to 25 listed words whose HMAC starts with a seed version: nearly 8 bits besides the list."""
    found = words.words_of(value)
    if not 12 <= len(found) <= 25:
        raise CheckError("not 12 to 25 words")
    for language in _ELECTRUM_LANGUAGES:
        if min(words.index_of(language).get(word, -1) for word in found) < 0:
            continue
        words.places(found, language)
        kind = electrum_kind(found, "" if language in _UNSPACED else " ")
        if kind:
            detail = f"Electrum seed version holds ({kind}, {len(found)} words)"
            return Proof(True, detail, proven=True)
    raise CheckError("no Electrum seed version")


def algorand_mnemonic_of(key: bytes) -> str:
    """32 bytes to the 25 words of an Algorand account (Algorand SDK, mnemonic)."""
    number = int.from_bytes(key, "little")
    listed = words.word_list("english")
    chosen = [listed[number >> 11 * i & 2047] for i in range(24)]
    return " ".join([*chosen, listed[_algorand_checksum(key)]])


def _algorand_checksum(key: bytes) -> int:
    return int.from_bytes(_sha512_256(key)[:2], "little") & 2047


def _sha512_256(data: bytes) -> bytes:
    return hashlib.new("sha512_256", data).digest()


@offline(words.MAX_LENGTH)
def algorand(value: str) -> Proof:
    """24 words, little-endian, are 32 bytes and eight zero bits; the 25th holds 11 bits of their SHA-512/256."""
    found = words.words_of(value)
    if len(found) != 25:
        raise CheckError("not 25 words")
    places = words.places(found, "english")
    number = sum(place << 11 * i for i, place in enumerate(places[:24]))
    if number >> 256:
        raise CheckError("more than 32 bytes")
    key = number.to_bytes(32, "little")
    if _algorand_checksum(key) != places[24]:
        raise CheckError("Algorand checksum fails")
    address = f"Algorand {algorand_address(ed25519.public_key(key))}"
    return Proof(True, "Algorand checksum holds (25 words)", proven=True, address=address)


def algorand_address(public: bytes) -> str:
    """A public key to its address: base32 of the key and four bytes of its SHA-512/256."""
    return base64.b32encode(public + _sha512_256(public)[-4:]).decode().rstrip("=")


def monero_checksum_word(found: list[str]) -> str:
    """The word that repeats at the end: CRC-32 over the first three letters of all (Monero, electrum-words)."""
    prefixes = "".join(word[:3] for word in found)
    return found[zlib.crc32(prefixes.encode()) % len(found)]


@offline(words.MAX_LENGTH)
def monero(value: str) -> Proof:
    """25 words (13 of MyMonero) of Monero's English list, the last repeating one of the others as CRC-32 says."""
    found = words.words_of(value)
    if len(found) not in (13, 25):
        raise CheckError("not 25 or 13 words")
    words.places(found, "monero")
    if monero_checksum_word(found[:-1])[:3] != found[-1][:3]:
        raise CheckError("Monero checksum word fails")
    return Proof(True, f"Monero checksum word holds ({len(found)} words)", proven=True)
