"""The checks that read JSON, on any JSON at all."""

from __future__ import annotations

import base64
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from secretguard.checks import CHECKS

NAMES = st.sampled_from(
    ["version", "crypto", "Crypto", "ciphertext", "mac", "kdf", "kdfparams", "n", "c", "address", "alg", "role"]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from([3, "scrypt"])
ANY_JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner), max_leaves=12
)


@given(document=ANY_JSON, claims=ANY_JSON)
def test_no_json_makes_a_check_raise(document: Any, claims: Any) -> None:
    text = json.dumps(document)
    assert not CHECKS["keystore-v3"](text).ok
    assert not CHECKS["solana-id-json"](text).ok
    parts = [text.encode(), json.dumps(claims).encode(), bytes(32)]
    CHECKS["jwt"](".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts))


@given(crypto=st.dictionaries(NAMES, ANY_JSON, max_size=6))
def test_no_crypto_object_makes_keystore_raise(crypto: dict[str, Any]) -> None:
    CHECKS["keystore-v3"](json.dumps({"version": 3, "crypto": {"ciphertext": "00" * 32, "mac": "00" * 32, **crypto}}))
