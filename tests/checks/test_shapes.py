"""Base64 of so many bytes, character classes, UUIDs, and credentials with an inner structure."""

from __future__ import annotations

import base64
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secretguard.checks import CHECKS
from secretguard.checks.base import CheckError
from secretguard.checks.samples import fill
from secretguard.checks.shapes import decode_base64


# RFC 4648, section 10.
@pytest.mark.parametrize(("text", "data"), [("Zg==", b"f"), ("Zm8=", b"fo"), ("Zm9v", b"foo"), ("Zg", b"f"), ("", b"")])
def test_rfc4648(text: str, data: bytes) -> None:
    assert decode_base64(text) == data


@given(data=st.binary(max_size=100), url=st.booleans(), padded=st.booleans())
def test_base64_round_trip(data: bytes, url: bool, padded: bool) -> None:
    text = (base64.urlsafe_b64encode if url else base64.b64encode)(data).decode()
    assert decode_base64(text if padded else text.rstrip("=")) == data


@pytest.mark.parametrize("text", ["A", "Zh==", "Zm9=", "Zg=", "Zg===", "+_==", "Zm 9v", "====", "Zm9vé"])
def test_base64_that_is_none(text: str) -> None:
    with pytest.raises(CheckError):
        decode_base64(text)


@pytest.mark.parametrize("size", [16, 32, 36, 48, 64])
def test_base64_of_exactly_so_many_bytes(size: int) -> None:
    check = CHECKS[f"base64-{size}"]
    assert check(base64.b64encode(bytes(size)).decode()).ok
    assert not check(base64.b64encode(bytes(size + 1)).decode()).ok
    assert not check(base64.b64encode(bytes(size - 1)).decode()).ok


def test_base64_of_text_and_of_hex() -> None:
    assert CHECKS["base64-text"](base64.b64encode(b"user:password").decode()).ok
    assert not CHECKS["base64-text"](base64.b64encode(bytes(range(128, 148))).decode()).ok
    assert CHECKS["base64-hex"](base64.b64encode(fill("<hex:61>", "x").encode()).decode()).proven
    assert not CHECKS["base64-hex"](base64.b64encode(b"no hexadecimal here").decode()).ok


@pytest.mark.parametrize("text", ["abc123", "ABC123", "abcABC", "", "ééé"])
def test_a_class_is_missing(text: str) -> None:
    assert not CHECKS["mixed-classes"](text).ok
    assert CHECKS["mixed-classes"](text + "aB3").ok


@pytest.mark.parametrize("text", ["", "0x", "12345678", "abcdefab", "aaaa1111", "0123456g", "deadbeef"])
def test_hex_that_is_a_number_or_a_pattern(text: str) -> None:
    assert not CHECKS["hex-mixed"](text).ok


@given(value=st.uuids(version=4))
def test_uuid4(value: uuid.UUID) -> None:
    lively = len(set(value.hex)) >= 8
    assert CHECKS["uuid4"](str(value)).ok == lively
    assert CHECKS["uuid4-hex"](value.hex.upper()).ok == lively
    assert not CHECKS["uuid4"](value.hex).ok


@given(value=st.uuids(version=1) | st.uuids(version=5))
def test_other_uuids_fail(value: uuid.UUID) -> None:
    assert not CHECKS["uuid4"](str(value)).ok
    assert not CHECKS["uuid4-hex"](value.hex).ok


def test_a_kucoin_key_tells_its_year() -> None:
    assert CHECKS["kucoin-key"](f"{1_650_000_000:08x}" + "a" * 16).detail == "ObjectId of 2022"
    assert "0001" in CHECKS["kucoin-key"](fill("<kucoin-key>", "x")).detail
    assert not CHECKS["kucoin-key"](f"{1_400_000_000:08x}" + "a" * 16).ok
    assert not CHECKS["kucoin-key"](f"{2_100_000_000:08x}" + "a" * 16).ok
    assert not CHECKS["kucoin-key"](fill("<kucoin-key>", "x").upper()).ok


@given(data=st.binary(min_size=32, max_size=32), tail=st.uuids(version=4))
def test_phemex_secret(data: bytes, tail: uuid.UUID) -> None:
    text = base64.urlsafe_b64encode(data + str(tail).encode()).decode().rstrip("=")
    assert CHECKS["phemex-secret"](text).ok == CHECKS["uuid4"](str(tail)).ok
    assert not CHECKS["phemex-secret"](base64.urlsafe_b64encode(data * 2 + b"1234").decode().rstrip("=")).ok
