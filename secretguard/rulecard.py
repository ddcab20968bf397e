"""One rule in words, for somebody who meets it in a finding: what it is, what to do, what it finds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from secretguard.reference import looks
from secretguard.reports import RuleNote, Style
from secretguard.reports.paint import BOLD, DIM, SEVERITY, bullets, paint, paragraph, row
from secretguard.reports.remedy import steps
from secretguard.reports.text import printable
from secretguard.rules import Provider, Rule

FILLED = "what stands in <...> is filled in at random when the rule is checked"


def card(rule: Rule, provider: Provider, note: RuleNote, style: Style) -> str:
    """The rule as a page of text, without a newline at its end. ``note``: what a finding of it would be told with."""
    severity = paint(str(rule.severity).upper(), SEVERITY[rule.severity], style)
    blocks = [
        [f"{severity}  {paint(printable(rule.title), BOLD, style)}  {paint(f'({rule.id})', DIM, style)}"],
        _rows(_facts(rule, provider), style),
        [paint("What to do with a real one", BOLD, style), *bullets(steps(note), style, "{}.")],
        [f"{paint('Found', BOLD, style)} ({FILLED})", *_lines(rule.examples)],
        [paint("Left alone", BOLD, style), *_lines(rule.negative_examples)],
        [*_rows(_origins(rule, provider), style), *_lines([f"regex    {rule.regex}"] if rule.regex else ())],
        paragraph(f"No secret after all? In a comment on its line: `secretguard: allow {rule.id} - why`.", style, DIM),
    ]
    head, *rest = ["\n".join(block) for block in blocks]
    return "\n\n".join(["\n".join([head, rest[0]]), *rest[1:]])


def _facts(rule: Rule, provider: Provider) -> Iterator[tuple[str, str]]:
    yield "whose", f"{provider.name} ({provider.category.replace('-', ' ')})"
    yield "risk", rule.what
    shown = "no, it is experimental: findings are shown, and stop nobody"
    yield "blocks", shown if rule.experimental else "yes: no commit, push or CI run gets past it"
    beside = f"{looks(rule)}; it counts only where something beside it tells whose it is, and what for"
    own = "a form of its own (the expression is below), which counts wherever it stands"
    yield "looks", looks(rule) if rule.plugin else own if rule.regex else beside
    yield "names", ", ".join(rule.names)
    yield "proof", ", ".join(rule.checks) and f"only what passes {', '.join(rule.checks)} counts, checked offline"
    yield "partner", ", ".join(rule.partner)


def _origins(rule: Rule, provider: Provider) -> Iterator[tuple[str, str]]:
    yield "file", rule.path
    yield from (("source", each) for each in dict.fromkeys((*rule.references, *provider.references)))


def _rows(facts: Iterable[tuple[str, str]], style: Style) -> list[str]:
    return [line for label, text in facts if text for line in row(label, printable(text), style)]


def _lines(examples: Iterable[str]) -> Iterator[str]:
    """Texts as they are, to be copied: an indented line for each of theirs."""
    yield from (f"  {printable(line)}" for example in examples for line in example.split("\n"))
