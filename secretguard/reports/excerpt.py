"""One masked line of source, with marks under the mask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from secretguard.model import Occurrence
from secretguard.reports.base import Style
from secretguard.reports.paint import ALARM, DIM, paint
from secretguard.reports.text import cells, printable, shorten, shorten_start


def surroundings(occurrence: Occurrence, mask: str, style: Style) -> Iterator[str]:
    """The line as ``excerpt`` shows it, with the lines before and after it that the occurrence keeps."""
    number = occurrence.place.line
    digits = len(str(number + len(occurrence.after)))
    yield from _plain(occurrence.before, number - len(occurrence.before), digits, occurrence, style)
    yield from excerpt(occurrence, mask, style, marks=True, digits=digits)
    yield from _plain(occurrence.after, number + 1, digits, occurrence, style)


def _plain(lines: Sequence[str], first: int, digits: int, occurrence: Occurrence, style: Style) -> Iterator[str]:
    """Lines from the number ``first`` on, as far to the left as the line of the occurrence."""
    indent = len(_raw(occurrence.excerpt)) - len(_raw(occurrence.excerpt).lstrip())
    for number, line in enumerate(map(_raw, lines), first):
        moved = line[min(indent, len(line) - len(line.lstrip())) :].rstrip()
        told = f"  {number:{digits}} | {shorten(printable(moved), max(style.width - digits - 5, 1))}"
        yield paint(told.rstrip(), DIM, style)


def _raw(line: str) -> str:
    return line.replace("\t", "    ")


def excerpt(occurrence: Occurrence, mask: str, style: Style, *, marks: bool, digits: int = 0) -> Iterator[str]:
    """The line behind its number, and below it ``^^^`` under the mask; nothing if there is no line to show.

    ``digits``: how wide the number is at least.
    """
    raw = _raw(occurrence.excerpt)
    line = printable(raw.strip())
    if not line:
        return
    number = str(occurrence.place.line).rjust(digits)
    room = max(style.width - len(number) - 5, 1)
    before, found, after = _around(line, printable(mask), occurrence, raw, room)
    bar = paint("|", DIM, style)
    yield f"  {paint(number, DIM, style)} {bar} {before}{paint(found, ALARM, style)}{after}"
    if marks and found:
        under = paint("^" * cells(found), ALARM, style)
        yield f"  {' ' * len(number)} {bar} {' ' * cells(before)}{under}"


def _around(line: str, mask: str, occurrence: Occurrence, raw: str, room: int) -> tuple[str, str, str]:
    """The line cut to ``room`` in three: before the mask, the mask, after it. The mask is cut last."""
    indent = len(raw) - len(raw.lstrip())
    start = _nearest(line, mask, occurrence.place.column - 1 - indent)
    if start is None:
        return shorten(line, room), "", ""
    before, after = line[:start], line[start + len(mask) :]
    found = shorten(mask, room)
    spare = room - cells(found)
    before = shorten_start(before, max(spare // 2, spare - cells(after))) if spare else ""
    after = shorten(after, spare - cells(before)) if spare > cells(before) else ""
    return before, found, after


def _nearest(line: str, mask: str, column: int) -> int | None:
    """Where the mask stands; of several alike (a line with two short secrets) the one nearest to the column."""
    starts = []
    start = line.find(mask) if mask else -1
    while start >= 0:
        starts.append(start)
        start = line.find(mask, start + 1)
    return min(starts, key=lambda s: abs(s - column)) if starts else None
