"""Text that is safe to show: no character of a scanned repository drives the terminal or a CI system's log."""

from __future__ import annotations

import re
import unicodedata

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}

# CI systems read commands from a job's log: "::error::" where a line begins (GitHub), "##[error]" and "##vso["
# anywhere in it (GitHub's older form, Azure), "##teamcity[" (TeamCity). Our colours may stand in front.
_LINE_COMMAND = re.compile(r"^((?:[ \t]|\x1b\[[0-9;]*m)*):(?=:)", re.MULTILINE)
_LOG_COMMAND = re.compile(r"##(?=\w*\[)")


def printable(text: str) -> str:
    r"""The text with everything that is not plainly visible written as an escape: ``\x1b``, ``\u202e``, ``\n``.

    That covers control and format characters (bidi overrides, zero-width ones), line separators, odd spaces,
    private and unassigned code points and surrogates; a byte kept by PEP 383 appears as that byte, ``\xff``.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _visible(c) for c in text)


def _visible(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        code -= 0xDC00
    if code < 0x100:
        return _SHORT.get(char, f"\\x{code:02x}")
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def defuse(text: str) -> str:
    r"""The text with nothing in it that a CI system would obey if it stood in a job's log."""
    return _LOG_COMMAND.sub(r"#\\x23", _LINE_COMMAND.sub(r"\1\\x3a", text))


def cells(text: str) -> int:
    """How many columns of a terminal the text takes, about: wide East Asian characters two, marks none."""
    return len(text) if text.isascii() else sum(map(_cell, text))


def _cell(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def head(text: str, width: int) -> str:
    """As much of the start of the text as fits."""
    used = 0
    for index, char in enumerate(text):
        used += _cell(char)
        if used > width:
            return text[:index]
    return text


def tail(text: str, width: int) -> str:
    """As much of the end of the text as fits."""
    return head(text[::-1], width)[::-1]


def shorten(text: str, width: int) -> str:
    """The text, cut with ``…`` at the end if it does not fit."""
    return text if cells(text) <= width else head(text, max(width - 1, 0)) + "…"


def shorten_start(text: str, width: int) -> str:
    """The text, cut with ``…`` at the start if it does not fit."""
    return text if cells(text) <= width else "…" + tail(text, max(width - 1, 0))


def shorten_middle(text: str, width: int) -> str:
    """The text, cut with ``…`` in the middle if it does not fit: both ends of a path tell something."""
    if cells(text) <= width:
        return text
    left = (width - 1) // 2
    return head(text, left) + "…" + tail(text, width - 1 - left)


def wrap(text: str, width: int, lead: int = 0) -> list[str]:
    """The text in lines of at most ``width`` columns, of which ``lead`` are taken in the first.

    A URL is never broken, or nobody could click on it.
    """
    lines, used = [""], lead
    for piece in (piece for word in text.split(" ") for piece in _pieces(word, width)):
        taken = cells(piece)
        if used + bool(lines[-1]) + taken <= width or (len(lines) == 1 and not lines[0] and not lead):
            used += bool(lines[-1]) + taken
            lines[-1] += f" {piece}" if lines[-1] else piece
        else:
            lines.append(piece)
            used = taken
    return lines


def _pieces(word: str, width: int) -> list[str]:
    if cells(word) <= width or word.startswith(("https://", "http://")):
        return [word]
    pieces = []
    while word:
        piece = head(word, width) or word[0]
        pieces.append(piece)
        word = word[len(piece) :]
    return pieces
