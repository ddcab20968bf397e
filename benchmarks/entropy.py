"""Recall against false alarms of four ways to tell a random value from a word: the table of docs/entropy.md.

    python benchmarks/entropy.py --labels LABELS --tree DIR [--tree DIR ...]

LABELS is ``labels.jsonl`` of a labelled corpus: its secrets and its look-alikes are the values. Each DIR holds real
code that the bigrams were not learnt from (any but Python's standard library): its identifiers are look-alikes as
well. Every value is seen alone, without name or place: this measures the measures, not the scanner.

    ours            bits per character by our bigrams, weighed by length (secretguard/checks/likelihood.py: surprise)
    bits alone      the same without the length (gibberish)
    Shannon         bits per character from the value's own letters (secretguard/checks/entropy.py)
    detect-secrets  Shannon over one alphabet: its Base64 and hex plugins, each with its own limit, scaled to it
    characters per token  of the byte pair encoding cl100k_base: what betterleaks calls token efficiency, and limits
                    to 2.5 (its list of words left out); needs the package bpe-openai, which holds the vocabulary
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import string
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from table import markdown

from secretguard.checks.entropy import shannon
from secretguard.checks.likelihood import gibberish, surprise

Measure = Callable[[str], float]
SHARES = (0.001, 0.003, 0.01, 0.03, 0.1)  # of look-alikes that pass
LENGTHS = range(12, 129)
SAMPLE = 20_000  # identifiers
SEVERAL = 3  # files
MOST = 200_000  # bytes of a file
CODE = frozenset((".py", ".go", ".rs", ".java", ".ts", ".js", ".c", ".cs", ".php", ".md"))
NO_TOKEN = frozenset({"mnemonic", "private_key_pem", "keystore", "api_private_key"})
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{11,80}")
BASE64, HEX = frozenset(string.ascii_letters + string.digits + "+/\\-_="), frozenset(string.hexdigits)
BASE64_LIMIT, HEX_LIMIT = 4.5, 3.0  # the defaults of detect-secrets 1.5.0


def detect_secrets(value: str) -> float:
    """Its two plugins in one number: above 1 one of them reports the value with its default limit."""
    scores = [0.0]
    if frozenset(value) <= BASE64:
        scores.append(shannon(value) / BASE64_LIMIT)
    if frozenset(value) <= HEX:
        scores.append(_hex(value) / HEX_LIMIT)
    return max(scores)


def _hex(value: str) -> float:
    """Numbers are often hex by chance: its plugin takes something off where there are digits only."""
    entropy = shannon(value)
    return entropy - 1.2 / max(len(value).bit_length() - 1, 1) if value.isdigit() else entropy


def per_token() -> Measure | None:
    """The negative of characters per token of ``cl100k_base``, or None without bpe-openai."""
    try:
        import bpe_openai  # noqa: PLC0415 - optional, and no dependency of ours
    except ImportError:
        return None
    encoding = bpe_openai.get_encoding("cl100k_base")
    return lambda value: -len(value) / max(1, len(encoding.encode(value)))


def values(labels: Path) -> tuple[set[str], set[str]]:
    """Secrets and look-alikes of the corpus that are one word each."""
    found: dict[str, set[str]] = {"secret": set(), "negative": set()}
    with labels.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            value = row["secret"] or row["text"]
            if row["class"] in found and row["kind"] not in NO_TOKEN and len(value) in LENGTHS and " " not in value:
                found[row["class"]].add(value)
    return found["secret"], found["negative"] - found["secret"]


def identifiers(trees: Iterable[Path]) -> list[str]:
    """Words and names that stand in several files of real code: values stand in one. A sample, always the same."""
    files: Counter[str] = Counter()
    for tree in trees:
        for path in sorted(tree.rglob("*")):
            if path.suffix in CODE and path.is_file() and not path.is_symlink():
                files.update(set(WORD.findall(path.read_bytes()[:MOST].decode("utf-8", "replace"))))
    words = (word for word, number in files.items() if number >= SEVERAL and not _value(word))
    return sorted(words, key=lambda word: hashlib.sha256(word.encode()).digest())[:SAMPLE]


def _value(word: str) -> bool:
    """Addresses and hashes that every project knows stand in many files, too, and are no identifiers."""
    return len(word) >= 24 and sum(char.isdigit() for char in word) * 4 > len(word)


def recalls(measure: Measure, secrets: Sequence[str], alike: Sequence[str]) -> list[tuple[float, float]]:
    """For each share of look-alikes that pass: the limit, and the share of secrets above it."""
    low, high = sorted(map(measure, alike)), sorted(map(measure, secrets))
    rows = []
    for share in SHARES:
        limit = low[min(len(low) - 1, int(len(low) * (1 - share)))]
        rows.append((limit, 1 - bisect_left(high, limit + 1e-9) / len(high)))
    return rows


def table(measures: dict[str, Measure], secrets: Sequence[str], alike: Sequence[str]) -> str:
    head = ("measure", *(f"{share:.1%} of look-alikes pass" for share in SHARES))
    rows = []
    for name, measure in measures.items():
        cells = (f"{recall:.3f} (from {limit:.2f})" for limit, recall in recalls(measure, secrets, alike))
        rows.append((name, *cells))
    return markdown(head, rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--tree", type=Path, action="append", default=[], required=True)
    options = parser.parse_args()
    secrets, alike = values(options.labels)
    code = identifiers(options.tree)
    measures: dict[str, Measure] = {
        "ours": surprise,
        "bits alone": gibberish,
        "Shannon": shannon,
        "detect-secrets": detect_secrets,
    }
    tokens = per_token()
    if tokens:
        measures["characters per token"] = tokens
    for what, other in (("identifiers of real code", code), ("look-alikes of the corpus", sorted(alike))):
        print(f"{len(secrets)} secrets, {len(other)} {what}\n\n{table(measures, sorted(secrets), other)}")
    if not tokens:
        print("Characters per token: not measured: pip install bpe-openai.")


if __name__ == "__main__":
    main()
