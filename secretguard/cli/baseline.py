"""``secretguard baseline``: what a team has accepted, made and kept."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from secretguard import upkeep
from secretguard.adoption import adopt, hand_over
from secretguard.baseline.entry import Verdict
from secretguard.baseline.file import load
from secretguard.baseline.header import NAME
from secretguard.baseline.lint import REQUIRED, complaints, differences
from secretguard.cli import INCOMPLETE
from secretguard.cli.audit import command as audit
from secretguard.cli.common import config_options, look_options, watching, write
from secretguard.cli.settings import config_of, required, usual_baseline
from secretguard.config import Config
from secretguard.model import UserError
from secretguard.reports.text import printable
from secretguard.reports.words import count

EPILOG = """\b
Examples:
  secretguard baseline create      accept what is there today, so that only what is new stops anybody
  secretguard baseline audit       say of each what it is
  secretguard baseline update      accept what has been found since
  secretguard baseline prune       forget what is in neither tree nor history any more
"""
FILE = click.option("--baseline", type=click.Path(path_type=Path), metavar="FILE", help="Which baseline.")
HISTORY = click.option(
    "--history/--no-history",
    default=True,
    help="Look through the history of every ref as well (all branches, tags, stashes), or at the files here only.",
)


@click.group("baseline", epilog=EPILOG)
def command() -> None:
    """What is accepted: a file that lives in git, one line for each secret, without the secrets."""


@command.command("create")
@HISTORY
@look_options
def create(history: bool, **options: Any) -> None:
    """Accept all that is found now, in the tree and in the history."""
    config = config_of(options)
    with watching(options["quiet"]) as watch:
        made = upkeep.make(path_of(options), config, history, watch)
    warn(config)
    told(made)


@command.command("update")
@HISTORY
@look_options
def update(history: bool, **options: Any) -> None:
    """Accept what is found and is not in the baseline yet; what is in it keeps its verdict.

    What an audit has called a real secret is never accepted.
    """
    with watching(options["quiet"]) as watch:
        told(upkeep.update(path_of(options), config_of(options), history, watch))


command.add_command(audit)


@command.command("prune")
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@look_options
def prune(dry_run: bool, **options: Any) -> None:
    """Remove what is found in neither tree nor history any more."""
    with watching(options["quiet"]) as watch:
        told(
            upkeep.prune(path_of(options), config_of(options), watch, dry_run),
            "would be removed" if dry_run else "removed",
        )


@command.command("show")
@click.option("--format", "form", type=click.Choice(["human", "json"]), default="human", help="Form of the list.")
@click.option("--verdict", type=click.Choice([each.value for each in Verdict]), help="Only entries of this verdict.")
@FILE
def show(form: str, verdict: str | None, **options: Any) -> None:
    """What is accepted, an entry on a line."""
    entries = [e for e in load(path_of(options)).baseline.entries() if verdict in (None, e.verdict)]
    if form == "json":
        click.echo(json.dumps([asdict(entry) for entry in entries], indent=2))
        return
    for entry in entries:
        click.echo(printable(entry.line()))
    by = Counter(entry.verdict for entry in entries)
    told = ", ".join(f"{by[each]:,} {each}" for each in Verdict if by[each])
    click.echo(f"{count(len(entries), 'entry', 'entries')}{f' ({told})' if told else ''}")


@command.command("diff")
@click.argument("old", default="HEAD")
@click.argument("new", required=False)
@FILE
def diff(old: str, new: str | None, **options: Any) -> None:
    """What is accepted in NEW and was not in OLD (+), or the other way round (-): files, or revisions of git.

    OLD is HEAD if nothing else is said, and NEW is the file as it is now. 1 where they differ.
    """
    path = path_of(options)
    lines = list(differences(upkeep.version(path, old), upkeep.version(path, new) if new else load(path).baseline))
    for line in lines:
        click.echo(printable(line))
    raise click.exceptions.Exit(1 if lines else 0)


@command.command("lint")
@click.option("--require", type=click.Choice(REQUIRED), multiple=True, help="What every entry must have.")
@FILE
@config_options
def lint(require: tuple[str, ...], **options: Any) -> None:
    """Name entries that are expired, revoked without a date, or without what is required, here or by 'require' in the
    configuration. 1 where there are some.
    """
    today = datetime.now(UTC).date().isoformat()
    told = list(complaints(load(path_of(options)).baseline, today, {*require, *required(options)}))
    for entry, what in told:
        click.echo(printable(f"{entry.fingerprint} {entry.path}: {what}"))
    raise click.exceptions.Exit(1 if told else 0)


@command.command("import")
@click.argument("source", type=click.Path(path_type=Path), metavar="FILE")
@look_options
def import_(source: Path, **options: Any) -> None:
    """Accept what another tool has accepted: FILE is detect-secrets' .secrets.baseline, a report of gitleaks or
    betterleaks, .gitleaksignore, betterleaks' file of hashes, or kingfisher's baseline.

    The secrets are found again where FILE says they are; what is not found again is named, and not accepted.
    """
    config, first = config_of(options), not path_of(options).exists()
    with watching(options["quiet"]) as watch:
        adopted = adopt(path_of(options), source, config, watch)
    if first:
        warn(config)
    for claim in adopted.lost:
        click.echo(printable(f"not carried over: {claim}"), err=True)
    number = count(len(adopted.loaded.baseline.lines), "entry", "entries")
    told = f"{len(adopted.carried):,} from {adopted.tool}, {len(adopted.lost):,} not carried over"
    click.echo(printable(f"{adopted.loaded.path}: {number}; {told}"))
    if real := sum(entry.verdict is Verdict.REAL_SECRET for entry in adopted.carried):
        click.echo(f"among them {count(real, 'real secret')}, as {adopted.tool} has it: these still block")


@command.command("export")
@click.argument("target", type=click.Path(path_type=Path), metavar="FILE")
@look_options
def export(target: Path, **options: Any) -> None:
    """Write what is accepted in the tree as detect-secrets' .secrets.baseline, with its verdicts.

    detect-secrets looks at the files itself: what its own plugins report and the baseline accepts is written down. It
    keeps unsalted hashes, and none for what is in the history alone.
    """
    text, number, places = hand_over(path_of(options), config_of(options))
    if target.exists():
        raise UserError(f"{target} is there already: name another file, or remove it first")
    write(target, text, secret=False)
    click.echo(
        printable(f"{target}: {count(number, 'entry', 'entries')} of detect-secrets for {places:,} accepted places")
    )


@command.command("merge")
@click.argument("base", type=click.Path(path_type=Path))
@click.argument("ours", type=click.Path(path_type=Path))
@click.argument("theirs", type=click.Path(path_type=Path))
@click.argument("name", default=NAME)
def merge(base: Path, ours: Path, theirs: Path, name: str) -> None:
    """Serve git's merge driver (%O %A %B %P): the result stands in OURS. 1 where a person has to decide."""
    conflicts = upkeep.merge_files(base, ours, theirs, name)
    for conflict in conflicts:
        click.echo(printable(f"{name}: {conflict.fingerprint}: {conflict.what}"), err=True)
    if conflicts:
        raise click.exceptions.Exit(1)


def path_of(options: dict[str, Any]) -> Path:
    """The file that a command is about."""
    path: Path = options["baseline"] or usual_baseline()
    return path


def warn(config: Config) -> None:
    """Say what a first baseline makes void."""
    for each in upkeep.outdated(config):
        click.echo(printable(f"warning: {each}"), err=True)


def told(outcome: upkeep.Outcome, what: str = "added") -> None:
    """Say what became of the baseline; leave with 2 where something could not be read."""
    for entry in sorted(
        outcome.changed, key=lambda each: (each.path, each.rule)
    ):  # the pieces of a credential together
        click.echo(printable(f"{what}: {entry.line()}"))
    number = count(len(outcome.loaded.baseline.lines), "entry", "entries")
    click.echo(printable(f"{outcome.loaded.path}: {number}, {len(outcome.changed):,} {what}"))
    for error in outcome.receipt.errors:
        click.echo(printable(f"not read: {error}"), err=True)
    if outcome.receipt.errors:
        raise click.exceptions.Exit(INCOMPLETE)
