"""Rules that prove themselves: every example is found by its rule, every negative example is left alone by it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from secretguard.checks import CHECKS
from secretguard.checks.samples import fill
from secretguard.engine import sound
from secretguard.model import Dismissal, Finding, Fragment, Origin, OriginKind, UserError
from secretguard.rules import Rule
from secretguard.scan import Scanner

# What Hyperscan's documentation lists as "Unsupported Constructs"; told whether or not Vectorscan is installed.
REFUSED = re.compile(r"\\[1-9KRCXgk]|\(\?(?:[>&(R\d]|P[=>])|\(\*|[*+?}]\+")
PLAIN = re.compile(r"\\[^1-9KRCXgk]|\[\^?\]?(?:\\.|[^\]\\])*\]")  # a sign that stands for itself, a class of signs
SEEDS = 3  # fillings of each example; each has other random values


def complaints(scanner: Scanner, rules: list[Rule]) -> Iterator[str]:
    """One line for each thing wrong with the rules: file, rule, key and what. None means that all prove themselves."""
    for rule in rules:
        yield from _checks(rule)
        yield from sound.complaints(rule)
        yield from _portable(rule)
        for key, examples in (("examples", rule.examples), ("negative_examples", rule.negative_examples)):
            for example in examples:
                problem = _example(scanner, rule, example, wanted=key == "examples")
                if problem:
                    yield f"{rule.path}: rule {rule.id!r}: key {key!r}: {example!r} {problem}"


def _checks(rule: Rule) -> Iterator[str]:
    for check in rule.checks:
        if check not in CHECKS:
            yield f"{rule.path}: rule {rule.id!r}: key 'checks': no check {check!r}; there are {', '.join(CHECKS)}"


def _portable(rule: Rule) -> Iterator[str]:
    for pattern in filter(None, (rule.regex, rule.gate)):
        found = REFUSED.search(PLAIN.sub("_", pattern))
        if found:
            yield f"{rule.path}: rule {rule.id!r}: key 'regex': Vectorscan knows no {found[0]!r}, and runs where it can"


def _example(scanner: Scanner, rule: Rule, example: str, wanted: bool) -> str:
    for number in range(SEEDS):
        try:
            text = fill(example, f"{rule.id} {number}")
        except KeyError as error:
            raise UserError(f"{rule.path}: rule {rule.id!r}: {example!r} has no filling for {error}") from None
        origin = Origin(OriginKind.STDIN)
        outcomes = scanner.scan(Fragment(text.encode(), origin), [], explain=True)
        found = [o for o in outcomes if isinstance(o, Finding)]
        hit = any(rule.id == piece.rule for finding in found for piece in finding.pieces)
        if hit is not wanted:
            said = [f"{f.rule} instead" for f in found] + [o.reason for o in outcomes if isinstance(o, Dismissal)]
            return f"is {'not found' if wanted else 'found'} ({'; '.join(dict.fromkeys(said)) or 'no match'})"
    return ""
