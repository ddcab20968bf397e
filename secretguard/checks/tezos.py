"""Tezos secret keys: Base58Check with prefixes of four or five bytes (Octez, base58 prefixes)."""

from __future__ import annotations

from secretguard.checks import base58
from secretguard.checks.base import CheckError, Proof, offline

PREFIXES = {
    bytes((13, 15, 58, 7)): (32, "edsk (Ed25519 seed)"),
    bytes((43, 246, 78, 7)): (64, "edsk (Ed25519 key)"),
    bytes((17, 162, 224, 201)): (32, "spsk (secp256k1 key)"),
    bytes((16, 81, 238, 189)): (32, "p2sk (P-256 key)"),
    bytes((7, 90, 60, 179, 41)): (56, "edesk (encrypted Ed25519 seed)"),
    bytes((9, 237, 241, 174, 150)): (56, "spesk (encrypted secp256k1 key)"),
    bytes((9, 48, 57, 115, 171)): (56, "p2esk (encrypted P-256 key)"),
}


@offline(150)
def tezos(value: str) -> Proof:
    """edsk, spsk, p2sk and their encrypted forms: the right prefix, length and a checksum of 32 bits."""
    payload = base58.decode_check(value)
    for prefix, (size, name) in PREFIXES.items():
        if payload.startswith(prefix) and len(payload) == len(prefix) + size:
            return Proof(True, f"Tezos {name}: Base58Check holds", proven=True)
    raise CheckError("Base58Check holds, but no Tezos secret key")
