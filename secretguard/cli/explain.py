"""``secretguard explain``: why a match is a finding, or why it is none."""

from __future__ import annotations

from typing import Any

import click

from secretguard.cli.common import config_options
from secretguard.cli.settings import config_of
from secretguard.explain import explain


@click.command("explain")
@click.argument("target", metavar="PATH[:LINE]")
@config_options
def command(target: str, **options: Any) -> None:
    """Say of every match in a file (or on one line) why it is a finding, or why not."""
    text, found = explain(target, config_of(options, [target], accepting=True))
    click.echo(text)
    raise click.exceptions.Exit(1 if found else 0)
