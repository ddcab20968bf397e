"""``secretguard scan``: files, folders, standard input."""

from __future__ import annotations

import os
from typing import Any

import click

from secretguard.cli.common import run, run_options
from secretguard.model import UserError

EPILOG = """\b
Examples:
  secretguard scan                     what git tracks here, and what is untracked and not ignored
  secretguard scan bot/ config.json    these files and folders
  pbpaste | secretguard scan -         standard input
  secretguard scan --format json --output findings.json
"""


@click.command("scan", epilog=EPILOG)
@click.argument("paths", nargs=-1, metavar="[PATH...|-]")
@run_options
def command(paths: tuple[str, ...], **options: Any) -> None:
    """Scan files as they lie on disk: in a git work tree what is tracked, and what is untracked and not ignored."""
    from secretguard import doors

    if "-" in paths and len(paths) > 1:
        raise UserError("'-' (standard input) can't be mixed with paths")
    if paths == ("-",):
        data = click.get_binary_stream("stdin").read()
        run(options, lambda config, _watch: doors.scan_text(data, config))
    run(options, lambda config, _watch: doors.scan_files([os.fsencode(path) for path in paths], config))
