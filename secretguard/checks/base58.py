"""Base58 and Base58Check, as Bitcoin writes them, and with the alphabet of the XRP Ledger."""

from __future__ import annotations

import hashlib

from secretguard.checks.base import CheckError, Proof, offline

BITCOIN = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
RIPPLE = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
MAX_LENGTH = 200  # decoding is quadratic, and no key of this family is longer than 112 characters


def encode(data: bytes, alphabet: str = BITCOIN) -> str:
    """Bytes to Base58; every leading zero byte is one leading zero digit."""
    number = int.from_bytes(data, "big")
    digits = []
    while number:
        number, digit = divmod(number, 58)
        digits.append(alphabet[digit])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return alphabet[0] * zeros + "".join(reversed(digits))


def decode(text: str, alphabet: str = BITCOIN) -> bytes:
    """Base58 to bytes; raises CheckError for a character outside the alphabet or an absurd length."""
    if not text or len(text) > MAX_LENGTH:
        raise CheckError("no Base58 of a plausible length")
    number = 0
    for character in text:
        digit = alphabet.find(character)
        if digit < 0:
            raise CheckError("not in the Base58 alphabet")
        number = number * 58 + digit
    zeros = len(text) - len(text.lstrip(alphabet[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def encode_check(payload: bytes, alphabet: str = BITCOIN) -> str:
    """Payload (version bytes included) to Base58Check."""
    return encode(payload + _checksum(payload), alphabet)


def decode_check(text: str, alphabet: str = BITCOIN) -> bytes:
    """Base58Check to its payload, version bytes included; raises CheckError if the 32-bit checksum does not hold."""
    data = decode(text, alphabet)
    if len(data) < 5 or _checksum(data[:-4]) != data[-4:]:
        raise CheckError("Base58Check fails")
    return data[:-4]


def _checksum(payload: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]


@offline(MAX_LENGTH)
def base58check(value: str) -> Proof:
    """Any Base58Check text of Bitcoin's alphabet, whatever it holds: a checksum of 32 bits."""
    payload = decode_check(value)
    return Proof(True, f"Base58Check holds ({len(payload)} bytes)", proven=True)
