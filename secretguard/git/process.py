"""Starting git: the fixed options, the environment, and a child that is always reaped. Nobody else starts a program."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, wraps
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import IO, ParamSpec, TypeVar

from secretguard.model import UserError

P = ParamSpec("P")
T = TypeVar("T")
DAMAGED = "git's output is cut short or damaged"
PIPE_SIZE = 1 << 20  # bytes; what Linux lets every user ask for
NO_SPACE = os.strerror(errno.ENOSPC)
STDERR_KEPT = 1 << 16  # bytes of complaints worth keeping

# Each option closes a way for configuration to run a program, to hide something, or to use unbounded memory.
SETTINGS = (
    "core.fsmonitor=false",
    "core.hooksPath=" + os.devnull,
    "core.untrackedCache=false",
    "core.commitGraph=false",
    "core.packedGitWindowSize=16m",
    "core.packedGitLimit=64m",
    "core.deltaBaseCacheLimit=48m",
    "core.bigFileThreshold=64m",
)
OPTIONS = (
    "--no-replace-objects",
    "--no-optional-locks",
    "--no-pager",
    "--literal-pathspecs",
    *(word for setting in SETTINGS for word in ("-c", setting)),
)

# What says which repository is meant; dropped when the user names another one (see `Where`).
LOCATORS = frozenset(
    "GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES "
    "GIT_QUARANTINE_PATH GIT_COMMON_DIR GIT_SHALLOW_FILE GIT_NAMESPACE".split()
)
# What may change which configuration is read (it can't run anything here) or where the search for .git ends.
KEPT = ("GIT_CONFIG", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_TEST_ASSUME")
FORCED = {
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,  # .git/info/grafts would hide commits
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",  # unlike protocol.allow, a repository's configuration can't override it
    "GIT_TRACE2": "0",  # trace2.* of the user's configuration would write to files and sockets
    "GIT_TRACE2_EVENT": "0",
    "GIT_TRACE2_PERF": "0",
}


class GitError(UserError):
    """What git complained about, in one line."""


class GitMissing(GitError):  # noqa: N818 - says what is the case
    """There is no git on PATH."""


@dataclass(frozen=True, slots=True)
class Where:
    """In which directory git starts, and whether GIT_DIR and its like of the environment count there.

    They count only for the current directory: a hook's GIT_DIR must not stand in for a repository named by path.
    """

    directory: str
    inherit: bool


def environment(inherit: bool) -> dict[str, str]:
    """The environment for git: of the GIT_* variables only those on the lists above."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name.startswith(KEPT) or (inherit and name in LOCATORS)
    }
    return kept | FORCED


@cache
def find_git(path: str) -> str:
    """The full path of git. Relative entries of PATH are passed over: a scanned folder may hold a `git` of its own."""
    name = "git.exe" if sys.platform == "win32" else "git"
    for entry in path.split(os.pathsep):
        program = Path(entry, name)
        if program.is_absolute() and program.is_file() and os.access(program, os.X_OK):
            return str(program)
    raise GitMissing("git is not on PATH; install git 2.25 or later")


def complaint(stderr: bytes, code: int) -> str:
    """The line of git's stderr that says what is wrong: the last fatal, else the last error, else the exit code.

    A full disk is told where it is met, and only what came of it by the last.
    """
    lines = [line.strip() for line in stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    full = [line for line in lines if line.endswith(NO_SPACE)]
    for prefix in ("fatal: ", "error: "):
        for line in reversed(full or lines):
            if line.startswith(prefix):
                return "git: " + line.removeprefix(prefix)
    if code < 0:
        return f"git was killed by signal {-code}"
    return f"git: {lines[-1]}" if lines else f"git ended with exit code {code}"


class Git:
    """A running git. Use as a context manager: on the way out it is killed if need be, and always reaped.

    ``out`` is its stdout. ``feed`` is written to its stdin by a thread, and another thread drains its stderr, so no
    pipe that fills up can bring anything to a halt. ``extra`` goes into its environment, last. Raises GitError where
    git can't be started.
    """

    def __init__(
        self, where: Where, args: Iterable[str], feed: bytes = b"", *, extra: Mapping[str, str] | None = None
    ) -> None:
        program = find_git(os.environ.get("PATH", os.defpath))
        try:
            self._process = subprocess.Popen(
                [program, *OPTIONS, *args],
                stdin=subprocess.PIPE if feed else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=where.directory,
                env={**environment(where.inherit), **(extra or {})},
                bufsize=PIPE_SIZE,
            )
        except OSError as error:
            raise GitError(f"git does not start in {where.directory}: {error.strerror}") from error
        assert self._process.stdout is not None
        self.out: IO[bytes] = self._process.stdout
        widen(self.out)
        self._stderr = b""
        self._threads = [Thread(target=self._drain, daemon=True)]
        if feed:
            self._threads.append(Thread(target=self._feed, args=(feed,), daemon=True))
        for thread in self._threads:
            thread.start()

    def _feed(self, feed: bytes) -> None:
        assert self._process.stdin is not None
        with suppress(OSError, ValueError):  # git ended early: its exit code and its stderr tell
            self._process.stdin.write(feed)
            self._process.stdin.close()

    def _drain(self) -> None:
        assert self._process.stderr is not None
        try:
            while block := self._process.stderr.read1(STDERR_KEPT):  # type: ignore[attr-defined]
                self._stderr = (self._stderr + block)[-STDERR_KEPT:]
        except MemoryError:
            self._process.kill()  # whoever waits for it learns by the exit code; left alone it could wait for us

    def finish(self) -> tuple[int, bytes]:
        """Wait for the end: the exit code (negative: the signal) and stderr. Read ``out`` to its end before."""
        code = self._process.wait()
        for thread in self._threads:
            thread.join()
        return code, self._stderr

    def ended(self, seconds: float) -> bool:
        """Whether it has ended, or does so within this time."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
            return True
        return False

    def kill(self) -> None:
        """End it now, from any thread."""
        self._process.kill()

    def __enter__(self) -> Git:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self.finish()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                with suppress(OSError):  # unwritten input of a git that ended early
                    pipe.close()


def widen(pipe: IO[bytes]) -> None:
    """Ask for a pipe of 1 MiB where the system has such a thing (Linux): fewer turns between git and us."""
    if sys.platform == "linux":
        import fcntl  # noqa: PLC0415 - not there on Windows

        with suppress(OSError):  # the user's share of pipe memory is used up: slower, that's all
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, PIPE_SIZE)


def run(where: Where, *args: str, feed: bytes = b"", accept: tuple[int, ...] = (0,)) -> tuple[bytes, int]:
    """Run git to its end: its whole stdout and its exit code, which has to be one of ``accept``; else GitError."""
    with Git(where, args, feed) as git:
        output = git.out.read()
        code, stderr = git.finish()
    if code not in accept:
        raise GitError(complaint(stderr, code))
    return output, code


def records(output: bytes, end: bytes = b"\0") -> list[bytes]:
    """The pieces of an output, each of which ends in ``end``. Raises GitError where the last one is cut."""
    *pieces, rest = output.split(end)
    if rest:
        raise GitError(DAMAGED)
    return pieces


def understood(parse: Callable[P, T]) -> Callable[P, T]:
    """Make a reader of git's output raise GitError for what is not as git writes it."""

    @wraps(parse)
    def read(*args: P.args, **options: P.kwargs) -> T:
        try:
            return parse(*args, **options)
        except (ValueError, OverflowError, IndexError, StopIteration):
            raise GitError(DAMAGED) from None

    return read
