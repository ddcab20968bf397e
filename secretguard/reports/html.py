"""The format ``html``: one page for people who have no terminal. It loads nothing, runs nothing and opens offline."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from secretguard.model import Finding, Occurrence, Report
from secretguard.reports import exposure
from secretguard.reports.base import Advice, RuleNote, Style, ordered
from secretguard.reports.remedy import steps
from secretguard.reports.text import defuse, printable
from secretguard.reports.words import count, duration, parts, read, spot

# No script, no image, no font, no form, and nobody may frame it: even if a text got through, it could do nothing.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_CSS = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #222 }
article { border-left: .4rem solid #888; margin: 1.5rem 0; padding: .1rem 1rem; overflow-wrap: anywhere }
.critical { border-color: #8b0000 } .high { border-color: #d2322d } .medium { border-color: #e0a000 }
.incomplete { background: #8b0000; color: #fff; padding: .5rem 1rem }
pre { background: #f4f4f4; padding: .5rem; overflow-x: auto } dt { font-weight: bold } dd { margin: 0 0 .3rem 1rem }
@media (prefers-color-scheme: dark) { body { background: #181818; color: #ddd } pre { background: #262626 } }
"""


def render(report: Report, advice: Advice, style: Style) -> str:
    """One page: the verdict, what could not be read, each secret with its places and what to do, what was read."""
    title = f"secretguard: {_verdict(report)}"
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{_text(title)}</title><style>{_CSS}</style></head><body>",
        f"<h1>{_text(title)}</h1>",
        *_incomplete(report),
        *(line for finding in ordered(report) for line in _finding(finding, advice.of(finding))),
        *_ending(report),
        "</body></html>",
    ]
    return defuse("\n".join(lines)) + "\n"


def _text(text: str) -> str:
    return escape(printable(text))


def _list(tag: str, texts: Iterator[str] | list[str]) -> str:
    return f"<{tag}>" + "".join(f"<li>{_text(text)}</li>" for text in texts) + f"</{tag}>"


def _verdict(report: Report) -> str:
    if not report.complete:
        return "could not read everything"
    return count(len(report.blocking), "secret") if report.blocking else "no blocking secret"


def _incomplete(report: Report) -> Iterator[str]:
    if not report.complete:
        errors = report.receipt.errors
        yield f'<section class="incomplete"><h2>Incomplete: {count(len(errors), "error")}</h2>'
        yield f"{_list('ul', errors)}</section>"


def _finding(finding: Finding, note: RuleNote) -> Iterator[str]:
    level = str(finding.severity)
    blocking = "" if finding.blocking else ", not blocking"
    yield f'<article class="{level}"><h2>{level}{blocking}: {_text(note.title)}</h2>'
    yield f"<p>{_text(note.what)}</p>" if note.what else ""
    yield "<dl>"
    for label, text in _rows(finding):
        yield f"<dt>{_text(label)}</dt><dd>{_text(text)}</dd>"
    yield "</dl>"
    for occurrence in finding.occurrences:
        yield _place(occurrence)
    if finding.blocking:
        yield f"<h3>What to do now</h3>{_list('ol', _steps(finding, note))}"
    yield "</article>"


def _rows(finding: Finding) -> Iterator[tuple[str, str]]:
    yield "rule", finding.rule
    yield "secret", finding.secret.mask
    yield "why", "; ".join([f"{finding.confidence} confidence", *finding.evidence])
    if finding.address:
        yield "wallet", finding.address
    for part in parts(finding):
        yield "beside", f"{part.kind.replace('_', ' ')} at {part.place.line}:{part.place.column}: {part.secret.mask}"
    yield from exposure.rows(finding.occurrences)


def _steps(finding: Finding, note: RuleNote) -> list[str]:
    exposures = [occurrence.exposure for occurrence in finding.occurrences]
    return steps(note, pushed=any(map(exposure.pushed, exposures)), kept=any(map(exposure.committed, exposures)))


def _place(occurrence: Occurrence) -> str:
    line = occurrence.excerpt.strip()
    return f"<p>{_text(spot(occurrence))}</p>" + (f"<pre>{_text(line)}</pre>" if line else "")


def _ending(report: Report) -> Iterator[str]:
    told = [f"{read(report.receipt)} read in {duration(report.seconds)}", *report.receipt.notes]
    told += [f"{number:,} accepted by {why} and not shown" for why, number in report.suppressed.items() if number]
    yield f"<footer>{_list('ul', told)}</footer>"
