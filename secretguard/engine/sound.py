"""Whether a rule's expression can be run at all: it compiles, matches something, and needs no exponential time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import regex

from secretguard.engine.confirm import compiled
from secretguard.model import UserError
from secretguard.rules import Rule

SECONDS = 1.0  # linear expressions need microseconds for these texts
PUMP = 48  # repetitions: 2 ** 48 steps for an expression that tries every way to share them out
_TEMPLATE = re.compile(r"<[^<>]*>")


def refuse(rules: Iterable[Rule]) -> None:
    """Raise UserError for the first expression that can't be run, with file, rule, key and reason."""
    for rule in rules:
        for complaint in complaints(rule):
            raise UserError(complaint)


def complaints(rule: Rule) -> Iterator[str]:
    """One line for each expression of the rule that can't be run: file, rule, key and reason."""
    for key, pattern in (("regex", rule.regex), ("gate", rule.gate)):
        reason = _reason(pattern, rule) if pattern else None
        if reason:
            yield f"{rule.path}: rule {rule.id!r}: key {key!r}: {reason}"


def _reason(pattern: str, rule: Rule) -> str | None:
    try:
        expression = compiled(pattern, rule.caseless)
        if expression.search(b""):
            return "it matches the empty text"
        for text in _hostile(pattern, rule.examples):
            expression.search(text, timeout=SECONDS)
    except regex.error as error:
        return f"it is no regular expression: {error}"
    except TimeoutError:
        return "it needs exponential time; don't repeat a group that ends in a repetition, as in (a+)+"
    return None


def _hostile(pattern: str, examples: Iterable[str]) -> Iterator[bytes]:
    """Texts that begin as an example does, go on with one character many times, and break off.

    What the expression says stands at their end as well: ``regex`` does not begin where a character that it needs
    is missing.
    """
    heads = {"", *(each[: found.start()] for each in examples for found in _TEMPLATE.finditer(each))}
    heads |= {_TEMPLATE.sub("a", head) for head in heads}
    pumped = sorted({*"aA0", *(char for char in pattern if char.isalnum() or char in " -_/=.:")})
    for head in sorted(heads):
        for char in pumped:
            yield f"{head}{char * PUMP}\0{pattern}".encode()
