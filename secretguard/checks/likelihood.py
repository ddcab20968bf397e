"""How unlike words and identifiers a text is: a bigram model, learnt by ``benchmarks/learn_bigrams.py``."""

from __future__ import annotations

import functools
import math
from pathlib import Path

MAX_LENGTH = 4096
SYMBOLS = "abcdefghijklmnopqrstuvwxyz0_?"
_WORDS_BITS, _WEIGHT, _LONG = 4.4, 0.75, 64  # fitted by benchmarks/entropy.py
_DIGIT_BITS = math.log2(10)  # the model knows that a digit follows, not which


def classes_of(text: str) -> str:
    """A text in the symbols of the model: letters in lower case, ``0`` a digit, ``_`` a separator, ``?`` the rest."""
    return text.lower().translate(_classes())


def gibberish(text: str) -> float:
    """Average negative log-likelihood in bits per character: identifiers, words and paths near 4, random text above 5.

    The edges of the text count as separators. The empty text has 0.0; only the first 4096 characters are read.
    """
    if not text:
        return 0.0
    symbols = classes_of("_" + text[:MAX_LENGTH] + "_")
    table = _table()
    bits = sum(table.get(symbols[i : i + 2], _worst()) for i in range(len(symbols) - 1))
    return (bits + _DIGIT_BITS * symbols.count("0")) / (len(symbols) - 1)


def surprise(text: str) -> float:
    """How much more unlike words the text is than words are among themselves, weighed by its length.

    The average alone scatters most where a text is short: ``OHLCV`` is as odd as any five random letters. On unseen
    code one identifier in 300 lies above 5, and 99 random values of 100 do (docs/entropy.md).
    """
    return (gibberish(text) - _WORDS_BITS) * math.pow(min(len(text), _LONG), _WEIGHT)


class _Classes(dict[int, str]):
    """A table for ``str.translate`` that knows every character."""

    def __missing__(self, key: int) -> str:
        return "?"


@functools.cache
def _classes() -> _Classes:
    table = _Classes({ord(letter): letter for letter in SYMBOLS[:26]})
    table.update({ord(digit): "0" for digit in "0123456789"})
    table.update({ord(separator): "_" for separator in "_-./\\ :\t\n"})
    return table


@functools.cache
def _table() -> dict[str, float]:
    """Two symbols to bits; the file has a line for every first symbol, with tenths of bits for every second."""
    lines = Path(__file__).with_name("bigrams.txt").read_text(encoding="ascii").splitlines()
    rows = (line.split() for line in lines if not line.startswith("#"))
    return {row[0] + second: int(tenths) / 10 for row in rows for second, tenths in zip(SYMBOLS, row[1:], strict=True)}


@functools.cache
def _worst() -> float:
    return max(_table().values())
