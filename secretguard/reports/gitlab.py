"""The format ``gitlab``: GitLab's secret-detection report, schema 15.0.7, one vulnerability for each place.

Its times come from ``Style.finished`` and the report's duration; a caller who gives none gets 1970-01-01.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime

from secretguard import __version__
from secretguard.model import Finding, Occurrence, Origin, Report
from secretguard.reports.base import Advice, RuleNote, Style, spots
from secretguard.reports.json_contract import JSONValue, dump
from secretguard.reports.remedy import steps
from secretguard.reports.text import printable
from secretguard.reports.words import beside, holder, moment

VERSION = "15.0.7"
_TOOL = {
    "id": "secretguard",
    "name": "secretguard",
    "version": __version__,
    "vendor": {"name": "secretguard"},
}

# The schema wants a commit; GitLab's own analyzer writes this one where there is none.
_NO_COMMIT = "0000000"


def render(report: Report, advice: Advice, style: Style) -> str:
    """One JSON document for ``artifacts:reports:secret_detection``."""
    document = {
        "version": VERSION,
        "scan": _scan(report, style.finished),
        "vulnerabilities": [_vulnerability(f, o, advice.of(f)) for f, o in spots(report)],
    }
    return dump(document, indent=2)


def _scan(report: Report, finished: float) -> JSONValue:
    return {
        "analyzer": _TOOL,
        "scanner": _TOOL,
        "type": "secret_detection",
        "start_time": _time(max(finished - report.seconds, 0.0)),
        "end_time": _time(finished),
        "status": "success" if report.complete else "failure",
        "messages": _messages(report),
    }


def _messages(report: Report) -> list[JSONValue]:
    told = [("fatal", error) for error in report.receipt.errors]
    told += [("info", note) for note in report.receipt.notes]
    return [{"level": level, "value": printable(text) or "(no text)"} for level, text in told]


def _time(seconds: float) -> str:
    return f"{moment(seconds) or datetime.fromtimestamp(0, UTC):%Y-%m-%dT%H:%M:%S}"


def _vulnerability(finding: Finding, occurrence: Occurrence, note: RuleNote) -> JSONValue:
    rule = printable(finding.rule)
    return {
        "id": _id(finding, occurrence),
        "category": "secret_detection",
        "name": printable(note.title)[:255],
        "description": _description(finding, note),
        "severity": str(finding.severity).capitalize(),
        "solution": "\n".join(f"- {step}" for step in steps(note))[:7000],
        "identifiers": [{"type": "secretguard_rule_id", "name": f"secretguard rule {rule}", "value": rule}],
        "links": [{"url": printable(page)} for page in note.references if _is_link(page)],
        "details": {"confidence": _detail("Confidence", str(finding.confidence))},
        "location": _location(occurrence),
    }


def _is_link(page: str) -> bool:
    return page.startswith(("https://", "http://")) and len(page) > len("https://")


def _detail(name: str, value: str) -> JSONValue:
    return {"name": name, "type": "text", "value": value}


def _description(finding: Finding, note: RuleNote) -> str:
    said = [printable(note.what) or f"{printable(note.title)}."]
    if finding.evidence:
        said.append(f"Evidence: {printable('; '.join(finding.evidence))}.")
    if finding.address:
        said.append(f"Wallet: {printable(finding.address)}.")
    if finding.parts:
        said.append(beside(finding))
    if not finding.blocking:
        said.append("Not blocking.")
    return " ".join(said)


def _location(occurrence: Occurrence) -> JSONValue:
    return {
        "file": _file(occurrence.origin),
        "start_line": occurrence.place.line,
        "end_line": occurrence.place.end_line,
        "commit": _commit(occurrence),
    }


def _file(origin: Origin) -> str:
    # JSON readers outside Python refuse lone surrogates: a byte that is no UTF-8 is written \xff.
    return origin.path.decode("utf-8", "backslashreplace") if origin.path else holder(origin)


def _commit(occurrence: Occurrence) -> JSONValue:
    exposure = occurrence.exposure
    if exposure is None or not exposure.first:
        return {"sha": _NO_COMMIT}
    return {"sha": printable(exposure.first)}


def _id(finding: Finding, occurrence: Occurrence) -> str:
    """The same place of the same secret has the same id in every run."""
    place, origin = occurrence.place, occurrence.origin
    words = (finding.rule, finding.secret.fingerprint, origin.kind.value, origin.oid or "")
    spot = (place.line, place.column, place.end_line, place.end_column)
    key = repr((words, origin.path, spot)).encode("utf-8", "backslashreplace")
    return str(uuid.UUID(bytes=hashlib.sha256(key).digest()[:16], version=5))
