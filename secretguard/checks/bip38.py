"""BIP-38 encrypted private keys (6P...) and Casascius mini private keys (S...)."""

from __future__ import annotations

import hashlib

from secretguard.checks import base58
from secretguard.checks.base import CheckError, Proof, offline

_PLAIN_FLAGS = (0xC0, 0xE0)  # not EC-multiplied: uncompressed, compressed
_MULTIPLIED_FLAGS = (0x00, 0x20, 0x04, 0x24)  # compression, lot and sequence


@offline(100)
def bip38(value: str) -> Proof:
    """39 bytes in Base58Check: 0142 or 0143, a flag byte that the standard knows, salt and cipher text."""
    payload = base58.decode_check(value)
    flags = {b"\x01\x42": _PLAIN_FLAGS, b"\x01\x43": _MULTIPLIED_FLAGS}.get(payload[:2], ())
    if len(payload) != 39 or payload[2] not in flags:
        raise CheckError("Base58Check holds, but no BIP-38 key")
    return Proof(True, "BIP-38 key under a passphrase: Base58Check holds", proven=True)


@offline(40)
def minikey(value: str) -> Proof:
    """S and 21 or 29 more Base58 characters whose SHA-256 with a ``?`` starts with a zero byte: 8 bits."""
    if len(value) not in (22, 30) or value[0] != "S":
        raise CheckError("a mini key has S and 21 or 29 characters")
    base58.decode(value)
    if hashlib.sha256(value.encode() + b"?").digest()[0]:
        raise CheckError("typo check of mini keys fails")
    return Proof(True, "mini private key: typo check holds")
