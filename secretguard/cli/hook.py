"""``secretguard hook``: what git calls, directly or through pre-commit."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from secretguard.cli.common import run_options, tell
from secretguard.cli.settings import config_of
from secretguard.config import Config
from secretguard.model import Report, UserError

EPILOG = """\b
Examples:
  git config core.hooksPath /path/to/secretguard/hooks     hooks that call this
  secretguard hook pre-commit                              what is staged
  secretguard hook commit-msg .git/COMMIT_EDITMSG          a commit message
"""


@click.command("hook", epilog=EPILOG)
@click.argument("name", metavar="pre-commit|commit-msg|pre-push|pre-receive")
@click.argument("arguments", nargs=-1, metavar="[WHAT GIT PASSES]...", type=click.UNPROCESSED)
@run_options
def command(name: str, arguments: tuple[str, ...], **options: Any) -> None:
    """Scan what git is about to commit, push or receive; silent where there is nothing to say."""
    from secretguard.hook import Call, run_hook

    # What is pushed to a server must not say by itself what is accepted there.
    config = config_of(options, accepting=name != "pre-receive" or bool(options["baseline"]))
    finish(run_hook(name, Call(arguments, _standard_input, os.environ), config), config, options)


def finish(report: Report, config: Config, options: dict[str, Any]) -> None:
    """Tell the report, if it has anything to say, and leave with its exit code."""
    tell(report, config, {**options, "quiet": options["quiet"] or not (report.findings or report.receipt.notes)})


def _standard_input() -> bytes:
    if sys.stdin is None or sys.stdin.isatty():
        raise UserError("this hook reads from standard input what git tells it; it was called by hand")
    return sys.stdin.buffer.read()
