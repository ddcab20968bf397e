"""The rules reference: all providers and rules as one Markdown text, made from the rule files."""

from __future__ import annotations

from collections.abc import Iterator

from secretguard.rules import CATEGORIES, Provider, Rule, RuleSet
from secretguard.shapes import PASSPHRASE

HEAD = """# Rules

Made by `secretguard rules reference` from `patterns/`; `secretguard rules show NAME` has the examples.

Severity says what is at stake, and what a rule is worth by itself: an *experimental* one is shown and never blocks.
A value that *looks like* so many characters of an alphabet counts only where something beside it names the provider
and its role; what has a form of its own counts wherever it stands. *Proved* names the offline checks it has to pass.
"""
TITLES = {"rpc": "RPC", "dex": "Decentralised exchange", "market-data": "Market data", "tax": "Tax and portfolio"}


def reference(rules: RuleSet) -> str:
    """Markdown: a section for each category, a part for each provider, an entry for each rule."""
    of_provider: dict[str, list[Rule]] = {}
    for rule in rules.rules.values():
        of_provider.setdefault(rule.provider, []).append(rule)
    parts = [HEAD]
    for category in CATEGORIES:
        chosen = [p for p in rules.providers.values() if p.category == category and p.id in of_provider]
        if chosen:
            parts.append(f"## {TITLES.get(category, category.capitalize())}\n")
        parts += [_provider(each, of_provider[each.id]) for each in sorted(chosen, key=lambda p: p.name.casefold())]
    return "\n".join(parts)


def _provider(provider: Provider, rules: list[Rule]) -> str:
    facts = [
        ("Known to ccxt as", ", ".join(provider.ccxt)),
        ("Revoke", provider.revoke),
        ("Contact", provider.contact),
        ("Permissions", provider.permissions),
        ("References", "; ".join(provider.references)),
    ]
    lines = [f"### {provider.name}", "", *(f"{name}: {_plain(text)}  " for name, text in facts if text), ""]
    return "\n".join([*lines, *(line for rule in rules for line in _rule(rule)), ""])


def _rule(rule: Rule) -> Iterator[str]:
    status = ", experimental" if rule.experimental else ""
    yield f"- **{rule.id}** ({rule.severity}{status}): {_plain(rule.title)}. Looks like {looks(rule)}."
    if rule.checks:
        yield f"  Proved: {', '.join(rule.checks)}."
    if rule.references:
        yield f"  References: {_plain('; '.join(rule.references))}"


def looks(rule: Rule) -> str:
    """What a credential looks like: its expression, or the alphabets and lengths of its shapes."""
    if rule.plugin:
        return f"what detect-secrets' {rule.plugin} finds"
    if rule.regex:
        return f"`` {rule.regex} ``"
    return " or ".join(_shape(shape) for shape in rule.shapes)


def _shape(shape: str) -> str:
    if shape == PASSPHRASE:
        return "words that a person chose"
    name, _, lengths = shape.rpartition(":")
    if not name:
        return f"a {shape.upper()}"
    if name.startswith("groups:"):
        return f"groups of {lengths.replace('-', ', ')} characters of {name.removeprefix('groups:')}"
    return f"{lengths.replace('-', ' to ')} characters of {name}"


def _plain(text: str) -> str:
    """A text that Markdown shows as it is."""
    for mark in "\\`*_<>|":
        text = text.replace(mark, f"\\{mark}") if not text.startswith("http") else text
    return text
