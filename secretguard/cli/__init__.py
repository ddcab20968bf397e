"""The door: click. Only doors read the environment. Exit 0 clean, 1 findings, 2 could not scan, 130 interrupted."""

from __future__ import annotations

import io
import os
import signal
import sys
from types import FrameType

CLEAN, INCOMPLETE, INTERRUPTED = 0, 2, 130
QUICK = ["hook", "pre-commit"]  # every commit waits for this: it does without click, which takes as long as a scan

# Each command's module is imported when it is first used, so that a hook pays for its own command only.
COMMANDS = {
    "scan": "What is in files, folders or standard input, in the next commit, or in a range of commits.",
    "sweep": "Everything that repositories have ever held.",
    "report": "What a sweep with --store has found so far, in any form.",
    "hook": "What git calls before a commit, with its message, before a push, and before it takes one in.",
    "baseline": "What is accepted: create, update, audit, prune, show, diff, lint, import, export.",
    "ci": "What a pull request or push introduces, found by itself in CI.",
    "init": "Set a repository up: hooks, and files that git should ignore.",
    "doctor": "Is this repository set up to keep secrets out?",
    "config": "Show what is configured here, and by which file.",
    "cache": "Show or clear what is kept between runs.",
    "rules": "List, show and check rules.",
    "explain": "Why each match in a file is a finding, or is none.",
}


def main() -> None:
    """Run the command line and leave with the documented exit code; a mistake of the user's is one line."""
    if sys.stdout is None or sys.stderr is None:
        sys.exit(INCOMPLETE)  # closed before we began: nobody would hear what was found
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a C locale can't write every path
    for name in ("SIGTERM", "SIGHUP"):  # there is no SIGHUP on Windows
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _ended)
    try:
        code = _run()
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = _complain("interrupted", INTERRUPTED)
    except BrokenPipeError:
        # Nobody reads on. The report was not delivered, so this is not "clean"; and Python must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = INCOMPLETE
    except OSError as error:
        what = "the report can't be written" if error.filename is None else f"{_masked(str(error.filename))}: not read"
        code = _complain(f"{what}: {error.strerror}", INCOMPLETE)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        code = _by_kind(error)
    sys.exit(code)


def _ended(number: int, _frame: FrameType | None) -> None:
    """Leave as after Ctrl-C, with nothing running and nothing half-written, by the exit code that shells expect."""
    sys.exit(128 + number)


def _run() -> int:
    try:
        os.getcwd()  # noqa: PTH109 - pathlib costs a hook 6 ms
    except OSError:
        return _complain("the current directory is not there any more", INCOMPLETE)
    if sys.argv[1:] == QUICK:
        from secretguard.cli.quick import pre_commit

        return pre_commit()
    from secretguard.cli.app import secretguard

    return secretguard.main(standalone_mode=False) or CLEAN


def _by_kind(error: Exception) -> int:
    """The exit code for a user's mistake and for what click raised. Whatever else it is, is our own mistake: told by
    its kind and place only, since its words could quote what was scanned; and never taken for a clean result."""
    import click

    from secretguard.model import UserError

    if isinstance(error, UserError):
        return _complain(_masked(str(error)), INCOMPLETE)
    if isinstance(error, MemoryError) or "can't start new thread" in str(error):
        return _complain("there is not enough memory; fewer --jobs need less", INCOMPLETE)
    if isinstance(error, click.ClickException):
        error.show()
        return INCOMPLETE
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.Abort):
        return _complain("interrupted", INTERRUPTED)
    import traceback

    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{os.path.basename(place.filename)}:{place.lineno}"  # noqa: PTH119 - pathlib costs a hook 6 ms
    return _complain(f"internal error, please report it: {type(error).__name__} at {where}", INCOMPLETE)


def _masked(text: str) -> str:
    """The text without the secrets that a name it quotes may hold."""
    try:
        from secretguard.cli.settings import config_of
        from secretguard.doors import masked

        return masked(text, config_of({"no_config": True}))
    except Exception:
        return text  # rules that can't be read: then nobody can look, and that is what it says


def _complain(text: str, code: int) -> int:
    from secretguard.reports.text import printable

    print(f"secretguard: {printable(text)}", file=sys.stderr)
    return code
