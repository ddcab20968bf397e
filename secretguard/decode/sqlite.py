"""A SQLite database -> the same bytes with the name of its column before each value of a row that tells of a secret.

On a page the values of a row stand side by side, without names and without signs between them. Here pages are read as
bytes: no library runs what a hostile database says, and every page, cell and byte of an overflow is read at most once.
Pages that were freed keep the rows that were deleted; they are read as well, under the columns of the table that has as
many. Where each value lies stays known. https://www.sqlite.org/fileformat2.html
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from secretguard.decode.forms import COLUMN_WORDS
from secretguard.decode.view import Piece

MAGIC = b"SQLite format 3\0"
AS_READ = (
    b"SQLite, as read\n"  # stands for MAGIC in the view, so that its pages, moved by what was added, are not read again
)
ROWS = 10_000  # of one table that are read under names, as of any table
APART = 100_000  # values of other rows that are set apart from their neighbours
LONG = 16  # bytes of a value from which that is worth it
SQL_MAX = 8192  # bytes of a CREATE TABLE
HEADER, LEAF, INTERIOR = 100, 13, 5
_TELLS = re.compile(f"(?i){'|'.join(COLUMN_WORDS)}".encode())
_CREATE = re.compile(rb"(?i)\s{0,9}create\s[^(]{1,200}\(")
_ITEM = re.compile(rb"\"[^\"]{0,80}\"|'[^']{0,80}'|`[^`]{0,80}`|\[[^\]]{0,80}\]|--[^\n]*|[(),]|[^\"'`\[(),-]+|.")
_COLUMN = re.compile(rb"\s*(?:[\"'`\[]([^\"'`\]]{1,48})[\"'`\]]|([^\s\"'`\[\](]{1,48}))")
_CONSTRAINTS = frozenset((b"constraint", b"primary", b"unique", b"check", b"foreign"))
_SIGNS = re.compile(rb"[^A-Za-z0-9\x80-\xff]+")
_BYTES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 7: 8}  # of numbers, by their type


class Table(NamedTuple):
    """A table's name and those of its columns."""

    name: bytes
    columns: tuple[bytes, ...]


class Value(NamedTuple):
    """Where a value lies, what of it lies on other pages, and whether it is text, a blob or a number."""

    start: int
    end: int
    rest: bytes
    kind: str

    @property
    def size(self) -> int:
        """Bytes of it in their place."""
        return self.end - self.start


def sqlite_runs(data: bytes, _opened: object) -> Iterator[Piece]:
    """Pieces for the names before values, and for what sets them apart; nothing where the header is none."""
    file = _File(data)
    if file.sound:
        yield Piece(0, len(MAGIC), AS_READ)
        apart: list[Value] = []
        yield from _named_rows(file, apart)
        for value in apart:
            yield from (Piece(place, place, b"\n") for place in (value.start, value.end))


def _named_rows(file: _File, apart: list[Value]) -> Iterator[Piece]:
    """The rows that tell of a secret, under names; the long texts of the others go to ``apart``."""
    owners, widths = file.owners()
    seen = Counter[Table]()
    for start in range(0, len(file.data), file.page):
        for row in file.rows(start):
            table = owners.get(start) or widths.get(len(row), Table(b"", ()))
            if not file.tells(row, table):
                apart += [each for each in row[: APART - len(apart)] if each.kind == "text" and each.size >= LONG]
            elif seen[table] < ROWS:
                seen[table] += 1
                yield from file.named(row, table)


class _File:
    def __init__(self, data: bytes) -> None:
        self.data = data
        size = int.from_bytes(data[16:18], "big")
        self.page = 65536 if size == 1 else size
        self.sound = len(data) > HEADER and self.page >= 512 and self.page & (self.page - 1) == 0
        self._usable = self.page - data[20] if self.sound else 0
        self._wide = {2: "utf-16-le", 3: "utf-16-be"}.get(int.from_bytes(data[56:60], "big"), "")
        self._followed: set[int] = set()  # pages of overflows

    def owners(self) -> tuple[dict[int, Table], dict[int, Table]]:
        """Start of each leaf page in use to its table; number of columns to a table that has as many."""
        owners: dict[int, Table] = {}
        widths: dict[int, Table] = {}
        for leaf in self._leaves(1, owners, Table(b"", ())):
            for row in self.rows(leaf):
                table = self._created(row)
                if table:
                    widths.setdefault(len(table.columns), table)
                    self._leaves(self._number(row[3]), owners, table)
        return owners, widths

    def _created(self, row: list[Value]) -> Table | None:
        """The table that a row of the schema creates: type, name, tbl_name, rootpage, sql."""
        if len(row) != 5 or row[3].kind != "number" or self._text(row[0]) != b"table":
            return None
        return Table(self._text(row[1])[:80], columns_of(self._text(row[4])[:SQL_MAX]))

    def _leaves(self, root: int, owners: dict[int, Table], table: Table) -> list[int]:
        """The starts of the leaf pages of a tree, given to the table; no page belongs to two."""
        found, waiting = [], [root]
        while waiting:
            start = (waiting.pop() - 1) * self.page
            if start in owners or not 0 <= start < len(self.data):
                continue
            owners[start] = table
            head = start + (HEADER if start == 0 else 0)
            if self.data[head : head + 1] == bytes([LEAF]):
                found.append(start)
            elif self.data[head : head + 1] == bytes([INTERIOR]):
                waiting.append(self._int(head + 8, 4))
                waiting += (self._int(start + cell, 4) for cell in self._cells(head, 12))
        return found

    def _int(self, at: int, size: int) -> int:
        return int.from_bytes(self.data[at : at + size], "big")

    def _cells(self, head: int, size: int) -> Iterator[int]:
        """The offsets of a page's cells, by the pointers behind its header."""
        first, count = head + size, min(self._int(head + 3, 2), self.page // 2)
        return (self._int(at, 2) for at in range(first, first + 2 * count, 2))

    def rows(self, start: int) -> Iterator[list[Value]]:
        """The rows on a leaf page of a table, as many as have room on it."""
        head = start + (HEADER if start == 0 else 0)
        if self.data[head : head + 1] != bytes([LEAF]):
            return
        room = self.page
        for cell in self._cells(head, 8):
            size, at = _varint(self.data, start + cell)
            _, at = _varint(self.data, at)
            local = self._local(size)
            room -= local + 4
            if room < 0 or at + local > min(start + self.page, len(self.data)):
                return
            overflow = self._overflow(self._int(at + local, 4), size - local) if size > local else b""
            yield list(self._values(at, local, overflow))

    def _local(self, size: int) -> int:
        """How many bytes of a payload lie on the page itself."""
        if size <= self._usable - 35:
            return size
        least = (self._usable - 12) * 32 // 255 - 23
        more = least + (size - least) % (self._usable - 4)
        return more if more <= self._usable - 35 else least

    def _overflow(self, page: int, size: int) -> bytes:
        """What of a payload lies on other pages; each is followed once."""
        parts = []
        while size > 0 and 0 < page <= len(self.data) // self.page and page not in self._followed:
            self._followed.add(page)
            start = (page - 1) * self.page
            parts.append(self.data[start + 4 : start + self._usable][:size])
            size -= len(parts[-1])
            page = self._int(start, 4)
        return b"".join(parts)

    def _values(self, at: int, local: int, overflow: bytes) -> Iterator[Value]:
        """The values of a record: its header tells their types, and so their sizes."""
        size, head = _varint(self.data, at)
        place, end = at + min(size, local), at + local
        while head < at + min(size, local):
            code, head = _varint(self.data, head)
            width = _BYTES.get(code, (code - 12) // 2 if code >= 12 else 0)
            kind = "number" if code < 12 else "text" if code % 2 else "blob"
            rest = overflow[max(0, place - end) : max(0, place + width - end)]
            yield Value(min(place, end), min(place + width, end), rest, kind)
            place += width

    def _number(self, value: Value) -> int:
        return int.from_bytes(self.data[value.start : value.end], "big")

    def _text(self, value: Value) -> bytes:
        """A text as UTF-8; nothing for what is no text."""
        if value.kind != "text":
            return b""
        plain = self.data[value.start : value.end] + value.rest
        return plain.decode(self._wide, "replace").encode() if self._wide else plain

    def tells(self, row: list[Value], table: Table) -> bool:
        """Whether a column or a short value (the key beside a value) tells of a secret in this row."""
        return any(
            value.kind != "number" and value.size and (_TELLS.search(name) or self._says(value))
            for value, name in _under(row, table)
        )

    def _says(self, value: Value) -> bool:
        return value.kind == "text" and value.size <= 96 and bool(_TELLS.search(self._text(value)))

    def named(self, row: list[Value], table: Table) -> Iterator[Piece]:
        """Pieces that make a row read as a section of its own: ``[table]``, and ``column: "value"`` in each line."""
        heading = b"\n[%b]\n" % _SIGNS.sub(b"_", table.name)
        for value, name in _under(row, table):
            if value.kind == "text":
                yield from self._quoted(value, b'%b%b: "' % (heading, name))
                heading = b"\n"

    def _quoted(self, value: Value, before: bytes) -> Iterator[Piece]:
        """A text with what stands before it, and its end; of UTF-16 one piece, which lies where all of it does."""
        if self._wide:
            yield Piece(value.start, value.end, before + self._text(value) + b'"\n')
        else:
            yield Piece(value.start, value.start, before)
            yield Piece(value.end, value.end, value.rest + b'"\n')


def _under(row: list[Value], table: Table) -> Iterator[tuple[Value, bytes]]:
    """The values of a row, each with the name of its column."""
    return zip(row, itertools.chain(table.columns, itertools.repeat(b"value")), strict=False)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of up to nine bytes, and where it ends."""
    value = 0
    for place, byte in enumerate(data[at : at + 9], 1):
        if place == 9:
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + place
    return value, len(data)


def columns_of(sql: bytes) -> tuple[bytes, ...]:
    """The names of the columns in a CREATE TABLE, in the order that its rows have."""
    begin = _CREATE.match(sql)
    names, item, depth = [], b"", 0
    for each in _ITEM.finditer(sql, begin.end() if begin else len(sql)):
        sign = each[0]
        depth += (sign == b"(") - (sign == b")")
        if depth < 0 or (sign == b"," and depth == 0):
            names.append(item)
            item = b""
        elif not sign.startswith(b"--"):
            item += sign
        if depth < 0:
            break
    found = (_COLUMN.match(name) for name in names)
    plain = (each[1] or each[2] for each in found if each)
    return tuple(_SIGNS.sub(b"_", name) for name in plain if name.lower() not in _CONSTRAINTS)
