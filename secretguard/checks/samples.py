"""Placeholders of rule examples to made-up values: so no file of ours ever has to hold anything like a key.

``fill("SECRET=<base64:64>", "a")`` gives the same text every time, and other values for another seed. Imported by
tests and by ``rules check`` only.
"""

from __future__ import annotations

import base64
import random
import re
import string
import uuid
from collections.abc import Callable

from secretguard.checks import sample_keys, sample_words
from secretguard.checks.tokens import crc32_base62

Maker = Callable[[random.Random, str], str]
_PLACEHOLDER = re.compile(r"<<([A-Za-z][A-Za-z0-9-]*)>>|<([A-Za-z][A-Za-z0-9-]*)((?::[A-Za-z0-9_]+)*)>")
_HEX = "0123456789abcdef"
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ALNUM = string.ascii_letters + string.digits


def fill(template: str, seed: str) -> str:
    """A template with each ``<kind>`` or ``<kind:parameter>`` replaced; ``<<your-key>>`` gives ``<your-key>``.

    Raises KeyError that names the kind if there is no such kind.
    """
    count = 0

    def replace(match: re.Match[str]) -> str:
        nonlocal count
        if match[1]:
            return f"<{match[1]}>"
        count += 1
        # The source of randomness depends on the place alone, so a template can grow at its end.
        return make(match[2], match[3][1:], random.Random(f"{seed}/{count}"))

    return _PLACEHOLDER.sub(replace, template)


def make(kind: str, parameter: str, rng: random.Random) -> str:
    """One value of a kind; ``parameter`` is what follows the first colon."""
    if kind not in KINDS:
        raise KeyError(kind)
    return KINDS[kind](rng, parameter)


def _characters(alphabet: str, *classes: str) -> Maker:
    """A maker of N characters of an alphabet, with at least one of every class if there is room."""

    def maker(rng: random.Random, parameter: str) -> str:
        size = int(parameter or "32")
        while True:
            text = "".join(rng.choices(alphabet, k=size))
            if size < 2 * len(classes) or all(set(text) & set(group) for group in classes):
                return text

    return maker


def _base64(*, url: bool = False) -> Maker:
    def maker(rng: random.Random, parameter: str) -> str:
        data = rng.randbytes(int(parameter or "32"))
        return base64.urlsafe_b64encode(data).decode().rstrip("=") if url else base64.b64encode(data).decode()

    return maker


def _uuid(rng: random.Random, _: str) -> str:
    return str(uuid.UUID(bytes=rng.randbytes(16), version=4))


def _uuid_hex(rng: random.Random, _: str) -> str:
    return _uuid(rng, "").replace("-", "")


def _password(rng: random.Random, parameter: str) -> str:
    """What people think up: pronounceable letters, two digits or more, a sign."""
    size = int(parameter or "12")
    tail = "".join(rng.choices(string.digits, k=2)) + rng.choice("!#%&*+-=?@_")
    pairs = (rng.choice("bcdfghklmnprstvz") + rng.choice("aeiou") for _ in range(size))
    return ("".join(pairs)[: max(size - 3, 0)].capitalize() + tail)[:size]


def _telegram(rng: random.Random, _: str) -> str:
    body = _characters(_ALNUM + "_-")(rng, "33")
    return f"{rng.randrange(2 * 10**8, 8 * 10**9)}:AA{body}"


def _github(rng: random.Random, _: str) -> str:
    body = _characters(_ALNUM)(rng, "30")
    return f"ghp_{body}{crc32_base62(body)}"


def _kucoin(rng: random.Random, _: str) -> str:
    """An ObjectId of 2022 to 2025 with the digits that KuCoin's keys carry."""
    time = rng.randrange(1_640_995_200, 1_767_225_600)
    head, tail = rng.randbytes(3).hex(), rng.randbytes(3).hex()
    return f"{time:08x}{head}0001{tail}"


def _phemex(rng: random.Random, _: str) -> str:
    data = rng.randbytes(32) + _uuid(rng, "").encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


KINDS: dict[str, Maker] = {
    "hex": _characters(_HEX, "0123456789", "abcdef"),
    "HEX": _characters(_HEX.upper(), "0123456789", "ABCDEF"),
    "base62": _characters(_ALNUM, string.ascii_lowercase, string.ascii_uppercase, string.digits),
    "base58": _characters(_BASE58, string.ascii_lowercase, string.ascii_uppercase, string.digits),
    "base64": _base64(),
    "base64url": _base64(url=True),
    "b64chars": _characters(_ALNUM + "+/", string.ascii_lowercase, string.ascii_uppercase, string.digits),
    "b64uchars": _characters(_ALNUM + "-_", string.ascii_lowercase, string.ascii_uppercase, string.digits),
    "base32": _characters(string.ascii_uppercase + "234567", string.ascii_uppercase, "234567"),
    "alnum-lower": _characters(string.ascii_lowercase + string.digits, string.ascii_lowercase, string.digits),
    "alnum-upper": _characters(string.ascii_uppercase + string.digits, string.ascii_uppercase, string.digits),
    "digits": _characters(string.digits),
    "letters": _characters(string.ascii_letters, string.ascii_lowercase, string.ascii_uppercase),
    "uuid": _uuid,
    "uuid4hex": _uuid_hex,
    "password": _password,
    "telegram-token": _telegram,
    "github-pat": _github,
    "kucoin-key": _kucoin,
    "phemex-secret": _phemex,
    **sample_keys.KINDS,
    **sample_words.KINDS,
}
