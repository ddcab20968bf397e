"""The line on stderr that shows how far a sweep is, while a terminal watches. The only room here that writes."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import TextIO

from secretguard.reports.words import count, duration, size_of

MANY = {"repository": "repositories"}
_PAUSE = 0.1  # at most ten drawings a second


class Progress:
    """One line that redraws itself. A stream that fails ends the drawing, never the scan."""

    def __init__(self, stream: TextIO, clock: Callable[[], float], width: int, *, enabled: bool = True) -> None:
        self._stream = stream
        self._clock = clock
        self._width = width
        self._enabled = enabled
        self._began = clock()
        self._drawn: float | None = None

    def update(
        self,
        objects_done: int,
        objects_total: int,
        bytes_done: int,
        bytes_total: int,
        findings: int,
        *,
        what: str = "object",
    ) -> None:
        """Tell how far it is; draws if the last drawing is a tenth of a second old."""
        now = self._clock()
        if not self._enabled or (self._drawn is not None and now - self._drawn < _PAUSE):
            return
        self._drawn = now
        share = _share(bytes_done, bytes_total) or _share(objects_done, objects_total)
        parts = [
            f"{int(share * 100):3d}% {objects_done:,} of {count(objects_total, what, MANY.get(what))}",
            *([size_of(bytes_done, bytes_total)] if bytes_total else []),
            count(findings, "finding"),
            *_left(now - self._began, share),
        ]
        line = _fitting(parts[0], parts[1:], self._width - 3)
        self._write(f"\r  {line}\x1b[K")

    def finish(self) -> None:
        """Erase the line, so that the report begins on a clean one."""
        if self._enabled and self._drawn is not None:
            self._write("\r\x1b[K")
        self._drawn = None

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            self._enabled = False


def _share(done: int, total: int) -> float:
    return min(done / total, 1.0) if total > 0 else 0.0


def _left(elapsed: float, share: float) -> list[str]:
    # The first moments promise nothing: caches are cold and the shares of the processes uneven.
    if elapsed < 0.5 or share < 0.01:
        return []
    seconds = ceil(elapsed * (1 - share) / share)
    return [f"{f'{seconds} s' if seconds < 60 else duration(seconds)} left"]


def _fitting(first: str, rest: list[str], width: int) -> str:
    """As many parts as the line holds; a line that wraps could not be erased."""
    line = first[: max(width, 0)]
    for part in rest:
        if len(line) + 2 + len(part) <= width:
            line += f", {part}"
    return line
