"""Exchange credentials with an inner structure: Phemex's secret, KuCoin's key."""

from __future__ import annotations

import datetime
import re

from secretguard.checks.base import CheckError, Proof, offline
from secretguard.checks.shapes import decode_base64
from secretguard.checks.uuids import uuid4


@offline(120)
def phemex_secret(value: str) -> Proof:
    """91 base64url characters: 32 random bytes and a UUIDv4 in ASCII (observed)."""
    data = decode_base64(value)
    if len(value) != 91 or not uuid4(data[32:].decode("ascii")).ok:
        raise CheckError("no 32 bytes followed by a UUID")
    return Proof(True, "base64 of 32 bytes and a UUIDv4", proven=True)


@offline(40)
def kucoin_key(value: str) -> Proof:
    """24 hexadecimal digits, a MongoDB ObjectId of 2017 to 2035. Weak: KuCoin's order ids look alike."""
    if not re.fullmatch("[0-9a-f]{24}", value):
        raise CheckError("not 24 lower-case hexadecimal digits")
    year = datetime.datetime.fromtimestamp(int(value[:8], 16), datetime.UTC).year
    if not 2017 <= year <= 2035:
        raise CheckError("an ObjectId of another age")
    # Keys made since about 2022 have these digits; so have the order ids.
    recent = ", with KuCoin's 0001" if value[14:18] == "0001" else ""
    return Proof(True, f"ObjectId of {year}{recent}")
