"""secp256k1 (SEC 2): the range of private keys, public keys, and the Ethereum and Bitcoin addresses that follow."""

from __future__ import annotations

import functools
import hashlib

from secretguard.checks import base58, bech32
from secretguard.checks.base import CheckError, Proof, offline
from secretguard.checks.keccak import keccak256

ORDER = 2**256 - 0x14551231950B75FC4402DA1732FC9BEBF


def scalar_of(value: str) -> int:
    """64 hexadecimal digits, with or without ``0x``, to a private key 1..n-1; raises CheckError."""
    digits = value[2:] if value[:2] in ("0x", "0X") else value
    if len(digits) != 64 or not digits.isascii() or not digits.isalnum():
        raise CheckError("not 64 hexadecimal digits")
    return in_range(int(digits, 16))


def in_range(scalar: int) -> int:
    """The scalar itself if it is a private key, 1..n-1; raises CheckError."""
    if not 0 < scalar < ORDER:
        raise CheckError("outside the range of secp256k1 private keys")
    return scalar


def public_key(scalar: int, *, compressed: bool = True) -> bytes:
    """The SEC 1 public key of a private key: 33 bytes, or 65."""
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415  slow to import
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415

    point = PublicFormat.CompressedPoint if compressed else PublicFormat.UncompressedPoint
    key = ec.derive_private_key(scalar, ec.SECP256K1())
    return key.public_key().public_bytes(Encoding.X962, point)


def account(scalar: int) -> bytes:
    """The 20 bytes by which Ethereum and Tron know a private key."""
    return keccak256(public_key(scalar, compressed=False)[1:])[-20:]


def ethereum_address(scalar: int) -> str:
    """The Ethereum address of a private key, with the checksum of EIP-55."""
    return eip55(account(scalar))


def tron_address(scalar: int) -> str:
    """The Tron address of a private key: https://developers.tron.network/docs/account#account-address-format."""
    return base58.encode_check(b"\x41" + account(scalar))


def eip55(address: bytes) -> str:
    """20 bytes to ``0x`` and 40 digits in EIP-55's mixed case."""
    digits = address.hex()
    digest = keccak256(digits.encode()).hex()
    return "0x" + "".join(c.upper() if h >= "8" else c for c, h in zip(digits, digest, strict=False))


def hash160(data: bytes) -> bytes | None:
    """RIPEMD-160 of SHA-256, or None where this Python's OpenSSL has no RIPEMD-160."""
    try:
        return hashlib.new("ripemd160", hashlib.sha256(data).digest()).digest()
    except ValueError:
        return None


def bitcoin_address(scalar: int, *, compressed: bool = True, testnet: bool = False) -> str:
    """P2WPKH (BIP-141) of a compressed key, P2PKH of an uncompressed one; the public key in hex without RIPEMD-160."""
    public = public_key(scalar, compressed=compressed)
    digest = hash160(public)
    if digest is None:
        return f"public key {public.hex()}"
    if not compressed:
        return "Bitcoin " + base58.encode_check((b"\x6f" if testnet else b"\0") + digest)
    words = [0, *bech32.regroup(digest, 8, 5)]
    return "Bitcoin " + bech32.encode_words("tb" if testnet else "bc", words)


@offline(80)
def secp256k1(value: str) -> Proof:
    """64 hexadecimal digits in the range of private keys. Weak: nearly every 64 digits are."""
    scalar_of(value)
    return Proof(True, "in the range of secp256k1 private keys")


@offline(80)
def ethereum_key(value: str) -> Proof:
    """As ``secp256k1``, and the Ethereum address that follows. Weak: nearly every 64 digits are a key."""
    scalar = scalar_of(value)
    derive = functools.cache(lambda: f"Ethereum {ethereum_address(scalar)}")
    return Proof(True, "in the range of secp256k1 private keys", derive=derive)


@offline(80)
def tron_key(value: str) -> Proof:
    """As ``secp256k1``, and the Tron address that follows. Weak: nearly every 64 digits are a key."""
    scalar = scalar_of(value)
    derive = functools.cache(lambda: f"Tron {tron_address(scalar)}")
    return Proof(True, "in the range of secp256k1 private keys", derive=derive)
