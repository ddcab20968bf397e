"""Reading a regular file, and nothing else: never through a link unasked, never waiting for the other end of a pipe."""

from __future__ import annotations

import os
import stat

BLOCK = 1 << 20  # bytes
# Windows has neither of the first two flags, and wants binary said
FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class TooLarge(Exception):  # noqa: N818 - no error of the program
    """A file has more bytes than are read."""


def read(path: bytes, max_size: int, *, follow: bool = False) -> bytes:
    """The contents of a regular file and one LF; with ``follow`` a link to one will do.

    Raises OSError, and TooLarge above ``max_size`` bytes.
    """
    descriptor = os.open(path, FLAGS & ~getattr(os, "O_NOFOLLOW", 0) if follow else FLAGS)
    try:
        info = os.fstat(descriptor)
        if not stat.S_ISREG(info.st_mode):
            raise FileNotFoundError(0, "it is no regular file")
        if info.st_size > max_size:
            raise TooLarge
        blocks, size = [], 0
        while block := os.read(descriptor, BLOCK):
            blocks.append(block)
            size += len(block)
            if size > max_size:  # it grows
                raise TooLarge
    finally:
        os.close(descriptor)
    return b"".join([*blocks, b"\n"])
