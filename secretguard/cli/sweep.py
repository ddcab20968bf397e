"""``secretguard sweep``: everything that repositories have ever held."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

import click

from secretguard.cli.common import run, run_options
from secretguard.model import UserError
from secretguard.sweep import Terms

EPILOG = """\b
Examples:
  secretguard sweep                    everything this repository has ever held
  secretguard sweep ../bot --jobs 4    another repository, four processes
  secretguard sweep --format jsonl | jq .rule
  secretguard sweep ~/src/* https://example.org/team/bot.git
  secretguard sweep --from repositories.txt --store team.sqlite
                                       many, going on where the last run stopped
"""
SIZE = re.compile(r"(\d{1,12})\s*([kMGT]?)B?")
UNITS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


def size(_: click.Context, __: click.Parameter, value: str) -> int:
    """The number of bytes that ``500MB`` or ``20GB`` says."""
    found = SIZE.fullmatch(value)
    if found is None:
        raise click.BadParameter(f"{value!r} is no size; write 500MB or 20GB")
    return int(found[1]) * UNITS[found[2]]


@click.command("sweep", epilog=EPILOG)
@click.argument("repositories", nargs=-1, metavar="[PATH|URL]...")
@click.option("--from", "listed", metavar="FILE", help="Also those that a file lists, a line each; '-' is stdin.")
@click.option("--store", type=click.Path(dir_okay=False, path_type=Path), help="Go on from, and write to, this file.")
@click.option("--executor", metavar="NAME", default="processes", help="processes, or dask:ADDRESS of a scheduler.")
@click.option("--scratch", type=click.Path(file_okay=False, path_type=Path), help="Where clones of URLs are put.")
@click.option("--scratch-limit", callback=size, default="20GB", show_default=True, help="How large all of them may be.")
@click.option("--no-cache", is_flag=True, help="Read everything again, whatever an earlier sweep found clean.")
@run_options
def command(repositories: tuple[str, ...], listed: str | None, **options: Any) -> None:
    """Scan everything repositories have ever held: all refs, stashes, reflogs, unreachable objects, notes, messages."""
    from secretguard import doors

    locations = [*repositories, *(lines_of(listed) if listed else [])]
    terms = Terms(options["executor"], options["store"], options["scratch"], options["scratch_limit"])
    if not re.fullmatch(r"processes|dask:.+", terms.executor):
        raise UserError(f"--executor {terms.executor}: write processes, or dask: and the address of a scheduler")

    scanned = [location if Path(location).exists() else os.sep for location in locations]  # a URL is nowhere here
    run(options, lambda config, watch: doors.sweep_repositories(locations, config, watch, terms), scanned)


def lines_of(name: str) -> list[str]:
    """The lines of a file, or of standard input, but for empty ones and those that begin with #. Raises UserError."""
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8", "surrogateescape")
    except OSError as error:
        raise UserError(f"--from {name}: can't be read: {error.strerror}") from None
    lines = [line.strip() for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]
