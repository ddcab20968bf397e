"""Lines for a terminal: colours, hyperlinks, labelled rows. Widths are settled before anything is painted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from secretguard.model import Severity
from secretguard.reports.base import Style
from secretguard.reports.text import wrap

BOLD, DIM, GREEN, YELLOW = "1", "2", "32", "33"
ALARM = "1;31"
SEVERITY = {
    Severity.CRITICAL: "1;97;41",
    Severity.HIGH: ALARM,
    Severity.MEDIUM: "1;33",
    Severity.LOW: "1;36",
}

NARROWEST = 20
_ROOMY = 60  # from this width the labels get a column of their own
_LABEL = 9
_URL = re.compile(r"https?://[!-~]+[0-9A-Za-z/]")


def paint(text: str, code: str, style: Style) -> str:
    """The text in a colour, if colours are wanted."""
    return f"\x1b[{code}m{text}\x1b[0m" if style.color and text else text


def linked(line: str, style: Style) -> str:
    """The line with its URLs made clickable, where the terminal knows hyperlinks."""
    if not style.links:
        return line
    return _URL.sub(lambda m: f"\x1b]8;;{m[0]}\x1b\\{m[0]}\x1b]8;;\x1b\\", line)


def row(label: str, text: str, style: Style, code: str = "") -> Iterator[str]:
    """A label and its text, wrapped under itself; on a narrow terminal under the label."""
    wide = style.width >= _ROOMY
    sign = f"{label:<{_LABEL}}" if wide else f"{label}: "
    indent = 2 + (_LABEL if wide else 2)
    first, *rest = wrap(text, style.width - indent, 0 if wide else len(sign) - 2)
    yield f"  {paint(sign, DIM, style)}{_told(first, style, code)}".rstrip()
    yield from (" " * indent + _told(line, style, code) for line in rest)


def _told(line: str, style: Style, code: str) -> str:
    return paint(line, code, style) if code else linked(line, style)


def bullets(texts: Iterable[str], style: Style, mark: str = "-") -> Iterator[str]:
    """Items, each wrapped under itself; ``mark`` may hold ``{}`` for its number."""
    for number, text in enumerate(texts, 1):
        sign = f"  {mark.format(number)} "
        first, *rest = wrap(text, max(style.width - len(sign), 1))
        yield sign + linked(first, style)
        yield from (" " * len(sign) + linked(line, style) for line in rest)


def paragraph(text: str, style: Style, code: str = "") -> Iterator[str]:
    """Wrapped text from the margin, painted whole."""
    for line in wrap(text, style.width):
        yield paint(line, code, style) if code else line
