"""Which providers the surroundings of a value mention, and how much each mention says of whose it is.

Only for values that stand: here the block counts, and who is named beyond its borders counts for less.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from secretguard.judge.blocks import Block
from secretguard.judge.context import NEAR_LINES, Context
from secretguard.model import Span

NAME, HEADING, LINE, NEAR, FILE_NAME, FOREIGN, PATH, FILE, ONLY_ONE = 6.0, 4.5, 4.0, 3.0, 3.0, 1.5, 2.0, 1.0, 1.0
FARTHER, AFTER = 0.1, 0.25  # what each further line takes away, and that a heading comes before, not after
BLOCK_LINES = 15


@dataclass(frozen=True, slots=True)
class Mention:
    """How much a mention weighs, and where it stands, in words."""

    weight: float
    words: str


def mentions(span: Span, name: str, block: Block, context: Context) -> dict[str, Mention]:
    """Provider -> its weightiest mention."""
    found: dict[str, Mention] = {}
    for weight, words, providers in _all(span, name, block, context):
        for provider in providers:
            if provider not in found or found[provider].weight < weight:
                found[provider] = Mention(weight, words)
    return {provider: each for provider, each in found.items() if not context.denied(provider)}


def _all(span: Span, name: str, block: Block, context: Context) -> Iterator[tuple[float, str, frozenset[str]]]:
    anywhere = context.anywhere()
    yield FILE + (ONLY_ONE if len(anywhere) == 1 else 0.0), "named in the same file", anywhere
    yield PATH, "named in the path", context.in_path()
    yield FILE_NAME, "named by the file", context.in_file_name()
    yield from _lines(span, block, context)
    for level, (_, text) in enumerate(block.headings[:6]):
        yield HEADING - 0.4 * level, "named by the block it stands in", context.named(text.decode("latin-1"))
    if name:
        yield NAME, "named by the variable", context.named(name)


def _lines(span: Span, block: Block, context: Context) -> Iterator[tuple[float, str, frozenset[str]]]:
    own = context.line_span(span.start)
    before, after = context.data[own.start : span.start], context.data[span.end : own.end]
    yield LINE, "named in the line", context.in_line(before)
    yield LINE - AFTER, "named in the line", context.in_line(after)
    for distance, start, line in context.lines_back(own.start, BLOCK_LINES):
        inside = start >= block.start
        if distance <= NEAR_LINES or (inside and block.start):
            yield _weight(distance, inside), _away(distance), context.in_line(line)
    for distance, start, line in context.lines_ahead(span.end, BLOCK_LINES):
        inside = start < block.end
        if distance <= NEAR_LINES or (inside and block.start):
            yield _weight(distance, inside) - AFTER, _away(distance), context.in_line(line)


def _weight(distance: int, inside: bool) -> float:
    return (NEAR if inside else FOREIGN) - FARTHER * distance


def _away(distance: int) -> str:
    return f"named {distance} line{'s' * (distance > 1)} away"
