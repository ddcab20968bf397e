"""``secretguard scan``: files, folders, standard input, what is staged, a range of commits."""

from __future__ import annotations

import sys
from typing import Any

import click

from secretguard.cli.common import run, run_options
from secretguard.model import UserError

EPILOG = """\b
Examples:
  secretguard scan                     what git tracks here, and what is untracked and not ignored
  secretguard scan bot/ config.json    these files and folders
  pbpaste | secretguard scan -         standard input
  secretguard scan --staged            what the next commit introduces
  secretguard scan --range origin/main..HEAD
  secretguard scan --format json --output findings.json
"""


@click.command("scan", epilog=EPILOG)
@click.argument("paths", nargs=-1, metavar="[PATH...|-]")
@click.option("--staged", is_flag=True, help="Scan what the next commit introduces.")
@click.option("--range", "commits", metavar="BASE..HEAD", help="Scan what each commit of a range introduces.")
@click.option("--include-ignored", is_flag=True, help="Read what git ignores as well, as .env files.")
@run_options
def command(paths: tuple[str, ...], staged: bool, commits: str | None, **options: Any) -> None:
    """Scan files as they lie on disk: in a git work tree what is tracked, and what is untracked and not ignored."""
    from secretguard import doors

    if staged + (commits is not None) + bool(paths) > 1:
        raise UserError("--staged, --range and paths exclude each other")
    if staged:
        run(options, lambda config, _watch: doors.scan_staged(config))
    if commits is not None:
        run(options, lambda config, _watch: doors.scan_range(commits, config))
    if "-" in paths and len(paths) > 1:
        raise UserError("'-' (standard input) can't be mixed with paths")
    if paths == ("-",):
        if sys.stdin is None:
            raise UserError("'-': standard input is closed")
        data = sys.stdin.buffer.read()
        run(options, lambda config, _watch: doors.scan_text(data, config))
    run(options, lambda config, _watch: doors.scan_files(paths, config), scanned=paths)
