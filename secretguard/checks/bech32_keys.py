"""Private keys written in Bech32: Nostr (NIP-19), Sui (SIP-15), age (C2SP age.md), Cardano (CIP-5)."""

from __future__ import annotations

import hashlib

from secretguard.checks import bech32, ed25519, secp256k1
from secretguard.checks.base import CheckError, Proof, offline

_SUI_SCHEMES = {0: "Ed25519", 1: "secp256k1", 2: "secp256r1"}
_CARDANO_ROLES = frozenset(
    "root acct addr stake policy pool drep cc_cold cc_hot gen ed25519 ed25519e".split()
) | frozenset(f"{role}_shared" for role in ("root", "acct", "addr", "stake"))


def _data(value: str, prefix: str, name: str) -> bytes:
    """The bytes of a Bech32 text that must have this prefix."""
    found, data = bech32.decode(value)
    if found != prefix:
        raise CheckError(f"no {name}: another prefix")
    return data


@offline(200)
def nostr(value: str) -> Proof:
    """``nsec1``: 32 bytes, a secp256k1 scalar (NIP-19)."""
    data = _data(value, "nsec", "Nostr key")
    if len(data) != 32:
        raise CheckError("a Nostr key has 32 bytes")
    public = secp256k1.public_key(secp256k1.in_range(int.from_bytes(data, "big")))[1:]
    detail = "Nostr nsec: Bech32 checksum holds"
    return Proof(True, detail, proven=True, address=f"Nostr {bech32.encode('npub', public)}")


@offline(200)
def sui(value: str) -> Proof:
    """``suiprivkey1``: a flag byte and 32 bytes (SIP-15)."""
    data = _data(value, "suiprivkey", "Sui key")
    if len(data) != 33 or data[0] not in _SUI_SCHEMES:
        raise CheckError("a Sui key has a scheme flag and 32 bytes")
    detail = f"Sui {_SUI_SCHEMES[data[0]]} key: Bech32 checksum holds"
    return Proof(True, detail, proven=True, address=_sui_address(data) if data[0] == 0 else None)


def _sui_address(data: bytes) -> str:
    """BLAKE2b-256 of flag and public key, for Ed25519 keys (Sui, key pairs and addresses)."""
    digest = hashlib.blake2b(data[:1] + ed25519.public_key(data[1:]), digest_size=32)
    return f"Sui 0x{digest.hexdigest()}"


@offline(200)
def age(value: str) -> Proof:
    """``AGE-SECRET-KEY-1`` (X25519) and ``AGE-SECRET-KEY-PQ-1`` (hybrid): 32 bytes (C2SP age.md)."""
    prefix, data = bech32.decode(value)
    if prefix not in ("age-secret-key-", "age-secret-key-pq-") or len(data) != 32:
        raise CheckError("no age identity: another prefix or length")
    if "pq" in prefix:
        return Proof(True, "age post-quantum identity: Bech32 checksum holds", proven=True)
    recipient = bech32.encode("age", ed25519.x25519_public_key(data))
    return Proof(True, "age X25519 identity: Bech32 checksum holds", proven=True, address=recipient)


@offline(500)
def cardano(value: str) -> Proof:
    """``addr_sk1``, ``root_xsk1`` and their kin: 32 bytes, or 64 to 128 for an extended key (CIP-5)."""
    prefix, data = bech32.decode(value)
    role, _, kind = prefix.rpartition("_")
    if role not in _CARDANO_ROLES or kind not in ("sk", "xsk"):
        raise CheckError("no Cardano signing key: another prefix")
    if len(data) not in ((32,) if kind == "sk" else (64, 96, 128)) and prefix != "ed25519e_sk":
        raise CheckError("no Cardano signing key: wrong length")
    return Proof(True, f"Cardano signing key ({role}): Bech32 checksum holds", proven=True)
