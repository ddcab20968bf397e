"""JSON web tokens (RFC 7519) in compact form."""

from __future__ import annotations

import json
from typing import Any

from secretguard.checks.base import CheckError, Proof, offline
from secretguard.checks.shapes import decode_base64

# Not a set: what a header holds under "alg" need not be hashable.
_ALGORITHMS = tuple("HS256 HS384 HS512 RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES256K ES384 ES512 EdDSA".split())


@offline(16384)
def jwt(value: str) -> Proof:
    """Three base64url parts: a JSON header with ``alg``, a JSON object of claims, a signature."""
    parts = value.split(".")
    if len(parts) != 3:
        raise CheckError("not three parts")
    header, claims = (_object(part) for part in parts[:2])
    if header.get("alg") not in _ALGORITHMS:
        raise CheckError("a token without a known signature algorithm")
    if len(decode_base64(parts[2])) < 32:
        raise CheckError("a token without a signature")
    if claims.get("role") == "anon":
        raise CheckError("public by design: Supabase puts its anon key into every browser")
    return Proof(True, f"JWT, {header['alg']}", proven=True)


def _object(part: str) -> dict[str, Any]:
    document = json.loads(decode_base64(part))
    if not isinstance(document, dict):
        raise CheckError("a token whose parts are no JSON objects")
    return document
