"""The format ``human``: for a person at a terminal who has just been stopped, or who has swept a repository."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from secretguard.model import Finding, Occurrence, Report, Sealed
from secretguard.reports import exposure
from secretguard.reports.base import Advice, RuleNote, Style, ordered
from secretguard.reports.ending import acceptance, overview, remedies, summary, unread
from secretguard.reports.excerpt import excerpt
from secretguard.reports.paint import (
    ALARM,
    BOLD,
    DIM,
    NARROWEST,
    SEVERITY,
    bullets,
    paint,
    paragraph,
    row,
)
from secretguard.reports.text import cells, defuse, printable, shorten, shorten_middle
from secretguard.reports.words import count, parts, spot

_COMPACT_FROM = 6
_PLACES_SHOWN = 5
_BRIEF = 69  # columns of a reason where there are many findings: one line of a terminal of 80; a file has it whole
# Longer than a line is fine for a path, for only whole can it be clicked or copied; a wall of one is not.
_LONGEST_PATH = 300


def render(report: Report, advice: Advice, style: Style) -> str:
    """The count of several findings, then the findings, worst first; what to do, what was not read, and a summary."""
    style = replace(style, width=max(style.width, NARROWEST))
    blocking = [finding for finding in ordered(report) if finding.blocking]
    blocks = [
        chain(_in_clear(report, style), overview(report, style)),
        _findings(blocking, advice, style),
        _not_blocking(report, advice, style),
        remedies(blocking, advice, style),
        chain(acceptance(blocking, style), unread(report.receipt, style), summary(report, style)),
    ]
    texts = ["\n".join(block) for block in blocks]
    return defuse("\n\n".join(text for text in texts if text)) + "\n"


def _in_clear(report: Report, style: Style) -> Iterator[str]:
    if any(finding.secret.shown is not None for finding in report.findings):
        yield from paragraph("--show-secrets: secrets stand below in clear", style, ALARM)


def _findings(findings: list[Finding], advice: Advice, style: Style) -> Iterator[str]:
    """Few findings at length, with a blank line between them; many in few lines each, which do not repeat the last."""
    compact = len(findings) >= _COMPACT_FROM
    above: list[tuple[str, str]] = []
    for number, finding in enumerate(findings):
        if number and not compact:
            yield ""
        yield from _finding(finding, advice.of(finding), style, compact, above)
        above = list(exposure.rows(finding.occurrences)) if compact else []


def _finding(
    finding: Finding, note: RuleNote, style: Style, compact: bool, above: list[tuple[str, str]]
) -> Iterator[str]:
    yield _headline(finding, note, style)
    first = finding.occurrences[0] if finding.occurrences else None
    mask = finding.secret.mask
    if first:
        yield "  " + paint(_where(first), BOLD, style)
        yield from excerpt(first, mask, style, marks=not compact)
    for label, text in _rows(finding, note, first, compact, style.terminal):
        if (label, text) not in above:
            yield from row(label, text, style, _alarm(label, text))
    yield from _elsewhere(finding.occurrences[1:], style, _PLACES_SHOWN if not compact else 1)


def _alarm(label: str, text: str) -> str:
    return ALARM if label == "reach" and text.startswith(exposure.PUSHED) else ""


def _headline(finding: Finding, note: RuleNote, style: Style) -> str:
    word = str(finding.severity).upper()
    title = shorten(printable(note.title), style.width - len(word) - 2)
    rule = printable(finding.rule)
    fits = cells(rule) <= style.width - len(word) - cells(title) - 6
    told = f"  {paint(f'({rule})', DIM, style)}" if fits else ""
    return f"{paint(word, SEVERITY[finding.severity], style)}  {paint(title, BOLD, style)}{told}"


def _where(occurrence: Occurrence) -> str:
    return shorten_middle(spot(occurrence), _LONGEST_PATH)


def _rows(
    finding: Finding, note: RuleNote, first: Occurrence | None, compact: bool, cut: bool
) -> Iterator[tuple[str, str]]:
    if finding.secret.shown is not None or not first or finding.secret.mask not in first.excerpt:
        yield "secret", _secret(finding.secret)
    yield "why", shorten(_why(finding), _BRIEF) if compact and cut else _why(finding)
    if note.what and not compact:
        yield "risk", printable(note.what)
    if finding.address:
        yield "wallet", printable(finding.address)
    for part in parts(finding):
        spot_of = f"{part.place.line}:{part.place.column}"
        yield "beside", f"{_words(part.kind)} at {spot_of}: {_secret(part.secret)}"
    yield from exposure.rows(finding.occurrences)


def _why(finding: Finding) -> str:
    evidence = "; ".join(finding.evidence)
    return printable(f"{finding.confidence} confidence{': ' if evidence else ''}{evidence}")


def _words(kind: str) -> str:
    return printable(kind.replace("_", " "))


def _secret(sealed: Sealed) -> str:
    return printable(sealed.mask if sealed.shown is None else sealed.shown)


def _elsewhere(occurrences: tuple[Occurrence, ...], style: Style, most: int) -> Iterator[str]:
    if not occurrences:
        return
    yield f"  {paint('also', DIM, style)}"
    for occurrence in occurrences[:most]:
        here = occurrence.exposure is not None and occurrence.exposure.in_head
        yield f"    {_where(occurrence)}{' (still in HEAD)' if here else ''}"
    more = len(occurrences) - most
    if more > 0:
        yield f"    + {count(more, 'more place')}"


def _not_blocking(report: Report, advice: Advice, style: Style) -> Iterator[str]:
    findings = [finding for finding in ordered(report) if not finding.blocking]
    if findings:
        yield from paragraph("Not blocking", style, BOLD)
        yield from bullets((_line(finding, advice.of(finding)) for finding in findings), style)


def _line(finding: Finding, note: RuleNote) -> str:
    where = _where(finding.occurrences[0]) if finding.occurrences else "unknown place"
    why = f" ({printable('; '.join(finding.evidence))})" if finding.evidence else ""
    more = len(finding.occurrences) - 1
    places = f" and {more:,} more" if more > 0 else ""
    return f"{where}{places}: {finding.severity} {printable(note.title)}, {_secret(finding.secret)}{why}"
