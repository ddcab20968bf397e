"""A match that stands: which rule, where exactly, and why."""

from __future__ import annotations

import bisect
from dataclasses import dataclass

from secretguard.checks import CHECKS, Proof
from secretguard.judge.evidence import Evidence
from secretguard.model import Secret, Span
from secretguard.rules import Rule

PROVEN = 2.5  # what a passed proof weighs, beside the evidence of the neighbourhood


@dataclass(frozen=True, slots=True)
class Verdict:
    """A match that stands. ``name`` is what it is assigned to; ``provider`` whose it is.

    ``firm``: a stable rule stands for the value, be it a catch-all, so that an experimental one may not soften it.
    ``faint``: too little speaks for it to stand alone; it counts only as a piece of a credential that stands.
    ``account``: the number of the credential that it is a piece of, 0 where it stands alone.
    """

    rule: Rule
    span: Span
    value: Secret
    evidence: Evidence
    provider: str
    name: str = ""
    proof: Proof | None = None
    example: str | None = None
    firm: bool = False
    faint: bool = False
    account: int = 0

    @property
    def proven(self) -> bool:
        """Whether a check proves the value."""
        return self.proof is not None and self.proof.proven


def rank(verdict: Verdict) -> tuple[bool, float, bool, int, int, str]:
    """Best first: a provider that is named before any catch-all; then the evidence, to which a proof adds."""
    rule, evidence = verdict.rule, verdict.evidence
    score = evidence.score + (PROVEN if verdict.proven else 0.0)
    length = verdict.span.end - verdict.span.start
    return (not evidence.named, -score, rule.experimental, -int(rule.severity), -length, rule.id)


def without_overlaps(verdicts: list[Verdict]) -> list[Verdict]:
    """Of verdicts on overlapping bytes the one that is surest, then of the gravest kind, then the longest."""
    kept: list[Verdict] = []
    for verdict in sorted(verdicts, key=rank):
        place = bisect.bisect_left(kept, verdict.span.end, key=start_of)  # the one before it is the last to reach it
        if place == 0 or kept[place - 1].span.end <= verdict.span.start:
            kept.insert(place, verdict)
    return kept


def start_of(verdict: Verdict) -> int:
    """Where it begins: the order of the text."""
    return verdict.span.start


def proof_of(rule: Rule, value: str) -> Proof | None:
    """The first check that fails, else the strongest that passes, else None where the rule has none."""
    best: Proof | None = None
    for name in rule.checks:
        proof = CHECKS[name](value)
        if not proof.ok:
            return proof
        if best is None or (proof.proven and not best.proven):
            best = proof
    return best
