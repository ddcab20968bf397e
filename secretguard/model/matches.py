"""What the engine finds in a fragment, and in each way to read it: Match, Reading."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from secretguard.model.places import Span

TOO_LONG = "took too long"  # why a fragment was not fully read


class Form(StrEnum):
    """How a match stands in its text."""

    REGEX = "regex"  # it has a form of its own
    ASSIGNED = "assigned"  # a value under a telling name
    QUOTED = "quoted"  # a quoted token with no name, as in Client("...", "...")
    ENCODED = "encoded"  # no secret yet: where something encoded may stand; its rule is an Encoding


class Encoding(StrEnum):
    """How a run of a text may be encoded."""

    BASE64 = "base64"
    HEX = "hex"
    PERCENT = "percent"
    ESCAPE = "escape"
    ENTITY = "entity"
    QUOTED_PRINTABLE = "quoted-printable"
    WORDS = "words"  # of a mnemonic, joined by more than blanks
    TABLE = "table"  # whose columns have names
    SQLITE = "sqlite"  # a database: rows without the names of their columns
    WIDE = "wide"  # UTF-16 within other bytes


class Match(NamedTuple):
    """What the engine found: the span of the possible secret, and every rule it could be.

    ``name`` is the span of the name it is assigned to, for ``Form.ASSIGNED``.
    """

    form: Form
    rules: tuple[str, ...]
    span: Span
    name: Span | None = None


class Lying(NamedTuple):
    """Where something lies in a fragment: its own bytes, and all of the encoded run that it is part of."""

    span: Span
    run: Span


def as_it_lies(span: Span) -> Lying:
    """Where a span lies that nothing encodes."""
    return Lying(span, span)


class Reading(NamedTuple):
    """One way to read a fragment: as it lies there, or with what is encoded in it decoded.

    ``matches`` are those in ``data``; ``lies`` leads from a span of it back to the fragment.
    """

    data: bytes
    matches: list[Match]
    lies: Callable[[Span], Lying] = as_it_lies
