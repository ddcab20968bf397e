"""Reading a regular file, and nothing else: never through a link unasked, never waiting for the other end of a pipe."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

from secretguard.model import Fragment, Origin
from secretguard.windows import WHOLE, windows

BLOCK = 1 << 20  # bytes
# Windows has neither of the first two flags, and wants binary said
FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class TooLarge(Exception):  # noqa: N818 - no error of the program
    """A file has more bytes than are read."""


def read(path: bytes, max_size: int, *, follow: bool = False) -> bytes:
    """The contents of a regular file and one LF; with ``follow`` a link to one will do.

    Raises OSError, and TooLarge above ``max_size`` bytes or what is held whole.
    """
    most = min(max_size, WHOLE)
    with opened(path, follow=follow) as (descriptor, size):
        if size > most:
            raise TooLarge
        return File(descriptor, most).read(most + 2)


def pieces(path: bytes, max_size: int, origin: Origin) -> Iterator[Fragment]:
    """The contents of a regular file and one LF: as one fragment, or if it is large in windows.

    Raises OSError, and TooLarge above ``max_size`` bytes.
    """
    with opened(path) as (descriptor, size):
        if size > max_size:
            raise TooLarge
        file = File(descriptor, max_size)
        if size > WHOLE:
            yield from windows(file.read, origin)
        else:
            yield Fragment(file.read(max_size + 2), origin)


@contextmanager
def opened(path: bytes, *, follow: bool = False) -> Iterator[tuple[int, int]]:
    """The descriptor of a regular file and its size in bytes. Raises OSError."""
    descriptor = os.open(path, FLAGS & ~getattr(os, "O_NOFOLLOW", 0) if follow else FLAGS)
    try:
        info = os.fstat(descriptor)
        if not stat.S_ISREG(info.st_mode):
            raise FileNotFoundError(0, "it is no regular file")
        yield descriptor, info.st_size
    finally:
        os.close(descriptor)


class File:
    """An open file and one LF behind it; TooLarge once it has grown beyond ``most`` bytes."""

    def __init__(self, descriptor: int, most: int) -> None:
        self._descriptor, self._left, self._ended = descriptor, most, False

    def read(self, size: int) -> bytes:
        """The next ``size`` bytes, fewer only at the end. Raises OSError and TooLarge."""
        blocks, wanted = [], size
        while wanted and not self._ended:
            block = os.read(self._descriptor, min(wanted, BLOCK))
            self._left -= len(block)
            if self._left < 0:
                raise TooLarge
            self._ended = not block
            blocks.append(block or b"\n")
            wanted -= len(block)
        return b"".join(blocks)
