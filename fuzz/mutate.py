"""Texts that are nearly what a rule looks for: examples of the rules, cut, doubled, spliced, recoded and drowned."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import cache

from secretguard.checks.samples import fill
from secretguard.config import built_in_rules
from secretguard.rules import RuleSet, load

Change = Callable[[random.Random, bytes], bytes]
TOKENS = (
    b"'", b'"', b"`", b"\\", b"\\n", b"\0", b"\r", b"\n", b"\t", b"=", b":=", b"=>", b": ", b"{", b"}", b"[[", b"](",
    b"<", b"\xff", b"\xfe\xff", b"\xff\xfe", b"\xc3\x28", b"\xf0\x9f", "\u202e".encode(), "é".encode(),
    b"\x1b[31m", b"::error::",
    b"secretguard:allow", b"pragma: allowlist secret", b"#", b"//", b"/*", b"*/", b"<!--", b"${", b"%s", b"os.environ",
    b"-----BEGIN PRIVATE KEY-----", b"-----END PRIVATE KEY-----", b"0x", b"==", b"api_secret", b"apiKey", b"password",
)  # fmt: skip
ALPHABETS = (
    b"0",
    b"a",
    b"A1",
    b"f0",
    b"+/",
    b"=",
    b'"',
    b"'\"",
    b"\\",
    b" ",
    b"\n",
    b"-",
    b"_=",
    b"{[",
    b"abandon ",
    b"\0",
)
LONGEST = 1 << 16  # bytes of a run


@cache
def rule_set() -> RuleSet:
    """Our own rules."""
    return load([built_in_rules()])


@cache
def templates() -> tuple[str, ...]:
    """Every example of every rule, good and bad."""
    return tuple(text for rule in rule_set().rules.values() for text in (*rule.examples, *rule.negative_examples))


def example(rng: random.Random) -> bytes:
    """A line as it leaks, or one that looks like it."""
    return fill(rng.choice(templates()), str(rng.random())).encode()


def text(rng: random.Random, changes: int = 6) -> bytes:
    """A few examples, one below the other, changed up to ``changes`` times."""
    data = b"\n".join(example(rng) for _ in range(rng.randint(1, 3))) + b"\n"
    return mutated(rng, data, rng.randint(0, changes))


def mutated(rng: random.Random, data: bytes, changes: int) -> bytes:
    """The bytes, changed so many times."""
    for _ in range(changes):
        data = rng.choice(CHANGES)(rng, data)
    return data


def _span(rng: random.Random, data: bytes) -> tuple[int, int]:
    low = rng.randint(0, len(data))
    return low, min(len(data), low + int(rng.paretovariate(0.7)))


def _flip(rng: random.Random, data: bytes) -> bytes:
    low, _ = _span(rng, data)
    return data[:low] + bytes([rng.randrange(256)]) + data[low + 1 :]


def _cut(rng: random.Random, data: bytes) -> bytes:
    low, high = _span(rng, data)
    return data[:low] + data[high:]


def _double(rng: random.Random, data: bytes) -> bytes:
    low, high = _span(rng, data)
    return data[:high] + data[low:high] * rng.choice((1, 2, 9)) + data[high:]


def _move(rng: random.Random, data: bytes) -> bytes:
    (low, high), (at, _) = _span(rng, data), _span(rng, data)
    return data[:at] + data[low:high] + data[at:]


def _insert(rng: random.Random, data: bytes) -> bytes:
    low, _ = _span(rng, data)
    return data[:low] + rng.choice(TOKENS) + data[low:]


def _drown(rng: random.Random, data: bytes) -> bytes:
    low, _ = _span(rng, data)
    return data[:low] + rng.choice(ALPHABETS) * min(LONGEST, int(rng.paretovariate(0.35))) + data[low:]


def _splice(rng: random.Random, data: bytes) -> bytes:
    other = example(rng)
    return data[: _span(rng, data)[0]] + other[_span(rng, other)[0] :]


def _case(rng: random.Random, data: bytes) -> bytes:
    low, high = _span(rng, data)
    return data[:low] + data[low:high].swapcase() + data[high:]


def _recode(rng: random.Random, data: bytes) -> bytes:
    return data.decode("utf-8", "replace").encode(rng.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-8-sig")))


CHANGES: Sequence[Change] = (
    *(_flip, _cut, _double, _move, _insert, _splice, _case) * 4,
    _drown,
    _drown,
    _recode,
)  # fmt: skip
