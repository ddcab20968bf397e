"""Short texts with tokens alone on their lines: a file of a key and its secret, and nothing that names them.

No expression for Vectorscan: in long texts such lines are Base64 and lists of hashes, and short ones are cheap to read.
"""

from __future__ import annotations

import re

from secretguard.model import Span

SIZE, LINES, TOKENS = 4096, 12, 6  # at most
_ALONE = re.compile(rb"(?m)^[ \t]*([A-Za-z0-9+/_\-]{16,512}={0,2})[ \t]*\r?$")
_PEM = b"-----"


def tokens_alone(data: bytes) -> list[Span]:
    """Where the tokens of a short text stand that have a line to themselves; none in any other text."""
    if len(data) > SIZE or data.count(b"\n") > LINES or _PEM in data:
        return []
    found = [Span(*match.span(1)) for match in _ALONE.finditer(data)]
    return found if len(found) <= TOKENS else []
