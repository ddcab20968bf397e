"""The format ``github``: workflow commands that GitHub Actions turns into annotations, worst first.

GitHub shows ten errors of a step; the log holds them all.
"""

from __future__ import annotations

from collections.abc import Iterator

from secretguard.model import Finding, Occurrence, Report, show_path
from secretguard.reports.base import Advice, RuleNote, Style, spots
from secretguard.reports.remedy import steps
from secretguard.reports.text import printable
from secretguard.reports.words import beside, holder, short

_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_DATA, ":": "%3A", ",": "%2C"}


def render(report: Report, advice: Advice, style: Style) -> str:
    """One command a line: ``error`` for each place of each secret, ``notice`` for what does not block."""
    lines = [_command("error", {"title": "secretguard: scan is incomplete"}, e) for e in report.receipt.errors]
    lines += [_annotation(f, o, advice.of(f)) for f, o in spots(report)]
    return "".join(f"{line}\n" for line in lines)


def _annotation(finding: Finding, occurrence: Occurrence, note: RuleNote) -> str:
    level = "error" if finding.blocking else "notice"
    title = printable(f"secretguard: {note.title} ({finding.severity})")
    message = "\n".join(_message(finding, occurrence, note))
    return _command(level, {**_place(occurrence), "title": title}, message)


def _command(name: str, properties: dict[str, str], message: str) -> str:
    pairs = ",".join(f"{key}={_escaped(value, _PROPERTY)}" for key, value in properties.items())
    return f"::{name} {pairs}::{_escaped(message, _DATA)}"


def _escaped(text: str, table: dict[str, str]) -> str:
    # What GitHub can decode stays exact (a newline in a path too); the rest must be harmless in a log.
    return "".join(table.get(char) or printable(char) for char in text)


def _place(occurrence: Occurrence) -> dict[str, str]:
    place = occurrence.place
    if not occurrence.origin.path:
        return {}
    found = {"file": show_path(occurrence.origin.path), "line": str(place.line)}
    if place.line != place.end_line:
        return {**found, "endLine": str(place.end_line)}
    return {**found, "col": str(place.column), "endColumn": str(place.end_column)}


def _message(finding: Finding, occurrence: Occurrence, note: RuleNote) -> Iterator[str]:
    if not occurrence.origin.path:
        yield f"In {holder(occurrence.origin)}, line {occurrence.place.line}."
    if note.what:
        yield printable(note.what)
    yield printable(f"Confidence {finding.confidence}: {'; '.join(finding.evidence)}".rstrip(": "))
    if finding.parts:
        yield beside(finding)
    if occurrence.exposure and occurrence.exposure.first:
        yield f"First in commit {short(occurrence.exposure.first)}."
    if finding.blocking:
        yield from steps(note)
