"""Bech32 and Bech32m (BIP-173, BIP-350), without BIP-173's limit of 90 characters, as age and Cardano use them."""

from __future__ import annotations

from collections.abc import Iterable

from secretguard.checks.base import CheckError, Proof, offline
from secretguard.checks.polymod import polymod

ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
BECH32 = 1
BECH32M = 0x2BC830A3
MAX_LENGTH = 1000
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def encode(prefix: str, data: bytes, constant: int = BECH32) -> str:
    """Human-readable prefix and bytes to lower-case Bech32 (or Bech32m)."""
    return encode_words(prefix, regroup(data, 8, 5), constant)


def encode_words(prefix: str, words: list[int], constant: int = BECH32) -> str:
    """Human-readable prefix and 5-bit words to Bech32: what a SegWit address needs, whose first word is a version."""
    rest = polymod([*_expand(prefix), *words, 0, 0, 0, 0, 0, 0], _GENERATOR, 5) ^ constant
    checksum = [rest >> 5 * (5 - i) & 31 for i in range(6)]
    return prefix + "1" + "".join(ALPHABET[word] for word in words + checksum)


def decode(text: str, constant: int = BECH32) -> tuple[str, bytes]:
    """Bech32 to its lower-case prefix and bytes; raises CheckError."""
    prefix, words = decode_words(text, constant)
    return prefix, bytes(regroup(words, 5, 8))


def decode_words(text: str, constant: int = BECH32) -> tuple[str, list[int]]:
    """Bech32 to its lower-case prefix and 5-bit words, the checksum proved and removed; raises CheckError."""
    if not text.isascii() or len(text) > MAX_LENGTH or (text != text.lower() and text != text.upper()):
        raise CheckError("no Bech32: mixed case or foreign characters")
    prefix, _, rest = text.lower().rpartition("1")
    if not prefix or len(rest) < 6:
        raise CheckError("no Bech32: no prefix or no data")
    words = [ALPHABET.find(character) for character in rest]
    if min(words) < 0:
        raise CheckError("not in the Bech32 alphabet")
    if polymod([*_expand(prefix), *words], _GENERATOR, 5) != constant:
        raise CheckError("Bech32 checksum fails")
    return prefix, words[:-6]


def regroup(values: Iterable[int], width: int, target: int) -> list[int]:
    """Values of ``width`` bits to ``target`` bits, big-endian; raises CheckError for long padding or any but zeros."""
    buffer = bits = 0
    result = []
    for value in values:
        buffer = (buffer << width | value) & 0xFFFF
        bits += width
        while bits >= target:
            bits -= target
            result.append(buffer >> bits & (1 << target) - 1)
    rest = buffer & (1 << bits) - 1
    if target < width:
        return [*result, rest << target - bits] if bits else result
    if bits >= width or rest:
        raise CheckError("Bech32 padding is not zero")
    return result


def _expand(prefix: str) -> list[int]:
    return [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]


@offline(MAX_LENGTH)
def bech32(value: str) -> Proof:
    """Any Bech32 or Bech32m text, whatever it holds: a checksum of 30 bits."""
    try:
        _, words = decode_words(value, BECH32)
        name = "Bech32"
    except CheckError:
        _, words = decode_words(value, BECH32M)
        name = "Bech32m"
    return Proof(True, f"{name} checksum holds ({len(words) * 5 // 8} bytes)", proven=True)
