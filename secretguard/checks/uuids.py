"""Version 4 UUIDs (RFC 9562), with dashes or as 32 hexadecimal digits: six fixed bits."""

from __future__ import annotations

import re

from secretguard.checks.base import CheckError, Proof, offline

# Patterns are compiled when first used: importing the gallery is to stay cheap.
_DASHED = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_PLAIN = "[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}"


def _check(pattern: str, value: str, shape: str) -> Proof:
    if not re.fullmatch(pattern, value.lower()):
        raise CheckError(f"no UUIDv4 {shape}")
    if len(set(value.lower())) < 8:
        raise CheckError("a UUID with too few different digits")
    return Proof(True, f"UUIDv4 {shape}")


@offline(50)
def uuid4(value: str) -> Proof:
    """A UUIDv4 with its four dashes."""
    return _check(_DASHED, value, "with dashes")


@offline(50)
def uuid4_hex(value: str) -> Proof:
    """32 hexadecimal digits with the bits of a UUIDv4: one in 64 of all 32 digits."""
    return _check(_PLAIN, value, "without dashes")
