"""Entropy and the bigram model: random text must stand apart from identifiers that the model has not seen."""

from __future__ import annotations

import bisect
import hashlib
import random
import re
import string
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secretguard.checks.entropy import shannon
from secretguard.checks.likelihood import gibberish, surprise

BASE62 = string.ascii_letters + string.digits


@pytest.fixture(scope="module")
def unseen() -> list[str]:
    """Identifiers of the standard library that ``benchmarks/learn_bigrams.py`` left out."""
    root = Path(sysconfig.get_path("stdlib"))
    names: set[str] = set()
    for path in sorted([*root.glob("*.py"), *root.glob("asyncio/*.py"), *root.glob("email/*.py")]):
        names.update(re.findall(r"[A-Za-z_][A-Za-z0-9_]{5,}", path.read_text(encoding="utf-8", errors="replace")))
    return sorted(name for name in names if hashlib.sha256(name.lower().encode()).digest()[0] % 2)


def area_under_curve(low: list[float], high: list[float]) -> float:
    """The chance that a value of ``high`` lies above one of ``low``."""
    ranked = sorted(low)
    return sum(bisect.bisect_left(ranked, value) for value in high) / (len(low) * len(high))


@pytest.mark.parametrize(("size", "least"), [(20, 0.99), (32, 0.995), (64, 0.995)])
@pytest.mark.parametrize("alphabet", [BASE62, string.ascii_letters, "0123456789abcdef", BASE62 + "+/"])
def test_random_text_stands_apart(unseen: list[str], size: int, least: float, alphabet: str) -> None:
    rng = random.Random(size)
    noise = [gibberish("".join(rng.choices(alphabet, k=size))) for _ in range(1000)]
    long = [gibberish(name) for name in unseen if len(name) >= 16]
    assert len(long) > 1000
    assert area_under_curve(long, noise) >= least


@pytest.mark.parametrize(
    "text", ["get_account_balance", "src/exchange/binance/client.py", "correct horse battery staple", "apiSecretKey"]
)
def test_words_and_paths_score_low(text: str) -> None:
    assert gibberish(text) < 4.7


@given(text=st.text(st.characters(exclude_categories=()), max_size=300))
def test_scores_are_finite(text: str) -> None:
    assert 0 <= gibberish(text) < 20
    assert 0 <= shannon(text) <= 9


@pytest.mark.parametrize(("text", "bits"), [("", 0.0), ("aaaa", 0.0), ("abab", 1.0), ("abcdefgh", 3.0)])
def test_shannon(text: str, bits: float) -> None:
    assert shannon(text) == pytest.approx(bits)


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    assert gibberish("a" * 10**6) == gibberish("a" * 4096)
    assert gibberish("") == 0.0


def test_length_makes_surer(unseen: list[str]) -> None:
    rng = random.Random(1)
    values = ["".join(rng.choices(BASE62, k=rng.randint(16, 64))) for _ in range(1000)]

    def passing(measure: Callable[[str], float]) -> int:
        limit = sorted(map(measure, values))[10]
        return sum(measure(name) >= limit for name in unseen)

    assert passing(surprise) < passing(gibberish) / 2
    assert sum(surprise(value) >= 5 for value in values) >= 995
