r"""Values that go on: adjoining string literals, lines that a backslash or a block of YAML carries over.

Asked only where the engine has found a value, so that a text without any costs nothing. What stands between two parts
of a value becomes a piece that says nothing, and so falls out of the reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from secretguard.decode.view import Piece
from secretguard.model import Span

PARTS = 64  # of one value
BACK = 120  # bytes before a value that are looked at
_QUOTES = (b'"', b"'", b"`")
_CLOSED = {quote + sign for quote in _QUOTES for sign in (b",", b")", b";", b":", b"]", b"}", b">")}
_PART = rb"[A-Za-z0-9+/=_\-]{1,512}"
# Strings are joined by a sign (Python, Java, Go, JavaScript; PHP, Lua; Basic; SQL; Erlang, Haskell; Elixir; Raku;
# OCaml; Fortran), by the next line, or by both; AppleScript ends a line with a sign of its own.
_BETWEEN = rb"""(?x:
    (?P<quote>["'`]) [ \t]{0,8}
    (?: SIGN [ \t]{0,8} (?: (?: [_\\] | \xc2\xac ) [ \t]{0,4} )? (?: \r?\n[ \t]{0,80} )?
      | \r?\n[ \t]{0,80} (?: SIGN [ \t]{0,8} )? )
    (?: u8 | [uULbBrRN@] )? (?P=quote))""".replace(b"SIGN", rb"(?:\+\+?|\.\.?|&|\|\||<>|~|\^|//)")
_STRINGS = re.compile(rb"%b(?P<part>%b)(?P=quote)" % (_BETWEEN, _PART))
# Items of a list that are joined with nothing between: ['...', '...'].join(''), CONCAT('...', '...'), '...' -join ''.
_ITEMS = re.compile(rb"(?P<quote>[\"'`])\s{0,80},\s{0,80}(?P=quote)(?P<part>%b)(?P=quote)" % _PART)
_LISTED = re.compile(
    rb"""(?i)(?P<quote>["'`])(?:\s{0,80},\s{0,80}(?P=quote)[A-Za-z0-9+/=_\-]{1,512}(?P=quote)){1,63}"""
    rb"""(?:\s{0,80},?\s{0,80}\]\s{0,80}\.join(?:\((?:""|''|``)\)|(?![\w(]))|[ \t]{0,8}-join[ \t]{0,8}(?:""|''))"""
)
_BEFORE_FIRST = (b"[", b"(", b"=")
_CALLED = re.compile(rb"(?i)(?:concat|paste0)\(\s{0,80}[\"'`]\Z")
_CARRIED = re.compile(rb"\\\r?\n[ \t]{0,80}(?P<part>%b)" % _PART)
_BLOCK = re.compile(rb"[|>][+-]?[ \t]*\r?\n(?P<indent>[ \t]{1,80})\Z")
_PREFIX = re.compile(rb"(?P<zero>[\"'`]0x)%b\Z" % _BETWEEN)
_WHOLE = re.compile(rb"(?:0x)?[0-9a-fA-F]{64}")  # a key of its own: the next line is another


def joins(data: bytes, spans: Iterable[Span]) -> Iterator[Piece]:
    """A piece for each gap within the values of which the engine has found parts at the spans, in ascending order."""
    reached = -1  # where the last part of the value before begins: its parts are not asked again
    for start, end in spans:
        low = max(0, start - BACK)
        closed = data[end : end + 2] in _CLOSED and data.find(b"0x", low, start) < 0
        if start <= reached or (closed and not _in_list(data, start, end)):
            continue  # as nearly all are
        for piece in _gaps(data, Span(start, end), low):
            yield piece
            reached = max(reached, piece.end)


def _in_list(data: bytes, start: int, end: int) -> bool:
    """Whether the value between is the first of several that are joined with nothing between."""
    if data[max(0, start - 81) : start - 1].rstrip()[-1:] not in _BEFORE_FIRST:
        return False
    return _LISTED.match(data, end) is not None or _CALLED.search(data, max(0, start - BACK), start) is not None


def _gaps(data: bytes, span: Span, low: int) -> Iterator[Piece]:
    """A piece for each gap within the value that the span is the first part of."""
    quoted = data[max(0, span.start - 1) : span.start] in _QUOTES
    if quoted and (before := _PREFIX.search(data, low, span.start)):
        yield Piece(before.end("zero"), span.start, b"")
    goes_on, at = _going_on(data, span, quoted), span.end
    if goes_on is None or _WHOLE.fullmatch(data, span.start, span.end):
        return
    for _ in range(PARTS):
        found = goes_on.match(data, at)
        if not found:
            return
        yield Piece(at, found.start("part"), b"")
        at = found.end("part")


def _going_on(data: bytes, span: Span, quoted: bool) -> re.Pattern[bytes] | None:
    """What leads from one part of the value at the span to the next."""
    after = data[span.end : span.end + 1]
    if after == b"\\":
        return _CARRIED
    if quoted:
        if after not in _QUOTES:
            return None
        return _ITEMS if _in_list(data, span.start, span.end) else _STRINGS
    block = _BLOCK.search(data, max(0, span.start - BACK), span.start) if after in (b"\r", b"\n") else None
    return block and re.compile(rb"\r?\n%b(?P<part>%b)(?=[ \t]*(?:\r?\n|\Z))" % (block["indent"], _PART))
