"""How the human report ends: what to do per provider, what was not read, and the summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain, takewhile

from secretguard.model import Finding, OriginKind, Receipt, Report, Severity
from secretguard.reports import exposure
from secretguard.reports.base import Advice, RuleNote, Style
from secretguard.reports.paint import ALARM, BOLD, DIM, GREEN, bullets, paint, paragraph
from secretguard.reports.remedy import steps
from secretguard.reports.text import cells, printable, shorten
from secretguard.reports.words import count, duration, read

_ERRORS_SHOWN = 10
_FIRST, _ALL = "First, for each of them", "For each of them"
_ACCEPT = "No secret after all? "
_COMMENT = "In a comment on its line: `secretguard: allow {} - why`."
_BASELINE = "The baseline accepts it: `secretguard baseline --help`."
_EDITABLE = (OriginKind.FILE, OriginKind.INDEX, OriginKind.STDIN)


def overview(report: Report, style: Style) -> Iterator[str]:
    """One line that says how much there is, where more than one finding follows."""
    if len(report.findings) > 1:
        told = f", not shown: {accepted}" if (accepted := _accepted(report)) else ""
        count_of = _secrets(report.blocking) if report.blocking else "no blocking secret"
        yield paint(shorten(f"{count_of}{_others(report)}{told}", style.width), BOLD, style)


def remedies(findings: list[Finding], advice: Advice, style: Style) -> Iterator[str]:
    """What to do now, each step once, with those it is for: what comes first for all, then what is for some."""
    todo = _by_provider(findings, advice)
    if not todo:
        return
    yield from paragraph("What to do now", style, BOLD)
    lead = [step for step, *_ in takewhile(lambda row: len(set(row)) == 1, zip(*todo.values(), strict=False))]
    if all(steps_of == lead for steps_of in todo.values()):
        yield from bullets(lead, style, mark="{}.")
        return
    for title, told in _groups(todo, lead).items():
        yield "  " + paint(shorten(title, style.width - 2), DIM, style)
        yield from bullets(told, style)


def _groups(todo: dict[str, list[str]], lead: list[str]) -> dict[str, list[str]]:
    """The steps under the names of those that they are for: ``lead`` before them, what else is for all behind them."""
    groups: dict[str, list[str]] = {}
    for step in dict.fromkeys(chain(*todo.values())):
        names = [printable(name) or "others" for name, steps_of in todo.items() if step in steps_of]
        title = _FIRST if step in lead else _ALL if len(names) == len(todo) else ", ".join(names)
        groups.setdefault(title, []).append(step)
    return groups | {_ALL: groups.pop(_ALL)} if _ALL in groups else groups


def _by_provider(findings: list[Finding], advice: Advice) -> dict[str, list[str]]:
    notes: dict[str, list[RuleNote]] = {}
    pushed: set[str] = set()
    kept: set[str] = set()
    for finding in findings:
        note = advice.of(finding)
        notes.setdefault(note.provider_name, []).append(note)
        if any(exposure.pushed(occurrence.exposure) for occurrence in finding.occurrences):
            pushed.add(note.provider_name)
        if any(exposure.committed(occurrence.exposure) for occurrence in finding.occurrences):
            kept.add(note.provider_name)
    return {
        name: list(dict.fromkeys(s for note in group for s in steps(note, pushed=name in pushed, kept=name in kept)))
        for name, group in notes.items()
    }


def acceptance(findings: list[Finding], style: Style) -> Iterator[str]:
    """How to accept what is no secret: a comment, where the line can still be edited, ready to copy where it can be;
    the baseline for what a commit holds, which no comment of a later one reaches."""
    if any(o.origin.kind in _EDITABLE for f in findings for o in f.occurrences):
        rules = {finding.rule for finding in findings}
        comment = _COMMENT.format(printable(rules.pop()) if len(rules) == 1 else "RULE")
        yield from paragraph(f"{_ACCEPT}{comment}", style, DIM)
    elif findings:
        yield from paragraph(f"{_ACCEPT}{_BASELINE}", style, DIM)


def unread(receipt: Receipt, style: Style) -> Iterator[str]:
    """What could not be read, loud; then what was left out on purpose, and notes."""
    errors = receipt.errors
    if errors:
        what = f"INCOMPLETE: {count(len(errors), 'error')}, so this result proves nothing about the rest"
        yield from paragraph(what, style, ALARM)
        yield from bullets(map(printable, errors[:_ERRORS_SHOWN]), style)
        if len(errors) > _ERRORS_SHOWN:
            yield f"  + {len(errors) - _ERRORS_SHOWN:,} more"
    reasons = Counter(skipped.reason for skipped in receipt.skipped)
    if reasons:
        told = ", ".join(f"{printable(why)} ({number:,})" for why, number in reasons.most_common())
        yield from paragraph(f"left out: {told}", style, DIM)
    for note in receipt.notes:
        yield from paragraph(f"note: {printable(note)}", style, DIM)


def summary(report: Report, style: Style) -> Iterator[str]:
    """The last lines: what was accepted, and the count of all there is."""
    if accepted := _accepted(report):
        yield from paragraph(f"not shown: {accepted}", style, DIM)
    code = BOLD if report.blocking or not report.complete else GREEN
    outcome, what = _verdict(report), f"{_read(report)}{_took(report)}"
    line = f"{outcome}{what}"
    parts = [line] if cells(line) <= style.width else [outcome.rstrip(), what]
    for part in parts:
        yield from paragraph(part, style, code)


def _accepted(report: Report) -> str:
    told = [f"{number:,} by {printable(why.replace('_', ' '))}" for why, number in report.suppressed.items() if number]
    return ", ".join(told)


def _verdict(report: Report) -> str:
    others = _others(report)
    if report.blocking:
        return f"{_secrets(report.blocking)}{others}; "
    if not report.complete:
        return f"incomplete: no blocking secret in what could be read{others}; "
    return f"no blocking secret{others}; " if report.findings else "clean: "


def _read(report: Report) -> str:
    if report.receipt.fragments:
        return f"{read(report.receipt)} read"
    return "there was nothing to read" if report.complete else "nothing was read"


def _others(report: Report) -> str:
    number = len(report.findings) - len(report.blocking)
    return f", {number:,} not blocking" if number else ""


def _secrets(findings: tuple[Finding, ...]) -> str:
    places = sum(len(finding.occurrences) for finding in findings)
    by = Counter(finding.severity for finding in findings)
    worst = ", ".join(f"{by[s]:,} {s}" for s in sorted(Severity, reverse=True) if by[s])
    return f"{count(len(findings), 'secret')} in {count(places, 'place')} ({worst})"


def _took(report: Report) -> str:
    return f" in {duration(report.seconds)}" if report.seconds >= 0.05 else ""
