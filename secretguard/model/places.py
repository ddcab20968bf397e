"""What is scanned, where it lay, and where in it something stands: Origin, Fragment, Span, Place."""

from __future__ import annotations

import bisect
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

MAX_SIZE = 16 << 30  # bytes of a file or object, unless a Config says otherwise; what is larger is told as not read


class OriginKind(StrEnum):
    """Where the bytes of a fragment lay."""

    FILE = "file"
    NAME = "name"  # of a file on disk
    INDEX = "index"
    BLOB = "blob"
    COMMIT = "commit"
    TAG = "tag"
    TREE = "tree"
    REF = "ref"
    STDIN = "stdin"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a fragment comes from.

    ``path`` is the bytes that git or the file system uses, never decoded; None where no path is known
    (a blob of the history has none until somebody asks git). ``oid`` is the full hexadecimal object id.
    ``masked``: the path holds a secret, and stands here with the secret masked, so it opens nothing. ``repository``
    names the repository in a sweep of several. ``member``: which file within the archive that lies there, as
    ``!folder/name``, with another ``!`` for an archive within it; a report tells it as the end of the path.
    """

    kind: OriginKind
    path: bytes | None = None
    oid: str | None = None
    masked: bool = False
    repository: str | None = None
    member: bytes = b""


def show_path(path: bytes | None) -> str:
    """A path as text that ``os.fsencode`` turns back into the same bytes (PEP 383)."""
    return "" if path is None else path.decode("utf-8", "surrogateescape")


class Span(NamedTuple):
    """Byte offsets in a fragment's data: ``start`` included, ``end`` not."""

    start: int
    end: int


class Passed(NamedTuple):
    """What of an object lies before a window of it: whole lines, characters of the line begun, bytes in all."""

    lines: int = 0
    columns: int = 0
    size: int = 0


class Fragment(NamedTuple):
    """A run of bytes to scan, and where it lay. A blob is one fragment, however many commits hold it.

    ``fresh``: the spans that a change introduces, in ascending order; None where all of it counts. What lies outside
    them is context: it is read, and never reported. ``passed``: the data is a window of something larger (see
    ``windows``), of which so much lies before; None where it is all there is.
    """

    data: bytes
    origin: Origin
    fresh: tuple[Span, ...] | None = None
    passed: Passed | None = None

    def introduces(self, span: Span) -> bool:
        """Whether a byte of the span is new."""
        if self.fresh is None:
            return True
        before = bisect.bisect_left(self.fresh, span.end, key=lambda each: each.start)
        return before > 0 and span.start < self.fresh[before - 1].end


class Place(NamedTuple):
    """Where a text stands, as an editor counts: lines and columns from 1, columns in characters, the end excluded."""

    line: int
    column: int
    end_line: int
    end_column: int

    def behind(self, passed: Passed) -> Place:
        """The same place in what a window was cut from."""
        return Place(
            self.line + passed.lines,
            self.column + (passed.columns if self.line == 1 else 0),
            self.end_line + passed.lines,
            self.end_column + (passed.columns if self.end_line == 1 else 0),
        )
