"""The door: click. Only doors read the environment. Exit 0 clean, 1 findings, 2 could not scan, 130 interrupted."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from secretguard import __version__
from secretguard.model import UserError

INCOMPLETE, INTERRUPTED = 2, 130

EPILOG_SCAN = """\b
Examples:
  secretguard scan                     what git tracks here, and what is untracked and not ignored
  secretguard scan bot/ config.json    these files and folders
  pbpaste | secretguard scan -         standard input
  secretguard scan --format json --output findings.json
"""
EPILOG_SWEEP = """\b
Examples:
  secretguard sweep                    everything this repository has ever held
  secretguard sweep ../bot --jobs 4    another repository, four processes
  secretguard sweep --format jsonl | jq .rule
"""


def _output_options(command: Any) -> Any:
    from secretguard.reports import REPORTS

    for option in reversed(
        (
            click.option(
                "--format", "form", type=click.Choice(list(REPORTS)), default="human", help="Form of the report."
            ),
            click.option(
                "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the report to a file."
            ),
            click.option("--show-secrets", is_flag=True, help="Show secrets in full (human, json, jsonl)."),
            click.option("--quiet", is_flag=True, help="No progress, and nothing where nothing was found."),
            click.option(
                "--jobs", type=click.IntRange(1, 256), default=None, help="Processes [default: one per core]."
            ),
            click.option(
                "--rules",
                type=click.Path(exists=True, file_okay=False, path_type=Path),
                multiple=True,
                help="A folder of further rule files.",
            ),
            click.option("--no-vectorscan", is_flag=True, help="Match with regex alone: slower, same findings."),
        )
    ):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="secretguard")
def secretguard() -> None:
    """Find leaked exchange API keys, wallet keys and seed phrases in files, commits and git history.

    \b
    Exit codes: 0 clean, 1 findings, 2 could not scan everything, 130 interrupted.
    Shell completion: eval "$(_SECRETGUARD_COMPLETE=bash_source secretguard)"  (or zsh_source, fish_source)
    """


@secretguard.command(epilog=EPILOG_SCAN)
@click.argument("paths", nargs=-1, metavar="[PATH...|-]")
@_output_options
def scan(paths: tuple[str, ...], **options: Any) -> None:
    """Scan files as they lie on disk: in a git work tree what is tracked, and what is untracked and not ignored."""
    from secretguard import doors

    config = _config(options)
    if "-" in paths and len(paths) > 1:
        raise UserError("'-' (standard input) can't be mixed with paths")
    with _telling(config, options) as told:
        if paths == ("-",):
            told.report = doors.scan_text(click.get_binary_stream("stdin").read(), config)
        else:
            told.report = doors.scan_files([os.fsencode(path) for path in paths], config)


@secretguard.command(epilog=EPILOG_SWEEP)
@click.argument("repository", required=False, type=click.Path(path_type=Path))
@_output_options
def sweep(repository: Path | None, **options: Any) -> None:
    """Scan everything a repository has ever held: all refs, stashes, reflogs, unreachable objects, notes, messages."""
    from secretguard import doors

    config = _config(options)
    with _telling(config, options) as told:
        told.report = doors.sweep_repository(repository, config, told.watch)


@secretguard.group()
def rules() -> None:
    """List, show and check rules."""


@rules.command("list")
@click.option("--format", "form", type=click.Choice(["human", "json"]), default="human")
def rules_list(form: str) -> None:
    """Every rule: id, severity, status, provider."""
    from secretguard import doors

    click.echo(doors.list_rules(_config({}), form))


@rules.command("show")
@click.argument("name")
def rules_show(name: str) -> None:
    """One rule, or all of one provider, with what to do after a leak."""
    from secretguard import doors

    click.echo(doors.show_rules(_config({}), name))


@rules.command("check")
@click.argument("folders", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path))
def rules_check(folders: tuple[Path, ...]) -> None:
    """Prove rules by their examples: our own, and those of FOLDERS."""
    from secretguard import doors

    problems, number = doors.check_rules(_config({"rules": folders}), only=folders)
    for problem in problems:
        click.echo(problem, err=True)
    click.echo(f"{number} rules, {len(problems)} complaints")
    if problems:
        raise SystemExit(INCOMPLETE)


@secretguard.command()
@click.argument("target", metavar="PATH[:LINE]")
def explain(target: str) -> None:
    """Say of every match in a file (or on one line) why it is a finding, or why not."""
    from secretguard import doors

    text, found = doors.explain(target, _config({}))
    click.echo(text)
    raise SystemExit(1 if found else 0)


def _config(options: dict[str, Any]) -> Any:
    from secretguard.config import Config, built_in_rules

    return Config(
        rules=(built_in_rules(), *options.get("rules", ())),
        cache=_cache_folder(),
        jobs=options.get("jobs") or os.cpu_count() or 1,
        show_secrets=options.get("show_secrets", False),
        accelerate=not options.get("no_vectorscan", False),
    )


def _cache_folder() -> Path | None:
    """The user's cache folder by the platform's custom, or None where there is no home."""
    if os.environ.get("SECRETGUARD_CACHE"):
        return Path(os.environ["SECRETGUARD_CACHE"])
    try:
        if sys.platform == "win32":
            base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
        elif sys.platform == "darwin":
            base = Path.home() / "Library" / "Caches"
        else:
            base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:
        return None
    return base / "secretguard"


class _Told:
    """What a command has to tell, and the progress line while it works."""

    def __init__(self, quiet: bool) -> None:
        from secretguard.reports.progress import Progress

        self.report: Any = None
        self._progress = Progress(sys.stderr, time.monotonic, _width(), enabled=not quiet and sys.stderr.isatty())

    def watch(self, done: Any) -> None:
        """Show how far a sweep is."""
        self._progress.update(done.objects, done.objects_total, done.bytes, done.bytes_total, done.findings)

    def finish(self) -> None:
        """Take the progress line away."""
        self._progress.finish()


@contextmanager
def _telling(config: Any, options: dict[str, Any]) -> Iterator[_Told]:
    """Run a command's work, print its report, and leave with its exit code."""
    told = _Told(options["quiet"])
    try:
        yield told
    finally:
        told.finish()
    from secretguard import doors

    text = doors.render(told.report, config, options["form"], _style(options))
    code = told.report.exit_code()
    if options["output"]:
        _write(options["output"], text, secret=config.show_secrets)
    elif not (options["quiet"] and code == 0 and options["form"] == "human"):
        click.echo(text, nl=not text.endswith("\n"))
    raise SystemExit(code)


def _write(path: Path, text: str, secret: bool) -> None:
    """Write the report; a file that shows secrets is for its owner's eyes only."""
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        handle = os.open(path, flags, 0o600 if secret else 0o666)
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape") as file:
            if secret and hasattr(os, "fchmod"):
                os.fchmod(file.fileno(), 0o600)
            file.write(text)
    except OSError as error:
        raise UserError(f"{path}: can't be written: {error.strerror}") from None


def _width() -> int:
    import shutil

    return shutil.get_terminal_size((100, 24)).columns


def _style(options: dict[str, Any]) -> Any:
    from secretguard.reports import Style

    terminal = options["output"] is None and sys.stdout.isatty()
    color = terminal and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    return Style(color=color, width=_width() if terminal else 100, links=False, finished=time.time())


def main() -> None:
    """Run the command line and leave with the documented exit code; a mistake of the user's is one line."""
    try:
        secretguard.main(standalone_mode=False)
    except UserError as error:
        _complain(str(error))
        code = INCOMPLETE
    except click.ClickException as error:
        error.show()
        code = INCOMPLETE
    except (KeyboardInterrupt, click.Abort):
        _complain("interrupted")
        code = INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads on: no complaint at exit
        code = INCOMPLETE
    else:
        code = 0
    sys.exit(code)


def _complain(text: str) -> None:
    from secretguard.reports.text import printable

    click.echo(f"secretguard: {printable(text)}", err=True)


if __name__ == "__main__":
    main()
