"""Wallet import format: a Bitcoin private key in Base58Check."""

from __future__ import annotations

import functools

from secretguard.checks import base58, secp256k1
from secretguard.checks.base import CheckError, Proof, offline

_COINS = {
    0x80: "Bitcoin",
    0xEF: "Bitcoin testnet",
    0xB0: "Litecoin",
    0x9E: "Dogecoin",
    0xCC: "Dash",
}


def encode_wif(scalar: int, *, compressed: bool = True, version: int = 0x80) -> str:
    """A private key to WIF."""
    tail = b"\x01" if compressed else b""
    return base58.encode_check(bytes([version]) + scalar.to_bytes(32, "big") + tail)


@offline(100)
def wif(value: str) -> Proof:
    """Version byte, 32 bytes in the range of secp256k1, 01 if compressed, and a checksum of 32 bits."""
    payload = base58.decode_check(value)
    compressed = len(payload) == 34 and payload[-1] == 1
    if payload[0] not in _COINS or not (compressed or len(payload) == 33):
        raise CheckError("Base58Check holds, but no WIF version or length")
    scalar = secp256k1.in_range(int.from_bytes(payload[1:33], "big"))
    return Proof(
        True,
        f"{_COINS[payload[0]]} WIF: Base58Check holds",
        proven=True,
        derive=functools.cache(lambda: _address(scalar, payload[0], compressed)),
    )


def _address(scalar: int, version: int, compressed: bool) -> str:
    if version in (0x80, 0xEF):
        return secp256k1.bitcoin_address(scalar, compressed=compressed, testnet=version == 0xEF)
    return f"public key {secp256k1.public_key(scalar).hex()}"
