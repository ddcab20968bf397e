"""Ed25519 (RFC 8032): a seed that stands beside its own public key proves itself."""

from __future__ import annotations

from secretguard.checks.base import CheckError, Proof, offline
from secretguard.checks.shapes import decode_base64


def public_key(seed: bytes) -> bytes:
    """The 32-byte public key of a 32-byte seed."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415  slow to import

    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def x25519_public_key(scalar: bytes) -> bytes:
    """The 32-byte public key of an X25519 private key (RFC 7748)."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey  # noqa: PLC0415  slow to import

    return X25519PrivateKey.from_private_bytes(scalar).public_key().public_bytes_raw()


def pair(data: bytes) -> bytes:
    """The public key of 64 bytes that must be a seed and its own public key; raises CheckError."""
    if len(data) != 64:
        raise CheckError("an Ed25519 pair has 64 bytes")
    if public_key(data[:32]) != data[32:]:
        raise CheckError("the second half is not the public key of the first")
    return data[32:]


@offline(100)
def ed25519_pair_base64(value: str) -> Proof:
    """Base64 of a seed and its public key: Coinbase CDP, Algorand, NaCl's secret keys."""
    public = pair(decode_base64(value))
    return Proof(
        True,
        "Ed25519 seed with its own public key",
        proven=True,
        address=f"Ed25519 public key {public.hex()}",
    )
