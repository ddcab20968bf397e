"""Tezos secret keys: Base58Check with prefixes of four or five bytes (Octez, base58 prefixes)."""

from __future__ import annotations

import hashlib

from secretguard.checks import base58, ed25519
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

_TZ1 = bytes((6, 161, 159))


@offline(150)
def tezos(value: str) -> Proof:
    """edsk, spsk, p2sk and their encrypted forms: the right prefix, length and a checksum of 32 bits."""
    payload = base58.decode_check(value)
    for prefix, (size, name) in PREFIXES.items():
        if payload.startswith(prefix) and len(payload) == len(prefix) + size:
            address = _address(payload[len(prefix) :][:32]) if name.startswith("edsk") else None
            return Proof(True, f"Tezos {name}: Base58Check holds", proven=True, address=address)
    raise CheckError("Base58Check holds, but no Tezos secret key")


def _address(seed: bytes) -> str:
    """The tz1 address of an Ed25519 seed: BLAKE2b-160 of the public key."""
    digest = hashlib.blake2b(ed25519.public_key(seed), digest_size=20).digest()
    return f"Tezos {base58.encode_check(_TZ1 + digest)}"
