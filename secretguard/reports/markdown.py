"""The format ``markdown``: a short table, for the summary page of a CI run."""

from __future__ import annotations

import re
from collections.abc import Iterator

from secretguard.model import Finding, Report, show_path
from secretguard.reports.base import Advice, RuleNote, Style, ordered
from secretguard.reports.text import defuse, printable, shorten_middle
from secretguard.reports.words import beside, count, holder, read

_SHOWN = 50
_MARKS = re.compile(r"[\\`*_{}\[\]()<>#+!|~@&:$-]")


def render(report: Report, advice: Advice, style: Style) -> str:
    """A heading with the verdict, a row for each secret, and what could not be read."""
    return defuse("\n".join(_lines(report, advice)) + "\n")


def _lines(report: Report, advice: Advice) -> Iterator[str]:
    yield f"### secretguard: {_verdict(report)}"
    yield ""
    found = ordered(report)
    if found:
        yield "| severity | secret | where | what it is |"
        yield "| --- | --- | --- | --- |"
        yield from (_row(finding, advice.of(finding)) for finding in found[:_SHOWN])
        yield ""
    if len(found) > _SHOWN:
        yield f"{len(found) - _SHOWN:,} more are in the log.\n"
    yield from (f"- could not read: {_plain(error)}" for error in report.receipt.errors)
    yield from (f"- {_plain(note)}" for note in report.receipt.notes)
    accepted = sum(report.suppressed.values())
    yield f"{read(report.receipt)} read" + (f", {accepted:,} accepted and not shown." if accepted else ".")


def _verdict(report: Report) -> str:
    if not report.complete:
        return "could not read everything"
    return count(len(report.blocking), "secret") if report.blocking else "no blocking secret"


def _row(finding: Finding, note: RuleNote) -> str:
    places = [f"{show_path(o.origin.path) or holder(o.origin)}:{o.place.line}" for o in finding.occurrences[:1]]
    others = len(finding.occurrences) - 1
    where = "".join(_plain(shorten_middle(printable(place), 120)) for place in places)
    where += f" and {count(others, 'more place')}" if others > 0 else ""
    level = str(finding.severity) if finding.blocking else f"{finding.severity}, not blocking"
    told = " ".join(filter(None, (printable(note.title), beside(finding))))
    return f"| {level} | {_plain(told)} | {where} | {_plain(finding.secret.mask)} |"


def _plain(text: str) -> str:
    """Text in which nothing is markup: each sign that could be as a character reference."""
    return _MARKS.sub(lambda match: f"&#{ord(match[0])};", printable(text))
