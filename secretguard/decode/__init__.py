"""What is encoded in a fragment: bytes -> views of it with the runs decoded, and the files within a file.

Pure: no file is opened, nothing is run. Every bound stands in ``budget``; what is cut is told.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace

from secretguard.decode.budget import DEPTH, LAYERS, PIECES, Budget
from secretguard.decode.joins import joins
from secretguard.decode.magic import kind_of
from secretguard.decode.runs import FINDERS, Finder, Opened, short_base64
from secretguard.decode.sqlite import MAGIC
from secretguard.decode.view import Piece, View
from secretguard.model import Encoding, Form, Match, Span

__all__ = ["DEPTH", "LAYERS", "Budget", "View", "decoded", "encodings", "kind_of"]


def encodings(data: bytes, matches: Iterable[Match]) -> list[Encoding]:
    """The encodings that may occur in a text of which these are the engine's matches, each once."""
    found = list(dict.fromkeys(Encoding(match.rules[0]) for match in matches if match.form is Form.ENCODED))
    if b"\0" not in data:
        return found
    # Escapes of two bytes come about by chance in what is no text, and mean nothing there.
    first = Encoding.SQLITE if data.startswith(MAGIC) else Encoding.WIDE  # a database says which of its texts are wide
    return [first, *(each for each in found if each in (Encoding.BASE64, Encoding.HEX))]


def decoded(
    data: bytes, matches: Iterable[Match], where: Iterable[Span], budget: Budget, opened: Opened
) -> View | None:
    """The text with the encoded runs in the spans ``where`` (ascending) decoded; None if there are none."""
    matches = list(matches)
    values = [match.span for match in matches if match.form in (Form.ASSIGNED, Form.QUOTED)]
    found = [piece for span in values if (piece := short_base64(data, span))]
    found += joins(data, sorted(values))
    for encoding in encodings(data, matches):
        for span in itertools.takewhile(lambda _: budget.time(), where):
            found += itertools.islice(_within(data, span, FINDERS[encoding], opened), PIECES)
    if len(found) >= PIECES:
        budget.cut(f"more than {PIECES} encoded characters")
    pieces = list(_disjoint(found))
    return View(data, pieces) if pieces else None


def _within(data: bytes, span: Span, finder: Finder, opened: Opened) -> Iterator[Piece]:
    for piece in finder(data[span.start : span.end], opened):
        yield replace(piece, start=piece.start + span.start, end=piece.end + span.start)


def _disjoint(pieces: list[Piece]) -> Iterator[Piece]:
    """The pieces in ascending order without those inside others."""
    at = 0
    for piece in sorted(pieces, key=lambda each: (each.start, -each.end)):
        if piece.start >= at:
            yield piece
            at = piece.end
