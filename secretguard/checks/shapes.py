"""Weak tests of a value's shape: base64 of so many bytes, all character classes, hexadecimal that is no number."""

from __future__ import annotations

import base64
import string

from secretguard.checks.base import Check, CheckError, Proof, offline

_BASE64 = frozenset(string.ascii_letters + string.digits + "+/")
_BASE64URL = frozenset(string.ascii_letters + string.digits + "-_")


def decode_base64(text: str) -> bytes:
    """Canonical base64 (RFC 4648, either alphabet, padding right or left out) to bytes; raises CheckError."""
    body = text.rstrip("=")
    padding = -len(body) % 4
    if len(text) - len(body) not in (0, padding) or padding == 3:
        raise CheckError("base64 of an impossible length")
    letters = set(body)
    if not (letters <= _BASE64 or letters <= _BASE64URL):
        raise CheckError("not in the base64 alphabet")
    data = base64.urlsafe_b64decode(body.replace("+", "-").replace("/", "_") + "=" * padding)
    if base64.urlsafe_b64encode(data).decode().rstrip("=")[-1:] != body[-1:].translate(_TO_URL):
        raise CheckError("base64 with stray bits at its end")
    return data


_TO_URL = str.maketrans("+/", "-_")


def base64_of(size: int) -> Check:
    """A check that a value is base64 of exactly ``size`` bytes."""

    @offline(4 * size + 8)
    def check(value: str) -> Proof:
        if len(decode_base64(value)) != size:
            raise CheckError(f"not base64 of {size} bytes")
        return Proof(True, f"base64 of {size} bytes")

    return check


@offline(8192)
def base64_text(value: str) -> Proof:
    """Base64 whose bytes are printable ASCII, as in ``user:password``."""
    data = decode_base64(value)
    if len(data) < 6 or not all(32 <= byte < 127 for byte in data):
        raise CheckError("base64, but not of text")
    return Proof(True, f"base64 of {len(data)} printable characters")


@offline(8192)
def base64_hex(value: str) -> Proof:
    """Base64 of hexadecimal digits, as Bithumb's secrets are: by chance almost impossible."""
    data = decode_base64(value)
    if len(data) < 16 or not all(byte in b"0123456789abcdefABCDEF" for byte in data):
        raise CheckError("base64, but not of hexadecimal digits")
    return Proof(True, f"base64 of {len(data)} hexadecimal digits", proven=True)


@offline(8192)
def mixed_classes(value: str) -> Proof:
    """At least one lower-case letter, one upper-case letter and one digit, all of ASCII."""
    letters = set(value)
    for name, group in (
        ("lower-case letter", string.ascii_lowercase),
        ("upper-case letter", string.ascii_uppercase),
        ("digit", string.digits),
    ):
        if letters.isdisjoint(group):
            raise CheckError(f"has no {name}")
    return Proof(True, "has lower case, upper case and digits")


@offline(8192)
def hex_mixed(value: str) -> Proof:
    """Hexadecimal with digits and letters, and at least eight different ones, so neither a number nor a pattern."""
    digits = set(value.removeprefix("0x").lower())
    if not digits or not digits <= set("0123456789abcdef"):
        raise CheckError("not hexadecimal")
    if digits.isdisjoint("0123456789") or digits.isdisjoint("abcdef"):
        raise CheckError("hexadecimal without both digits and letters")
    if len(digits) < 8:
        raise CheckError("hexadecimal with fewer than 8 different digits")
    return Proof(True, f"hexadecimal with {len(digits)} different digits")
