"""The format ``json``: the contract scripts stand on, schema 1.

Text is exact. A path that is no UTF-8 holds PEP 383 surrogates, written ``\\udcXX``; ``path`` is null where there
is none (standard input, a commit message). Where a path holds a secret itself, the secret is masked in it and
``path_masked`` is true: such a path names no file, and ``oid`` (where git has the text as an object) tells which it
is. Secrets in refs, people, errors, notes and lines are masked as well.
"""

from __future__ import annotations

import json
from typing import Any

from secretguard.model import (
    Exposure,
    Finding,
    Occurrence,
    Part,
    Person,
    Place,
    Receipt,
    Report,
    Sealed,
    show_path,
)
from secretguard.reports.base import Advice, Style, ordered
from secretguard.reports.words import moment

JSONValue = dict[str, Any]

SCHEMA = 1
_SUPPRESSED = {"baseline": 0, "comment": 0, "ignored_paths": 0}


def render(report: Report, advice: Advice, style: Style) -> str:
    """One JSON document."""
    document = {
        **head(report),
        "findings": [finding_object(finding) for finding in ordered(report)],
    }
    return dump(document, indent=2)


def dump(value: JSONValue, indent: int | None = None) -> str:
    r"""JSON in ASCII that ends with a newline; ``##`` is written ``#\u0023``, lest a CI log obey it."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, indent=indent)
    return text.replace("##", "#\\u0023") + "\n"


def head(report: Report) -> JSONValue:
    """All that is not a finding."""
    return {
        "schema": SCHEMA,
        "complete": report.complete,
        "receipt": receipt_object(report.receipt, report.seconds),
        "suppressed": {**_SUPPRESSED, **report.suppressed},
        "errors": list(report.receipt.errors),
    }


def receipt_object(receipt: Receipt, seconds: float) -> JSONValue:
    """What was read and what was left out on purpose."""
    return {
        "fragments": receipt.fragments,
        "bytes": receipt.bytes,
        "seconds": round(seconds, 3),
        "counts": dict(sorted(receipt.counts.items())),
        "skipped": [{"path": s.what, "reason": s.reason} for s in receipt.skipped],
        "notes": list(receipt.notes),
    }


def finding_object(finding: Finding) -> JSONValue:
    """One finding; ``path``, place and ``commit`` are those of its first occurrence."""
    first = finding.occurrences[0] if finding.occurrences else None
    exposure = first.exposure if first else None
    return {
        "rule": finding.rule,
        "provider": finding.provider,
        "kind": finding.kind,
        "family": finding.family,
        "severity": str(finding.severity),
        "confidence": str(finding.confidence),
        "blocking": finding.blocking,
        "path": _path(first),
        "path_masked": first is not None and first.origin.masked,
        **_place(first.place if first else None),
        **_secret(finding.secret),
        "commit": exposure.first if exposure else None,
        "address": finding.address,
        "evidence": list(finding.evidence),
        "parts": [_part(part, finding) for part in finding.parts],
        "occurrences": [_occurrence(occurrence) for occurrence in finding.occurrences],
    }


def _secret(sealed: Sealed) -> JSONValue:
    value = sealed.mask if sealed.shown is None else sealed.shown
    return {"secret": value, "fingerprint": sealed.fingerprint}


def _path(occurrence: Occurrence | None) -> str | None:
    if occurrence is None or occurrence.origin.path is None:
        return None
    return show_path(occurrence.origin.path)


def _place(place: Place | None) -> JSONValue:
    return {
        "line": place.line if place else None,
        "column": place.column if place else None,
        "end_line": place.end_line if place else None,
        "end_column": place.end_column if place else None,
    }


def _part(part: Part, finding: Finding) -> JSONValue:
    return {
        "rule": part.rule,
        "provider": part.provider,
        "kind": part.kind,
        "path": _part_path(part, finding),
        **_place(part.place),
        **_secret(part.secret),
    }


def _part_path(part: Part, finding: Finding) -> str | None:
    """The path of the text that a part stands in: its own, or what git said of the object beside the secret."""
    if part.origin is None or part.origin.path is not None:
        return show_path(part.origin.path) if part.origin else None
    return next((_path(each) for each in finding.occurrences if each.origin.oid == part.origin.oid), None)


def _occurrence(occurrence: Occurrence) -> JSONValue:
    return {
        "repository": occurrence.origin.repository,
        "origin": occurrence.origin.kind.value,
        "oid": occurrence.origin.oid,
        "path": _path(occurrence),
        "path_masked": occurrence.origin.masked,
        **_place(occurrence.place),
        "excerpt": occurrence.excerpt,
        "exposure": _exposure(occurrence.exposure),
    }


def _exposure(exposure: Exposure | None) -> JSONValue | None:
    if exposure is None:
        return None
    return {
        "first": exposure.first,
        "author": _person(exposure.author),
        "last": exposure.last,
        "commits": exposure.commits,
        "in_head": exposure.in_head,
        "refs": list(exposure.refs),
        "reach": exposure.reach.value,
    }


def _person(person: Person | None) -> JSONValue | None:
    if person is None:
        return None
    when = moment(person.time)
    date = f"{when:%Y-%m-%dT%H:%M:%S}Z" if when else None
    return {"name": person.name, "email": person.email, "date": date, "zone": person.zone}
