"""Tables -> the same text with the name of its column before each cell that a telling one heads.

So a cell is read as a value under a name: in Markdown and what databases print, in CSV and TSV whose first line names
the columns, in ``INSERT INTO t (columns) VALUES (...)`` and PostgreSQL's ``COPY t (columns) FROM stdin``.
"""

from __future__ import annotations

import functools
import itertools
import re
import sys
from collections.abc import Iterator

from secretguard.decode.forms import COLUMN_WORDS
from secretguard.decode.view import Piece

ROWS = 10_000  # of one table
LINE_MAX = 4096  # bytes of a row
CELL_MIN = 6  # bytes
_TELLS = re.compile(f"(?i){'|'.join(COLUMN_WORDS)}".encode())
_AROUND = b"\"'`*_ \t\r\n"
_NAME = re.compile(rb"[\w .\-/#()\x80-\xff]{0,48}")
_SIGNS = re.compile(rb"[^A-Za-z0-9\x80-\xff]+")
_RULED = re.compile(rb"(?m)^([^\n|]{0,200}\|[^\n]{0,800})\r?\n[ \t]*[|+]?[ \t]*:?-[-:|+ \t]*\r?\n")
_INSERT = re.compile(rb"(?is)\(([^()]{3,600})\)\s{0,8}values(?=\s{0,8}\()")
_VALUES = re.compile(rb"\)\s{0,8}values\s{0,8}\(")  # for lower case
_COPY = re.compile(rb"(?i)copy [\w.\"]{1,80} \(([^()]{3,600})\) from stdin;\r?\n")
_TUPLE = re.compile(rb"\s{0,8}\(((?:[^()'\n]|'[^'\n]*'){0,400})\)\s{0,4},?")
_SIGN = re.compile(rb"[,;\t]")

Columns = dict[int, bytes]


def table_runs(text: bytes, _opened: object) -> Iterator[Piece]:
    """A piece for the name before each cell. What is rare and dear to look for is looked for where a sign of it is."""
    lower = text.lower()
    heads = [*_RULED.finditer(text)] if b"|" in text and b"--" in text else []
    for head, behind in itertools.zip_longest(heads, heads[1:]):
        yield from _rows(text, head.end(), _columns(head[1], b"|"), b"|", behind.start() if behind else len(text))
    first = text.partition(b"\n")[0][:LINE_MAX]
    if sign := _SIGN.search(first):
        yield from _rows(text, len(first) + 1, _columns(first, sign[0]), sign[0])
    for head in _COPY.finditer(text) if b" from stdin;" in lower else ():
        yield from _rows(text, head.end(), _columns(head[1], b","), b"\t")
    for head in _INSERT.finditer(text) if _VALUES.search(lower) else ():
        yield from _tuples(text, head.end(), _columns(head[1], b","))


def _columns(head: bytes, sign: bytes) -> Columns:
    """The columns whose names tell of a secret; none where a cell is no name, so that the row is no head."""
    names = [head[slice(*cell)].strip(_AROUND) for cell in _cells(head, sign)]
    if len(names) < 2 or not all(map(_NAME.fullmatch, names)):
        return {}
    return {place: _SIGNS.sub(b"_", name) for place, name in enumerate(names) if _TELLS.search(name)}


def _rows(text: bytes, at: int, columns: Columns, sign: bytes, until: int = sys.maxsize) -> Iterator[Piece]:
    """The cells of the lines from an offset on, as long as they are parted by the sign and no other table begins."""
    for _ in range(ROWS if columns else 0):
        end = text.find(b"\n", at)
        row = text[at : end if end >= 0 else len(text)][:LINE_MAX]
        if sign not in row or at >= until:
            return
        yield from _named(row, at, columns, sign)
        if end < 0:
            return
        at = end + 1


def _tuples(text: bytes, at: int, columns: Columns) -> Iterator[Piece]:
    for _ in range(ROWS if columns else 0):
        row = _TUPLE.match(text, at)
        if not row:
            return
        yield from _named(row[1], row.start(1), columns, b",")
        at = row.end()


def _named(row: bytes, at: int, columns: Columns, sign: bytes) -> Iterator[Piece]:
    for place, (start, end) in enumerate(_cells(row, sign)):
        cell, name = row[start:end].lstrip(), columns.get(place, b"") + b": "
        if (
            place in columns and len(cell.rstrip()) >= CELL_MIN and not cell.startswith(name)
        ):  # no reading names it twice
            yield Piece(at + end - len(cell), at + end - len(cell), name)


def _cells(row: bytes, sign: bytes) -> list[tuple[int, int]]:
    """Where the cells of a row begin and end. In bars the first may stand before the row's first cell."""
    cells = [found.span(1) for found in _cell(sign).finditer(row)]
    if sign == b"|" and cells and not row[: cells[0][1]].strip():
        cells = cells[1:]
    return cells if len(cells) < 2 or cells[-1][0] < len(row) else cells[:-1]


@functools.cache
def _cell(sign: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"([ \t]*(?:\"(?:[^\"]|\"\")*\"|'[^']*')[ ]*|[^%b]*)(?:[%b]|\Z)" % (sign, sign))
