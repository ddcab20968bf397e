"""Verdicts as findings, dismissed matches as dismissals: sealed, at their places, with every secret masked."""

from __future__ import annotations

from collections.abc import Iterator

from secretguard.checks import Proof
from secretguard.judge.context import Context
from secretguard.judge.masking import Masking
from secretguard.judge.verdict import Verdict, hidden
from secretguard.model import (
    Confidence,
    Dismissal,
    Finding,
    Fragment,
    Match,
    Occurrence,
    Place,
    Sealed,
    Sealer,
    Secret,
    Severity,
)

WALLETS = 100  # addresses of a fragment that are derived, a millisecond or more each; what follows has none


class Teller:
    """Says what was judged. ``around``: how many lines before and after a finding it keeps."""

    def __init__(self, sealer: Sealer, around: int = 0) -> None:
        self._sealer = sealer
        self._around = around

    def dismissal(self, reason: str, match: Match, context: Context, place: Place) -> Dismissal:
        """A match in the context's text that is no finding; ``place`` is where that lies in the fragment."""
        value = context.data[match.span.start : match.span.end].decode("utf-8", "surrogateescape")
        sealed = self._sealer.seal(Secret(value), "")
        return Dismissal(",".join(match.rules) or match.form, reason, place, sealed.mask)

    def findings(self, verdicts: list[Verdict], context: Context, fragment: Fragment) -> Iterator[Finding]:
        """What the fragment introduces, and what stands beside it as a piece of the same account."""
        seals = [self._sealer.seal(verdict.value, verdict.rule.family) for verdict in verdicts]
        decoded = {each.value.reveal(): seal.mask for each, seal in zip(verdicts, seals, strict=True) if each.run}
        masking = Masking(context, hidden(verdicts, [seal.mask for seal in seals]), decoded)
        new = [fragment.introduces(verdict.span) for verdict in verdicts]
        wallets = iter(range(WALLETS))
        touched = {verdict.account for verdict, introduced in zip(verdicts, new, strict=True) if introduced} - {0}
        for verdict, seal, introduced in zip(verdicts, seals, new, strict=True):
            if introduced or verdict.account in touched:
                place, excerpt = context.place(verdict.span), masking.line(verdict.span)
                before, after = masking.around(verdict.span, self._around) if self._around else ((), ())
                occurrence = Occurrence(fragment.origin, place, excerpt, before=before, after=after)
                yield _finding(verdict, seal, occurrence, masking, wallets, introduced=introduced)


def _finding(
    verdict: Verdict,
    seal: Sealed,
    occurrence: Occurrence,
    masking: Masking,
    wallets: Iterator[int],
    *,
    introduced: bool,
) -> Finding:
    rule = verdict.rule
    return Finding(
        rule=rule.id,
        provider=verdict.provider,
        kind=rule.kind,
        family=rule.family,
        severity=Severity.LOW if verdict.example else rule.severity,
        confidence=Confidence.HIGH if verdict.proven or verdict.example else verdict.evidence.confidence,
        secret=seal,
        occurrences=(occurrence,),
        evidence=tuple(map(masking.text, _words(verdict))),  # a name they quote may hold a value
        address=_address(verdict.proof, wallets),
        blocking=_stops(verdict),
        account=verdict.account,
        introduced=introduced,
    )


def _address(proof: Proof | None, wallets: Iterator[int]) -> str | None:
    """The address that follows from a secret; one that takes long to derive only as long as there are ``wallets``."""
    if proof is None or (proof.derive and next(wallets, None) is None):
        return None
    return proof.wallet


def _stops(verdict: Verdict) -> bool:
    return not verdict.example and (verdict.firm or not verdict.rule.experimental)


def _words(verdict: Verdict) -> tuple[str, ...]:
    words = list(verdict.evidence.words)
    if verdict.proof:
        words.append(verdict.proof.detail)
    if verdict.example:
        words.append(f"published sample: {verdict.example}")
    elif not _stops(verdict):
        words.append("does not block: the rule is experimental")
    return tuple(words)
