"""Reading regular files, and nothing else: never through a link unasked, never waiting for the other end of a pipe."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

BLOCK = 1 << 20  # bytes
# Windows has neither of the first two flags, and wants binary said
FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class NotRegular(OSError):  # noqa: N818 - says what is the case
    """What lies there is a folder, a pipe, a device."""


class TooLarge(Exception):  # noqa: N818 - no error of the program
    """A file has more bytes than are read."""


def read(path: bytes, max_size: int, *, follow: bool = False) -> bytes:
    """The contents of a regular file and one LF; with ``follow`` a link to one will do.

    Raises OSError, and TooLarge above ``max_size`` bytes.
    """
    with opened(path, follow=follow) as (descriptor, size):
        if size > max_size:
            raise TooLarge
        return File(descriptor, max_size).read(max_size + 2)


def beginning(path: bytes, size: int) -> bytes:
    """At most the first ``size`` bytes of a regular file. Raises OSError."""
    with opened(path) as (descriptor, whole), os.fdopen(descriptor, "rb", closefd=False) as file:
        return file.read(min(size, whole))


@contextmanager
def opened(path: bytes, *, follow: bool = False) -> Iterator[tuple[int, int]]:
    """The descriptor of a regular file and its size in bytes. Raises OSError, NotRegular among them."""
    descriptor = os.open(path, FLAGS & ~getattr(os, "O_NOFOLLOW", 0) if follow else FLAGS)
    try:
        info = os.fstat(descriptor)
        if not stat.S_ISREG(info.st_mode):
            raise NotRegular(errno.EINVAL, "it is no regular file")
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


def digest_of(files: Iterable[tuple[str, bytes]]) -> str:
    """A hash, in hexadecimal, of the names and contents of some files, in this order."""
    total = hashlib.sha256()
    for name, content in files:
        total.update(f"{name}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()
