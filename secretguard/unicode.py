"""UTF-16 and UTF-32 as people save them from Windows tools -> UTF-8, so that one set of expressions reads all."""

from __future__ import annotations

from secretguard.model import Fragment, Span

_HEAD = 1024  # bytes that decide
_MARKS = {
    b"\xff\xfe\0\0": "utf-32-le",
    b"\0\0\xfe\xff": "utf-32-be",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
}
_GUESSED = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")


def as_utf8(fragment: Fragment) -> Fragment:
    """The same fragment, or one with its UTF-16 or UTF-32 text (with or without a byte order mark) as UTF-8.

    Lines and columns stay as an editor shows them, since all count characters.
    """
    mark, encoding = _encoding(fragment.data)
    if not encoding:
        return fragment
    data = _recoded(fragment.data[len(mark) :], encoding)
    return Fragment(data, fragment.origin, _recoded_spans(fragment, mark, encoding))


def _recoded(data: bytes, encoding: str) -> bytes:
    unit = _unit(encoding)
    if len(data) % unit == 1 and data.endswith(b"\n"):
        data = data[:-1]  # the line feed that sources add is a part of a character here
    return data.decode(encoding, "replace").encode("utf-8", "replace")


def _recoded_spans(fragment: Fragment, mark: bytes, encoding: str) -> tuple[Span, ...] | None:
    """The fresh spans where they lie in UTF-8. A part of a character counts as a whole one."""
    if fragment.fresh is None:
        return None
    unit = _unit(encoding)

    def offset(at: int, up: int) -> int:
        whole = (at - len(mark) + up * (unit - 1)) // unit * unit
        return len(_recoded(fragment.data[len(mark) : len(mark) + max(0, whole)], encoding))

    return tuple(Span(offset(each.start, 0), offset(each.end, 1)) for each in fragment.fresh)


def _unit(encoding: str) -> int:
    """The bytes of a character, or of half of a rare one."""
    return 4 if "32" in encoding else 2


def _encoding(data: bytes) -> tuple[bytes, str]:
    """The byte order mark and the encoding; nothing for what is neither."""
    mark = next((mark for mark in _MARKS if data.startswith(mark)), b"")
    if mark:
        return mark, _MARKS[mark]
    head = data[:_HEAD]
    if len(head) < 8 or b"\0" not in head:
        return b"", ""
    return b"", next((encoding for encoding in _GUESSED if _reads(head, encoding)), "")


def _reads(head: bytes, encoding: str) -> bool:
    """Whether bytes are text in an encoding: every character one to print, and words or lines parted."""
    text = head[: len(head) // _unit(encoding) * _unit(encoding)].decode(encoding, "replace").removesuffix("\ufffd")
    plain = text.translate({ord(each): None for each in "\t\r\n"})
    return plain.isprintable() and "\ufffd" not in plain and any(each in text for each in " \n=:")
