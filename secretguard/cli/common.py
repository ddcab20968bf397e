"""What several commands share: the options of a run, its Config, and the telling of its Report."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from secretguard.cli.settings import config_of
from secretguard.config import Config
from secretguard.model import Report, Severity, UserError
from secretguard.reports import REPORTS, Style

if TYPE_CHECKING:
    from secretguard.sweep import Done  # brings multiprocessing with it, which a hook has no use for

SEVERITIES = [str(each) for each in Severity]
_CONFIG = (
    click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="In place of the repository's own."),
    click.option("--no-config", is_flag=True, help="Read no configuration and no .secretguardignore."),
)
_LOOK = (
    click.option("--quiet", is_flag=True, help="No progress, and no report where nothing was found."),
    click.option("--severity", type=click.Choice(SEVERITIES), help="What blocks: findings below are only shown."),
    click.option("--max-size", type=click.IntRange(1, 16384), metavar="MB", help="What is not read  [default: 16384]"),
    click.option("--jobs", type=click.IntRange(1, 256), help="Processes  [default: one for each core]"),
    click.option("--rules", type=click.Path(path_type=Path), multiple=True, help="A folder of further rule files."),
    *_CONFIG,
    click.option(
        "--baseline",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="What is accepted  [default: .secretguard.baseline at the root of the repository that you are in]",
    ),
    click.option("--no-vectorscan", is_flag=True, help="Match with regex alone: slower, the same findings."),
)
_RUN = (
    click.option("--format", "form", type=click.Choice(list(REPORTS)), default="human", help="Form of the report."),
    click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the report to a file."),
    click.option("--show-secrets", is_flag=True, help="Show secrets in full (human, json, jsonl)."),
    click.option("--no-baseline", is_flag=True, help="Report what is accepted as well."),
    *_LOOK,
)


def run_options(command: Any) -> Any:
    """The options that mean the same for every command that scans."""
    return _with(_RUN, command)


def look_options(command: Any) -> Any:
    """Those of them that a command needs which scans, and reports something else."""
    return _with(_LOOK, command)


def config_options(command: Any) -> Any:
    """The options that say which files configure a command."""
    return _with(_CONFIG, command)


def _with(options: tuple[Any, ...], command: Any) -> Any:
    for option in reversed(options):
        command = option(command)
    return command


def run(
    options: dict[str, Any],
    work: Callable[[Config, Callable[[Done], None]], Report],
    scanned: Iterable[str | Path] = (),
) -> None:
    """Do a command's work, tell its report, and leave with its exit code. ``scanned``: the paths that it is about."""
    config = config_of(options, scanned, accepting=True)
    with watching(options["quiet"]) as watch:
        report = work(config, watch)
    report.receipt.notes.extend(config.notes)
    tell(report, config, options)


@contextlib.contextmanager
def watching(quiet: bool) -> Iterator[Callable[[Done], None]]:
    """A line of progress on a terminal; what is given is to be called with how far it is."""
    from secretguard.reports.progress import Progress

    progress = Progress(sys.stderr, time.monotonic, terminal_width(), enabled=not quiet and sys.stderr.isatty())

    def watch(done: Done) -> None:
        progress.update(done.objects, done.objects_total, done.bytes, done.bytes_total, done.findings, what=done.what)

    try:
        yield watch
    finally:
        progress.finish()


def tell(report: Report, config: Config, options: dict[str, Any]) -> None:
    """Print or write the report, and leave with its exit code."""
    code = report.exit_code()
    if options["quiet"] and code == 0 and options["form"] == "human" and not options["output"]:
        raise click.exceptions.Exit(code)
    from secretguard.doors import render

    text = render(report, config, options["form"], style_of(options))
    if options["output"]:
        write(options["output"], text, secret=config.show_secrets)
    else:
        click.echo(text, nl=not text.endswith("\n"))
    raise click.exceptions.Exit(code)


def write(path: Path, text: str, secret: bool) -> None:
    """Write the report; a file that shows secrets is for its owner's eyes only. Raises UserError."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if secret else 0o666)
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape") as file:
            if secret and hasattr(os, "fchmod"):
                os.fchmod(file.fileno(), 0o600)
            file.write(text)
    except BaseException as error:
        with contextlib.suppress(OSError):
            if path.is_file():  # and no device
                path.unlink()  # half a report must not be taken for a whole one
        if isinstance(error, OSError):
            raise UserError(f"{path}: can't be written: {error.strerror}") from None
        raise


def terminal_width() -> int:
    """Columns of the terminal, or what COLUMNS says; 100 where there is neither."""
    return shutil.get_terminal_size((100, 24)).columns


def style_of(options: dict[str, Any]) -> Style:
    """Colour and width: only a terminal has them, and NO_COLOR is honoured (no-color.org)."""
    terminal = options["output"] is None and sys.stdout.isatty()
    color = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    width = terminal_width() if options["output"] is None else 100
    return Style(color=color, width=width, terminal=terminal, finished=time.time())
