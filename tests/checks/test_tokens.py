"""GitHub's CRC-32, Telegram's bot tokens, JSON web tokens."""

from __future__ import annotations

import base64
import json
import string
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secretguard.checks import CHECKS
from secretguard.checks.samples import fill
from secretguard.checks.tokens import crc32_base62

BASE62 = string.digits + string.ascii_letters


@given(
    body=st.text(BASE62, min_size=30, max_size=30), prefix=st.sampled_from(["ghp", "gho", "ghu", "ghs", "ghr", "npm"])
)
def test_github_round_trip(body: str, prefix: str) -> None:
    assert CHECKS["github-crc32"](f"{prefix}_{body}{crc32_base62(body)}").proven


@given(seed=st.integers(), place=st.integers(0, 35))
def test_github_changed(changed: Callable[[str, int, str], str], seed: int, place: int) -> None:
    text = fill("<github-pat>", str(seed))
    assert not CHECKS["github-crc32"](text[:4] + changed(text[4:], place, BASE62)).ok


def test_a_checksum_as_the_format_describes_it() -> None:
    # The published pair of body and checksum of a token that was revoked in 2021, split so that no token stands here.
    assert crc32_base62("zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ") == "0mLq17"


def test_fine_grained_tokens_prove_nothing() -> None:
    proof = CHECKS["github-crc32"](fill("github_pat_<base62:22>_<base62:59>", "x"))
    assert proof.ok
    assert not proof.proven


@pytest.mark.parametrize("text", ["123456789:short", fill("1234567:A<base62:34>", "x"), "123456789:A" + "x" * 34])
def test_no_telegram_token(text: str) -> None:
    assert not CHECKS["telegram"](text).ok


def test_telegram_examples_of_manuals_fail() -> None:
    assert not CHECKS["telegram"](fill("123456789:AA<base62:33>", "x")).ok
    assert CHECKS["telegram"](fill("1122334455:AA<base62:33>", "x")).ok


def token(header: Any, claims: Any, signature: bytes) -> str:
    parts = [json.dumps(header).encode(), json.dumps(claims).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def test_jwt() -> None:
    good = token({"alg": "RS256"}, {"sub": "x"}, bytes(256))
    assert CHECKS["jwt"](good).detail == "JWT, RS256"
    assert CHECKS["jwt"](token({"alg": "HS256"}, {"role": "service_role"}, bytes(32))).ok
    assert not CHECKS["jwt"](token({"alg": "HS256"}, {"role": "anon"}, bytes(32))).ok


@pytest.mark.parametrize(
    "text",
    [
        token({"alg": "none"}, {}, b""),
        token({"alg": "HS256"}, {}, b"short"),
        token({"alg": "HS256"}, [], bytes(32)),
        token([], {}, bytes(32)),
        token({"alg": ["HS256"]}, {}, bytes(32)),
        token({}, {}, bytes(32)),
        "a.b.c",
        "..",
    ],
)
def test_no_jwt(text: str) -> None:
    assert not CHECKS["jwt"](text).ok
