"""``secretguard init``: hooks and .gitignore, asked for and said."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import partial

import click

from secretguard import init
from secretguard.cli import INCOMPLETE
from secretguard.git import Repository
from secretguard.model import UserError, show_path
from secretguard.reports.text import printable

EPILOG = """\b
Examples:
  secretguard init                           asks, then does it
  secretguard init --yes                     hooks of git's own, or pre-commit where it is used already
  secretguard init --with pre-commit --url <this repository> --rev <version>
"""


@click.command("init", epilog=EPILOG)
@click.option("--with", "way", type=click.Choice(init.WAYS), help="How git is to call secretguard.")
@click.option("--url", help="With pre-commit: where it clones secretguard from  [default: what is on PATH]")
@click.option("--rev", help="With --url: the tag or commit to use.")
@click.option("--gitignore/--no-gitignore", default=True, help="Add to .gitignore what bots keep beside their code.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(way: str | None, url: str | None, rev: str | None, gitignore: bool, yes: bool) -> None:
    """Set a repository up, once: hooks that run secretguard, and files that git should ignore."""
    if bool(url) != bool(rev):
        raise UserError("--url and --rev belong together: pre-commit wants both")
    repo = init.repository()
    asks = not yes and sys.stdin.isatty()
    way = way or ("pre-commit" if url else init.usual_way(repo)) or (asked_way() if asks else "hooks")
    calling = init.hook_step if way == "hooks" else partial(init.config_step, url=url, rev=rev)
    makers = (calling, *([init.ignore_step] if gitignore else []), init.merge_step)
    steps, refused = taken(repo, makers, yes, asks)
    for path in init.tracked(repo):
        name = printable(show_path(path))
        click.echo(f"warning: git tracks {name}: 'git rm --cached' it, and revoke what is in it", err=True)
    unasked = not yes and not asks and any(step.apply for step in steps)
    if unasked:
        click.echo("nothing was changed: nobody is here to ask; --yes does it", err=True)
    tell(refused)
    if unasked:
        raise click.exceptions.Exit(INCOMPLETE)


def taken(
    repo: Repository, makers: Iterable[Callable[[Repository], init.Step]], yes: bool, asks: bool
) -> tuple[list[init.Step], list[UserError]]:
    """Take the steps that can be taken; which these are, and why others can't."""
    steps: list[init.Step] = []
    refused: list[UserError] = []
    for make in makers:
        try:
            step = make(repo)
            take(step, yes, asks)
            steps.append(step)
        except UserError as error:
            refused.append(error)
    return steps, refused


def tell(refused: list[UserError]) -> None:
    """Say what could not be done, with the lines that are to be added by hand; raises the last of it."""
    for error in refused:
        if isinstance(error, init.ByHand):
            click.echo(error.lines, nl=False)
        if error is refused[-1]:
            raise error
        click.echo(f"secretguard: {printable(str(error))}", err=True)


def asked_way() -> str:
    """Which kind of hooks the person wants."""
    words = "Should git call secretguard by hooks of its own, or by pre-commit (pre-commit.com)?"
    way: str = click.prompt(words, type=click.Choice(init.WAYS), default="hooks")
    return way


def take(step: init.Step, yes: bool, asks: bool) -> None:
    """Do a step if it is wanted, and say so."""
    what = printable(step.what)
    if step.apply is None:
        click.echo(f"nothing to do: {what}")
    elif yes or (asks and click.confirm(f"{what}?", default=True)):
        step.apply()
        click.echo(f"done: {what}")
    else:
        click.echo(f"{'left' if asks else 'would'}: {what}")
