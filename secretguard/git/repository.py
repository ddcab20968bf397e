"""Which repository: found by git itself, with its own refusal of foreign owners."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from secretguard.git.process import Git, GitError, Where, complaint, run
from secretguard.regular import TooLarge, read

SMALL_FILE = 64 << 20  # bytes; room for a million ids
OLDEST = "2.25"  # the first with `rev-parse --show-object-format`
MARK = "--secretguard-mark"  # rev-parse repeats what it doesn't know: a line between paths, which may hold newlines
FLAGS = "--show-object-format --is-bare-repository --is-shallow-repository --is-inside-work-tree".split()
PATHS = f"{MARK} --absolute-git-dir {MARK} --git-common-dir {MARK} --git-path objects {MARK} --show-toplevel".split()


class NotARepository(GitError):  # noqa: N818 - says what is the case
    """The path is there and is in no git repository."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository as git sees it from ``where``. Paths are absolute; ``work_tree`` is None where there is none."""

    where: Where
    git_dir: Path
    common_dir: Path
    object_dir: Path
    work_tree: Path | None
    bare: bool
    object_format: str
    shallow: bool
    partial: bool

    @classmethod
    def open(cls, path: Path | str | None = None) -> Repository:
        """The repository at ``path`` (a directory in it, or a bare one), or at the current directory.

        GIT_DIR, GIT_INDEX_FILE, GIT_OBJECT_DIRECTORY and their like count only without a path, or with a path that is
        the current directory. Raises GitError: no git or one too old, no such directory, a foreign owner, a format that
        git does not know; NotARepository: no repository there.
        """
        where = locate(path)
        with Git(where, ["rev-parse", *FLAGS, *PATHS]) as git:
            output = git.out.read()
            code, stderr = git.finish()
        parts = output.decode(errors="surrogateescape").split(f"{MARK}\n")
        flags = parts[0].split()
        if flags[:1] == [FLAGS[0]]:
            raise GitError(f"{version(where)} is too old: {OLDEST} or later is needed")
        if len(parts) < 5 or len(flags) != 4 or (code != 0 and flags[3] == "true"):
            raise refusal(where, complaint(stderr, code))
        paths = [Path(where.directory, part.removesuffix("\n")) for part in parts[1:]]
        return cls(
            where=where,
            git_dir=paths[0],
            common_dir=paths[1],
            object_dir=paths[2],
            work_tree=paths[3] if flags[3] == "true" else None,
            bare=flags[1] == "true",
            object_format=flags[0],
            shallow=flags[2] == "true",
            partial=any(paths[2].glob("pack/*.promisor")),
        )

    @property
    def id_size(self) -> int:
        """Bytes of an object id: 20 for SHA-1, 32 for SHA-256."""
        return 32 if self.object_format == "sha256" else 20


def submodules(repo: Repository) -> list[Path]:
    """The git directories of its submodules, and of theirs, sorted. No link is followed."""
    found: list[Path] = []
    left = [repo.common_dir / "modules", *repo.common_dir.glob("worktrees/*/modules")]
    while left:
        for each in _folders(left.pop()):  # a submodule called a/b lies two folders deep
            own = (each / "HEAD").is_file() and (each / "objects").is_dir()
            found += [each] if own else []
            left.append(each / "modules" if own else each)
    return sorted(found)


def _folders(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return [Path(entry) for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def small_file(path: Path) -> bytes | None:
    """What git keeps in a file of its own that holds some ids; None if there is none. Raises GitError."""
    try:
        return read(os.fsencode(path), SMALL_FILE)[:-1]
    except TooLarge:
        raise GitError(f"{path.name} can't be read: larger than {SMALL_FILE >> 20} MB") from None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise GitError(f"{path.name} can't be read: {error.strerror}") from None


def locate(path: Path | str | None) -> Where:
    """Where git has to start for the repository at ``path``. Raises GitError if that is no directory."""
    here = Path.cwd()
    if path is None:
        return Where(str(here), inherit=True)
    place = Path(path).absolute()
    try:
        if not place.is_dir():
            reason = "is not a directory" if place.exists() else "no such directory"
            raise GitError(f"{path}: {reason}")
        return Where(str(place), inherit=place.samefile(here))
    except OSError as error:
        raise GitError(f"{path}: {error.strerror}") from error


def version(where: Where) -> str:
    """``git version 2.39.5``, as git says it."""
    return run(where, "version")[0].decode(errors="replace").strip()


def refusal(where: Where, reason: str) -> GitError:
    """The error for a repository that git doesn't open, with what would help where there is something."""
    if "not a git repository" in reason:
        return NotARepository(f"{where.directory}: not a git repository")
    if "dubious ownership" in reason:
        reason += f"; if you trust it: git config --global --add safe.directory {where.directory}"
    return GitError(f"{where.directory}: {reason}")
