"""Shapes: the alphabet and the length of a value, for credentials that have nothing else of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping

ALPHABETS: Mapping[str, str] = {
    "digits": r"[0-9]",
    "hex": r"[0-9a-f]",
    "HEX": r"[0-9A-F]",
    "base32": r"[A-Z2-7]",
    "lower": r"[a-z]",
    "upper": r"[A-Z]",
    "letters": r"[A-Za-z]",
    "alnum-lower": r"[a-z0-9]",
    "alnum-upper": r"[A-Z0-9]",
    "lower-url": r"[a-z0-9_\-]",
    "upper-url": r"[A-Z0-9_\-]",
    "base58": r"[1-9A-HJ-NP-Za-km-z]",
    "base62": r"[A-Za-z0-9]",
    "base64": r"[A-Za-z0-9+/=]",
    "base64url": r"[A-Za-z0-9_\-=]",
    "dotted": r"[A-Za-z0-9_\-.]",
}
UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
PASSPHRASE = "passphrase"  # a shape without an alphabet: words a person chose, 6 to 64 characters

_FULL = {name: re.compile(cls + "+") for name, cls in ALPHABETS.items()}
_UUID = re.compile(UUID)
_ZERO_X = re.compile(r"0[xX](?:[0-9a-f]+|[0-9A-F]+)")
_GROUPED = ("hex", "HEX", "alnum-lower", "alnum-upper", "base62")
_GROUP_SHAPE = re.compile(rf"groups:(?:{'|'.join(_GROUPED)}):\d+(?:-\d+)+")
_ONE_CASE = frozenset({"lower-url", "upper-url"})
_MIXED_CASE = frozenset({"base58", "base62", "base64", "base64url", "dotted"})


def alphabets_of(value: str) -> list[str]:
    """The names of all alphabets that the whole value is written in, and ``passphrase`` for what people choose.

    Long values of one case are not counted as base58, base62 or base64: a random one of 20 characters is of one case
    once in 30,000 times, a hash in hexadecimal always.
    """
    found = [name for name, pattern in _FULL.items() if pattern.fullmatch(value)]
    if len(value) >= 20 and (value.islower() or value.isupper()):
        found = [name for name in found if name not in _MIXED_CASE]
    if _UUID.fullmatch(value):
        found.append("uuid")
    if _ZERO_X.fullmatch(value):
        found = [name for name in found if name not in _ONE_CASE] + ["0xhex"]
    if "-" in value and (groups := _groups(value)):
        found += groups
    if 6 <= len(value) <= 64 and value.isprintable():
        found.append(PASSPHRASE)
    return found


def _groups(value: str) -> list[str]:
    """``1234abcd-12ab`` -> ``groups:hex:8-4`` and the same in each wider alphabet."""
    parts = value.split("-")
    if not all(parts) or not value.replace("-", "").isalnum():
        return []
    lengths = "-".join(str(len(part)) for part in parts)
    joined = "".join(parts)
    return [f"groups:{name}:{lengths}" for name in _GROUPED if _FULL[name].fullmatch(joined)]


def parse_shape(shape: str) -> tuple[str, range]:
    """``"base62:64"``, ``"base64url:40-44"``, ``"groups:hex:8-8-8-5"`` -> alphabet, lengths in characters.

    Raises ValueError.
    """
    if _GROUP_SHAPE.fullmatch(shape):
        sizes = [int(size) for size in shape.rpartition(":")[2].split("-")]
        return shape, range(sum(sizes) + len(sizes) - 1, sum(sizes) + len(sizes))
    alphabet, _, lengths = shape.partition(":")
    if alphabet == "uuid" and not lengths:
        return alphabet, range(36, 37)
    if alphabet == PASSPHRASE and not lengths:
        return alphabet, range(6, 65)
    if alphabet not in ALPHABETS and alphabet != "0xhex":
        raise ValueError(f"no alphabet {alphabet!r}; there are {', '.join(ALPHABETS)}, 0xhex, uuid, {PASSPHRASE}")
    first, _, last = lengths.partition("-")
    if not first.isdigit() or not (last or first).isdigit():
        raise ValueError(f"{shape!r} has no length; write alphabet:64 or alphabet:40-44")
    return alphabet, range(int(first), int(last or first) + 1)
