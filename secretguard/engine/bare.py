"""Short texts of tokens or of words alone: a key and its secret, a seed, and nothing that names them.

No expression for Vectorscan: in long texts such lines are Base64 and lists of hashes, and short ones are cheap to read.
"""

from __future__ import annotations

import re

from secretguard.model import Encoding, Form, Match, Span

SIZE, LINES, TOKENS = 4096, 12, 6  # at most
_ALONE = re.compile(rb"(?m)^[ \t]*([A-Za-z0-9+/_\-]{16,512}={0,2})[ \t]*\r?$")
_ENCLOSED = (b"-----", b"$ANSIBLE_VAULT")  # what is in base64 or hexadecimal digits within is no token


_WORDS = re.compile(
    rb"[^A-Za-z\x80-\xff]{0,40}(?:[A-Za-z\x80-\xff]{3,48}[^A-Za-z\x80-\xff]{1,24}){11,32}"
    rb"[A-Za-z\x80-\xff]{3,48}[^A-Za-z\x80-\xff]{0,40}"
)


def alone(data: bytes) -> list[Match]:
    """The matches in a short text that holds little else."""
    found = [Match(Form.QUOTED, (), span) for span in tokens_alone(data)]
    return [*found, Match(Form.ENCODED, (Encoding.WORDS,), Span(0, 1))] if words_alone(data) else found


def words_alone(data: bytes) -> bool:
    """Whether a short text is as many words as a mnemonic has, none shorter than its words are, and nothing else."""
    return len(data) <= SIZE // 4 and _WORDS.fullmatch(data) is not None


def tokens_alone(data: bytes) -> list[Span]:
    """Where the tokens of a short text stand that have a line to themselves; none in any other text."""
    if len(data) > SIZE or data.count(b"\n") > LINES or any(mark in data for mark in _ENCLOSED):
        return []
    found = [Span(*match.span(1)) for match in _ALONE.finditer(data)]
    return found if len(found) <= TOKENS else []
