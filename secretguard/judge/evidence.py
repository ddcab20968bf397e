"""Evidence adds up: which of the rules that a shape allows does the neighbourhood speak for, and how loudly."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from secretguard.judge.context import Context
from secretguard.judge.names import KINDS_OF_ROLE, Role, role_of
from secretguard.model import Confidence, Form, Match, Span
from secretguard.rules import Rule, RuleSet
from secretguard.shapes import PASSPHRASE

# What each piece of evidence weighs. A shape needs THRESHOLD; from SURE on we are confident.
IN_NAME, IN_LINE, NEAR, IN_PATH, IN_FILE, ONLY_ONE = 6.0, 4.0, 3.0, 2.0, 1.0, 1.0
NAMED, NAMED_GENERAL, ROLE_FITS, ROLE_ALLOWS, ROLE_AGAINST = 3.0, 2.0, 2.0, 0.5, -3.0
NAMELESS, ALONE = -3.0, -1.0
GENERAL, GROUPED = 0.5, 3.0
BESIDE, BESIDE_EXCHANGE = 2.5, 1.0
THRESHOLD, SURE, FORM = 2.5, 6.0, 10.0

Near = dict[str, tuple[float, str]]  # provider -> the weight of its loudest mention, and where that is

_WALLET_CALL = re.compile(
    rb"(?i)from_?key|private|wallet|signer|keypair|to_?ecdsa|sign_?(?:transaction|and_send)|accounts?\.(?:add|import|load)"
)
_CALLED = re.compile(
    rb"(?i)client|hmac|exchange|api|spot|futures|session|http|connect|trader|account|auth|login|sign(?!al|atur|et)"
)
# Lists of keys in the configuration of a node or a tool, and strings that are made a wallet of: "...".parse::<Wallet>()
_KEYS_LISTED = re.compile(
    rb"(?i)(?:accounts|wallets|signers|deployers|priv[a-z_]{0,6}keys)[\"']?\s{0,3}[:=]\s{0,3}\[[^\[\]:]{0,300}\Z"
)
_CHAIN = re.compile(rb"(?i)rpc|url|network|chain|hardhat|wallet|sign|priv")
_MADE_WALLET = re.compile(rb"[\"'`]\s{0,20}\.\s{0,3}parse::<[\w:]{0,40}(?:Wallet|Signer|(?:Private|Secret|Signing)Key)")
_PUBLIC_CALL = re.compile(rb"(?i)(?:hash|address|topics?)\Z")
_STRING = re.compile(rb"""["'][^"'\n]{8,512}["']""")
_OF_PROVIDER = (Role.KEY, Role.SECRET, Role.TOKEN)
_IN_ORDER = (Role.KEY, Role.SECRET, Role.PASSPHRASE)


@dataclass(frozen=True, slots=True)
class Evidence:
    """How strongly the neighbourhood speaks, and in what words."""

    score: float
    words: tuple[str, ...]
    confidence: Confidence
    named: bool = False  # the rule's own provider is mentioned, and it is no catch-all


class Weigher:
    """Weighs the evidence for every rule that a value could be."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules
        self._alone = frozenset(rule.id for rule in rules.rules.values() if self._catches_all(rule) or _grouped(rule))
        self._spoken_for = functools.lru_cache(maxsize=4096)(self._speakers)
        self._parted = functools.lru_cache(maxsize=4096)(self._part)

    def ranked(
        self, rules: tuple[Rule, ...], role: Role, match: Match, name: str, context: Context
    ) -> Iterator[tuple[Rule, Evidence]]:
        """The rules that are spoken for enough, with the evidence for each. ``role``: what ``role_in`` gives."""
        near = self._providers(match, name, context, far=False)
        if role is not Role.NONE and near.keys().isdisjoint(rule.provider for rule in rules):
            near = self._providers(match, name, context)
        alone, of_provider = self._parted(rules)
        spoken_for = (rule for provider in near for rule in of_provider.get(provider, ()))
        for rule in (*alone, *spoken_for):
            score, words = self._score(rule, role, name, near)
            if score >= THRESHOLD:
                confidence = Confidence.HIGH if score >= SURE else Confidence.MEDIUM
                named = rule.provider in near and not self._catches_all(rule)
                yield rule, Evidence(score, tuple(words), confidence, named)

    def stranger(self, rules: tuple[Rule, ...], match: Match, context: Context) -> bool:
        """Whether a value without a name is spoken for by nothing: no place in a call, no provider in its line.

        What ``ranked`` would find out with more work; data files hold such values by the thousand.
        """
        providers, alone = self._spoken_for(rules)
        return (
            not alone and role_in(match, "", context) is Role.NONE and providers.isdisjoint(context.beside(match.span))
        )

    def _speakers(self, rules: tuple[Rule, ...]) -> tuple[frozenset[str], bool]:
        """The providers that the rules are of, and whether one of the rules needs no mention of its own in the line."""
        alone = any(_grouped(rule) or self._proof_decides(rule) for rule in rules)
        return frozenset(rule.provider for rule in rules), alone

    def _proof_decides(self, rule: Rule) -> bool:
        return self._rules.providers[rule.provider].category == "wallet" and bool(rule.checks) and not rule.names

    def _part(self, rules: tuple[Rule, ...]) -> tuple[list[Rule], dict[str, list[Rule]]]:
        """The rules that need no mention of their provider, and the others by their provider."""
        alone: list[Rule] = []
        of_provider: defaultdict[str, list[Rule]] = defaultdict(list)
        for rule in rules:
            (alone if rule.id in self._alone else of_provider[rule.provider]).append(rule)
        return alone, of_provider

    def _catches_all(self, rule: Rule) -> bool:
        """Whether the rule is of a kind of thing (any wallet, any service) and of no provider."""
        return self._rules.providers[rule.provider].category in ("general", "wallet")

    def of_form(self, rule: Rule, span: Span, name: str, context: Context) -> Evidence:
        """The evidence for a value whose form is distinctive: more of it where its provider is named, too."""
        weight, where = self._providers(Match(Form.QUOTED, (), span), name, context).get(rule.provider, (0.0, ""))
        words = ["its form is distinctive"]
        if where:
            words.append(f"{self._rules.providers[rule.provider].name} is {where}")
        return Evidence(FORM + weight, tuple(words), Confidence.HIGH, bool(where) and not self._catches_all(rule))

    def required(self, rule: Rule, span: Span, context: Context, address: str | None) -> bool:
        """Whether one of the rule's required words stands within the lines around; ``{address}`` is the value's own."""
        window = context.data[max(0, span.start - 512) : span.end + 512].lower()
        return any(word.replace("{address}", address or word).lower().encode() in window for word in rule.require)

    def _providers(self, match: Match, name: str, context: Context, far: bool = True) -> Near:
        """Who is mentioned around a value; ``far``: in the whole file, too."""
        found: Near = {}
        if far:
            anywhere = context.anywhere()
            weight = IN_FILE + (ONLY_ONE if len(anywhere) == 1 else 0)
            found = dict.fromkeys(anywhere, (weight, "named in the same file"))
        for provider in context.in_path():
            found[provider] = max(found.get(provider, (0.0, "")), (IN_PATH, "named in the path"))
        for provider in context.in_file_name():
            found[provider] = max(found.get(provider, (0.0, "")), (NEAR, "named by the file"))
        for provider, distance in context.around(match.span).items():
            weight = IN_LINE if distance == 0 else NEAR - 0.1 * distance
            words = "named in the line" if distance == 0 else f"named {distance} line{'s' * (distance > 1)} away"
            found[provider] = max(found.get(provider, (0.0, "")), (weight, words))
        for provider in context.named(name) if name else ():
            found[provider] = (IN_NAME, "named by the variable")
        return {provider: each for provider, each in found.items() if not context.denied(provider)}

    def _score(self, rule: Rule, role: Role, name: str, near: Near) -> tuple[float, list[str]]:
        general = self._catches_all(rule)
        weight, where = near.get(rule.provider, (0.0, ""))
        words = [f"{self._rules.providers[rule.provider].name} is {where}"] if where else []
        if self._proof_decides(rule):
            return weight + THRESHOLD, words  # the check decides
        told = bool(tells(rule, name))
        if self._ruled_out(rule, role, name, near, told):
            return 0.0, words
        score = weight + (GENERAL if general else GROUPED if _grouped(rule) else 0.0)
        if told:
            score += NAMED_GENERAL if general else NAMED
            words.append(f"the name {_short(name)} tells its use")
        elif rule.names and general and self._beside_exchange(role, name, near):
            score += BESIDE_EXCHANGE
        if role is Role.NONE:
            return score + (NAMELESS if name else ALONE), words
        exact, allowed = KINDS_OF_ROLE[role]
        if rule.kind in exact:
            score += ROLE_FITS
            words.append(f"the name {_short(name)} says {role}" if name else "its place in the call says what it is")
        else:
            score += ROLE_ALLOWS if rule.kind in allowed else ROLE_AGAINST
        return score, words

    def _ruled_out(self, rule: Rule, role: Role, name: str, near: Near, told: bool) -> bool:
        """Whether too much else looks the same where this would be found. ``told``: the name tells the rule's use."""
        general, (weight, where) = self._catches_all(rule), near.get(rule.provider, (0.0, ""))
        if PASSPHRASE in rule.shapes:
            # any words have the shape of a passphrase; a neighbour's line does not say whose it is
            another = not general and weight < IN_NAME and self._traded(near, IN_NAME)
            if another or (role is not Role.PASSPHRASE and not told):
                return True
        if told:
            return False
        if role is Role.NONE and rule.kind in ("private_key", "wallet_key"):
            return True  # a hash of 32 bytes looks the same
        wallet = self._rules.providers[rule.provider].category == "wallet"
        if wallet and not (rule.checks or name or where):
            return True  # a shape and a place in a call: half of an exchange's secret looks the same
        if not (rule.names and general) or (not name and role is Role.WALLET):
            return False
        return wallet or not (self._beside_exchange(role, name, near) or _of_provider(role, near))

    def _beside_exchange(self, role: Role, name: str, near: Near) -> bool:
        """Whether it is a secret without a name, in a line with an exchange or its like or close to one."""
        return not name and role is Role.SECRET and self._traded(near, BESIDE)

    def _traded(self, near: Near, least: float) -> bool:
        """Whether an exchange or its like is mentioned with that weight at least."""
        return any(weight >= least and self._rules.providers[each].trades for each, (weight, _) in near.items())


def _of_provider(role: Role, near: Near) -> bool:
    """Whether the name says with the role whose it is: a value of any form under ``luno_key`` is Luno's."""
    return role in _OF_PROVIDER and any(weight >= IN_NAME for weight, _ in near.values())


def role_in(match: Match, name: str, context: Context) -> Role:
    """The role that the name claims for a value, or its place among the arguments of a call."""
    return role_of(name) if name else _positional_role(match, context)


def _grouped(rule: Rule) -> bool:
    """Whether the shape is so odd (groups of fixed lengths) that a role is enough beside it."""
    return any(shape.startswith("groups:") and shape.count("-") >= 2 for shape in rule.shapes)


def tells(rule: Rule, name: str) -> list[str]:
    """Which of the names that the rule knows for its credential a name holds; ``_pk`` also where it begins with it."""
    lower = "_" + name.lower().replace("-", "_").strip("\"'[]. ") + "_"
    return [word for word in rule.names if word in lower]


def _short(name: str) -> str:
    return name.strip("\"'[]. ")[-40:]


def _positional_role(match: Match, context: Context) -> Role:
    """What a value's place says where it has no name: alone on its line, in a list of keys, in a call."""
    place = context.place_in_column(match.span)
    if place is not None:
        return Role.WALLET if role_of(context.file_name()) is Role.WALLET else _IN_ORDER[min(place, 2)]
    before = context.data[max(0, match.span.start - 400) : match.span.start]
    if match.span.end - match.span.start in (64, 66) and _among_keys(before, context.data, match.span.end):
        return Role.WALLET
    return _role_in_call(before)


def _among_keys(before: bytes, data: bytes, end: int) -> bool:
    """Whether 32 bytes in hexadecimal digits stand in a list of accounts' keys, or are made a wallet of."""
    listed = _KEYS_LISTED.search(before) and _CHAIN.search(before)
    return bool(listed or _MADE_WALLET.match(data, end))


def _role_in_call(before: bytes) -> Role:
    """In a call of two quoted tokens the first is the key, the second the secret; so, too, line by line in a file."""
    bracket = before.rfind(b"(")
    callee = before[max(0, bracket - 60) : max(0, bracket)].rpartition(b"\n")[2]
    if _PUBLIC_CALL.search(callee) or b")" in before[bracket:]:
        return Role.NONE  # HexToHash("..."), whatever the result is assigned to
    if _WALLET_CALL.search(callee):
        return Role.WALLET
    if not _CALLED.search(callee):
        return Role.NONE
    return Role.SECRET if b"hmac" in callee.lower() else _IN_ORDER[min(len(_STRING.findall(before[bracket:])), 2)]
