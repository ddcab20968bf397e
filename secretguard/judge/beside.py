"""The passphrase that stands without a name behind a key and its secret: in a call, a row of a table, a line of CSV."""

from __future__ import annotations

import re

from secretguard.judge.context import Context
from secretguard.judge.noise import noise
from secretguard.judge.passwords import weak
from secretguard.model import Span

LONGEST = 120  # bytes behind a secret that are looked at
_NEXT = re.compile(
    rb"""(?x) ["']? [ \t]* (?: [,;|] | \r?\n ) [ \t]*
    (?: ["'](?P<quoted>[^"'\r\n]{6,64})["'] | (?P<bare>[^\s"',;|(){}\[\]]{6,64})(?=[ \t]*[,;|\r\n]) )"""
)


def passphrase_behind(span: Span, context: Context) -> Span | None:
    """Where the next argument, cell or line behind a secret begins and ends, if a person could have chosen it."""
    found = _NEXT.match(context.data, span.end, span.end + LONGEST)
    if found is None:
        return None
    group = "quoted" if found["quoted"] else "bare"
    value = found[group].decode("utf-8", "replace")
    if noise(value, group == "quoted") or weak(value):
        return None
    return Span(*found.span(group))
