"""``secretguard ci``: what the change that started this CI run introduces."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from secretguard.ci import range_of
from secretguard.cli.common import run, run_options, write
from secretguard.config import Config
from secretguard.model import Report, UserError
from secretguard.reports import Style
from secretguard.sweep import Done

FILES = ("sarif", "gitlab", "junit", "json")
EPILOG = """\b
It knows GitHub Actions, GitLab, Bitbucket, Azure, CircleCI, Jenkins, Buildkite and Drone; docs/ci/ has a template
for each. Runs that no change started (schedules, runs by hand) read everything the clone holds.

\b
Examples:
  secretguard ci
  secretguard ci --sarif secretguard.sarif --junit secretguard.xml
  secretguard ci --base origin/main      anywhere, without a system's variables
"""


def report_files(command: Any) -> Any:
    """An option for each form that can also be written to a file."""
    for form in reversed(FILES):
        path = click.Path(dir_okay=False, path_type=Path)
        command = click.option(f"--{form}", type=path, metavar="FILE", help=f"Also write a {form} report.")(command)
    return command


@click.command("ci", epilog=EPILOG)
@click.option("--base", metavar="COMMIT", help="What was there before  [default: as the CI system says]")
@click.option("--head", metavar="COMMIT", help="What is there now  [default: as the CI system says]")
@report_files
@run_options
def command(base: str | None, head: str | None, **options: Any) -> None:
    """Scan what a pull request or a push introduces, and tell it the way the CI system shows best."""
    from secretguard import doors

    wanted = range_of(os.environ, event_of(os.environ.get("GITHUB_EVENT_PATH")), base, head)

    def work(config: Config, watch: Callable[[Done], None]) -> Report:
        report = doors.scan_ci(wanted, config, watch)
        deliver(report, config, options)
        return report

    run({**options, "portable": True}, work)


def event_of(path: str | None) -> Mapping[str, Any] | None:
    """GitHub's description of what started the run, or None if there is none. Raises UserError."""
    if not path:
        return None
    try:
        event = json.loads(Path(path).read_bytes())
    except (OSError, ValueError, RecursionError):
        raise UserError(f"GITHUB_EVENT_PATH: {path} can't be read as JSON; give --base and --head") from None
    return event if isinstance(event, dict) else None


def deliver(report: Report, config: Config, options: dict[str, Any]) -> None:
    """The report in every form that was asked for, and in those that GitHub shows beside the log."""
    from secretguard.doors import render

    style = Style(finished=time.time())
    for form in FILES:
        if options[form]:
            write(options[form], render(report, config, form, style), secret=config.show_secrets)
    if not os.environ.get("GITHUB_ACTIONS"):
        return
    if options["form"] == "human":
        click.echo(render(report, config, "github", style), nl=False)
    if os.environ.get("GITHUB_STEP_SUMMARY"):
        append(Path(os.environ["GITHUB_STEP_SUMMARY"]), render(report, config, "markdown", style))


def append(path: Path, text: str) -> None:
    """Add text to a file that other steps write to as well. Raises UserError."""
    try:
        with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError as error:
        raise UserError(f"{path}: can't be written: {error.strerror}") from None
