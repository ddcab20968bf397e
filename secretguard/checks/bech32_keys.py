"""Private keys written in Bech32: Nostr (NIP-19), Sui (SIP-15), age (C2SP age.md), Cardano (CIP-5)."""

from __future__ import annotations

from secretguard.checks import bech32
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
    if len(_data(value, "nsec", "Nostr key")) != 32:
        raise CheckError("a Nostr key has 32 bytes")
    return Proof(True, "Nostr nsec: Bech32 checksum holds", proven=True)


@offline(200)
def sui(value: str) -> Proof:
    """``suiprivkey1``: a flag byte and 32 bytes (SIP-15)."""
    data = _data(value, "suiprivkey", "Sui key")
    if len(data) != 33 or data[0] not in _SUI_SCHEMES:
        raise CheckError("a Sui key has a scheme flag and 32 bytes")
    return Proof(True, f"Sui {_SUI_SCHEMES[data[0]]} key: Bech32 checksum holds", proven=True)


@offline(200)
def age(value: str) -> Proof:
    """``AGE-SECRET-KEY-1`` (X25519) and ``AGE-SECRET-KEY-PQ-1`` (hybrid): 32 bytes (C2SP age.md)."""
    prefix, data = bech32.decode(value)
    if prefix not in ("age-secret-key-", "age-secret-key-pq-") or len(data) != 32:
        raise CheckError("no age identity: another prefix or length")
    kind = "post-quantum" if "pq" in prefix else "X25519"
    return Proof(True, f"age {kind} identity: Bech32 checksum holds", proven=True)


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
