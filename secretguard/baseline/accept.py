"""Findings against a baseline: accepted, no longer accepted, new; and entries that nothing was found for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from secretguard.baseline.entry import Verdict
from secretguard.baseline.text import Baseline
from secretguard.model import Finding, Occurrence, Part, Report

SUPPRESSED = "baseline"  # its name among what a receipt counts as suppressed
IDENTIFIERS = ("api_key", "uid")


def accept(report: Report, baseline: Baseline, today: str) -> Report:
    """The report without the findings that the baseline accepts on ``today`` (an ISO date), which it counts."""
    standing: list[Finding] = []
    for finding in report.findings:
        new = list(_new(finding, baseline, today))
        standing += new
        if not new:
            report.receipt.suppress(SUPPRESSED)
    return replace(report, findings=tuple(standing), suppressed=dict(report.receipt.suppressed))


def _new(finding: Finding, baseline: Baseline, today: str) -> Iterator[Finding]:
    """The finding if it is to be reported; if it is accepted, the parts of the credential that are not.

    What only identifies an account goes with its secret: it is no finding where it stands alone and unnamed.
    """
    whole = _unless_accepted(finding, baseline, today)
    if whole is not None:
        yield whole
        return
    pieces: dict[str, list[Part]] = {}
    for part in finding.parts:
        if part.kind not in IDENTIFIERS:
            pieces.setdefault(part.secret.fingerprint, []).append(part)
    for parts in pieces.values():
        told = _unless_accepted(_alone(finding, parts), baseline, today)
        if told is not None:
            yield told


def _unless_accepted(finding: Finding, baseline: Baseline, today: str) -> Finding | None:
    entry = baseline.get(finding.secret.fingerprint)
    if entry is None:
        return finding
    why = entry.refuses(today)
    return replace(finding, evidence=(*finding.evidence, why)) if why else None


def _alone(finding: Finding, parts: Sequence[Part]) -> Finding:
    """A piece of a credential, wherever it stands as a part, as a finding of its own."""
    part, home = parts[0], finding.occurrences[0].origin
    occurrences = (Occurrence(each.origin or home, each.place, each.excerpt, each.exposure) for each in parts)
    return replace(
        finding,
        rule=part.rule,
        kind=part.kind,
        provider=part.provider or finding.provider,
        secret=part.secret,
        occurrences=tuple(occurrences),
        evidence=("it stands beside an accepted secret, and is not accepted itself",),
        address=None,
        parts=(),
    )


def fingerprints(finding: Finding) -> tuple[str, ...]:
    """Of the secret itself and of every further part of the credential: each has an entry of its own."""
    return tuple(each.secret.fingerprint for each in finding.pieces)


def absent(findings: Iterable[Finding], baseline: Baseline) -> list[str]:
    """The fingerprints of the baseline that none of the findings has, but for what is never accepted: it may return."""
    seen = {each for finding in findings for each in fingerprints(finding)}
    gone = (baseline.get(fingerprint) for fingerprint in sorted(baseline.lines) if fingerprint not in seen)
    return [entry.fingerprint for entry in gone if entry and entry.verdict is not Verdict.REAL_SECRET]
