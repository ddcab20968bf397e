"""How much one fragment may cost to decode. What is left out for it is told, and makes the scan incomplete."""

from __future__ import annotations

import time

DEPTH = 6  # archives within one another, a .tar.gz being two: three of these
LAYERS = 8  # encodings of a text within one another: backslashes double with each
SIZE = 256 << 20  # bytes, all that is decoded of one fragment together
RATIO = 100  # of decoded to compressed bytes, from FREE bytes on: a tenfold of what text compresses to
FREE = 16 << 20  # bytes
MEMBERS = 20_000  # files of one archive and of those in it
PIECES = 500_000  # encoded runs or characters of one text
SECONDS, SECONDS_PER_MB = 20.0, 2.0  # of decoding one fragment


class Budget:
    """What is left for one fragment of so many bytes. ``unread`` gets one line for each bound that is met.

    ``closed`` gets one for each thing that nobody can read from these bytes, because a key or a part is missing.
    """

    def __init__(self, unread: list[str], size: int = 0) -> None:
        self._unread = unread
        self.closed: dict[str, None] = {}
        self._size = SIZE
        self._members = MEMBERS
        self._until = time.monotonic() + SECONDS + SECONDS_PER_MB * size / 1e6

    def room(self, compressed: int) -> int:
        """The bytes that so many compressed ones may become, and nothing once time is up."""
        return min(self._size, max(FREE, compressed * RATIO)) if self.time() else 0

    def time(self) -> bool:
        """Whether there is time left."""
        left = time.monotonic() <= self._until
        if not left:
            self.cut("decoding took too long")
        return left

    def spend(self, size: int) -> None:
        """Count bytes that were decoded."""
        self._size -= size

    def member(self) -> bool:
        """Whether one more file of an archive may be read."""
        self._members -= 1
        if self._members < 0:
            self.cut(f"an archive of more than {MEMBERS} files")
        return self._members >= 0

    def cut(self, reason: str) -> None:
        """Tell what is left out."""
        if reason not in self._unread:
            self._unread.append(reason)
