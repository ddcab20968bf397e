"""``secretguard baseline audit``: one accepted credential after the other, asked about at the terminal."""

from __future__ import annotations

import os
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
from secretguard.cli.common import look_options, terminal_width, watching
from secretguard.cli.settings import config_of, usual_baseline
from secretguard.model import Finding, Occurrence, Sealed, UserError
from secretguard.reports import Style
from secretguard.reports.excerpt import surroundings
from secretguard.reports.text import printable
from secretguard.reports.words import count, spot

VERDICTS = {
    "n": Verdict.FALSE_POSITIVE,
    "t": Verdict.TEST_DATA,
    "r": Verdict.REVOKED,
    "a": Verdict.ACCEPTED_RISK,
    "y": Verdict.REAL_SECRET,
}
QUESTION = "A real secret? [n]o  [t]est data  [r]evoked  [a]ccept the risk  [y]es: never accept it  "
APART = "[e]ach by itself  "
WAYS = "[s]kip  [u]ndo  [q]uit "
AROUND = 3  # lines shown before and after the one that is asked about


@click.command("audit")
@click.option("--all", "again", is_flag=True, help="Ask about entries that have a verdict, too.")
@click.option("--answers", type=click.Path(path_type=Path), metavar="FILE", help="Take the answers from a file.")
@click.option("--owner", default="", help="Who answers for what is accepted now.")
@click.option("--show-secrets", is_flag=True, help="Show secrets in full.")
@look_options
def command(again: bool, answers: Path | None, owner: str, **options: Any) -> None:
    """Say of each secret in the baseline what it is. Each answer is saved at once; quit and go on another day.

    Key, secret and passphrase of one account are one question.

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
        seen = upkeep.look(replace(config_of(options), around=AROUND), loaded.baseline, True, watch)
    places = {fingerprint: finding for finding in reversed(seen.findings) for fingerprint in fingerprints(finding)}
    state = audit.begin(loaded.baseline, again, map(fingerprints, seen.findings))
    while group := state.current:
        click.echo(card(group, places, seen.root, f"{len(state.done) + 1} of {len(state.done) + len(state.queue)}"))
        after = step(state, group, owner)
        if after is None:
            break
        state, loaded = after, save(loaded, after.baseline)
    click.echo(f"{count(sum(map(len, state.queue)), 'entry', 'entries')} left to look at")


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: can't be read: {error}") from None


def step(state: audit.Audit, group: audit.Group, owner: str) -> audit.Audit | None:
    """What the next key leads to; None at the end."""
    ways = {"s": state.skipped, "u": state.undone, **({"e": state.parted} if len(group) > 1 else {})}
    while True:
        click.echo(QUESTION + (APART if "e" in ways else "") + WAYS, nl=False)
        key = click.getchar().lower()
        click.echo(key if key.isprintable() else "")
        if key in VERDICTS:
            return state.judged(_explained(replace(group[0], verdict=VERDICTS[key], rule="", path=""), key, owner))
        if key == "q":
            return None
        if key in ways:
            return ways[key]()


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


def card(group: audit.Group, findings: Mapping[str, Finding], root: Path, number: str) -> str:
    """What a person needs to know of the entries, the pieces of one credential, to say what it is.

    Paths are told from ``root``: so tree and history name a place that both have in the same way, and it counts once.
    """
    entry = group[0]
    finding = findings.get(entry.fingerprint)
    if finding is None:
        lines = [f"{number}: {entry.line()}", "  found nowhere now: 'secretguard baseline prune' removes such entries"]
        return "\n" + "\n".join(map(printable, lines))
    rule, sealed, first = _piece(finding, entry.fingerprint)
    top = f"{root}{os.sep}"
    more = len({spot(each).removeprefix(top) for each in finding.occurrences}) - 1
    lines = [
        f"{number}: {finding.severity} {rule}, {finding.provider}",
        f"  {spot(first).removeprefix(top)}" + (f" and {count(more, 'more place')}" if more else ""),
        *surroundings(first, sealed.mask, Style(width=terminal_width())),
        f"  {sealed.shown or sealed.mask}",
        f"  {finding.confidence} confidence: {'; '.join(finding.evidence)}",
    ]
    if len(group) > 1:
        lines.append(f"  with it: {', '.join(each.rule for each in group[1:])}")
    if entry.verdict is not Verdict.UNREVIEWED:
        lines.append(f"  so far: {entry.line()}")
    return "\n" + "\n".join(map(printable, lines))


def _piece(finding: Finding, fingerprint: str) -> tuple[str, Sealed, Occurrence]:
    """The piece of a credential that has the fingerprint: its rule, itself, and where it is."""
    first = finding.occurrences[0]
    for part in finding.parts:
        if part.secret.fingerprint == fingerprint != finding.secret.fingerprint:
            return part.rule, part.secret, Occurrence(part.origin or first.origin, part.place, part.excerpt)
    return finding.rule, finding.secret, first
