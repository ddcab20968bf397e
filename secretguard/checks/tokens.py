"""Service tokens: GitHub's with their CRC-32, Telegram's bot tokens."""

from __future__ import annotations

import re
import zlib

from secretguard.checks.base import CheckError, Proof, offline

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_GITHUB = "(?:gh[pousr]|npm)_([0-9A-Za-z]{30})([0-9A-Za-z]{6})"
_FINE_GRAINED = "github_pat_[0-9A-Za-z]{22}_[0-9A-Za-z]{59}"
_TELEGRAM = "([0-9]{8,10}):[A-Za-z0-9_-]{35}"


def crc32_base62(body: str) -> str:
    """The CRC-32 of 30 characters as six base62 digits (GitHub, "authentication token formats", 2021)."""
    number = zlib.crc32(body.encode())
    digits = ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        digits = _DIGITS[digit] + digits
    return digits


@offline(120)
def github_crc32(value: str) -> Proof:
    """ghp_, gho_, ghu_, ghs_, ghr_ and npm_ tokens end in a CRC-32; of github_pat_ only the shape is known."""
    if re.fullmatch(_FINE_GRAINED, value):
        return Proof(True, "shape of a fine-grained GitHub token")
    match = re.fullmatch(_GITHUB, value)
    if not match:
        raise CheckError("no GitHub token")
    if crc32_base62(match[1]) != match[2]:
        raise CheckError("CRC-32 of the token fails")
    return Proof(True, "CRC-32 of the token holds", proven=True)


@offline(60)
def telegram(value: str) -> Proof:
    """A bot id of 8 to 10 digits, a colon and 35 characters that are not all alike."""
    match = re.fullmatch(_TELEGRAM, value)
    if not match or match[1].startswith("0"):
        raise CheckError("no Telegram bot token")
    if len(set(value.partition(":")[2])) < 12 or match[1] == "1234567890"[: len(match[1])]:
        raise CheckError("a Telegram token made by hand")
    return Proof(True, "bot id and 35 characters")
