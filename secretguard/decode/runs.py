"""Encoded runs in a text -> pieces. A function for each encoding finds all runs of it; none of them raises."""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Iterator

from secretguard.decode.forms import FORMS, GROUP, LETTER, split
from secretguard.decode.mnemonics import mnemonic_runs
from secretguard.decode.sqlite import sqlite_runs
from secretguard.decode.tables import table_runs
from secretguard.decode.view import Piece
from secretguard.model import Encoding, Span

PRINTABLE = 0.85  # of what was decoded, for it to be text
RUN_MAX = 16 << 20  # bytes of one run
WRAPPED_MIN = 48  # letters; lines of base64 that are shorter are not wrapped ones
WORD = 12  # letters of a line that may be no end of a run above it
AROUND = 32  # bytes either side of an escape that have to be text
BLOCK = 4096  # bytes
Opened = Callable[[bytes], bytes]  # compressed bytes -> the text in them, or nothing
Finder = Callable[[bytes, Opened], Iterator[Piece]]

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-"
_NO_LETTER = bytes(each for each in range(256) if each not in _ALPHABET)
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_IN_BASE64 = bytes(ord("a") if each in _ALPHABET else ord(" ") for each in range(256))
_IN_HEX = bytes(ord("a") if each in b"0123456789abcdefABCDEF" else ord(" ") for each in range(256))
_LETTERS = re.compile(f"{LETTER}*".encode())
_LINE_END = re.compile(rb"\\[rn]|%[0-9A-Fa-f]{2}")
_NEXT_LINE = re.compile(
    rb"(?:\r?\n[ \t]{0,40}|(?:\\r)?\\n|(?:%0[Dd])?%0[Aa](?:%20){0,40})("
    + LETTER.encode()
    + rb"+)(?=[=&%]|[ \t]*(?:[\r\n\"'`\\]|\Z))"
)
_SHORT = re.compile(f"(?:{GROUP}){{3,}}(?:{LETTER}{{2}}==|{LETTER}{{3}}=?)?".encode())
_BEGINS = re.compile(f"(?:{GROUP}){{3}}".encode())
_PLAIN = bytes(range(0x20, 0x7F)) + b"\t\n\r"
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]")


def _pattern(encoding: Encoding) -> re.Pattern[bytes]:
    return re.compile("|".join(split(form)[1] for form in FORMS[encoding]).encode())


_BASE64 = _pattern(Encoding.BASE64)
_HEX_RUN = re.compile(rb"(?:[2-7][0-9a-fA-F]|0[9aAdD]){20,}")
_PERCENT = re.compile(rb"%([2-7][0-9A-Fa-f]|0[9AaDd])")
_ESCAPE = re.compile(rb"\\(?:u00([2-7][0-9a-fA-F])|x([2-7][0-9a-fA-F])|/)")
_ENTITY = re.compile(rb"&(?:quot|apos|amp|#([0-9]{2,3})|#[xX]([0-9a-fA-F]{2}));")
_NAMED = {b"&quot;": ord('"'), b"&apos;": ord("'"), b"&amp;": ord("&")}
_QUOTED_PRINTABLE = re.compile(rb"=([2-7][0-9A-F])|=\r?\n")
_CONTROL = bytes(each for each in (*range(0x20), 0x7F) if each not in b"\t\n\r")
_CLASSES = bytes(0 if each == 0 else ord("a") if each in _PLAIN else 0xFF for each in range(256))
_P = rb"[\t\n\r\x20-\x7e]"
# From a NUL on, "\0A\0B" reads the same whichever end comes first.
_WIDE = re.compile(rb"(?:\0" + _P + rb"){8,}|(?<!\0)(?:" + _P + rb"\0){8,}")
_WIDE_RUN = b"a\0" * 8


def is_text(data: bytes) -> bool:
    """Whether nearly all of the bytes are printable, as ASCII or as UTF-8."""
    strange = len(data.translate(None, _PLAIN))
    if strange and not data.isascii():
        strange = len(_UNREADABLE.findall(data.decode("utf-8", "replace")))
    return bool(data) and strange <= (1 - PRINTABLE) * len(data)


def base64_runs(text: bytes, opened: Opened) -> Iterator[Piece]:
    """Base64 in either alphabet, wrapped or not, of text, of UTF-16, or of a compressed file that holds text."""
    at = 0
    for low, high in _long_tokens(text, _IN_BASE64):
        found = _BASE64.search(text, max(at, low - 1), high)
        if found is None or low < at:
            continue
        hit = max(low, found.start())
        start, end = _extent(text, hit, low)
        piece = base64_piece(text, start, end, opened)
        at = max(end, found.end())
        if piece:
            yield piece


def _long_tokens(text: bytes, classes: bytes) -> Iterator[tuple[int, int]]:
    """Runs of 40 bytes or more of one class, found much faster than any expression finds them."""
    text = text.translate(classes)
    start = text.find(b"a" * 40)
    while start >= 0:
        end = text.find(b" ", start)
        yield start, end if end >= 0 else len(text)
        start = text.find(b"a" * 40, end) if end >= 0 else -1


def _extent(text: bytes, hit: int, least: int) -> tuple[int, int]:
    """The run around a hit, in step with it, with the lines that it is wrapped over."""
    begin = hit
    while begin > max(least, hit - RUN_MAX):
        block = text[max(least, begin - BLOCK) : begin]
        rest = len(block.rstrip(_ALPHABET))
        begin -= len(block) - rest
        if rest:
            break
    end = _line_end(text, hit)
    width = end - begin
    while width >= WRAPPED_MIN and end - hit < RUN_MAX and (line := _NEXT_LINE.match(text, end)):
        if len(line[1]) > width or (end == begin + width and len(line[1]) < WORD and _ends(text[end - 1 : end], width)):
            break
        end = line.end()
        if len(line[1]) < width:
            break
    return hit - (hit - begin) // 4 * 4, end


def _ends(last: bytes, letters: int) -> bool:
    """Whether a run of so many letters without padding leaves no bit over: then a word in the next line is a word."""
    over = letters % 4
    return over > 1 and _ALPHABET.index(last.translate(_URL_SAFE)) % (16 if over == 2 else 4) == 0


def _line_end(text: bytes, at: int) -> int:
    letters = _LETTERS.match(text, at, at + RUN_MAX)
    return letters.end() if letters else at


def base64_piece(text: bytes, start: int, end: int, opened: Opened) -> Piece | None:
    """What a run of base64 says, if it says something to read."""
    run = text[start:end]
    if b"\\" in run or b"%" in run:
        run = _LINE_END.sub(b"", run)
    letters = run.translate(_URL_SAFE, _NO_LETTER)
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    data = binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
    end += len(text[end : end + 2]) - len(text[end : end + 2].lstrip(b"="))
    if is_text(data):
        return Piece(start, end, data, symbols=4, per=3, spaced=True)
    if data[1:2] == b"\0" and is_text(wide := data.decode("utf-16-le", "replace").encode("utf-8", "replace")):
        return Piece(start, end, wide, symbols=8, per=3, spaced=True)
    inside = opened(data)
    return Piece(start, end, inside) if inside else None


def short_base64(text: bytes, span: Span) -> Piece | None:
    """The piece for a value that the engine found, if all of it is base64 of printable ASCII."""
    if not _BEGINS.match(text, span.start):
        return None
    end = span.end + len(text[span.end : span.end + 2]) - len(text[span.end : span.end + 2].lstrip(b"="))
    if not _SHORT.fullmatch(text, span.start, end):
        return None
    piece = base64_piece(text, span.start, span.start + len(text[span.start : end].rstrip(b"=")), lambda _: b"")
    return piece if piece and not piece.data.translate(None, _PLAIN) else None


def hex_runs(text: bytes, _opened: Opened) -> Iterator[Piece]:
    """Text written as hexadecimal digits, two for each byte."""
    for low, high in _long_tokens(text, _IN_HEX):
        for found in _HEX_RUN.finditer(text, low, high):
            yield Piece(*found.span(), bytes.fromhex(found[0].decode()), symbols=2)


def wide_runs(text: bytes, _opened: Opened) -> Iterator[Piece]:
    """Runs of ASCII in UTF-16, either end first, among other bytes."""
    classes = text.translate(_CLASSES)
    hit = classes.find(_WIDE_RUN)
    while hit >= 0 and (found := _WIDE.search(text, max(0, hit - 1))):
        yield Piece(*found.span(), found[0].replace(b"\0", b""), symbols=2)
        hit = classes.find(_WIDE_RUN, found.end())


def _said(text: bytes, pattern: re.Pattern[bytes]) -> Iterator[re.Match[bytes]]:
    """The matches of a pattern that stand in text: by chance, what is no text holds any escape of two bytes."""
    for found in pattern.finditer(text):
        around = text[max(0, found.start() - AROUND) : found.end() + AROUND]
        if len(around.translate(None, _CONTROL)) == len(around):
            yield found


def percent_runs(text: bytes, _opened: Opened) -> Iterator[Piece]:
    """``%2B`` in URLs and forms."""
    return (Piece(*found.span(), bytes.fromhex(found[1].decode())) for found in _said(text, _PERCENT))


def escape_runs(text: bytes, _opened: Opened) -> Iterator[Piece]:
    r"""``\u0041``, ``\x41`` and ``\/`` in strings of JSON and of programs."""
    for found in _said(text, _ESCAPE):
        digits = found[1] or found[2]
        yield Piece(*found.span(), bytes.fromhex(digits.decode()) if digits else b"/")


def entity_runs(text: bytes, _opened: Opened) -> Iterator[Piece]:
    """``&quot;``, ``&#65;`` and ``&#x41;``. Entities that a document defines for itself are never expanded."""
    for found in _said(text, _ENTITY):
        code = _NAMED.get(found[0]) or int(found[1] or found[2], 10 if found[1] else 16)
        if code < 0x80:
            yield Piece(*found.span(), bytes([code]))


def quoted_printable_runs(text: bytes, _opened: Opened) -> Iterator[Piece]:
    """``=3D``, and lines that end in ``=`` to go on in the next (RFC 2045)."""
    for found in _said(text, _QUOTED_PRINTABLE):
        yield Piece(*found.span(), bytes.fromhex(found[1].decode()) if found[1] else b"")


FINDERS: dict[Encoding, Finder] = {
    Encoding.WIDE: wide_runs,
    Encoding.BASE64: base64_runs,
    Encoding.HEX: hex_runs,
    Encoding.PERCENT: percent_runs,
    Encoding.ESCAPE: escape_runs,
    Encoding.ENTITY: entity_runs,
    Encoding.QUOTED_PRINTABLE: quoted_printable_runs,
    Encoding.WORDS: mnemonic_runs,
    Encoding.TABLE: table_runs,
    Encoding.SQLITE: sqlite_runs,
}
