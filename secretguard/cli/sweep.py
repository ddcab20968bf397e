"""``secretguard sweep``: everything a repository has ever held."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from secretguard.cli.common import run, run_options

EPILOG = """\b
Examples:
  secretguard sweep                    everything this repository has ever held
  secretguard sweep ../bot --jobs 4    another repository, four processes
  secretguard sweep --format jsonl | jq .rule
"""


@click.command("sweep", epilog=EPILOG)
@click.argument("repository", required=False, type=click.Path(path_type=Path))
@click.option("--no-cache", is_flag=True, help="Read everything again, whatever an earlier sweep found clean.")
@run_options
def command(repository: Path | None, **options: Any) -> None:
    """Scan everything a repository has ever held: all refs, stashes, reflogs, unreachable objects, notes, messages."""
    from secretguard import doors

    scanned = [repository] if repository else []
    run(options, lambda config, watch: doors.sweep_repository(repository, config, watch), scanned)
