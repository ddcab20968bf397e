"""Where a text's own structure puts an offset: the headings above it, and the block of lines that it shares.

Read from indentation, section lines (``[okx]``), list items (``- name: okx``) and, within a line, open brackets. No
parser: what leaks is as often half a file, a log or a chat as it is valid YAML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

UP, DOWN = 60, 15  # lines that are looked at
LINE = 400  # bytes of a line that count
_SECTION = re.compile(rb"[ \t]*\[{1,2}[^\]\[{}=,()]{1,80}\]{1,2}[ \t]*(?:[#;].*)?\r?$")
_ITEM = re.compile(rb"[ \t]*- ")
_CLOSER = re.compile(rb"[ \t]*[)\]}]")
_PAIRS = {ord(")"): ord("("), ord("]"): ord("["), ord("}"): ord("{")}


@dataclass(frozen=True, slots=True)
class Block:
    """``headings``: (offset, text) of what encloses an offset, innermost first; ``start`` and ``end``: its lines."""

    headings: tuple[tuple[int, bytes], ...]
    start: int
    end: int

    def beside(self, other: Block) -> bool:
        """Whether two offsets lie in one block, or in neighbouring ones under the same headings."""
        mine, theirs = ([at for at, _ in each.headings] for each in (self, other))
        return mine == theirs or (len(mine) == len(theirs) and mine[1:] == theirs[1:])


def block_at(data: bytes, offset: int) -> Block:
    """The block of lines around an offset."""
    line = data.rfind(b"\n", 0, offset) + 1
    headings = _open_brackets(data, max(line, offset - LINE), offset)
    own = data[line : line + LINE]
    start = line if _ITEM.match(own) else 0
    above = _headings_above(data, line, _depth(own))
    if above and not start:
        start = above[0][0]
    return Block((*headings, *above), start, _end(data, offset, _depth(own)))


def _depth(line: bytes) -> int:
    """The columns before a line's text; an item of a list stands where its dash stands."""
    return len(line) - len(line.lstrip(b" \t+"))


def _open_brackets(data: bytes, start: int, offset: int) -> list[tuple[int, bytes]]:
    """What stands before each bracket of the line that is still open at the offset, the innermost first."""
    closed: list[int] = []
    found = []
    for at in range(offset - 1, start - 1, -1):
        byte = data[at]
        if byte in _PAIRS:
            closed.append(_PAIRS[byte])
        elif byte in b"([{":
            if closed:
                if closed[-1] == byte:
                    closed.pop()
            else:
                before = data[max(start, at - 60) : at]
                found.append((at, before[max(map(before.rfind, (b",", b"{", b"}", b";"))) + 1 :]))
    return found


def _headings_above(data: bytes, line: int, depth: int) -> list[tuple[int, bytes]]:
    """Lines of ever less indentation above a line, up to a section line or the margin."""
    found: list[tuple[int, bytes]] = []
    for _ in range(UP):
        if line <= 0:
            break
        end, line = line - 1, data.rfind(b"\n", 0, line - 1) + 1
        text = data[line : min(end, line + LINE)]
        if _SECTION.match(text) and _depth(text) <= depth:
            found.append((line, text))
            break
        if text.strip() and _depth(text) < depth and not _CLOSER.match(text):
            depth = _depth(text)
            found.append((line, text))
    return found


def _end(data: bytes, offset: int, depth: int) -> int:
    """Where the block around an offset ends: at a line of less indentation, or at the next section."""
    at = offset
    for _ in range(DOWN):
        start = data.find(b"\n", at) + 1
        if not start:
            return len(data)
        text = data[start : start + LINE].partition(b"\n")[0]
        if text.strip() and (_depth(text) < depth or _SECTION.match(text)):
            return start
        at = start
    return at
