"""``secretguard rules``: list, show, check."""

from __future__ import annotations

from pathlib import Path

import click

from secretguard import doors
from secretguard.cli import INCOMPLETE
from secretguard.cli.common import style_of
from secretguard.cli.settings import config_of
from secretguard.config import built_in_rules
from secretguard.reports.words import count


@click.group("rules")
def command() -> None:
    """List, show and check rules."""


@command.command("list")
@click.option("--format", "form", type=click.Choice(["human", "json"]), default="human", help="Form of the list.")
def list_rules(form: str) -> None:
    """Every rule: id, severity, status, provider."""
    click.echo(doors.list_rules(config_of({}), form))


@command.command("show")
@click.argument("name")
def show_rules(name: str) -> None:
    """One rule, or all of one provider: what it finds, and what to do then."""
    click.echo(doors.show_rules(config_of({}), name, style_of({"output": None})))


@command.command("reference")
def reference() -> None:
    """All rules as Markdown: docs/rules.md."""
    click.echo(doors.rules_reference(config_of({})), nl=False)


@command.command("check")
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path))
def check_rules(folders: tuple[Path, ...]) -> None:
    """Prove rules by their examples: our own, or those of FOLDERS."""
    ours = built_in_rules().resolve()
    further = tuple(folder for folder in folders if not folder.resolve().is_relative_to(ours))
    problems, number = doors.check_rules(config_of({"rules": further}), only=folders)
    for problem in problems:
        click.echo(problem, err=True)
    click.echo(f"{count(number, 'rule')}, {count(len(problems), 'complaint')}")
    if problems:
        raise click.exceptions.Exit(INCOMPLETE)
