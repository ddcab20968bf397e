"""A step: what there is to do, in words before it is done; and the files of the work tree that steps change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from secretguard.git import Repository
from secretguard.model import UserError


class ByHand(UserError):  # noqa: N818 - says what is to be done
    """A file that can't be changed safely; ``lines`` are what is to be added."""

    def __init__(self, message: str, lines: str) -> None:
        super().__init__(message)
        self.lines = lines


@dataclass(frozen=True, slots=True)
class Step:
    """One change: ``what`` in words, and ``apply`` to make it, None where there is nothing to do (any more)."""

    what: str
    apply: Callable[[], None] | None = None


def repository() -> Repository:
    """The repository to set up. Raises GitError outside git, UserError where there is no work tree."""
    repo = Repository.open()
    if repo.work_tree is None:
        where = "bare" if repo.bare else "the git directory"
        raise UserError(
            f"{repo.where.directory}: {where}, there is no work tree to set up; on a server use hooks/pre-receive"
        )
    return repo


def top_of(repo: Repository) -> Path:
    """The top of its work tree, which it has."""
    assert repo.work_tree is not None
    return repo.work_tree


def text_of(path: Path) -> str:
    """What is in a file. Raises UserError, also for a link."""
    if path.is_symlink():
        raise UserError(f"{path.name} is a symbolic link: it is left as it is")
    try:
        return path.read_bytes().decode("utf-8", "surrogateescape")
    except OSError as error:
        raise UserError(f"{path.name}: can't be read: {error.strerror}") from None


def write(path: Path, text: str) -> None:
    """Put the text into a file. Raises UserError."""
    try:
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise UserError(f"{path.name}: can't be written: {error.strerror}") from None
