"""Whole credentials: which verdicts are pieces of one account, by place, block and name."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable
from dataclasses import dataclass

from secretguard.judge.blocks import Block, block_at
from secretguard.judge.context import Context
from secretguard.judge.mentions import LINE, Mention, mentions
from secretguard.judge.names import ROLE_WORDS, words_of
from secretguard.judge.verdict import Verdict, start_of
from secretguard.model import Span

# What a piece is of the whole: of one account there is at most one of each.
SLOTS = {
    "api_secret": "secret",
    "private_key": "secret",
    "wallet_key": "secret",
    "passphrase": "passphrase",
    "password": "passphrase",
    "api_key": "key",
    "uid": "uid",
}
FAR_LINES, FAR_BYTES, ADJACENT_LINES = 8, 1500, 3
OPEN = 8  # groups that a piece may still join
_DIGITS = re.compile(r"\d+|\D+")
LOUD = LINE - 0.5  # from this weight on a mention says whose it is, whatever stands beside it


@dataclass(frozen=True, slots=True)
class Piece:
    """A verdict and what its surroundings say; ``stem`` is what its name says beside its role."""

    verdict: Verdict
    slot: str
    stem: frozenset[str]
    block: Block
    line: int
    mentions: dict[str, Mention]

    @property
    def loud(self) -> frozenset[str]:
        """The providers that it can't be parted from."""
        return frozenset(provider for provider, each in self.mentions.items() if each.weight >= LOUD)


def within_reach(faint: Iterable[Verdict], standing: list[Verdict], context: Context) -> list[Verdict]:
    """What stands (in the order of the text), and what is too faint to stand alone but may be a piece of it."""
    found = list(standing)
    for each in faint:
        place = bisect.bisect_left(standing, each.span.start, key=start_of)
        beside = standing[max(0, place - 1) : place + 1]
        if any(_overlap(each.span, other.span) for other in beside):
            continue
        if any(_reaches(each.span, other.span, context) for other in beside):
            found.append(each)
    return sorted(found, key=start_of)


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _reaches(faint: Span, other: Span, context: Context) -> bool:
    """Whether two spans that lie apart are near enough to be one credential's."""
    low, high = sorted((faint, other), key=lambda span: span.start)
    return high.start - low.end <= FAR_BYTES and context.data.count(b"\n", low.end, high.start) <= FAR_LINES


def piece_of(verdict: Verdict, context: Context) -> Piece:
    """The verdict with its surroundings."""
    block = block_at(context.data, verdict.span.start)
    said = mentions(verdict.span, verdict.name, block, context)
    slot = SLOTS.get(verdict.rule.kind, "")
    return Piece(verdict, slot, stem_of(verdict.name), block, context.line_of(verdict.span.start), said)


def stem_of(name: str) -> frozenset[str]:
    """The words of a name that tell no role: ``OKX_SUB_API_KEY_2`` -> okx, sub, 2."""
    words = (part for word in words_of(name) for part in _DIGITS.findall(word))
    return frozenset(words) - ROLE_WORDS


def accounts(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Pieces of one account together, in the order of the text; what belongs to none is alone."""
    groups: list[list[Piece]] = []
    for piece in pieces:
        fitting = [group for group in groups[-OPEN:] if piece.slot and _joins(piece, group)]
        if fitting:
            max(fitting, key=lambda group: _closeness(piece, group)).append(piece)
        else:
            groups.append([piece])
    return groups


def _joins(piece: Piece, group: list[Piece]) -> bool:
    if not all(each.slot and each.slot != piece.slot for each in group):
        return False
    if any(each.loud and piece.loud and each.loud.isdisjoint(piece.loud) for each in group):
        return False
    if any(each.stem and piece.stem and each.stem != piece.stem for each in group):
        return False
    return any(_near(piece, each) for each in group)


def _near(piece: Piece, other: Piece) -> bool:
    lines = abs(piece.line - other.line)
    if lines > FAR_LINES or piece.verdict.span.start - other.verdict.span.end > FAR_BYTES:
        return False
    if piece.block.headings == other.block.headings or (piece.stem and piece.stem == other.stem):
        return True
    return lines <= ADJACENT_LINES and piece.block.beside(other.block)


def _closeness(piece: Piece, group: list[Piece]) -> tuple[bool, bool, int]:
    return (
        any(each.stem and each.stem == piece.stem for each in group),
        any(each.block.headings == piece.block.headings for each in group),
        max(each.verdict.span.end for each in group),
    )
