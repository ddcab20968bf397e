"""The format ``sarif``: SARIF 2.1.0 as GitHub's code scanning reads it, one result for each place of each secret.

No secret, mask or source line is in it: such files are uploaded and kept.
"""

from __future__ import annotations

from urllib.parse import quote

from secretguard import __version__
from secretguard.model import Confidence, Finding, Occurrence, Origin, Report, Severity
from secretguard.reports.base import Advice, RuleNote, Style, ordered, spots
from secretguard.reports.json_contract import JSONValue, dump
from secretguard.reports.remedy import steps
from secretguard.reports.text import printable
from secretguard.reports.words import beside, count, short

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

# GitHub shows the number as critical (from 9.0), high (7.0), medium (4.0) and low.
_SCORE = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
}
_LEVEL = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
}
_PRECISION = {Confidence.HIGH: "very-high", Confidence.MEDIUM: "high", Confidence.LOW: "medium"}


def render(report: Report, advice: Advice, style: Style) -> str:
    """One SARIF log with one run."""
    rules = _worst_of_each_rule(report)
    index = {rule: number for number, rule in enumerate(rules)}
    run = {
        "tool": {"driver": _driver(rules, advice)},
        "invocations": [_invocation(report)],
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the repository."}}},
        "results": [_result(f, o, index[f.rule], advice) for f, o in spots(report)],
    }
    return dump({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _worst_of_each_rule(report: Report) -> dict[str, Finding]:
    worst: dict[str, Finding] = {}
    for finding in ordered(report):
        worst.setdefault(finding.rule, finding)
    return dict(sorted(worst.items()))


def _driver(rules: dict[str, Finding], advice: Advice) -> JSONValue:
    return {
        "name": "secretguard",
        "semanticVersion": __version__,
        "rules": [_rule(finding, advice.of(finding)) for finding in rules.values()],
    }


def _rule(finding: Finding, note: RuleNote) -> JSONValue:
    title = printable(note.title)
    rule: JSONValue = {
        "id": printable(finding.rule),
        "name": _pascal(finding.rule),
        "shortDescription": {"text": title},
        "fullDescription": {"text": printable(note.what) or title},
        "help": {"text": _help(note, markdown=False), "markdown": _help(note, markdown=True)},
        "defaultConfiguration": {"level": _level(finding)},
        "properties": {
            "security-severity": _SCORE[finding.severity],
            "precision": _PRECISION[finding.confidence],
            "tags": _tags(finding),
        },
    }
    pages = [page for page in note.references if page.startswith("https://")]
    return {**rule, "helpUri": quote(printable(pages[0]), safe="/:?&=#%@+,;~")} if pages else rule


def _tags(finding: Finding) -> list[str]:
    tags = ["security", "secret", "external/cwe/cwe-798", printable(finding.provider)]
    return list(dict.fromkeys(tag for tag in tags if tag))


def _pascal(rule: str) -> str:
    return "".join(word.capitalize() for word in printable(rule).replace("_", "-").split("-"))


def _help(note: RuleNote, *, markdown: bool) -> str:
    title = printable(note.title)
    lines = [f"**{title}**" if markdown else title, ""]
    if note.what:
        lines += [printable(note.what), ""]
    lines += [f"{number}. {step}" for number, step in enumerate(steps(note), 1)]
    pages = [f"- {printable(page)}" for page in note.references]
    return "\n".join([*lines, "", *pages] if pages else lines)


def _level(finding: Finding) -> str:
    return _LEVEL[finding.severity] if finding.blocking else "note"


def _result(finding: Finding, occurrence: Occurrence, rule: int, advice: Advice) -> JSONValue:
    commit = occurrence.exposure.first if occurrence.exposure else None
    return {
        "ruleId": printable(finding.rule),
        "ruleIndex": rule,
        "level": _level(finding),
        "message": {"text": _message(finding, commit, advice.of(finding))},
        "locations": [{"physicalLocation": _location(occurrence)}],
        "partialFingerprints": {"secretguard/v1": printable(finding.secret.fingerprint)},
        "properties": {
            "severity": str(finding.severity),
            "confidence": str(finding.confidence),
            "blocking": finding.blocking,
            **({"commit": printable(commit)} if commit else {}),
        },
    }


def _message(finding: Finding, commit: str | None, note: RuleNote) -> str:
    since = f", first in commit {short(commit)}" if commit else ""
    lines = [f"{printable(note.title)} ({finding.confidence} confidence){since}."]
    if not finding.blocking:
        lines.append("Not blocking.")
    if note.what:
        lines.append(printable(note.what))
    if finding.address:
        lines.append(f"Wallet: {printable(finding.address)}.")
    if finding.parts:
        lines.append(beside(finding))
    return " ".join(lines)


def _location(occurrence: Occurrence) -> JSONValue:
    place = occurrence.place
    return {
        "artifactLocation": _artifact(occurrence.origin),
        "region": {
            "startLine": place.line,
            "startColumn": place.column,
            "endLine": place.end_line,
            "endColumn": place.end_column,
        },
    }


def _artifact(origin: Origin) -> JSONValue:
    # GitHub refuses a result without a file, so a text that lies in none gets a name that no file has.
    path = origin.path or f"{origin.kind.value}/{origin.oid or '-'}".encode("utf-8", "replace")
    uri = quote(path, safe="/")
    if uri.startswith("/"):
        return {"uri": "file:///" + uri.lstrip("/")}
    return {"uri": uri, "uriBaseId": "%SRCROOT%"}


def _invocation(report: Report) -> JSONValue:
    errors = [_notification("error", error) for error in report.receipt.errors]
    notes = [_notification("note", note) for note in report.receipt.notes]
    skipped = len(report.receipt.skipped)
    if skipped:
        notes.append(_notification("note", f"{count(skipped, 'item')} left out on purpose"))
    return {
        "executionSuccessful": report.complete,
        "exitCode": report.exit_code(),
        "toolExecutionNotifications": errors + notes,
    }


def _notification(level: str, text: str) -> JSONValue:
    return {"level": level, "message": {"text": printable(text)}}
