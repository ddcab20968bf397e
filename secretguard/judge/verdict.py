"""A match that stands: which rule, where exactly, and why."""

from __future__ import annotations

import bisect
from collections.abc import Callable
from dataclasses import dataclass, replace

from secretguard.checks import CHECKS, Proof
from secretguard.judge.evidence import Evidence
from secretguard.model import Reading, Secret, Span, as_it_lies
from secretguard.rules import Rule

ProofOf = Callable[[Rule, str], Proof | None]
MEMO_MAX = 50_000  # values that are remembered with what was said of them
PROVEN = 2.5  # what a passed proof weighs, beside the evidence of the neighbourhood


@dataclass(frozen=True, slots=True)
class Verdict:
    """A match that stands. ``name`` is what it is assigned to; ``provider`` whose it is.

    ``firm``: a stable rule stands for the value, be it a catch-all, so that an experimental one may not soften it.
    ``faint``: too little speaks for it to stand alone; it counts only as a piece of a credential that stands.
    ``account``: the number of the credential that it is a piece of, 0 where it stands alone.
    ``run``: all of the encoded run that it is in, which has to be masked with it.
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
    run: Span | None = None

    @property
    def proven(self) -> bool:
        """Whether a check proves the value."""
        return self.proof is not None and self.proof.proven

    @property
    def idle(self) -> bool:
        """Whether there is nothing to tell: known to all, and of a rule that is only inferred."""
        return bool(self.example) and self.rule.experimental and not self.firm


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


def lying(verdict: Verdict, reading: Reading) -> Verdict:
    """The verdict with the span where it lies in the fragment."""
    if reading.lies is as_it_lies:
        return verdict
    span, run = reading.lies(verdict.span)
    return replace(verdict, span=span, run=run)


def joined(kept: list[Verdict], decoded: list[Verdict]) -> list[Verdict]:
    """Verdicts on a text, and on what is encoded in it: what was taken for a secret, and is one encoded, gives way.

    A form of its own stays: the claims within a token that is signed are no secrets beside it.
    """
    if not kept or not decoded:
        return kept or decoded
    added, gone = [], set[int]()
    for verdict in decoded:
        end = bisect.bisect_left(kept, verdict.span.end, key=start_of)
        start = max(0, bisect.bisect_right(kept, verdict.span.start, key=start_of) - 1)
        over = [place for place in range(start, end) if kept[place].span.end > verdict.span.start]
        if any(not kept[place].rule.shapes and rank(kept[place]) <= rank(verdict) for place in over):
            continue
        added.append(verdict)
        gone.update(over)
    left = [verdict for place, verdict in enumerate(kept) if place not in gone]
    return sorted([*left, *added], key=start_of)


def hidden(verdicts: list[Verdict], masks: list[str]) -> list[tuple[Span, str]]:
    """What to mask, in ascending order: of encoded runs the whole, and what lies in one run once."""
    found: list[tuple[Span, str]] = []
    runs = sorted(zip((v.run or v.span for v in verdicts), masks, strict=True), key=lambda each: each[0].start)
    for run, mask in runs:
        if found and run.start < found[-1][0].end:
            found[-1] = (Span(found[-1][0].start, max(found[-1][0].end, run.end)), found[-1][1])
        else:
            found.append((run, mask))
    return found


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
