"""``secretguard cache``: what is kept between runs."""

from __future__ import annotations

from pathlib import Path

import click

from secretguard import doors
from secretguard.cli.settings import config_of

REPOSITORY = click.argument("repository", required=False, type=click.Path(path_type=Path))


@click.group("cache")
def command() -> None:
    """What is kept between runs: compiled rules, and which objects of a repository were clean.

    It never holds a secret or a finding. See docs/cache.md.
    """


@command.command("show")
@REPOSITORY
def show(repository: Path | None) -> None:
    """Where it lies, how large it is, and how many objects of REPOSITORY the next sweep passes over."""
    click.echo(doors.show_cache(repository, config_of({})))


@command.command("clear")
@REPOSITORY
def clear(repository: Path | None) -> None:
    """Remove it: compiled rules, and what is remembered of REPOSITORY (here, if none is named)."""
    click.echo(doors.clear_cache(repository, config_of({})))
