"""The click group that all commands belong to."""

from __future__ import annotations

from importlib import import_module

import click

from secretguard import __version__
from secretguard.cli import COMMANDS


class Commands(click.Group):
    """A group whose commands live in modules of this package, one each, named in ``COMMANDS``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"secretguard.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="secretguard")
def secretguard() -> None:
    """Find leaked exchange API keys, wallet keys and seed phrases in files, commits and git history.

    \b
    Exit codes: 0 clean, 1 findings, 2 could not scan everything, 130 interrupted.
    Shell completion: eval "$(_SECRETGUARD_COMPLETE=bash_source secretguard)"  (or zsh_source, fish_source)
    """
