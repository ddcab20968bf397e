"""``secretguard baseline audit``: one accepted secret after the other, asked about at the terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from secretguard import upkeep
from secretguard.baseline import audit
from secretguard.baseline.accept import fingerprints
from secretguard.baseline.entry import Entry, Verdict, is_date
from secretguard.baseline.file import load, save
from secretguard.cli.common import look_options, watching
from secretguard.cli.settings import config_of, usual_baseline
from secretguard.model import Finding, UserError
from secretguard.reports.text import printable
from secretguard.reports.words import count, spot

VERDICTS = {
    "n": Verdict.FALSE_POSITIVE,
    "t": Verdict.TEST_DATA,
    "r": Verdict.REVOKED,
    "a": Verdict.ACCEPTED_RISK,
}
QUESTION = (
    "A real secret? [n]o  [t]est data  [r]evoked  [a]ccept the risk  [y]es: accept it no longer  "
    "[s]kip  [u]ndo  [q]uit "
)


@click.command("audit")
@click.option("--all", "again", is_flag=True, help="Ask about entries that have a verdict, too.")
@click.option("--answers", type=click.Path(path_type=Path), metavar="FILE", help="Take the answers from a file.")
@click.option("--owner", default="", help="Who answers for what is accepted now.")
@click.option("--show-secrets", is_flag=True, help="Show secrets in full.")
@look_options
def command(again: bool, answers: Path | None, owner: str, **options: Any) -> None:
    """Say of each accepted secret what it is. Each answer is saved at once; quit and go on another day.

    \b
    FILE of --answers has lines as a baseline has them, or a fingerprint and the word remove:
      v1:0123456789abcdef0123456789abcdef test_data owner=ann reason="demo account"
      v1:fedcba9876543210fedcba9876543210 remove
    """
    loaded = load(options["baseline"] or usual_baseline())
    if answers is not None:
        save(loaded, audit.answered(loaded.baseline, _text(answers), str(answers)))
        return
    if not sys.stdin.isatty():
        raise UserError("an audit asks at a terminal, and there is none: give --answers FILE")
    with watching(options["quiet"]) as watch:
        seen = upkeep.look(config_of(options), loaded.baseline, True, watch)
    places = {fingerprint: finding for finding in seen.findings for fingerprint in fingerprints(finding)}
    state = audit.begin(loaded.baseline, again, list(places))
    while (entry := state.current) is not None:
        click.echo(card(entry, places, f"{len(state.done) + 1} of {len(state.done) + len(state.queue)}"))
        after = step(state, entry, owner)
        if after is None:
            break
        state, loaded = after, save(loaded, after.baseline)
    click.echo(f"{count(len(state.queue), 'entry', 'entries')} left to look at")


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: can't be read: {error}") from None


def step(state: audit.Audit, entry: Entry, owner: str) -> audit.Audit | None:
    """What the next key leads to; None at the end."""
    while True:
        click.echo(QUESTION, nl=False)
        key = click.getchar().lower()
        click.echo(key if key.isprintable() else "")
        if key in VERDICTS:
            return state.judged(_explained(replace(entry, verdict=VERDICTS[key]), key, owner))
        if key == "q":
            return None
        if key in "ysu" and key:
            return {"y": state.removed, "s": state.skipped, "u": state.undone}[key]()


def _explained(entry: Entry, key: str, owner: str) -> Entry:
    """The entry with a reason, an owner and a date, where somebody gives them."""
    entry = replace(entry, reason=_asked("Why", entry.reason), owner=_asked("Who answers for it", entry.owner or owner))
    if key == "r":
        return replace(entry, rotated=_day("Replaced on (2027-01-31)", entry.rotated))
    return replace(entry, expires=_day("Accepted until (2027-01-31)", entry.expires)) if key == "a" else entry


def _day(words: str, usual: str) -> str:
    while (day := _asked(words, usual)) and not is_date(day):
        click.echo("  a day is written as in 2027-01-31")
    return day


def _asked(words: str, usual: str) -> str:
    text: str = click.prompt(f"  {words}, or Enter", default=usual, show_default=bool(usual))
    return text.strip()


def card(entry: Entry, findings: Mapping[str, Finding], number: str) -> str:
    """What a person needs to know of an entry to say what it is."""
    finding = findings.get(entry.fingerprint)
    if finding is None:
        lines = [f"{number}: {entry.line()}", "  found nowhere now: 'secretguard baseline prune' removes such entries"]
        return "\n" + "\n".join(map(printable, lines))
    first, more = finding.occurrences[0], len(finding.occurrences) - 1
    lines = [
        f"{number}: {finding.severity} {finding.rule}, {finding.provider}",
        f"  {spot(first)}" + (f" and {count(more, 'more place')}" if more else ""),
        f"  {first.place.line} | {first.excerpt.strip()}",
        f"  {finding.secret.shown or finding.secret.mask}",
        f"  {finding.confidence} confidence: {'; '.join(finding.evidence)}",
    ]
    if entry.verdict is not Verdict.UNREVIEWED:
        lines.append(f"  so far: {entry.line()}")
    return "\n" + "\n".join(map(printable, lines))
