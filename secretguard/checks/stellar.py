"""Stellar secret seeds in strkey form (SEP-23): version byte, 32 bytes, CRC-16, in base32."""

from __future__ import annotations

import base64
import binascii

from secretguard.checks import ed25519
from secretguard.checks.base import CheckError, Proof, offline

SEED_VERSION = 18 << 3
ACCOUNT_VERSION = 6 << 3


def encode_strkey(version: int, payload: bytes) -> str:
    """A version byte and 32 bytes to a strkey: ``S...`` for seeds, ``G...`` for accounts."""
    data = bytes([version]) + payload
    # SEP-23 asks for CRC-16/XMODEM, little-endian: the polynomial and start value of binascii's.
    return base64.b32encode(data + binascii.crc_hqx(data, 0).to_bytes(2, "little")).decode()


@offline(70)
def stellar(value: str) -> Proof:
    """``S`` and 55 base32 characters whose CRC-16 holds."""
    if len(value) != 56 or value[0] != "S":
        raise CheckError("a Stellar seed has S and 55 characters")
    data = base64.b32decode(value)
    if data[0] != SEED_VERSION or binascii.crc_hqx(data[:-2], 0) != int.from_bytes(data[-2:], "little"):
        raise CheckError("Stellar CRC-16 fails")
    account = encode_strkey(ACCOUNT_VERSION, ed25519.public_key(data[1:33]))
    return Proof(True, "Stellar seed: CRC-16 holds", proven=True, address=f"Stellar {account}")
