"""UTF-16 as people save it from Windows tools -> UTF-8, so that one set of expressions reads both."""

from __future__ import annotations

from secretguard.model import Fragment, Span

_HEAD = 1024  # bytes that decide


def as_utf8(fragment: Fragment) -> Fragment:
    """The same fragment, or one with its UTF-16 text (with or without a byte order mark) as UTF-8.

    Lines and columns stay as an editor shows them, since both count characters.
    """
    encoding = _utf16(fragment.data)
    if encoding is None:
        return fragment
    return Fragment(_recoded(fragment.data, encoding), fragment.origin, _recoded_spans(fragment, encoding))


def _recoded(data: bytes, encoding: str) -> bytes:
    if len(data) % 2 and data.endswith(b"\n"):
        data = data[:-1]  # the line feed that sources add is half a character here
    return data.decode(encoding, "replace").encode("utf-8", "replace")


def _recoded_spans(fragment: Fragment, encoding: str) -> tuple[Span, ...] | None:
    """The fresh spans where they lie in UTF-8. Half a character counts as a whole one."""
    if fragment.fresh is None:
        return None
    plain = "utf-16-be" if encoding == "utf-16" and fragment.data[:2] == b"\xfe\xff" else "utf-16-le"
    plain = encoding if encoding != "utf-16" else plain
    skip = 2 if encoding == "utf-16" else 0

    def offset(at: int, up: int) -> int:
        return len(_recoded(fragment.data[skip : max(skip, at + (at + up) % 2 * (1 if up else -1))], plain))

    return tuple(Span(offset(each.start, 0), offset(each.end, 1)) for each in fragment.fresh)


def _utf16(data: bytes) -> str | None:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    head = data[: _HEAD - len(data[:_HEAD]) % 2]
    if len(head) < 8:
        return None
    # Latin letters in UTF-16 have a NUL in every second byte, and none in between.
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > 0.7 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.7 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None
