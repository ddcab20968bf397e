"""A match with no more than a shape: the evidence beside it decides."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import replace

from secretguard.checks.known import is_known_example
from secretguard.judge.context import OTHERWISE, PART, Context
from secretguard.judge.evidence import Evidence, Weigher, role_in, tells
from secretguard.judge.local import local_reason
from secretguard.judge.names import Role, role_of, words_of
from secretguard.judge.naming import Namer
from secretguard.judge.passwords import SAYS_PASS
from secretguard.judge.verdict import MEMO_MAX, ProofOf, Verdict, rank
from secretguard.judge.vocabulary import Vocabulary
from secretguard.model import Confidence, Match, Secret, Span
from secretguard.rules import Rule, RuleSet
from secretguard.shapes import PASSPHRASE

HALVES = (Role.KEY, Role.UID)  # what may be the public half of a credential: ``key: "...", secret: "..."``
NOTHING_BESIDE = "nothing beside it says whose it is or that it is secret"
_TOKEN_HEAD = re.compile(r"[A-Za-z0-9+/=_-]{16,512}(?=[.*:!?~^@#%])")


class ByShape:
    """Judges values under a name, and quoted ones without. ``proof`` is ``proof_of``, or a memo of it."""

    def __init__(self, rules: RuleSet, vocabulary: Vocabulary, weigher: Weigher, namer: Namer, proof: ProofOf) -> None:
        self._rules = rules
        self._vocabulary = vocabulary
        self._weigher = weigher
        self._namer = namer
        self._proof = proof
        self._possible = functools.lru_cache(maxsize=MEMO_MAX)(self._possible_rules)

    def verdict(self, match: Match, value: str, context: Context) -> Verdict | str:
        """The best verdict on a match, or the reason why it is nothing."""
        if context.next_item(match):
            return "the next item of a list, not the value of its name"
        match, value = self._to_the_point(match, value, context)
        name = context.name_of(match)
        at_once = self._at_a_glance(match, value, name, context)
        if at_once:
            return at_once
        rules = self._possible(value, name, context.quoted(match.span))
        if isinstance(rules, str):
            return self._chosen(match, value, name) or rules if rules == SAYS_PASS else rules
        return self._best(rules, match, value, name, context)

    def _best(self, rules: tuple[Rule, ...], match: Match, value: str, name: str, context: Context) -> Verdict | str:
        """The verdict of the rule that most speaks for, of those that evidence and checks leave."""
        reason = NOTHING_BESIDE
        standing = []
        role = role_in(match, name, context)
        for rule, evidence in self._weigher.ranked(rules, role, match, name, context):
            proof = self._proof(rule, value)
            if proof is None or proof.ok:
                example = is_known_example(value)
                standing.append(Verdict(rule, match.span, Secret(value), evidence, rule.provider, name, proof, example))
            else:
                reason = proof.detail
        if not standing:
            half = self._only_beside("api_key", rules, match, value, name) if role in HALVES else None
            return half or reason
        firm = any(not verdict.rule.experimental for verdict in standing)
        return replace(min(standing, key=rank), firm=firm)

    def _at_a_glance(self, match: Match, value: str, name: str, context: Context) -> str | None:
        """Why a value is no secret, as far as that is cheap to see; data files hold such values by the thousand."""
        if context.on_next_line(match.span):
            return "what stands in the next line"
        cut = context.goes_on(match)
        if cut and (cut in ("a template", OTHERWISE, PART) or role_of(name) is Role.PASSPHRASE):
            return cut
        if name and role_of(name) is Role.NONE and not self._vocabulary.in_name(name):
            return "its name tells of no secret"
        if not name and self._weigher.stranger(self._rules.with_shape(value), match, context):
            return NOTHING_BESIDE
        return None

    def _chosen(self, match: Match, value: str, name: str) -> Verdict | None:
        """A password too weak to stand alone, and still the one of the credential beside it."""
        return self._only_beside("password", self._rules.with_shape(value), match, value, name)

    def _only_beside(self, kind: str, rules: Iterable[Rule], match: Match, value: str, name: str) -> Verdict | None:
        rule = next((rule for rule in rules if rule.kind == kind and self._namer.catches_all(rule.provider)), None)
        if rule is None:
            return None
        evidence = Evidence(0.0, (), Confidence.MEDIUM)
        return Verdict(rule, match.span, Secret(value), evidence, rule.provider, name, faint=True)

    def _to_the_point(self, match: Match, value: str, context: Context) -> tuple[Match, str]:
        """An unquoted value without what a sentence or markup hangs on it (``X=V. Then``), if so it has a shape."""
        head = _TOKEN_HEAD.match(value)
        if not head or head[0] == value or context.quoted(match.span):
            return match, value
        if any(map(str.isalnum, value[len(head[0]) :])) and self._has_shape(value):
            return match, value
        return match._replace(span=Span(match.span.start, match.span.start + len(head[0]))), head[0]

    def _has_shape(self, value: str) -> bool:
        """Whether a rule other than for passphrases, whose shape is no more than a length, knows the value's shape."""
        return any(PASSPHRASE not in rule.shapes for rule in self._rules.with_shape(value))

    def _possible_rules(self, value: str, name: str, quoted: bool) -> tuple[Rule, ...] | str:
        """The rules that value and name allow, or the reason why none does: all that needs no more than the line.

        Remembered, since a history repeats its lines: on hummingbot's nine of ten have been judged before.
        """
        rules = self._rules.with_shape(value)
        if not rules:
            return "no known credential has this alphabet and length"
        known = frozenset(word for rule in rules for told in tells(rule, name) for word in words_of(told))
        reason = None if is_known_example(value) else local_reason(quoted, value, name, known)
        return reason or rules
