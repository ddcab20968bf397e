"""Files within a file: gzip, bzip2, xz, zlib, zip (with what is built on it: .jar, .docx, .xlsx) and tar.

Known by what their bytes say, never by name. Nothing is written anywhere, and no member's name is ever a path to us.
"""

from __future__ import annotations

import bz2
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from secretguard.decode.budget import Budget
from secretguard.decode.magic import kind_of

BLOCK = 4 << 20  # bytes that are inflated at a time
MEMORY = 128 << 20  # bytes that xz may take for its dictionary
CONTENT = b"content"  # what the one member of a compressed stream is called
ENCRYPTED = 1  # a flag of a zip's member
BOMB = "it unpacks to too much"
LOCKED = "files in it are encrypted"
DAMAGED = "what looks like an archive in it is damaged, or is none"
NESTED = "archives within archives within archives"


class Member(NamedTuple):
    """A file within a file: its name as the archive has it, and its bytes."""

    name: bytes
    data: bytes


def members(data: bytes, budget: Budget) -> Iterator[Member]:
    """The files in an archive, as far as the budget allows. Never raises.

    What is encrypted or damaged holds nothing that anybody can read from these bytes: it is passed over, and told.
    """
    try:
        yield from _READERS[kind_of(data)](data, budget)
    except Exception:  # hostile bytes make the standard library raise more kinds of errors than it says
        budget.closed[DAMAGED] = None


def text_of(data: bytes, budget: Budget, depth: int) -> bytes:
    """All that the files in an archive hold one after the other, those of archives within it among them."""
    if not kind_of(data):
        return data
    if depth == 0:
        budget.cut(NESTED)
        return b""
    return b"\n".join(text_of(member.data, budget, depth - 1) for member in members(data, budget))


def _stream(data: bytes, budget: Budget, start: Callable[[], Any]) -> Iterator[Member]:
    """The one file that compressed streams laid end to end hold."""
    room, parts = budget.room(len(data)), list[bytes]()
    while data and room >= 0:
        stream, feed = start(), data
        while not stream.eof and room >= 0:
            try:
                block = stream.decompress(feed, BLOCK)
            except (OSError, ValueError, zlib.error, lzma.LZMAError):
                if kind_of(data) not in ("zlib", ""):  # two letters of any text begin like zlib
                    budget.closed[DAMAGED] = None
                break
            feed = getattr(stream, "unconsumed_tail", b"")
            if not block and not feed:
                break
            parts.append(block)
            room -= len(block)
        data = stream.unused_data if stream.eof else b""
    if room < 0:
        budget.cut(BOMB)
    whole = b"".join(parts)
    budget.spend(len(whole))
    if whole:
        yield Member(CONTENT, whole)


def _zip(data: bytes, budget: Budget) -> Iterator[Member]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            if info.flag_bits & ENCRYPTED:
                budget.closed[LOCKED] = None
            if info.is_dir() or info.flag_bits & ENCRYPTED:
                continue
            if not budget.member():
                return
            with archive.open(info) as file:
                yield _member(info.filename, file, min(info.compress_size, len(data)), budget)


def _tar(data: bytes, budget: Budget) -> Iterator[Member]:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
        for info in archive:
            file = archive.extractfile(info) if info.isreg() else None
            if file is None:
                continue
            if not budget.member():
                return
            yield _member(info.name, file, len(data), budget)


def _member(name: str, file: Any, compressed: int, budget: Budget) -> Member:
    room = budget.room(compressed)
    try:
        data = file.read(room + 1)
    except (OSError, EOFError, ValueError, NotImplementedError, zlib.error, lzma.LZMAError, zipfile.BadZipFile):
        data = b""
        budget.closed[DAMAGED] = None
    if len(data) > room:
        budget.cut(BOMB)
    budget.spend(len(data))
    return Member(name.encode("utf-8", "surrogateescape"), data[:room])


_READERS: dict[str, Callable[[bytes, Budget], Iterator[Member]]] = {
    "gzip": lambda data, budget: _stream(data, budget, lambda: zlib.decompressobj(wbits=31)),
    "zlib": lambda data, budget: _stream(data, budget, zlib.decompressobj),
    "bzip2": lambda data, budget: _stream(data, budget, bz2.BZ2Decompressor),
    "xz": lambda data, budget: _stream(data, budget, lambda: lzma.LZMADecompressor(memlimit=MEMORY)),
    "zip": _zip,
    "tar": _tar,
}
