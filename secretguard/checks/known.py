"""Published sample values: keys of documentation, test vectors, development chains. Known to all, so no secrets."""

from __future__ import annotations

import functools
import hashlib
import unicodedata
from collections.abc import Iterator
from pathlib import Path

_MAX_LENGTH = 2000
_LEGAL_LENGTHS = frozenset((12, 15, 18, 21, 24))
_SMALL_KEYS = 100


def is_known_example(value: str) -> str | None:
    """What kind of published sample a value is, or None. The table holds hashes; no sample stands in it."""
    if not value or len(value) > _MAX_LENGTH:
        return None
    for form in _forms(value.strip()):
        kind = _published(form) or _patterned(form)
        if kind:
            return kind
    return None


def _forms(value: str) -> Iterator[str]:
    """The value as it is, as lower-case NFKD with single spaces, and without ``0x``: how the samples were hashed."""
    yield value
    plain = " ".join(unicodedata.normalize("NFKD", value).lower().split())
    if plain != value:
        yield plain
    if plain.startswith("0x"):
        yield plain[2:]


def _published(form: str) -> str | None:
    table, lengths = _table()
    if len(form) not in lengths:
        return None
    return table.get(hashlib.sha256(form.encode("utf-8", "surrogatepass")).hexdigest()[:30])


def _patterned(form: str) -> str | None:
    """Mnemonics of one word repeated but for the last, and private keys 1 to 100."""
    words = form.split()
    if len(words) in _LEGAL_LENGTHS and len(set(words[:-1])) == 1 and words[0].isalpha():
        return "mnemonic of one repeated word"
    if len(form) == 64 and form.startswith("0" * 62):
        return _small_key(form[62:])
    return None


def _small_key(last: str) -> str | None:
    if set(last) <= set("0123456789abcdef") and 0 < int(last, 16) <= _SMALL_KEYS:
        return "private key of a tiny number"
    return None


@functools.cache
def _table() -> tuple[dict[str, str], frozenset[int]]:
    """Hash to kind, and the lengths that occur.

    A line of the file: 30 digits of the SHA-256 (32 would have the shape of many a key), the length, the kind.
    """
    text = Path(__file__).with_name("known_examples.txt").read_text(encoding="ascii")
    rows = [line.split(" ", 2) for line in text.splitlines() if not line.startswith("#")]
    return {row[0]: row[2] for row in rows}, frozenset(int(row[1]) for row in rows)
