"""Findings against a baseline: accepted, no longer accepted, new; and entries that nothing was found for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from secretguard.baseline.text import Baseline
from secretguard.model import Finding, Report

SUPPRESSED = "baseline"  # its name among what a receipt counts as suppressed


def accept(report: Report, baseline: Baseline, today: str) -> Report:
    """The report without the findings that the baseline accepts on ``today`` (an ISO date), which it counts."""
    standing = []
    for finding in report.findings:
        told = _standing(finding, baseline, today)
        if told is None:
            report.receipt.suppress(SUPPRESSED)
        else:
            standing.append(told)
    return replace(report, findings=tuple(standing), suppressed=dict(report.receipt.suppressed))


def _standing(finding: Finding, baseline: Baseline, today: str) -> Finding | None:
    """The finding if it is to be reported, with the reason where it was accepted once; else None."""
    ended = ""
    for fingerprint in fingerprints(finding):
        entry = baseline.get(fingerprint)
        if entry is None:
            return finding
        if entry.expired(today):
            ended = f"the baseline accepted it until {entry.expires}"
    return replace(finding, evidence=(*finding.evidence, ended)) if ended else None


def fingerprints(finding: Finding) -> tuple[str, ...]:
    """Of the secret itself and of every further part: all must be accepted for the finding to be."""
    return (finding.secret.fingerprint, *(part.secret.fingerprint for part in finding.parts))


def absent(findings: Iterable[Finding], baseline: Baseline) -> list[str]:
    """The fingerprints of the baseline that none of the findings has."""
    seen = {each for finding in findings for each in fingerprints(finding)}
    return [fingerprint for fingerprint in sorted(baseline.lines) if fingerprint not in seen]
