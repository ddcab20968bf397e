"""A match with a form of its own: the checks decide."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

from secretguard.checks import Proof
from secretguard.checks.entropy import shannon
from secretguard.checks.known import is_known_example
from secretguard.judge.context import Context
from secretguard.judge.evidence import Weigher
from secretguard.judge.noise import made_up
from secretguard.judge.passwords import weak
from secretguard.judge.rows import credential_spans
from secretguard.judge.verdict import MEMO_MAX, ProofOf, Verdict
from secretguard.model import Form, Match, Secret, Span
from secretguard.rules import Rule, RuleSet


@dataclass(frozen=True, slots=True)
class Proved:
    """A part of a matched text that passes its rule's checks: offsets in characters."""

    rule: Rule
    start: int
    end: int
    proof: Proof | None
    example: str | None


class ByForm:
    """Judges matches of regular expressions. ``proof`` is ``proof_of``, or a memo of it."""

    def __init__(self, rules: RuleSet, weigher: Weigher, proof: ProofOf) -> None:
        self._rules = rules
        self._weigher = weigher
        self._proof = proof
        self._proved = functools.lru_cache(maxsize=MEMO_MAX)(self._prove)

    def verdicts(self, match: Match, value: str, context: Context) -> Iterator[Verdict | str]:
        """For each credential that each of the match's rules sees in it a verdict, or the reason why it is none."""
        for outcome in self._proved(match.rules, value):
            yield outcome if isinstance(outcome, str) else self._verdict(outcome, match, value, context)

    def _prove(self, names: tuple[str, ...], value: str) -> list[Proved | str]:
        """What the checks of each rule say of a matched text, or of a part of it. Needs no more than the text."""
        outcomes: list[Proved | str] = []
        for rule in (self._rules.rules[name] for name in names):
            spans = credential_spans(rule, value)
            if not spans:
                outcomes.append(f"{rule.id}: no part of it passes its check")
            outcomes += [self._prove_part(rule, value[start:end], start, end) for start, end in spans]
        return outcomes

    def _prove_part(self, rule: Rule, value: str, start: int, end: int) -> Proved | str:
        proof = self._proof(rule, value)
        if proof and not proof.ok:
            return proof.detail
        example = is_known_example(value)
        if not example and not (proof and proof.proven):
            reason = made_up(value) or (weak(value) if rule.kind == "password" else None)
            if reason or shannon(value) < rule.min_entropy:
                return reason or "too little variety for a random value"
        return Proved(rule, start, end, proof, example)

    def _verdict(self, proved: Proved, match: Match, value: str, context: Context) -> Verdict | str:
        rule = proved.rule
        span = Span(
            match.span.start + len(value[: proved.start].encode("utf-8", "surrogateescape")),
            match.span.start + len(value[: proved.end].encode("utf-8", "surrogateescape")),
        )
        if rule.require and not self._weigher.required(rule, span, context, _address(proved.proof)):
            return f"nothing near it says {rule.require[0]}"
        name = context.name_of(Match(Form.QUOTED, (), span))
        evidence = self._weigher.of_form(rule, span, name, context)
        secret = Secret(value[proved.start : proved.end])
        return Verdict(rule, span, secret, evidence, rule.provider, name, proved.proof, proved.example)


def _address(proof: Proof | None) -> str | None:
    """What of a wallet stands beside its key: the address without its kind."""
    wallet = proof.wallet if proof else None
    return wallet and wallet.rpartition(" ")[2]
