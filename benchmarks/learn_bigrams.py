"""Learn the bigram table of ``secretguard.checks.likelihood`` from Python's own standard library.

    python benchmarks/learn_bigrams.py > secretguard/checks/bigrams.txt

Learns from the distinct identifiers and words of the library's sources, and only from the half of them that
``in_training_half`` picks by hash: the tests measure on the other half. The same Python version gives the same table.
"""

from __future__ import annotations

import hashlib
import math
import platform
import re
import sysconfig
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from secretguard.checks.likelihood import SYMBOLS, classes_of

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{2,60}")
_SKIPPED = {"test", "tests", "idle_test", "site-packages", "__pycache__", "encodings", "lib2to3"}


def in_training_half(word: str) -> bool:
    """Whether a word is learnt from; the other half is for measuring."""
    return hashlib.sha256(word.lower().encode()).digest()[0] % 2 == 0


def words_of_library() -> Iterator[str]:
    """Identifiers, dotted names and words of every module of the standard library, tests left out."""
    root = Path(sysconfig.get_path("stdlib"))
    for path in sorted(root.rglob("*.py")):
        if not _SKIPPED.intersection(path.relative_to(root).parts):
            yield from _WORD.findall(path.read_text(encoding="utf-8", errors="replace"))


def table_lines(words: set[str]) -> Iterator[str]:
    """The table: for every first symbol the tenths of bits of every second one, with add-one smoothing."""
    counts: Counter[str] = Counter()
    for word in words:
        symbols = classes_of(f"_{word}_")
        counts.update(symbols[i : i + 2] for i in range(len(symbols) - 1))
    for first in SYMBOLS:
        total = sum(counts[first + second] + 1 for second in SYMBOLS)
        bits = (math.log2(total / (counts[first + second] + 1)) for second in SYMBOLS)
        yield " ".join([first, *(str(round(10 * value)) for value in bits)])


def main() -> None:
    """Print the table."""
    words = {word for word in words_of_library() if in_training_half(word)}
    print(f"# Bigrams of {len(words)} words of the standard library of Python {platform.python_version()}.")
    print("# A line: first symbol, then -log2 P(second | first) in tenths of bits for each of", SYMBOLS)
    print("\n".join(table_lines(words)))


if __name__ == "__main__":
    main()
