"""BIP-32 extended private keys, with the version bytes that SLIP-132 registers, and derivation."""

from __future__ import annotations

import functools
import hashlib
import hmac
from collections.abc import Iterable

from secretguard.checks import base58, secp256k1
from secretguard.checks.base import CheckError, Proof, offline

HARDENED = 1 << 31
VERSIONS = {
    "xprv": 0x0488ADE4,
    "yprv": 0x049D7878,
    "zprv": 0x04B2430C,
    "Yprv": 0x0295B005,
    "Zprv": 0x02AA7A99,
    "tprv": 0x04358394,
    "uprv": 0x044A4E28,
    "vprv": 0x045F18BC,
    "Uprv": 0x024285B5,
    "Vprv": 0x02575048,
    "Ltpv": 0x019D9CFE,
    "Mtpv": 0x01B26792,
    "ttpv": 0x0436EF7D,
    "kprv": 0x038F2EF4,
    "Lprv": 0x019C3115,
    "Tprv": 0x022DBB21,
    "pprv": 0x03E25945,
    "dgpv": 0x02FAC398,
    "drkp": 0x02FE52CC,
}
_NAMES = {number: name for name, number in VERSIONS.items()}


def master(seed: bytes) -> tuple[int, bytes]:
    """A seed to the master private key and chain code (BIP-32, master key generation)."""
    digest = hmac.digest(b"Bitcoin seed", seed, "sha512")
    return secp256k1.in_range(int.from_bytes(digest[:32], "big")), digest[32:]


def derive(scalar: int, chain: bytes, path: Iterable[int]) -> tuple[int, bytes]:
    """The private child along a path of indexes, hardened ones with ``HARDENED`` added (BIP-32, CKDpriv)."""
    for index in path:
        parent = b"\0" + scalar.to_bytes(32, "big") if index & HARDENED else secp256k1.public_key(scalar)
        digest = hmac.digest(chain, parent + index.to_bytes(4, "big"), "sha512")
        scalar = (int.from_bytes(digest[:32], "big") + scalar) % secp256k1.ORDER
        chain = digest[32:]
    return secp256k1.in_range(scalar), chain


def encode_master(scalar: int, chain: bytes, name: str = "xprv") -> str:
    """A master key to its serialised form; ``name`` is a prefix of ``VERSIONS``."""
    head = VERSIONS[name].to_bytes(4, "big") + bytes(9)
    return base58.encode_check(head + chain + b"\0" + scalar.to_bytes(32, "big"))


@offline(150)
def bip32(value: str) -> Proof:
    """78 bytes in Base58Check: private version bytes, a depth that agrees with the parent, a key in range."""
    payload = base58.decode_check(value)
    version = int.from_bytes(payload[:4], "big")
    if len(payload) != 78 or version not in _NAMES:
        raise CheckError("Base58Check holds, but no extended private key")
    if payload[45] or (payload[4] == 0 and any(payload[5:13])):
        raise CheckError("an extended key with inconsistent fields")
    scalar = secp256k1.in_range(int.from_bytes(payload[46:], "big"))
    detail = f"extended private key ({_NAMES[version]}, depth {payload[4]}): Base58Check holds"
    return Proof(True, detail, proven=True, derive=functools.cache(lambda: _fingerprint(scalar)))


def _fingerprint(scalar: int) -> str:
    """The key fingerprint by which wallets know a key (BIP-32, key identifiers)."""
    digest = secp256k1.hash160(secp256k1.public_key(scalar))
    if digest is None:
        return f"public key {secp256k1.public_key(scalar).hex()}"
    return f"BIP-32 fingerprint {digest[:4].hex()}"


def seed_of(mnemonic: str, passphrase: str = "") -> bytes:
    """An NFKD-normalised mnemonic to its 64-byte seed (BIP-39, from mnemonic to seed)."""
    salt = ("mnemonic" + passphrase).encode()
    return hashlib.pbkdf2_hmac("sha512", mnemonic.encode(), salt, 2048)
