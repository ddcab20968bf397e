"""What every report shares: the types of the gallery, and the order in which findings are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from secretguard.model import Finding, Occurrence, Report


@dataclass(frozen=True, slots=True)
class RuleNote:
    """What a reader should know about the findings of one rule.

    ``what`` is one sentence: what a stranger can do with the secret. ``revoke`` is the page where it is revoked,
    ``contact`` where the provider is told, ``remedy`` the steps that fit this kind better than the usual ones.
    """

    title: str
    provider_name: str
    what: str = ""
    revoke: str | None = None
    contact: str | None = None
    references: tuple[str, ...] = ()
    remedy: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Advice:
    """The notes by rule id, given by the caller, so that no report reads a rule file."""

    notes: Mapping[str, RuleNote] = field(default_factory=dict)

    def of(self, finding: Finding) -> RuleNote:
        """The note of the finding's rule, or a plain one made from what the finding itself says."""
        note = self.notes.get(finding.rule)
        if note is not None:
            return note
        kind = finding.kind.replace("_", " ")
        return RuleNote(f"{finding.provider} {kind}".strip() or finding.rule, finding.provider)


@dataclass(frozen=True, slots=True)
class Style:
    """How to tell it. ``links`` allows terminal hyperlinks; on a ``terminal`` what is long is cut.

    ``finished`` is when the run ended, in seconds since 1970.

    Reports read no clock: a format that must hold a time takes it from here.
    """

    color: bool = False
    width: int = 100
    links: bool = False
    terminal: bool = False
    finished: float = 0.0


Render = Callable[[Report, Advice, Style], str]


def ordered(report: Report) -> list[Finding]:
    """The findings, worst first, in an order that depends on nothing but their content."""
    return sorted(report.findings, key=_rank)


def _rank(finding: Finding) -> tuple[object, ...]:
    first = finding.occurrences[0] if finding.occurrences else None
    path = (first.origin.path or b"") if first else b""
    spot = (first.place.line, first.place.column) if first else (0, 0)
    worst = (not finding.blocking, -finding.severity, -finding.confidence)
    return (*worst, finding.provider, path, spot, finding.rule, finding.secret.fingerprint)


def spots(report: Report) -> Iterator[tuple[Finding, Occurrence]]:
    """Each place of each secret, worst first: what formats without a notion of "the same secret" list."""
    for finding in ordered(report):
        for occurrence in finding.occurrences:
            yield finding, occurrence
