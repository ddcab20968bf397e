"""XRP Ledger seeds: 16 bytes in Base58Check with the ledger's own alphabet (XRPL docs, base58 encodings)."""

from __future__ import annotations

import hashlib

from secretguard.checks import base58, ed25519, secp256k1
from secretguard.checks.base import CheckError, Proof, offline

_ED25519 = b"\x01\xe1\x4b"
_FAMILY = b"\x21"


def encode_seed(entropy: bytes, *, ed: bool = False) -> str:
    """16 bytes to a seed: ``s...`` for secp256k1, ``sEd...`` for Ed25519."""
    return base58.encode_check((_ED25519 if ed else _FAMILY) + entropy, base58.RIPPLE)


@offline(60)
def xrpl(value: str) -> Proof:
    """A family seed or an Ed25519 seed, by its version bytes, its length and a checksum of 32 bits."""
    payload = base58.decode_check(value, base58.RIPPLE)
    for prefix, public in ((_ED25519, _ed25519_key), (_FAMILY, _family_key)):
        if payload.startswith(prefix) and len(payload) == len(prefix) + 16:
            address = _address(public(payload[len(prefix) :]))
            return Proof(True, "XRP Ledger seed: Base58Check holds", proven=True, address=address)
    raise CheckError("Base58Check holds, but no XRP Ledger seed")


def _ed25519_key(entropy: bytes) -> bytes:
    return b"\xed" + ed25519.public_key(_half(entropy))


def _family_key(entropy: bytes) -> bytes:
    """The first account's public key: the root key plus a key that the root public key yields."""
    root = _first_scalar(entropy)
    account = _first_scalar(secp256k1.public_key(root) + bytes(4))
    return secp256k1.public_key((root + account) % secp256k1.ORDER)


def _first_scalar(seed: bytes) -> int:
    """The first hash of seed and counter that is in range: almost always the very first."""
    for counter in range(8):
        scalar = int.from_bytes(_half(seed + counter.to_bytes(4, "big")), "big")
        if 0 < scalar < secp256k1.ORDER:
            return scalar
    raise CheckError("no private key follows from the seed")


def _half(data: bytes) -> bytes:
    return hashlib.sha512(data).digest()[:32]


def _address(public: bytes) -> str:
    digest = secp256k1.hash160(public)
    if digest is None:
        return f"public key {public.hex()}"
    return "XRPL " + base58.encode_check(b"\0" + digest, base58.RIPPLE)
