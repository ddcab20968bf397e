"""All matches of one fragment -> Finding or Dismissal. Knows no files and no git."""

from __future__ import annotations

import functools
import itertools
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from secretguard.checks import Proof
from secretguard.checks.entropy import shannon
from secretguard.checks.known import is_known_example
from secretguard.judge.accounts import SLOTS, accounts, piece_of, within_reach
from secretguard.judge.beside import passphrase_behind
from secretguard.judge.context import OTHERWISE, Context
from secretguard.judge.evidence import Evidence, Weigher, role_in, tells
from secretguard.judge.local import credential_spans, local_reason
from secretguard.judge.masking import Masking
from secretguard.judge.names import Role, role_of, words_of
from secretguard.judge.naming import Namer
from secretguard.judge.noise import made_up
from secretguard.judge.passwords import SAYS_PASS, weak
from secretguard.judge.verdict import Verdict, hidden, joined, lying, proof_of, rank, start_of, without_overlaps
from secretguard.judge.vocabulary import Vocabulary
from secretguard.model import (
    TOO_LONG,
    Confidence,
    Dismissal,
    Finding,
    Form,
    Fragment,
    Match,
    Occurrence,
    Place,
    Reading,
    Sealed,
    Sealer,
    Secret,
    Severity,
    Span,
)
from secretguard.rules import Rule, RuleSet
from secretguard.shapes import PASSPHRASE

SECONDS, SECONDS_PER_MB = 10.0, 2.0  # the last net for one fragment
MEMO_MAX = 50_000  # judged (value, name) pairs
HALVES = (Role.KEY, Role.UID)  # what may be the public half of a credential: ``key: "...", secret: "..."``
NOTHING_BESIDE = "nothing beside it says whose it is or that it is secret"
_TOKEN_HEAD = re.compile(r"[A-Za-z0-9+/=_-]{16,512}(?=[.*:!?~^@#%])")


@dataclass(frozen=True, slots=True)
class Proved:
    """A part of a matched text that passes its rule's checks: offsets in characters."""

    rule: Rule
    start: int
    end: int
    proof: Proof | None
    example: str | None


class Judge:
    """Decides what the engine's matches are."""

    def __init__(self, rules: RuleSet, sealer: Sealer, around: int = 0) -> None:
        """``around``: how many lines before and after a finding it keeps."""
        self._rules = rules
        self._sealer = sealer
        self._around = around
        self._vocabulary = Vocabulary(rules)
        self._weigher = Weigher(rules)
        self._namer = Namer(rules)
        self._accounts = itertools.count(1)
        self._proved = functools.lru_cache(maxsize=MEMO_MAX)(self._prove)
        self._proof = functools.lru_cache(maxsize=MEMO_MAX)(proof_of)
        self._possible = functools.lru_cache(maxsize=MEMO_MAX)(self._possible_rules)

    def judge(
        self, fragment: Fragment, readings: Iterable[Reading], unread: list[str], explain: bool = False
    ) -> list[Finding | Dismissal]:
        """Findings, and with ``explain`` every dismissal too, in the order of the text.

        ``readings`` is the fragment as it lies there, and then with more and more of what is encoded in it decoded.
        ``unread`` gets the reason where time runs out; what was found until then stands.
        """
        deadline = time.monotonic() + SECONDS + SECONDS_PER_MB * len(fragment.data) / 1e6
        here = Context(fragment, self._vocabulary)
        kept: list[Verdict] = []
        dismissed: list[Finding | Dismissal] = []
        for reading in readings:
            read = fragment._replace(data=reading.data)
            context = here if reading.data is here.data else Context(read, self._vocabulary)
            verdicts: list[Verdict] = []
            for match in reading.matches:
                if time.monotonic() > deadline:
                    unread.append(TOO_LONG)
                    break
                for outcome in self._outcomes(match, context):
                    if isinstance(outcome, Verdict):
                        verdicts.append(outcome)
                    elif explain:
                        place = here.place(reading.lies(match.span).span)
                        dismissed.append(self._dismissal(outcome, match, context, place))
            standing = self._standing(verdicts, context)
            dismissed += self._left_alone(verdicts, standing, reading, context, here) if explain else ()
            kept = joined(kept, [lying(verdict, reading) for verdict in standing])
        return [*self._findings(kept, here, fragment), *dismissed]

    def _standing(self, verdicts: list[Verdict], context: Context) -> list[Verdict]:
        """What is left of the verdicts on one text, each a piece of a whole credential, in the order of the text."""
        standing = without_overlaps([verdict for verdict in verdicts if not verdict.faint])
        faint = (verdict for verdict in verdicts if verdict.faint)
        return self._whole(within_reach(faint, standing, context), context)

    def _left_alone(
        self, verdicts: list[Verdict], standing: list[Verdict], reading: Reading, context: Context, here: Context
    ) -> Iterator[Dismissal]:
        """What was too faint to stand alone, and is a piece of nothing."""
        spans = {verdict.span for verdict in standing}
        for each in verdicts:
            if each.faint and each.span not in spans:
                match = Match(Form.ASSIGNED, (each.rule.id,), each.span)
                yield self._dismissal(NOTHING_BESIDE, match, context, here.place(reading.lies(each.span).span))

    def _outcomes(self, match: Match, context: Context) -> Iterator[Verdict | str]:
        value = context.data[match.span.start : match.span.end].decode("utf-8", "surrogateescape")
        if match.form is Form.REGEX:
            for outcome in self._proved(match.rules, value):
                yield outcome if isinstance(outcome, str) else self._regex_verdict(outcome, match, value, context)
        else:
            yield self._by_shape(match, value, context)

    def _whole(self, verdicts: list[Verdict], context: Context) -> list[Verdict]:
        """The verdicts under the names of their providers, and numbered by the account that they are pieces of."""
        whole: list[Verdict] = []
        for pieces in accounts(piece_of(verdict, context) for verdict in verdicts):
            for account in self._namer.named(pieces):
                self._complete(account, context)
                if any(not verdict.faint for verdict in account):
                    number = next(self._accounts) if len(account) > 1 else 0
                    whole += [replace(verdict, account=number) for verdict in account]
        return sorted(whole, key=lambda verdict: verdict.span.start)

    def _complete(self, account: list[Verdict], context: Context) -> None:
        """Add the passphrase that has no name, where the provider has one and what it stands behind has none."""
        rule = self._namer.passphrase_of(account[0].provider)
        last = max(account, key=start_of)
        slots = {SLOTS.get(verdict.rule.kind) for verdict in account}
        if rule is None or last.name or not {"key", "secret"} <= slots or "passphrase" in slots:
            return
        span = passphrase_behind(last.span, context)
        if span:
            value = context.data[span.start : span.end].decode("utf-8", "surrogateescape")
            words = ("it stands behind the secret", *last.evidence.words)
            evidence = replace(last.evidence, words=words)
            account.append(Verdict(rule, span, Secret(value), evidence, rule.provider, firm=True))

    # A form of its own: the checks decide.

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

    def _regex_verdict(self, proved: Proved, match: Match, value: str, context: Context) -> Verdict | str:
        rule = proved.rule
        span = Span(
            match.span.start + len(value[: proved.start].encode("utf-8", "surrogateescape")),
            match.span.start + len(value[: proved.end].encode("utf-8", "surrogateescape")),
        )
        if rule.require and not self._weigher.required(rule, span, context):
            return f"nothing near it says {rule.require[0]}"
        name = context.name_of(Match(Form.QUOTED, (), span))
        evidence = self._weigher.of_form(rule, span, name, context)
        secret = Secret(value[proved.start : proved.end])
        return Verdict(rule, span, secret, evidence, rule.provider, name, proved.proof, proved.example)

    # A shape and evidence beside it.

    def _by_shape(self, match: Match, value: str, context: Context) -> Verdict | str:
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
        cut = context.goes_on(match)
        if cut and (cut in ("a template", OTHERWISE) or role_of(name) is Role.PASSPHRASE):
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

    def _dismissal(self, reason: str, match: Match, context: Context, place: Place) -> Dismissal:
        value = context.data[match.span.start : match.span.end].decode("utf-8", "surrogateescape")
        sealed = self._sealer.seal(Secret(value), "")
        return Dismissal(",".join(match.rules) or match.form, reason, place, sealed.mask)

    def _findings(self, verdicts: list[Verdict], context: Context, fragment: Fragment) -> Iterator[Finding]:
        """What the fragment introduces, and what stands beside it as a piece of the same account."""
        seals = [self._sealer.seal(verdict.value, verdict.rule.family) for verdict in verdicts]
        masking = Masking(context, hidden(verdicts, [seal.mask for seal in seals]))
        new = [fragment.introduces(verdict.span) for verdict in verdicts]
        touched = {verdict.account for verdict, introduced in zip(verdicts, new, strict=True) if introduced} - {0}
        for verdict, seal, introduced in zip(verdicts, seals, new, strict=True):
            if introduced or verdict.account in touched:
                place, excerpt = context.place(verdict.span), masking.line(verdict.span)
                before, after = masking.around(verdict.span, self._around) if self._around else ((), ())
                occurrence = Occurrence(fragment.origin, place, excerpt, before=before, after=after)
                yield _finding(verdict, seal, occurrence, introduced, masking)


def _finding(verdict: Verdict, seal: Sealed, occurrence: Occurrence, introduced: bool, masking: Masking) -> Finding:
    rule, proof = verdict.rule, verdict.proof
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
        address=proof.address if proof else None,
        blocking=_stops(verdict),
        account=verdict.account,
        introduced=introduced,
    )


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
