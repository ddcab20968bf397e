"""Solana keypairs: the Base58 text that wallets export, and the id.json that the command line writes."""

from __future__ import annotations

import json

from secretguard.checks import base58, ed25519
from secretguard.checks.base import CheckError, Proof, offline


def _proof(data: bytes) -> Proof:
    address = base58.encode(ed25519.pair(data))
    detail = "Ed25519 seed with its own public key"
    return Proof(True, detail, proven=True, address=f"Solana {address}")


@offline(100)
def solana_key(value: str) -> Proof:
    """Base58 of 64 bytes: a seed and its public key. Pacifica and NEAR use the same (NEAR with ``ed25519:``)."""
    return _proof(base58.decode(value.removeprefix("ed25519:")))


@offline(2000)
def solana_id_json(value: str) -> Proof:
    """A JSON array of 64 byte values: a seed and its public key."""
    numbers = json.loads(value)
    if not isinstance(numbers, list) or len(numbers) != 64:
        raise CheckError("no JSON array of 64 numbers")
    if not all(type(number) is int and 0 <= number < 256 for number in numbers):
        raise CheckError("not all of the numbers are bytes")
    return _proof(bytes(numbers))
