"""Whose an account is: what its surroundings mention, weighed against the shapes that a provider issues."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from secretguard.judge.accounts import LOUD, Piece
from secretguard.judge.mentions import NAME, Mention
from secretguard.judge.names import WALLETS, words_of
from secretguard.judge.verdict import Verdict, proof_of
from secretguard.rules import Rule, RuleSet
from secretguard.shapes import PASSPHRASE, parse_shape

# Which kinds of rule may say what a piece is, the best first.
_KINDS = {
    "secret": ("api_secret", "private_key", "wallet_key", "token", "read_token"),
    "key": ("api_key", "read_token", "token", "uid"),
    "passphrase": ("passphrase", "password"),
    "uid": ("uid", "api_key"),
    "": ("token", "read_token", "api_key", "webhook", "api_secret"),
}
# How well a piece fits what a provider is known to issue, and what that weighs.
_JUDGED, _SHAPE, _SHAPE_ONLY, _UNKNOWN, _OTHER = 1.75, 1.5, 0.75, -0.5, -1.0
_OWN, _SOLE, _ENOUGH, _RIVAL = 5.5, 1.0, 2.2, 2.0
_LENGTHS = 33  # so many at most, and a range of lengths still says something
_DIGEST = re.compile(r"[0-9a-f]{64}")  # what anybody issues who hashes something: it names nobody
_WEAK_CHECKS = frozenset({"mixed-classes", "hex-mixed"})  # what most values pass


class Namer:
    """Names the provider of an account, and with it the rule of each piece."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules
        self._issued: dict[tuple[str, str], list[Rule]] = defaultdict(list)
        for rule in rules.rules.values():
            for slot, kinds in _KINDS.items():
                if rule.kind in kinds:
                    self._issued[rule.provider, slot].append(rule)
        for (_, slot), found in self._issued.items():
            found.sort(key=lambda rule: _KINDS[slot].index(rule.kind))

    def catches_all(self, provider: str) -> bool:
        """Whether it is a kind of thing (any wallet, any service) and nobody who issues credentials."""
        known = self._rules.providers[provider]
        return known.category in ("general", "wallet") or not known.words

    def named(self, pieces: Sequence[Piece]) -> list[list[Verdict]]:
        """The verdicts of an account, each with its provider, and with that provider's rule where it has one.

        A password that stands beside the credential of a provider who issues none is another's: an account of its own.
        """
        core = [piece for piece in pieces if piece.slot != "passphrase"] or list(pieces)
        provider, words = self._mentioned(pieces, core)
        if not provider:
            provider, words = self._by_shapes(pieces)
        strangers = [piece for piece in pieces if piece not in core and not self._takes(provider, piece)]
        account = [self._as(piece, provider, words) for piece in pieces if piece not in strangers]
        return [account, *(each for stranger in strangers for each in self.named([stranger]))]

    def passphrase_of(self, provider: str) -> Rule | None:
        """The rule for the passphrase that a provider's credentials have, if they have one."""
        issued = self._issued.get((provider, "passphrase"), ()) if self._trades(provider) else ()
        return next((rule for rule in issued if rule.kind == "passphrase"), None)

    def _takes(self, provider: str, piece: Piece) -> bool:
        """Whether such a thing belongs to the credentials of a provider; where none is named, its name must say so."""
        if not provider:
            return "memo" in piece.verdict.name.lower() or "phrase" in piece.verdict.name.lower()
        named = self._trades(provider) and self._weight(provider, piece) >= NAME
        return piece.slot != "passphrase" or named or bool(self._issued.get((provider, piece.slot)))

    def _mentioned(self, pieces: Sequence[Piece], core: Sequence[Piece]) -> tuple[str, str]:
        """The provider that mentions and shapes speak for most, and where it is mentioned; nobody if too faintly."""
        scores = {}
        said = {provider for piece in pieces for provider in piece.mentions}
        for provider in said | {piece.verdict.rule.provider for piece in pieces}:
            if not self.catches_all(provider) and (score := self._score(provider, pieces, core, said)) >= _ENOUGH:
                scores[provider] = score
        if not scores:
            return "", ""
        best = max(sorted(scores), key=lambda provider: scores[provider])
        # api.binance.us names Binance, too: of a platform and one that runs on it the latter is meant
        loud = self._loudest(best, pieces).weight
        heirs = [name for name in sorted(scores) if self._rules.providers[name].like == best]
        best = next((name for name in heirs if self._loudest(name, pieces).weight >= loud), best)
        words = self._loudest(best, pieces).words
        return best, f"{self._rules.providers[best].name} is {words}" if words else ""

    def _loudest(self, provider: str, pieces: Sequence[Piece]) -> Mention:
        said = (piece.mentions[provider] for piece in pieces if provider in piece.mentions)
        return max(said, key=lambda mention: mention.weight, default=Mention(0.0, ""))

    def _score(self, provider: str, pieces: Sequence[Piece], core: Sequence[Piece], said: set[str]) -> float:
        """How loudly it is mentioned anywhere beside the pieces, and how well the core of them fits it."""
        if not all(self._takes(provider, piece) for piece in core):
            return 0.0
        fits = [self._fit(provider, piece) for piece in core]
        if any(fit < _SHAPE and self._guarded(provider, piece) for piece, fit in zip(core, fits, strict=True)):
            return 0.0
        weight = max(self._weight(provider, piece) for piece in pieces)
        if weight < NAME and all(piece.slot == "passphrase" and self._named_itself(piece) for piece in pieces):
            return 0.0
        if weight < LOUD and not any(self._issued.get((provider, piece.slot)) for piece in core):
            return 0.0
        sole = weight >= _RIVAL and not any(self._rivals(other, piece) for other in said - {provider} for piece in core)
        return weight + sum(fits) / len(fits) + (_SOLE if sole else 0.0)

    def _named_itself(self, piece: Piece) -> bool:
        """Whether the very name of a value names an exchange or its like."""
        return any(each.weight >= NAME and self._trades(provider) for provider, each in piece.mentions.items())

    def _rivals(self, other: str, piece: Piece) -> bool:
        """Whether another provider is mentioned as loudly, and issues such things."""
        issues = bool(self._issued.get((other, piece.slot))) and not self.catches_all(other)
        return issues and self._weight(other, piece) >= _RIVAL

    def _weight(self, provider: str, piece: Piece) -> float:
        own = _OWN if piece.verdict.rule.provider == provider and piece.verdict.rule.regex else 0.0
        return max(own, piece.mentions[provider].weight if provider in piece.mentions else 0.0)

    def _guarded(self, provider: str, piece: Piece) -> bool:
        """Whether a verdict says so much itself that a mention can't take it away: a wallet's key, a URL's password.

        Only an exchange that the very name of a value names may have called its secret a private key.
        """
        rule = piece.verdict.rule
        category = self._rules.providers[rule.provider].category
        if category == "wallet":
            named = self._trades(provider) and self._weight(provider, piece) >= NAME
            return piece.verdict.proven or not named or not WALLETS.isdisjoint(words_of(piece.verdict.name))
        if category != "general" and piece.verdict.proven and (rule.regex or rule.plugin):
            return True
        return bool(rule.regex) and (piece.slot == "passphrase" or not self.catches_all(rule.provider))

    def _fit(self, provider: str, piece: Piece) -> float:
        return self._best(provider, piece)[1]

    def _best(self, provider: str, piece: Piece) -> tuple[Rule | None, float]:
        """The rule of a provider that says best what a piece is, and how well it fits."""
        if piece.verdict.rule.provider == provider:
            return piece.verdict.rule, _JUDGED
        value = piece.verdict.value.reveal()
        shaped = self._rules.with_shape(value)
        issued = self._issued.get((provider, piece.slot), ())
        fits = [(rule, self._fit_of(rule, value, shaped, piece.verdict)) for rule in issued]
        return max(fits, key=lambda each: each[1], default=(None, _UNKNOWN))

    def _fit_of(self, rule: Rule, value: str, shaped: Sequence[Rule], verdict: Verdict) -> float:
        if rule.regex or rule.plugin:
            return _SHAPE if rule.checks and rule.checks == verdict.rule.checks else _UNKNOWN
        if rule not in shaped:
            return _OTHER
        proof = proof_of(rule, value)
        return _SHAPE if proof is None or proof.ok else _SHAPE_ONLY

    def _by_shapes(self, pieces: Sequence[Piece]) -> tuple[str, str]:
        """The one provider known to issue such pieces together, where nothing mentions any."""
        slots = {piece.slot for piece in pieces}
        if all(_DIGEST.fullmatch(piece.verdict.value.reveal()) for piece in pieces):
            return "", ""
        if not {"secret", "key"} <= slots or any(self._trades(name) for piece in pieces for name in piece.mentions):
            return "", ""
        ranks = {name: self._typical(name, pieces) for name in self._rules.providers if self._trades(name)}
        best = max(ranks.values(), default=())
        chosen = [name for name, each in ranks.items() if each and each == best]
        heads = [name for name in chosen if self._rules.providers[name].like not in chosen]
        return (heads[0], "of the providers known only it issues such pieces together") if len(heads) == 1 else ("", "")

    def _trades(self, provider: str) -> bool:
        return self._rules.providers[provider].trades

    def _typical(self, provider: str, pieces: Sequence[Piece]) -> tuple[int, ...]:
        """How typical the pieces are of a provider; empty where one is not of a shape that it issues."""
        found = [self._best(provider, piece) for piece in pieces]
        rules = [
            rule
            for (rule, fit), piece in zip(found, pieces, strict=True)
            if rule and fit >= _SHAPE and _apt(rule, piece)
        ]
        if len(rules) < len(pieces) or max(map(_lengths, rules)) > _LENGTHS:
            return ()
        whole = any(piece.slot == "passphrase" for piece in pieces) == bool(self._issued.get((provider, "passphrase")))
        checked = sum(not set(rule.checks) <= _WEAK_CHECKS for rule in rules)
        return checked, whole, not any(rule.experimental for rule in rules), -sum(map(_lengths, rules))

    def _as(self, piece: Piece, provider: str, words: str) -> Verdict:
        """The verdict under the provider's name, and under the rule of its that the piece fits."""
        verdict = piece.verdict
        if not provider or verdict.provider == provider:
            return verdict
        rule, fit = self._best(provider, piece)
        if rule is None or fit < _SHAPE_ONLY or rule.regex or verdict.rule.regex:
            rule = verdict.rule
        others = tuple(each for each in verdict.evidence.words if each != words)
        evidence = replace(verdict.evidence, words=(words, *others), named=True)
        return replace(verdict, rule=rule, provider=provider, evidence=evidence)


def _apt(rule: Rule, piece: Piece) -> bool:
    """Whether it is the kind of thing that the piece is: what its name calls a secret is no wallet's key."""
    return piece.verdict.rule.kind != "api_secret" or rule.kind == "api_secret"


def _lengths(rule: Rule) -> int:
    """How many lengths a rule allows: the fewer, the more a match says."""
    return max((len(parse_shape(shape)[1]) for shape in rule.shapes if shape != PASSPHRASE), default=1)
