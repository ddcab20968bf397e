"""Base58 and Base58Check."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secretguard.checks import CHECKS, base58
from secretguard.checks.base import CheckError


# draft-msporny-base58, test vectors, and the zeros of Bitcoin Core's base58_encode_decode.json.
@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"Hello World!", "2NEpo7TZRRrLZSi2U"),
        (bytes.fromhex("0000287fb4cd"), "11233QC4"),
        (bytes(10), "1" * 10),
        (bytes.fromhex("516b6fcd0f"), "ABnLTmg"),
    ],
)
def test_published_vectors(data: bytes, text: str) -> None:
    assert base58.encode(data) == text
    if text:
        assert base58.decode(text) == data


@given(data=st.binary(min_size=1, max_size=80), ripple=st.booleans())
def test_round_trip(data: bytes, ripple: bool) -> None:
    alphabet = base58.RIPPLE if ripple else base58.BITCOIN
    assert base58.decode(base58.encode(data, alphabet), alphabet) == data
    assert base58.decode_check(base58.encode_check(data, alphabet), alphabet) == data


@given(data=st.binary(min_size=16, max_size=78), place=st.integers(0, 200))
def test_one_changed_character_fails(changed: Callable[[str, int, str], str], data: bytes, place: int) -> None:
    text = base58.encode_check(data)
    assert CHECKS["base58check"](text).proven
    assert not CHECKS["base58check"](changed(text, place, base58.BITCOIN)).ok


@pytest.mark.parametrize("text", ["", "0OIl", "1" * 5000, "a b"])
def test_foreign_text_fails(text: str) -> None:
    with pytest.raises(CheckError):
        base58.decode(text)
