"""The format ``junit``: XML for CI systems that show tests. A secret is a failed test, a scan error an error."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from secretguard.model import Finding, Report
from secretguard.reports.base import Advice, RuleNote, Style, ordered
from secretguard.reports.remedy import steps
from secretguard.reports.text import defuse, printable
from secretguard.reports.words import beside, holder, spot


def render(report: Report, advice: Advice, style: Style) -> str:
    """One test suite; a clean run is one test that passed, as some CI systems take an empty suite for a broken one."""
    cases = [_case(finding, advice.of(finding)) for finding in ordered(report)]
    cases += [_error(error) for error in report.receipt.errors]
    totals = _attributes(
        tests=str(max(len(cases), 1)),
        failures=str(len(report.blocking)),
        errors=str(len(report.receipt.errors)),
        skipped=str(len(report.findings) - len(report.blocking)),
        time=f"{max(report.seconds, 0.0):.3f}",
    )
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="secretguard"{totals}>',
        f'<testsuite name="secretguard"{totals}>',
        *(cases or ['<testcase classname="secretguard" name="no secrets"/>']),
        "</testsuite>",
        "</testsuites>",
    ]
    return defuse("\n".join(lines)) + "\n"


def _attributes(**values: str) -> str:
    return "".join(f" {name}={quoteattr(printable(value))}" for name, value in values.items())


def _case(finding: Finding, note: RuleNote) -> str:
    first = finding.occurrences[0] if finding.occurrences else None
    where = spot(first) if first else "unknown place"
    case = _attributes(classname=holder(first.origin) if first else where, name=f"{note.title} at {where}")
    message = f"{str(finding.severity).upper()} {note.title} at {where}"
    if not finding.blocking:
        return f"<testcase{case}><skipped{_attributes(message=f'not blocking: {message}')}/></testcase>"
    body = escape("\n".join(_body(finding, note)))
    failure = _attributes(message=message, type=finding.rule)
    return f"<testcase{case}><failure{failure}>{body}</failure></testcase>"


def _body(finding: Finding, note: RuleNote) -> Iterator[str]:
    if note.what:
        yield printable(note.what)
    yield f"Confidence: {printable('; '.join([str(finding.confidence), *finding.evidence]))}"
    if finding.address:
        yield f"Wallet: {printable(finding.address)}"
    for occurrence in finding.occurrences:
        yield f"At {spot(occurrence)}"
    if finding.parts:
        yield beside(finding)
    for number, step in enumerate(steps(note), 1):
        yield f"{number}. {step}"


def _error(error: str) -> str:
    case = _attributes(classname="secretguard", name="everything in scope was read")
    return f"<testcase{case}><error{_attributes(message=error, type='incomplete')}/></testcase>"
