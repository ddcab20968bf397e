"""The door: click. Only doors read the environment. Exit 0 clean, 1 findings, 2 could not scan, 130 interrupted."""

from __future__ import annotations

import io
import os
import sys
from importlib import import_module

import click

from secretguard import __version__
from secretguard.model import UserError

CLEAN, INCOMPLETE, INTERRUPTED = 0, 2, 130

# Each command's module is imported when it is first used, so that a hook pays for its own command only.
COMMANDS = {
    "scan": "What is in files, folders or standard input, in the next commit, or in a range of commits.",
    "sweep": "Everything a repository has ever held.",
    "hook": "What git calls before a commit, with its message, before a push, and before it takes one in.",
    "ci": "What a pull request or push introduces, found by itself in CI.",
    "init": "Set a repository up: hooks, and files that git should ignore.",
    "rules": "List, show and check rules.",
    "explain": "Why each match in a file is a finding, or is none.",
}


class Commands(click.Group):
    """A group whose commands live in modules of this package, one each, named in ``COMMANDS``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"{__name__}.{cmd_name}").command
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


def main() -> None:
    """Run the command line and leave with the documented exit code; a mistake of the user's is one line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a C locale can't write every path
    try:
        code = secretguard.main(standalone_mode=False) or CLEAN
        sys.stdout.flush()
    except UserError as error:
        code = _complain(str(error), INCOMPLETE)
    except click.ClickException as error:
        error.show()
        code = INCOMPLETE
    except (KeyboardInterrupt, click.Abort):
        code = _complain("interrupted", INTERRUPTED)
    except BrokenPipeError:
        # Nobody reads on. The report was not delivered, so this is not "clean"; and Python must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = INCOMPLETE
    sys.exit(code)


def _complain(text: str, code: int) -> int:
    from secretguard.reports.text import printable

    click.echo(f"secretguard: {printable(text)}", err=True)
    return code
