"""What is too large to be held whole is read in windows that overlap, so that nothing lies across a cut in all of them.

Each window owns what begins far from where it was cut: half an overlap of context lies around all that it reports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from secretguard.model import Fragment, Origin, Passed, Span

WHOLE = 64 << 20  # bytes; what has more is read in windows
WINDOW = 16 << 20  # bytes
OVERLAP = 64 << 10  # bytes; no credential is half as long
CONTINUED = bytes(range(0x80, 0xC0))  # bytes that begin no character of UTF-8

Read = Callable[[int], bytes]  # so many bytes, fewer only at the end


def windows(read: Read, origin: Origin) -> Iterator[Fragment]:
    """Fragments that cover all that ``read`` gives, in order. At any time one of them is in memory."""
    held, passed = b"", Passed()
    while True:
        block = read(WINDOW)
        data, last = held + block, len(block) < WINDOW
        owned = Span(OVERLAP // 2 if held else 0, len(data) if last else len(data) - OVERLAP // 2)
        yield Fragment(data, origin, (owned,), passed)
        if last:
            return
        passed = after(passed, data[:-OVERLAP])
        held = data[-OVERLAP:]


def after(passed: Passed, data: bytes) -> Passed:
    """What has been passed with these bytes as well."""
    lines = data.count(b"\n")
    tail = data[data.rfind(b"\n") + 1 :]
    columns = len(tail.translate(None, CONTINUED)) + (0 if lines else passed.columns)
    return Passed(passed.lines + lines, columns, passed.size + len(data))
