"""A line with every secret of its fragment masked. Costs no more for a fragment of a thousand secrets than for one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from secretguard.judge.context import Context
from secretguard.model import Span

HEAD = 6  # characters by which a value that stands somewhere again is recognised
FEW = 32  # such beginnings are looked for one by one before a text is looked through


class Masking:
    """The secrets of one fragment: spans in ascending order that do not overlap, and the mask of each.

    ``decoded``: the values, and the mask of each, that lie there encoded, and may be quoted as they are.
    """

    def __init__(self, context: Context, masks: Sequence[tuple[Span, str]], decoded: Mapping[str, str]) -> None:
        self._context = context
        self._masks = masks
        self._starts = [span.start for span, _ in masks]
        self._again = {**decoded, **{self._text(span.start, span.end): mask for span, mask in reversed(masks)}}
        self._lengths: dict[str, set[int]] = {}  # by the first characters of a value, all of one that has few
        for value in self._again:
            self._lengths.setdefault(value[:HEAD], set()).add(len(value))
        self._heads = sorted({len(head) for head in self._lengths}, reverse=True)

    def line(self, span: Span) -> str:
        """The line on which the span begins; of a secret of several lines the mask stands on each."""
        return self._line(self._context.line_span(span.start))

    def around(self, span: Span, number: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """As many lines before the one on which the span begins, and behind it, as there are; likewise masked."""
        before: list[str] = []
        after: list[str] = []
        start, end = self._context.line_span(span.start)
        while len(before) < number and self._ends_line(start - 1):
            line = self._context.line_span(start - 1)
            before.insert(0, self._line(line))
            start = line.start
        while len(after) < number and self._ends_line(end) and end + 2 < len(self._context.data):
            line = self._context.line_span(end + 1)
            after.append(self._line(line))
            end = line.end
        return tuple(before), tuple(after)

    def _ends_line(self, at: int) -> bool:
        return at >= 0 and self._context.data[at : at + 1] == b"\n"

    def _line(self, line: Span) -> str:
        text, at = "", line.start
        for place in range(max(0, bisect_right(self._starts, line.start) - 1), len(self._masks)):
            secret, mask = self._masks[place]
            if secret.start >= line.end:
                break
            if secret.end > line.start:
                text += self._plain(at, secret.start) + mask
                at = min(secret.end, line.end)
        return text + self._plain(at, line.end)

    def _text(self, start: int, end: int) -> str:
        return self._context.data[start:end].decode("utf-8", "replace")

    def _plain(self, start: int, end: int) -> str:
        return self.text(self._text(start, end))

    def text(self, text: str) -> str:
        """A text beside the secrets, where the same values may stand again as no match of their own."""
        if len(self._lengths) <= FEW and not any(head in text for head in self._lengths):
            return text
        told, at = "", 0
        for place in range(len(text)):
            if place >= at and (value := self._value_at(text, place)):
                told += text[at:place] + self._again[value]
                at = place + len(value)
        return told + text[at:]

    def _value_at(self, text: str, place: int) -> str:
        """The longest value that stands there again, or nothing."""
        for head in self._heads:
            for length in sorted(self._lengths.get(text[place : place + head], ()), reverse=True):
                value = text[place : place + length]
                if value in self._again:
                    return value
        return ""
